"""What a session's screens may know, read in one go; nothing here was marked by anybody.

Only turnout, stages, and the log's heads at opening and closing: what a box holds is asked of
its instrument once the chair has announced it, and not before (`scenes`).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import func, select

from app.assembly.checkin import attendance
from app.assembly.finding import session_of
from app.assembly.listing import members_of
from app.assembly.quorum import AttendanceCount
from app.ballotbox import service, tickets
from app.ballotbox.domain import Stage, ticketed_groups
from app.ballotbox.models import TAKES_TICKETS, Act, Box, Chain, SignOff
from app.ballotbox.tickets import Reconciliation
from app.extensions import db
from app.hall.models import Screen

STAGED = ("open", "close", "certify", "announce", "void")
"""The acts that change what the hall is looking at."""


class Shown(StrEnum):
    """What an organiser may ask for between two votes."""

    VOTE = ""
    CHECK_IN = "check_in"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Item:
    """The box that the hall is looking at.

    due and present are those of its frozen roll; issued and cast are live while it is open, and
    those of the Return after. chain_open and chain_close are the heads of the log of acts with
    the opening and the closing in it; '' before. signed: how many scrutineers certified. apart:
    handed out and cast of the cards of rater groups that do not sit; None where it asks none.
    """

    box_id: int
    instrument: str
    title: str
    round: int
    named: bool
    stage: Stage
    due: int
    present: int
    issued: int
    cast: int
    signed: int
    opened_at: datetime | None
    chain_open: str
    chain_close: str
    apart: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A session as its screens may know it at one moment.

    acts is how many acts its log has: it only grows, and a snapshot with fewer is an older one.
    item is the box that is open or was last acted on, or whose result an organiser asked to show
    (shown, which is '' where the screens follow the vote).
    coming is the title of the next vote, '' where none is told; over: nothing is left to vote on.
    """

    session_id: int
    key: str
    acts: int
    at: datetime
    body: str
    sitting: str
    held_on: str
    place: str
    rehearsal: bool
    theme: str
    emblem: str
    came: AttendanceCount
    cards: Reconciliation
    item: Item | None
    shown: str
    coming: str
    over: bool
    needed: int


@dataclass(frozen=True, slots=True)
class _Card:
    """What is asked of every box; never its paper or its Return, which are large."""

    id: int
    instrument: str
    title: str
    round: int
    secrecy: str
    stage: str
    roll: str
    opened_at: datetime | None
    first_box_id: int | None
    rater_groups: str
    sample: str
    members: str


@dataclass(frozen=True, slots=True)
class _Step:
    """An act on a box, as the log has it."""

    number: int
    kind: str
    box_id: int
    head: str


def read(screen: Screen, needed: int, now: datetime) -> Snapshot:
    """Read what the screens of a session may know; `needed` scrutineers certify a count.

    A dozen small queries, whatever the number of screens; the caller ends the read.
    """
    session = session_of(db.session(), screen.session_id)
    acts = db.session.scalar(select(Chain.length).where(Chain.session_id == session.id)) or 0
    boxes = _boxes(session.id)
    opened = {box.id for box in boxes if box.opened_at is not None}
    steps = tuple(step for step in _steps(session.id) if step.box_id in opened)
    shown = screen.shown if steps and screen.shown_after >= steps[-1].number else ""
    box = _looked_at(boxes, steps, shown)
    coming = next(filter(None, (_told(one, boxes) for one in boxes)), "")
    return Snapshot(
        session_id=session.id,
        key=screen.key,
        acts=acts,
        at=now,
        body=screen.name or session.body,
        sitting=" ".join(filter(None, (session.term + session.title, session.sitting))),
        held_on=session.held_on.isoformat(),
        place=session.place,
        rehearsal=session.rehearsal,
        theme=screen.theme,
        emblem=screen.emblem_digest,
        came=attendance(session.id),
        cards=tickets.reconciliation(session.id, members_of(session)),
        item=None if box is None else _item(box, steps),
        shown=shown,
        coming=coming,
        over=bool(boxes) and all(_done(one) for one in boxes),
        needed=needed,
    )


def announced(session_id: int) -> tuple[tuple[int, str], ...]:
    """Return the boxes whose result may be shown, by number and title."""
    return tuple((box.id, box.title) for box in _boxes(session_id) if box.stage == Stage.ANNOUNCED)


def _boxes(session_id: int) -> Sequence[_Card]:
    query = (
        select(
            Box.id,
            Box.instrument,
            Box.title,
            Box.round,
            Box.secrecy,
            Box.stage,
            Box.roll,
            Box.opened_at,
            Box.first_box_id,
            Box.rater_groups,
            Box.sample,
            Box.members,
        )
        .where(Box.session_id == session_id, TAKES_TICKETS)
        .order_by(Box.position, Box.id)
    )
    return [_Card(*tuple(row)) for row in db.session.execute(query)]


def _steps(session_id: int) -> Iterable[_Step]:
    query = (
        select(Act.number, Act.kind, Act.facts, Act.digest)
        .where(Act.session_id == session_id, Act.kind.in_(STAGED))
        .order_by(Act.number)
    )
    for number, kind, facts, head in db.session.execute(query):
        yield _Step(number, kind, int(json.loads(facts)["box"]), head)


def _looked_at(boxes: Sequence[_Card], steps: Sequence[_Step], shown: str) -> _Card | None:
    """Return the open box, else the one asked for, else the one last acted on."""
    is_open = [box.id for box in boxes if box.stage == Stage.OPEN]
    asked = [box.id for box in boxes if str(box.id) == shown]
    last = [steps[-1].box_id] if steps else []
    at = next(iter([*is_open, *asked, *last]), 0)
    return next((box for box in boxes if box.id == at), None)


def _item(box: _Card, steps: Sequence[_Step]) -> Item:
    roll = json.loads(box.roll or "{}")
    issued, cast = _turnout(box)
    signed = select(func.count()).select_from(SignOff).where(SignOff.box_id == box.id)
    return Item(
        box_id=box.id,
        instrument=box.instrument,
        title=box.title,
        round=box.round,
        named=box.secrecy == "named",
        stage=Stage(box.stage),
        due=roll.get("due", 0),
        present=roll.get("present", 0),
        issued=issued,
        cast=cast,
        signed=db.session.scalar(signed) or 0,
        opened_at=box.opened_at and box.opened_at.replace(tzinfo=box.opened_at.tzinfo or UTC),
        chain_open=_head("open", box.id, steps),
        chain_close=_head("close", box.id, steps),
        apart=_apart(box),
    )


def _apart(box: _Card) -> tuple[int, int] | None:
    """Return the turnout of those who do not sit; None where nobody said who sits."""
    asked = ticketed_groups(box.rater_groups, box.sample, box.members) or ()
    sitting = box.members.split()
    others = [group for group in asked if group not in sitting]
    return service.turnout_of(box.id, others) if sitting and others else None


def _turnout(box: _Card) -> tuple[int, int]:
    """Return issued and cast: live, or of the Return, which nothing changes any more.

    Of a Return that is not announced these two figures are taken and nothing else: valid and
    invalid already say something of the marks.
    """
    if box.stage in (Stage.CLOSED, Stage.CERTIFIED, Stage.ANNOUNCED):
        turnout = service.sealed_return(box.id).turnout
        return turnout.issued, turnout.returned
    return service.live_turnout(box.id)


def _head(kind: str, box_id: int, steps: Iterable[_Step]) -> str:
    """Return the head of the log with the act in it.

    Not the head after it: the sealing that follows a closing has the digest of the result in it.
    """
    return next((one.head for one in steps if one.kind == kind and one.box_id == box_id), "")


def _done(box: _Card) -> bool:
    return box.stage in (Stage.ANNOUNCED, Stage.VOIDED)


def _told(box: _Card, boxes: Sequence[_Card]) -> str:
    """Return the title of a drafted vote that may be told of; a further round only after the
    earlier ones are announced: that there is one already says how the first went."""  # noqa: D205, D209  (one sentence)
    if box.stage != Stage.DRAFTED:
        return ""
    first = box.first_box_id
    earlier = [one for one in boxes if first and first in (one.id, one.first_box_id)]
    ready = all(_done(one) for one in earlier if one.round < box.round)
    return str(box.title) if ready else ""
