"""The desk's pages that change who is rated by a drafted evaluation."""

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
from evaluation import service
from evaluation.forms import SubjectForm
from evaluation.materials import Slot
from evaluation.service import Draft
from evaluation.subjects import COLUMNS, subject_template
from evaluation.views import back_to, page

blueprint = Blueprint("subjects", __name__, url_prefix="/evaluations/<int:box_id>/subjects")

UP, DOWN = -1, 1


@blueprint.get("/template.xlsx")
@access(Role.VIEWER)
def template(box_id: int) -> Page:
    """Give the workbook to fill in, the same for every evaluation."""
    service.get_draft(box_id)
    return template_file(subject_template(), "测评对象名单.xlsx", "subjects.xlsx")


def editable(box_id: int) -> Draft:
    """Return an evaluation whose list may be changed; raises `paper_is_frozen`."""
    found = service.get_draft(box_id)
    if not found.changeable:
        raise Refused("paper_is_frozen")
    return found


@blueprint.get("/import")
@access(Role.ORGANISER)
def upload(box_id: int) -> Page:
    """Ask for a file with the list."""
    return page("import.html", editable(box_id), "subjects", form=ListForm())


@blueprint.post("/import")
@access(Role.ORGANISER)
def upload_post(box_id: int) -> Page:
    """Make the list what the file says; with anything wrong in it nothing is changed."""
    found, form = editable(box_id), ListForm()
    done, problems = taken(form, partial(service.import_subjects, box_id))
    if done:
        return back_to(box_id)
    return page("import.html", found, "subjects", form=form, problems=problems), UNPROCESSABLE


@blueprint.get("/new")
@access(Role.ORGANISER)
def new(box_id: int) -> Page:
    """Ask who is rated."""
    found = editable(box_id)
    return page("subject.html", found, "subjects", form=SubjectForm(kind=found.kind.value))


@blueprint.post("/new")
@access(Role.ORGANISER)
def new_post(box_id: int) -> Page:
    """Add one that is rated."""
    return put(box_id, None)


@blueprint.get("/<subject_id>")
@access(Role.ORGANISER)
def one(box_id: int, subject_id: str) -> Page:
    """Show one that is rated, to be changed."""
    found = editable(box_id)
    subject = service.subject_of(found, subject_id)
    said = {column.key: getattr(subject, column.key) for column in COLUMNS}
    return page("subject.html", found, "subjects", form=SubjectForm(data=said), subject=subject)


@blueprint.post("/<subject_id>")
@access(Role.ORGANISER)
def one_post(box_id: int, subject_id: str) -> Page:
    """Change one that is rated."""
    return put(box_id, subject_id)


def put(box_id: int, subject_id: str | None) -> Page:
    """Store what was typed and chosen, or show it again with what is wrong beside its field."""
    found, form = editable(box_id), SubjectForm()
    subject = service.subject_of(found, subject_id) if subject_id else None
    if form.validate():
        values = {column.key: str(form[column.key].data or "") for column in COLUMNS}
        try:
            put_id = service.put_subject(box_id, values, subject_id, materials_of(form))
        except Refused as refused:
            beside(form, refused)
        else:
            flash(_("“%(name)s” is saved.", name=form.name.data.strip()), "good")
            return back_to(box_id, _anchor=put_id)
    return page("subject.html", found, "subjects", form=form, subject=subject), UNPROCESSABLE


def materials_of(form: SubjectForm) -> dict[Slot, bytes | None]:
    """Return the files chosen in a form: their content, or None for what is to be taken away."""
    chosen: dict[Slot, bytes | None] = {}
    for slot in Slot:
        file = form[slot.value].data
        if form[f"without_{slot.value}"].data:
            chosen[slot] = None
        if file and file.filename:
            chosen[slot] = file.read()
    return chosen


@blueprint.post("/<subject_id>/move")
@access(Role.ORGANISER)
def move(box_id: int, subject_id: str) -> Page:
    """Move one a place up or down, and come back to the same button."""
    by = UP if request.form.get("by") == str(UP) else DOWN
    return done(
        box_id, lambda: service.move_subject(box_id, subject_id, by), moved=subject_id, by=by
    )


@blueprint.post("/<subject_id>/remove")
@access(Role.ORGANISER)
def remove(box_id: int, subject_id: str) -> Page:
    """Take one off the list."""

    def removed() -> None:
        name = service.remove_subject(box_id, subject_id)
        flash(_("“%(name)s” is taken off the list.", name=name), "good")

    return done(box_id, removed)


@blueprint.post("/order")
@access(Role.ORGANISER)
def order(box_id: int) -> Page:
    """Put the whole list into the order it was dragged to."""
    ids = request.form.getlist("id")
    return done(box_id, lambda: service.order_subjects(box_id, ids))


def done(box_id: int, deed: Callable[[], None], **arguments: Any) -> AnyResponse:
    """Do something to the list, say why where it cannot be, and show the list again."""
    attempt(deed)
    return back_to(box_id, **arguments)
