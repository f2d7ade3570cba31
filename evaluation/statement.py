"""What an evaluation says of its sealed box: the `Statement` that screens and sheets print from."""

from fractions import Fraction
from typing import TypeAlias

from flask_babel import gettext as _

from app.reports.chart import Bar, Chart, Fill
from app.reports.statement import Entry, Statement
from app.writing import points
from evaluation.notice import letters, minutes, notice
from evaluation.outcomes import Line
from evaluation.report import Report, box_of, report_of
from evaluation.result_words import (
    decided_words,
    figure_words,
    main_rate,
    notes_words,
    outcome_of,
    outcome_words,
    rate_words,
    response_words,
    why_words,
)
from evaluation.rules import Outcome, Score, Standing
from evaluation.scales import HIGHEST_POINTS, SATISFIED_RATE, ScaleKind
from evaluation.scores import shows_score
from evaluation.sheets import annexes, invalid, result_sheet, summary_sheet
from evaluation.words import rule_sentence

FILLS = {
    Standing.GOOD: Fill.SOLID,
    Standing.FAIR: Fill.HATCHED,
    Standing.POOR: Fill.DOTTED,
    Standing.GRAVE: Fill.CROSSED,
}
TONES = {
    Standing.GOOD: "good",
    Standing.FAIR: "note",
    Standing.POOR: "warn",
    Standing.GRAVE: "bad",
}
_STACK = tuple(Fill)
"""How the grades of a bar are told apart, in the order of the scale."""
_FINE = 10_000
"""The scale of a bar whose length is a share: a hundredth of a percent."""

Mark: TypeAlias = tuple[Fraction, str]
"""How far along a bar a threshold stands, and its words."""


def statement(box_id: int) -> Statement:
    """Say the result of a closed box.

    Raises Refused("unknown_box" | "not_closed" | "seal_broken").
    """
    return statement_of(report_of(box_of(box_id)))


def statement_of(report: Report) -> Statement:
    """Say what a report holds."""
    record, mark = report.record, _threshold(report)
    entries = tuple(_entry(report, line) for line in report.tally.lines)
    return Statement(
        record=record,
        form=_("Official return of the evaluation"),
        title=report.paper.title,
        rule=rule_sentence(report.paper),
        adopted=report.paper.adopted,
        decided=decided_words(report),
        open=not record.stands or bool(report.again),
        invalid=invalid(report),
        summary=summary_sheet(report),
        table=result_sheet(report),
        annexes=annexes(report),
        entries=entries,
        line=mark[0] if mark else None,
        line_label=mark[1] if mark else "",
        charts=_charts(report, entries, mark),
        notes=notes_words(report),
        notice=notice(report),
        minutes=minutes(report),
        letters=letters(report),
    )


def _entry(report: Report, line: Line) -> Entry:
    outcome = outcome_of(report, line)
    rate = main_rate(report, line)
    if rate is not None:
        share = Fraction(rate.part, rate.whole) if rate.whole else None
    else:
        share = None if line.score is None else line.score / HIGHEST_POINTS
    return Entry(
        number=1 + [subject.id for subject in report.paper.subjects].index(line.id),
        place=line.place,
        name=line.name,
        unit=line.post_or_unit,
        heading=rate.label if rate else _("Score"),
        figure=figure_words(report, line),
        share=share,
        beside=_beside(report, line, rate.key if rate else ""),
        outcome=outcome_words(report, line),
        strong=False,
        fill=_fill(outcome),
        why=why_words(report, line),
        tone=TONES[outcome.standing] if outcome else "",
    )


def _fill(outcome: Outcome | None) -> Fill:
    return FILLS[outcome.standing] if outcome else Fill.HOLLOW


def _beside(report: Report, line: Line, main: str) -> tuple[tuple[str, str], ...]:
    """Return the other rates, the response, the score and the counts, in this order."""
    paper = report.paper
    rates = [
        (rate.label, rate_words(line.rate(rate.key)))
        for rate in paper.scale.rates
        if rate.key != main
    ]
    score = [(_("Score"), points(line.score))] if main and shows_score(paper) else []
    counts: list[tuple[str, str]] = []
    if _stacked(report) and line.criteria:
        grades = line.criteria[paper.overall or 0].grades
        counts = [
            (name, str(number)) for name, number in zip(report.tally.grades, grades, strict=True)
        ]
    response = (_("Response (returned/issued)"), response_words(report))
    return (*rates, response, *score, *counts)


def _threshold(report: Report) -> Mark | None:
    """Return where the best outcome begins, where bars are scores and the outcome is read so."""
    if not report.paper.rules or any(main_rate(report, line) for line in report.tally.lines):
        return None
    best = report.paper.rules[0]
    bands = [each.threshold.fraction for each in best.when if isinstance(each, Score)]
    if len(bands) != 1 or len(best.when) != 1:
        return None
    words = _(
        "%(outcome)s: %(points)s",
        outcome=best.outcome.label,
        points=points(bands[0] * HIGHEST_POINTS).removesuffix(".00"),
    )
    return bands[0], str(words)


def _stacked(report: Report) -> bool:
    """Whether a subject's marks are told as counts of its grades."""
    return report.paper.scale.kind is ScaleKind.GRADES and report.paper.overall is not None


def _charts(report: Report, entries: tuple[Entry, ...], mark: Mark | None) -> tuple[Chart, ...]:
    """Draw the marks by grade where their counts are given, and scores where these are read."""
    lines = report.tally.lines
    scored = any(line.score is not None and main_rate(report, line) is None for line in lines)
    graded = _stacked(report) and any(line.criteria for line in lines)
    return (
        *((_main_chart(report, entries, mark, scored=scored),) if scored or not graded else ()),
        *((_grade_chart(report),) if graded else ()),
    )


def _main_chart(
    report: Report, entries: tuple[Entry, ...], mark: Mark | None, *, scored: bool
) -> Chart:
    met = {
        line.outcome.standing: line.outcome.label
        for line in reversed(report.tally.lines)
        if line.outcome and outcome_of(report, line)
    }
    return Chart(
        title=_("Scores") if scored else _("Rates"),
        description=_("Bars in the order of the table, which has the figures."),
        bars=tuple(
            Bar(
                label=f"{entry.number}. {entry.name}",
                value=int((entry.share or 0) * _FINE),
                figure=entry.figure,
                fill=entry.fill,
            )
            for entry in entries
        ),
        whole=_FINE,
        line=int(mark[0] * _FINE) if mark else None,
        line_label=mark[1] if mark else "",
        legend=tuple((FILLS[one], met[one]) for one in Standing if one in met),
    )


def _grade_chart(report: Report) -> Chart:
    """Stack the marks of every subject by grade; one whose counts are withheld has no bar."""
    at, tally = report.paper.overall or 0, report.tally
    numbers = {subject.id: number for number, subject in enumerate(report.paper.subjects, 1)}
    fills = [_STACK[place % len(_STACK)] for place in range(len(tally.grades))]
    bars = []
    for line in tally.lines:
        grades = line.criteria[at].grades if line.criteria else ()
        bars.append(
            Bar(
                label=f"{numbers[line.id]}. {line.name}",
                value=sum(grades),
                figure=rate_words(line.rate(SATISFIED_RATE)),
                fill=Fill.HOLLOW,
                parts=tuple(zip(grades, fills, strict=False)),
            )
        )
    return Chart(
        title=_("Marks by grade"),
        description=_(
            "How many gave each grade, best first; beside each bar stands its satisfied rate."
        ),
        bars=tuple(bars),
        whole=tally.turnout.valid,
        legend=tuple(zip(fills, tally.grades, strict=True)),
    )
