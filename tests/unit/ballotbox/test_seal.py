"""A Return is sealed as one text, and read back as the same value or not at all."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.domain import Secrecy, Turnout
from app.ballotbox.seal import OpenSample, Return, RollCall, pile_digest
from recount import recount

ROLL = RollCall(
    heading={"body": "明州市人民代表大会", "title": "第五次会议"},
    body_kind="congress",
    total_members=7,
    due=7,
    on_leave=0,
    present=6,
    quorum=5,
    rehearsal=False,
)
SEALED = Return(
    box=3,
    instrument="voting",
    title="2026年度民生实事项目票决",
    round=1,
    secrecy=Secrecy.SECRET,
    roll=ROLL,
    turnout=Turnout(7, 7, 0, 6, 6, 1, 6, 5, 1),
    paper="a" * 64,
    ballots="b" * 64,
    receipts="c" * 64,
    chain_open="d" * 64,
    chain_close="e" * 64,
    opened_at="2026-11-23T01:00:00+00:00",
    closed_at="2026-11-23T01:10:00+00:00",
    result={"valid": 5, "lines": []},
)
SAMPLE = OpenSample("public", received=40, too_fast=3, alone=False)


@pytest.mark.parametrize("sample", [None, SAMPLE, replace(SAMPLE, alone=True)])
def test_what_is_sealed_is_read_back_as_it_was(sample):
    sealed = replace(SEALED, sample=sample)
    again = Return.read(sealed.text)
    assert again == sealed
    assert again.seal == sealed.seal
    assert again.open_alone == bool(sample and sample.alone)
    assert ("sample" in json.loads(sealed.text)) is (sample is not None)


def test_any_other_figure_is_another_seal():
    others = [
        replace(SEALED, box=4),
        replace(SEALED, title="2026年度民生实事项目票决 "),
        replace(SEALED, turnout=Turnout(7, 7, 0, 6, 6, 1, 6, 6, 0)),
        replace(SEALED, roll=replace(ROLL, override="主席团决定")),
        replace(SEALED, result={"valid": 6, "lines": []}),
        replace(SEALED, sample=SAMPLE),
    ]
    assert len({SEALED.seal, *(other.seal for other in others)}) == len(others) + 1


def test_a_text_of_another_format_is_refused():
    stored = json.loads(SEALED.text)
    for text in (json.dumps(stored | {"format": "piaojue-return-2"}), "{}"):
        with pytest.raises(ValueError, match="unknown_return_format"):
            Return.read(text)


def test_a_quorum_is_reached_by_as_many_as_it_asks():
    assert replace(ROLL, present=5).quorate
    assert not replace(ROLL, present=4).quorate


def test_the_digest_of_a_pile_knows_no_order_and_misses_no_ballot():
    pile = [("staff", b"AB"), ("", b"AA"), ("staff", b"AA")]
    assert pile_digest(pile) == pile_digest(pile[::-1])
    others = [pile[:2], [*pile, pile[0]], [("staf", b"fAB"), *pile[1:]], [("", b"AB"), *pile[1:]]]
    assert len({pile_digest(pile), *(pile_digest(other) for other in others)}) == 5


def test_what_came_too_fast_is_not_among_what_was_kept():
    assert SAMPLE.kept == 37


@given(st.lists(st.tuples(st.text(max_size=2), st.binary(max_size=3))), st.binary(max_size=4))
def test_the_digest_of_a_pile_is_the_one_that_scrutineers_compute(pile, blinding):
    assert pile_digest(pile, blinding.hex()) == recount.pile_digest(pile, blinding)
