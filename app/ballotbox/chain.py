"""The chained log of what organisers and scrutineers did in a session.

Each act carries the digest of the one before it, so that a changed, missing or inserted act is
found. Single tickets are never logged: an act's time must not tell when whose card was used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.ballotbox.canonical import canonical, digest
from app.ballotbox.models import Act, Chain
from app.extensions import db

GENESIS = "0" * 64
FIRST = text(
    "INSERT INTO chain (session_id, length, head) VALUES (:session_id, 0, :head) "
    "ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold: the number of the act and what is wrong with it."""

    number: int
    fault: str


def link(
    *, session_id: int, number: int, at: str, actor: str, kind: str, facts: str, previous: str
) -> str:
    """Return the digest of one act: SHA-256 over the canonical JSON of all its fields."""
    return digest(
        canonical(
            {
                "session": session_id,
                "number": number,
                "at": at,
                "actor": actor,
                "kind": kind,
                "facts": facts,
                "previous": previous,
            }
        )
    )


def hold(session: Session, session_id: int) -> Chain:
    """Lock a session's chain until the caller's transaction ends, and return it as it is now.

    Whatever counts cards or looks for an open box in order to act on it holds the chain first:
    acts of one session are then one after the other. Lock a box before its chain, a ticket after.
    """
    chain = session.get(Chain, session_id, with_for_update=True, populate_existing=True)
    if chain is None:
        # Two first acts at once: the key decides who makes it, and the other waits for it.
        session.execute(FIRST, {"session_id": session_id, "head": GENESIS})
        chain = session.get_one(Chain, session_id, with_for_update=True, populate_existing=True)
    return chain


def record(
    session: Session, session_id: int, kind: str, actor: str, now: datetime, **facts: Any
) -> str:
    """Add an act to the session's chain, inside the caller's transaction; return the new head."""
    chain = hold(session, session_id)
    number = chain.length + 1
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    text = canonical(facts)
    head = link(
        session_id=session_id,
        number=number,
        at=at,
        actor=actor,
        kind=kind,
        facts=text,
        previous=chain.head,
    )
    session.add(
        Act(
            session_id=session_id,
            number=number,
            at=at,
            actor=actor,
            kind=kind,
            facts=text,
            previous=chain.head,
            digest=head,
        )
    )
    chain.length, chain.head = number, head
    session.flush()
    return head


def acts(session_id: int) -> tuple[Act, ...]:
    """Return the session's acts, oldest first."""
    return tuple(
        db.session.scalars(select(Act).where(Act.session_id == session_id).order_by(Act.number))
    )


def head(session_id: int) -> str:
    """Return the digest that stands for all acts of the session so far."""
    chain = db.session.get(Chain, session_id)
    return GENESIS if chain is None else chain.head


def breaks(session_id: int) -> tuple[Break, ...]:
    """Return every place where the stored chain does not hold; empty when it is whole."""
    chain = db.session.get(Chain, session_id)
    length, last = (0, GENESIS) if chain is None else (chain.length, chain.head)
    return tuple(_walk(acts(session_id), length, last))


def _walk(stored: Iterable[Act], length: int, last: str) -> Iterable[Break]:
    previous, number = GENESIS, 0
    for act in stored:
        if act.number != number + 1:
            yield Break(number + 1, "missing")
        number = act.number
        if act.previous != previous:
            yield Break(number, "does_not_follow")
        expected = link(
            session_id=act.session_id,
            number=number,
            at=act.at,
            actor=act.actor,
            kind=act.kind,
            facts=act.facts,
            previous=act.previous,
        )
        if act.digest != expected:
            yield Break(number, "changed")
        previous = act.digest
    if number != length or previous != last:
        yield Break(number, "head_differs")
