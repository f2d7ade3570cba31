"""What the page of a result shows, as plain values ready for its template."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flask_babel import gettext as _

from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.reports.chart import Bar, Chart, Fill
from app.reports.record import Signature, digests, session_words, turnout_words, warnings
from app.thresholds import percent
from voting.outcomes import Line, Outcome, Tally
from voting.paper import Candidate, PaperKind
from voting.report import Report
from voting.result_words import (
    count_headings,
    counts,
    filled_words,
    next_words,
    outcome_of,
    outcome_words,
    round_words,
    rule_words,
    share_heading,
    share_note,
    why_words,
)
from voting.sheets import title
from voting.words import label, score_words, threshold_words

Heading: TypeAlias = str | tuple[str, str]
"""A word, or (word, "number") over a column of figures, as `macros/tables.html` takes them."""

FILLS = {
    Outcome.SELECTED: Fill.SOLID,
    Outcome.TIED: Fill.HATCHED,
    Outcome.SHORT: Fill.DOTTED,
    Outcome.NOT_SELECTED: Fill.HOLLOW,
    None: Fill.HOLLOW,
}
_LEGEND = (Outcome.SELECTED, Outcome.TIED, Outcome.SHORT, Outcome.NOT_SELECTED)
_TONES: Mapping[Outcome | None, str] = {
    Outcome.SELECTED: "solemn",
    Outcome.TIED: "warn",
    Outcome.SHORT: "note",
}
_ROWS: Mapping[Outcome | None, str] = {Outcome.SELECTED: "strong", Outcome.NOT_SELECTED: "quiet"}


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate: figures under the headings of the page, the rest in words."""

    place: int
    number: int
    name: str
    unit: str
    figures: tuple[int, ...]
    share: str
    outcome: str
    tone: str
    look: str
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """The result of one round, in words and figures."""

    title: str
    session: str
    warnings: tuple[str, ...]
    stands: bool
    turnout: tuple[str, ...]
    invalid: tuple[tuple[str, int], ...]
    filled: str
    next: tuple[str, ...]
    """What the rules ask for next; its tone is a warning where something is open."""
    open: bool
    headings: tuple[Heading, ...]
    share_note: str
    rows: tuple[Row, ...]
    chart: Chart
    rule: str
    adopted: str
    opened: str
    closed: str
    held_on: str
    place: str
    digests: tuple[tuple[str, str], ...]
    signatures: tuple[Signature, ...]


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


def result_page(report: Report) -> Page:
    """Put the result of a round into words."""
    record, tally = report.record, report.tally
    return Page(
        title=title(report),
        session=session_words(record),
        warnings=warnings(record),
        stands=record.stands,
        turnout=turnout_words(record),
        invalid=tuple((label(why), number) for why, number in tally.void_ballots.items()),
        filled=filled_words(report),
        next=next_words(report),
        open=not record.stands or tally.seats_left > 0,
        headings=_headings(report),
        share_note=share_note(report),
        rows=_rows(report),
        chart=chart_of(report),
        rule=rule_words(report),
        adopted=report.paper.adopted,
        opened=record.opened,
        closed=record.closed,
        held_on=record.held_on,
        place=record.place,
        digests=digests(record),
        signatures=record.signatures,
    )


def _headings(report: Report) -> tuple[Heading, ...]:
    return (
        (_("Place by votes"), "number"),
        (_("No."), "number"),
        _("Project"),
        *((heading, "number") for heading in count_headings(report.tally.kind)),
        (share_heading(report), "number"),
        _("Outcome"),
    )


def _rows(report: Report) -> tuple[Row, ...]:
    return tuple(_row(report, line, candidate) for line, candidate in report.rows)


def _row(report: Report, line: Line, candidate: Candidate) -> Row:
    outcome = outcome_of(report, line)
    return Row(
        place=line.place,
        number=line.number,
        name=line.name,
        unit=candidate.unit,
        figures=counts(report.tally.kind, line),
        share=percent(*line.share),
        outcome=outcome_words(report, line),
        tone=_TONES.get(outcome, ""),
        look=_ROWS.get(outcome, ""),
        reason=why_words(report, line),
    )


def chart_of(report: Report) -> Chart:
    """Draw votes on the scale of those who could have given them, with the line to be reached.

    On a `rank` paper the bars are points, which no threshold is of, so there is no line.
    """
    tally = report.tally
    ranked = tally.kind is PaperKind.RANK
    line = tally.needed if tally.threshold.fraction > 0 and not ranked else None
    met = {outcome_of(report, bar) for bar in tally.lines}
    return Chart(
        title=_("Points by project") if ranked else _("Votes by project"),
        description=_chart_words(tally),
        bars=tuple(
            Bar(
                label=f"{bar.number}. {bar.name}",
                value=bar.votes,
                figure=score_words(tally.kind, bar.votes),
                fill=FILLS[outcome_of(report, bar)],
            )
            for bar in tally.lines
        ),
        whole=max((bar.votes for bar in tally.lines), default=0) if ranked else tally.whole,
        line=line,
        line_label=_("Needed: %(votes)s", votes=score_words(PaperKind.SELECT, tally.needed)),
        legend=tuple((FILLS[one], label(one)) for one in _LEGEND if one in met),
    )


def _chart_words(tally: Tally) -> str:
    if tally.kind is PaperKind.RANK:
        return str(_("Bars by points, the most first. The table has the figures."))
    if not tally.threshold.fraction:
        return str(_("Bars by votes, the most first. The table has the figures."))
    return str(
        _(
            "Bars by votes, the most first; the dashed line stands at the %(needed)s votes needed. "
            "The table has the figures.",
            needed=tally.needed,
        )
    )


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
