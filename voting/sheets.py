"""The sheets of a result: summary, table, ballots, turnout. Rows of a Return, nothing counted.

Everything printed comes from the sealed Return, but the ballots, whose digest it names.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from fractions import Fraction

from flask_babel import gettext as _

from app.ballotbox.domain import NO_MARK, Secrecy
from app.reports.excel_charts import Graph
from app.reports.record import (
    certified_words,
    digests,
    marks,
    session_words,
    standing_words,
    turnout_words,
)
from app.reports.turnout_words import turnout_sheet
from app.reports.workbook import Book, Cell, Column, Kind, Sheet
from voting.marks import LETTERS, TICKED, Verdict, verdict
from voting.outcomes import Outcome
from voting.paper import Paper, PaperKind
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
from voting.words import label, mark_words, tells_round

Ballots = Sequence[tuple[str, bytes]]
"""(voter in a named vote, else the rater group or '') and marks, one byte an item."""

_TICK = "√"
_NARROW = 7
"""Columns of type for one candidate's marks: thirty of them still print on A4."""


def book(
    report: Report, ballots: Ballots, made_at: datetime, shuffle: Callable[[list[int]], None]
) -> Book:
    """Make the workbook of a result; `shuffle` puts the order of the ballots at random."""
    invalid = tuple((label(why), number) for why, number in report.tally.void_ballots.items())
    sealed = report.sealed
    return Book(
        title=title(report),
        sheets=(
            summary_sheet(report),
            result_sheet(report),
            ballots_sheet(report, ballots, shuffle),
            turnout_sheet(
                sealed.roll, sealed.turnout, title(report), invalid, turnout_words(report.record)
            ),
        ),
        made_at=made_at,
        page=_("Page {page} of {pages}"),
        band=" · ".join(marks(report.record)),
    )


def title(report: Report) -> str:
    """Return the heading of every sheet: the paper's title, and the round that it does not tell."""
    paper, number = report.paper, report.sealed.round
    if number == 1 or tells_round(paper.title, paper.purpose, number):
        return paper.title
    named = {"title": paper.title, "round": round_words(number, paper)}
    return str(_("%(title)s, %(round)s", **named))


def result_sheet(report: Report) -> Sheet:
    """Lay out the table by votes, with outcome and reason; the selected in bold."""
    tally = report.tally
    rows = tuple(
        (
            line.place,
            line.number,
            line.name,
            candidate.unit,
            *counts(tally.kind, line),
            _share(line.approve, line.whole),
            outcome_words(report, line),
            why_words(report, line),
        )
        for line, candidate in report.rows
    )
    return Sheet(
        name=_("Result of the vote"),
        title=title(report),
        subtitle=session_words(report.record),
        columns=(
            Column(_("Place by votes"), Kind.FIGURE, width=7),
            Column(_("No."), Kind.FIGURE, width=7),
            Column(_("Project"), widest=40),
            Column(_("Responsible unit"), widest=28),
            *(Column(heading, Kind.FIGURE) for heading in count_headings(tally.kind)),
            Column(share_heading(report), Kind.SHARE),
            Column(_("Outcome"), widest=16),
            Column(_("In words"), widest=46, on_paper=False),
        ),
        rows=rows,
        notes=(
            *turnout_words(report.record),
            filled_words(report),
            *next_words(report),
            _("Rule: %(rule)s", rule=rule_words(report)),
            share_note(report),
            _("Seal of the return: %(seal)s", seal=report.record.seal),
        ),
        landscape=True,
        pinned=3,
        graph=Graph(names=2, series=(4,)),
        strong=frozenset(
            at
            for at, (line, _c) in enumerate(report.rows)
            if outcome_of(report, line) is Outcome.SELECTED
        ),
    )


def _share(part: int, whole: int) -> Cell:
    return Fraction(part, whole) if whole > 0 else "—"


def summary_sheet(report: Report) -> Sheet:
    """Lay out what was voted on, by which rule, how it stands, and what it is sealed with."""
    record, paper, tally = report.record, report.paper, report.tally
    sealed = record.sealed
    rows: tuple[tuple[str, Cell], ...] = (
        (_("Session"), session_words(report.record)),
        (_("Date and place"), f"{record.held_on} {record.place}".strip()),
        (_("Vote"), paper.title),
        (_("Round"), round_words(sealed.round, paper)),
        (_("Secret or named"), _secrecy_words(paper)),
        (_("Kind of paper"), label(tally.kind)),
        (_("Candidate projects"), len(paper.candidates)),
        (_("To be selected"), tally.seats),
        (_("Selected"), len(tally.selected) if report.record.stands else "—"),
        (_("Votes needed"), tally.needed),
        (_("The vote stands"), standing_words(report.record)),
        (_("Next step"), "\n".join(next_words(report))),
        (_("Rule"), rule_words(report)),
        (_("Rules adopted"), paper.adopted),
        (_("Opened"), record.opened),
        (_("Closed"), record.closed),
        (_("Certified by"), "\n".join(certified_words(record)) or "—"),
        *digests(report.record),
    )
    return Sheet(
        name=_("Summary"),
        title=title(report),
        columns=(Column(_("Item"), widest=24), Column(_("What the return says"), width=70)),
        rows=rows,
        notes=turnout_words(report.record),
    )


def _secrecy_words(paper: Paper) -> str:
    return str(_("named vote") if paper.secrecy is Secrecy.NAMED else _("secret vote"))


def ballots_sheet(report: Report, ballots: Ballots, shuffle: Callable[[list[int]], None]) -> Sheet:
    """Lay out one ballot a row: secret ones in random order, named ones by voter."""
    paper = report.paper
    named = paper.secrecy is Secrecy.NAMED
    order = list(range(len(ballots)))
    if not named:
        shuffle(order)
    labelled = named or any(who for who, _marks in ballots)
    rows = tuple(
        (
            number,
            *((ballots[at][0],) if labelled else ()),
            _verdict_words(verdict(paper, ballots[at][1])),
            *(_mark(paper.rule.kind, letter) for letter in ballots[at][1]),
        )
        for number, at in enumerate(order, 1)
    )
    who = (Column(_("Voter") if named else _("Group")),) if labelled else ()
    candidates = (
        Column(_("No. %(number)s %(name)s", number=c.number, name=c.name), Kind.MARK, _NARROW)
        for c in paper.candidates
    )
    return Sheet(
        name=_("Ballots by name") if named else _("Anonymous ballots"),
        title=title(report),
        columns=(
            Column(_("Row no."), Kind.FIGURE, 6),
            *who,
            Column(_("The ballot is")),
            *candidates,
        ),
        rows=rows,
        notes=(_order_words(paper), _signs(paper.rule.kind)),
        landscape=True,
        pinned=2 + len(who),
    )


def _mark(kind: PaperKind, letter: int) -> Cell:
    if letter == NO_MARK:
        return mark_words(kind, letter) if kind is PaperKind.PER_ITEM else ""
    if letter not in LETTERS[kind]:
        return "?"
    if kind is PaperKind.RANK:
        return letter
    return _TICK if letter == TICKED else mark_words(kind, letter)


def _verdict_words(found: Verdict) -> str:
    if found.is_valid:
        return label(found)
    return str(_("invalid: %(reason)s", reason=label(found)))


def _order_words(paper: Paper) -> str:
    if paper.secrecy is Secrecy.NAMED:
        return str(_("This was a named vote: each ballot stands beside the name of its voter."))
    return str(
        _(
            "The ballots stand in random order. They carry no name, no time and no number: the "
            "numbers of the rows are given by this sheet."
        )
    )


def _signs(kind: PaperKind) -> str:
    words = {
        PaperKind.SELECT: _("√: chosen; empty: not chosen."),
        PaperKind.PER_ITEM: _("An item that is not cast is not an abstention."),
        PaperKind.RANK: _("1 is the most urgent; empty: not ranked."),
    }
    return str(words[kind])
