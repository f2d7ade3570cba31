"""The next round: papers derived from what came of the one before.

A second round never overwrites the first: each is a paper and a record of its own, which names
the frozen paper before it by digest.
"""

from collections.abc import Sequence
from dataclasses import replace

from voting.outcomes import FollowUpKind, Tally
from voting.paper import MOST_VOTES, Paper, PaperKind, Purpose, Rule


def runoff_paper(paper: Paper, tally: Tally) -> Paper:
    """Make the paper of a runoff: the tied only, for the seats left, most votes wins (组织法 29).

    The tied stand in the order of the paper, for they have no other. Each of them has reached
    the threshold already, so no share is asked for again, and the mark is a tick whatever the
    first paper was: what is asked is no longer whether, but which. Raises ValueError where the
    tally asks for no runoff.
    """
    seats = _seats(tally, FollowUpKind.RUNOFF)
    rule = replace(
        paper.rule,
        kind=PaperKind.SELECT,
        seats=seats,
        allow_fewer=paper.rule.allow_fewer or paper.rule.kind is PaperKind.PER_ITEM,
        threshold=MOST_VOTES,
        approvals_capped=False,
    )
    tied = [item for item in paper.items if item in tally.follow_up.ids]
    return _next(paper, tied, rule, Purpose.RUNOFF)


def supplementary_paper(paper: Paper, tally: Tally) -> Paper:
    """Make the paper of a supplementary vote (另行票决): those not selected, for the seats left.

    They stand in the order of votes of the round before, under the same rule. Raises ValueError
    where the tally asks for no supplementary vote.
    """
    seats = _seats(tally, FollowUpKind.SUPPLEMENTARY_VOTE)
    rule = replace(paper.rule, seats=seats)
    return _next(paper, tally.follow_up.ids, rule, Purpose.SUPPLEMENTARY_VOTE)


def paper_held_again(paper: Paper, tally: Tally) -> Paper:
    """Make the paper for a vote that was void: all of it again; raises ValueError where not."""
    _seats(tally, FollowUpKind.HOLD_AGAIN)
    return same_paper(paper)


def same_paper(paper: Paper) -> Paper:
    """Make the paper of a vote that is held again whole, whether it was counted or not."""
    return _next(paper, paper.items, paper.rule, Purpose.HELD_AGAIN)


def next_paper(paper: Paper, tally: Tally) -> Paper | None:
    """Make the paper that the follow-up asks for; None where nothing is voted on again."""
    makers = {
        FollowUpKind.RUNOFF: runoff_paper,
        FollowUpKind.SUPPLEMENTARY_VOTE: supplementary_paper,
        FollowUpKind.HOLD_AGAIN: paper_held_again,
    }
    make = makers.get(tally.follow_up.kind)
    return make and make(paper, tally)


def _seats(tally: Tally, kind: FollowUpKind) -> int:
    if tally.follow_up.kind is not kind:
        raise ValueError(f"no_{kind}")
    return tally.follow_up.seats_left


def _next(paper: Paper, ids: Sequence[str], rule: Rule, purpose: Purpose) -> Paper:
    return replace(
        paper,
        candidates=tuple(paper.candidate(item) for item in ids),
        rule=rule,
        round=paper.round + 1,
        purpose=purpose,
        previous=paper.digest,
    )
