"""Papers as JSON: what is written is read back, what cannot be read is named."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from app.ballotbox.canonical import canonical, digest
from tests.unit.voting.builders import paper
from tests.unit.voting.strategies import papers
from voting.paper import Candidate, MalformedPaperError, Paper, Purpose
from voting.presets import LOCAL_ORGANIC_LAW, PRESETS, preset_of, with_seats
from voting.rounds import same_paper

RULE: dict[str, Any] = {
    "kind": "select",
    "seats": 2,
    "allow_fewer": True,
    "blank": "abstain",
    "denominator": "total_members",
    "threshold": "gt 1/2",
    "tie": "runoff",
    "shortfall": "supplementary_vote",
}
WRITTEN: dict[str, Any] = {
    "instrument": "voting",
    "title": "票决",
    "items": [{"id": "a", "label": "甲"}, {"id": "b", "label": "乙"}, {"id": "c", "label": "丙"}],
    "rule": RULE,
}


@given(papers())
def test_a_paper_survives_its_canonical_text(paper: Paper) -> None:
    text = canonical(paper.as_json())
    assert Paper.from_json(json.loads(text)) == paper
    assert paper.digest == digest(text)


def test_a_paper_written_by_hand_needs_only_what_is_decided() -> None:
    paper = Paper.from_json(WRITTEN)
    assert paper.rule == with_seats(LOCAL_ORGANIC_LAW, 2)
    assert [(c.id, c.number, c.name) for c in paper.candidates] == [
        ("a", 1, "甲"),
        ("b", 2, "乙"),
        ("c", 3, "丙"),
    ]
    assert (paper.round, paper.rehearsal, paper.purpose) == (1, False, Purpose.FIRST_VOTE)
    assert (paper.secrecy, paper.previous, paper.adopted) == ("secret", "", "")


def test_the_order_of_the_items_is_part_of_the_digest() -> None:
    one, other = paper(3), paper(3)
    turned = Paper(other.title, other.candidates[::-1], other.rule)
    assert one.digest == other.digest != turned.digest


def test_a_paper_knows_its_items() -> None:
    asked = paper(3, seats=2)
    assert asked.items == ("p1", "p2", "p3")
    assert asked.candidate("p2") == Candidate("p2", 2, "项目2")
    with pytest.raises(KeyError):
        asked.candidate("p9")


def _with(change: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**WRITTEN, **change}.items() if value is not ...}


def _rule_with(change: dict[str, Any]) -> dict[str, Any]:
    return _with({"rule": {k: v for k, v in {**RULE, **change}.items() if v is not ...}})


@pytest.mark.parametrize(
    ("stored", "place", "reason"),
    [
        (_with({"instrument": "evaluation"}), "instrument", "unknown_value"),
        (_with({"instrument": ...}), "instrument", "missing"),
        (_with({"title": ...}), "title", "missing"),
        (_with({"title": 7}), "title", "not_text"),
        (_with({"items": ...}), "items", "missing"),
        (_with({"items": "abc"}), "items", "not_a_list"),
        (_with({"items": {"a": 1}}), "items", "not_a_list"),
        (_with({"items": [{"id": "a", "label": "甲"}, 3]}), "items[1]", "not_an_object"),
        (_with({"items": [{"label": "甲"}]}), "items[0].id", "missing"),
        (_with({"items": [{"id": "a"}]}), "items[0].label", "missing"),
        (
            _with({"items": [{"id": "a", "label": "甲", "number": True}]}),
            "items[0].number",
            "not_an_integer",
        ),
        (
            _with({"items": [{"id": "a", "label": "甲", "investment": 3}]}),
            "items[0].investment",
            "not_text",
        ),
        (_with({"rule": ...}), "rule", "missing"),
        (_with({"rule": []}), "rule", "not_an_object"),
        (_with({"secrecy": "open"}), "secrecy", "unknown_value"),
        (_with({"round": "1"}), "round", "not_an_integer"),
        (_with({"rehearsal": 0}), "rehearsal", "not_a_boolean"),
        (_with({"purpose": "fun"}), "purpose", "unknown_value"),
        *((_rule_with({key: ...}), f"rule.{key}", "missing") for key in RULE),
        (_rule_with({"kind": []}), "rule.kind", "unknown_value"),
        (_rule_with({"seats": 2.0}), "rule.seats", "not_an_integer"),
        (_rule_with({"allow_fewer": "yes"}), "rule.allow_fewer", "not_a_boolean"),
        (_rule_with({"threshold": "gt 3/2"}), "rule.threshold", "threshold_out_of_range"),
        (_rule_with({"threshold": "ge -1/2"}), "rule.threshold", "threshold_out_of_range"),
        (_rule_with({"threshold": "gt 1/1"}), "rule.threshold", "threshold_unreachable"),
        (_rule_with({"threshold": "ge 1/0"}), "rule.threshold", "threshold_unreadable"),
        (_rule_with({"threshold": "half"}), "rule.threshold", "threshold_unreadable"),
        (_rule_with({"threshold": "eq 1/2"}), "rule.threshold", "threshold_unreadable"),
    ],
)
def test_what_cannot_be_read_is_named(stored: dict[str, Any], place: str, reason: str) -> None:
    with pytest.raises(MalformedPaperError) as refused:
        Paper.from_json(stored)
    assert (refused.value.place, refused.value.reason) == (place, reason)


def test_a_committee_is_named_on_its_paper_and_a_congress_leaves_the_digest_as_it_was() -> None:
    congress = paper(3)
    assert "committee" not in congress.as_json()
    committee = replace(congress, committee=True)
    assert committee.as_json()["committee"] is True
    assert committee.digest != congress.digest
    assert Paper.from_json(committee.as_json()) == committee
    assert same_paper(committee).committee
    with pytest.raises(MalformedPaperError):
        Paper.from_json(congress.as_json() | {"committee": "yes"})


def test_nothing_but_the_majority_is_reached_at_half() -> None:
    of_all = paper(2).rule
    assert (of_all.needed(327), of_all.passes(163, 327), of_all.passes(164, 327)) == (
        164,
        False,
        True,
    )
    assert not of_all.passes(164, 328)
    assert not of_all.passes(0, 0)


def test_presets_are_told_by_their_rule() -> None:
    assert [preset_of(with_seats(preset, 7)) for preset in PRESETS.values()] == [*PRESETS]
    assert preset_of(paper(3, allow_fewer=False).rule) is None
