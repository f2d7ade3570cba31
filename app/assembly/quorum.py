"""Whether a body may act: kinds of bodies, states of presence, and the figures of attendance.

Plain values; no database. The rules are those of 地方组织法: a congress sits with two thirds of
all deputies or more, a standing committee with more than half of all its members.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.thresholds import MAJORITY, TWO_THIRDS, Threshold


class BodyKind(StrEnum):
    """What kind of body sits (人民代表大会, 常务委员会)."""

    CONGRESS = "congress"
    STANDING_COMMITTEE = "standing_committee"


class Presence(StrEnum):
    """What is known of somebody at a session; who has none of these is absent (缺席)."""

    ON_LEAVE = "on_leave"
    PRESENT = "present"
    LEFT_EARLY = "left_early"


_QUORUM = {BodyKind.CONGRESS: TWO_THIRDS, BodyKind.STANDING_COMMITTEE: MAJORITY}


def quorum_of(kind: BodyKind) -> Threshold:
    """Return the share of `total_members` that must be present."""
    return _QUORUM[kind]


@dataclass(frozen=True, slots=True)
class AttendanceCount:
    """How many are here, all counts of people.

    total_members is the legal denominator (the body's full strength), due those on the roster
    now who may vote here; present are in the room now, left_early were. Observers are counted
    apart and belong to none of these; `manual` is how many of the present a person checked in
    without their badge.
    """

    quorum: Threshold
    total_members: int
    due: int
    present: int
    on_leave: int
    left_early: int
    observers_present: int
    manual: int

    @property
    def absent(self) -> int:
        """Due, and neither here nor excused (缺席)."""
        return self.due - self.present - self.on_leave - self.left_early

    @property
    def checked_in(self) -> int:
        """Everybody who came, those who left early too: as many tickets may be handed out."""
        return self.present + self.left_early

    @property
    def quorum_needed(self) -> int:
        """The fewest who must be present: 218 of 327 for a congress."""
        return self.quorum.needed(self.total_members)

    @property
    def quorum_met(self) -> bool:
        """Whether enough are in the room now; a body of nobody never has a quorum."""
        return self.quorum.met(self.present, self.total_members)
