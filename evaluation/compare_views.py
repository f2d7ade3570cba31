"""The desk's page of comparisons, and its workbook: the same subjects over years and rounds."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly.finding import session_of
from app.ballotbox.domain import Stage
from app.extensions import db, now
from app.refused import Refused
from app.reports.chart import drawn
from app.reports.download import XLSX, download, file_name
from app.reports.record import held_on
from app.reports.result_page import grid_of
from app.reports.workbook import Book, workbook
from evaluation.compare import (
    Comparison,
    beside_sheet,
    change_words,
    chart_of,
    compared,
    track_sheet,
)
from evaluation.history import Held, announced, held
from evaluation.report import box_of, report_of

MOST_BESIDE = 8
"""Subjects beside each other on a page; the workbook takes all."""


@access(Role.VIEWER)
def compare(box_id: int) -> str:
    """Show the subjects of an evaluation over time, and those chosen beside each other."""
    chosen = request.args.getlist("subject")
    found = _found(box_id, chosen)
    chart = chart_of(found)
    names = [subject.id for subject in found.base.paper.subjects]
    beside = [one for one in chosen if one in names][:MOST_BESIDE]
    return render_template(
        "evaluation/compare.html",
        session=session_of(db.session(), found.base.box.session_id),
        box=found.base.box,
        found=found,
        chosen=chosen,
        chart=drawn(chart) if chart else "",
        chart_title=chart.title if chart else "",
        beside=grid_of(beside_sheet(found.base, beside)) if len(beside) > 1 else None,
        change_words=change_words,
    )


@access(Role.VIEWER)
def compare_workbook(box_id: int) -> Response:
    """Give the same as a workbook: one row a subject and evaluation, and all beside each other."""
    found = _found(box_id, ())
    title = found.base.paper.title
    book = Book(
        title=title,
        sheets=(track_sheet(found), beside_sheet(found.base, ())),
        made_at=now(),
        page=_("Page {page} of {pages}"),
    )
    return download(workbook(book), XLSX, file_name(title, _("Comparison"), suffix=".xlsx"))


def add_to(blueprint: Blueprint) -> None:
    """Register the page and the workbook on the blueprint `evaluation` (prefix /desk)."""
    blueprint.add_url_rule("/evaluations/<int:box_id>/compare", view_func=compare)
    blueprint.add_url_rule("/evaluations/<int:box_id>/compare.xlsx", view_func=compare_workbook)


def _found(box_id: int, chosen: list[str] | tuple[()]) -> Comparison:
    """Compare a sealed evaluation with those announced.

    Raises Refused("unknown_box" | "not_closed" | "seal_broken"), "not_announced" for a viewer.
    """
    box = box_of(box_id)
    if current_user.role == Role.VIEWER and box.stage != Stage.ANNOUNCED:
        raise Refused("not_announced")
    report_of(box)
    base = held(box)
    return compared(base, announced(rehearsal=base.paper.rehearsal), _when, chosen)


def _when(one: Held) -> str:
    return held_on(one.sealed.roll.heading)
