"""The evaluations of the same subjects before and after: which they are, and who is who in them.

A subject is the same in another evaluation where it has the same id in a round of the same
evaluation, or else the same kind and name; where two on a paper share these, their post or unit
must agree too. Reads only.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select

from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.ballotbox.seal import Return
from app.extensions import db
from app.intake.cells import searched_name
from app.reports.turnout_words import is_valid
from evaluation.outcomes import Line, Tally
from evaluation.paper import INSTRUMENT, Paper, Subject
from evaluation.rules import Standing


@dataclass(frozen=True, slots=True)
class Held:
    """One evaluation that was held: its box, its frozen paper, its Return, what came of it."""

    box: Box
    paper: Paper
    tally: Tally
    sealed: Return

    @property
    def first(self) -> int:
        """The box of its first round."""
        return self.box.first_box_id or self.box.id


def held(box: Box) -> Held:
    """Read a sealed evaluation as it lies there; its digests are for `report_of` to check."""
    return Held(box, *_read(box.paper, box.sealed))


@lru_cache(maxsize=128)
def _read(paper: str, sealed: str) -> tuple[Paper, Tally, Return]:
    """Read what never changes any more; every page of a result asks for the whole history."""
    found = Return.read(sealed)
    return Paper.from_json(json.loads(paper)), Tally.from_json(found.result), found


def announced(*, rehearsal: bool) -> tuple[Held, ...]:
    """Return every evaluation that was announced, the earliest first.

    What was not announced is nobody's history yet; what was declared void never becomes one, and
    rehearsals are compared with rehearsals only.
    """
    query = (
        select(Box)
        .where(Box.instrument == INSTRUMENT, Box.stage == Stage.ANNOUNCED)
        .order_by(Box.closed_at, Box.id)
    )
    found = (held(box) for box in db.session.scalars(query))
    return tuple(
        one
        for one in found
        if one.paper.rehearsal == rehearsal and is_valid(one.sealed.roll, one.sealed.turnout)
    )


def before(of: Held) -> tuple[Held, ...]:
    """Return the announced evaluations that were closed before one, the earliest first."""
    moment = (of.box.closed_at, of.box.id)
    known = announced(rehearsal=of.paper.rehearsal)
    return tuple(one for one in known if (one.box.closed_at, one.box.id) < moment)


def same(subject: Subject, of: Held, other: Held) -> Line | None:
    """Return the line of a subject in another evaluation; None where it was not rated there."""
    if of.first == other.first:
        return next((line for line in other.tally.lines if line.id == subject.id), None)
    who = _who(subject)
    alike = [one for one in other.paper.subjects if _who(one) == who]
    namesakes = [one for one in of.paper.subjects if _who(one) == who]
    if max(len(alike), len(namesakes)) > 1:
        post = searched_name(subject.post_or_unit)
        alike = [one for one in alike if searched_name(one.post_or_unit) == post]
    return other.tally.line(alike[0].id) if len(alike) == 1 else None


def standings(of: Held, earlier: Iterable[Held]) -> Mapping[str, tuple[Standing, ...]]:
    """Return how each subject of an evaluation stood before, by its id, the earliest first."""
    known = tuple(earlier)
    found: dict[str, tuple[Standing, ...]] = {}
    for subject in of.paper.subjects:
        lines = (same(subject, of, one) for one in known)
        found[subject.id] = tuple(
            line.outcome.standing for line in lines if line is not None and line.outcome
        )
    return found


def _who(subject: Subject) -> tuple[str, str]:
    return subject.kind.value, searched_name(subject.name)
