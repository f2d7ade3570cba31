"""The next round: who stands in it, for how many seats, by which rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.thresholds import Threshold
from tests.unit.voting.builders import ballots, outcomes, paper, pile, tally
from tests.unit.voting.strategies import rows_for, votes
from voting.flaws import check, fatal
from voting.outcomes import FollowUpKind, Tally
from voting.paper import MOST_VOTES, Paper, PaperKind, Purpose, ShortfallPolicy
from voting.rounds import next_paper, paper_held_again, runoff_paper, supplementary_paper


def tied_vote() -> tuple[Paper, Tally]:
    """p1 is selected, p3 outside; three with 7 votes each are left with two seats."""
    asked = paper(5, 3, "per_item", allow_fewer=False)
    return asked, tally(asked, pile([9, 7, 6, 7, 7], 10, "y", "n"))


def test_a_runoff_is_among_the_tied_only_and_most_votes_wins() -> None:
    asked, first = tied_vote()
    runoff = runoff_paper(asked, first)
    assert runoff.items == ("p2", "p4", "p5")
    assert [candidate.number for candidate in runoff.candidates] == [2, 4, 5]
    assert (runoff.round, runoff.purpose, runoff.previous) == (2, Purpose.RUNOFF, asked.digest)
    rule = runoff.rule
    assert (rule.seats, rule.threshold, rule.kind) == (2, MOST_VOTES, PaperKind.SELECT)
    assert rule.allow_fewer  # a per_item paper never asked for a number of marks
    assert not fatal(check(runoff))

    # 3, 2 and 1 of 10 votes: no share is asked for, the two with the most take the seats.
    second = tally(runoff, pile([2, 3, 1], 10))
    assert outcomes(second) == {"p4": "selected", "p2": "selected", "p5": "not_selected"}
    assert second.line("p4").reason == "most_votes"
    assert second.follow_up.kind is FollowUpKind.NONE


def test_tied_again_is_voted_on_again() -> None:
    runoff = runoff_paper(*tied_vote())
    second = tally(runoff, pile([2, 3, 2], 10))
    assert second.follow_up.as_json() == {"kind": "runoff", "ids": ["p2", "p5"], "seats_left": 1}
    third = runoff_paper(runoff, second)
    assert (third.items, third.round, third.previous) == (("p2", "p5"), 3, runoff.digest)


def test_a_runoff_in_which_nobody_voted_selects_nobody() -> None:
    runoff = runoff_paper(*tied_vote())
    second = tally(runoff, ballots("...", "..."))
    assert second.selected == ()
    assert second.follow_up.kind is FollowUpKind.SUPPLEMENTARY_VOTE


def test_a_runoff_keeps_that_fewer_is_void() -> None:
    asked = paper(3, 2, allow_fewer=False)
    first = tally(asked, ballots("xx.", ".xx", "x.x"))
    assert not runoff_paper(asked, first).rule.allow_fewer


def test_a_supplementary_vote_keeps_the_rule() -> None:
    asked = paper(5, 3)
    first = tally(asked, pile([2, 9, 0, 4, 4], 10))
    supplementary = supplementary_paper(asked, first)
    assert supplementary.items == ("p4", "p5", "p1", "p3")
    assert supplementary.rule == paper(4, 2).rule
    assert (supplementary.round, supplementary.purpose) == (2, Purpose.SUPPLEMENTARY_VOTE)
    assert supplementary.previous == asked.digest
    second = tally(supplementary, pile([5, 6, 1, 1], 10))
    assert [line.id for line in second.selected] == ["p5"]


def test_a_void_vote_is_held_again_whole() -> None:
    asked = paper(3, 1)
    void = tally(asked, pile([9, 1, 0], 10), issued=9)
    again = paper_held_again(asked, void)
    assert (again.candidates, again.rule) == (asked.candidates, asked.rule)
    assert (again.round, again.purpose) == (2, Purpose.HELD_AGAIN)


@pytest.mark.parametrize("make", [runoff_paper, supplementary_paper, paper_held_again])
def test_no_round_that_was_not_asked_for(make: object) -> None:
    asked = paper(2, 1)
    with pytest.raises(ValueError, match="no_"):
        make(asked, tally(asked, pile([9, 1], 10)))  # type: ignore[operator]


@given(votes(), st.data())
def test_rounds_follow_until_nothing_is_left(
    vote: tuple[Paper, list[bytes]], data: st.DataObject
) -> None:
    """Each next paper is fit to be frozen, and all rounds together never select too many."""
    asked, rows = vote
    seats, selected = asked.rule.seats, set[str]()
    for _ in range(4):
        result = tally(asked, rows)
        found = {line.id for line in result.selected}
        assert not found & selected
        selected |= found
        assert len(selected) <= seats
        following = next_paper(asked, result)
        if following is None:
            break
        assert following.round == asked.round + 1
        assert following.previous == asked.digest
        assert following.rule.seats == result.follow_up.seats_left
        assert Paper.from_json(following.as_json()) == following
        if not fatal(check(asked)):
            assert not fatal(check(following))
        asked, rows = following, data.draw(rows_for(following, most=6))


def test_the_presidium_and_an_accepted_shortfall_ask_for_no_paper() -> None:
    asked = paper(3, 2, shortfall=ShortfallPolicy.ACCEPT_FEWER)
    assert next_paper(asked, tally(asked, pile([9, 1, 0], 10))) is None
    asked = paper(2, 1, tie="presidium", threshold=Threshold.parse("ge 1/2"))
    first = tally(asked, ballots("x.", ".x"))
    assert first.follow_up.kind is FollowUpKind.PRESIDIUM_DECIDES
    assert next_paper(asked, first) is None
