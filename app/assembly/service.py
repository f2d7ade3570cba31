"""What the secretariat prepares: the roster and the sessions. Check-in is in `checkin`."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as DatabaseSession

from app.assembly.finding import deputy_of, session_of, votes_in
from app.assembly.initials import initials_of
from app.assembly.models import Deputy, Session
from app.assembly.quorum import BodyKind
from app.assembly.roster import COLUMNS, RosterImport, changes, doubtful, read_roster
from app.extensions import db, transaction
from app.intake.columns import Rows, sound_values
from app.refused import Refused

BADGE_LENGTH: Final = 10
"""Characters of a badge code: 50 bits, enough to tell people apart; a badge is no secret."""
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LINE: Final = (*(column.key for column in COLUMNS), "active")

_LARGEST_BODY: Final = 100_000

Pick = Callable[[str], str]
"""Picks one character at random; `secrets.choice` outside tests."""


# The roster


def preview(content: bytes, name: str) -> RosterImport:
    """Say what `import_roster` would do; raises Refused for a file that is no roster."""
    return _compared(read_roster(content, name), _known(db.session()))


def import_roster(content: bytes, name: str, pick: Pick = secrets.choice) -> RosterImport:
    """Add and update deputies from an uploaded table, by number; all of it or nothing.

    With any problem nothing is written. Columns that the file lacks stay as they are, people it
    does not list too; whoever it lists is active. Raises Refused for a file that is no roster,
    and `roster_changed` where somebody else is writing the same numbers.
    """
    rows = read_roster(content, name)
    with _own_numbers("roster_changed"), transaction() as current:
        known = _known(current)
        found = _compared(rows, known)
        if not found.problems:
            _write(current, rows, known, pick)
        return found


def add_deputy(values: Mapping[str, Any], pick: Pick = secrets.choice) -> int:
    """Put one person on the roster and return their id.

    `values` are those of the roster's columns; texts are read like cells of a table. Raises the
    Refused of a value at fault with its `field`, or `number_taken`.
    """
    line = _sound({"number": "", "name": "", **values})
    with _own_numbers("number_taken", number=line["number"]), transaction() as current:
        deputy = Deputy(**_completed(line), badge_code=_badge_code(pick))
        current.add(deputy)
        current.flush()
        return deputy.id


def _sound(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form gave, the roster's columns read like the cells of a table."""
    return {**values, **sound_values(COLUMNS, values)}


def update_deputy(deputy_id: int, values: Mapping[str, Any]) -> None:
    """Change what `values` names; raises as `add_deputy`, or `deputy_unknown`."""
    line = _sound(values)
    with (
        _own_numbers("number_taken", number=line.get("number", "")),
        transaction() as current,
    ):
        deputy = deputy_of(current, deputy_id)
        for key, value in _completed(line).items():
            setattr(deputy, key, value)


def deactivate(deputy_id: int) -> None:
    """Take somebody off the roster: they no longer count as due, what was stays.

    Raises `deputy_unknown`.
    """
    with transaction() as current:
        deputy_of(current, deputy_id).active = False


# Sessions


def create_session(
    *,
    body: str,
    body_kind: BodyKind,
    title: str,
    held_on: date,
    term: str = "",
    sitting: str = "",
    place: str = "",
    total_members: int | None = None,
    rehearsal: bool = False,
) -> int:
    """Call a session and return its id.

    `total_members` is the full strength of the body; left out, it is the number of those on the
    roster who may vote in it. Raises `blank` with the `field`, or `out_of_range`.
    """
    with transaction() as current:
        if total_members is None:
            total_members = current.scalar(
                select(func.count()).select_from(Deputy).where(votes_in(body_kind))
            )
        session = Session(
            body=body.strip(), body_kind=body_kind.value, term=term.strip(), title=title.strip(),
            sitting=sitting.strip(), held_on=held_on, place=place.strip(),
            total_members=total_members, rehearsal=rehearsal,
        )  # fmt: skip
        _refuse_unsound(session)
        current.add(session)
        current.flush()
        return session.id


def update_session(session_id: int, values: Mapping[str, Any]) -> None:
    """Change what `values` names, by the names of `create_session`, or `archived`.

    Raises `session_unknown`, and as `create_session` does.
    """
    with transaction() as current:
        session = session_of(current, session_id)
        for key, value in values.items():
            setattr(session, key, value.strip() if isinstance(value, str) else value)
        _refuse_unsound(session)


def _refuse_unsound(session: Session) -> None:
    for field in ("body", "title"):
        if not getattr(session, field):
            raise Refused("blank", field=field)
    if not 0 <= session.total_members <= _LARGEST_BODY:
        raise Refused("out_of_range", minimum=0, maximum=_LARGEST_BODY, field="total_members")


def _known(current: DatabaseSession) -> dict[str, dict[str, Any]]:
    """Return everybody on the roster by number, with their id."""
    fields = (getattr(Deputy, key) for key in _LINE)
    rows = current.execute(select(Deputy.id, *fields)).mappings()
    return {row["number"]: dict(row) for row in rows}


def _compared(rows: Rows, known: Mapping[str, Mapping[str, Any]]) -> RosterImport:
    found = changes(known, rows.good)
    return RosterImport(
        added=len(found.added),
        updated=len(found.updated),
        unchanged=found.unchanged,
        problems=rows.problems,
        doubtful=doubtful(known, rows),
        ignored=rows.ignored,
    )


def _write(
    current: DatabaseSession, rows: Rows, known: Mapping[str, Mapping[str, Any]], pick: Pick
) -> None:
    found = changes(known, rows.good)
    if found.added:
        new = [{**_completed(line), "badge_code": _badge_code(pick)} for line in found.added]
        current.execute(insert(Deputy), new)
    if found.updated:
        # Whole lines, so that all of them are one statement.
        lines = [{**known[number], **differing} for number, differing in found.updated]
        current.execute(update(Deputy), [_completed(line) for line in lines])


def _completed(line: Mapping[str, Any]) -> dict[str, Any]:
    """Add the initials that follow from a name."""
    return {**line, "initials": initials_of(line["name"])} if "name" in line else dict(line)


def _badge_code(pick: Pick) -> str:
    return "".join(pick(_CROCKFORD) for _ in range(BADGE_LENGTH))


@contextmanager
def _own_numbers(reason: str, /, **facts: Any) -> Iterator[None]:
    """Say a number that is taken already as a refusal; the unique key decides."""
    try:
        yield
    except IntegrityError as error:
        raise Refused(reason, **facts) from error
