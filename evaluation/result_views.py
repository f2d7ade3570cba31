"""The pages and files of an evaluation's result: registered on its blueprint by `add_to`."""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly.finding import session_of
from app.ballotbox.remarks import stored_remarks
from app.ballotbox.service import stored_ballots
from app.extensions import db, now
from app.reports.record import marks
from app.reports.result_page import page_of
from app.reports.result_views import Results, add_results, exports
from app.reports.workbook import Book, Sheet
from evaluation import compare_views, sheets
from evaluation.ballot_files import ballots_csv, ballots_sheet
from evaluation.report import Report, box_of, report_of
from evaluation.statement import statement, statement_of

EXPORTS = exports("evaluation")
"""What is offered beside a result: (label, endpoint), given box_id."""

TEMPLATE = "evaluation/result.html"


def result_context(box_id: int) -> Mapping[str, Any]:
    """Return what `evaluation/result.html` shows of a closed box, under the name `result`.

    Raises Refused("unknown_box" | "not_closed" | "seal_broken").
    """
    report = report_of(box_of(box_id))
    page = page_of(statement_of(report))
    return {"box_id": box_id, "page": page, "remarks": report.paper.remarks}


@access(Role.ORGANISER)
def remarks(box_id: int) -> str:
    """Show what was written beside the marks, by subject, for the organiser only."""
    box = box_of(box_id)
    report = report_of(box)
    piles = [(_("Ballots"), stored_remarks(box_id))]
    if any(group.open_sample for group in report.paper.groups):
        piles.append((_("Open questionnaire"), stored_remarks(box_id, open_sample=True)))
    rows = [
        (subject.name, [(source, _texts(written, subject.id)) for source, written in piles])
        for subject in report.paper.subjects
    ]
    return render_template(
        "evaluation/remarks.html",
        session=session_of(db.session(), box.session_id),
        box=box,
        rows=[(name, found) for name, found in rows if any(texts for _source, texts in found)],
        several=len(piles) > 1,
    )


def _texts(written: tuple[tuple[str, str], ...], subject: str) -> list[str]:
    return [text for item, text in written if item == subject]


def add_to(blueprint: Blueprint) -> None:
    """Register the pages and files of a result on the blueprint `evaluation` (prefix /desk)."""
    found = Results(box_of, statement, book, ballots, TEMPLATE, result_context)
    add_results(blueprint, "/evaluations", found)
    blueprint.add_url_rule("/evaluations/<int:box_id>/remarks", view_func=remarks)
    compare_views.add_to(blueprint)


def book(box_id: int) -> Book:
    """Make the workbook; remarks are not in it, nor any mark that may not be given out."""
    report = report_of(box_of(box_id))
    return Book(
        title=report.paper.title,
        sheets=tuple(_sheets(report, box_id)),
        made_at=now(),
        page=_("Page {page} of {pages}"),
        band=" · ".join(marks(report.record)),
    )


def _sheets(report: Report, box_id: int) -> Iterator[Sheet]:
    yield sheets.summary_sheet(report)
    yield sheets.result_sheet(report)
    yield from sheets.annexes(report)
    marks = ballots_sheet(report, stored_ballots(box_id), secrets.SystemRandom().shuffle)
    if marks is not None:
        yield marks
    yield sheets.turnout(report)


def ballots(box_id: int) -> bytes:
    """Write BALLOTS.csv: of the marks those that show no small group."""
    return ballots_csv(report_of(box_of(box_id)), stored_ballots(box_id))
