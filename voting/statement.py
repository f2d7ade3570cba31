"""What a vote says of its sealed box: the `Statement` that screens and sheets print from."""

from fractions import Fraction

from flask_babel import gettext as _

from app.reports.statement import Entry, Statement
from app.thresholds import percent
from voting.outcomes import Line, Outcome
from voting.paper import Candidate, PaperKind
from voting.report import Report, box_of, report_of
from voting.result_page import FILLS, chart_of
from voting.result_words import (
    count_headings,
    counts,
    filled_words,
    next_words,
    outcome_of,
    outcome_words,
    rule_words,
    share_heading,
)
from voting.sheets import result_sheet, summary_sheet, title
from voting.words import label, score_words


def statement(box_id: int) -> Statement:
    """Say the result of a closed box.

    Raises Refused("unknown_box" | "not_closed" | "seal_broken").
    """
    return statement_of(report_of(box_of(box_id)))


def statement_of(report: Report) -> Statement:
    """Say what a report holds."""
    record, tally, chart = report.record, report.tally, chart_of(report)
    return Statement(
        record=record,
        form=_("Official return of the vote"),
        title=title(report),
        rule=rule_words(report),
        adopted=report.paper.adopted,
        decided=(filled_words(report), *next_words(report)),
        open=not record.stands or tally.seats_left > 0,
        invalid=tuple((label(why), number) for why, number in tally.void_ballots.items()),
        summary=summary_sheet(report),
        table=result_sheet(report),
        annexes=(),
        entries=tuple(_entry(report, line, candidate) for line, candidate in report.rows),
        line=None if chart.line is None or not chart.whole else Fraction(chart.line, chart.whole),
        line_label=chart.line_label,
        charts=(chart,),
    )


def _entry(report: Report, line: Line, candidate: Candidate) -> Entry:
    tally = report.tally
    headings, figures = count_headings(tally.kind), counts(tally.kind, line)
    outcome = outcome_of(report, line)
    whole = max((one.votes for one in tally.lines), default=0)
    if tally.kind is not PaperKind.RANK:
        whole = tally.whole
    share = (share_heading(report), percent(*line.share))
    beside = tuple((heading, str(n)) for heading, n in zip(headings, figures, strict=True))
    return Entry(
        number=line.number,
        place=line.place,
        name=line.name,
        unit=candidate.unit,
        figure=score_words(tally.kind, line.votes),
        share=Fraction(line.votes, whole) if whole else None,
        beside=(*beside[1:], share),
        outcome=outcome_words(report, line),
        strong=outcome is Outcome.SELECTED,
        fill=FILLS[outcome],
    )
