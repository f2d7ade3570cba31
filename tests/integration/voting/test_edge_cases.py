"""The edges that RULES.md names, worked out by hand, from the cards to the printed return."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from app.ballotbox import service as box_service
from app.ballotbox.domain import Denominator, Secrecy
from app.reports.bundle import bundled, evidence_of
from app.reports.official import official_return
from app.reports.word import word
from app.reports.workbook import workbook
from app.thresholds import Threshold
from recount.recount import examine
from tests.integration.voting.votes import NOON, drafted, hand_out, hold
from voting import result_views, service
from voting.outcomes import Tally
from voting.paper import BlankPolicy, TiePolicy
from voting.statement import statement


def said(ballots: dict[str, int], candidates: int = 2, seats: int = 1, **rule: Any) -> Tally:
    """Hold a vote, see that a recount agrees and that everything prints; its tally.

    ballots: by what is ticked ("x." ticks the first of two), how many.
    """
    box_id = drafted(candidates, seats)
    draft = service.get_draft(box_id)
    service.change_vote(
        box_id,
        title=draft.box.title,
        secrecy=Secrecy(draft.box.secrecy),
        adopted="",
        rule=replace(draft.vote.rule, **rule),
    )
    rows = [
        bytes(ord("x") if mark == "x" else 0xFF for mark in ticks)
        for ticks, number in ballots.items()
        for _ in range(number)
    ]
    sealed = hold(box_id, hand_out(box_id, max(3, len(rows))), rows)
    evidence = evidence_of(box_service.get_box(box_id))
    checks, _sealed, _again = examine(bundled(evidence, random.Random(1).shuffle))
    assert [check for check in checks if not check.agrees] == []
    assert word(official_return(statement(box_id), NOON)).startswith(b"PK")
    assert workbook(result_views.book(box_id)).startswith(b"PK")
    assert json.loads(sealed.text)["result"] == sealed.result
    return Tally.from_json(sealed.result)


def selected(tally: Tally) -> list[int]:
    return sorted(line.number for line in tally.lines if line.outcome == "selected")


@pytest.mark.parametrize(
    ("rule", "ballots", "found"),
    [
        ({}, {"x.": 25, "..": 5}, []),  # exactly half of fifty members
        ({}, {"x.": 26, "..": 4}, [1]),
        ({"threshold": "ge 1/2"}, {"x.": 25, "..": 5}, [1]),
        ({"threshold": "ge 2/3"}, {"x.": 33}, []),  # 33 1/3 of fifty
        ({"threshold": "ge 2/3"}, {"x.": 34}, [1]),
        ({"threshold": "ge 2/3", "denominator": "returned"}, {"x.": 8, ".x": 4}, [1]),
        ({"threshold": "gt 2/3", "denominator": "returned"}, {"x.": 8, ".x": 4}, []),
        ({}, {}, []),  # nobody voted
        ({}, {"xx": 30}, []),  # every ballot has one tick too many
    ],
)
def test_exactly_half_and_two_thirds(rule, ballots, found):
    asked = dict(rule)
    if "threshold" in asked:
        asked["threshold"] = Threshold.parse(asked["threshold"])
    if "denominator" in asked:
        asked["denominator"] = Denominator(asked["denominator"])
    tally = said(ballots, **asked)
    assert selected(tally) == found
    assert tally.turnout.returned == sum(ballots.values())
    assert tally.turnout.invalid == ballots.get("xx", 0)


@pytest.mark.parametrize(
    ("blank", "valid", "found"), [(BlankPolicy.ABSTAIN, 9, []), (BlankPolicy.INVALID, 7, [1])]
)
def test_blank_ballots_weigh_where_they_are_valid(blank, valid, found):
    """Five of nine are no 2/3; of the seven that say something they are."""
    asked = {"threshold": Threshold.parse("ge 2/3"), "denominator": Denominator.VALID}
    tally = said({"x.": 5, ".x": 2, "..": 2}, blank=blank, **asked)
    assert (tally.turnout.valid, selected(tally)) == (valid, found)


@pytest.mark.parametrize("tie", TiePolicy)
def test_a_tie_at_the_cut_is_never_broken_silently(tie):
    """Half of fifty passes here, and two have it for the one seat that is left."""
    ballots = {"xx.": 25, "x.x": 25}
    tally = said(ballots, 3, 2, tie=tie, threshold=Threshold.parse("ge 1/2"))
    assert selected(tally) == [1]
    assert {line.number: line.votes for line in tally.lines} == {1: 50, 2: 25, 3: 25}
