"""Which round follows which: where an evaluation was declared void, what stands in its place.

Reads only; the rounds of an evaluation are drafted in `evaluation.rounds_service`.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.refused import Refused
from evaluation.models import Evaluation


def follows_from_void(current: DatabaseSession, box_id: int) -> bool:
    """Whether the result that a round follows from, at any remove, was declared void.

    One held again follows from no result: a void one before it is the reason for it. What it is
    held again for may follow from one, though.
    """
    found = _row(current, box_id)
    while found.previous_box_id is not None:
        if not found.held_again and _voided(current, found.previous_box_id):
            return True
        found = _row(current, found.previous_box_id)
    return False


def standing_after(current: DatabaseSession, box_id: int) -> int | None:
    """Return the round that follows from a box and was not declared void, else None.

    Where the round was declared void, the one that holds it again stands in its place.
    """
    query = (
        select(Evaluation.box_id, Box.stage)
        .join(Box, Box.id == Evaluation.box_id)
        .where(Evaluation.previous_box_id == box_id)
        .order_by(Evaluation.box_id)
    )
    for after, stage in current.execute(query).all():
        found = standing_after(current, after) if stage == Stage.VOIDED else after
        if found is not None:
            return int(found)
    return None


def in_place_of(current: DatabaseSession, box_id: int) -> int | None:
    """Return the round that holds a voided one again, else None.

    It may have been drafted from the voided one, or anew from the result before it.
    """
    before = _row(current, box_id).previous_box_id
    found = standing_after(current, box_id)
    return found if found is not None or before is None else standing_after(current, before)


def _row(current: DatabaseSession, box_id: int) -> Evaluation:
    found = current.get(Evaluation, box_id)
    if found is None:
        raise Refused("unknown_box")
    return found


def _voided(current: DatabaseSession, box_id: int) -> bool:
    return current.scalar(select(Box.stage).where(Box.id == box_id)) == Stage.VOIDED
