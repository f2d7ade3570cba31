"""Who may vote on what now: reading only, and on the driver's level where 3,000 phones ask."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, select

from app.ballotbox.codes import (
    browser_digest,
    code_digest,
    is_receipt,
    read_code,
    read_key,
    receipt_digest,
)
from app.ballotbox.domain import Secrecy, Stage, TicketState, ticketed_groups
from app.ballotbox.models import Answered, Box, Receipt, Spent, Ticket
from app.ballotbox.reading import Reading, Rows
from app.ballotbox.seal import RollCall
from app.extensions import db, ticket_key
from app.refused import Refused


@dataclass(frozen=True, slots=True)
class Admission:
    """A ticket that was handed out: the digest that stands for it, its session, its group."""

    ticket: bytes
    session_id: int
    group: str


@dataclass(frozen=True, slots=True)
class BoxCard:
    """What a phone may know of a box: `cast` says that this ticket's ballot is in it."""

    box_id: int
    title: str
    instrument: str
    stage: Stage
    secrecy: Secrecy
    round: int
    cast: bool


@dataclass(frozen=True, slots=True)
class PublicBox:
    """What the public address of an open questionnaire leads to."""

    box_id: int
    session_id: int
    title: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class FrozenPaper:
    """The paper and the roll as they were frozen at opening; counting and phones read these."""

    box_id: int
    session_id: int
    instrument: str
    secrecy: Secrecy
    paper: Mapping[str, Any]
    digest: str
    roll: RollCall


_OWN = (Ticket.session_id, Ticket.rater_group, Ticket.state)
_SHOWN = (
    Box.id,
    Box.title,
    Box.instrument,
    Box.stage,
    Box.secrecy,
    Box.round,
    Box.rater_groups,
    Box.sample,
    Box.members,
    Spent.ticket.is_not(None).label("cast"),
)
_IN_IT = and_(Spent.box_id == Box.id, Spent.ticket == bindparam("ticket"))
_TOLD = Box.stage != Stage.VOIDED
_AGENDA = (Box.position, Box.id)

_TICKET = Reading(select(*_OWN).where(Ticket.digest == bindparam("ticket")))
_CARDS = Reading(
    select(*_SHOWN)
    .outerjoin(Spent, _IN_IT)
    .where(Box.session_id == bindparam("session"), _TOLD)
    .order_by(*_AGENDA)
)
_TICKET_AND_CARDS = Reading(
    select(*_OWN, *_SHOWN)
    .select_from(Ticket)
    .outerjoin(Box, and_(Box.session_id == Ticket.session_id, _TOLD))
    .outerjoin(Spent, _IN_IT)
    .where(Ticket.digest == bindparam("ticket"))
    .order_by(*_AGENDA)
)
_RECEIPT = Reading(
    select(Receipt.code).where(
        Receipt.box_id == bindparam("box"), Receipt.code == bindparam("receipt")
    )
)


def admit(code: str) -> Admission:
    """Return what a ticket's code opens.

    Raises Refused: "unknown_code" (also for what cannot be a code), "not_handed_out",
    "voided_ticket". Reads only, so that a link preview spends nothing.
    """
    ticket = _digest(code)
    return _admission(ticket, _TICKET.rows(ticket=ticket))


def papers_for(admission: Admission) -> tuple[BoxCard, ...]:
    """Return the session's boxes in the order of its agenda, as this ticket sees them.

    A box whose paper is for other rater groups is not among them.
    """
    rows = _CARDS.rows(ticket=admission.ticket, session=admission.session_id)
    return _cards(rows, admission.group)


def admitted(code: str) -> tuple[Admission, tuple[BoxCard, ...]]:
    """Return what `admit` and `papers_for` do, with one question to the database."""
    ticket = _digest(code)
    rows = _TICKET_AND_CARDS.rows(ticket=ticket)
    admission = _admission(ticket, rows)
    own = len(_OWN)
    return admission, _cards([row[own:] for row in rows if row[own] is not None], admission.group)


def _digest(code: str) -> bytes:
    try:
        return code_digest(ticket_key(), read_code(code))
    except ValueError:
        raise Refused("unknown_code") from None


def _admission(ticket: bytes, rows: Rows) -> Admission:
    if not rows:
        raise Refused("unknown_code")
    session_id, group, state = rows[0][: len(_OWN)]
    if state == TicketState.PRINTED:
        raise Refused("not_handed_out")
    if state == TicketState.VOIDED:
        raise Refused("voided_ticket")
    return Admission(ticket, session_id, group)


def _cards(rows: Rows, group: str) -> tuple[BoxCard, ...]:
    asked = [ticketed_groups(*row[-4:-1]) for row in rows]
    return tuple(
        BoxCard(box_id, title, kind, Stage(stage), Secrecy(secrecy), number, bool(cast))
        for (box_id, title, kind, stage, secrecy, number, _, _, _, cast), groups in zip(
            rows, asked, strict=True
        )
        if groups is None or group in groups
    )


def find_public(key: str) -> PublicBox:
    """Return the box behind a public key, as typed; raises Refused("unknown_key").

    A box that turns out to have no open questionnaire when it opens is as unknown as one that
    is not there.
    """
    try:
        known = read_key(key)
    except ValueError:
        raise Refused("unknown_key") from None
    columns = (Box.id, Box.session_id, Box.title, Box.stage, Box.paper, Box.sample)
    query = select(*columns).where(Box.public_key == known)
    with db.engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    if row is None or (row.paper and not row.sample):
        raise Refused("unknown_key")
    return PublicBox(row.id, row.session_id, row.title, Stage(row.stage))


def has_answered(box_id: int, browser: bytes, receipt: str | None = None) -> bool:
    """Tell whether the browser of a token answered, and, if a receipt is given, with that one."""
    key = ticket_key()
    query = select(Answered.receipt).where(
        Answered.box_id == box_id, Answered.browser == browser_digest(key, box_id, browser)
    )
    with db.engine.connect() as connection:
        given = connection.execute(query).scalar_one_or_none()
    if given is None or receipt is None:
        return given is not None
    return is_receipt(receipt) and bytes(given) == receipt_digest(key, box_id, receipt)


def frozen_paper(box_id: int) -> FrozenPaper:
    """Return a box's frozen paper; raises Refused("unknown_box" | "not_open")."""
    query = select(
        Box.session_id,
        Box.instrument,
        Box.secrecy,
        Box.stage,
        Box.paper,
        Box.paper_digest,
        Box.roll,
    ).where(Box.id == box_id)
    with db.engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise Refused("unknown_box")
    if not row.paper:
        raise Refused("not_open")
    roll = json.loads(row.roll)
    del roll["chain"]
    return FrozenPaper(
        box_id,
        row.session_id,
        row.instrument,
        Secrecy(row.secrecy),
        json.loads(row.paper),
        row.paper_digest,
        RollCall.from_json(roll),
    )


def sealed_receipts(box_id: int) -> tuple[str, ...]:
    """Return all receipts of a closed box, sorted; raises Refused("not_closed") before that."""
    sealed = select(Box.seal).where(Box.id == box_id)
    query = select(Receipt.code).where(Receipt.box_id == box_id).order_by(Receipt.code)
    with db.engine.connect() as connection:
        if not connection.execute(sealed).scalar():
            raise Refused("not_closed")
        return tuple(connection.execute(query).scalars())


def has_receipt(box_id: int, receipt: str) -> bool:
    """Tell whether a box gave this receipt: the ballot it was given for is in."""
    return bool(_RECEIPT.rows(box=box_id, receipt=receipt))
