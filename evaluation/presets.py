"""Scales, rules and whole settings ready to use; every one a plain value to start from.

Labels are what is printed on the paper, so they are content and Chinese; a place that avoids
称职 / 不称职 puts its own words there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from app.ballotbox.domain import Denominator
from app.thresholds import MAJORITY, TWO_THIRDS, Comparison, Threshold
from evaluation.paper import Consequence, Paper, RankBy
from evaluation.rules import Outcome, OutcomeRule, Score, Share, Standing, Step
from evaluation.scales import (
    OVERALL_RATE,
    SATISFIED_RATE,
    Grade,
    Rate,
    Scale,
    ScaleKind,
    points_scale,
)

_SATISFIED = Grade("A", "满意", 100)
_BASICALLY = Grade("B", "基本满意", 70)
_DISSATISFIED = Grade("C", "不满意", 30)
_RATES = (
    Rate(SATISFIED_RATE, "满意率", ("A",)),
    Rate(OVERALL_RATE, "总体满意率", ("A", "B")),
)

SATISFACTION = Scale(ScaleKind.GRADES, (_SATISFIED, _BASICALLY, _DISSATISFIED), _RATES)
SATISFACTION_DONT_KNOW = Scale(
    ScaleKind.GRADES,
    (*SATISFACTION.grades, Grade("D", "不了解", points=None, valid=False)),
    _RATES,
)
"""不了解 is not a valid mark: it stays out of every share of the valid."""
SATISFACTION_DONT_KNOW_COUNTED = Scale(
    ScaleKind.GRADES,
    (*SATISFACTION.grades, Grade("D", "不了解", points=None, valid=True)),
    _RATES,
)
"""不了解 is a valid mark without points: it lowers the rates and leaves the score alone."""
FIVE_LEVELS = Scale(
    ScaleKind.GRADES,
    (
        Grade("A", "很满意", 100),
        Grade("B", "满意", 80),
        Grade("C", "基本满意", 60),
        Grade("D", "不满意", 30),
        Grade("E", "很不满意", 0),
    ),
    (
        Rate("very_satisfied_rate", "很满意率", ("A",)),
        Rate(SATISFIED_RATE, "满意率", ("A", "B")),
        Rate(OVERALL_RATE, "总体满意率", ("A", "B", "C")),
    ),
)
COMPETENCE = Scale(
    ScaleKind.GRADES,
    (
        Grade("A", "优秀", 100),
        Grade("B", "称职", 80),
        Grade("C", "基本称职", 60),
        Grade("D", "不称职", 30),
    ),
    (
        Rate("excellent_rate", "优秀率", ("A",)),
        Rate(SATISFIED_RATE, "优秀称职率", ("A", "B")),
        Rate(OVERALL_RATE, "总体称职率", ("A", "B", "C")),
        Rate("incompetent_rate", "不称职率", ("D",)),
    ),
)
COMPETENCE_OF_THREE = Scale(
    ScaleKind.GRADES,
    (Grade("A", "称职", 100), Grade("B", "基本称职", 70), Grade("C", "不称职", 30)),
    (
        Rate(SATISFIED_RATE, "称职率", ("A",)),
        Rate(OVERALL_RATE, "总体称职率", ("A", "B")),
    ),
)
_POINT_RATES = (
    Rate(SATISFIED_RATE, "满意率(90分以上)", ("90-100",)),
    Rate(OVERALL_RATE, "总体满意率(70分以上)", ("70-100",)),
)
POINTS = points_scale(1, _POINT_RATES)
POINTS_BY_FIVE = points_scale(5, _POINT_RATES)

SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        "satisfaction": SATISFACTION,
        "satisfaction_dont_know": SATISFACTION_DONT_KNOW,
        "satisfaction_dont_know_counted": SATISFACTION_DONT_KNOW_COUNTED,
        "five_levels": FIVE_LEVELS,
        "competence": COMPETENCE,
        "competence_of_three": COMPETENCE_OF_THREE,
        "points": POINTS,
        "points_by_five": POINTS_BY_FIVE,
    }
)
"""The scales by key, the plain satisfaction vote first."""

_FOUND_SATISFIED = Outcome("satisfied", "满意", Standing.GOOD)
_FOUND_BASICALLY = Outcome("basically_satisfied", "基本满意", Standing.FAIR)
_FOUND_DISSATISFIED = Outcome("dissatisfied", "不满意", Standing.POOR)
_FOUND_COMPETENT = Outcome("competent", "称职", Standing.GOOD)
_FOUND_BASICALLY_COMPETENT = Outcome("basically_competent", "基本称职", Standing.FAIR)
_FOUND_INCOMPETENT = Outcome("incompetent", "不称职", Standing.POOR)


def _at_least(points: int) -> tuple[Score, ...]:
    return (Score(Threshold(Comparison.GE, Fraction(points, 100))),)


ZHENHAI = (
    OutcomeRule(_FOUND_SATISFIED, (Share(("A",), Denominator.TOTAL_MEMBERS, MAJORITY),)),
    OutcomeRule(_FOUND_BASICALLY, (Share(("A", "B"), Denominator.TOTAL_MEMBERS, MAJORITY),)),
    OutcomeRule(_FOUND_DISSATISFIED),
)
"""镇海: more than half of all members; exactly half falls to the lower finding."""
JINSHI = (
    OutcomeRule(
        Outcome("passed", "通过", Standing.GOOD),
        (Share(("A", "B"), Denominator.RETURNED, Threshold(Comparison.GT, TWO_THIRDS.fraction)),),
    ),
    OutcomeRule(Outcome("not_passed", "未通过", Standing.POOR)),
)
"""津市 (judges, prosecutors): 满意 and 基本满意 on more than two thirds of the ballots cast."""
DAWU = (
    OutcomeRule(
        _FOUND_COMPETENT,
        (Share(("A",), Denominator.RETURNED, Threshold(Comparison.GE, Fraction(4, 5))),),
    ),
    OutcomeRule(
        _FOUND_BASICALLY_COMPETENT,
        (Share(("A",), Denominator.RETURNED, Threshold(Comparison.GE, Fraction(1, 2))),),
    ),
    OutcomeRule(_FOUND_INCOMPETENT),
)
"""大悟: 称职 from 80 % of the voters 称职, from 50 % 基本称职."""
YEARLY_ASSESSMENT = (
    OutcomeRule(
        Outcome("removal_proposed", "建议提出撤职案", Standing.GRAVE, (Step.REMOVAL,)),
        (Share(("D",), Denominator.VALID, Threshold(Comparison.GT, Fraction(1, 3))),),
    ),
    OutcomeRule(
        Outcome("admonishing_talk", "建议诫勉谈话", Standing.POOR, (Step.ADMONISHING_TALK,)),
        (Share(("A", "B"), Denominator.VALID, TWO_THIRDS, below=True),),
    ),
    OutcomeRule(_FOUND_COMPETENT),
)
"""County yearly assessment: 不称职 over a third, then 优秀 and 称职 under two thirds."""
POINT_BANDS = (
    OutcomeRule(_FOUND_SATISFIED, _at_least(90)),
    OutcomeRule(_FOUND_BASICALLY, _at_least(70)),
    OutcomeRule(Outcome("fair", "一般", Standing.FAIR), _at_least(60)),
    OutcomeRule(_FOUND_DISSATISFIED),
)
"""Points: from 90, from 70, from 60."""
REVIEW_BANDS = (
    OutcomeRule(Outcome("excellent", "优秀", Standing.GOOD), _at_least(90)),
    OutcomeRule(_FOUND_COMPETENT, _at_least(70)),
    OutcomeRule(_FOUND_BASICALLY_COMPETENT, _at_least(60)),
    OutcomeRule(_FOUND_INCOMPETENT),
)
"""The same bands in the words of a performance review."""

_AGAIN = (Step.RECTIFY, Step.REPORT_AGAIN, Step.EVALUATE_AGAIN)
CONSEQUENCES = (
    Consequence(Standing.GRAVE, 1, (*_AGAIN, Step.SPECIAL_INQUIRY)),
    Consequence(Standing.POOR, 2, (*_AGAIN, Step.SPECIAL_INQUIRY)),
    Consequence(Standing.POOR, 1, _AGAIN),
    Consequence(Standing.FAIR, 1, (Step.RECTIFY,)),
)
"""RULES 4: rectify; rectify, report and be evaluated again; the second time, a special inquiry."""


@dataclass(frozen=True, slots=True)
class Preset:
    """What an evaluation starts from: a scale, the outcome rules on it, and what to order by."""

    scale: Scale
    rules: tuple[OutcomeRule, ...]
    rank_by: RankBy = RankBy.SATISFIED_RATE


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "zhenhai": Preset(SATISFACTION, ZHENHAI),
        "jinshi": Preset(SATISFACTION, JINSHI, RankBy.OVERALL_RATE),
        "dawu": Preset(COMPETENCE_OF_THREE, DAWU),
        "yearly_assessment": Preset(COMPETENCE, YEARLY_ASSESSMENT),
        "point_bands": Preset(SATISFACTION, POINT_BANDS, RankBy.SCORE),
        "review_bands": Preset(POINTS, REVIEW_BANDS, RankBy.SCORE),
        "figures_only": Preset(SATISFACTION_DONT_KNOW, ()),
    }
)
"""The settings by key, the default first."""


def with_preset(paper: Paper, key: str) -> Paper:
    """Return the paper with the settings of a preset; raises KeyError on an unknown one."""
    preset = PRESETS[key]
    return replace(
        paper,
        scale=preset.scale,
        rules=preset.rules,
        rank_by=preset.rank_by,
        consequences=CONSEQUENCES,
    )


def preset_of(paper: Paper) -> str | None:
    """Return the key of the preset whose scale and rules a paper has; None for its own."""
    for key, preset in PRESETS.items():
        if (preset.scale, preset.rules) == (paper.scale, paper.rules):
            return key
    return None
