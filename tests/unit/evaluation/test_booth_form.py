"""What a phone sends for an evaluation, and what stands in its way."""

import random

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.domain import NO_MARK
from evaluation.ballot_face import ballot_rows, paper_caps
from evaluation.booth import CASTABLE, LONGEST_REMARK, read_form
from evaluation.outcomes import Verdict
from evaluation.paper import Cap, Criterion, Fault, Validity
from evaluation.presets import COMPETENCE, POINTS, POINTS_BY_FIVE, SATISFACTION
from evaluation.robot import made_up
from evaluation.tally import verdict
from tests.unit.evaluation.builders import paper

TWO = (Criterion("c1", "政治素质", 1), Criterion("c2", "工作实绩", 1))


@pytest.fixture(autouse=True)
def spoken(app: Flask):
    with force_locale("en"):
        yield


def words(filled):
    return [(fault.item, fault.message) for fault in filled.faults]


def test_letters_become_bytes_in_the_order_of_the_paper():
    filled = read_form(paper(3), {"item-s3": "C", "item-s1": "A", "item-s9": "A", "receipt": "x"})
    assert filled.marks == bytes([ord("A"), NO_MARK, ord("C")])
    assert filled.choices == {"s1": "A", "s3": "C"}
    assert not filled.blank


def test_nothing_marked_is_a_blank_ballot_that_may_be_cast():
    filled = read_form(paper(2), {"item-s1": ""})
    assert (filled.marks, filled.blank, filled.faults) == (bytes([NO_MARK]) * 2, True, ())


@pytest.mark.parametrize("value", ["X", "A+B", "++", "A B", "1", "ＡＡ"])
def test_a_mark_that_is_none_stands_beside_its_item_and_is_not_kept(value):
    filled = read_form(paper(2), {"item-s1": value, "item-s2": "B"})
    assert filled.marks is None
    assert [fault.item for fault in filled.faults] == ["s1"]
    assert filled.choices == {"s2": "B"}


@pytest.mark.parametrize(("scale", "value", "stored"), [
    (POINTS, "0", 0), (POINTS, "100", 100), (POINTS, " ８７ ", 87), (POINTS_BY_FIVE, "85", 85),
    (POINTS, "101", None), (POINTS, "-1", None), (POINTS, "87.5", None), (POINTS_BY_FIVE, "87", None),
])  # fmt: skip
def test_points_are_whole_and_in_steps(scale, value, stored):
    filled = read_form(paper(1, scale=scale), {"item-s1": value})
    assert filled.marks == (None if stored is None else bytes([stored]))
    if stored is None:
        assert "points" in filled.faults[0].message


def test_a_cap_is_said_with_its_criterion_and_its_figures():
    capped = paper(3, scale=COMPETENCE, caps=(Cap(("A",), 1),))
    filled = read_form(capped, {"item-s1": "A", "item-s2": "A"})
    assert words(filled) == [("", "At most 1 may get “优秀”; you gave it to 2.")]
    across = paper(2, scale=COMPETENCE, caps=(Cap(("A",), 1),), criteria=TWO)
    filled = read_form(
        across, {"item-s1.c2": "A", "item-s2.c2": "A", "item-s1.c1": "A", "item-s2.c1": "B"}
    )
    assert words(filled) == [("", "Under “工作实绩” at most 1 may get “优秀”; you gave it to 2.")]
    assert filled.choices["s2.c2"] == "A", "what was entered is shown again"


def test_a_missing_mark_that_voids_the_ballot_is_said_and_a_blank_one_is_not():
    strict = paper(3, validity=Validity(missing=Fault.VOID_BALLOT))
    assert words(read_form(strict, {"item-s1": "A"})) == [
        ("", "A ballot with a mark missing is void: 2 are still open.")
    ]
    assert read_form(strict, {}).marks is not None


def test_uniform_marks_are_said_where_they_void():
    varied = paper(3, validity=Validity(uniform_invalid=True))
    assert len(read_form(varied, {f"item-s{n}": "B" for n in (1, 2, 3)}).faults) == 1
    assert not read_form(varied, {"item-s1": "B", "item-s2": "C"}).faults


def test_a_ballot_on_which_nothing_would_count_is_said():
    filled = read_form(paper(2, criteria=TWO), {"item-s1.c1": "A"})
    assert len(filled.faults) == 1
    assert not read_form(paper(2, criteria=TWO), {"item-s1.c1": "A", "item-s1.c2": "A"}).faults


def test_remarks_are_plain_text_and_only_where_they_are_asked_for():
    form = {"remark-s1": " 请\r\n加快\x00 ", "remark-s2": "   ", "remark-s7": "无", "item-s1": "A"}
    assert read_form(paper(2), form).remarks == {}
    asked = paper(2, remarks=True)
    assert read_form(asked, form).remarks == {"s1": "请\n加快"}
    assert len(read_form(asked, {"remark-s1": "长" * 9999}).remarks["s1"]) == LONGEST_REMARK


def test_the_review_names_what_is_open_first_and_every_mark_in_words():
    asked = paper(2, scale=COMPETENCE, criteria=TWO, remarks=True)
    filled = read_form(
        asked, {"item-s1.c1": "A", "item-s1.c2": "D", "item-s2.c1": "B", "remark-s1": "好"}
    )
    rows = ballot_rows(asked, filled)
    assert rows.left == ("2. 单位2",)
    assert rows.rows == (
        ("1. 单位1", "政治素质 优秀 · 工作实绩 不称职", "好"),
        ("2. 单位2", "政治素质 称职", ""),
    )
    points = paper(1, scale=POINTS)
    assert ballot_rows(points, read_form(points, {"item-s1": "88"})).rows[0][1] == "88 points"


def test_caps_are_told_to_the_phone_with_every_value_they_count():
    told = paper_caps(paper(3, scale=POINTS_BY_FIVE, caps=(Cap(("90-100",), 2),), criteria=TWO))
    assert told[0]["values"] == ["100", "95", "90"]
    assert len(told[0]["said"]) == 2
    assert "工作实绩" in told[0]["said"][1]


@given(
    seed=st.integers(0, 2**32),
    scale=st.sampled_from([SATISFACTION, COMPETENCE, POINTS_BY_FIVE]),
    missing=st.sampled_from(Fault),
    uniform=st.booleans(),
    subjects=st.integers(1, 8),
    across=st.integers(1, 3),
    cap=st.one_of(st.none(), st.integers(1, 3)),
)
def test_a_robot_sends_what_a_phone_may_cast(  # noqa: PLR0917  (hypothesis names them)
    seed, scale, missing, uniform, subjects, across, cap
):
    criteria = tuple(Criterion(f"c{n}", f"指标{n}") for n in range(across))
    best = ("95-100",) if scale is POINTS_BY_FIVE else ("A",)
    asked = paper(
        subjects,
        scale=scale,
        criteria=criteria,
        validity=Validity(missing=missing, uniform_invalid=uniform),
        caps=(Cap(best, cap),) if cap else (),
        remarks=True,
    )
    form = made_up(asked, random.Random(seed))
    filled = read_form(asked, form)
    assert filled.marks is not None
    assert verdict(asked, filled.marks) in CASTABLE
    assert made_up(asked, random.Random(seed)) == form


def test_one_ballot_is_judged_as_a_pile_is():
    assert verdict(paper(2), b"AB") is Verdict.VALID
    assert verdict(paper(2, validity=Validity(uniform_invalid=True)), b"AA") is Verdict.UNIFORM
    with pytest.raises(ValueError, match="wrong_length"):
        verdict(paper(2), b"A")
