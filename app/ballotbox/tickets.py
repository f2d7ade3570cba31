"""Tickets: printed in batches, handed out, voided as spare, reconciled.

The codes leave this room once, as the return value of `issue`, to be printed; what is stored
are keyed digests, without time, without the deputy. Handing out one card is no act of the log.
"""

import random
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from app.ballotbox import chain
from app.ballotbox.codes import code_digest, new_code, read_code
from app.ballotbox.domain import Stage, TicketState
from app.ballotbox.models import TAKES_TICKETS, Box, Ticket, TicketBatch
from app.extensions import db, ticket_key, transaction
from app.refused import Refused

LARGEST_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class PrintedTicket:
    """A code on its way to a card; it exists nowhere else once the card is printed."""

    code: str
    rater_group: str
    spare: bool


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The cards of a session in counts: printed = waiting + handed_out + spare + apart.

    apart: handed out to others than those who sit, who are in no figure of the check-in.
    """

    printed: int
    waiting: int
    handed_out: int
    spare: int
    apart: int = 0


@dataclass(frozen=True, slots=True)
class BatchState:
    """One batch in counts; `waiting` are neither handed out nor voided."""

    batch_id: int
    rater_group: str
    printed: int
    spare: int
    waiting: int
    handed_out: int
    voided: int


def issue(
    session_id: int,
    rater_group: str,
    count: int,
    spare: int,
    actor: str,
    *,
    now: datetime,
    draw: Callable[[int], bytes] = secrets.token_bytes,
) -> tuple[PrintedTicket, ...]:
    """Make `count` tickets and `spare` more; return their codes, spares last, else at random.

    Raises Refused("batch_size") unless 1 ≤ count, 0 ≤ spare and both together ≤ 10,000.
    """
    if count < 1 or spare < 0 or count + spare > LARGEST_BATCH:
        raise Refused("batch_size", largest=LARGEST_BATCH)
    key = ticket_key()
    codes = [new_code(draw) for _ in range(count + spare)]
    printed = tuple(
        PrintedTicket(code, rater_group, spare=index >= count) for index, code in enumerate(codes)
    )
    with transaction() as session:
        batch = TicketBatch(
            session_id=session_id, rater_group=rater_group, printed=count + spare, spare=spare
        )
        session.add(batch)
        session.flush()
        rows = [
            {
                "digest": code_digest(key, ticket.code),
                "session_id": session_id,
                "batch_id": batch.id,
                "rater_group": rater_group,
                "spare": ticket.spare,
                "state": TicketState.PRINTED.value,
            }
            for ticket in printed
        ]
        # PostgreSQL keeps rows in the order they came; the order of the cards is nobody's.
        random.SystemRandom().shuffle(rows)
        session.execute(insert(Ticket), rows)
        chain.record(
            session,
            session_id,
            "issue",
            actor,
            now,
            batch=batch.id,
            group=rater_group,
            printed=count + spare,
            spare=spare,
        )
    return printed


def hand_out(session_id: int, code: str, allowed: int | None = None) -> bool:
    """Activate one card; return False when it already was.

    `allowed` is how many may be out at the most (None: no limit). Raises Refused:
    "unknown_code", "other_session", "voided_ticket", "all_handed_out" (with `allowed`), and
    "roll_is_frozen" while a box is open and as many cards are out as were present at its
    opening: late arrivals vote from the next item on.
    """
    digest = _digest(code)
    with transaction():
        _one_by_one(session_id)
        ticket = _ticket(session_id, digest)
        if ticket.state == TicketState.VOIDED:
            raise Refused("voided_ticket")
        if ticket.state == TicketState.ACTIVATED:
            return False
        _allow(session_id, 1, allowed)
        ticket.state = TicketState.ACTIVATED
    return True


def hand_out_pile(
    batch_id: int, counted: int, actor: str, *, now: datetime, allowed: int | None = None
) -> int:
    """Activate all cards of a batch that wait, spares left out; return how many.

    `counted` is what the organiser counted and guards against a mistake: raises
    Refused("pile_differs", waiting=…) unless it is exactly the number that waits. Also raises
    "unknown_batch", "all_handed_out", "roll_is_frozen" as `hand_out` does.
    """
    with transaction() as session:
        batch = _batch(batch_id)
        _one_by_one(batch.session_id)
        waiting = (
            (Ticket.batch_id == batch_id)
            & (Ticket.state == TicketState.PRINTED)
            & (Ticket.spare.is_(False))
        )
        number = session.scalar(select(func.count()).select_from(Ticket).where(waiting)) or 0
        if counted != number or number == 0:
            raise Refused("pile_differs", counted=counted, waiting=number)
        _allow(batch.session_id, number, allowed)
        session.execute(
            update(Ticket)
            .where(waiting)
            .values(state=TicketState.ACTIVATED)
            .execution_options(synchronize_session=False)
        )
        chain.record(
            session,
            batch.session_id,
            "hand_out_pile",
            actor,
            now,
            batch=batch_id,
            count=number,
        )
    return number


def void(session_id: int, code: str) -> TicketState:
    """Void one card that was not handed out, or was handed back; return what it was before.

    Raises Refused: "unknown_code", "other_session", and "box_is_open" for a card that is out
    while a box is open, as it may have voted.
    """
    digest = _digest(code)
    with transaction():
        _one_by_one(session_id)
        ticket = _ticket(session_id, digest)
        before = TicketState(ticket.state)
        if before is TicketState.ACTIVATED and _open_box(session_id) is not None:
            raise Refused("box_is_open")
        ticket.state = TicketState.VOIDED
    return before


def void_batch(batch_id: int, actor: str, *, now: datetime) -> int:
    """Void all cards of a batch, as when its file was lost or printed wrongly; return how many.

    Cards of it that are out already are voided too. Raises Refused: "unknown_batch", and
    "batch_may_have_voted" where any is out while a box is open. Twice changes nothing.
    """
    with transaction() as session:
        batch = _batch(batch_id)
        _one_by_one(batch.session_id)
        counts = _by_state(Ticket.batch_id == batch_id)
        out = counts.get(TicketState.ACTIVATED, 0)
        if out and _open_box(batch.session_id) is not None:
            raise Refused("batch_may_have_voted", out=out)
        number = out + counts.get(TicketState.PRINTED, 0)
        session.execute(
            update(Ticket)
            .where(Ticket.batch_id == batch_id)
            .values(state=TicketState.VOIDED)
            .execution_options(synchronize_session=False)
        )
        if number:
            chain.record(
                session,
                batch.session_id,
                "void_batch",
                actor,
                now,
                batch=batch_id,
                count=number,
                handed_out=out,
            )
    return number


def void_spare(session_id: int, actor: str, *, now: datetime) -> int:
    """Void all cards of a session that were never handed out (剩余票); return how many."""
    with transaction() as session:
        _one_by_one(session_id)
        waiting = (Ticket.session_id == session_id) & (Ticket.state == TicketState.PRINTED)
        number = session.scalar(select(func.count()).select_from(Ticket).where(waiting)) or 0
        session.execute(
            update(Ticket)
            .where(waiting)
            .values(state=TicketState.VOIDED)
            .execution_options(synchronize_session=False)
        )
        if number:
            chain.record(session, session_id, "void_spare", actor, now, count=number)
    return number


def reconciliation(session_id: int, members: Collection[str] = ()) -> Reconciliation:
    """Return the cards of a session in counts; members are the rater groups of those who sit.

    Without members every card is theirs.
    """
    counts = _by_state(Ticket.session_id == session_id)
    out = handed_out_by_group(session_id) if members else {}
    apart = sum(number for group, number in out.items() if group not in members)
    return Reconciliation(
        printed=sum(counts.values()),
        waiting=counts.get(TicketState.PRINTED, 0),
        handed_out=counts.get(TicketState.ACTIVATED, 0) - apart,
        spare=counts.get(TicketState.VOIDED, 0),
        apart=apart,
    )


def handed_out_by_group(session_id: int) -> dict[str, int]:
    """Return how many cards of each rater group are handed out; groups without any are left out."""
    query = (
        select(Ticket.rater_group, func.count())
        .where(Ticket.session_id == session_id, Ticket.state == TicketState.ACTIVATED)
        .group_by(Ticket.rater_group)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def batches(session_id: int) -> tuple[BatchState, ...]:
    """Return the batches of a session, each in counts."""
    found = db.session.scalars(
        select(TicketBatch).where(TicketBatch.session_id == session_id).order_by(TicketBatch.id)
    ).all()
    states = []
    for batch in found:
        counts = _by_state(Ticket.batch_id == batch.id)
        states.append(
            BatchState(
                batch.id,
                batch.rater_group,
                batch.printed,
                batch.spare,
                counts.get(TicketState.PRINTED, 0),
                counts.get(TicketState.ACTIVATED, 0),
                counts.get(TicketState.VOIDED, 0),
            )
        )
    return tuple(states)


def _digest(code: str) -> bytes:
    try:
        return code_digest(ticket_key(), read_code(code))
    except ValueError:
        raise Refused("unknown_code") from None


def _one_by_one(session_id: int) -> None:
    """Let the desks of a session change its cards one after the other.

    Holds what opening and closing a box hold as well, and before any ticket: what was counted
    and which box is open then stay so until the change is in. On SQLite the write transaction
    has done this already.
    """
    chain.hold(db.session(), session_id)


def _ticket(session_id: int, digest: bytes) -> Ticket:
    ticket = db.session.get(Ticket, digest, with_for_update=True)
    if ticket is None:
        raise Refused("unknown_code")
    if ticket.session_id != session_id:
        raise Refused("other_session")
    return ticket


def _batch(batch_id: int) -> TicketBatch:
    batch = db.session.get(TicketBatch, batch_id)  # nothing of it ever changes
    if batch is None:
        raise Refused("unknown_batch")
    return batch


def _by_state(where: object) -> dict[str, int]:
    query = select(Ticket.state, func.count()).where(where).group_by(Ticket.state)  # type: ignore[arg-type]
    return {state: int(number) for state, number in db.session.execute(query)}


def _open_box(session_id: int) -> Box | None:
    return db.session.scalars(
        select(Box)
        .where(Box.session_id == session_id, Box.stage == Stage.OPEN, TAKES_TICKETS)
        .limit(1)
    ).first()


def _allow(session_id: int, more: int, allowed: int | None) -> None:
    out = _by_state(Ticket.session_id == session_id).get(TicketState.ACTIVATED, 0)
    if allowed is not None and out + more > allowed:
        raise Refused("all_handed_out", allowed=allowed, out=out)
    box = _open_box(session_id)
    if box is not None and out + more > box.admitted:
        raise Refused("roll_is_frozen", admitted=box.admitted, out=out)
