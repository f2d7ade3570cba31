"""A vote's Return read as a vote: the record of its box, its frozen paper, its tally.

Everything is read from the sealed Return and the frozen paper; nothing is counted here.
"""

import json
from dataclasses import dataclass

from flask_babel import gettext as _

from app.ballotbox import service
from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.ballotbox.seal import Return
from app.refused import Refused
from app.reports.record import Record, record_of
from voting.outcomes import Line, Tally
from voting.paper import INSTRUMENT, Candidate, Paper


@dataclass(frozen=True, slots=True)
class Report:
    """What every screen and sheet of a vote prints from."""

    record: Record
    paper: Paper
    tally: Tally

    @property
    def sealed(self) -> Return:
        """The Return."""
        return self.record.sealed

    @property
    def committee(self) -> bool:
        """Whether a standing committee voted, and not a congress."""
        return self.paper.committee or self.record.committee

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
    record = record_of(box, _("vote"))
    paper = Paper.from_json(json.loads(box.paper))
    if paper.digest != record.sealed.paper:
        raise Refused("seal_broken")
    return Report(record, paper, Tally.from_json(record.sealed.result))


def rounds(box: Box, *, announced_only: bool) -> tuple[tuple[Box, Report | None], ...]:
    """Return all rounds of the vote that the reader may see, the first one first.

    The report is None where a round is not closed yet.
    """
    return tuple(
        (other, report_of(other) if other.sealed else None)
        for other in service.rounds_of(box)
        if not announced_only or other.stage == Stage.ANNOUNCED
    )
