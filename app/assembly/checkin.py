"""The check-in desk: everything that is done to attendance, and its figures.

Several desks work at once. Whoever is checked in twice is in once: the key decides, and the
second desk is told so; nothing is read first and written later.
"""

from collections.abc import Callable
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as DatabaseSession

from app.assembly.finding import (
    Attendee,
    Attendees,
    as_attendee,
    attendees,
    by_badge,
    closeness,
    deputy_of,
    exactly,
    in_order_of_numbers,
    like,
    session_of,
    takes_part_in,
)
from app.assembly.models import Attendance, Deputy, Session
from app.assembly.quorum import AttendanceCount, BodyKind, Presence, quorum_of
from app.extensions import db, transaction
from app.intake.cells import searched_name
from app.refused import Refused


class Arrival(StrEnum):
    """What a check-in found."""

    CHECKED_IN = "checked_in"
    ALREADY = "already"


def check_in(session_id: int, deputy_id: int, *, manual: bool = False) -> Arrival:
    """Note that somebody is here; twice is once, and a second desk is told `already`.

    Whoever was on leave or had left early is present again. `manual` marks a check-in without
    the badge (补签到). Raises `session_unknown`, `session_archived`, `deputy_unknown` or
    `not_of_this_body`.
    """
    with transaction() as current:
        _refuse_outsider(current, session_id, deputy_id)
        changed = _note(current, session_id, deputy_id, Presence.PRESENT, manual=manual)
        return Arrival.CHECKED_IN if changed else Arrival.ALREADY


def set_on_leave(session_id: int, deputy_id: int) -> None:
    """Note that somebody asked for leave (请假); raises `present_already`, and as `check_in`."""
    with transaction() as current:
        _refuse_outsider(current, session_id, deputy_id)
        if not _note(current, session_id, deputy_id, Presence.ON_LEAVE):
            raise Refused("present_already")


def left_early(session_id: int, deputy_id: int) -> None:
    """Note that somebody who came has left (中途退场); raises `not_present`, and as `check_in`."""
    with transaction() as current:
        _refuse_outsider(current, session_id, deputy_id)
        came = Attendance.state.in_([Presence.PRESENT, Presence.LEFT_EARLY])
        leaving = update(Attendance).where(_at(session_id, deputy_id), came)
        changed = current.execute(
            leaving.values(state=Presence.LEFT_EARLY).returning(Attendance.deputy_id)
        )
        if changed.first() is None:
            raise Refused("not_present")


def undo(session_id: int, deputy_id: int) -> bool:
    """Forget what was noted of somebody, who is absent then; whether there was anything.

    Raises `session_unknown` or `session_archived`.
    """
    with transaction() as current:
        _refuse_archived(session_of(current, session_id))
        gone = delete(Attendance).where(_at(session_id, deputy_id))
        return current.execute(gone.returning(Attendance.deputy_id)).first() is not None


def put_back(
    session_id: int, deputy_id: int, state: Presence | None, *, manual: bool = False
) -> None:
    """Note again what was noted of somebody before the last act; None is nothing.

    What another desk did meanwhile gives way. Raises as `check_in` does.
    """
    with transaction():
        undo(session_id, deputy_id)
        if state is Presence.ON_LEAVE:
            set_on_leave(session_id, deputy_id)
        elif state is not None:
            check_in(session_id, deputy_id, manual=manual)
            if state is Presence.LEFT_EARLY:
                left_early(session_id, deputy_id)


def forget_arrivals(session_id: int) -> None:
    """Rewrite the attendance of a session in the order of the roster's keys.

    On PostgreSQL rows lie as they were written, in the order of arrival, until this is done and
    the old ones are vacuumed away; on SQLite they never do.
    """
    with transaction() as current:
        columns = (Attendance.deputy_id, Attendance.state, Attendance.manual)
        of_session = Attendance.session_id == session_id
        # What is deleted is what comes back, though a desk may be writing meanwhile.
        rows = current.execute(delete(Attendance).where(of_session).returning(*columns))
        kept = [{"session_id": session_id, **row} for row in rows.mappings()]
        if kept:
            kept.sort(key=lambda row: row["deputy_id"])
            current.execute(insert(Attendance), kept)


def attendance(session_id: int) -> AttendanceCount:
    """Count who is due, here and away, from the roster and the check-ins as they are now.

    Raises `session_unknown`.
    """
    current = db.session()
    session = session_of(current, session_id)
    kind = BodyKind(session.body_kind)
    groups = attendees(session_id, kind).with_only_columns(
        Deputy.observer, Attendance.state, Attendance.manual, func.count()
    )
    found = current.execute(
        groups.group_by(Deputy.observer, Attendance.state, Attendance.manual)
    ).all()

    def people(*states: Presence | None, observer: bool = False) -> int:
        return sum(row[3] for row in found if row[0] is observer and row[1] in states)

    return AttendanceCount(
        quorum=quorum_of(kind),
        total_members=session.total_members,
        due=people(None, *Presence),
        present=people(Presence.PRESENT),
        on_leave=people(Presence.ON_LEAVE),
        left_early=people(Presence.LEFT_EARLY),
        observers_present=people(Presence.PRESENT, observer=True),
        manual=sum(row[3] for row in found if row[:3] == (False, Presence.PRESENT, True)),
    )


def attendance_list(session_id: int) -> list[Attendee]:
    """List everybody who takes part, by number; raises `session_unknown`."""
    return _listed(session_id, lambda query: query.order_by(*in_order_of_numbers()))


def find_deputies(session_id: int, text: str, limit: int = 20) -> list[Attendee]:
    """Find who is meant at the desk: a name or part of it, initials, a number, a scanned badge.

    The closest come first: an exact badge or number, then the whole name. Nothing typed finds
    nobody. Raises `session_unknown`.
    """
    wanted = searched_name(text)
    if not wanted:
        return []
    return _listed(
        session_id,
        lambda query: (
            query.where(like(wanted))
            .order_by(closeness(wanted), *in_order_of_numbers())
            .limit(limit)
        ),
    )


def find_attendee(session_id: int, deputy_id: int) -> Attendee:
    """Return one of those who take part; raises `session_unknown` or `deputy_unknown`."""
    found = _listed(session_id, lambda query: query.where(Deputy.id == deputy_id))
    if not found:
        raise Refused("deputy_unknown")
    return found[0]


def find_scanned(session_id: int, text: str) -> Attendee | None:
    """Find whose badge was scanned; None where this is no badge of theirs."""
    found = _listed(session_id, lambda query: query.where(by_badge(searched_name(text))))
    return found[0] if found else None


def find_meant(session_id: int, text: str) -> Attendee | None:
    """Find the one person that this can only mean: a whole badge or number, else the only hit."""
    wanted = searched_name(text)
    found = _listed(session_id, lambda query: query.where(exactly(wanted)).limit(2))
    if len(found) != 1:
        found = find_deputies(session_id, text, limit=2)
    return found[0] if len(found) == 1 else None


def _listed(session_id: int, narrowed: Callable[[Attendees], Attendees]) -> list[Attendee]:
    current = db.session()
    kind = BodyKind(session_of(current, session_id).body_kind)
    rows = current.execute(narrowed(attendees(session_id, kind)))
    return [as_attendee(*row) for row in rows]


def _at(session_id: int, deputy_id: int) -> ColumnElement[bool]:
    return and_(Attendance.session_id == session_id, Attendance.deputy_id == deputy_id)


def _note(
    current: DatabaseSession,
    session_id: int,
    deputy_id: int,
    state: Presence,
    *,
    manual: bool = False,
) -> bool:
    """Write a state unless the person is present; whether it was written. The key decides."""
    dialect = postgresql if current.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(Attendance).values(
        session_id=session_id, deputy_id=deputy_id, state=state.value, manual=manual
    )
    written = new.on_conflict_do_update(
        index_elements=["session_id", "deputy_id"],
        set_={"state": new.excluded.state, "manual": new.excluded.manual},
        where=Attendance.state != Presence.PRESENT,
    )
    return current.execute(written.returning(Attendance.deputy_id)).first() is not None


def _refuse_outsider(current: DatabaseSession, session_id: int, deputy_id: int) -> None:
    session = session_of(current, session_id)
    _refuse_archived(session)
    deputy_of(current, deputy_id)
    part = select(Deputy.id).where(
        Deputy.id == deputy_id, takes_part_in(BodyKind(session.body_kind))
    )
    if current.scalar(part) is None:
        raise Refused("not_of_this_body")


def _refuse_archived(session: Session) -> None:
    if session.archived:
        raise Refused("session_archived")
