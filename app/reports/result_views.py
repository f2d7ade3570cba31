"""The pages and files of a result, the same for every instrument.

Nothing is shown before the box is closed and sealed; a viewer waits for the announcement.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly.finding import session_of
from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.extensions import db
from app.refused import Refused
from app.reports.download import CSV, JSON, XLSX, download, file_name
from app.reports.record import session_words
from app.reports.recount_files import paper_json
from app.reports.result_page import page_of
from app.reports.statement import Statement
from app.reports.workbook import Book, table_csv, workbook

View: TypeAlias = Callable[[int], str | Response]


@dataclass(frozen=True, slots=True)
class Results:
    """What an instrument knows of the result of a box of its own; all raise Refused.

    box(box_id): the box, or "unknown_box" for another instrument's.
    statement(box_id): what is said of it; "not_closed" before the box is sealed.
    book(box_id): its workbook. ballots(box_id): BALLOTS.csv.
    template: the part of the page that tells the result. context(box_id): its context `result`,
    whose `page` is the `result_page.Page`.
    """

    box: Callable[[int], Box]
    statement: Callable[[int], Statement]
    book: Callable[[int], Book]
    ballots: Callable[[int], bytes]
    template: str
    context: Callable[[int], Mapping[str, Any]]


def exports(room: str) -> tuple[tuple[Any, str], ...]:
    """Return what is offered beside a result of a blueprint: (label, endpoint), given box_id."""
    return (
        (_l("Print the result"), f"{room}.result_print"),
        (_l("Workbook (Excel)"), f"{room}.result_workbook"),
        (_l("Result (CSV)"), f"{room}.result_table"),
        (_l("Paper for a recount (JSON)"), f"{room}.result_paper"),
        (_l("Ballots for a recount (CSV)"), f"{room}.result_ballots"),
    )


def add_results(blueprint: Blueprint, prefix: str, found: Results) -> None:
    """Register the pages and files on an instrument's blueprint, below `prefix`/<box_id>."""
    views: Mapping[str, tuple[str, View]] = {
        "result": ("result", _page(found, blueprint.name)),
        "result/print": ("result_print", _sheet(found)),
        "result.xlsx": ("result_workbook", _workbook(found)),
        "result.csv": ("result_table", _table(found)),
        "paper.json": ("result_paper", _paper(found)),
        "ballots.csv": ("result_ballots", _ballots(found)),
    }
    for path, (endpoint, view) in views.items():
        rule = f"{prefix}/<int:box_id>/{path}"
        blueprint.add_url_rule(rule, endpoint, access(Role.VIEWER)(view))


def seen(found: Results, box_id: int) -> Box:
    """Return the box of a result for whoever asks.

    Raises Refused("unknown_box"), and "not_announced" for a viewer before the announcement.
    """
    box = found.box(box_id)
    if current_user.role == Role.VIEWER and box.stage != Stage.ANNOUNCED:
        raise Refused("not_announced")
    return box


def _page(found: Results, room: str) -> View:
    def result(box_id: int) -> str:
        """Show the result of a closed box."""
        box = seen(found, box_id)
        return render_template(
            "reports/result_page.html",
            session=session_of(db.session(), box.session_id),
            box=box,
            result=found.context(box_id),
            result_template=found.template,
            exports=exports(room),
        )

    return result


def _sheet(found: Results) -> View:
    def result_print(box_id: int) -> str:
        """Show the result as a sheet to print."""
        box = seen(found, box_id)
        session = session_of(db.session(), box.session_id)
        page = page_of(found.statement(box_id))
        return render_template("reports/result_print.html", session=session, box=box, page=page)

    return result_print


def _workbook(found: Results) -> View:
    def result_workbook(box_id: int) -> Response:
        """Give the workbook: summary, table, annexes, ballots in random order, turnout."""
        seen(found, box_id)
        said = found.statement(box_id)
        return download(workbook(found.book(box_id)), XLSX, _name(said, _("Result"), ".xlsx"))

    return result_workbook


def _table(found: Results) -> View:
    def result_table(box_id: int) -> Response:
        """Give the table as CSV."""
        seen(found, box_id)
        said = found.statement(box_id)
        return download(table_csv(said.table), CSV, _name(said, _("Result"), ".csv"))

    return result_table


def _paper(found: Results) -> View:
    def result_paper(box_id: int) -> Response:
        """Give PAPER.json, for a recount outside the database."""
        box = seen(found, box_id)
        said = found.statement(box_id)
        content = paper_json(json.loads(box.paper), said.record.sealed)
        return download(content, JSON, _name(said, "PAPER", ".json"))

    return result_paper


def _ballots(found: Results) -> View:
    def result_ballots(box_id: int) -> Response:
        """Give BALLOTS.csv, for a recount outside the database: marks only, never names."""
        seen(found, box_id)
        said = found.statement(box_id)
        return download(found.ballots(box_id), CSV, _name(said, "BALLOTS", ".csv"))

    return result_ballots


def _name(said: Statement, what: str, suffix: str) -> str:
    """Name a file after session, title and round: 明州市…第五次会议-…票决-第1轮-结果.xlsx."""
    record = said.record
    mark = [_("rehearsal")] if record.sealed.roll.rehearsal else []
    number = _("Round %(number)s", number=record.sealed.round)
    title = record.sealed.title
    return file_name(*mark, session_words(record), title, number, what, suffix=suffix)
