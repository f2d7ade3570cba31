"""The only transactions on screens: their key, their looks, and what they are asked to show."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session as DatabaseSession

from app.assembly.finding import session_of
from app.assembly.models import Session
from app.ballotbox import chain
from app.ballotbox.codes import new_code, read_code
from app.extensions import db, transaction
from app.hall.models import Screen, Theme
from app.refused import Refused

Draw = Callable[[], str]

_FIRST = text(
    "INSERT INTO screen (session_id, key) VALUES (:session_id, :key) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Looks:
    """What may be set of a session's screens; `name` is '' where the body's own name stands."""

    name: str
    theme: Theme


def screen_of(session_id: int, draw: Draw = new_code) -> Screen:
    """Return the screens of a session, made at first sight with the looks of the body's latest.

    The key is drawn at random, 80 bits. Raises Refused("session_unknown").
    """
    found = db.session.get(Screen, session_id)
    if found is not None:
        return found
    with transaction() as session:
        sitting = session_of(session, session_id)
        latest = _latest_of(session, sitting)
        # Two desks at once: the key decides whose screen it is, and both show that one.
        session.execute(_FIRST, {"session_id": session_id, "key": draw()})
        made = session.get_one(Screen, session_id)
        if latest is not None:
            made.name, made.theme = latest.name, latest.theme
            made.emblem, made.emblem_digest = latest.emblem, latest.emblem_digest
    return db.session.get_one(Screen, session_id)


def screen_behind(key: str) -> Screen:
    """Return the screens that a key opens, however it was spelled; raises "unknown_screen"."""
    try:
        canonical = read_code(key)
    except ValueError:
        raise Refused("unknown_screen") from None
    found = db.session.scalar(select(Screen).where(Screen.key == canonical))
    if found is None:
        raise Refused("unknown_screen")
    return found


def renew_key(session_id: int, draw: Draw = new_code) -> None:
    """Give the screens a new link; the old one opens nothing from now on."""
    screen_of(session_id)
    with transaction() as session:
        session.get_one(Screen, session_id).key = draw()


def change_looks(session_id: int, looks: Looks) -> None:
    """Set the name and the theme of a session's screens."""
    screen_of(session_id)
    with transaction() as session:
        screen = session.get_one(Screen, session_id)
        screen.name, screen.theme = looks.name.strip(), looks.theme


def change_emblem(session_id: int, picture: bytes | None) -> None:
    """Set the emblem, a PNG of `app.intake.pictures.small_png`, or take it away with None."""
    screen_of(session_id)
    with transaction() as session:
        screen = session.get_one(Screen, session_id)
        screen.emblem = picture
        screen.emblem_digest = "" if picture is None else hashlib.sha256(picture).hexdigest()[:16]


def show(session_id: int, what: str) -> None:
    """Ask the screens to show something until the vote goes a step on; '' follows the vote.

    `what` is a word of `snapshot.Shown`, or the number of a box, whose result is shown only if
    it is announced.
    """
    screen_of(session_id)
    with transaction() as session:
        screen = session.get_one(Screen, session_id)
        length = chain.hold(session, session_id).length
        screen.shown, screen.shown_after = what, length


def _latest_of(session: DatabaseSession, sitting: Session) -> Screen | None:
    query = (
        select(Screen)
        .join(Session, Session.id == Screen.session_id)
        .where(Session.body == sitting.body, Session.id != sitting.id)
        .order_by(Session.held_on.desc(), Session.id.desc())
    )
    return session.scalars(query.limit(1)).first()
