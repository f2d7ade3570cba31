"""A phone's form becomes marks, or says in words what stands in the way."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.domain import NO_MARK
from voting.booth import FIELD, read_form
from voting.marks import Verdict, verdict
from voting.paper import BlankPolicy, Candidate, Paper, PaperKind
from voting.presets import BY_URGENCY, LOCAL_ORGANIC_LAW, PER_ITEM, with_seats

NONE = bytes([NO_MARK])


def paper(kind: PaperKind, seats: int = 2, candidates: int = 4, **rule: object) -> Paper:
    preset = {
        PaperKind.SELECT: LOCAL_ORGANIC_LAW,
        PaperKind.PER_ITEM: PER_ITEM,
        PaperKind.RANK: BY_URGENCY,
    }[kind]
    return Paper(
        title="民生实事项目票决",
        candidates=tuple(Candidate(f"p{n}", n, f"项目{n}") for n in range(1, candidates + 1)),
        rule=replace(with_seats(preset, seats), **rule),  # type: ignore[arg-type]
    )


def form(**entered: str) -> dict[str, str]:
    return {FIELD + item: word for item, word in entered.items()}


SELECT = paper(PaperKind.SELECT)
ITEMS = paper(PaperKind.PER_ITEM)
RANK = paper(PaperKind.RANK, seats=3)


@pytest.mark.parametrize(
    ("asked", "entered", "marks", "choices"),
    [
        (SELECT, form(p2="ticked"), NONE + b"x" + NONE * 2, {"p2": "ticked"}),
        (SELECT, form(p4="ticked", p1="ticked"), b"x" + NONE * 2 + b"x", {"p1": "ticked", "p4": "ticked"}),
        (ITEMS, form(p1="approve", p2="against", p3="abstain"), b"yna" + NONE, {"p1": "approve", "p2": "against", "p3": "abstain"}),
        (ITEMS, form(p1="", p4="approve"), NONE * 3 + b"y", {"p4": "approve"}),
        (RANK, form(p1="3", p2="1", p4="2"), b"\x03\x01" + NONE + b"\x02", {"p2": "1", "p4": "2", "p1": "3"}),
        (RANK, form(p1=" 1 ", p2="2"), b"\x01\x02" + NONE * 2, {"p1": "1", "p2": "2"}),
    ],
)  # fmt: skip
def test_a_form_becomes_one_byte_an_item(asked, entered, marks, choices):
    filled = read_form(asked, entered)
    assert filled.marks == marks
    assert list(filled.choices.items()) == list(choices.items()), "in the order of the review"
    assert not filled.faults
    assert not filled.blank


@pytest.mark.parametrize("blank", BlankPolicy)
@pytest.mark.parametrize("kind", PaperKind)
def test_a_blank_ballot_is_the_voters_to_confirm(kind, blank):
    filled = read_form(paper(kind, blank=blank, allow_fewer=False), {})
    assert filled.blank
    assert filled.marks == NONE * 4
    assert not filled.faults


def test_a_mark_that_cannot_be_read_is_said_beside_its_item_and_loses_no_other():
    filled = read_form(ITEMS, form(p1="maybe", p2="against"))
    assert filled.marks is None
    assert [fault.item for fault in filled.faults] == ["p1"]
    assert "项目1" in filled.faults[0].message
    assert filled.choices == {"p2": "against"}
    assert not filled.blank


@pytest.mark.parametrize("place", ["0", "-1", "1.5", "255", "one", "１００００"])
def test_a_place_that_is_none_is_said_beside_its_item(place):
    filled = read_form(RANK, form(p3=place))
    assert filled.marks is None
    assert [fault.item for fault in filled.faults] == ["p3"]


def test_over_voting_says_both_figures_and_keeps_every_choice():
    filled = read_form(SELECT, form(p1="ticked", p2="ticked", p3="ticked"))
    assert filled.marks is None
    assert set(filled.choices) == {"p1", "p2", "p3"}
    (fault,) = filled.faults
    assert fault.item == ""
    assert "2" in fault.message
    assert "3" in fault.message


def test_too_few_are_refused_only_where_the_rule_says_so():
    entered = form(p1="ticked")
    assert read_form(SELECT, entered).marks is not None
    strict = read_form(paper(PaperKind.SELECT, allow_fewer=False), entered)
    assert strict.marks is None
    assert len(strict.faults) == 1


def test_approvals_are_capped_only_where_the_rule_says_so():
    entered = form(p1="approve", p2="approve", p3="approve", p4="against")
    assert read_form(ITEMS, entered).marks == b"yyyn"
    capped = read_form(paper(PaperKind.PER_ITEM, approvals_capped=True), entered)
    assert capped.marks is None
    assert "3" in capped.faults[0].message


def test_a_place_given_twice_is_said_beside_both():
    filled = read_form(RANK, form(p1="1", p3="1", p4="2"))
    assert filled.marks is None
    assert [fault.item for fault in filled.faults] == ["p1", "p3"]


@pytest.mark.parametrize(
    ("entered", "gap"), [(form(p1="2"), "1"), (form(p1="1", p2="3"), "2"), (form(p1="254"), "1")]
)
def test_a_gap_in_the_places_is_named(entered, gap):
    (fault,) = read_form(RANK, entered).faults
    assert fault.item == ""
    assert f"place {gap}" in fault.message


def test_what_the_paper_does_not_ask_is_not_read():
    assert read_form(SELECT, {"item-p9": "ticked", "p1": "ticked", "receipt": "x"}).blank


WORDS = st.sampled_from(["", "ticked", "approve", "against", "abstain", "1", "2", "3", "x", "no!"])


@given(
    kind=st.sampled_from(PaperKind),
    entered=st.dictionaries(st.sampled_from(["p1", "p2", "p3", "p4"]), WORDS),
    fewer=st.booleans(),
    capped=st.booleans(),
)
def test_marks_are_given_exactly_where_the_ballot_would_not_be_void(kind, entered, fewer, capped):
    asked = paper(kind, seats=3, allow_fewer=fewer, approvals_capped=capped)
    filled = read_form(asked, form(**entered))
    if filled.marks is None:
        assert filled.faults
        assert not filled.blank
    else:
        assert not filled.faults
        assert verdict(asked, filled.marks) in {Verdict.VALID, Verdict.BLANK}
        assert filled.blank == (not filled.choices)


@given(
    kind=st.sampled_from(PaperKind),
    entered=st.dictionaries(st.sampled_from(["p1", "p2", "p3", "p4"]), WORDS),
)
def test_the_choices_shown_again_say_the_same_ballot(kind, entered):
    asked = paper(kind, seats=4)
    first = read_form(asked, form(**entered))
    again = read_form(asked, form(**first.choices))
    assert again.choices == first.choices
    if first.marks is not None:
        assert again == first
