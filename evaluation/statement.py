"""What an evaluation says of its sealed box: the `Statement` that screens and sheets print from."""

from fractions import Fraction

from flask_babel import gettext as _

from app.reports.chart import Chart, Fill
from app.reports.statement import Entry, Statement
from app.reports.workbook import Column, Kind, Sheet
from app.writing import percent
from evaluation.outcomes import Line
from evaluation.report import Report, box_of, report_of
from evaluation.words import label, points_words, rule_sentence


def statement(box_id: int) -> Statement:
    """Say the result of a closed box.

    Raises Refused("unknown_box" | "not_closed" | "seal_broken").
    """
    return statement_of(report_of(box_of(box_id)))


def statement_of(report: Report) -> Statement:
    """Say what a report holds."""
    tally = report.tally
    table = Sheet(
        name=_("Result of the evaluation"),
        title=report.paper.title,
        columns=(
            Column(_("Place"), Kind.FIGURE),
            Column(_("Who is rated")),
            Column(_("Score"), Kind.FIGURE),
            Column(_("Outcome")),
        ),
        rows=tuple(
            (line.place, line.name, points_words(line.score), _outcome(line))
            for line in tally.lines
        ),
    )
    return Statement(
        record=report.record,
        form=_("Official return of the evaluation"),
        title=report.paper.title,
        rule=rule_sentence(report.paper),
        adopted=report.paper.adopted,
        decided=(),
        open=not report.record.stands or bool(report.again),
        invalid=tuple((label(why), number) for why, number in tally.void_ballots.items()),
        summary=table,
        table=table,
        annexes=(),
        entries=tuple(_entry(report, at, line) for at, line in enumerate(tally.lines, 1)),
        line=None,
        line_label="",
        charts=(Chart(_("Result of the evaluation"), "", (), 1),),
    )


def _outcome(line: Line) -> str:
    return line.outcome.label if line.outcome else "—"


def _entry(report: Report, number: int, line: Line) -> Entry:
    rates = line.rates
    share = Fraction(rates[0].part, rates[0].whole) if rates and rates[0].whole else None
    return Entry(
        number=number,
        place=line.place,
        name=line.name,
        unit=line.post_or_unit,
        figure=percent(share),
        share=share,
        beside=tuple((rate.label, percent(rate.part, rate.whole)) for rate in rates),
        outcome=_outcome(line),
        strong=False,
        fill=Fill.HOLLOW if line.id in report.again else Fill.SOLID,
    )
