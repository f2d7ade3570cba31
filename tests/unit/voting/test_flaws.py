"""Impossible and dubious settings, each told apart and each in words."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from app.ballotbox.domain import Denominator
from app.thresholds import Threshold
from tests.unit.voting.builders import paper, turnout
from tests.unit.voting.strategies import papers
from voting.fault_words import flaw_words
from voting.flaws import Flaw, FlawCode, check, check_turnout, fatal
from voting.paper import BlankPolicy, Candidate, Paper, Purpose

SOUND = paper(3, 2)


def found(paper: Paper) -> list[tuple[str, str]]:
    return [(flaw.code.value, flaw.field) for flaw in check(paper)]


def with_candidates(*candidates: Candidate) -> Paper:
    return replace(SOUND, candidates=candidates)


def one(at: int, **settings: Any) -> Candidate:
    return replace(Candidate(f"p{at}", at, f"项目{at}"), **settings)


def test_a_sound_paper_has_none() -> None:
    assert check(SOUND) == ()


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        (replace(SOUND, title=" "), "title_missing", "title"),
        (replace(SOUND, round=0), "round_wrong", "round"),
        (replace(SOUND, round=2), "round_wrong", "round"),
        (replace(SOUND, purpose=Purpose.RUNOFF), "round_wrong", "round"),
        (with_candidates(), "no_candidates", "items"),
        *(
            (with_candidates(one(1), one(2), one(3, id=id)), "id_unusable", "items[2].id")
            for id in ("", "group", "GROUP", "a b", "a,b", "=1+1", "-1", "x" * 65, "a\n")  # noqa: A001
        ),
        (
            with_candidates(one(1), one(2, number=0), one(3)),
            "number_below_one",
            "items[1].number",
        ),
        (with_candidates(one(1), one(2, name=" "), one(3)), "name_missing", "items[1].label"),
        *(
            (
                with_candidates(one(1, investment=text), one(2), one(3)),
                "investment_unreadable",
                "items[0].investment",
            )
            for text in ("1,200", "-3", "1e3", "约100", "1.", ".5", "1.1234567", " 1", "１２")
        ),
        (with_candidates(one(1), one(2), one(3, id="p1")), "duplicate_id", "items[2].id"),
        (
            with_candidates(one(1), one(2), one(3, number=1)),
            "duplicate_number",
            "items[2].number",
        ),
        (
            with_candidates(one(1), one(2, name="项目1 "), one(3)),
            "duplicate_name",
            "items[1].label",
        ),
        (paper(3, 0), "seats_below_one", "rule.seats"),
        (paper(3, 4), "more_seats_than_candidates", "rule.seats"),
        (paper(260, 255, "rank"), "too_many_places", "rule.seats"),
        (paper(3, 3, allow_fewer=False), "no_choice", "rule.seats"),
    ],
)
def test_impossible_settings_refuse_the_paper(asked: Paper, code: str, field: str) -> None:
    refused = [(flaw.code.value, flaw.field) for flaw in fatal(check(asked))]
    assert refused == [(code, field)]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (paper(3, 3), ["uncontested"]),
        (paper(3, 3, "per_item", allow_fewer=False), ["uncontested"]),
        (paper(3, 3, "rank", allow_fewer=False), ["approvals_say_nothing", "uncontested"]),
        (paper(3, 1, "rank"), ["rank_of_one"]),
        (paper(3, threshold=Threshold.parse("ge 1/2")), ["weaker_than_law"]),
        (paper(3, threshold=Threshold.parse("ge 0")), ["weaker_than_law"]),
        (paper(3, denominator=Denominator.PRESENT), ["weaker_than_law"]),
        (paper(3, threshold=Threshold.parse("ge 2/3")), []),
        (paper(3, threshold=Threshold.parse("ge 501/1000")), []),
        (paper(3, threshold=Threshold.parse("ge 1")), ["needs_everyone"]),
        (paper(3, denominator=Denominator.VALID), ["weaker_than_law"]),
        (
            paper(3, denominator=Denominator.VALID, blank=BlankPolicy.INVALID),
            ["weaker_than_law", "blanks_lower_the_bar"],
        ),
        (
            replace(paper(3, threshold=Threshold.parse("ge 0")), round=2, purpose=Purpose.RUNOFF),
            [],
        ),
    ],
)
def test_dubious_settings_are_said_and_allowed(asked: Paper, codes: list[str]) -> None:
    assert [flaw.code.value for flaw in check(asked)] == codes
    assert fatal(check(asked)) == ()


def test_several_flaws_come_in_the_order_of_the_paper() -> None:
    asked = replace(with_candidates(one(1), one(1)), title="")
    asked = replace(asked, rule=replace(asked.rule, seats=5))
    assert found(asked) == [
        ("title_missing", "title"),
        ("duplicate_id", "items[1].id"),
        ("duplicate_number", "items[1].number"),
        ("duplicate_name", "items[1].label"),
        ("more_seats_than_candidates", "rule.seats"),
    ]


@pytest.mark.parametrize(
    ("denominator", "present", "flawed"),
    [
        ("total_members", 163, True),
        ("total_members", 164, False),
        ("due", 160, True),
        ("due", 161, False),
        ("present", 1, False),
        ("issued", 1, False),
        ("valid", 0, False),
    ],
)
def test_too_few_present_for_anything_to_pass(denominator: str, present: int, flawed: bool) -> None:
    asked = paper(3, denominator=Denominator(denominator))
    figures = turnout(0, total_members=327, due=320, present=present)
    flaws = check_turnout(asked, figures)
    assert [flaw.code.value for flaw in flaws] == ["more_than_present"] * flawed
    assert fatal(flaws) == ()


@given(papers())
def test_every_flaw_has_words(paper: Paper) -> None:
    for flaw in check(paper):
        assert "%" not in flaw_words(flaw)


FACTS: dict[str, int | str] = {
    "id": "a b",
    "number": 0,
    "investment": "约",
    "value": "p1",
    "seats": 3,
    "candidates": 2,
    "needed": 164,
    "present": 100,
}


@pytest.mark.parametrize("code", FlawCode)
def test_every_code_has_words(code: FlawCode) -> None:
    words = flaw_words(Flaw(code, "rule", FACTS))
    assert words.endswith(".")
    assert "%" not in words
