"""The front door of the house, and the language spoken behind it."""

from flask import Blueprint, abort, redirect, render_template, request
from flask import session as login_cookie
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.guards import own_path, public
from app.extensions import LOCALES
from app.web.navigation import home_url

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
@public
def home() -> str | Response:
    """Lead the staff to their rooms; whoever else comes chooses: a ballot card, or the desk."""
    if current_user.is_authenticated:
        return redirect(home_url())
    return render_template("front.html")


@blueprint.get("/desk/")
@public
def desk() -> Response:
    """Lead whoever shortens an address of the desk, or remembers only this much of it."""
    return redirect(home_url())


@blueprint.post("/locale")
@public
def choose_language() -> Response:
    """Remember the language in the cookie of this browser, and go back to the page."""
    asked = request.form.get("locale", "")
    if asked not in LOCALES:
        abort(400)
    login_cookie["locale"] = asked
    return redirect(own_path(request.form.get("next")))
