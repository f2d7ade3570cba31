"""Made-up ballots: repeatable, within the rules, and showing what they are made up for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voting.builders import paper, turnout
from voting.dry_run import Pattern, came_about, dry_run, made_up
from voting.marks import Verdict, verdict
from voting.outcomes import FollowUpKind, Outcome
from voting.paper import BlankPolicy, Paper

KINDS = ("select", "per_item", "rank")
SOUND = tuple(pattern for pattern in Pattern if pattern is not Pattern.SPOILT)
SIZES = (
    (30, 24, 327, 327),
    (30, 24, 300, 327),
    (12, 10, 58, 60),
    (10, 8, 102, 102),
    (5, 3, 45, 45),
)
"""Candidates, seats, ballots and members of votes that were held (RULES 3)."""


def every_case():
    return pytest.mark.parametrize(
        ("kind", "candidates", "seats", "ballots", "members"),
        [(kind, *size) for kind in KINDS for size in SIZES],
    )


def run(asked: Paper, pattern: Pattern, ballots: int, members: int, seed: int = 1):
    figures = turnout(ballots, total_members=members, due=members)
    return dry_run(asked, figures, pattern, seed)


@every_case()
def test_two_are_tied_for_the_last_seat(kind, candidates, seats, ballots, members):
    tally = run(paper(candidates, seats, kind), Pattern.TIE_AT_CUT, ballots, members)
    tied = [line for line in tally.lines if line.outcome is Outcome.TIED]
    assert len(tied) == 2
    assert len(tally.selected) == seats - 1
    assert all(line.votes > tied[0].votes for line in tally.selected)
    assert all(line.approve >= tally.needed for line in tied)
    assert tally.follow_up.kind is FollowUpKind.RUNOFF
    assert came_about(Pattern.TIE_AT_CUT, tally)
    assert tally.turnout.invalid == 0


@every_case()
def test_fewer_pass_than_there_are_seats(kind, candidates, seats, ballots, members):
    tally = run(paper(candidates, seats, kind), Pattern.SHORTFALL, ballots, members)
    assert 0 < len(tally.selected) < seats
    assert tally.follow_up.kind is FollowUpKind.SUPPLEMENTARY_VOTE
    assert came_about(Pattern.SHORTFALL, tally)


@every_case()
def test_an_agreement_fills_every_seat(kind, candidates, seats, ballots, members):
    tally = run(paper(candidates, seats, kind), Pattern.AGREEMENT, ballots, members)
    assert len(tally.selected) == seats
    assert tally.follow_up.kind is FollowUpKind.NONE


@every_case()
def test_a_fifth_is_blank_and_a_fifth_void(kind, candidates, seats, ballots, members):
    asked = paper(candidates, seats, kind, approvals_capped=True)
    tally = run(asked, Pattern.SPOILT, ballots, members)
    fifth = ballots // 5
    assert (tally.blank, tally.turnout.invalid) == (fifth, fifth)
    strict = paper(candidates, seats, kind, approvals_capped=True, blank=BlankPolicy.INVALID)
    assert run(strict, Pattern.SPOILT, ballots, members).turnout.invalid == 2 * fifth


@given(
    kind=st.sampled_from(KINDS),
    candidates=st.integers(1, 12),
    seats=st.integers(1, 12),
    ballots=st.integers(0, 40),
    allow_fewer=st.booleans(),
    capped=st.booleans(),
    pattern=st.sampled_from(SOUND),
    seed=st.integers(0, 2**20),
)
def test_deputies_that_mean_well_cast_no_void_ballot(
    *, kind, candidates, seats, ballots, allow_fewer, capped, pattern, seed
):
    asked = paper(
        candidates,
        min(seats, candidates),
        kind,
        allow_fewer=allow_fewer,
        approvals_capped=capped,
        blank=BlankPolicy.ABSTAIN,
    )
    figures = turnout(ballots, total_members=ballots + 5)
    rows = made_up(asked, figures, pattern, seed)
    assert rows == made_up(asked, figures, pattern, seed)
    assert len(rows) == ballots
    verdicts = {verdict(asked, row) for row in rows}
    assert verdicts <= {Verdict.VALID, Verdict.BLANK}
    tally = dry_run(asked, figures, pattern, seed)
    assert tally.turnout.valid == ballots
    assert tally.turnout.total_members == ballots + 5


@pytest.mark.parametrize("kind", ["select", "rank"])
@pytest.mark.parametrize("pattern", SOUND)
def test_where_fewer_is_void_every_ballot_has_all_its_marks(kind, pattern):
    tally = run(paper(12, 10, kind, allow_fewer=False), pattern, 326, 327)
    assert tally.turnout.invalid == 0
    assert sum(line.approve for line in tally.lines) == 10 * 326
    assert came_about(pattern, tally)


def test_another_seed_makes_other_ballots():
    asked, figures = paper(8, 4), turnout(50)
    piles = {tuple(sorted(made_up(asked, figures, Pattern.RANDOM, seed))) for seed in range(10)}
    assert len(piles) == 10


def test_what_cannot_come_about_is_told():
    # One seat, and more than half of all members needed: no two can both have it.
    assert not came_about(Pattern.TIE_AT_CUT, run(paper(2, 1), Pattern.TIE_AT_CUT, 50, 50))
    # As many seats as candidates: nobody stands outside them.
    assert not came_about(Pattern.TIE_AT_CUT, run(paper(3, 3), Pattern.TIE_AT_CUT, 50, 50))
    for pattern in (Pattern.RANDOM, Pattern.AGREEMENT):
        assert came_about(pattern, run(paper(3, 1), pattern, 50, 50))
    per_item = run(paper(2, 1, "per_item"), Pattern.TIE_AT_CUT, 50, 50)
    assert came_about(Pattern.TIE_AT_CUT, per_item)  # both may be approved by everybody


def test_a_paper_without_candidates_cannot_be_tried_out():
    with pytest.raises(ValueError, match="no_candidates"):
        run(paper(0), Pattern.RANDOM, 5, 5)
