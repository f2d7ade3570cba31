"""What a vote says of its sealed box: the `Statement` that screens and sheets print from."""

from collections.abc import Mapping
from fractions import Fraction

from flask_babel import gettext as _

from app.reports.chart import Bar, Chart, Fill
from app.reports.statement import Entry, Statement
from app.thresholds import percent
from voting.notice import minutes, notice
from voting.outcomes import Line, Outcome, Tally
from voting.paper import Candidate, PaperKind
from voting.report import Report, box_of, report_of
from voting.result_words import (
    count_headings,
    counts,
    filled_words,
    next_words,
    outcome_of,
    outcome_words,
    rule_words,
    share_heading,
    share_note,
    why_words,
)
from voting.sheets import result_sheet, summary_sheet, title
from voting.words import label, score_words

FILLS = {
    Outcome.SELECTED: Fill.SOLID,
    Outcome.TIED: Fill.HATCHED,
    Outcome.SHORT: Fill.DOTTED,
    Outcome.NOT_SELECTED: Fill.HOLLOW,
    None: Fill.HOLLOW,
}
TONES: Mapping[Outcome | None, str] = {
    Outcome.SELECTED: "solemn",
    Outcome.TIED: "warn",
    Outcome.SHORT: "note",
}
_LEGEND = (Outcome.SELECTED, Outcome.TIED, Outcome.SHORT, Outcome.NOT_SELECTED)


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
        notes=(share_note(report),),
        notice=notice(report),
        minutes=minutes(report),
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
        heading=headings[0],
        figure=score_words(tally.kind, line.votes),
        share=Fraction(line.votes, whole) if whole else None,
        beside=(*beside[1:], share),
        outcome=outcome_words(report, line),
        strong=outcome is Outcome.SELECTED,
        fill=FILLS[outcome],
        why=why_words(report, line),
        tone=TONES.get(outcome, ""),
        quiet=outcome is Outcome.NOT_SELECTED,
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
