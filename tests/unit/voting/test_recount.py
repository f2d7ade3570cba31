"""The second count finds what the first does, on every paper and pile, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.second_count import agreed
from app.refused import Refused
from tests.unit.voting import builders
from tests.unit.voting.strategies import turnouts, votes
from voting.tally import array, count, decide


def agree(paper, rows, turnout, tally):
    ballots = [("", row) for row in rows]
    agreed(paper.as_json(), ballots, turnout, issued={}, result=tally.as_json())


@given(votes(), st.data())
def test_both_counts_agree_on_every_figure_place_and_outcome(vote, data):
    paper, rows = vote
    turnout = data.draw(turnouts(len(rows)))
    agree(
        paper,
        rows,
        turnout,
        decide(paper, count(paper, array(rows, len(paper.candidates))), turnout),
    )


ROWS = builders.ballots("xx.", "x..", "x..", "...")


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        (builders.ballots("xx.", "x..", ".x.", "..."), "votes"),
        (builders.ballots("xx.", "x..", "x..", "xxx"), "void_ballots"),
        (builders.ballots("xx.", "x..", "x.."), "blank"),
    ],
)
def test_a_ballot_changed_lost_or_spoilt_is_found(changed, place):
    paper, turnout = builders.paper(3, 2), builders.turnout(4)
    tally = builders.tally(paper, ROWS)
    agree(paper, ROWS, turnout, tally)
    with pytest.raises(Refused, match="counts_disagree") as refused:
        agree(paper, changed, turnout, tally)
    assert place in refused.value.facts["places"]
