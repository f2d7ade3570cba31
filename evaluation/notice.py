"""The texts that go out with an evaluation's result: the notice, the minutes, the letters.

They are read from the sealed tally, which holds nothing that must not come out (RULES 7); a
letter has the figures of its one subject, and none that place it among others.
"""

from collections.abc import Sequence
from fractions import Fraction

from flask_babel import gettext as _

from app.ballotbox.domain import Secrecy
from app.reports.record import formal_name, turnout_words
from app.reports.statement import Letter, Notice
from app.reports.workbook import Cell, Column, Kind, Sheet
from app.writing import percent, points
from evaluation.consequences import propose
from evaluation.outcomes import CriterionLine, Line, Tally
from evaluation.paper import SubjectKind
from evaluation.report import Report
from evaluation.scales import ScaleKind
from evaluation.scores import shows_score
from evaluation.words import proposal_words, reason_words, withheld_words

_BY_NAME = frozenset({SubjectKind.DEPARTMENT, SubjectKind.STATION})
"""Kinds that are a unit themselves; of the others the unit that answers for them is written to."""


def notice(report: Report) -> Notice | None:
    """Return the notice of the outcomes, the best first; None where there is none that stands."""
    groups = by_outcome(report.tally)
    if not report.record.stands or not groups:
        return None
    session = formal_name(report.record)
    facts = {
        "session": session,
        "day": report.record.held_on,
        "how": how(report),
        "number": sum(len(lines) for _outcome, lines in groups),
        "title": report.paper.title,
    }
    opening = _(
        "On %(day)s %(session)s held the %(title)s by %(how)s. The outcomes of the %(number)s "
        "evaluated are:",
        **facts,
    )
    return Notice(
        title=(session, str(_("Public notice"))),
        paragraphs=(str(opening), *(_named(outcome, lines) for outcome, lines in groups)),
        listed=None,
        closing=str(_("This is hereby made known.")),
        signed=_signer(report, session),
        dated=report.record.held_on,
    )


def minutes(report: Report) -> tuple[str, ...]:
    """Return what the minutes say: how it was held, the turnout, the outcomes."""
    facts = {"how": how(report), "title": report.paper.title, "day": report.record.held_on}
    opening = str(_("On %(day)s the session held the %(title)s by %(how)s.", **facts))
    said = (opening + "".join(turnout_words(report.record)),)
    if not report.record.stands:
        return said
    return said + tuple(_named(outcome, lines) for outcome, lines in by_outcome(report.tally))


def letters(report: Report) -> tuple[Letter, ...]:
    """Return a letter a subject, in the order of the paper; none where nothing stands."""
    if not report.record.stands:
        return ()
    return tuple(_letter(report, report.tally.line(one.id)) for one in report.paper.subjects)


def by_outcome(tally: Tally) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Return the subjects by outcome, outcomes and subjects in the order of the result."""
    found: dict[str, list[Line]] = {}
    for line in tally.lines:
        if line.outcome is not None:
            found.setdefault(line.outcome.label, []).append(line)
    return tuple((outcome, tuple(lines)) for outcome, lines in found.items())


def how(report: Report) -> str:
    """Say how it was rated: 无记名投票方式."""
    named = report.sealed.secrecy is Secrecy.NAMED
    return str(_("named ballot") if named else _("secret ballot"))


def _named(outcome: str, lines: Sequence[Line]) -> str:
    names = str(_(", ")).join(line.name for line in lines)
    facts = {"outcome": outcome, "number": len(lines), "names": names}
    return str(_("“%(outcome)s” (%(number)s): %(names)s.", **facts))


def _signer(report: Report, session: str) -> str:
    if report.record.committee:
        return report.sealed.roll.heading.get("body", session)
    return str(_("Presidium of %(session)s", session=session))


def _letter(report: Report, line: Line) -> Letter:
    session, turnout = formal_name(report.record), report.tally.turnout
    facts = {
        "session": session,
        "day": report.record.held_on,
        "title": report.paper.title,
        "how": how(report),
        "name": line.name,
    }
    opening = _(
        "On %(day)s %(session)s held the %(title)s by %(how)s, in which “%(name)s” was evaluated. "
        "Its result is reported here.",
        **facts,
    )
    response = _(
        "%(issued)s ballots were issued and %(returned)s returned (%(share)s).",
        issued=turnout.issued,
        returned=turnout.returned,
        share=percent(turnout.returned, turnout.issued),
    )
    withheld = withheld_words(report.tally, line)
    return Letter(
        to=_addressee(line),
        title=(
            _office(report, session),
            str(_("Feedback on the result of the %(title)s", title=report.paper.title)),
        ),
        paragraphs=tuple(
            filter(None, (str(opening), f"{response}{withheld}", _figures(report, line)))
        ),
        table=_table(report, line),
        outcome=_outcome(report, line),
        closing=str(_("This is hereby reported to you.")),
        signed=_office(report, session),
        dated=report.record.held_on,
    )


def _addressee(line: Line) -> str:
    if line.kind is SubjectKind.OFFICIAL:
        return str(_("To %(name)s:", name=_("Comrade %(name)s", name=line.name)))
    unit = line.name if line.kind in _BY_NAME else line.post_or_unit or line.name
    return str(_("To %(name)s:", name=unit))


def _office(report: Report, session: str) -> str:
    """Letters come from the standing committee, or else from the secretariat of the congress."""
    if report.record.committee:
        return report.sealed.roll.heading.get("body", session)
    return str(_("Secretariat of %(session)s", session=session))


def _figures(report: Report, line: Line) -> str:
    """Say the rates, each with its whole, unless the table has them, and a score that counts."""
    tabled = report.paper.plain and bool(line.criteria)
    said = [
        str(
            _(
                "%(rate)s %(share)s (%(part)s of %(whole)s)",
                rate=rate.label,
                share=percent(rate.part, rate.whole),
                part=rate.part,
                whole=rate.whole,
            )
        )
        for rate in (() if tabled else line.rates)
        if rate.whole
    ]
    if line.score is not None and shows_score(report.paper):
        said.append(str(_("score %(points)s", points=points(line.score))))
    return str(_("%(clauses)s.", clauses=str(_(", ")).join(said))) if said else ""


def _outcome(report: Report, line: Line) -> tuple[str, ...]:
    if line.outcome is None:
        return (reason_words(report.paper, report.tally, line),)
    total = report.tally.turnout.total_members
    steps = propose(report.paper.consequences, line.outcome)
    named = str(_("By these figures the outcome is “%(outcome)s”.", outcome=line.outcome.label))
    proposals = str(_("; ")).join(proposal_words(step, total) for step in steps)
    return (named, str(_("%(clauses)s.", clauses=proposals))) if steps else (named,)


def _table(report: Report, line: Line) -> Sheet | None:
    """Lay out the counts of the subject, a row a criterion; None where they are withheld."""
    if not line.criteria:
        return None
    paper = report.paper
    graded = paper.scale.kind is ScaleKind.GRADES
    grades = paper.scale.grades if graded else ()
    return Sheet(
        name=line.name,
        title=line.name,
        columns=(
            *(() if paper.plain else (Column(_("Criterion"), widest=28),)),
            *(Column(grade.label, Kind.FIGURE) for grade in grades),
            Column(_("Valid marks"), Kind.FIGURE),
            *(Column(rate.label, Kind.SHARE) for rate in line.criteria[0].rates),
            *(() if graded else (Column(_("Score"), Kind.POINTS),)),
        ),
        rows=tuple(_row(each, named=not paper.plain, graded=graded) for each in line.criteria),
    )


def _row(counts: CriterionLine, *, named: bool, graded: bool) -> tuple[Cell, ...]:
    return (
        *((counts.name,) if named else ()),
        *(counts.grades if graded else ()),
        counts.valid,
        *(Fraction(rate.part, rate.whole) if rate.whole else "—" for rate in counts.rates),
        *(() if graded else ("—" if counts.score is None else counts.score,)),
    )
