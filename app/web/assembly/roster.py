"""The roster from a file: the template, the upload, and what it did."""

from flask import Response, render_template
from flask_babel import gettext as _

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly import listing, service
from app.assembly.roster import COLUMNS, read_roster, roster_template
from app.refused import Refused
from app.web.assembly.forms import RosterForm
from app.web.assembly.room import UNPROCESSABLE, Page, assembly
from app.web.refusals import sentence

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@assembly.get("/deputies/import")
@access(Role.ORGANISER)
def import_roster() -> Page:
    """Ask for the file."""
    return _asking(RosterForm())


@assembly.get("/deputies/import/template.xlsx")
@access(Role.ORGANISER)
def import_template() -> Page:
    """Hand out the workbook to fill in."""
    answer = Response(roster_template(), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=_("roster-template") + ".xlsx")
    return answer


@assembly.post("/deputies/import")
@access(Role.ORGANISER)
def import_roster_post() -> Page:
    """Write the whole file, or nothing of it and say why.

    Nothing is ever removed and a second import changes nothing, so a sound file is written at
    once; only where it would double people who seem to be known, it is asked for again with a
    word that this is meant.
    """
    form = RosterForm()
    if not form.validate():
        return _asking(form), UNPROCESSABLE
    content, name = form.table.data.read(), form.table.data.filename or ""
    try:
        found = service.preview(content, name)
        if found.problems or (found.doubtful and not form.known_anyway.data):
            return _asking(form, found=found), UNPROCESSABLE
        done = service.import_roster(content, name)
        if done.problems:
            return _asking(form, found=done), UNPROCESSABLE
        numbers = {row["number"] for row in read_roster(content, name).good}
    except Refused as refused:
        form.table.errors = [sentence(refused)]
        return _asking(form), UNPROCESSABLE
    return render_template(
        "assembly/imported.html", done=done, file_name=name, missing=listing.not_listed(numbers)
    )


def _asking(form: RosterForm, **found: object) -> str:
    headings = [column.heading for column in COLUMNS]
    return render_template("assembly/import.html", form=form, headings=headings, **found)
