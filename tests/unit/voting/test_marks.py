"""One ballot: its bytes, its words, its verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.domain import NO_MARK
from tests.unit.voting.builders import ballot, paper
from tests.unit.voting.strategies import votes
from voting.marks import LETTERS, Verdict, decode, encode, marked, verdict
from voting.paper import BlankPolicy, Paper, PaperKind


@given(st.sampled_from(PaperKind), st.data())
def test_a_mark_survives_its_word(kind: PaperKind, data: st.DataObject) -> None:
    letter = data.draw(st.sampled_from(sorted({*LETTERS[kind], NO_MARK})))
    assert encode(kind, decode(kind, letter)) == letter


@pytest.mark.parametrize(
    ("kind", "words", "letter"),
    [
        ("select", ["ticked", "x", "X", "1", "１", "√", "✓", "✔", "赞成", "选", "○"], ord("x")),
        ("select", ["", " ", "0", "未选", "\u3000"], NO_MARK),
        ("per_item", ["approve", "y", "Y", "Ｙ", "√", "赞成", "同意", "○"], ord("y")),
        ("per_item", ["against", "n", "×", "反对", "不赞成"], ord("n")),
        ("per_item", ["abstain", "a", "△", "弃权"], ord("a")),
        ("per_item", ["", "not_cast", "未投", "未按"], NO_MARK),
        ("rank", ["1", " 1 ", "１", "①", "01"], 1),
        ("rank", ["254"], 254),
        ("rank", ["", "未排"], NO_MARK),
    ],
)
def test_words_in_every_spelling(kind: str, words: list[str], letter: int) -> None:
    assert {encode(PaperKind(kind), word) for word in words} == {letter}


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("select", "×"),  # a cross means 反对 on paper, and must not be taken for a tick
        ("per_item", "x"),
        ("per_item", "1"),
        ("select", "2"),
        ("rank", "0"),
        ("rank", "255"),
        ("rank", "0001"),
        ("rank", "1.0"),
        ("rank", "-1"),
        ("rank", "二"),
        ("rank", "٣"),
    ],
)
def test_what_is_no_mark_is_refused(kind: str, word: str) -> None:
    with pytest.raises(ValueError):
        encode(PaperKind(kind), word)


@pytest.mark.parametrize(("kind", "letter"), [("select", 0), ("per_item", 120), ("rank", 0)])
def test_what_is_no_byte_of_the_paper_is_refused(kind: str, letter: int) -> None:
    with pytest.raises(ValueError):
        decode(PaperKind(kind), letter)


EXACT = {"allow_fewer": False}
STRICT = {"blank": BlankPolicy.INVALID}


@pytest.mark.parametrize(
    ("asked", "words", "expected"),
    [
        (paper(4, 2), "xx..", "valid"),
        (paper(4, 2), "x...", "valid"),
        (paper(4, 2), "xxx.", "over"),
        (paper(4, 2), "....", "blank"),
        (paper(4, 2, **STRICT), "....", "blank_invalid"),
        (paper(4, 2), "y...", "unknown_mark"),
        (paper(4, 2, **EXACT), "x...", "fewer"),
        (paper(4, 2, **EXACT), "xx..", "valid"),
        (paper(4, 2, **EXACT), "xxxx", "over"),
        (paper(4, 2, **EXACT), "....", "blank"),
        (paper(4, 2, "per_item"), "yyyn", "valid"),
        (paper(4, 2, "per_item"), "a...", "valid"),
        (paper(4, 2, "per_item", **EXACT), "y...", "valid"),
        (paper(4, 2, "per_item"), "....", "blank"),
        (paper(4, 2, "per_item", **STRICT), "....", "blank_invalid"),
        (paper(4, 2, "per_item"), "x...", "unknown_mark"),
        (paper(4, 2, "per_item", approvals_capped=True), "yyna", "valid"),
        (paper(4, 2, "per_item", approvals_capped=True), "yyyn", "over"),
        (paper(4, 2, "per_item", approvals_capped=True), "nnnn", "valid"),
        (paper(4, 3, "rank"), "213.", "valid"),
        (paper(4, 3, "rank"), ".1..", "valid"),
        (paper(4, 3, "rank", **EXACT), "21..", "fewer"),
        (paper(4, 3, "rank"), "2134", "over"),
        (paper(4, 3, "rank"), "11..", "duplicate_rank"),
        (paper(4, 3, "rank"), "131.", "duplicate_rank"),
        (paper(4, 3, "rank"), "13..", "gap_in_rank"),
        (paper(4, 3, "rank"), "2...", "gap_in_rank"),
        (paper(4, 3, "rank"), "0...", "unknown_mark"),
        (paper(4, 3, "rank"), "....", "blank"),
    ],
)
def test_the_verdict_on_one_ballot(asked: Paper, words: str, expected: str) -> None:
    found = verdict(asked, ballot(words))
    assert found is Verdict(expected)
    assert found.is_valid is (expected in {"valid", "blank"})


def test_a_ballot_of_another_length_is_no_ballot() -> None:
    with pytest.raises(ValueError, match="wrong_length"):
        verdict(paper(4), ballot("x.."))


def test_the_limit_is_about_ticks_places_or_approvals() -> None:
    assert marked(paper(4, 2), ballot("x.x.")) == 2
    assert marked(paper(4, 2, "rank"), ballot("12.3")) == 3
    assert marked(paper(4, 2, "per_item"), ballot("ynay")) == 2


@given(votes())
def test_over_is_over_and_nothing_else(vote: tuple[Paper, list[bytes]]) -> None:
    asked, rows = vote
    for row in rows:
        if verdict(asked, row) is Verdict.OVER:
            assert marked(asked, row) > asked.rule.seats
        elif verdict(asked, row).is_valid and asked.rule.kind is not PaperKind.PER_ITEM:
            assert marked(asked, row) <= asked.rule.seats
