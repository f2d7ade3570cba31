"""Which round follows which: where a vote was declared void, and what stands in its place.

Reads only; the rounds of a vote are drafted in `voting.service`.
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.refused import Refused
from voting.models import Vote
from voting.paper import Purpose


def follows_from_void(current: DatabaseSession, box_id: int) -> bool:
    """Whether the result that a round follows from, at any remove, was declared void.

    A vote held again follows from no result: a void one before it is the reason for it. What it
    is held again for may follow from one, though.
    """
    vote = vote_of(current, box_id)
    while vote.previous_box_id is not None:
        if vote.purpose != Purpose.HELD_AGAIN and _voided(current, vote.previous_box_id):
            return True
        vote = vote_of(current, vote.previous_box_id)
    return False


def standing_after(current: DatabaseSession, box_id: int) -> int | None:
    """Return the round that follows from a box and was not declared void, else None.

    Where the round was declared void, the one that holds it again stands in its place.
    """
    return _first(_standing(current, after) for after in _after(current, box_id))


def in_place_of(current: DatabaseSession, box_id: int) -> int | None:
    """Return the round that holds a voided one again, else None.

    It may have been drafted from the voided one, or anew from the result before it.
    """
    origin = vote_of(current, box_id)
    while origin.purpose == Purpose.HELD_AGAIN and _voided(current, origin.previous_box_id):
        origin = vote_of(current, origin.previous_box_id)
    found = _standing(current, origin.box_id)
    if found is None and origin.previous_box_id is not None:
        alike = _after(current, origin.previous_box_id, Purpose(origin.purpose))
        found = _first(_standing(current, box_id) for box_id in alike)
    return found


def vote_of(current: DatabaseSession, box_id: int | None) -> Vote:
    """Return a vote's row; raises Refused("unknown_box")."""
    vote = current.get(Vote, box_id) if box_id is not None else None
    if vote is None:
        raise Refused("unknown_box")
    return vote


def _standing(current: DatabaseSession, box_id: int) -> int | None:
    """Return the box itself; where it was declared void, the one that holds it again."""
    if not _voided(current, box_id):
        return box_id
    again = _after(current, box_id, Purpose.HELD_AGAIN)
    return _first(_standing(current, after) for after in again)


def _after(
    current: DatabaseSession, box_id: int, purpose: Purpose | None = None
) -> tuple[int, ...]:
    query = select(Vote.box_id).where(Vote.previous_box_id == box_id).order_by(Vote.box_id)
    if purpose is not None:
        query = query.where(Vote.purpose == purpose)
    return tuple(current.scalars(query))


def _voided(current: DatabaseSession, box_id: int | None) -> bool:
    stage = current.scalar(select(Box.stage).where(Box.id == box_id))
    return stage == Stage.VOIDED


def _first(found: Iterator[int | None]) -> int | None:
    return next((box_id for box_id in found if box_id is not None), None)
