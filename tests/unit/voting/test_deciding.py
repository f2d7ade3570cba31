"""Outcomes: what the rules make of the sums, whatever the order of anything."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.canonical import canonical
from app.ballotbox.domain import Denominator, Turnout
from tests.unit.voting.builders import paper, pile, turnout
from tests.unit.voting.strategies import turnouts, votes
from voting.outcomes import FollowUpKind, Outcome, Reason, Tally
from voting.paper import Paper, PaperKind, ShortfallPolicy, TiePolicy
from voting.tally import array, count, decide


@st.composite
def decided(draw: st.DrawFn) -> tuple[Paper, list[bytes], Turnout, Tally]:
    asked, rows = draw(votes())
    figures = draw(turnouts(len(rows)))
    return asked, rows, figures, _decide(asked, rows, figures)


def _decide(asked: Paper, rows: list[bytes], figures: Turnout) -> Tally:
    return decide(asked, count(asked, array(rows, len(asked.candidates))), figures)


def by_definition(asked: Paper, tally: Tally) -> dict[str, str | None]:
    """The oracle: each candidate by itself, from how many of the passed stand before it."""
    if tally.turnout.returned > tally.turnout.issued:
        return dict.fromkeys(asked.items)
    rule = asked.rule
    whole = getattr(tally.turnout, rule.denominator)
    share = rule.threshold.fraction

    def passed(got: int) -> bool:
        if got == 0 or whole == 0:
            return False
        over = got * share.denominator - whole * share.numerator
        return over > 0 or (over == 0 and rule.threshold.comparison == "ge")

    votes = {line.id: line.votes for line in tally.lines if passed(line.approve)}
    found: dict[str, str | None] = {}
    for item in asked.items:
        if item not in votes:
            left = len(votes) < rule.seats
            goes_on = left and rule.shortfall is ShortfallPolicy.SUPPLEMENTARY_VOTE
            found[item] = "short" if goes_on else "not_selected"
            continue
        before = sum(other > votes[item] for other in votes.values())
        with_it = sum(other >= votes[item] for other in votes.values())
        if with_it <= rule.seats:
            found[item] = "selected"
        elif before >= rule.seats or rule.tie is TiePolicy.TAKE_FEWER:
            found[item] = "not_selected"
        else:
            found[item] = "tied"
    return found


@given(decided())
def test_outcomes_are_those_of_the_definition(
    case: tuple[Paper, list[bytes], Turnout, Tally],
) -> None:
    asked, _, _, tally = case
    assert {line.id: line.outcome for line in tally.lines} == by_definition(asked, tally)


@given(decided())
def test_never_more_than_seats(case: tuple[Paper, list[bytes], Turnout, Tally]) -> None:
    asked, _, _, tally = case
    assert len(tally.selected) <= asked.rule.seats
    assert tally.seats_left == asked.rule.seats - len(tally.selected)
    for line in tally.selected:
        assert asked.rule.passes(line.approve, tally.whole)
        assert line.approve >= tally.needed


@given(decided(), st.randoms(use_true_random=False))
def test_the_order_on_the_paper_decides_nothing(
    case: tuple[Paper, list[bytes], Turnout, Tally], chance: object
) -> None:
    asked, rows, figures, tally = case
    order = list(range(len(asked.candidates)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    turned = replace(asked, candidates=tuple(asked.candidates[at] for at in order))
    other = _decide(turned, [bytes(row[at] for at in order) for row in rows], figures)

    def said(tally: Tally) -> dict[str, object]:
        return {
            line.id: (replace(line, tied_with=()), frozenset(line.tied_with))
            for line in tally.lines
        }

    assert said(other) == said(tally)
    assert (other.follow_up.kind, other.follow_up.seats_left) == (
        tally.follow_up.kind,
        tally.follow_up.seats_left,
    )
    assert set(other.follow_up.ids) == set(tally.follow_up.ids)


@given(decided())
def test_a_tie_and_a_shortfall_never_come_together(
    case: tuple[Paper, list[bytes], Turnout, Tally],
) -> None:
    """A tie needs more passed than seats, a shortfall fewer: no count has both."""
    asked, _, _, tally = case
    reasons = {line.reason for line in tally.lines}
    tied = bool(reasons & {Reason.TIED_AT_CUT, Reason.TIE_TAKE_FEWER})
    short = Reason.GOES_TO_SUPPLEMENTARY in reasons
    assert not (tied and short)
    passed = sum(asked.rule.passes(line.approve, tally.whole) for line in tally.lines)
    if tied:
        assert passed > asked.rule.seats
    if short:
        assert passed < asked.rule.seats


@given(decided())
def test_the_follow_up_is_what_the_outcomes_ask_for(
    case: tuple[Paper, list[bytes], Turnout, Tally],
) -> None:
    asked, _, figures, tally = case
    tied = {line.id for line in tally.lines if line.outcome is Outcome.TIED}
    short = [line.id for line in tally.lines if line.outcome is Outcome.SHORT]
    step = tally.follow_up
    if figures.void:
        assert (step.kind, step.ids, step.seats_left) == (
            FollowUpKind.HOLD_AGAIN,
            asked.items,
            asked.rule.seats,
        )
    elif tied:
        assert step.kind.split("_")[0] == asked.rule.tie.value
        assert (set(step.ids), step.seats_left) == (tied, tally.seats_left)
        assert 0 < step.seats_left < len(tied)
    elif short:
        assert step.kind is FollowUpKind.SUPPLEMENTARY_VOTE
        assert (list(step.ids), step.seats_left) == (short, tally.seats_left)
        assert step.seats_left > 0
    else:
        assert (step.kind, step.ids, step.seats_left) == (FollowUpKind.NONE, (), 0)


@given(decided())
def test_the_table_stands_by_votes_with_shared_places(
    case: tuple[Paper, list[bytes], Turnout, Tally],
) -> None:
    asked, _, _, tally = case
    numbers = [(-line.votes, line.number) for line in tally.lines]
    assert numbers == sorted(numbers)
    for line in tally.lines:
        assert line.place == 1 + sum(other.votes > line.votes for other in tally.lines)
        assert line.votes == (line.points if asked.rule.kind is PaperKind.RANK else line.approve)
        assert line.share == (line.approve, getattr(tally.turnout, asked.rule.denominator))
        same = {other.id for other in tally.lines if other.votes == line.votes} - {line.id}
        assert set(line.tied_with) <= same


@given(decided())
def test_a_tally_survives_its_canonical_text(
    case: tuple[Paper, list[bytes], Turnout, Tally],
) -> None:
    *_, tally = case
    stored = json.loads(canonical(tally.as_json()))
    assert Tally.from_json(stored) == tally
    assert stored["void"] is tally.void
    assert all(tally.line(line.id) is line for line in tally.lines)


@given(st.integers(1, 400), st.integers(0, 400))
def test_the_threshold_is_exact(members: int, approvals: int) -> None:
    """No share is rounded on its way: one vote on either side of half decides."""
    approvals = min(approvals, members)
    for got in {approvals, members // 2, members // 2 + 1}:
        tally = _decide(paper(1), pile([got], members), turnout(members))
        assert bool(tally.selected) is (2 * got > members)


@pytest.mark.parametrize("denominator", Denominator)
def test_shares_are_taken_of_the_number_the_rule_names(denominator: Denominator) -> None:
    figures = turnout(5, total_members=9, due=8, present=7, issued=6)
    asked = paper(2, denominator=denominator)
    tally = _decide(asked, [*pile([3, 1], 4), b"xx"], figures)
    wholes = {"total_members": 9, "due": 8, "present": 7, "issued": 6, "returned": 5, "valid": 4}
    assert tally.whole == tally.line("p1").whole == wholes[denominator]
    assert (tally.turnout.valid, tally.turnout.invalid) == (4, 1)
    assert bool(tally.selected) is (wholes[denominator] < 6)


def test_a_count_of_other_ballots_is_refused() -> None:
    asked = paper(2)
    counts = count(asked, array(pile([2, 1], 3), 2))
    with pytest.raises(ValueError, match="returned_is_not_what_was_counted"):
        decide(asked, counts, turnout(4))
    with pytest.raises(KeyError):
        decide(asked, counts, turnout(3)).line("p9")
