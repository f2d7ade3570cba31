"""The documents of a session: listed, given one by one, and all of them as the archive.

Drafts are for those who hold the vote; a viewer gets what is announced.
"""

from typing import Literal

from flask import Blueprint, abort, render_template
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly.finding import session_of
from app.ballotbox import service
from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.extensions import db, now
from app.refused import Refused
from app.reports.archive import archive, refuse_unfinished
from app.reports.dossier import (
    ITEM_FILES,
    SESSION_FILES,
    Filed,
    filed,
    item_name,
    session_name,
)
from app.reports.download import PNG, SVG, ZIP, download
from app.reports.slides import slides
from app.reports.typeset import drawings
from app.web.documents.offers import item_offers, session_offers

blueprint = Blueprint("documents", __name__, url_prefix="/desk")


@blueprint.get("/sessions/<int:session_id>/documents")
@access(Role.VIEWER)
def overview(session_id: int) -> str:
    """List every sealed item with its files, and the files of the session."""
    session = session_of(db.session(), session_id)
    boxes = service.boxes_of(session_id)
    them = _readable(boxes)
    return render_template(
        "documents/overview.html",
        session=session,
        offers=session_offers(session_id) if them else (),
        items=[(one, item_offers(one)) for one in them],
        complete=_complete(boxes),
        waiting=[box for box in boxes if not any(one.box.id == box.id for one in them)],
    )


@blueprint.get("/sessions/<int:session_id>/documents/<name>")
@access(Role.VIEWER)
def session_file(session_id: int, name: str) -> Response:
    """Give a file of the whole session, of as many items as the reader may see."""
    session_of(db.session(), session_id)
    wanted = next((each for each in SESSION_FILES if each.key == name), None)
    if wanted is None:
        abort(404)
    them = _readable(service.boxes_of(session_id))
    if not them:
        raise Refused("nothing_announced")
    content = wanted.make(them, now())
    suffix = f".{name.partition('.')[2]}"
    return download(content, wanted.mimetype, session_name(them, wanted.label, suffix))


@blueprint.get("/sessions/<int:session_id>/archive.zip")
@access(Role.ORGANISER, Role.SCRUTINEER)
def session_archive(session_id: int) -> Response:
    """Give the archive of a session whose last item is announced."""
    session_of(db.session(), session_id)
    boxes = service.boxes_of(session_id)
    refuse_unfinished(boxes)
    them = _readable(boxes)
    content = archive(them, now())
    return download(content, ZIP, session_name(them, _("Archive of the session"), ".zip"))


@blueprint.get("/boxes/<int:box_id>/documents/<name>")
@access(Role.VIEWER)
def item_file(box_id: int, name: str) -> Response:
    """Give one file of a sealed item."""
    one = _one(box_id)
    wanted = next((each for each in ITEM_FILES if each.key == name), None)
    if wanted is None or not wanted.there(one.said):
        abort(404)
    content = wanted.make(one, now())
    suffix = f".{name.partition('.')[2]}"
    return download(content, wanted.mimetype, item_name(one, wanted.label, suffix))


@blueprint.get("/boxes/<int:box_id>/slides/<int:number>.png", defaults={"form": "png"})
@blueprint.get("/boxes/<int:box_id>/slides/<int:number>.svg", defaults={"form": "svg"})
@access(Role.VIEWER)
def slide(box_id: int, number: int, form: Literal["png", "svg"]) -> Response:
    """Give one slide of a result, counted from 1, as an image."""
    one = _one(box_id)
    laid_out = slides(one.said)
    if not 1 <= number <= len(laid_out):
        abort(404)
    (content,) = drawings(laid_out[number - 1 : number], form)
    name = item_name(one, _("Slide %(number)s", number=number), f".{form}")
    return download(content, PNG if form == "png" else SVG, name)


def _one(box_id: int) -> Filed:
    """Return a sealed item for whoever asks; a viewer waits for the announcement."""
    box = service.get_box(box_id)
    if not _may_read(box):
        raise Refused("not_announced")
    return filed(box)


def _readable(boxes: tuple[Box, ...]) -> tuple[Filed, ...]:
    return tuple(filed(box) for box in boxes if box.sealed and _may_read(box))


def _may_read(box: Box) -> bool:
    return box.stage == Stage.ANNOUNCED or current_user.role != Role.VIEWER


def _complete(boxes: tuple[Box, ...]) -> bool:
    """Whether the archive can be made."""
    try:
        refuse_unfinished(boxes)
    except Refused:
        return False
    return True
