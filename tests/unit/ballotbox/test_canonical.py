"""One text for one value, and nothing inexact under a seal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.canonical import canonical, digest

exact = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(exact)
def test_the_text_reads_back_and_is_the_same_again(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


def test_the_order_of_keys_makes_no_difference():
    assert canonical({"b": 1, "a": "票"}) == canonical({"a": "票", "b": 1}) == '{"a":"票","b":1}'


@pytest.mark.parametrize("value", [0.5, [1, [0.5]], {"a": {"b": 0.5}}, (1, 0.5)])
def test_a_float_is_refused_wherever_it_stands(value):
    with pytest.raises(TypeError, match="float"):
        canonical(value)


def test_the_digest_is_sha_256_of_utf_8():
    assert digest("abc") == ("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
