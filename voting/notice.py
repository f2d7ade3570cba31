"""The texts that go out with a vote's result: the public notice and the minutes."""

from flask_babel import gettext as _

from app.ballotbox.domain import Secrecy
from app.reports.record import formal_name, turnout_words
from app.reports.statement import Notice
from app.reports.workbook import Column, Kind, Sheet
from voting.outcomes import Line
from voting.paper import Candidate
from voting.report import Report
from voting.result_words import filled_words, next_words
from voting.words import score_words


def notice(report: Report) -> Notice | None:
    """Return the notice of those selected, by votes; None where nobody is or the vote is void."""
    selected = tuple((line, report.paper.candidate(line.id)) for line in report.tally.selected)
    if not report.record.stands or not selected:
        return None
    session = formal_name(report.record)
    facts = {
        "session": session,
        "day": report.record.held_on,
        "how": how(report),
        "number": len(selected),
        "title": report.paper.title,
    }
    return Notice(
        title=(session, str(_("Public notice"))),
        paragraphs=(
            str(
                _(
                    "On %(day)s %(session)s held the %(title)s by %(how)s. %(number)s projects "
                    "were selected and are listed here by votes, the most first.",
                    **facts,
                )
            ),
        ),
        listed=_listed(report, selected),
        closing=str(_("This is hereby made known.")),
        signed=_signer(report, session),
        dated=report.record.held_on,
    )


def minutes(report: Report) -> tuple[str, ...]:
    """Return what the minutes say: how it was held, the turnout, and what was decided."""
    facts = {"how": how(report), "title": report.paper.title, "day": report.record.held_on}
    opening = str(_("On %(day)s the session held the %(title)s by %(how)s.", **facts))
    figures = "".join(turnout_words(report.record))
    decided = "".join((filled_words(report), *next_words(report)))
    selected = report.tally.selected if report.record.stands else ()
    if not selected:
        return opening + figures, decided
    names = str(_("; ")).join(
        str(
            _(
                "%(name)s (%(score)s)",
                name=line.name,
                score=score_words(report.tally.kind, line.votes),
            )
        )
        for line in selected
    )
    named = str(_("Selected, by votes: %(names)s.", names=names))
    return opening + figures, decided, named


def how(report: Report) -> str:
    """Say how it was voted: 无记名投票方式."""
    named = report.sealed.secrecy is Secrecy.NAMED
    return str(_("named ballot") if named else _("secret ballot"))


def _signer(report: Report, session: str) -> str:
    """Name who signs: the presidium of a congress, a standing committee in its own name."""
    if report.committee:
        return report.sealed.roll.heading.get("body", session)
    return str(_("Presidium of %(session)s", session=session))


def _listed(report: Report, selected: tuple[tuple[Line, Candidate], ...]) -> Sheet:
    units = any(candidate.unit for _line, candidate in selected)
    unit = (Column(_("Responsible unit"), widest=28),) if units else ()
    return Sheet(
        name=_("Public notice"),
        title=report.paper.title,
        columns=(
            Column(_("No."), Kind.FIGURE),
            Column(_("Project"), widest=40),
            *unit,
            Column(_("Votes received"), Kind.FIGURE),
        ),
        rows=tuple(
            (
                at,
                line.name,
                *((candidate.unit,) if units else ()),
                score_words(report.tally.kind, line.votes),
            )
            for at, (line, candidate) in enumerate(selected, 1)
        ),
    )
