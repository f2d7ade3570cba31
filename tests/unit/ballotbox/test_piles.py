"""Ballots laid end to end under their labels are the ballots, and no others."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.piles import Piles

BALLOTS = [("staff", b"AB"), ("", b"AA"), ("staff", b"AA"), ("staff", b"AB")]
PILES = st.integers(1, 4).flatmap(
    lambda width: st.tuples(
        st.just(width),
        st.lists(st.tuples(st.sampled_from("abc"), st.binary(min_size=width, max_size=width))),
    )
)


@given(PILES)
def test_every_ballot_comes_back_as_it_was_laid(made):
    width, ballots = made
    piles = Piles.of(width, ballots)
    assert Counter(piles) == Counter(ballots)
    assert len(piles) == len(ballots)
    for label in "abcd":
        assert piles.number(label) == sum(one == label for one, _ in ballots)


@given(PILES)
def test_piles_whose_labels_fall_together_are_one(made):
    width, ballots = made
    names = {"a": "x", "b": "y", "c": "x"}
    again = Piles.of(width, ballots).under(names.__getitem__)
    assert Counter(again) == Counter((names[label], marks) for label, marks in ballots)
    assert set(again.joined) == {names[label] for label, _ in ballots}


@pytest.mark.parametrize("width", [0, 1, 3])
def test_ballots_of_another_length_are_refused(width):
    with pytest.raises(ValueError, match="wrong_length"):
        Piles.of(width, BALLOTS)


@pytest.mark.parametrize(("width", "pile"), [(0, b""), (2, b"AAA")])
def test_half_a_ballot_is_none(width, pile):
    with pytest.raises(ValueError, match="wrong_length"):
        Piles(width, {"": pile})
