"""All rounds of a vote side by side, as plain values ready for its page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.reports.result_page import Heading
from voting.report import Report
from voting.result_words import outcome_words, round_words
from voting.words import score_words, threshold_words


@dataclass(frozen=True, slots=True)
class Round:
    """One round beside the others: its name, whether its result may be looked at."""

    box_id: int
    name: str
    stage: str
    readable: bool
    rules: str
    """Seats, ballots, and what had to be reached."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """Rounds side by side; each line has one cell a round: (score, outcome), or None."""

    rounds: tuple[Round, ...]
    headings: tuple[Heading, ...]
    lines: tuple[tuple[int, str, tuple[tuple[str, str] | None, ...]], ...]


def compared(rounds: Sequence[tuple[Box, Report | None]]) -> Rounds | None:
    """Lay rounds side by side; None where there is but one.

    The projects are those of more than one round, in the first one's order of votes.
    """
    if len(rounds) < 2:  # noqa: PLR2004  (one round has nothing beside it)
        return None
    lines = [line for _box, report in rounds if report for line in report.tally.lines]
    times = Counter(line.id for line in lines)
    names = {line.id: (line.number, line.name) for line in lines if times[line.id] > 1}
    beside = tuple(_round(box, report) for box, report in rounds)
    return Rounds(
        rounds=beside,
        headings=((_("No."), "number"), _("Project"), *(one.name for one in beside)),
        lines=tuple(
            (number, name, tuple(_standing(report, item) for _box, report in rounds))
            for item, (number, name) in names.items()
        ),
    )


def _round(box: Box, report: Report | None) -> Round:
    return Round(
        box_id=box.id,
        name=round_words(box.round, report.paper if report else None),
        stage=Stage(box.stage).value,
        readable=report is not None,
        rules=_rules_of_round(report) if report else "",
    )


def _rules_of_round(report: Report) -> str:
    tally = report.tally
    facts = {"seats": tally.seats, "returned": tally.turnout.returned}
    if not tally.threshold.fraction:
        return str(_("%(seats)s seats, %(returned)s ballots, most votes win", **facts))
    bar = threshold_words(report.paper.rule, whole=tally.whole, committee=report.committee)
    return str(_("%(seats)s seats, %(returned)s ballots, %(bar)s", bar=bar, **facts))


def _standing(report: Report | None, item: str) -> tuple[str, str] | None:
    if report is None or item not in report.paper.items:
        return None
    line = report.tally.line(item)
    return score_words(report.tally.kind, line.votes), outcome_words(report, line)
