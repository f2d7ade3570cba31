"""Every rule, outcome and mark can be said; the figures in the sentence are the right ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.domain import Denominator
from app.intake.documents import FileFault, MalformedFileError, Problem
from app.thresholds import Threshold
from tests.unit.voting.builders import ballots, paper, pile, rule, tally
from tests.unit.voting.strategies import rules, votes
from voting.fault_words import fault_lines
from voting.flaws import FlawCode
from voting.marks import LETTERS, NO_MARK, Verdict
from voting.outcomes import FollowUpKind, Outcome
from voting.paper import BlankPolicy, Paper, PaperKind, Purpose, Rule, ShortfallPolicy, TiePolicy
from voting.presets import PRESETS
from voting.words import (
    follow_up_words,
    label,
    mark_words,
    preset_label,
    reason_words,
    rule_sentence,
    score_words,
    threshold_words,
)

WORDS = [
    word
    for words in (
        PaperKind,
        BlankPolicy,
        TiePolicy,
        ShortfallPolicy,
        Purpose,
        Denominator,
        Outcome,
        FollowUpKind,
        Verdict,
    )
    for word in words
]


@pytest.mark.parametrize("word", WORDS, ids=lambda word: f"{type(word).__name__}.{word}")
def test_every_state_has_a_label(word: PaperKind) -> None:
    assert label(word) != word.value


def test_labels_of_one_kind_differ() -> None:
    for kind in {type(word) for word in WORDS}:
        labels = [label(word) for word in WORDS if type(word) is kind]
        assert len(set(labels)) == len(labels)
    assert len({preset_label(key) for key in PRESETS}) == len(PRESETS)


@given(rules(), st.none() | st.integers(1, 30), st.none() | st.integers(0, 400), st.booleans())
def test_any_rule_is_one_sentence(
    rule: Rule, candidates: int | None, whole: int | None, committee: bool
) -> None:
    said = rule_sentence(rule, candidates=candidates, whole=whole, committee=committee)
    assert said.count(".") == 1
    assert said.endswith(".")
    assert "%" not in said
    assert "None" not in said
    if candidates is not None:
        assert f"{candidates} candidate projects" in said


@given(rules(), rules())
def test_rules_that_count_apart_are_said_apart(one: Rule, other: Rule) -> None:
    """But for what is not read: fewer on per_item, the cap elsewhere, the share of nothing."""

    def read(rule: Rule) -> tuple[object, ...]:
        per_item = rule.kind is PaperKind.PER_ITEM
        shares = rule.threshold.fraction > 0
        return (
            rule.kind,
            rule.seats,
            per_item or rule.allow_fewer,
            per_item and rule.approvals_capped,
            rule.blank,
            shares and (rule.denominator, rule.threshold),
            rule.tie,
            rule.shortfall,
        )

    assert (rule_sentence(one) == rule_sentence(other)) is (read(one) == read(other))


def test_the_default_rule_in_words() -> None:
    assert rule_sentence(rule(seats=24), candidates=30, whole=327) == (
        "Of the 30 candidate projects choose at most 24, or the ballot is void; those approved by "
        "more than half of all deputies (at least 164 votes) are selected in the order of their "
        "votes, 24 at most; where equal votes leave it open, those tied are voted on again; where "
        "fewer than 24 are selected, a supplementary vote is held among the others; a ballot "
        "without any mark is an abstention."
    )


@pytest.mark.parametrize(
    ("share", "denominator", "committee", "expected"),
    [
        ("gt 1/2", "total_members", False, "more than half of all deputies"),
        (
            "gt 1/2",
            "total_members",
            True,
            "more than half of all members of the standing committee",
        ),
        ("ge 2/3", "present", True, "two thirds or more of the committee members present"),
        ("ge 2/3", "present", False, "two thirds or more of the deputies present"),
        ("gt 51/100", "valid", False, "more than 51/100 of the valid ballots"),
        ("ge 1", "due", False, "every one of the deputies due"),
    ],
)
def test_shares_in_words(share: str, denominator: str, committee: bool, expected: str) -> None:
    asked = rule(threshold=Threshold.parse(share), denominator=Denominator(denominator))
    assert threshold_words(asked, committee=committee) == expected


def test_a_committee_has_chairpersons_for_a_presidium() -> None:
    asked = rule(tie=TiePolicy.PRESIDIUM)
    assert "presidium" in rule_sentence(asked)
    assert "chairpersons" in rule_sentence(asked, committee=True)
    assert "presidium" in label(TiePolicy.PRESIDIUM)
    assert "chairpersons" in label(TiePolicy.PRESIDIUM, committee=True)
    tied = tally(paper(2, 1, "per_item", tie=TiePolicy.PRESIDIUM), ballots("yy", "yy"))
    assert tied.follow_up.kind is FollowUpKind.PRESIDIUM_DECIDES
    assert "presidium decides" in follow_up_words(tied)
    assert "chairpersons decide" in follow_up_words(tied, committee=True)


@given(votes(), st.booleans())
def test_every_outcome_gives_its_reason(vote: tuple[Paper, list[bytes]], void: bool) -> None:
    asked, rows = vote
    result = tally(asked, rows, issued=len(rows) - void)
    for line in result.lines:
        assert "%" not in reason_words(result, line)
    assert "%" not in follow_up_words(result)


def test_reasons_carry_their_figures() -> None:
    result = tally(paper(5, 3, "per_item"), pile([9, 7, 7, 7, 5], 10, "y", "n"))
    said = {line.id: reason_words(result, line) for line in result.lines}
    assert said["p1"] == (
        "9 approvals reach the 6 needed; with 9 votes it stands in place 1, within the 3 seats."
    )
    assert said["p2"] == "3 projects have 7 votes each, and 2 seats are left for them."
    assert said["p5"] == "5 approvals do not reach the 6 needed."
    assert follow_up_words(result) == (
        "3 projects with equal votes are voted on again for 2 seats; the most votes win."
    )
    ranked = tally(paper(2, 1, "rank"), ballots("1.", "1.", ".1"))
    assert "with 4 points it stands in place 1" in reason_words(ranked, ranked.line("p1"))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("select", ["ticked", "not ticked"]),
        ("per_item", ["abstain", "against", "approve", "not cast"]),
        ("rank", [*(f"place {n}" for n in range(1, 255)), "not ranked"]),
    ],
)
def test_marks_in_words(kind: str, said: list[str]) -> None:
    asked = PaperKind(kind)
    assert [mark_words(asked, letter) for letter in sorted({*LETTERS[asked], NO_MARK})] == said


def test_scores_have_their_unit() -> None:
    assert score_words(PaperKind.SELECT, 281) == "281 votes"
    assert score_words(PaperKind.RANK, 96) == "96 points"


FACTS: dict[str, int | str] = {
    "line": 1,
    "character": 2,
    "figure": "1.5",
    "key": "title",
    "expected": "string",
    "allowed": "a, b",
    "limit": "minimum 1",
    "cells": 3,
    "columns": 4,
    "cell": "?",
}


def said(problem: Problem) -> str:
    return fault_lines(MalformedFileError([problem]))[0]


@pytest.mark.parametrize("fault", FileFault)
def test_every_file_fault_has_words(fault: FileFault) -> None:
    assert "%" not in said(Problem(fault, "$.title", facts=FACTS))


def test_problems_name_their_place() -> None:
    assert said(Problem(FileFault.MISSING, "$.title")) == "$.title: This is missing."
    assert said(Problem(FileFault.NO_HEADING, row=1)).startswith("row 1: ")
    cell = Problem(FileFault.CELL_UNKNOWN, row=7, column="p2", facts={"cell": "?"})
    assert said(cell).startswith("row 7, column p2: “?”")
    flaw = Problem(FlawCode.THRESHOLD_UNREACHABLE, "$.rule.threshold")
    assert said(flaw) == "$.rule.threshold: More than all can never be reached."
    assert said(Problem(FileFault.NOT_A_TABLE)).startswith("This is not a table")
