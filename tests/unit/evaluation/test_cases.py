"""The real cases of RULES 9, as literal tables, and the ready rules at their edges."""

from dataclasses import replace

import pytest

from app.thresholds import percent
from evaluation.outcomes import Reason
from evaluation.paper import PLAIN
from evaluation.presets import PRESETS, SATISFACTION_DONT_KNOW, with_preset
from evaluation.suggestions import (
    Handling,
    Rating,
    ReplyClass,
    after_second_round,
    suggestion_rates,
)
from tests.unit.evaluation.builders import open_k, paper, pile, tally

ZHENHAI = (
    (28, 1, 0),
    (20, 8, 1),
    (26, 3, 0),
    (29, 0, 0),
    (17, 11, 1),
    (26, 3, 0),
    (17, 11, 1),
    (28, 1, 0),
)


def rows_of(table):
    """29 ballots over 8 subjects whose columns sum up to the table."""
    columns = ["A" * a + "B" * b + "C" * c for a, b, c in table]
    return ["".join(marks).encode() for marks in zip(*columns, strict=True)]


@pytest.mark.parametrize(
    ("members", "outcomes"),
    [
        (33, ["满意"] * 8),
        (34, ["满意", "满意", "满意", "满意", "基本满意", "满意", "基本满意", "满意"]),
    ],
)
def test_zhenhai_exactly_half_of_all_members_is_not_enough(members, outcomes):
    asked = with_preset(paper(8), "zhenhai")

    result = tally(asked, rows_of(ZHENHAI), total_members=members, due=members, present=29)

    lines = [result.line(f"s{at}") for at in range(1, 9)]
    assert [line.criteria[0].grades for line in lines] == list(ZHENHAI)
    assert [line.outcome.label for line in lines] == outcomes
    assert [line.rule for line in lines] == [1 if word == "满意" else 2 for word in outcomes]
    assert all(line.reason is Reason.RULE_HOLDS for line in lines)
    assert [percent(*line.rates[0].as_json()["share"]) for line in lines] == [
        "96.55%",
        "68.97%",
        "89.66%",
        "100.00%",
        "58.62%",
        "89.66%",
        "58.62%",
        "96.55%",
    ]
    assert [percent(line.rates[1].part, line.rates[1].whole) for line in lines] == [
        "100.00%",
        "96.55%",
        "100.00%",
        "100.00%",
        "96.55%",
        "100.00%",
        "96.55%",
        "100.00%",
    ]
    assert result.response == (29, 29)


def test_zhenhai_places_are_shared_and_the_next_counts_them_all():
    result = tally(with_preset(paper(8), "zhenhai"), rows_of(ZHENHAI))

    assert [(line.id, line.place) for line in result.lines] == [
        ("s4", 1),
        ("s1", 2),
        ("s8", 2),
        ("s3", 4),
        ("s6", 4),
        ("s2", 6),
        ("s5", 7),
        ("s7", 7),
    ]


@pytest.mark.parametrize(
    ("preset", "marks", "members", "outcome"),
    [
        # 镇海: more than half of all members, exactly half included in what fails.
        ("zhenhai", {"A": 15, "B": 0, "C": 15}, 30, "dissatisfied"),
        ("zhenhai", {"A": 15, "B": 1, "C": 14}, 30, "basically_satisfied"),
        ("zhenhai", {"A": 16, "B": 0, "C": 14}, 30, "satisfied"),
        ("zhenhai", {"A": 10, "B": 5, "C": 0}, 30, "dissatisfied"),
        # 津市: more than two thirds of the ballots cast.
        ("jinshi", {"A": 10, "B": 10, "C": 10}, 30, "not_passed"),
        ("jinshi", {"A": 11, "B": 10, "C": 9}, 30, "passed"),
        # 大悟: 80 % and 50 % of the voters, both included.
        ("dawu", {"A": 24, "B": 6, "C": 0}, 30, "competent"),
        ("dawu", {"A": 23, "B": 7, "C": 0}, 30, "basically_competent"),
        ("dawu", {"A": 15, "B": 15, "C": 0}, 30, "basically_competent"),
        ("dawu", {"A": 14, "B": 16, "C": 0}, 30, "incompetent"),
        # The county's: two thirds of 优秀 and 称职 are enough; a third of 不称职 is not over it.
        ("yearly_assessment", {"A": 10, "B": 10, "C": 0, "D": 10}, 30, "competent"),
        ("yearly_assessment", {"A": 10, "B": 9, "C": 1, "D": 10}, 30, "admonishing_talk"),
        ("yearly_assessment", {"A": 10, "B": 9, "C": 0, "D": 11}, 30, "removal_proposed"),
        # Points: 满意 100, 基本满意 70, 不满意 30; from 90, 70, 60.
        ("point_bands", {"A": 20, "B": 10, "C": 0}, 30, "satisfied"),
        ("point_bands", {"A": 19, "B": 11, "C": 0}, 30, "basically_satisfied"),
        ("point_bands", {"A": 0, "B": 30, "C": 0}, 30, "basically_satisfied"),
        ("point_bands", {"A": 0, "B": 29, "C": 1}, 30, "fair"),
        ("point_bands", {"A": 0, "B": 22, "C": 8}, 30, "dissatisfied"),
        ("point_bands", {"A": 0, "B": 23, "C": 7}, 30, "fair"),
    ],
)
def test_ready_rules_at_their_edges(preset, marks, members, outcome):
    result = tally(with_preset(paper(), preset), pile(**marks), total_members=members)

    assert result.line("s1").outcome.key == outcome


def test_review_bands_read_points():
    asked = with_preset(paper(), "review_bands")
    marks = [bytes([points]) for points in (95, 90, 88, 87, 90)]

    line = tally(asked, marks).line("s1")

    assert (line.score, line.outcome.label) == (90, "优秀")
    assert [(rate.part, rate.whole) for rate in line.rates] == [(3, 5), (5, 5)]


def test_figures_only_has_rates_and_no_outcome():
    asked = with_preset(paper(), "figures_only")

    line = tally(asked, pile(A=4, B=2, C=1, D=3)).line("s1")

    assert (line.outcome, line.reason) == (None, Reason.NO_RULES)
    assert [(rate.part, rate.whole) for rate in line.rates] == [(4, 7), (6, 7)]


def test_dont_know_counts_as_valid_where_the_paper_says_so():
    marks = pile(A=4, B=2, C=1, D=3)
    counting = paper(
        scale=replace(
            SATISFACTION_DONT_KNOW,
            grades=tuple(replace(grade, valid=True) for grade in SATISFACTION_DONT_KNOW.grades),
        )
    )

    assert tally(counting, marks).line("s1").rates[0].whole == 10
    assert tally(paper(scale=SATISFACTION_DONT_KNOW), marks).line("s1").rates[0].whole == 7


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_nobody_voted_has_no_outcome_and_no_rate(preset):
    result = tally(with_preset(paper(3), preset), [], total_members=30, issued=30)

    for line in result.lines:
        assert line.outcome is None
        assert line.reason in {Reason.NO_VALID_MARKS, Reason.NO_RULES}
        assert line.place is None
        assert line.score is None
        assert {percent(rate.part, rate.whole) for rate in line.rates} == {"—"}
    assert result.response == (0, 30)


def test_a_group_of_one_gets_nothing_at_all():
    result = tally(with_preset(paper(), "zhenhai"), pile(C=1))

    line = result.line("s1")
    assert (line.outcome, line.reason) == (None, Reason.TOO_FEW_RATERS)
    assert (line.rates, line.criteria, line.score) == ((), (), None)


def test_a_group_of_one_where_the_paper_takes_the_protection_off():
    result = tally(open_k(with_preset(paper(), "zhenhai")), pile(C=1))

    assert result.line("s1").outcome.key == "dissatisfied"


def test_every_ballot_invalid():
    result = tally(with_preset(paper(2), "zhenhai"), [b"\xff\xff"] * 6)

    assert (result.turnout.valid, result.turnout.invalid) == (0, 6)
    assert dict(result.void_ballots) == {"blank_invalid": 6}
    assert {line.reason for line in result.lines} == {Reason.NO_VALID_MARKS}


def test_more_returned_than_issued_decides_nothing():
    result = tally(with_preset(paper(), "zhenhai"), pile(A=6), issued=5)

    assert result.void
    assert (result.lines[0].outcome, result.lines[0].reason) == (None, Reason.VOTE_VOID)
    assert result.lines[0].place is None
    assert result.lines[0].criteria[0].grades == (6, 0, 0)


def test_a_share_of_an_unknown_number_decides_nothing():
    result = tally(with_preset(paper(), "zhenhai"), pile(A=6), total_members=0)

    assert result.lines[0].reason is Reason.NO_WHOLE


def songyang(ids, reply, fulfilment):
    return [
        Handling(
            f"{at}",
            Rating.SATISFIED if at < reply else Rating.DISSATISFIED,
            Rating.SATISFIED if at < fulfilment else Rating.DISSATISFIED,
            ReplyClass.SOLVED if at < 110 else ReplyClass.BEING_SOLVED,
        )
        for at in ids
    ]


def test_songyang_two_rounds():
    first = songyang(range(220), 215, 198)
    # Asked again is what was not satisfied: 5 replies and 22 results.
    second = [
        Handling(
            each.id,
            Rating.SATISFIED if each.reply is Rating.DISSATISFIED else Rating.NOT_ASKED,
            Rating.SATISFIED if int(each.id) < 218 else Rating.DISSATISFIED,
        )
        for each in first
        if Rating.DISSATISFIED in {each.reply, each.fulfilment}
    ]

    before, after = suggestion_rates(first), suggestion_rates(after_second_round(first, second))

    assert (before.reply.satisfied, before.fulfilment.satisfied) == (215, 198)
    assert (after.reply.satisfied, after.fulfilment.satisfied) == (220, 218)
    assert [
        percent(rate.satisfied, rate.answered)
        for rate in (before.reply, before.fulfilment, after.reply, after.fulfilment)
    ] == ["97.73%", "90.00%", "100.00%", "99.09%"]
    assert after.as_json()["resolved_rate"] == [110, 220]
    assert suggestion_rates(first).reply.satisfied == 215


def test_who_never_answers_is_left_out_and_shown_beside():
    rates = suggestion_rates(
        [
            Handling("1", Rating.SATISFIED, reply_class=ReplyClass.SOLVED),
            Handling("2", Rating.BASICALLY_SATISFIED, reply_class=ReplyClass.PLANNED),
            Handling("3", Rating.NEVER_ANSWERED, reply_class=ReplyClass.FOR_REFERENCE),
            Handling("4"),
        ],
        resolved=frozenset({ReplyClass.SOLVED, ReplyClass.BEING_SOLVED}),
    )

    assert rates.as_json() == {
        "reply_rate": {
            "satisfied_rate": [1, 2],
            "overall_rate": [2, 2],
            "never_answered": 1,
            "not_asked": 1,
        },
        "fulfilment_rate": {
            "satisfied_rate": [0, 0],
            "overall_rate": [0, 0],
            "never_answered": 0,
            "not_asked": 4,
        },
        "resolved_rate": [1, 3],
    }


def test_a_second_round_answered_by_nobody_changes_nothing():
    first = [Handling("1", Rating.DISSATISFIED, Rating.NOT_ASKED, ReplyClass.PLANNED)]
    second = [Handling("1", Rating.NEVER_ANSWERED, Rating.NEVER_ANSWERED, ReplyClass.SOLVED)]

    assert after_second_round(first, second) == (
        Handling("1", Rating.DISSATISFIED, Rating.NEVER_ANSWERED, ReplyClass.SOLVED),
    )
    with pytest.raises(ValueError, match="unknown_suggestion"):
        after_second_round(first, [Handling("2")])


def test_size_130_deputies_rate_34_units_on_one_paper():
    asked = with_preset(paper(34), "zhenhai")
    rows = [b"ABC"[at % 3 :][:1] * 17 + b"A" * 17 for at in range(130)]

    result = tally(asked, rows)

    assert len(result.lines) == 34
    assert result.line("s34").criteria[0].grades == (130, 0, 0)
    assert result.line("s1").criteria[0].grades == (44, 43, 43)
    assert asked.criteria == PLAIN
