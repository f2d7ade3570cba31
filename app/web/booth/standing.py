"""Where a ticket stands with each item of the agenda. Pure but for the words."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.ballotbox.admission import BoxCard
from app.ballotbox.domain import Stage
from app.refused import Refused


class Standing(StrEnum):
    """What a box is to one ticket."""

    TO_VOTE = "to_vote"
    IN = "in"
    NOT_OPEN = "not_open"
    CLOSED = "closed"


COUNTED = (Stage.CLOSED, Stage.CERTIFIED, Stage.ANNOUNCED)

WORDS = {
    Standing.TO_VOTE: _l("Open now"),
    Standing.IN: _l("✓ Your ballot is in the box"),
    Standing.NOT_OPEN: _l("Not open yet"),
    Standing.CLOSED: _l("Closed; no ballot of this card is in the box"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One box as a phone tells it: its title, what it is to this ticket, and that in words."""

    box_id: int
    title: str
    standing: Standing
    counted: bool = False
    """Whether the box is closed, so that its receipts are listed."""

    @property
    def words(self) -> Any:
        """The standing in the reader's language."""
        return WORDS[self.standing]


def standing_of(card: BoxCard) -> Standing:
    """Return what a box is to the ticket that asked: its ballot being in outweighs the stage."""
    if card.cast:
        return Standing.IN
    if card.stage is Stage.OPEN:
        return Standing.TO_VOTE
    return Standing.NOT_OPEN if card.stage is Stage.DRAFTED else Standing.CLOSED


def standings(cards: Iterable[BoxCard]) -> tuple[Item, ...]:
    """Return every box in the order of the agenda."""
    return tuple(
        Item(card.box_id, card.title, standing_of(card), card.stage in COUNTED) for card in cards
    )


def told(items: Iterable[Item]) -> list[Item]:
    """Return what a phone may be told of: nothing that is only drafted.

    A drafted runoff would give a tie away before the chair has announced it, and a title is not
    final before its paper is frozen.
    """
    return [item for item in items if item.standing is not Standing.NOT_OPEN]


def to_vote(items: Iterable[Item]) -> list[Item]:
    """Return what the ticket can vote on now."""
    return [item for item in items if item.standing is Standing.TO_VOTE]


def item_of(items: Iterable[Item], box_id: int) -> Item:
    """Return the item of a box; raises Refused("unknown_box") where this ticket has no such."""
    for item in items:
        if item.box_id == box_id:
            return item
    raise Refused("unknown_box")


def as_json(items: Sequence[Item]) -> str:
    """Return what a waiting phone polls: titles and standings, nothing that was marked."""
    listed = [
        {"box": item.box_id, "title": item.title, "standing": item.standing.value}
        for item in told(items)
    ]
    return json.dumps({"standing": listed}, ensure_ascii=False, separators=(",", ":"))


def tag_of(items: Sequence[Item]) -> str:
    """Return the ETag of `as_json`: it changes when, and only when, a page should."""
    return hashlib.blake2b(as_json(items).encode(), digest_size=8).hexdigest()
