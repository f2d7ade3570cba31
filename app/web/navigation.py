"""Which pages the desk leads to. A room appears once its endpoint exists, to whom it admits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from app.accounts.guards import may_enter
from app.ballotbox.instrument import instrument, instruments
from app.ballotbox.models import Box
from app.extensions import db


@dataclass(frozen=True, slots=True)
class Place:
    """A page worth a link: its endpoint, and what it is called."""

    endpoint: str
    label: Any


@dataclass(frozen=True, slots=True)
class Entry:
    """A link as the reader gets it."""

    label: str
    url: str
    current: bool


MAIN = (
    Place("assembly.sessions", _l("Sessions")),
    Place("assembly.deputies", _l("Deputies")),
    Place("accounts.staff", _l("Staff")),
)

IN_SESSION = (
    Place("assembly.session_page", _l("Overview")),
    Place("assembly.conduct", _l("Conduct")),
    Place("assembly.checkin", _l("Check-in")),
    Place("tickets.overview", _l("Ballot cards")),
    Place("voting.boxes", _l("Votes")),
    Place("evaluation.boxes", _l("Evaluations")),
    Place("documents.overview", _l("Documents")),
    Place("screens.settings", _l("Hall screen")),
    Place("tickets.log", _l("Log")),
)


def main_entries() -> list[Entry]:
    """Return the rooms of the desk that the reader may enter; a page about a box is a session's."""
    return _entries(MAIN, {}, _room(MAIN[0].endpoint) if _room_of_box() else None)


def session_entries(session: Any) -> list[Entry]:
    """Return the pages of one session that the reader may enter."""
    return _entries(IN_SESSION, {"session_id": session.id}, _room_of_box())


def _entries(
    places: Sequence[Place], arguments: Mapping[str, Any], room: str | None = None
) -> list[Entry]:
    open_places = [place for place in places if may_enter(place.endpoint)]
    nearest = max(open_places, key=_shared, default=None)
    if nearest is not None and not _shared(nearest):
        nearest = next((one for one in open_places if _room(one.endpoint) == room), None)
    return [
        Entry(str(place.label), url_for(place.endpoint, **arguments), place is nearest)
        for place in open_places
    ]


def _room(endpoint: str) -> str:
    return endpoint.partition(".")[0]


def _room_of_box() -> str | None:
    """Name the room of a page about one box: its address names no session, only the box."""
    page = _room(request.endpoint or "")
    if page in {kind.blueprint.name for kind in instruments()}:
        return page
    box_id = (request.view_args or {}).get("box_id")
    box = None if box_id is None else db.session.get(Box, box_id)  # an error page may ask of none
    return None if box is None else instrument(box.instrument).blueprint.name


def _shared(place: Place) -> int:
    """Count how much of the page's address is the place's: the page itself, or one above it."""
    own = next(current_app.url_map.iter_rules(place.endpoint)).rule.rstrip("/")
    page = request.url_rule.rule.rstrip("/") if request.url_rule else ""
    return len(own) if page == own or page.startswith(f"{own}/") else 0


def home_url() -> str:
    """Return where the product's name leads: the first room that the reader may enter."""
    for place in MAIN:
        if may_enter(place.endpoint):
            return url_for(place.endpoint)
    return url_for("accounts.sign_in")


def here() -> str:
    """Return the path of this page where it can be asked for again, else the way home."""
    if request.method == "GET" and request.endpoint is not None:
        return request.full_path.removesuffix("?")
    return home_url()
