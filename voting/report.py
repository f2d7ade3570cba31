"""A Return with what stands around it: the stage, who signed, and the other rounds.

Everything is read from the sealed Return and the frozen paper; nothing is counted here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.ballotbox import chain, service
from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.ballotbox.seal import Return
from app.refused import Refused
from app.web.filters import day, moment
from voting.outcomes import Line, Tally
from voting.paper import INSTRUMENT, Candidate, Paper


@dataclass(frozen=True, slots=True)
class Signature:
    """Who certified a Return, and when, in words."""

    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Report:
    """What every screen and sheet of a vote prints from."""

    sealed: Return
    paper: Paper
    tally: Tally
    stage: Stage = Stage.CLOSED
    signatures: tuple[Signature, ...] = ()
    voided: str = ""
    """Why the vote was declared void; empty where it was not."""
    opened: str = ""
    closed: str = ""
    held_on: str = ""
    """Dates and times in words."""

    @property
    def seal(self) -> str:
        """The SHA-256 of the sealed text."""
        return self.sealed.seal

    @property
    def committee(self) -> bool:
        """Whether a standing committee voted, and not a congress."""
        return self.paper.committee or self.sealed.roll.body_kind == "standing_committee"

    @property
    def rows(self) -> tuple[tuple[Line, Candidate], ...]:
        """The table: each line with its candidate, by votes, the most first."""
        return tuple((line, self.paper.candidate(line.id)) for line in self.tally.lines)


def box_of(box_id: int) -> Box:
    """Return the box of a vote; raises Refused("unknown_box") for one of another instrument."""
    box = service.get_box(box_id)
    if box.instrument != INSTRUMENT:
        raise Refused("unknown_box")
    return box


def report_of(box: Box) -> Report:
    """Read the Return of a closed box.

    Raises Refused("not_closed") before, and "seal_broken" where the Return or the paper it
    names was altered.
    """
    sealed = service.sealed_return(box.id)
    paper = Paper.from_json(json.loads(box.paper))
    if paper.digest != sealed.paper:
        raise Refused("seal_broken")
    return report_from(box, sealed, paper, Tally.from_json(sealed.result))


def report_from(box: Box, sealed: Return, paper: Paper, tally: Tally) -> Report:
    """Add to a Return that is already read who signed it and what became of it."""
    return Report(
        sealed=sealed,
        paper=paper,
        tally=tally,
        stage=Stage(box.stage),
        signatures=tuple(Signature(s.name, moment(s.at)) for s in service.sign_offs(box.id)),
        voided=_reason(box) if box.stage == Stage.VOIDED else "",
        opened=moment(datetime.fromisoformat(sealed.opened_at)),
        closed=moment(datetime.fromisoformat(sealed.closed_at)),
        held_on=_held_on(sealed.roll.heading),
    )


def rounds(box: Box, *, announced_only: bool) -> tuple[tuple[Box, Report | None], ...]:
    """Return all rounds of the vote that the reader may see, the first one first.

    The report is None where a round is not closed yet.
    """
    return tuple(
        (other, report_of(other) if other.sealed else None)
        for other in service.rounds_of(box)
        if not announced_only or other.stage == Stage.ANNOUNCED
    )


def _held_on(heading: Mapping[str, str]) -> str:
    written = heading.get("held_on", "")
    try:
        return day(date.fromisoformat(written))
    except ValueError:
        return written


def _reason(box: Box) -> str:
    """Return why the box was declared void, as the log of acts has it."""
    reasons = (
        json.loads(act.facts) for act in reversed(chain.acts(box.session_id)) if act.kind == "void"
    )
    return str(next((facts["reason"] for facts in reasons if facts.get("box") == box.id), ""))
