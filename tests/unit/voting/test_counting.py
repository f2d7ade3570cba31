"""The count: the same as one ballot at a time, in any order, in any piles."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.domain import NO_MARK
from app.ballotbox.piles import Piles
from tests.unit.voting.builders import ballot, ballots, paper
from tests.unit.voting.strategies import rows_for, votes
from voting import tally as counting
from voting.marks import ABSTAIN, AGAINST, APPROVE, Verdict, verdict
from voting.paper import Paper, PaperKind
from voting.tally import Counts, array, count, count_piles


def one_by_one(paper: Paper, rows: list[bytes]) -> Counts:
    """The oracle: each ballot by its verdict, each mark by hand."""
    items = len(paper.candidates)
    verdicts = Counter(verdict(paper, row) for row in rows)
    sums = {word: [0] * items for word in ("approve", "against", "abstain", "not_cast", "points")}
    for row in rows:
        if not verdict(paper, row).is_valid:
            continue
        for item, letter in enumerate(row):
            if letter == NO_MARK:
                sums["not_cast"][item] += 1
            elif paper.rule.kind is PaperKind.PER_ITEM:
                word = {APPROVE: "approve", AGAINST: "against", ABSTAIN: "abstain"}[letter]
                sums[word][item] += 1
            else:
                sums["approve"][item] += 1
                if paper.rule.kind is PaperKind.RANK:
                    sums["points"][item] += items - letter + 1
    by_verdict = tuple(verdicts[found] for found in Verdict)
    return Counts(by_verdict, **{word: tuple(figures) for word, figures in sums.items()})


def counted(paper: Paper, rows: list[bytes]) -> Counts:
    return count(paper, array(rows, len(paper.candidates)))


@given(votes())
def test_the_fast_count_is_the_plain_one(vote: tuple[Paper, list[bytes]]) -> None:
    assert counted(*vote) == one_by_one(*vote)


@given(votes(), st.randoms(use_true_random=False))
def test_the_order_in_the_box_says_nothing(
    vote: tuple[Paper, list[bytes]], chance: random.Random
) -> None:
    asked, rows = vote
    shuffled = chance.sample(rows, len(rows))
    assert counted(asked, shuffled) == counted(asked, rows)


@given(votes(), st.data())
def test_piles_may_be_counted_apart(vote: tuple[Paper, list[bytes]], data: st.DataObject) -> None:
    asked, rows = vote
    other = data.draw(rows_for(asked))
    empty = Counts.none(len(asked.candidates))
    assert counted(asked, rows) + counted(asked, other) == counted(asked, rows + other)
    assert counted(asked, rows) + empty == counted(asked, rows)
    assert counted(asked, []) == empty


@given(votes())
def test_nothing_is_lost(vote: tuple[Paper, list[bytes]]) -> None:
    asked, rows = vote
    counts = counted(asked, rows)
    assert counts.ballots == len(rows)
    assert counts.valid + counts.invalid == len(rows)
    assert sum(counts.void_ballots.values()) == counts.invalid
    for item in range(len(asked.candidates)):
        cast = counts.approve[item] + counts.against[item] + counts.abstain[item]
        assert cast + counts.not_cast[item] == counts.valid


@pytest.mark.parametrize("kind", PaperKind)
def test_a_pile_of_several_chunks(kind: PaperKind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_CHUNK", 7)
    chance = random.Random(5)
    asked = paper(5, 3, kind)
    letters = {"select": "x.", "per_item": "yna.", "rank": "123."}[kind]
    rows = [ballot("".join(chance.choices(letters, k=5))) for _ in range(100)]
    assert counted(asked, rows) == one_by_one(asked, rows)


def test_not_cast_is_not_abstain() -> None:
    counts = counted(paper(3, 2, "per_item"), ballots("ya.", "n..", "..."))
    assert counts.approve == (1, 0, 0)
    assert counts.against == (1, 0, 0)
    assert counts.abstain == (0, 1, 0)
    assert counts.not_cast == (1, 2, 3)
    assert (counts.valid, counts.of(Verdict.BLANK)) == (3, 1)


def test_points_of_a_ranking() -> None:
    """Of 4 projects the first place gives 4 points, the third 2, none 0; voids give nothing."""
    counts = counted(paper(4, 3, "rank"), ballots("123.", "1...", ".21.", "11..", "1234"))
    assert counts.points == (4 + 4, 3 + 3, 2 + 4, 0)
    assert counts.approve == (2, 2, 2, 0)
    assert counts.void_ballots == {Verdict.DUPLICATE_RANK: 1, Verdict.OVER: 1}


def test_a_hundred_places_are_told_apart() -> None:
    asked = paper(254, 254, "rank")
    counts = counted(asked, [bytes(range(1, 255)), bytes(range(254, 0, -1))])
    assert set(counts.points) == {255}
    assert counts.approve == (2,) * 254


@pytest.mark.parametrize(
    ("rows", "items"), [([b"xx", b"x"], 2), ([b"x", b"xxx"], 2), ([b""], 0), ([], 0)]
)
def test_ballots_of_another_length_are_refused(rows: list[bytes], items: int) -> None:
    with pytest.raises(ValueError, match="wrong_length"):
        array(rows, items)


@pytest.mark.parametrize(
    "marks",
    [
        np.zeros((3, 4), dtype=np.uint8),
        np.zeros(5, dtype=np.uint8),
        np.zeros((3, 5), dtype=np.int64),
    ],
)
def test_marks_of_another_shape_are_refused(marks: np.ndarray) -> None:
    with pytest.raises(ValueError, match="wrong_length"):
        count(paper(5), marks)


def test_piles_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match="wrong_length"):
        count_piles(paper(5), Piles.of(4, [("", b"xxxx")]))


def test_piles_of_other_papers_do_not_add() -> None:
    with pytest.raises(ValueError):
        _ = Counts.none(2) + Counts.none(3)
