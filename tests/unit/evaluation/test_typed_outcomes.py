"""Scale, rates, caps, rules and proposals as they are typed: nothing changes on the way."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.ballotbox.domain import Denominator
from app.refused import Refused
from app.thresholds import Comparison, Threshold
from evaluation.flaws import check, fatal
from evaluation.paper import Cap
from evaluation.presets import CONSEQUENCES, POINTS, PRESETS, SATISFACTION, SCALES, with_preset
from evaluation.rules import Score, Share
from evaluation.scales import OVERALL_RATE, SATISFIED_RATE, points_scale
from evaluation.typed_outcomes import (
    bar_text,
    points_text,
    read_points,
    read_share,
    read_typed,
    typed,
)
from evaluation.typed_rows import lettered, rearranged, without_blanks
from tests.unit.evaluation.builders import paper


def reasons(rows, before=None):
    _, faults = read_typed(before or paper(2), lettered(without_blanks(rows)))
    return {fault.place: fault.refused.reason for fault in faults}


def place(rows, where, value):
    """Return rows with one text changed."""
    head, *rest = where
    if not rest:
        return {**rows, head: value} if isinstance(rows, dict) else [
            value if at == head else row for at, row in enumerate(rows)
        ]  # fmt: skip
    if isinstance(rows, dict):
        return {**rows, head: place(rows[head], rest, value)}
    return [place(row, rest, value) if at == head else row for at, row in enumerate(rows)]


@pytest.mark.parametrize("key", PRESETS)
def test_every_ready_paper_comes_back_as_it_was(key):
    before = with_preset(paper(2), key)
    assert read_typed(paper(2), lettered(typed(before))) == (before, ())


@pytest.mark.parametrize("key", SCALES)
def test_every_ready_scale_comes_back_with_a_cap(key):
    scale = SCALES[key]
    name = "90-100" if scale is POINTS else scale.grades[0].letter
    before = paper(2, scale=scale, caps=(Cap((name,), 3),), consequences=CONSEQUENCES)
    asked, faults = read_typed(paper(2), typed(before))
    assert (asked, faults) == (before, ())


def test_a_scale_with_rules_nobody_has_yet_is_typed():
    rows = {
        **typed(paper(2)),
        "grades": [
            {"letter": "", "label": " 好 ", "points": "１００", "counts": True},
            {"letter": "", "label": "", "points": "", "counts": True},
            {"letter": "", "label": "差", "points": "", "counts": False},
        ],
        "rates": [
            {"key": SATISFIED_RATE, "label": "好评率", "grades": ["A"], "span": ""},
            {"key": OVERALL_RATE, "label": "总好评率", "grades": ["A"], "span": ""},
        ],
        "rules": [
            {
                "key": "", "label": "好", "standing": "good", "steps": [],
                "when": [
                    {"kind": "share", "grades": ["A"], "span": "", "of": "present",
                     "comparison": "le", "bar": "三分之二"},
                    {"kind": "score", "grades": [], "span": "", "of": "valid",
                     "comparison": "ge", "bar": "72.5分"},
                ],
            },
            {"key": "", "label": "一般", "standing": "fair", "steps": ["rectify"], "when": []},
        ],
    }  # fmt: skip
    asked, faults = read_typed(paper(2), lettered(without_blanks(rows)))
    assert faults == ()
    assert [(grade.letter, grade.label, grade.points, grade.valid) for grade in asked.scale.grades] == [("A", "好", 100, True), ("B", "差", None, False)]  # fmt: skip
    assert asked.rules[0].when == (
        Share(("A",), Denominator.PRESENT, Threshold(Comparison.GT, Fraction(2, 3)), below=True),
        Score(Threshold(Comparison.GE, Fraction(29, 40))),
    )
    assert [rule.outcome.key for rule in asked.rules] == ["outcome_1", "outcome_2"]
    assert not fatal(check(asked))
    assert read_typed(paper(2), typed(asked)) == (asked, ())


def test_points_are_named_by_spans():
    before = paper(2, scale=points_scale(5, POINTS.rates))
    rows = place(typed(before), ("rates", 1, "span"), "60～100，0 至 10")
    rows = place(rows, ("caps",), [{"at_most": "2", "grades": ["A"], "span": "90-100"}])
    asked, faults = read_typed(before, rows)
    assert faults == ()
    assert asked.scale.rate(OVERALL_RATE).grades == ("60-100", "0-10")
    assert asked.caps == (Cap(("90-100",), 2),)


@pytest.mark.parametrize(("where", "typed_in", "reason"), [
    (("grades", 0, "points"), "101", "out_of_range"),
    (("grades", 0, "points"), "多", "not_a_whole_number"),
    (("grades", 1, "label"), "", "blank"),
    (("grades", 1, "label"), "很" * 21, "too_long"),
    (("rates", 0, "label"), "", "blank"),
    (("rates", 1, "grades"), ["Z"], "no_grade_chosen"),
    (("caps", 0, "at_most"), "", "not_a_whole_number"),
    (("rules", 0, "label"), " ", "blank"),
    (("rules", 0, "when", 0, "bar"), "一些", "share_unreadable"),
    (("rules", 0, "when", 0, "bar"), "3/2", "share_out_of_range"),
    (("rules", 0, "when", 0, "bar"), "100%", "share_out_of_range"),
    (("rules", 0, "when", 0, "bar"), "1/0", "share_unreadable"),
    (("rules", 0, "when", 0, "grades"), [], "no_grade_chosen"),
    (("consequences", 0, "times"), "0", "out_of_range"),
    (("consequences", 0, "steps"), [], "no_step_chosen"),
])  # fmt: skip
def test_what_cannot_be_read_is_named_by_its_place(where, typed_in, reason):
    before = with_preset(paper(2, caps=(Cap(("A",), 1),)), "zhenhai")
    rows = place(typed(before), where, typed_in)
    assert reasons(rows, before) == {where: reason}
    assert read_typed(before, rows)[0] == before


def test_a_score_is_read_from_below_and_points_need_a_span():
    before = with_preset(paper(2), "review_bands")
    rows = place(typed(before), ("rules", 0, "when", 0, "comparison"), "lt")
    rows = place(rows, ("rules", 1, "when", 0, "bar"), "101")
    rows = place(rows, ("rates", 0, "span"), " ")
    rows = place(rows, ("step",), "7")
    assert reasons(rows, before) == {
        ("step",): "share_out_of_range",
        ("rates", 0, "span"): "no_points_named",
        ("rules", 0, "when", 0, "comparison"): "band_from_above",
        ("rules", 1, "when", 0, "bar"): "points_unreadable",
    }


class TestRows:
    rows = typed(with_preset(paper(2, caps=(Cap(("A",), 1),)), "zhenhai"))

    def labels(self, deed, name="rules"):
        return [row["label"] for row in rearranged(self.rows, deed)[name]]

    def test_a_new_rule_stands_before_the_one_that_always_holds(self):
        assert self.labels("add rules") == ["满意", "基本满意", "", "不满意"]
        assert len(rearranged(self.rows, "add rules")["rules"][2]["when"]) == 1
        none = {**self.rows, "rules": []}
        assert rearranged(none, "add rules")["rules"][0]["when"] == []

    @pytest.mark.parametrize(("deed", "left"), [
        ("up rules 1", ["基本满意", "满意", "不满意"]),
        ("down rules 1", ["满意", "不满意", "基本满意"]),
        ("up rules 0", ["满意", "基本满意", "不满意"]),
        ("down rules 2", ["满意", "基本满意", "不满意"]),
        ("remove rules 0", ["基本满意", "不满意"]),
        ("remove rules 9", ["满意", "基本满意", "不满意"]),
        ("remove rules x", ["满意", "基本满意", "不满意"]),
        ("burn rules 0", ["满意", "基本满意", "不满意"]),
        ("", ["满意", "基本满意", "不满意"]),
    ])  # fmt: skip
    def test_rows_move_and_go(self, deed, left):
        assert self.labels(deed) == left

    def test_conditions_come_and_go(self):
        more = rearranged(self.rows, "add when 2")
        assert [len(row["when"]) for row in more["rules"]] == [1, 1, 1]
        assert [len(row["when"]) for row in self.rows["rules"]] == [1, 1, 0]
        less = rearranged(more, "remove when 0 0")
        assert [len(row["when"]) for row in less["rules"]] == [0, 1, 1]
        assert rearranged(self.rows, "add when 7")["rules"] == self.rows["rules"]

    def test_the_two_rates_stay(self):
        assert self.labels("remove rates 0", "rates") == ["满意率", "总体满意率"]
        assert len(rearranged(rearranged(self.rows, "add rates"), "remove rates 2")["rates"]) == 2

    def test_no_list_grows_without_end(self):
        rows = self.rows
        for _ in range(40):
            rows = lettered(rearranged(rearranged(rows, "add grades"), "add caps"))
        assert (len(rows["grades"]), len(rows["caps"])) == (26, 12)
        assert len({row["letter"] for row in rows["grades"]}) == 26

    def test_a_new_grade_takes_no_letter_of_another(self):
        gone = rearranged(self.rows, "remove grades 0")
        assert [row["letter"] for row in lettered(rearranged(gone, "add grades"))["grades"]] == ["B", "C", "A"]  # fmt: skip

    def test_keys_that_were_tampered_with_are_given_anew(self):
        rows = place(self.rows, ("rules", 0, "key"), "<b>")
        rows = place(rows, ("grades", 0, "letter"), "ab")
        fresh = lettered(rows)
        assert fresh["rules"][0]["key"] == "outcome_1"
        assert fresh["grades"][0]["letter"] == "A"


@pytest.mark.parametrize(("said", "share"), [
    ("1/2", "1/2"), ("２／３", "2/3"), ("80%", "4/5"), ("66.7 %", "667/1000"), ("半数", "1/2"),
    ("三分之二", "2/3"), ("十分之一", "1/10"),
])  # fmt: skip
def test_a_share_is_read_however_it_is_written(said, share):
    assert read_share(said) == Fraction(share)


@pytest.mark.parametrize("share", ["1/2", "2/3", "3/4", "4/5", "9/10", "7/9", "667/1000", "1", "0"])
def test_a_share_is_shown_as_it_can_be_read(share):
    assert read_share(bar_text(Fraction(share))) == Fraction(share)
    assert bar_text(Fraction(4, 5)) == "80%"


@pytest.mark.parametrize("share", ["9/10", "29/40", "1/3", "1"])
def test_points_are_shown_as_they_can_be_read(share):
    assert read_points(points_text(Fraction(share))) == Fraction(share)


@pytest.mark.parametrize("said", ["", "abc", "-5", "100.1", "1/0"])
def test_points_lie_between_0_and_100(said):
    with pytest.raises(Refused, match="points_unreadable"):
        read_points(said)


def test_the_scale_of_before_is_kept_where_something_is_unreadable():
    before = paper(2)
    rows = place(typed(before), ("grades", 0, "points"), "x")
    assert read_typed(replace(before, scale=SATISFACTION), rows)[0] == before
