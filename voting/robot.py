"""Made-up voters: the form that a robot sends in a rehearsal, for each kind of paper."""

import random
from collections.abc import Mapping

from voting.booth import FIELD
from voting.marks import ABSTAIN, AGAINST, APPROVE, TICKED, decode
from voting.paper import BlankPolicy, Candidate, Paper, PaperKind

BLANK = 0.01
"""How many robots return a blank ballot, where that is valid."""


def made_up(paper: Paper, choice: random.Random) -> Mapping[str, str]:
    """Return the fields of a valid ballot; earlier projects are liked a little better.

    The same `choice` gives the same ballots, so that a rehearsal can be repeated.
    """
    rule = paper.rule
    kind = rule.kind
    if rule.allow_fewer and rule.blank is BlankPolicy.ABSTAIN and choice.random() < BLANK:
        return {}
    count = len(paper.candidates)
    drawn = {
        c.id: choice.random() - place / (2 * count) for place, c in enumerate(paper.candidates)
    }
    ranked = sorted(paper.candidates, key=lambda candidate: drawn[candidate.id], reverse=True)
    liked = ranked[: _number(paper, choice)]
    if kind is PaperKind.SELECT:
        return {_field(candidate): decode(kind, TICKED) for candidate in liked}
    if kind is PaperKind.RANK:
        return {_field(candidate): str(place) for place, candidate in enumerate(liked, 1)}
    approved = {candidate.id for candidate in liked}
    return {
        _field(candidate): decode(
            kind, APPROVE if candidate.id in approved else choice.choice((AGAINST, ABSTAIN))
        )
        for candidate in paper.candidates
    }


def _field(candidate: Candidate) -> str:
    return FIELD + candidate.id


def _number(paper: Paper, choice: random.Random) -> int:
    most = min(paper.rule.seats, len(paper.candidates))
    if not paper.rule.allow_fewer and paper.rule.kind is not PaperKind.PER_ITEM:
        return most
    return choice.randint(max(1, most - 3), most)
