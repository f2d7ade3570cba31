"""A result that the second count does not confirm is not sealed."""

import pytest

from app.ballotbox.piles import Piles
from app.ballotbox.second_count import agreed
from app.refused import Refused
from evaluation.again import sealed_result
from evaluation.instrument import count_ballots
from evaluation.outcomes import Tally
from tests.unit.evaluation.builders import ballot, paper, tally, turnout
from tests.unit.voting import builders as voted
from voting.instrument import count_ballots as count_votes

ROWS = [ballot("AB")] * 9 + [ballot("CA")] * 4


def piles(width, rows):
    return Piles.of(width, [("", row) for row in rows])


def test_what_both_counts_say_is_sealed():
    counted = count_ballots(paper(2), piles(2, ROWS), turnout(13), {})
    assert Tally.from_json(counted.result) == tally(paper(2), ROWS)


def test_one_mark_more_in_either_count_blocks_the_return():
    asked = paper(2)
    result = sealed_result(asked, tally(asked, ROWS))
    with pytest.raises(Refused, match="counts_disagree") as refused:
        agreed(
            asked.as_json(),
            [("", row) for row in [*ROWS[:-1], ballot("CB")]],
            turnout(13),
            issued={},
            result=result,
        )
    assert "单位2" in refused.value.facts["places"]


def test_a_vote_is_counted_twice_too(monkeypatch):
    asked, rows = voted.paper(3, 2), voted.ballots("xx.", "x.x", "x..")
    counted = count_votes(asked, piles(3, rows), voted.turnout(3), {})
    assert counted.result == voted.tally(asked, rows).as_json()
    other = voted.tally(asked, voted.ballots("xx.", "x.x", "xx."))
    monkeypatch.setattr("voting.instrument.decide", lambda *_: other)
    with pytest.raises(Refused, match="counts_disagree"):
        count_votes(asked, piles(3, rows), voted.turnout(3), {})
