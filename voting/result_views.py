"""The pages and files of a vote's result: registered on its blueprint by `add_to`."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask_login import current_user

from app.accounts.roles import Role
from app.ballotbox.service import stored_ballots
from app.extensions import now
from app.reports.result_page import page_of
from app.reports.result_views import Results, add_results, exports
from app.reports.workbook import Book
from voting import sheets
from voting.beside import compared
from voting.formats import ballots_csv
from voting.report import box_of, report_of, rounds
from voting.statement import statement

EXPORTS = exports("voting")
"""What is offered beside a result: (label, endpoint), given box_id."""

TEMPLATE = "voting/result.html"


def result_context(box_id: int) -> Mapping[str, Any]:
    """Return what `voting/result.html` shows of a closed box, under the name `result`.

    Raises Refused("not_closed") before the box is sealed.
    """
    box = box_of(box_id)
    shown = rounds(box, announced_only=current_user.role == Role.VIEWER)
    return {"box_id": box.id, "page": page_of(statement(box_id)), "rounds": compared(shown)}


def add_to(blueprint: Blueprint) -> None:
    """Register the pages and files of a result on the blueprint `voting` (prefix /desk)."""
    found = Results(box_of, statement, book, ballots, TEMPLATE, result_context)
    add_results(blueprint, "/votes", found)


def book(box_id: int) -> Book:
    """Make the workbook: summary, table, ballots in random order, turnout."""
    report = report_of(box_of(box_id))
    return sheets.book(report, stored_ballots(box_id), now(), secrets.SystemRandom().shuffle)


def ballots(box_id: int) -> bytes:
    """Write BALLOTS.csv: marks only, never names."""
    report = report_of(box_of(box_id))
    return ballots_csv(report.paper, (marks for _who, marks in stored_ballots(box_id)))
