"""Papers as JSON, and the settings that are impossible or dubious."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from app.ballotbox.canonical import canonical
from app.ballotbox.domain import Denominator, Secrecy
from app.thresholds import MAJORITY, Threshold
from evaluation.flaws import FlawCode, check, check_groups, fatal
from evaluation.paper import (
    Cap,
    Criterion,
    Fault,
    MalformedPaperError,
    Paper,
    RankBy,
    RaterGroup,
    Subject,
    SubjectKind,
    Trim,
    Validity,
    paper_schema,
)
from evaluation.presets import (
    DAWU,
    FIVE_LEVELS,
    POINT_BANDS,
    POINTS,
    POINTS_BY_FIVE,
    PRESETS,
    SATISFACTION,
    SATISFACTION_DONT_KNOW_COUNTED,
    SCALES,
    ZHENHAI,
    preset_of,
    with_preset,
)
from evaluation.rules import OutcomeRule, Share, first_match
from evaluation.scales import TWO_MARKS, Grade, Rate, Scale, ScaleKind, points_scale
from tests.unit.evaluation.builders import paper

SHORTEST = {
    "instrument": "evaluation",
    "title": "工作报告满意度测评",
    "subjects": [{"id": "s1", "kind": "work_report", "name": "政府工作报告"}],
    "scale": SATISFACTION.as_json(),
}


def codes(asked):
    return [flaw.code for flaw in check(asked)]


def scaled(**settings):
    return paper(scale=replace(SATISFACTION, **settings))


def test_the_shortest_paper_by_hand():
    asked = Paper.from_json(SHORTEST)

    assert asked == Paper(
        "工作报告满意度测评",
        (Subject("s1", SubjectKind.WORK_REPORT, "政府工作报告"),),
        SATISFACTION,
    )
    assert codes(asked) == []


def test_a_paper_with_every_setting_comes_back_as_it_was():
    asked = Paper(
        title="履职评议",
        subjects=(
            Subject("s1", SubjectKind.OFFICIAL, "张玉书", "教育局局长", "任职三年", "p1", "r1"),
            Subject("s2", SubjectKind.OFFICIAL, "李春", "民政局局长"),
        ),
        scale=POINTS_BY_FIVE,
        criteria=(Criterion("c1", "依法履职", 6), Criterion("c2", "总体评价", 0)),
        overall_criterion="c2",
        groups=(RaterGroup("g1", "委员", 60), RaterGroup("g2", "公开样本", 40, open_sample=True)),
        validity=Validity(Fault.ABSTAIN, Fault.VOID_BALLOT, uniform_invalid=True, min_responses=9),
        caps=(Cap(("90-100",), 1),),
        rules=POINT_BANDS,
        consequences=with_preset(paper(), "zhenhai").consequences,
        trim=Trim(1, 1),
        rank_by=RankBy.SCORE,
        smallest_group=6,
        remarks=True,
        same_for_rest=True,
        secrecy=Secrecy.NAMED,
        round=2,
        previous="a" * 64,
        rehearsal=True,
        adopted="评议办法(2024年5月10日)",
    )
    stored = json.loads(canonical(asked.as_json()))

    assert Paper.from_json(stored) == asked
    assert [item["id"] for item in stored["items"]] == ["s1.c1", "s1.c2", "s2.c1", "s2.c2"]
    assert stored["items"][3]["label"] == "李春 · 总体评价"
    assert len(asked.digest) == 64
    assert asked.digest != replace(asked, subjects=asked.subjects[::-1]).digest


def test_items_of_one_criterion_are_the_subjects():
    assert [(item.id, item.label) for item in paper(2).items] == [("s1", "单位1"), ("s2", "单位2")]


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({"title": 7}, "title", "type"),
        ({"subjects": []}, "subjects", "minItems"),
        ({"subjects": [{"id": "s1", "kind": "work_report"}]}, "subjects[0]", "required"),
        (
            {"subjects": [{"id": "s 1", "kind": "project", "name": "n"}]},
            "subjects[0].id",
            "pattern",
        ),
        ({"items": [{"id": "s2"}]}, "items", "order"),
        ({"rule": {"empty_group": "guess"}}, "rule.empty_group", "enum"),
        (
            {
                "rule": {
                    "outcomes": [
                        {
                            "outcome": {"key": "a", "label": "满意", "standing": "good"},
                            "when": [{"score": "ge 3/2"}],
                        }
                    ]
                }
            },
            "rule.outcomes",
            "threshold",
        ),
    ],
)
def test_a_malformed_paper_is_refused_with_the_place(change, place, reason):
    with pytest.raises(MalformedPaperError) as error:
        Paper.from_json({**SHORTEST, **change})

    assert (error.value.place, error.value.reason) == (place, reason)


def test_the_schema_takes_every_ready_scale_and_preset():
    for scale in SCALES.values():
        assert Scale.from_json(json.loads(canonical(scale.as_json()))) == scale
    for key in PRESETS:
        asked = with_preset(paper(), key)
        assert Paper.from_json(asked.as_json()) == asked
        assert fatal(check(asked)) == ()
        assert preset_of(asked) == key
    assert preset_of(paper(scale=FIVE_LEVELS)) is None
    assert paper_schema()["properties"]["instrument"] == {"const": "evaluation"}


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("A", 65),
        (" b ", 66),
        ("不满意", 67),
        ("", 0xFF),
        ("  ", 0xFF),
        ("++", TWO_MARKS),
        ("A+B", TWO_MARKS),
        ("满意 + 不满意", TWO_MARKS),
    ],
)
def test_cells_are_read_as_marks(cell, mark):
    assert SATISFACTION.read(cell) == mark


@pytest.mark.parametrize("cell", ["E", "A+", "A+E", "好", "1", "+"])
def test_cells_that_mean_nothing(cell):
    with pytest.raises(ValueError, match=r".*"):
        SATISFACTION.read(cell)


@pytest.mark.parametrize("scale", [SATISFACTION, POINTS_BY_FIVE])
def test_marks_are_written_as_they_are_read(scale):
    for code in (*scale.codes, 0xFF, TWO_MARKS):
        assert scale.read(scale.write(code)) == code
    with pytest.raises(ValueError, match="91"):
        scale.write(91)


def test_points_are_read_with_their_width():
    assert POINTS_BY_FIVE.read("９５") == 95
    assert POINTS_BY_FIVE.select(("90-100", "0")) == {90, 95, 100, 0}
    assert POINTS_BY_FIVE.labels_of(("90-100",)) == ("90-100",)
    assert SATISFACTION.labels_of(("A", "B")) == ("满意", "基本满意")
    with pytest.raises(ValueError, match="96-99"):
        POINTS_BY_FIVE.select(("96-99",))
    with pytest.raises(ValueError, match="0"):
        points_scale(0, ())
    with pytest.raises(ValueError, match="7"):
        points_scale(7, ())
    with pytest.raises(KeyError):
        SATISFACTION.rate("excellent_rate")


def test_a_list_of_rules_without_an_end_may_hold_nothing():
    with pytest.raises(ValueError, match="no_rule_holds"):
        first_match(ZHENHAI[:1], marks_of=lambda _: 0, whole_of=lambda _: 9, score=None)


def share(*grades, of=Denominator.TOTAL_MEMBERS):
    return Share(grades, of, MAJORITY)


FLAWS = [
    (paper(title=" "), FlawCode.TITLE_MISSING),
    (paper(0), FlawCode.NO_SUBJECTS),
    (paper(61), FlawCode.TOO_MANY_SUBJECTS),
    (paper(criteria=()), FlawCode.NO_CRITERIA),
    (
        paper(criteria=tuple(Criterion(f"c{at}", f"指标{at}") for at in range(13))),
        FlawCode.TOO_MANY_CRITERIA,
    ),
    (paper(criteria=(Criterion("c1", "一"), Criterion("c2", " "))), FlawCode.NAME_MISSING),
    (paper(subjects=(Subject("a b", SubjectKind.PROJECT, "路"),)), FlawCode.ID_UNUSABLE),
    (paper(groups=(RaterGroup("甲 组", "甲 组"),)), FlawCode.GROUP_UNUSABLE),
    (paper(subjects=(Subject("Group", SubjectKind.PROJECT, "路"),)), FlawCode.ID_UNUSABLE),
    (paper(subjects=paper(1).subjects * 2), FlawCode.DUPLICATE_ID),
    (
        paper(
            subjects=(
                Subject("a", SubjectKind.OFFICIAL, "张伟", "教育局"),
                Subject("b", SubjectKind.OFFICIAL, "张伟 ", "教育局"),
            )
        ),
        FlawCode.DUPLICATE_NAME,
    ),
    (paper(groups=(RaterGroup("g1", " "),)), FlawCode.NAME_MISSING),
    (paper(criteria=(Criterion("c1", "一", 0),)), FlawCode.NO_WEIGHT),
    (paper(overall_criterion="c9"), FlawCode.OVERALL_UNKNOWN),
    (scaled(grades=SATISFACTION.grades[:1]), FlawCode.TOO_FEW_GRADES),
    (
        scaled(grades=(Grade("A", "满意"), Grade("B", "满意"), Grade("C", "不满意"))),
        FlawCode.GRADES_ALIKE,
    ),
    (scaled(grades=(*SATISFACTION.grades, Grade("d", "差", 0))), FlawCode.GRADE_UNUSABLE),
    (scaled(grades=(*SATISFACTION.grades, Grade("D", "差", 101))), FlawCode.GRADE_UNUSABLE),
    (
        scaled(grades=tuple(replace(grade, valid=False) for grade in SATISFACTION.grades)),
        FlawCode.NO_GRADE_COUNTS,
    ),
    (scaled(rates=SATISFACTION.rates * 2), FlawCode.RATES_ALIKE),
    (scaled(rates=SATISFACTION.rates[:1]), FlawCode.BOTH_RATES_NEEDED),
    (
        scaled(grades=(*SATISFACTION.grades[:2], replace(SATISFACTION.grades[2], letter="E"))),
        None,
    ),
    (
        scaled(grades=(replace(SATISFACTION.grades[0], valid=False), *SATISFACTION.grades[1:])),
        FlawCode.RATE_COUNTS_INVALID,
    ),
    (
        scaled(
            rates=(Rate("satisfied_rate", "满意率", ("A",)), Rate("overall_rate", "率", ("B",)))
        ),
        FlawCode.OVERALL_BELOW_SATISFIED,
    ),
    (paper(caps=(Cap(("E",), 0),)), FlawCode.UNKNOWN_GRADE),
    (paper(caps=(Cap((), 0),)), FlawCode.UNKNOWN_GRADE),
    (paper(rules=(replace(ZHENHAI[0], when=(share("E"),)), ZHENHAI[2])), FlawCode.UNKNOWN_GRADE),
    (paper(rules=ZHENHAI[:2]), FlawCode.RULES_WITHOUT_END),
    (
        paper(rules=ZHENHAI, criteria=(Criterion("c1", "一"), Criterion("c2", "二"))),
        FlawCode.SHARES_NEED_ONE_CRITERION,
    ),
    (
        paper(
            rank_by=RankBy.SCORE,
            scale=replace(
                SATISFACTION,
                grades=tuple(replace(grade, points=None) for grade in SATISFACTION.grades),
            ),
        ),
        FlawCode.NO_POINTS,
    ),
    (paper(round=2), FlawCode.ROUND_WRONG),
    (paper(previous="a" * 64), FlawCode.ROUND_WRONG),
    (paper(round=0), FlawCode.ROUND_WRONG),
    (
        paper(rank_by=RankBy.SCORE, scale=SATISFACTION_DONT_KNOW_COUNTED),
        FlawCode.GRADE_WITHOUT_POINTS,
    ),
    (paper(rules=(OutcomeRule(ZHENHAI[0].outcome), *ZHENHAI[1:])), FlawCode.RULE_NEVER_READ),
    (
        paper(
            scale=SCALES["satisfaction_dont_know"],
            rules=(replace(ZHENHAI[0], when=(share("D", of=Denominator.VALID),)), ZHENHAI[2]),
        ),
        FlawCode.SHARE_OF_OTHERS,
    ),
    (paper(2, caps=(Cap(("A",), 2),)), FlawCode.CAP_NEVER_REACHED),
    (paper(1, validity=Validity(uniform_invalid=True)), FlawCode.UNIFORM_NEVER_FOUND),
    (paper(4, validity=Validity(uniform_invalid=True)), FlawCode.UNIFORM_LIKELY),
    (paper(smallest_group=4), FlawCode.GROUPS_TOO_SMALL_ALLOWED),
    (
        paper(groups=(RaterGroup("g", "公开样本", open_sample=True),)),
        FlawCode.OPEN_SAMPLE_ONLY,
    ),
    (
        paper(
            groups=(
                RaterGroup("g", "公开样本", open_sample=True),
                RaterGroup("h", "另一个", open_sample=True),
            )
        ),
        FlawCode.TWO_OPEN_SAMPLES,
    ),
    (
        paper(
            groups=(RaterGroup("d", "人大代表"), RaterGroup("g", "公开样本", open_sample=True)),
            secrecy=Secrecy.NAMED,
        ),
        FlawCode.OPEN_SAMPLE_NAMED,
    ),
    (
        paper(groups=(RaterGroup("g", "公开样本", open_sample=True),), rules=ZHENHAI),
        FlawCode.SHARE_OF_NOBODY,
    ),
]


@pytest.mark.parametrize(("asked", "code"), FLAWS)
def test_what_is_wrong_with_a_paper(asked, code):
    assert code in codes(asked) or (code is None and FlawCode.UNKNOWN_GRADE not in codes(asked))


def test_nothing_is_wrong_with_a_sound_paper():
    sound = (
        paper(2),
        paper(5, caps=(Cap(("A",), 3),), validity=Validity(uniform_invalid=True)),
        paper(criteria=(Criterion("c1", "一"), Criterion("c2", "二")), rules=POINT_BANDS),
        paper(
            criteria=(Criterion("c1", "一"), Criterion("c2", "二")),
            overall_criterion="c2",
            rules=ZHENHAI,
            rank_by=RankBy.SCORE,
        ),
        paper(scale=POINTS, caps=()),
        paper(2, round=2, previous="0" * 64),
    )

    assert [codes(asked) for asked in sound] == [[]] * len(sound)


def test_every_flaw_that_a_paper_can_have_is_shown_above():
    shown = {code for _, code in FLAWS}
    elsewhere = {
        FlawCode.GROUP_BELOW_K,
        FlawCode.GROUP_NOT_ASKED,
        FlawCode.GROUP_WITHOUT_TICKETS,
        FlawCode.ITEMS_DISAGREE,
        FlawCode.THRESHOLD_OUT_OF_RANGE,
    }

    assert shown - {None} == set(FlawCode) - elsewhere


def test_fatal_flaws_are_kept_and_dubious_ones_are_not():
    asked = paper(0, smallest_group=4)

    assert [flaw.code for flaw in fatal(check(asked))] == [FlawCode.NO_SUBJECTS]


def test_groups_with_few_tickets_are_told_beforehand():
    groups = (RaterGroup("g1", "领导", 60), RaterGroup("g2", "职工", 40))
    asked = paper(groups=groups)

    found = check_groups(asked, {"g1": 4, "g2": 5})

    assert [(flaw.code, flaw.field) for flaw in found] == [(FlawCode.GROUP_BELOW_K, "groups[0]")]
    assert found[0].facts == {"name": "领导", "tickets": 4, "k": 5}
    assert not found[0].fatal
    assert check_groups(replace(asked, groups=groups[:1]), {"g1": 4}) == ()


def test_thresholds_of_ready_rules_are_exact():
    assert [str(condition.threshold) for rule in DAWU for condition in rule.when] == [
        "ge 4/5",
        "ge 1/2",
    ]
    assert Threshold.parse("ge 4/5").fraction == Fraction(4, 5)
    assert ScaleKind("points") is POINTS.kind
