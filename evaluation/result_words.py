"""The words around a result: what is decided, how figures are to be read, what follows."""

from collections import Counter
from collections.abc import Iterable

from flask_babel import gettext as _

from app.ballotbox.domain import Denominator, Stage
from app.writing import percent, points
from evaluation.consequences import Proposal, propose
from evaluation.outcomes import Line, RateShare, Withheld
from evaluation.paper import RankBy
from evaluation.report import Report
from evaluation.rules import Outcome, Share, shares
from evaluation.scales import SATISFIED_RATE
from evaluation.words import proposal_words, reason_words, withheld_words

_MOST_NAMED = 8
"""More than that are found in the table, where each has its outcome."""


def outcome_of(report: Report, line: Line) -> Outcome | None:
    """Return the outcome that stands: none where the evaluation was declared void."""
    return None if report.record.stage is Stage.VOIDED else line.outcome


def outcome_words(report: Report, line: Line) -> str:
    """Name the outcome of a subject in the word of the place; a dash where there is none."""
    outcome = outcome_of(report, line)
    return outcome.label if outcome else "—"


def why_words(report: Report, line: Line) -> str:
    """Say what the outcome was read from (满意28/33), or why there is none.

    The rule itself stands once under the table, and so does what is withheld. In an evaluation
    that was declared void nothing follows from the figures.
    """
    if report.record.stage is Stage.VOIDED:
        return ""
    if line.rule is None:
        return reason_words(report.paper, report.tally, line)
    if not line.criteria:
        return ""
    read = shares(report.paper.rules[: line.rule])
    return str(_(", ")).join(dict.fromkeys(_share_words(report, line, share) for share in read))


def _share_words(report: Report, line: Line, share: Share) -> str:
    """Write a share that a rule reads: its grades, their marks, and the whole."""
    paper, marks = report.paper, line.criteria[report.paper.overall or 0]
    chosen = paper.scale.select(share.grades)
    part = sum(
        number
        for code, number in zip(paper.scale.codes, marks.grades, strict=True)
        if code in chosen
    )
    whole = marks.valid if share.of is Denominator.VALID else report.tally.whole(share.of)
    names = str(_("+")).join(paper.scale.labels_of(share.grades))
    return str(_("%(grades)s %(part)s/%(whole)s", grades=names, part=part, whole=whole))


def proposals(report: Report, line: Line) -> tuple[Proposal, ...]:
    """Return what an outcome calls for, by how often it came about before; acts follow from none.

    Nothing is proposed of an evaluation that does not stand.
    """
    outcome = outcome_of(report, line)
    if outcome is None or not report.record.stands:
        return ()
    return propose(report.paper.consequences, outcome, report.stood.get(line.id, ()))


def proposals_words(report: Report, line: Line) -> tuple[str, ...]:
    """Say what is proposed of a subject, each with what the law asks of the step."""
    total = report.tally.turnout.total_members
    return tuple(proposal_words(proposal, total) for proposal in proposals(report, line))


def response_words(report: Report) -> str:
    """Write the response beside every rate: returned/issued; an open sample alone has none."""
    if report.tally.open_sample:
        return "—"
    returned, issued = report.tally.response
    return f"{returned}/{issued}"


def rate_words(rate: RateShare | None) -> str:
    """Write a rate; a dash where it is withheld or there is nothing to take it of."""
    return percent(rate.part, rate.whole) if rate and rate.whole else "—"


def figure_words(report: Report, line: Line) -> str:
    """Write the figure that a subject is announced with: what the list is ordered by.

    Where that is withheld, the score or the satisfied rate, whichever is given.
    """
    if _by_score(report, line):
        return str(_("%(points)s points", points=points(line.score)))
    return rate_words(main_rate(report, line))


def main_rate(report: Report, line: Line) -> RateShare | None:
    """Return the rate that a subject is announced with; None where a score is instead of it."""
    if _by_score(report, line):
        return None
    by_rate = report.tally.rank_by in {RankBy.SATISFIED_RATE, RankBy.OVERALL_RATE}
    return line.rate(report.tally.rank_by.value if by_rate else SATISFIED_RATE)


def _by_score(report: Report, line: Line) -> bool:
    if line.score is None:
        return False
    return report.tally.rank_by is RankBy.SCORE or line.withheld is Withheld.COUNTS


def decided_words(report: Report) -> tuple[str, ...]:
    """Say how many have which outcome, and who is evaluated again; the first says most."""
    record = report.record
    if record.stage is Stage.VOIDED:
        return (
            str(_("Nothing is decided: the evaluation was declared void.")),
            str(_("No further round follows from an evaluation that was declared void.")),
        )
    if report.tally.void:
        return (
            str(_("Nothing is decided: more ballots were returned than issued.")),
            str(_("The evaluation has to be held again.")),
        )
    if not report.paper.rules:
        return (_figures_only(report),)
    if record.without_quorum:
        return (
            str(
                _(
                    "By the figures: %(outcomes)s; without a quorum none of it has force in law.",
                    outcomes=_outcomes(report),
                )
            ),
            str(_("Nothing follows from it; the evaluation can be held again with a quorum.")),
        )
    facts = {"number": len(report.tally.lines), "outcomes": _outcomes(report)}
    first = str(_("Of %(number)s rated: %(outcomes)s.", **facts))
    return (first, *_again(report))


def _figures_only(report: Report) -> str:
    return str(
        _(
            "This evaluation gives the figures of %(number)s rated, and no outcome.",
            number=len(report.tally.lines),
        )
    )


def _outcomes(report: Report) -> str:
    """Count the outcomes in the order of the rules, those that nobody has left out."""
    found = Counter(line.outcome.key for line in report.tally.lines if line.outcome)
    labels = {rule.outcome.key: rule.outcome.label for rule in report.paper.rules}
    said = [
        str(_("%(outcome)s: %(number)s", outcome=name, number=found[key]))
        for key, name in labels.items()
        if found[key]
    ]
    without = sum(line.outcome is None for line in report.tally.lines)
    if without:
        said.append(str(_("without an outcome: %(number)s", number=without)))
    return str(_(", ")).join(said)


def _again(report: Report) -> tuple[str, ...]:
    again = [line.name for line in report.tally.lines if line.id in report.again]
    if not again:
        return (str(_("By these outcomes nobody is evaluated again.")),)
    if len(again) > _MOST_NAMED:
        return (
            str(
                _(
                    "By their outcome, %(number)s are to be evaluated again after rectifying.",
                    number=len(again),
                )
            ),
        )
    return (str(_("To be evaluated again after rectifying: %(names)s.", names=_joined(again))),)


def notes_words(report: Report) -> tuple[str, ...]:
    """Say how the figures are to be read: what rates are taken of, the response, what is hidden."""
    tally = report.tally
    returned, issued = tally.response
    said = [
        _(
            "Rates are taken of the valid marks of each subject; shares are shown with two "
            "decimals, rounded half up."
        )
    ]
    if tally.open_sample:
        said.append(
            _("OPEN SAMPLE: nobody had a ballot card; the figures speak of those who answered.")
        )
    else:
        facts = {"returned": returned, "issued": issued, "share": percent(returned, issued)}
        said.append(
            _(
                "Response: %(returned)s of %(issued)s ballots issued were returned (%(share)s).",
                **facts,
            )
        )
    if report.paper.overall is None:
        said.append(_("Valid marks and rates are of all criteria together."))
    withheld = (withheld_words(tally, line) for line in tally.lines)
    return tuple(dict.fromkeys(filter(None, (*map(str, said), *withheld))))


def _joined(names: Iterable[str]) -> str:
    return str(_(", ")).join(names)
