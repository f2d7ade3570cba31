"""The desk's pages that change the list of candidate projects of a drafted vote."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.guards import access
from app.accounts.roles import Role
from app.refused import Refused
from app.web.drafting import UNPROCESSABLE, Page, attempt, beside, taken, template_file
from app.web.fields import ListForm
from voting import service
from voting.candidates import candidate_template
from voting.forms import CandidateForm
from voting.service import Draft
from voting.views import back_to, page

blueprint = Blueprint("candidates", __name__, url_prefix="/votes/<int:box_id>/candidates")

UP, DOWN = -1, 1


@blueprint.get("/template.xlsx")
@access(Role.VIEWER)
def template(box_id: int) -> Page:
    """Give the workbook to fill in, the same for every vote."""
    service.get_draft(box_id)
    return template_file(candidate_template(), "候选项目名单.xlsx", "candidates.xlsx")


def editable(box_id: int) -> Draft:
    """Return a vote whose list may be changed; raises `paper_is_frozen` or `round_is_fixed`."""
    found = service.get_draft(box_id)
    if not found.changeable:
        raise Refused("paper_is_frozen")
    if not found.first:
        raise Refused("round_is_fixed")
    return found


@blueprint.get("/import")
@access(Role.ORGANISER)
def upload(box_id: int) -> Page:
    """Ask for a file with the list."""
    return page("import.html", editable(box_id), "candidates", form=ListForm())


@blueprint.post("/import")
@access(Role.ORGANISER)
def upload_post(box_id: int) -> Page:
    """Make the list what the file says; with anything wrong in it nothing is changed."""
    found, form = editable(box_id), ListForm()
    done, problems = taken(form, partial(service.import_candidates, box_id))
    if done:
        return back_to(box_id)
    return page("import.html", found, "candidates", form=form, problems=problems), UNPROCESSABLE


@blueprint.get("/new")
@access(Role.ORGANISER)
def new(box_id: int) -> Page:
    """Ask for a candidate project."""
    return page("candidate.html", editable(box_id), "candidates", form=CandidateForm())


@blueprint.post("/new")
@access(Role.ORGANISER)
def new_post(box_id: int) -> Page:
    """Add a candidate project."""
    return put(box_id, None)


@blueprint.get("/<candidate_id>")
@access(Role.ORGANISER)
def one(box_id: int, candidate_id: str) -> Page:
    """Show a candidate project, to be changed."""
    found = editable(box_id)
    listed = {candidate.id: candidate for candidate in found.candidates}
    if candidate_id not in listed:
        raise Refused("candidate_unknown")
    form = CandidateForm(obj=listed[candidate_id])
    return page("candidate.html", found, "candidates", form=form, candidate_id=candidate_id)


@blueprint.post("/<candidate_id>")
@access(Role.ORGANISER)
def one_post(box_id: int, candidate_id: str) -> Page:
    """Change a candidate project."""
    return put(box_id, candidate_id)


def put(box_id: int, candidate_id: str | None) -> Page:
    """Store what was typed, or show it again with what is wrong beside its field."""
    found, form = editable(box_id), CandidateForm()
    if form.validate():
        values = {name: str(value or "") for name, value in form.data.items()}
        try:
            put_id = service.put_candidate(box_id, values, candidate_id)
        except Refused as refused:
            beside(form, refused)
        else:
            flash(_("“%(name)s” is saved.", name=form.name.data.strip()), "good")
            return back_to(box_id, _anchor=f"c-{put_id}")
    shown = page("candidate.html", found, "candidates", form=form, candidate_id=candidate_id)
    return shown, UNPROCESSABLE


@blueprint.post("/<candidate_id>/move")
@access(Role.ORGANISER)
def move(box_id: int, candidate_id: str) -> Page:
    """Move a candidate one place up or down, and come back to the same button."""
    by = UP if request.form.get("by") == str(UP) else DOWN
    return done(
        box_id,
        lambda: service.move_candidate(box_id, candidate_id, by),
        moved=candidate_id,
        by=by,
    )


@blueprint.post("/<candidate_id>/remove")
@access(Role.ORGANISER)
def remove(box_id: int, candidate_id: str) -> Page:
    """Take a candidate off the list."""

    def removed() -> None:
        name = service.remove_candidate(box_id, candidate_id)
        flash(_("“%(name)s” is taken off the list.", name=name), "good")

    return done(box_id, removed)


@blueprint.post("/order")
@access(Role.ORGANISER)
def order(box_id: int) -> Page:
    """Put the whole list into the order it was dragged to."""
    ids = request.form.getlist("id")
    return done(box_id, lambda: service.order_candidates(box_id, ids))


@blueprint.post("/renumber")
@access(Role.ORGANISER)
def renumber(box_id: int) -> Page:
    """Give the list the numbers 1, 2, 3 and so on."""
    return done(box_id, lambda: service.renumber_candidates(box_id))


@blueprint.post("/length")
@access(Role.ORGANISER)
def length(box_id: int) -> Page:
    """Note among how many a supplementary vote is held, as the presidium decided."""
    chosen = request.form.get("length", 0, type=int)

    def shortened() -> None:
        service.shorten_supplementary(box_id, chosen)
        flash(_("The supplementary vote is held among %(length)s projects.", length=chosen), "good")

    return done(box_id, shortened)


def done(box_id: int, deed: Callable[[], None], **arguments: Any) -> AnyResponse:
    """Do something to the list, say why where it cannot be, and show the list again."""
    attempt(deed)
    return back_to(box_id, **arguments)
