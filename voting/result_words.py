"""The words around a result: headings, shares, ties and what comes next."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.ballotbox.domain import Stage
from voting.outcomes import Line, Outcome, Reason
from voting.paper import Paper, PaperKind
from voting.report import Report
from voting.words import follow_up_words, label, reason_words, rule_sentence

_COUNTS: Mapping[PaperKind, tuple[tuple[Any, str], ...]] = {
    PaperKind.SELECT: ((_l("Votes received"), "approve"), (_l("Not ticked"), "not_cast")),
    PaperKind.PER_ITEM: (
        (_l("Approve"), "approve"),
        (_l("Against"), "against"),
        (_l("Abstain"), "abstain"),
        (_l("Not cast"), "not_cast"),
    ),
    PaperKind.RANK: (
        (_l("Points"), "points"),
        (_l("Ranked by"), "approve"),
        (_l("Not ranked"), "not_cast"),
    ),
}


_MOST_NAMED = 8
"""More than that are found in the table, where each has its outcome."""


def count_headings(kind: PaperKind) -> tuple[str, ...]:
    """Return the headings of the counts that a kind of paper has."""
    return tuple(str(heading) for heading, _name in _COUNTS[kind])


def counts(kind: PaperKind, line: Line) -> tuple[int, ...]:
    """Return the figures under `count_headings`."""
    return tuple(getattr(line, name) for _heading, name in _COUNTS[kind])


def whole_words(report: Report) -> str:
    """Name what shares are taken of: 全体代表."""
    return label(report.tally.denominator, committee=report.committee)


def share_heading(report: Report) -> str:
    """Head the column of shares with what they are taken of."""
    return str(_("Share of %(whole)s", whole=whole_words(report)))


def share_note(report: Report) -> str:
    """Say of which figure the shares are taken, and how they are rounded."""
    facts = {"whole": whole_words(report), "figure": report.tally.whole}
    return str(
        _(
            "Shares are taken of %(whole)s (%(figure)s) and shown with two decimals, rounded half "
            "up.",
            **facts,
        )
    )


def outcome_words(report: Report, line: Line) -> str:
    """Name the outcome of a candidate; a dash where the vote is void."""
    outcome = outcome_of(report, line)
    return "—" if outcome is None else label(outcome)


def outcome_of(report: Report, line: Line) -> Outcome | None:
    """Return the outcome that stands: none in a void vote, or one declared void."""
    return None if report.record.stage is Stage.VOIDED else line.outcome


def why_words(report: Report, line: Line) -> str:
    """Say why; in a vote that was declared void nothing follows from the figures."""
    return "" if report.record.stage is Stage.VOIDED else reason_words(report.tally, line)


def rule_words(report: Report) -> str:
    """Say the rule in one sentence, with the figures of this vote."""
    return rule_sentence(
        report.paper.rule,
        candidates=len(report.paper.candidates),
        whole=report.tally.whole,
        committee=report.committee,
    )


def filled_words(report: Report) -> str:
    """Say how many were to be selected and how many are."""
    tally = report.tally
    facts = {"seats": tally.seats, "selected": len(tally.selected), "left": tally.seats_left}
    if report.record.without_quorum:
        words = _(
            "By the figures %(selected)s of %(seats)s would be selected; without a quorum none of "
            "it has force in law.",
            **facts,
        )
        return str(words)
    if not report.record.stands:
        return str(_("Nothing is decided: the vote is void."))
    if tally.seats_left:
        return str(
            _("%(selected)s of %(seats)s are selected; %(left)s seats are still open.", **facts)
        )
    return str(_("All %(seats)s to be selected are selected.", **facts))


def next_words(report: Report) -> tuple[str, ...]:
    """Say what the rules ask for next, and among whom where those are few."""
    tally = report.tally
    if report.record.stage is Stage.VOIDED:
        return (str(_("No further round follows from a vote that was declared void.")),)
    if report.record.without_quorum:
        return (str(_("Nothing follows from it; the vote can be held again with a quorum.")),)
    said = [follow_up_words(tally, committee=report.committee)]
    refused = [line.id for line in tally.lines if line.reason is Reason.TIE_TAKE_FEWER]
    if refused:
        names = names_of(report.paper, refused)
        said.append(
            str(
                _(
                    "Equal votes where the last seat falls, by the rules none selected: %(names)s.",
                    names=names,
                )
            )
        )
    if 0 < len(tally.follow_up.ids) <= _MOST_NAMED and not tally.void:
        names = names_of(report.paper, tally.follow_up.ids)
        said.append(str(_("These are: %(names)s.", names=names)))
    return tuple(said)


def names_of(paper: Paper, ids: list[str] | tuple[str, ...]) -> str:
    """Name candidates by number and name, one after the other."""
    chosen = (paper.candidate(item) for item in ids)
    named = (_("No. %(number)s %(name)s", number=c.number, name=c.name) for c in chosen)
    return str(_(", ")).join(map(str, named))


def round_words(number: int, paper: Paper | None = None) -> str:
    """Name a round, and why it was held where its paper is known."""
    if paper is None:
        return str(_("Round %(number)s", number=number))
    purpose = label(paper.purpose)
    return str(_("Round %(number)s (%(purpose)s)", number=number, purpose=purpose))
