"""Scores: exact, weighted, trimmed; places shared."""

from fractions import Fraction

import pytest

from app.ballotbox.domain import Denominator
from app.ballotbox.second_count import agreed
from app.refused import Refused
from evaluation.again import sealed_result
from evaluation.outcomes import Reason, Tally, Verdict
from evaluation.paper import Criterion, EmptyGroup, RankBy, RaterGroup, Trim
from evaluation.presets import JINSHI, POINTS, REVIEW_BANDS, SATISFACTION
from evaluation.scores import Gap, across_criteria, across_groups, mean, places
from tests.unit.evaluation.builders import open_k, paper, tally

F = Fraction
NO_TRIM = Trim()
GROUPS = (
    RaterGroup("committee", "委员", 60),
    RaterGroup("deputies", "代表", 30),
    RaterGroup("staff", "职工", 10),
)


def test_the_mean_is_exact_and_skips_what_has_no_points():
    assert mean((2, 1, 5), (100, 70, None), NO_TRIM) == F(270, 3)
    assert mean((1, 2), (100, 70), NO_TRIM) == 80
    assert mean((1, 1, 1), (100, 70, 30), NO_TRIM) == F(200, 3)
    assert mean((0, 0, 5), (100, 70, None), NO_TRIM) is None


def test_trimming_takes_the_highest_and_lowest_marks():
    assert mean((1, 1, 1, 1), (100, 90, 80, 10), Trim(1, 1)) == 85
    assert mean((3, 2), (100, 0), Trim(highest=1, lowest=1)) == F(200, 3)
    assert mean((2, 3), (100, 0), Trim(lowest=3)) == 100
    assert mean((0, 4, 0), (100, 50, 0), Trim(2, 1)) == 50


def test_trimming_never_takes_all():
    assert mean((1, 1), (100, 0), Trim(1, 1)) == 50
    assert mean((1, 1, 1), (100, 40, 0), Trim(1, 1)) == 40


@pytest.mark.parametrize(
    ("policy", "score"),
    [
        (EmptyGroup.RENORMALISE, F(60 * 90 + 10 * 70, 70)),
        (EmptyGroup.ZERO, F(60 * 90 + 10 * 70, 100)),
        (EmptyGroup.BLOCK, Gap.EMPTY_GROUP),
    ],
)
def test_an_empty_group_under_each_policy(policy, score):
    assert across_groups([F(90), None, F(70)], [60, 30, 10], policy) == score


@pytest.mark.parametrize("policy", EmptyGroup)
def test_where_nobody_with_a_voice_spoke_there_is_no_score(policy):
    assert across_groups([None, None], [60, 40], policy) is Gap.NO_MARKS
    assert across_groups([F(90), None], [0, 40], policy) is Gap.NO_MARKS
    assert across_groups([F(90), None], [60, 0], policy) == 90


def test_criteria_are_weighed_and_one_without_a_score_leaves_none():
    assert across_criteria([F(90), F(60)], [2, 1]) == 80
    assert across_criteria([F(90), Gap.NO_MARKS], [2, 0]) == 90
    assert across_criteria([F(90), Gap.EMPTY_GROUP], [2, 1]) is Gap.EMPTY_GROUP


def test_places_are_shared():
    assert places([F(90), None, F(90), F(80), F(95)]) == (2, None, 2, 4, 1)


def test_a_performance_review_with_criteria_and_groups():
    criteria = (Criterion("duty", "依法履职", 3), Criterion("results", "工作实绩", 2))
    asked = paper(
        1,
        scale=POINTS,
        criteria=criteria,
        groups=GROUPS,
        rules=REVIEW_BANDS,
        rank_by=RankBy.SCORE,
    )
    ballots = {"committee": (90, 80), "deputies": (85, 95), "staff": (100, 60)}
    rows = [bytes(marks) for marks in ballots.values() for _ in range(5)]
    names = [name for name in ballots for _ in range(5)]

    result = tally(asked, rows, names, {"committee": 5, "deputies": 6})

    line = result.line("s1")
    duty, results = F(60 * 90 + 30 * 85 + 10 * 100, 100), F(60 * 80 + 30 * 95 + 10 * 60, 100)
    assert [each.score for each in line.criteria] == [duty, results]
    assert line.score == (3 * duty + 2 * results) / 5 == F(867, 10)
    assert (line.outcome.key, line.place) == ("competent", 1)
    assert [each.criteria[0].score for each in line.groups] == [90, 85, 100]
    # Pooled over the criteria where no one of them is the overall one.
    assert [(rate.part, rate.whole) for rate in line.rates] == [(15, 30), (25, 30)]
    assert [(group.issued, group.returned, group.valid) for group in result.groups] == [
        (5, 5, 5),
        (6, 5, 5),
        (None, 5, 5),
    ]


def test_the_overall_criterion_is_what_rates_are_read_from():
    criteria = (Criterion("duty", "依法履职"), Criterion("overall", "总体评价", 0))
    asked = paper(1, criteria=criteria, overall_criterion="overall")

    line = tally(asked, [b"AC"] * 3 + [b"CB"] * 3).line("s1")

    assert [(rate.part, rate.whole) for rate in line.rates] == [(0, 6), (3, 6)]
    assert line.score == F(100 * 3 + 30 * 3, 6)


@pytest.mark.parametrize(
    ("policy", "score", "reason"),
    [
        (EmptyGroup.RENORMALISE, F(100 * 60 + 70 * 30, 90), Reason.RULE_HOLDS),
        (EmptyGroup.ZERO, F(100 * 60 + 70 * 30, 100), Reason.RULE_HOLDS),
        (EmptyGroup.BLOCK, None, Reason.NO_SCORE),
    ],
)
def test_an_empty_group_in_a_whole_count(policy, score, reason):
    asked = paper(groups=GROUPS, rules=REVIEW_BANDS, empty_group=policy)

    line = tally(asked, [b"A"] * 6 + [b"B"] * 6, ["committee"] * 6 + ["deputies"] * 6).line("s1")

    assert (line.score, line.reason) == (score, reason)
    assert line.gap == (Gap.EMPTY_GROUP if policy is EmptyGroup.BLOCK else None)


def test_groups_without_weights_only_break_the_count_down():
    groups = (RaterGroup("g1", "委员"), RaterGroup("g2", "代表"))

    line = tally(paper(groups=groups), [b"A"] * 6 + [b"C"] * 14, ["g1"] * 6 + ["g2"] * 14).lines[0]

    assert line.score == F(6 * 100 + 14 * 30, 20)
    assert [each.criteria[0].grades for each in line.groups] == [(6, 0, 0), (0, 0, 14)]


def test_the_open_sample_enters_the_score_and_never_the_counts():
    groups = (RaterGroup("g1", "代表", 80), RaterGroup("open", "公开样本", 20, open_sample=True))
    rows, names = [b"A"] * 6 + [b"C"] * 50, ["g1"] * 6 + ["open"] * 50

    result = tally(paper(groups=groups), rows, names)

    line = result.line("s1")
    assert line.criteria[0].grades == (6, 0, 0)
    assert [(rate.part, rate.whole) for rate in line.rates] == [(6, 6), (6, 6)]
    assert line.score == F(100 * 80 + 30 * 20, 100)
    assert (result.turnout.returned, result.turnout.valid) == (6, 6)
    assert [(each.open_sample, each.rates[0].whole) for each in line.groups] == [
        (False, 6),
        (True, 50),
    ]
    assert not result.open_sample


def test_an_open_questionnaire_says_that_it_is_one():
    groups = (RaterGroup("open", "公开样本", open_sample=True),)

    result = tally(paper(groups=groups, rules=JINSHI), [b"A"] * 6, ["open"] * 6, issued=0)

    assert result.open_sample
    assert not result.void, "no ticket is issued for an open questionnaire"
    assert result.line("s1").rates[0].part == 6
    assert result.line("s1").outcome == JINSHI[0].outcome
    assert result.line("s1").place == 1


def test_straight_lines_of_the_open_sample_are_left_out_and_shown():
    groups = (
        RaterGroup("g1", "代表", 80),
        RaterGroup("open", "公开样本", 20, open_sample=True, uniform_invalid=True),
    )
    rows = [b"AA"] * 6 + [b"AA"] * 4 + [b"CB"] * 50

    result = tally(paper(2, groups=groups), rows, ["g1"] * 6 + ["open"] * 54)

    deputies, sample = result.groups
    assert (deputies.returned, deputies.valid, dict(deputies.left_out)) == (6, 6, {})
    assert (sample.returned, sample.valid) == (54, 50)
    assert dict(sample.left_out) == {Verdict.UNIFORM: 4}
    assert result.line("s1").score == F(100 * 80 + 30 * 20, 100)
    assert dict(result.void_ballots) == {}, "of the ticketed raters only"
    assert Tally.from_json(result.as_json()) == result


def test_what_is_left_out_of_an_open_sample_is_in_no_share_of_it():
    sample = RaterGroup("open", "公开样本", open_sample=True, uniform_invalid=True)
    asked = paper(2, groups=(sample,), rules=JINSHI)
    rows = [b"AC"] * 20 + [b"CA"] * 8 + [b"CC"] * 10

    result = tally(asked, rows, ["open"] * 38, issued=0)

    assert result.line("s1").outcome == JINSHI[0].outcome, "20 of 28, not of 38"
    assert result.whole(Denominator.RETURNED) == 28
    found = sealed_result(asked, result)

    def agree(marks):
        agreed(
            asked.as_json(),
            [("open", row) for row in marks],
            result.turnout,
            issued={},
            result=found,
        )

    agree(rows)
    with pytest.raises(Refused, match="counts_disagree"):
        agree([*rows[1:], b"BB"])


def test_what_is_left_out_of_a_small_open_sample_is_not_told():
    groups = (
        RaterGroup("g1", "代表"),
        RaterGroup("open", "公开样本", open_sample=True, uniform_invalid=True),
    )

    result = tally(paper(2, groups=groups), [b"AB"] * 9 + [b"AA"] * 3, ["g1"] * 9 + ["open"] * 3)

    assert (result.groups[1].returned, result.groups[1].valid) == (3, None)
    assert dict(result.groups[1].left_out) == {}


def test_order_by_score_by_rate_and_not_at_all():
    rows = [b"AB", b"CB"]
    by = {
        order: [
            (line.id, line.place) for line in tally(open_k(paper(2, rank_by=order)), rows).lines
        ]
        for order in RankBy
    }

    assert by == {
        RankBy.SCORE: [("s2", 1), ("s1", 2)],
        RankBy.SATISFIED_RATE: [("s1", 1), ("s2", 2)],
        RankBy.OVERALL_RATE: [("s2", 1), ("s1", 2)],
        RankBy.NONE: [("s1", None), ("s2", None)],
    }
    assert SATISFACTION.rate("overall_rate").grades == ("A", "B")
