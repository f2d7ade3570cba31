"""The statements that put ballots into boxes: one transaction a batch, unique keys decide.

Nothing is read in order to be written later: a ticket is spent by an insert that succeeds or
does not (DESIGN, promise 2). Rows of a batch go in in the order of their random keys, so that
within it no ballot can be paired with a ticket by its place.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, delete, select

from app.ballotbox.domain import Secrecy, Stage, TicketState, ticketed_groups
from app.ballotbox.models import Ballot, Box, NamedBallot, Receipt, Remark, Spent, Ticket
from app.extensions import Model

REMARKS_AT_ONCE = 100
"""Rows of one statement: what a long paper brings is written in several, of few lengths."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A ballot on its way: the box, the ticket that admits it, and what it carries.

    voter is the name of a named vote, else None; group is kept only where the paper has groups.
    remarks are (item, text) pairs, to be stored apart from the marks.
    """

    box_id: int
    session_id: int
    ticket: bytes
    receipt: str
    group: str
    marks: bytes
    voter: str | None = None
    remarks: tuple[tuple[str, str], ...] = ()

    @property
    def keys(self) -> tuple[object, ...]:
        """What no two of one batch may share."""
        named = () if self.voter is None else (("voter", self.voter),)
        return (self.ticket, self.receipt, *named)


class Sent(Protocol):
    """Something on its way into a box."""

    @property
    def box_id(self) -> int:
        """The box that it is for."""

    @property
    def keys(self) -> tuple[object, ...]:
        """What no two of one batch may share."""


class Answer(StrEnum):
    """What became of an envelope; all but the first two left nothing behind."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    ALREADY = "already_in_the_box"
    CLOSED = "closed"
    NOT_OPEN = "not_open"
    BAD_RECEIPT = "bad_receipt"
    BAD_BALLOT = "bad_ballot"
    VOTER_VOTED = "voter_voted"
    OTHER_GROUP = "not_your_paper"
    VOIDED_TICKET = "voided_ticket"


# Put together once: for a ballot that comes alone, that would be a quarter of its transaction.
_BOXES = (
    select(
        Box.id,
        Box.session_id,
        Box.stage,
        Box.secrecy,
        Box.rater_groups,
        Box.sample,
        Box.members,
        Box.width,
    )
    .where(Box.id.in_(bindparam("ids", expanding=True)))
    .with_for_update(read=True)
    .order_by(Box.id)
)
_GOOD_TICKETS = select(Ticket.session_id, Ticket.digest).where(
    Ticket.digest.in_(bindparam("tickets", expanding=True)),
    Ticket.state == TicketState.ACTIVATED,
)


@cache
def insert_sql(table: str, columns: tuple[str, ...], rows: int, mark: str) -> str:
    """Spell an insert of several rows that skips those whose key is taken and returns the rest.

    By hand and cached: compiling it anew for every batch costs more than running it.
    """
    row = f"({', '.join([mark] * len(columns))})"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)} "  # noqa: S608  (names of our own tables; every value is bound)
        f"ON CONFLICT DO NOTHING RETURNING {columns[0]}, {columns[1]}"
    )


def insert(
    connection: Connection,
    model: type[Model],
    columns: tuple[str, ...],
    rows: Collection[tuple[Any, ...]],
) -> set[tuple[Any, Any]]:
    """Insert rows in the order of their keys; return the (first, second) columns of those new."""
    if not rows:
        return set()
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    sql = insert_sql(model.__tablename__, columns, len(rows), mark)
    values = tuple(value for row in sorted(rows, key=lambda row: row[:2]) for value in row)
    written = connection.exec_driver_sql(sql, values)
    return {(first, bytes(second) if isinstance(second, memoryview) else second)
            for first, second in written}  # fmt: skip


def apart(envelopes: Iterable[Sent]) -> list[list[int]]:
    """Split a batch so that no part holds a ticket, a browser, a receipt or a named voter twice.

    Returns lists of indexes, in order: what comes second is judged by what the first one left.
    """
    parts: list[list[int]] = []
    seen: list[set[tuple[int, object]]] = []
    for index, envelope in enumerate(envelopes):
        keys = {(envelope.box_id, key) for key in envelope.keys}
        place = next((n for n, taken in enumerate(seen) if not taken & keys), len(parts))
        if place == len(parts):
            parts.append([])
            seen.append(set())
        parts[place].append(index)
        for taken in seen[: place + 1]:
            taken.update(keys)
    return parts


def store(connection: Connection, envelopes: Sequence[Envelope]) -> list[Answer]:
    """Put a batch into its boxes within the caller's write transaction; answer each in order.

    Tickets, receipts and named voters must be distinct within the batch: see `apart`.
    Share-locks the boxes, so that closing one waits for this transaction, or this one finds it
    closed (promise 4). An envelope's ballot is in, with its ticket spent and its receipt given,
    exactly when its answer is ACCEPTED here or was in the transaction that REPEATED speaks of.
    """
    boxes = locked_boxes(connection, {envelope.box_id for envelope in envelopes})
    answers: dict[Envelope, Answer] = {}
    for envelope in envelopes:
        refusal = _refusal(boxes.get(envelope.box_id), envelope)
        if refusal is not None:
            answers[envelope] = refusal
    # A phone whose thanks was lost may ask again after closing: what is in, is in.
    missed = [envelope for envelope, answer in answers.items() if answer is Answer.CLOSED]
    answers |= _known(connection, missed)
    going = [envelope for envelope in envelopes if envelope not in answers]
    good = _good_tickets(connection, going)
    answers |= {e: Answer.VOIDED_TICKET for e in going if (e.session_id, e.ticket) not in good}
    going = [e for e in going if e not in answers]

    spent = insert(connection, Spent, ("box_id", "ticket"), [(e.box_id, e.ticket) for e in going])
    taken = [e for e in going if (e.box_id, e.ticket) not in spent]
    answers |= dict.fromkeys(taken, Answer.ALREADY) | _known(connection, taken)
    going = [e for e in going if e not in answers]

    given = insert(connection, Receipt, ("box_id", "code"), [(e.box_id, e.receipt) for e in going])
    for envelope in going:
        if (envelope.box_id, envelope.receipt) not in given:
            _take_back(connection, Spent, envelope.box_id, envelope.ticket)
            answers[envelope] = Answer.BAD_RECEIPT
    going = [e for e in going if e not in answers]

    columns = ("box_id", "voter", "rater_group", "marks")
    named = [e for e in going if e.voter is not None]
    voted = insert(
        connection,
        NamedBallot,
        columns,
        [(e.box_id, e.voter, _kept_group(boxes, e), e.marks) for e in named],
    )
    for envelope in named:
        if (envelope.box_id, envelope.voter) not in voted:
            _take_back(connection, Spent, envelope.box_id, envelope.ticket)
            _take_back(connection, Receipt, envelope.box_id, envelope.receipt)
            answers[envelope] = Answer.VOTER_VOTED
    going = [e for e in going if e not in answers]

    insert(
        connection,
        Ballot,
        ("box_id", "id", "rater_group", "marks"),
        [
            (e.box_id, secrets.token_bytes(16), _kept_group(boxes, e), e.marks)
            for e in going
            if e.voter is None
        ],
    )
    rows = ((e.box_id, item, text) for e in going for item, text in e.remarks)
    store_remarks(connection, rows)
    answers |= dict.fromkeys(going, Answer.ACCEPTED)
    return [answers[envelope] for envelope in envelopes]


def _kept_group(boxes: Mapping[int, Any], envelope: Envelope) -> str:
    return envelope.group if boxes[envelope.box_id].rater_groups else ""


def store_remarks(
    connection: Connection, written: Iterable[tuple[int, str, str]], *, open_sample: bool = False
) -> None:
    """Write (box, item, text) of a batch in the order of random keys, apart from its ballots."""
    rows = sorted(
        (box_id, secrets.token_bytes(16), item, text, open_sample) for box_id, item, text in written
    )
    for start in range(0, len(rows), REMARKS_AT_ONCE):
        part = rows[start : start + REMARKS_AT_ONCE]
        insert(connection, Remark, ("box_id", "id", "item", "text", "open_sample"), part)


def locked_boxes(connection: Connection, ids: Iterable[int]) -> dict[int, Any]:
    """Share-lock boxes for the rest of the transaction, and return what casting asks of each."""
    return {row.id: row for row in connection.execute(_BOXES, {"ids": sorted(ids)})}


def _refusal(box: Any, envelope: Envelope) -> Answer | None:
    if box is None or box.session_id != envelope.session_id or box.stage == Stage.DRAFTED:
        return Answer.NOT_OPEN
    if box.stage != Stage.OPEN:
        return Answer.CLOSED
    groups = ticketed_groups(box.rater_groups, box.sample, box.members)
    if groups is not None and envelope.group not in groups:
        return Answer.OTHER_GROUP
    named = box.secrecy == Secrecy.NAMED
    if len(envelope.marks) != box.width or named != (envelope.voter is not None):
        return Answer.BAD_BALLOT
    return None


def _good_tickets(connection: Connection, envelopes: Sequence[Envelope]) -> set[tuple[int, bytes]]:
    """Return (session, ticket) of those handed out: a card may be void since it was admitted.

    It stays as it is until this transaction ends: while a box is open no card that is out can
    be voided, and the box is share-locked.
    """
    if not envelopes:
        return set()
    handed_in = {"tickets": [envelope.ticket for envelope in envelopes]}
    return {(row.session_id, row.digest) for row in connection.execute(_GOOD_TICKETS, handed_in)}


def _known(connection: Connection, envelopes: Sequence[Envelope]) -> dict[Envelope, Answer]:
    """Answer those whose ticket is spent: a repetition, or another ballot was first."""
    if not envelopes:
        return {}
    tickets = select(Spent.box_id, Spent.ticket).where(
        Spent.ticket.in_([envelope.ticket for envelope in envelopes])
    )
    receipts = select(Receipt.box_id, Receipt.code).where(
        Receipt.code.in_([envelope.receipt for envelope in envelopes])
    )
    spent = {(row.box_id, row.ticket) for row in connection.execute(tickets)}
    given = {(row.box_id, row.code) for row in connection.execute(receipts)}
    return {
        e: Answer.REPEATED if (e.box_id, e.receipt) in given else Answer.ALREADY
        for e in envelopes
        if (e.box_id, e.ticket) in spent
    }


def _take_back(
    connection: Connection, model: type[Spent | Receipt], box_id: int, key: bytes | str
) -> None:
    """Undo what this very transaction inserted for an envelope that is refused after all."""
    key_column = Spent.ticket if model is Spent else Receipt.code
    connection.execute(delete(model).where(model.box_id == box_id, key_column == key))
