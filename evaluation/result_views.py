"""The pages of a result: registered on the blueprint of the evaluation by `add_to`.

Nothing is shown before the box is closed and sealed; a viewer waits for the announcement.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask_login import current_user

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly.finding import session_of
from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.ballotbox.remarks import stored_remarks
from app.ballotbox.seal import Return
from app.extensions import db
from app.refused import Refused
from app.reports.record import turnout_words
from app.writing import points
from evaluation import words
from evaluation.consequences import propose
from evaluation.outcomes import Line, Tally
from evaluation.paper import Paper
from evaluation.report import Report, box_of, report_of
from evaluation.words import proposal_words, reason_words, rule_sentence, withheld_words

EXPORTS: tuple[tuple[Any, str], ...] = ()
"""What is offered beside a result: (label, endpoint), given box_id."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The result of one round as its page shows it; everything is read from the sealed Return."""

    box_id: int
    report: Report

    @property
    def sealed(self) -> Return:
        """The Return."""
        return self.report.sealed

    @property
    def paper(self) -> Paper:
        """The frozen paper."""
        return self.report.paper

    @property
    def tally(self) -> Tally:
        """What came of it."""
        return self.report.tally

    @property
    def turnout(self) -> tuple[str, ...]:
        """Who sat, and what became of the ballots, in sentences."""
        return turnout_words(self.report.record)

    @property
    def rule(self) -> str:
        """The rule as it stood on the paper."""
        return rule_sentence(self.paper)

    def points(self, line: Line) -> str:
        """Write a subject's score."""
        return points(line.score)

    def why(self, line: Line) -> str:
        """Say why a subject has its outcome, or none, and what is withheld of it."""
        said = (reason_words(self.paper, self.tally, line), withheld_words(self.tally, line))
        return " ".join(dict.fromkeys(filter(None, said)))

    def proposals(self, line: Line) -> tuple[str, ...]:
        """Say what the outcome calls for, as proposals."""
        if line.outcome is None:
            return ()
        total = self.tally.turnout.total_members
        found = propose(self.paper.consequences, line.outcome)
        return tuple(proposal_words(proposal, total) for proposal in found)


def result_context(box_id: int) -> Mapping[str, Any]:
    """Return what `evaluation/result.html` shows of a closed box, under the name `result`.

    Raises Refused("unknown_box" | "not_closed" | "seal_broken").
    """
    return {"shown": Shown(box_id, report_of(box_of(box_id))), "words": words}


@access(Role.VIEWER)
def result(box_id: int) -> str:
    """Show the result of a closed box."""
    box = _seen(box_id)
    return _rendered("evaluation/result_page.html", box, result=result_context(box.id))


@access(Role.ORGANISER)
def remarks(box_id: int) -> str:
    """Show what was written beside the marks, by subject, for the organiser only."""
    box = _seen(box_id)
    paper = Paper.from_json(json.loads(box.paper))
    written = stored_remarks(box_id)
    rows = [
        (subject.name, [text for item, text in written if item == subject.id])
        for subject in paper.subjects
    ]
    return _rendered("evaluation/remarks.html", box, rows=rows)


def add_to(blueprint: Blueprint) -> None:
    """Register the pages of a result on the blueprint `evaluation` (prefix /desk)."""
    for path, view in (("result", result), ("remarks", remarks)):
        blueprint.add_url_rule(f"/evaluations/<int:box_id>/{path}", view_func=view)


def _seen(box_id: int) -> Box:
    """Return a closed box for whoever asks; a viewer sees it after the announcement."""
    box = box_of(box_id)
    if current_user.role == Role.VIEWER and box.stage != Stage.ANNOUNCED:
        raise Refused("not_announced")
    return box


def _rendered(template: str, box: Box, **context: Any) -> str:
    session = session_of(db.session(), box.session_id)
    return render_template(template, session=session, box=box, **context)
