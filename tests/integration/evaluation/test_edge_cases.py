"""The edges that RULES.md names, worked out by hand, from the cards to the printed return."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from app.ballotbox.domain import Denominator
from app.reports.official import official_return
from app.reports.word import word
from app.reports.workbook import workbook
from app.thresholds import Comparison, Threshold
from evaluation import result_views
from evaluation.outcomes import Line, Reason, Tally, Withheld
from evaluation.paper import Cap, EmptyGroup, Fault, RankBy, RaterGroup, Trim, Validity
from evaluation.presets import POINT_BANDS
from evaluation.rules import Outcome, OutcomeRule, Share, Standing
from evaluation.scores import Gap
from evaluation.statement import statement
from tests.contracts.hall import NOON
from tests.integration.evaluation.evaluations import drafted, hand_out, hold
from tests.integration.evaluation.test_service import recounted

PASS = Outcome("pass", "通过", Standing.GOOD)
FAIL = Outcome("fail", "不通过", Standing.POOR)
BOTH = (RaterGroup("deputy", "代表", 60), RaterGroup("staff", "干部职工", 40))


def said(box_id: int, ballots: Sequence[tuple[str, bytes]], issued: int = 0) -> Tally:
    """Hold an evaluation, see that a recount agrees and that everything prints; its tally.

    issued: deputies' cards that are handed out, where more than vote.
    """
    codes: list[str] = []
    for group in dict.fromkeys(group for group, _ in ballots):
        codes += hand_out(box_id, sum(one == group for one, _ in ballots), group)
    if issued:
        hand_out(box_id, issued)
    sealed = hold(box_id, codes, [marks for _, marks in ballots])
    assert recounted(box_id) == []
    assert word(official_return(statement(box_id), NOON)).startswith(b"PK")
    assert workbook(result_views.book(box_id)).startswith(b"PK")
    return Tally.from_json(sealed.result)


def line(box_id: int, ballots: Sequence[tuple[str, bytes]], issued: int = 0) -> Line:
    return said(box_id, ballots, issued).line("s1")


def pile(group: str = "deputy", **marks: int) -> list[tuple[str, bytes]]:
    """`pile(A=3, none=1)`: ballots on one subject."""
    letters = {"none": b"\xff"}
    return [
        (group, letters.get(mark, mark.encode()))
        for mark, number in marks.items()
        for _ in range(number)
    ]


@pytest.mark.parametrize(
    ("comparison", "fraction", "of", "marks", "outcome"),
    [
        (Comparison.GT, Fraction(1, 2), Denominator.TOTAL_MEMBERS, {"A": 25, "C": 9}, "不通过"),
        (Comparison.GT, Fraction(1, 2), Denominator.TOTAL_MEMBERS, {"A": 26, "C": 9}, "通过"),
        (Comparison.GE, Fraction(1, 2), Denominator.TOTAL_MEMBERS, {"A": 25}, "通过"),
        (Comparison.GE, Fraction(2, 3), Denominator.RETURNED, {"A": 8, "C": 4}, "通过"),
        (Comparison.GT, Fraction(2, 3), Denominator.RETURNED, {"A": 8, "C": 4}, "不通过"),
        (
            Comparison.GE,
            Fraction(2, 3),
            Denominator.RETURNED,
            {"A": 8, "C": 4, "none": 1},
            "不通过",
        ),
        (Comparison.GE, Fraction(2, 3), Denominator.VALID, {"A": 8, "C": 4, "none": 1}, "通过"),
    ],
)
def test_exactly_half_and_two_thirds(comparison, fraction, of, marks, outcome):
    share = Share(("A",), of, Threshold(comparison, fraction))
    rules = (OutcomeRule(PASS, (share,)), OutcomeRule(FAIL))
    assert line(drafted(1, rules=rules), pile(**marks)).outcome.label == outcome


@pytest.mark.parametrize(
    ("missing", "valid", "marks"), [(Fault.ABSTAIN, 8, 8), (Fault.VOID_SUBJECT, 6, 6)]
)
def test_blank_ballots_abstain_or_are_invalid(missing, valid, marks):
    tally = said(drafted(1, validity=Validity(missing=missing)), pile(A=6, none=2))
    assert (tally.turnout.returned, tally.turnout.valid) == (8, valid)
    assert tally.line("s1").criteria[0].valid == marks
    assert tally.line("s1").criteria[0].grades == (6, 0, 0)


def test_nobody_voted_and_every_ballot_invalid():
    nobody = said(drafted(1), [], issued=3)
    assert nobody.response == (0, 3)
    assert (nobody.line("s1").outcome, nobody.line("s1").reason) == (None, Reason.NO_VALID_MARKS)
    blank = said(drafted(1), pile(none=7))
    assert (blank.turnout.valid, blank.turnout.invalid) == (0, 7)
    assert (blank.line("s1").outcome, blank.line("s1").reason) == (None, Reason.NO_VALID_MARKS)


@pytest.mark.parametrize(
    ("policy", "score", "gap"),
    [
        (EmptyGroup.RENORMALISE, Fraction(85), None),
        (EmptyGroup.ZERO, Fraction(51), None),
        (EmptyGroup.BLOCK, None, Gap.EMPTY_GROUP),
    ],
)
def test_a_rater_group_in_which_nobody_voted(policy, score, gap):
    """Deputies 60: (3 × 100 + 3 × 70) / 6 = 85; staff 40: none."""
    box_id = drafted(1, groups=BOTH, empty_group=policy, rules=POINT_BANDS, rank_by=RankBy.SCORE)
    hand_out(box_id, 2, "staff")
    found = line(box_id, pile(A=3, B=3))
    assert (found.score, found.gap, found.withheld) == (score, gap, Withheld.NOTHING)
    assert (found.outcome is None) is (score is None)


def test_a_group_of_one_gives_its_score_and_not_its_mark():
    """60 × 100 + 40 × 30 = 7200."""
    box_id = drafted(1, groups=BOTH, rules=POINT_BANDS, rank_by=RankBy.SCORE)
    found = line(box_id, [*pile(A=6), *pile("staff", C=1)])
    assert (found.score, found.withheld) == (72, Withheld.COUNTS)
    assert (found.criteria, found.groups, found.rates) == ((), (), ())


def test_trimming_takes_none_where_nothing_would_be_left():
    """Of 100 × 4, 30 × 2 the highest and the lowest go: 330 / 4; of two raters none goes."""
    trimmed = {"trim": Trim(1, 1), "rules": POINT_BANDS, "rank_by": RankBy.SCORE}
    assert line(drafted(1, **trimmed), pile(A=4, C=2)).score == Fraction(330, 4)
    box_id = drafted(1, smallest_group=1, **trimmed)
    assert line(box_id, pile(A=1, C=1)).score == 65


def test_a_cap_voids_the_ballot_that_is_over_it():
    box_id = drafted(3, caps=(Cap(("A",), 2),))
    tally = said(box_id, [("deputy", b"AAB")] * 6 + [("deputy", b"AAA")] * 2)
    assert (tally.turnout.valid, tally.turnout.invalid) == (6, 2)
    assert tally.line("s3").criteria[0].grades == (0, 6, 0)


@pytest.mark.parametrize(("least", "decided"), [(7, True), (8, False)])
def test_fewer_valid_marks_than_asked_for_decide_nothing(least, decided):
    found = line(drafted(1, validity=Validity(min_responses=least)), pile(A=7, none=2))
    assert (found.outcome is not None) is decided
    assert found.reason is (Reason.RULE_HOLDS if decided else Reason.TOO_FEW_RESPONSES)


def test_all_marks_alike_are_invalid_where_the_rules_say_so():
    settings: dict[str, Any] = {"validity": Validity(uniform_invalid=True)}
    tally = said(drafted(2, **settings), [("deputy", b"AA")] * 3 + [("deputy", b"AB")] * 6)
    assert (tally.turnout.valid, tally.turnout.invalid) == (6, 3)
