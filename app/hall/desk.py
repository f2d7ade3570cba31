"""The desk's page about the screens: their link, their looks, and what they show between votes."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.guards import access
from app.accounts.roles import Role
from app.addresses import public_address
from app.assembly.finding import session_of
from app.ballotbox.codes import printed
from app.extensions import db
from app.hall import service
from app.hall.forms import EmblemForm, LooksForm
from app.hall.models import Theme
from app.hall.snapshot import Shown, announced
from app.intake.pictures import small_png
from app.refused import Refused

blueprint = Blueprint("screens", __name__, url_prefix="/desk/sessions/<int:session_id>/screen")

UNPROCESSABLE = 422
Page = str | Response | tuple[str, int]

EMBLEM_EDGE = 512
"""Pixels of the longer edge of an emblem: sharp at the size it is shown, also on 4K."""


@blueprint.get("")
@access(Role.ORGANISER)
def settings(session_id: int) -> Page:
    """Show the link of the screens and what may be set of them."""
    return page(session_id)


def page(session_id: int, **given: Any) -> str:
    """Render the page; a form that came back with faults is shown with them."""
    screen = service.screen_of(session_id)
    address = public_address(current_app.extensions["settings"])
    paths = {
        view: address + url_for(f"hall.{view}", key=printed(screen.key))
        for view in ("hall", "table")
    }
    forms = {"looks": LooksForm(obj=screen), "emblem": EmblemForm()} | given
    return render_template(
        "hall/desk/settings.html",
        session=session_of(db.session(), session_id),
        screen=screen,
        key=printed(screen.key),
        links=paths,
        shown=screen.shown,
        announced=announced(session_id),
        forms=forms,
        refused=given.get("refused"),
    )


@blueprint.get("/looks", endpoint="looks_again")
@blueprint.get("/emblem", endpoint="emblem_again")
@access(Role.ORGANISER)
def address_of_a_form(session_id: int) -> Page:
    """Lead to the page whoever asks for the address that a faulty form was shown at."""
    return back(session_id)


def back(session_id: int) -> Response:
    """Lead back to where the form stood: the page of the screens, or the conduct of the session."""
    place = "assembly.conduct" if request.form.get("back") == "conduct" else "screens.settings"
    return redirect(url_for(place, session_id=session_id), 303)


@blueprint.post("/looks")
@access(Role.ORGANISER)
def looks(session_id: int) -> Page:
    """Set the name and the theme; the screens take them on by themselves."""
    form = LooksForm()
    if not form.validate():
        return page(session_id, looks=form), UNPROCESSABLE
    service.change_looks(session_id, service.Looks(form.name.data or "", Theme(form.theme.data)))
    flash(_("Saved. The screens show it by themselves."), "good")
    return back(session_id)


@blueprint.post("/emblem")
@access(Role.ORGANISER)
def emblem(session_id: int) -> Page:
    """Take an emblem, drawn anew from what was uploaded."""
    form = EmblemForm()
    if form.validate():
        try:
            picture = small_png(form.picture.data.read(), EMBLEM_EDGE)
        except Refused as refused:
            return page(session_id, emblem=form, refused=refused), UNPROCESSABLE
        service.change_emblem(session_id, picture)
        flash(_("Saved. The screens show it by themselves."), "good")
        return back(session_id)
    return page(session_id, emblem=form), UNPROCESSABLE


@blueprint.post("/emblem/remove")
@access(Role.ORGANISER)
def remove_emblem(session_id: int) -> Page:
    """Show no emblem any more."""
    service.change_emblem(session_id, None)
    flash(_("The emblem is removed."), "good")
    return back(session_id)


@blueprint.post("/renew")
@access(Role.ORGANISER)
def renew(session_id: int) -> Page:
    """Give the screens a new link; those that run with the old one end."""
    service.renew_key(session_id)
    flash(_("There is a new link. Open it on every screen; the old one opens nothing."), "good")
    return back(session_id)


@blueprint.post("/show")
@access(Role.ORGANISER)
def show(session_id: int) -> Page:
    """Ask the screens to show something until the vote goes a step on."""
    asked = request.form.get("what", "")
    known = {word.value for word in Shown} | {
        str(box_id) for box_id, _title in announced(session_id)
    }
    if asked not in known:
        raise Refused("not_announced")
    service.show(session_id, asked)
    flash(_("The screens show it now."), "good")
    return back(session_id)
