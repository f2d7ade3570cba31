"""The room itself: its blueprint, and what its pages share."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.accounts.guards import may_enter
from app.assembly.models import Session
from app.refused import Refused
from app.web.refusals import sentence

assembly = Blueprint("assembly", __name__, url_prefix="/desk")

UNPROCESSABLE = 422

Page = str | Response | tuple[str, int]


def whole_name(session: Session) -> str:
    """Return a session's name in one line, its body first: what stands on badges."""
    return " ".join(filter(None, (session.body, session.term + session.title, session.sitting)))


def link(endpoint: str, **values: object) -> str:
    """Return the address of a page, or nothing where the reader may not enter it."""
    return url_for(endpoint, **values) if may_enter(endpoint) else ""  # type: ignore[arg-type]


def blame(form: object, refused: Refused, otherwise: str) -> None:
    """Put a refusal beside the field that it names, else beside the field `otherwise`."""
    field = getattr(form, str(refused.facts.get("field", otherwise)), None)
    if field is None:
        field = getattr(form, otherwise)
    field.errors = [*field.errors, sentence(refused)]
