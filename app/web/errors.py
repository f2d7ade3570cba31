"""What a reader of the desk is told when something is not done: in words, with a way on.

A room with readers of its own (the booth) handles refusals in its blueprint; what no room
handles comes here. The sentences of refusals are in `app/web/refusals.py`.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, current_app, jsonify, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.refused import Refused
from app.web.doorstep import is_text, limit_text
from app.web.kept import init_kept
from app.web.refusals import sentence, status_of

JSON = "application/json"
MEGABYTE = 2**20
FROM_HERE_ILL = HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(frozen=True, slots=True)
class Words:
    """The heading of an error page, and what to do now."""

    heading: Any
    advice: Any


WORDS = {
    400: Words(
        _l("This could not be read"),
        _l("What the browser sent was incomplete. Go back, reload the page and try again."),
    ),
    401: Words(_l("You are not signed in"), _l("Sign in, then open this page again.")),
    403: Words(
        _l("This page is not for your role"),
        _l("If you need it for your work, ask the administrator to give you the role."),
    ),
    404: Words(
        _l("There is no such page"),
        _l("The address may be mistyped, or what stood here is gone."),
    ),
    405: Words(
        _l("This page can't be opened like that"),
        _l("Go back and use the button on the page."),
    ),
    409: Words(_l("This is not possible now"), ""),
    413: Words(
        _l("The file is too large"),
        _l("The largest file accepted here is %(megabytes)s MB."),
    ),
    429: Words(
        _l("Too many attempts"),
        _l("To keep passwords from being guessed, please wait five minutes and try again."),
    ),
    500: Words(
        _l("Something went wrong on our side"),
        _l(
            "Ballots that were acknowledged are safe in the box. Try again; if it stays so, tell "
            "the administrator the time it happened."
        ),
    ),
    503: Words(
        _l("Very busy just now"),
        _l("Nothing is lost. Wait a few seconds and try again."),
    ),
}

TOO_LONG = Words(
    _l("That is too much text"),
    _l(
        "All the text of one form may have %(megabytes)s MB, and nothing was saved. Go back with "
        "the Back button of the browser, shorten the longest entry, and send it again."
    ),
)
EXPIRED = Words(
    _l("This page was open for too long"),
    _l("You may have signed in or out meanwhile. Go back, reload the page and send it once more."),
)


def error_page(status: int, heading: Any, advice: Any) -> tuple[Response | str, int]:
    """Render a failure: JSON for a script that asked, the bare shell where the house is ill."""
    if request.accept_mimetypes.best_match(("text/html", JSON)) == JSON:
        return jsonify(status=status, heading=str(heading), advice=str(advice)), status
    words = {"status": status, "heading": heading, "advice": advice}
    if status < FROM_HERE_ILL:
        return render_template("errors/page.html", layout="layouts/desk.html", **words), status
    # Not render_template: what it adds to every page would ask the database for the reader.
    page = current_app.jinja_env.get_template("errors/page.html")
    return page.render(layout="layouts/bare.html", **words), status


def on_http_error(error: HTTPException) -> Any:
    """Answer an HTTP error in words; redirects and ready-made responses pass."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if error.response is not None or status < HTTPStatus.BAD_REQUEST:
        return error
    words = EXPIRED if isinstance(error, CSRFError) else WORDS.get(status, WORDS[_class(status)])
    limit: int = current_app.config["MAX_CONTENT_LENGTH"]
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and _is_text(limit):
        words, limit = TOO_LONG, current_app.config["MAX_FORM_MEMORY_SIZE"]
    return error_page(
        status, words.heading, str(words.advice) % {"megabytes": round(limit / MEGABYTE)}
    )


def _is_text(limit: int) -> bool:
    """Whether text was too long: no file can be at fault in what is within the limit of files."""
    return is_text() or 0 < (request.content_length or 0) <= limit


def _class(status: int) -> int:
    return 400 if status < FROM_HERE_ILL else 500


def on_refused(refused: Refused) -> Any:
    """Answer a refusal with its sentence."""
    status = status_of(refused)
    heading = WORDS[status].heading if status in {404, 503} else WORDS[409].heading
    return error_page(status, heading, sentence(refused))


def on_database_busy(_error: Exception) -> Any:
    """Answer a database that has no time for us: trying again is right."""
    answer, status = error_page(503, WORDS[503].heading, WORDS[503].advice)
    return answer, status, {"Retry-After": "3"}


def init_errors(app: Flask) -> None:
    """Answer whatever no room answers itself."""
    app.before_request(limit_text)
    init_kept(app)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Refused, on_refused)
    app.register_error_handler(OperationalError, on_database_busy)
    app.register_error_handler(PoolTimeout, on_database_busy)
