"""The pages and files of a result: registered on the blueprint of the vote by `add_to`.

Nothing is shown before the box is closed and sealed; a viewer waits for the announcement.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly.finding import session_of
from app.ballotbox import service
from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.extensions import db, now
from app.refused import Refused
from app.reports.chart import drawn
from app.reports.download import CSV, JSON, XLSX, download, file_name
from app.reports.record import session_words
from app.reports.workbook import table_csv, workbook
from voting import sheets
from voting.recount_files import ballots_csv, paper_json
from voting.report import Report, box_of, report_of, rounds
from voting.result_page import compared, result_page
from voting.result_words import round_words

EXPORTS: tuple[tuple[Any, str], ...] = (
    (_l("Print the result"), "voting.result_print"),
    (_l("Workbook (Excel)"), "voting.result_workbook"),
    (_l("Result (CSV)"), "voting.result_table"),
    (_l("Paper for a recount (JSON)"), "voting.result_paper"),
    (_l("Ballots for a recount (CSV)"), "voting.result_ballots"),
)
"""What is offered beside a result: (label, endpoint), given box_id."""


def result_context(box_id: int) -> Mapping[str, Any]:
    """Return what `voting/result.html` shows of a closed box, under the name `result`.

    Raises Refused("not_closed") before the box is sealed.
    """
    box = box_of(box_id)
    page = result_page(report_of(box))
    shown = rounds(box, announced_only=current_user.role == Role.VIEWER)
    return {
        "box_id": box.id,
        "page": page,
        "chart": drawn(page.chart),
        "rounds": compared(shown),
    }


@access(Role.VIEWER)
def result(box_id: int) -> str:
    """Show the result of a closed box."""
    box, _unused = _seen(box_id)
    return _rendered("voting/result_page.html", box)


@access(Role.VIEWER)
def result_print(box_id: int) -> str:
    """Show the result as a sheet to print."""
    box, _unused = _seen(box_id)
    return _rendered("voting/result_print.html", box)


@access(Role.VIEWER)
def result_workbook(box_id: int) -> Response:
    """Give the workbook: summary, table, ballots in random order, turnout."""
    _unused, report = _seen(box_id)
    ballots = service.stored_ballots(box_id)
    made = sheets.book(report, ballots, now(), secrets.SystemRandom().shuffle)
    return download(workbook(made), XLSX, _name(report, _("Result of the vote"), ".xlsx"))


@access(Role.VIEWER)
def result_table(box_id: int) -> Response:
    """Give the table as CSV."""
    _unused, report = _seen(box_id)
    content = table_csv(sheets.result_sheet(report))
    return download(content, CSV, _name(report, _("Result of the vote"), ".csv"))


@access(Role.VIEWER)
def result_paper(box_id: int) -> Response:
    """Give PAPER.json, for a recount outside the database."""
    _unused, report = _seen(box_id)
    content = paper_json(report.paper, report.sealed)
    return download(content, JSON, _name(report, "PAPER", ".json"))


@access(Role.VIEWER)
def result_ballots(box_id: int) -> Response:
    """Give BALLOTS.csv, for a recount outside the database: marks only, never names."""
    _unused, report = _seen(box_id)
    marks = (marks for _who, marks in service.stored_ballots(box_id))
    return download(ballots_csv(report.paper, marks), CSV, _name(report, "BALLOTS", ".csv"))


def add_to(blueprint: Blueprint) -> None:
    """Register the pages and files of a result on the blueprint `voting` (prefix /desk)."""
    views: Mapping[str, Callable[[int], str | Response]] = {
        "result": result,
        "result/print": result_print,
        "result.xlsx": result_workbook,
        "result.csv": result_table,
        "paper.json": result_paper,
        "ballots.csv": result_ballots,
    }
    for path, view in views.items():
        blueprint.add_url_rule(f"/votes/<int:box_id>/{path}", view_func=view)


def _seen(box_id: int) -> tuple[Box, Report]:
    """Read a result for whoever asks.

    Raises Refused("not_closed") before closing, "not_announced" for a viewer before that.
    """
    box = box_of(box_id)
    if current_user.role == Role.VIEWER and box.stage != Stage.ANNOUNCED:
        raise Refused("not_announced")
    return box, report_of(box)


def _rendered(template: str, box: Box) -> str:
    return render_template(
        template,
        session=session_of(db.session(), box.session_id),
        box=box,
        exports=EXPORTS,
        result=result_context(box.id),
    )


def _name(report: Report, what: str, suffix: str) -> str:
    """Name a file after session, title and round: 明州市…第五次会议-…票决-第1轮-表决结果.xlsx."""
    session, number = session_words(report.record), round_words(report.sealed.round)
    mark = [_("rehearsal")] if report.sealed.roll.rehearsal else []
    return file_name(*mark, session, report.paper.title, number, what, suffix=suffix)
