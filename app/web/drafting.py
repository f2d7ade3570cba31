"""What the desk's pages of every instrument share while a paper is drafted."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any
from urllib.parse import quote

from flask import Response, flash, make_response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.ballotbox.models import Box
from app.ballotbox.service import boxes_of
from app.intake.columns import ListImport, Problem
from app.refused import Refused
from app.web.refusals import sentence

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
Page = str | AnyResponse | tuple[str, int]

FRAMED = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""The policy of the previewed paper: it may stand in our own page, and can send nothing."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def beside(form: Any, refused: Refused) -> None:
    """Say a refusal beside the field at fault; one that is of no field here goes on."""
    name = refused.facts.get("field")
    if name not in form:
        raise refused
    form[name].errors = [*form[name].errors, sentence(refused)]


def framed(page: str) -> Response:
    """Give a previewed paper; only our own preview page may frame it, and it can send nothing."""
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = FRAMED
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def in_words(said: str) -> Response:
    """Give a sentence as text, for the script that follows what is being filled in."""
    answer = Response(said, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def rounds_of_session(session_id: int, key: str) -> list[list[Box]]:
    """Return the boxes of an instrument, the rounds of each together, by the agenda."""
    found = [box for box in boxes_of(session_id) if box.instrument == key]
    order = {box.id: at for at, box in enumerate(found)}

    def first(box: Box) -> int:
        return box.first_box_id or box.id

    found.sort(key=lambda box: (order.get(first(box), -1), box.round))
    return [list(rounds) for _, rounds in groupby(found, key=first)]


def template_file(content: bytes, name: str, plain_name: str) -> Response:
    """Give a workbook to fill in; `plain_name` is for programs that cannot read the other."""
    attached = f"attachment; filename={plain_name}; filename*=UTF-8''{quote(name)}"
    return Response(content, mimetype=XLSX, headers={"Content-Disposition": attached})


def attempt(deed: Callable[[], None]) -> None:
    """Do something to a drafted list; where it cannot be, say why beside it."""
    try:
        deed()
    except Refused as refused:
        if refused.reason == "unknown_box":
            raise
        flash(sentence(refused), "bad")


def taken(form: Any, deed: Callable[[bytes, str], ListImport]) -> tuple[bool, Sequence[Problem]]:
    """Take an uploaded list; return whether it is done, and every problem where it is not.

    What is wrong with the file itself is said beside its field.
    """
    if not form.validate():
        return False, ()
    file = form.file.data
    try:
        done = deed(file.read(), file.filename or "")
    except Refused as refused:
        form.file.errors = [*form.file.errors, sentence(refused)]
        return False, ()
    if not done.problems:
        tell(done)
    return not done.problems, done.problems


def tell(done: ListImport) -> None:
    """Say what an import did, by name where something is gone."""
    facts = {"added": done.added, "updated": done.updated, "unchanged": done.unchanged}
    flash(
        _("Imported: %(added)s new, %(updated)s changed, %(unchanged)s as before.", **facts), "good"
    )
    if done.removed:
        names = "、".join(done.removed)
        flash(_("No longer in the file, and taken off the list: %(names)s.", names=names), "warn")
    if done.ignored:
        names = "、".join(done.ignored)
        flash(_("These columns are not used here: %(names)s.", names=names), "info")
