"""Which picture a screen shows: pure but for the words, and for the result once announced."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from app.ballotbox.domain import Stage
from app.ballotbox.instrument import instrument
from app.ballotbox.service import get_box, round_due
from app.hall.snapshot import Item, Shown, Snapshot
from app.reports.record import warnings
from app.reports.statement import Entry, Statement
from app.writing import number

ROWS = 8
"""Candidates on one page of a result: read from the last row of a large hall."""
SENTENCES = 4
"""Sentences about a result that a screen holds; the first says most, the sheet has them all."""
LONG = 17
"""Characters of a name from which on it stands in two lines."""
FULL = 1000
"""Per mille of a whole ring."""
HEAD_LENGTH = 16
"""Characters of the log's head that stand on a screen, as on the desk."""


class View(StrEnum):
    """Who looks: the whole hall, or the presiding table."""

    HALL = "hall"
    TABLE = "table"


class Picture(StrEnum):
    """What the hall sees."""

    CHECK_IN = "check_in"
    WAITING = "waiting"
    VOTING = "voting"
    CLOSED = "closed"
    RESULT = "result"
    VOIDED = "voided"


_OF_STAGE = {
    Stage.OPEN: Picture.VOTING,
    Stage.CLOSED: Picture.CLOSED,
    Stage.CERTIFIED: Picture.CLOSED,
    Stage.ANNOUNCED: Picture.RESULT,
    Stage.VOIDED: Picture.VOIDED,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture with what moves in it.

    still is all that the picture depends on besides its figures: while it is the same, only the
    figures are sent. figures are words by their slot; ring is a percentage with one decimal.
    """

    view: View
    picture: Picture
    still: tuple[Any, ...]
    figures: Mapping[str, str]


def picture_of(snapshot: Snapshot) -> Picture:
    """Return what the hall sees: an open vote before anything else, then what was asked for."""
    item = snapshot.item
    if item is not None and item.stage is Stage.OPEN:
        return Picture.VOTING
    if snapshot.shown == Shown.WAITING:
        return Picture.WAITING
    if item is None or snapshot.shown == Shown.CHECK_IN:
        return Picture.CHECK_IN
    return _OF_STAGE[item.stage]


def scene_of(snapshot: Snapshot, view: View) -> Scene:
    """Return the scene of a view."""
    picture = picture_of(snapshot)
    item = snapshot.item
    still: tuple[Any, ...] = (snapshot.session_id, picture, snapshot.rehearsal)
    if item is not None:
        still += (item.box_id, item.title, item.stage, item.chain_open, item.chain_close)
    still += (snapshot.came.quorum_met,)
    if view is View.TABLE:
        still += (snapshot.coming, snapshot.over, item and item.signed, balanced(snapshot))
    return Scene(view, picture, still, _figures(snapshot, picture, view))


def drawn(scene: Scene, snapshot: Snapshot) -> str:
    """Render a scene: markup without an address, a script or a style in it."""
    statement = None
    if scene.picture is Picture.RESULT and snapshot.item is not None:
        statement = _statement(snapshot.item)
    return render_template(
        f"hall/{scene.view}.html",
        scene=scene,
        picture=scene.picture.value,
        figures=scene.figures,
        snapshot=snapshot,
        item=snapshot.item,
        statement=statement,
        leaves=tuple(leaves(statement)) if statement else (),
        said=said(scene, snapshot),
        next_words=next_words(snapshot),
        balanced=balanced(snapshot),
        warned=_warned(statement) if statement else (),
        decided=statement.decided[:SENTENCES] if statement else (),
        notes=statement.notes[:SENTENCES] if statement else (),
        length=HEAD_LENGTH,
        held=instrument(snapshot.item.instrument).held if snapshot.item else None,
        long=LONG,
    )


def balanced(snapshot: Snapshot) -> bool:
    """Whether as many cards are out as people came."""
    return snapshot.cards.handed_out == snapshot.came.checked_in


def leaves(statement: Statement) -> Iterator[tuple[Entry, ...]]:
    """Part the entries into pages of about the same length, none longer than `ROWS`."""
    entries = statement.entries
    pages = -(-len(entries) // ROWS) or 1
    rows = -(-len(entries) // pages) or 1
    for start in range(0, len(entries), rows):
        yield entries[start : start + rows]


def said(scene: Scene, snapshot: Snapshot) -> str:
    """Say the scene in one sentence, for whoever listens to the screen."""
    item = snapshot.item
    if scene.picture in (Picture.CHECK_IN, Picture.WAITING) or item is None:
        return str(
            _(
                "%(due)s due, %(present)s present.",
                due=snapshot.came.due,
                present=snapshot.came.present,
            )
        )
    held = instrument(item.instrument).held
    words = {
        Picture.VOTING: f"{held.now}: {item.title}",
        Picture.CLOSED: f"{held.closed}: {item.title}",
        Picture.RESULT: _("The result: %(title)s.", title=item.title),
        Picture.VOIDED: f"{held.voided} {item.title}",
    }
    return str(words[scene.picture])


def next_words(snapshot: Snapshot) -> str:
    """Say what the presiding table does next."""
    item = snapshot.item
    if item is not None and item.stage is Stage.OPEN:
        return str(instrument(item.instrument).held.ask)
    if item is not None and item.stage is Stage.CLOSED:
        signed, needed = item.signed, snapshot.needed
        return str(
            _(
                "The scrutineers certify the count: %(signed)s of %(needed)s have signed.",
                signed=signed,
                needed=needed,
            )
        )
    if item is not None and item.stage is Stage.CERTIFIED:
        return str(_("The chair announces the result; the screen shows it then."))
    return _between_votes(snapshot)


def _between_votes(snapshot: Snapshot) -> str:
    item = snapshot.item
    if snapshot.coming:
        return str(_("Next: %(title)s", title=snapshot.coming))
    if not snapshot.over:
        return str(_("No vote or evaluation is prepared yet."))
    due = round_due(get_box(item.box_id)) if item is not None else None
    if due is not None:
        return str(_("Still to be held: %(round)s", round=due.label))
    return str(_("All votes and evaluations are held."))


def _statement(item: Item) -> Statement:
    """Ask the instrument what it says of an announced box, and of no other."""
    if item.stage is not Stage.ANNOUNCED:
        raise AssertionError("no result leaves the box before it is announced")
    found: Statement = instrument(item.instrument).statement(item.box_id)
    return found


def _warned(statement: Statement) -> tuple[str, ...]:
    """Return what must not be overlooked, but for the rehearsal: the whole screen says that."""
    said_elsewhere = int(statement.record.sealed.roll.rehearsal)
    return warnings(statement.record)[said_elsewhere:]


def _figures(snapshot: Snapshot, picture: Picture, view: View) -> dict[str, str]:
    came, cards, item = snapshot.came, snapshot.cards, snapshot.item
    figures = {
        "due": number(came.due),
        "present": number(came.present),
        "ring": _ring(came.present, came.due),
        "lacking": number(max(came.quorum_needed - came.present, 0)),
        "on_leave": number(came.on_leave),
        "absent": number(came.absent),
        "left_early": number(came.left_early),
        "checked_in": number(came.checked_in),
        "handed_out": number(cards.handed_out),
        "spare": number(cards.spare),
        "cards_waiting": number(cards.waiting),
    }
    if item is not None and picture not in (Picture.CHECK_IN, Picture.WAITING):
        figures |= {
            "due": number(item.due),
            "present": number(item.present),
            "issued": number(item.issued),
            "cast": number(item.cast),
            "missing": number(item.issued - item.cast),
            "ring": _ring(item.cast, item.issued),
        }
        if view is View.TABLE and item.apart is not None:
            handed_out, cast = item.apart
            figures |= {"apart_out": number(handed_out), "apart_cast": number(cast)}
    return figures


def _ring(part: int, whole: int) -> str:
    """Return how far round the ring goes, in percent with one decimal; never full before it is.

    A full one goes a little further, or a hairline would be left where it ends.
    """
    per_mille = min(part, whole) * 1000 // whole if whole else 0
    if per_mille == FULL:
        return "101"
    return f"{per_mille // 10}.{per_mille % 10}"
