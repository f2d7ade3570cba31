"""The second count finds what the first does, on every paper and pile, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.canonical import canonical
from app.refused import Refused
from tests.unit.voting import builders
from tests.unit.voting.strategies import turnouts, votes
from voting import instrument
from voting.recount import differences
from voting.tally import array, count, decide


@given(votes(), st.data())
def test_both_counts_agree_on_every_figure_place_and_outcome(vote, data):
    paper, rows = vote
    turnout = data.draw(turnouts(len(rows)))
    tally = decide(paper, count(paper, array(rows, len(paper.candidates))), turnout)
    sealed = json.loads(canonical(tally.as_json()))
    assert differences(json.loads(canonical(paper.as_json())), rows, sealed) == ()


ROWS = builders.ballots("xx.", "x..", "x..", "...")


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        (builders.ballots("xx.", "x..", ".x.", "..."), "p1.votes"),
        (builders.ballots("xx.", "x..", "x..", "xxx"), "turnout.valid"),
        (builders.ballots("xx.", "x..", "x.."), "turnout.returned"),
    ],
)
def test_a_ballot_changed_lost_or_spoilt_is_found(changed, place):
    paper = builders.paper(3, 2)
    tally = builders.tally(paper, ROWS)
    assert differences(paper.as_json(), ROWS, tally.as_json()) == ()
    assert place in differences(paper.as_json(), changed, tally.as_json())


def test_a_count_that_is_not_confirmed_is_not_sealed(monkeypatch):
    paper = builders.paper(3, 2)
    turnout = builders.turnout(4)
    sealed = instrument.count_ballots(paper, ROWS, [""] * 4, turnout, {})
    assert sealed.result == builders.tally(paper, ROWS).as_json()
    monkeypatch.setattr(instrument, "array", lambda rows, items: array([*rows[:-1], b"xxx"], items))
    with pytest.raises(Refused, match="counts_disagree"):
        instrument.count_ballots(paper, ROWS, [""] * 4, turnout, {})
