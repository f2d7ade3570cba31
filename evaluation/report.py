"""An evaluation's Return read as an evaluation: the record of its box, its paper, its tally.

Everything is read from the sealed Return and the frozen paper; nothing is counted here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _

from app.ballotbox.models import Box
from app.ballotbox.seal import Return
from app.ballotbox.service import get_box
from app.refused import Refused
from app.reports.record import Record, record_of
from evaluation.again import AGAIN
from evaluation.history import Held, before, standings
from evaluation.outcomes import Tally
from evaluation.paper import INSTRUMENT, Paper
from evaluation.rules import Standing
from evaluation.sample_words import sample_sentences


@dataclass(frozen=True, slots=True)
class Report:
    """What every screen and sheet of an evaluation prints from.

    again: the ids of those who are to be evaluated again.
    stood: how each subject stood in the announced evaluations before, by its id.
    """

    record: Record
    paper: Paper
    tally: Tally
    again: frozenset[str]
    stood: Mapping[str, tuple[Standing, ...]] = field(default_factory=dict)

    @property
    def sealed(self) -> Return:
        """The Return."""
        return self.record.sealed


def box_of(box_id: int) -> Box:
    """Return the box of an evaluation; raises Refused("unknown_box") for another instrument's."""
    box = get_box(box_id)
    if box.instrument != INSTRUMENT:
        raise Refused("unknown_box")
    return box


def report_of(box: Box) -> Report:
    """Read the Return of a closed box.

    Raises Refused("not_closed") before, and "seal_broken" where the Return or the paper it
    names was altered.
    """
    record = record_of(box, _("evaluation"))
    paper = Paper.from_json(json.loads(box.paper))
    if paper.digest != record.sealed.paper:
        raise Refused("seal_broken")
    result = record.sealed.result
    tally = Tally.from_json(result)
    record = replace(record, beside=sample_sentences(record.sealed.sample, tally))
    of = Held(box, paper, tally, record.sealed)
    return Report(record, paper, tally, frozenset(result[AGAIN]), standings(of, before(of)))
