"""Who takes part in a session, and who is meant by what is typed or scanned at its desk.

Queries only; nothing here is written.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import Session as DatabaseSession

from app.assembly.models import Attendance, Deputy, Session
from app.assembly.quorum import BodyKind, Presence
from app.extensions import db
from app.intake.cells import searched_name
from app.refused import Refused

# Presence is None where there is no row; the types of an outer join do not say so.
Attendees = Select[Deputy, str, bool]

_LOOK_ALIKES = str.maketrans("OILU", "011V")


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody as the desk sees them at a session; `state` None is absent."""

    deputy_id: int
    number: str
    name: str
    delegation: str
    observer: bool
    state: Presence | None
    manual: bool


def session_of(current: DatabaseSession, session_id: int) -> Session:
    """Return a session; raises `session_unknown`."""
    session = current.get(Session, session_id)
    if session is None:
        raise Refused("session_unknown")
    return session


def deputy_of(current: DatabaseSession, deputy_id: int) -> Deputy:
    """Return somebody on the roster, active or not; raises `deputy_unknown`."""
    deputy = current.get(Deputy, deputy_id)
    if deputy is None:
        raise Refused("deputy_unknown")
    return deputy


def votes_in(kind: BodyKind) -> ColumnElement[bool]:
    """Whether a deputy on the roster is one of those who vote in such a body."""
    seat = Deputy.committee_member if kind is BodyKind.STANDING_COMMITTEE else true()
    return and_(Deputy.active, ~Deputy.observer, seat)


def takes_part_in(kind: BodyKind) -> ColumnElement[bool]:
    """Whether somebody may be checked in: those who vote, and the observers."""
    return or_(votes_in(kind), and_(Deputy.active, Deputy.observer))


def attendees(session_id: int, kind: BodyKind) -> Attendees:
    """Select everybody who takes part in a session, with what is known of their presence."""
    here = and_(Attendance.deputy_id == Deputy.id, Attendance.session_id == session_id)
    return (
        select(Deputy, Attendance.state, Attendance.manual)
        .outerjoin(Attendance, here)
        .where(takes_part_in(kind))
    )


def as_attendee(deputy: Deputy, state: str | None, manual: bool | None) -> Attendee:
    """Make a row of `attendees` a value."""
    return Attendee(
        deputy_id=deputy.id,
        number=deputy.number,
        name=deputy.name,
        delegation=deputy.delegation,
        observer=deputy.observer,
        state=Presence(state) if state else None,
        manual=bool(manual),
    )


def like(text: str) -> ColumnElement[bool]:
    """Whether a name holds this text, or its initials or number begin with it, or it is a badge.

    `text` comes from `searched_name` and is not empty.
    """
    return or_(
        exactly(text),
        _bare_name().contains(text, autoescape=True),
        _readings().contains(f" {text}", autoescape=True),
        func.lower(Deputy.number).startswith(text, autoescape=True),
    )


def by_badge(text: str) -> ColumnElement[bool]:
    """Whether this is what a scanner types from somebody's badge; look-alike letters are one."""
    return Deputy.badge_code == text.upper().translate(_LOOK_ALIKES)


def exactly(text: str) -> ColumnElement[bool]:
    """Whether this is somebody's whole badge or number."""
    return or_(by_badge(text), func.lower(Deputy.number) == text)


def closeness(text: str) -> ColumnElement[int]:
    """Order hits: badge or number, whole name, all initials, beginning of a name, the others."""
    return case(
        (exactly(text), 0),
        (_bare_name() == text, 1),
        (_readings().contains(f" {text} ", autoescape=True), 2),
        (_bare_name().startswith(text, autoescape=True), 3),
        else_=4,
    )


def in_order_of_numbers() -> tuple[ColumnElement[int], ColumnElement[str]]:
    """Order numbers as people do: 9 before 10."""
    return func.length(Deputy.number), func.lower(Deputy.number)


def find_voter(session_id: int, text: str) -> str:
    """Return the printed identity, `number name`, of the voter who is meant in a named vote.

    `text` is a whole name or number as somebody types it on a phone. Of several of one name the
    one who is present is meant. Raises `session_unknown`, `voter_unknown`, `voter_not_present`,
    or `voter_ambiguous` where several who are present have the name.
    """
    wanted = searched_name(text)
    meant = or_(_bare_name() == wanted, func.lower(Deputy.number) == wanted)
    here = and_(Attendance.deputy_id == Deputy.id, Attendance.session_id == session_id)
    # Phones by the hundred come here: the connection goes back before the ballot waits its turn.
    with db.engine.connect() as connection:
        kind = connection.scalar(select(Session.body_kind).where(Session.id == session_id))
        if kind is None:
            raise Refused("session_unknown")
        found = connection.execute(
            select(Deputy.number, Deputy.name, Attendance.state)
            .outerjoin(Attendance, here)
            .where(votes_in(BodyKind(kind)), meant)
        ).all()
    if not found:
        raise Refused("voter_unknown")
    present = [f"{number} {name}" for number, name, state in found if state == Presence.PRESENT]
    if not present:
        raise Refused("voter_not_present")
    if len(present) > 1:
        raise Refused("voter_ambiguous")
    return present[0]


def _bare_name() -> ColumnElement[str]:
    bare = func.replace(func.replace(func.replace(Deputy.name, "·", ""), " ", ""), ".", "")
    return func.lower(bare)


def _readings() -> ColumnElement[str]:
    return literal(" ") + Deputy.initials + literal(" ")
