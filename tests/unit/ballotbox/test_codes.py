"""Codes are unguessable, unmistakable, and read however they were typed."""

import re
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.codes import (
    ALPHABET,
    browser_digest,
    code_digest,
    is_receipt,
    new_code,
    new_key,
    new_receipt,
    printed,
    printed_key,
    printed_receipt,
    read_code,
    read_key,
    read_receipt,
    receipt_digest,
)

codes = st.text(ALPHABET, min_size=16, max_size=16)
receipts = st.text(ALPHABET, min_size=12, max_size=12)
KEY = bytes(range(32))


def test_the_alphabet_has_no_look_alikes():
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@given(st.binary(min_size=10, max_size=10))
def test_a_code_carries_all_eighty_bits(drawn):
    code = new_code(lambda size: drawn[:size])
    value = 0
    for character in code:
        value = value * 32 + ALPHABET.index(character)
    assert len(code) == 16
    assert value.to_bytes(10, "big") == drawn


@given(st.binary(min_size=8, max_size=8))
def test_a_receipt_carries_sixty_bits(drawn):
    receipt = new_receipt(lambda size: drawn[:size])
    value = 0
    for character in receipt:
        value = value * 32 + ALPHABET.index(character)
    assert len(receipt) == 12
    assert value == int.from_bytes(drawn, "big") % 2**60


def test_randomness_comes_from_the_system_unless_passed_in():
    assert len({new_code() for _ in range(500)}) == 500
    assert len({new_receipt() for _ in range(500)}) == 500


@given(codes)
def test_printed_in_four_groups(code):
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", printed(code))
    assert printed(code).replace("-", "") == code


@given(receipts)
def test_receipts_are_known_in_canonical_form_only(receipt):
    assert printed_receipt(receipt) == f"{receipt[:4]}-{receipt[4:8]}-{receipt[8:]}"
    assert is_receipt(receipt)
    assert not is_receipt(printed_receipt(receipt))
    assert not is_receipt(receipt + "\n")
    assert not is_receipt(receipt[1:])
    assert not is_receipt("U" + receipt[1:])


SEPARATORS = st.text(
    st.sampled_from([*" \t\n\u3000\u00a0-－—–−‐‑_ー一.·：，\u200b\ufeff"]), max_size=3
)
LOOK_ALIKES = {"0": "0Oo０Ｏｏ", "1": "1IiLl１Ｉｌ", "V": "VvUuＶｕ"}


@st.composite
def carelessly_typed(draw):
    code = draw(codes)
    typed = []
    for character in code:
        full_width = chr(ord(character) + 0xFEE0)
        shapes = LOOK_ALIKES.get(
            character, character + character.lower() + full_width + full_width.lower()
        )
        typed += [draw(SEPARATORS), draw(st.sampled_from(shapes))]
    return code, "".join(typed) + draw(SEPARATORS)


@given(carelessly_typed())
def test_however_it_is_typed_it_is_the_same_code(pair):
    code, typed = pair
    assert read_code(typed) == code


@given(codes, codes)
def test_leniency_never_makes_two_codes_one(one, other):
    assert (read_code(printed(one).lower()) == read_code(other)) == (one == other)


ADDRESSES = [
    "http://192.168.1.10:8000/b/{}",
    "HTTPS://VOTE.EXAMPLE.CN/B/{}",
    "https://vote.example.cn/b/{}/",
    "https://vote.example.cn/b/{}?from=wechat#top",
    "https://example.cn/b/b/{}",
    "请打开 https://vote.example.cn/b/{} 投票",
    "ｈｔｔｐ：／／１９２．１６８．１．１０／ｂ／{}",
    "/b/{}",
]


@pytest.mark.parametrize("address", ADDRESSES)
@given(code=codes)
def test_a_pasted_address_gives_its_code(address, code):
    assert read_code(address.format(code)) == code
    assert read_code(address.format(printed(code).lower())) == code


MALFORMED = [
    "",
    " - ",
    "7K3M-9QXD-W2NP-4RT",
    "7K3M-9QXD-W2NP-4RTA7",
    "7K3M-9QXD-W2NP-4RT*",
    "7K3M-9QXD-W2NP-4RTあ",
    "7K3M-9QXD-W2NP-4RTı",
    "https://vote.example.cn/b/",
    "https://vote.example.cn/b/7K3M/9QXD",
    "https://vote.example.cn/c/7K3M9QXDW2NP4RTA",
    "https://7K3M9QXDW2NP4RTA/b/",
    "-" * 100_000,
    "7K3M9QXDW2NP4RTA" * 1_000,
    "\ufdfa" * 1_900,
]


@pytest.mark.parametrize("text", MALFORMED)
def test_anything_else_is_malformed_and_not_echoed(text):
    with pytest.raises(ValueError, match=r"\Amalformed_code\Z"):
        read_code(text)


@given(st.text(max_size=80))
def test_reading_gives_a_canonical_code_or_says_malformed(text):
    try:
        code = read_code(text)
    except ValueError as refusal:
        assert str(refusal) == "malformed_code"  # noqa: PT017  (either answer is right)
    else:
        assert len(code) == 16
        assert set(code) <= set(ALPHABET)


@given(codes)
def test_the_digest_is_keyed_and_separated_from_other_uses_of_the_key(code):
    stored = code_digest(KEY, code)
    assert len(stored) == 16
    assert stored == code_digest(KEY, code)
    assert stored != code_digest(KEY[::-1], code)
    assert stored != blake2b(code.encode(), digest_size=16, key=KEY).digest()
    assert stored != blake2b(code.encode(), digest_size=16).digest()


def test_a_known_digest_so_that_stored_tickets_survive_a_change_of_code():
    assert code_digest(KEY, "7K3M9QXDW2NP4RTA").hex() == "80eee1f4104d3462bb2e5a6abe1dd350"


@pytest.mark.parametrize("code", ["7K3M-9QXD-W2NP-4RTA", "7k3m9qxdw2np4rta", "7K3M9QXDW2NP4RT", ""])
def test_only_a_canonical_code_is_digested(code):
    with pytest.raises(ValueError, match="malformed_code"):
        code_digest(KEY, code)


@pytest.mark.parametrize("size", [0, 15, 65])
def test_a_key_that_keeps_no_secret_is_refused(size):
    with pytest.raises(ValueError):
        code_digest(bytes(size), "7K3M9QXDW2NP4RTA")


@given(st.binary(min_size=5, max_size=5))
def test_a_public_key_carries_forty_bits_and_is_read_as_it_is_printed(drawn):
    key = new_key(lambda size: drawn[:size])
    assert len(key) == 8
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", printed_key(key))
    assert read_key(printed_key(key).lower()) == read_key(f" {key} ") == key


@given(receipts)
def test_a_receipt_is_read_as_it_is_printed(receipt):
    assert read_receipt(printed_receipt(receipt).lower()) == receipt


@pytest.mark.parametrize("read", [read_key, read_receipt])
@pytest.mark.parametrize("text", ["", "ABC", "A" * 16, "7K3M-9XQ", "7" * 100_000, "/q/7K3M9XQ2"])
def test_neither_takes_anything_else(read, text):
    with pytest.raises(ValueError, match="malformed_code"):
        read(text)


def test_a_browser_and_its_receipt_are_kept_apart_from_box_to_box():
    """What is stored of an answer joins nothing: not two boxes, nor a browser and its receipt."""
    token = b"7K3M9XQ2ABCD"
    kept = [browser_digest(KEY, 1, token), browser_digest(KEY, 2, token)]
    kept += [receipt_digest(KEY, 1, token.decode()), receipt_digest(KEY, 2, token.decode())]
    kept += [browser_digest(bytes(32), 1, token), browser_digest(KEY, 1, b"7K3M9XQ2ABCE")]
    assert len(set(kept)) == len(kept)
    assert {len(digest) for digest in kept} == {16}
    assert browser_digest(KEY, 1, token) == kept[0]
