"""The roster person by person: leafed through, searched, changed."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly import listing, service
from app.assembly.finding import deputy_of
from app.assembly.models import Deputy
from app.extensions import db
from app.refused import Refused
from app.web.assembly.forms import DeputyForm
from app.web.assembly.room import UNPROCESSABLE, Page, assembly, blame

FIELDS = (
    "number",
    "name",
    "delegation",
    "constituency",
    "phone",
    "committee_member",
    "observer",
    "rater_group",
)


@assembly.get("/deputies")
@access(Role.ORGANISER)
def deputies() -> Page:
    """List the roster by number, a hundred to a page: all, one delegation, or who is sought."""
    asked = request.args
    text, group, gone = asked.get("q", ""), asked.get("delegation"), asked.get("gone") == "yes"
    shown = listing.roster_page(text, group, active=not gone, page=asked.get("page", 1, int))
    return render_template(
        "assembly/deputies.html",
        shown=shown,
        text=text,
        chosen=group,
        gone=gone,
        groups=listing.delegations(),
        left=listing.roster_page(active=False, size=1).found,
    )


@assembly.get("/deputies/new")
@access(Role.ORGANISER)
def new_deputy() -> Page:
    """Ask who is to be put on the roster."""
    return _asking(_form(), None)


@assembly.post("/deputies/new")
@access(Role.ORGANISER)
def new_deputy_post() -> Page:
    """Put somebody on the roster."""
    form = _form()
    if form.validate():
        try:
            service.add_deputy(_values(form))
        except Refused as refused:
            blame(form, refused, "number")
        else:
            flash(_("%(name)s is on the roster.", name=form.name.data), "good")
            return redirect(url_for("assembly.deputies", delegation=form.delegation.data or None))
    return _asking(form, None), UNPROCESSABLE


@assembly.get("/deputies/<int:deputy_id>")
@access(Role.ORGANISER)
def one_deputy(deputy_id: int) -> Page:
    """Show one person, to be changed."""
    deputy = deputy_of(db.session(), deputy_id)
    return _asking(_form(deputy), deputy)


@assembly.post("/deputies/<int:deputy_id>")
@access(Role.ORGANISER)
def one_deputy_post(deputy_id: int) -> Page:
    """Change what the roster says of somebody."""
    deputy = deputy_of(db.session(), deputy_id)
    form = _form(deputy)
    if form.validate():
        try:
            service.update_deputy(deputy_id, _values(form))
        except Refused as refused:
            blame(form, refused, "number")
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("assembly.deputies", q=form.number.data))
    return _asking(form, deputy), UNPROCESSABLE


@assembly.post("/deputies/<int:deputy_id>/active")
@access(Role.ORGANISER)
def deputy_active(deputy_id: int) -> Page:
    """Take somebody off the roster, or put them back; what was stays."""
    name = deputy_of(db.session(), deputy_id).name
    if request.form.get("active") == "yes":
        service.update_deputy(deputy_id, {"active": True})
        flash(_("%(name)s is on the roster again.", name=name), "good")
    else:
        service.deactivate(deputy_id)
        flash(_("%(name)s is off the roster and no longer due.", name=name), "good")
    return redirect(url_for("assembly.deputies"))


def _form(deputy: Deputy | None = None) -> DeputyForm:
    form = DeputyForm(obj=deputy)
    form.offer_groups(deputy.rater_group if deputy else "")
    return form


def _values(form: DeputyForm) -> Mapping[str, Any]:
    return {name: getattr(form, name).data for name in FIELDS}


def _asking(form: DeputyForm, deputy: Deputy | None) -> str:
    names = [group.name for group in listing.delegations() if group.name]
    return render_template("assembly/deputy_form.html", form=form, deputy=deputy, delegations=names)
