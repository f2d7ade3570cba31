"""The words of the ballot box, as plain values: no Flask, no database.

The box gives out tickets, admits, takes one ballot a ticket, closes and seals. It never reads
a mark: `Instrument` is all it knows of what a paper asks.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

NO_MARK = 0xFF
"""The byte of an item that carries no mark (未投, never the same as 弃权)."""


class Stage(StrEnum):
    """The life of a box; it only ever moves forward, or to `voided`."""

    DRAFTED = "drafted"
    OPEN = "open"
    CLOSED = "closed"
    CERTIFIED = "certified"
    ANNOUNCED = "announced"
    VOIDED = "voided"


class Secrecy(StrEnum):
    """无记名 or 记名."""

    SECRET = "secret"  # noqa: S105  (a word of the trade)
    NAMED = "named"


class TicketState(StrEnum):
    """printed → activated (handed out), or → voided (剩余票)."""

    PRINTED = "printed"
    ACTIVATED = "activated"
    VOIDED = "voided"


class Denominator(StrEnum):
    """Of what number a share is taken."""

    TOTAL_MEMBERS = "total_members"
    DUE = "due"
    PRESENT = "present"
    ISSUED = "issued"
    RETURNED = "returned"
    VALID = "valid"


def ticketed_groups(rater_groups: str, sample: str, members: str) -> tuple[str, ...] | None:
    """Return the rater groups whose tickets a box asks, or None where it asks every ticket.

    rater_groups is what the box keeps of its paper, parted by blanks; sample is the one among
    them that answers without tickets. A box of an open questionnaire alone asks no ticket: ().
    A paper without groups is for those who sit: members are theirs, parted by blanks too. Where
    nobody said who sits, or the box has not opened yet, it asks every ticket.
    """
    if not rater_groups:
        return tuple(members.split()) or None
    return tuple(group for group in rater_groups.split() if group != sample)


def sample_in(plain: Mapping[str, Any]) -> str:
    """Return the id of the rater group of a paper that answers without tickets, or ''."""
    groups = plain.get("groups", ())
    return next((str(group["id"]) for group in groups if group.get("open_sample")), "")


def takes_tickets(plain: Mapping[str, Any]) -> bool:
    """Whether a paper asks anybody with a ticket; else it is an open questionnaire alone."""
    groups = plain.get("groups", ())
    return not groups or not all(group.get("open_sample") for group in groups)


@dataclass(frozen=True, slots=True)
class Turnout:
    """The figures every sheet is reconciled from, all counts of people or ballots.

    total_members, due, on_leave and present are frozen when the box opens; issued and spare are
    the tickets handed out and voided when it closes; returned is the ballots in the box; valid
    and invalid add up to returned.
    """

    total_members: int
    due: int
    on_leave: int
    present: int
    issued: int
    spare: int
    returned: int
    valid: int
    invalid: int

    def of(self, denominator: Denominator) -> int:
        """Return the number that a share is taken of."""
        return int(getattr(self, denominator.value))

    @property
    def void(self) -> bool:
        """More ballots than were issued: the count is void (选举法; RULES 2)."""
        return self.returned > self.issued

    def as_json(self) -> dict[str, int]:
        """Return the figures under their names."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(**{name: int(stored[name]) for name in cls.__slots__})
