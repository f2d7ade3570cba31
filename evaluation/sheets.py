"""The sheets of a result: summary, table, criteria, rater groups. Nothing is counted here.

Everything printed comes from the sealed Return, in which what may not come out is empty; so no
sheet can give away what the tally withholds.
"""

from collections.abc import Sequence
from fractions import Fraction

from flask_babel import gettext as _

from app.ballotbox.domain import Secrecy
from app.reports.excel_charts import Graph
from app.reports.record import (
    certified_words,
    digests,
    session_words,
    standing_words,
    turnout_words,
)
from app.reports.turnout_words import turnout_sheet
from app.reports.workbook import Cell, Column, Kind, Sheet
from evaluation.outcomes import CriterionLine, GroupTurnout, Line, RateShare
from evaluation.paper import Fault, Paper
from evaluation.report import Report
from evaluation.result_words import (
    decided_words,
    notes_words,
    outcome_words,
    proposals,
    proposals_words,
    response_words,
    why_words,
)
from evaluation.scales import SATISFIED_RATE, ScaleKind
from evaluation.scores import shows_score
from evaluation.words import label, rule_sentence

_UNKNOWN = "—"
"""Stands where a figure is withheld, or where there is none."""


def invalid(report: Report) -> tuple[tuple[str, int], ...]:
    """Say why ballots are invalid, and how many; of an open sample alone its sentences do."""
    if report.tally.open_sample:
        return ()
    return tuple((label(why), number) for why, number in report.tally.void_ballots.items())


def result_sheet(report: Report) -> Sheet:
    """Lay out the table by place: counts, valid marks, every rate, the response, the outcome.

    There is a column a grade where the counts of one criterion are read; of pooled criteria the
    annex has them.
    """
    paper, tally = report.paper, report.tally
    counted = _graded(paper) and paper.overall is not None and _tells(report)
    placed = any(line.place is not None for line in tally.lines)
    posted = any(line.post_or_unit for line in tally.lines)
    scored = shows_score(paper)
    numbers = {subject.id: at for at, subject in enumerate(paper.subjects, 1)}
    rows = tuple(
        (
            *((_known(line.place),) if placed else ()),
            numbers[line.id],
            line.name,
            *((line.post_or_unit,) if posted else ()),
            *(_counts(paper, _overall(paper, line)) if counted else ()),
            *_rates(paper, line.rates),
            response_words(report),
            *((_known(line.score),) if scored else ()),
            outcome_words(report, line),
            why_words(report, line),
        )
        for line in tally.lines
    )
    return Sheet(
        name=_("Result of the evaluation"),
        title=paper.title,
        subtitle=session_words(report.record),
        columns=(
            *((Column(_("Place by result"), Kind.FIGURE, width=7),) if placed else ()),
            Column(_("No."), Kind.FIGURE, width=7),
            Column(_("Who is rated"), widest=36),
            *((Column(_("Post or unit"), widest=24),) if posted else ()),
            *(_count_columns(paper) if counted else ()),
            *_rate_columns(paper, pooled=paper.overall is None),
            Column(_("Response (returned/issued)"), Kind.MARK, width=10),
            *((Column(_("Score"), Kind.POINTS),) if scored else ()),
            Column(_("Outcome"), widest=16),
            Column(_("Read from"), widest=40, on_paper=False),
        ),
        rows=rows,
        notes=(
            *turnout_words(report.record),
            *decided_words(report),
            _("Rule: %(rule)s", rule=rule_sentence(paper)),
            *notes_words(report),
            _("Seal of the return: %(seal)s", seal=report.record.seal),
        ),
        landscape=True,
        pinned=2 + placed,
        graph=Graph(names=1 + placed, series=_drawn(paper, 2 + placed + posted, counted=counted)),
    )


def _drawn(paper: Paper, first: int, *, counted: bool) -> tuple[int, ...]:
    """Return the columns of the chart, from the first figure on: grades, score or first rate."""
    if counted:
        return tuple(range(first, first + len(paper.scale.grades)))
    return (first + len(_rate_columns(paper)) + 1 if shows_score(paper) else first + 1,)


def summary_sheet(report: Report) -> Sheet:
    """Lay out what was evaluated, by which rule, how it stands, and what it is sealed with."""
    record, paper, tally = report.record, report.paper, report.tally
    first, *further = decided_words(report)
    secrecy = _("named vote") if paper.secrecy is Secrecy.NAMED else _("secret vote")
    rows: tuple[tuple[str, Cell], ...] = (
        (_("Session"), session_words(record)),
        (_("Date and place"), f"{record.held_on} {record.place}".strip()),
        (_("Evaluation"), paper.title),
        (_("Round"), _("Round %(number)s", number=record.sealed.round)),
        (_("Secret or by name"), secrecy),
        (_("Who is rated"), len(paper.subjects)),
        (_("Criteria"), len(paper.criteria)),
        (_("Grades"), _grades(paper)),
        (_("Order"), label(tally.rank_by)),
        (_("Response (returned/issued)"), response_words(report)),
        (_("The evaluation stands"), standing_words(record)),
        (_("Result"), first),
        (_("Next step"), "\n".join(further) or _UNKNOWN),
        (_("Rule"), rule_sentence(paper)),
        (_("Rules adopted"), paper.adopted),
        (_("Opened"), record.opened),
        (_("Closed"), record.closed),
        (_("Certified by"), "\n".join(certified_words(record)) or _UNKNOWN),
        *digests(record),
    )
    return Sheet(
        name=_("Summary"),
        title=paper.title,
        columns=(Column(_("Item"), widest=24), Column(_("What the return says"), width=70)),
        rows=tuple((str(item), cell) for item, cell in rows),
        notes=turnout_words(record),
    )


def _grades(paper: Paper) -> str:
    if paper.scale.kind is ScaleKind.POINTS:
        return str(_("0 to 100 points in steps of %(step)s", step=paper.scale.step))
    return str(_(", ")).join(grade.label for grade in paper.scale.grades)


def annexes(report: Report) -> tuple[Sheet, ...]:
    """Lay out the further tables that the paper gives rise to; none of nothing but dashes."""
    proposed = proposals_sheet(report)
    by_criterion = not report.paper.plain and _tells(report)
    by_group = any(line.groups for line in report.tally.lines)
    several = len(report.paper.groups) > 1
    return (
        *((proposed,) if proposed.rows else ()),
        *((criteria_sheet(report),) if by_criterion else ()),
        *((group_sheet(report),) if several and by_group else ()),
        *((response_sheet(report),) if several else ()),
    )


def _tells(report: Report) -> bool:
    """Whether the counts of any subject are given."""
    return any(line.criteria for line in report.tally.lines)


def proposals_sheet(report: Report) -> Sheet:
    """Lay out what is proposed of whom, each with how often it came about; none is an act."""
    return Sheet(
        name=_("Proposals"),
        title=report.paper.title,
        subtitle=_("Proposals"),
        columns=(
            Column(_("Who is rated"), widest=36),
            Column(_("Outcome"), widest=16),
            Column(_("Times so far"), Kind.FIGURE),
            Column(_("What is proposed"), widest=80),
        ),
        rows=tuple(
            (line.name, outcome_words(report, line), proposal.times, said)
            for line in report.tally.lines
            for proposal, said in zip(
                proposals(report, line), proposals_words(report, line), strict=True
            )
        ),
        notes=(
            _(
                "Proposals only: each step is decided by whoever the law names. Earlier outcomes "
                "count where they were announced and no better than this one."
            ),
        ),
        landscape=True,
    )


def criteria_sheet(report: Report) -> Sheet:
    """Lay out one row a subject and criterion; a subject whose counts are withheld has one."""
    paper = report.paper
    return Sheet(
        name=_("By criterion"),
        title=paper.title,
        subtitle=_("By criterion"),
        columns=(
            Column(_("Who is rated"), widest=36),
            Column(_("Criterion"), widest=28),
            *_criterion_columns(paper),
        ),
        rows=tuple(
            (line.name, _named(criterion), *_criterion_cells(paper, criterion))
            for line in report.tally.lines
            for criterion in line.criteria or (None,)
        ),
        notes=(*_weights(report), *notes_words(report)),
        landscape=True,
        pinned=1,
    )


def group_sheet(report: Report) -> Sheet:
    """Lay out what each rater group says; of a group that may not be shown, a dash."""
    paper = report.paper
    return Sheet(
        name=_("By rater group"),
        title=paper.title,
        subtitle=_("By rater group"),
        columns=(
            Column(_("Who is rated"), widest=36),
            Column(_("Rater group"), widest=24),
            *(() if paper.plain else (Column(_("Criterion"), widest=28),)),
            *_criterion_columns(paper),
        ),
        rows=tuple(
            (
                line.name,
                group_name(group),
                *(() if paper.plain else (_named(criterion),)),
                *_criterion_cells(paper, criterion),
            )
            for line in report.tally.lines
            for group in report.tally.groups
            for criterion in _heard(line, group)
        ),
        notes=(*_weights(report), *notes_words(report)),
        landscape=True,
        pinned=1,
    )


def _heard(line: Line, group: GroupTurnout) -> Sequence[CriterionLine | None]:
    """Return what a group says of a subject under each criterion; None where it is withheld."""
    return next((voice.criteria for voice in line.groups if voice.id == group.id), (None,))


def _named(criterion: CriterionLine | None) -> str:
    return criterion.name if criterion else _UNKNOWN


def response_sheet(report: Report) -> Sheet:
    """Lay out the response of each rater group; nothing of the valid ones of a small group."""
    rows = tuple(
        (
            group_name(group),
            group.weight,
            _known(group.issued),
            group.returned,
            Fraction(group.returned, group.issued) if group.issued else _UNKNOWN,
            _known(group.valid),
        )
        for group in report.tally.groups
    )
    return Sheet(
        name=_("Response by group"),
        title=report.paper.title,
        subtitle=_("Response by group"),
        columns=(
            Column(_("Rater group"), widest=24),
            Column(_("Weight"), Kind.FIGURE),
            Column(_("Ballots issued"), Kind.FIGURE),
            Column(_("Ballots returned"), Kind.FIGURE),
            Column(_("Response"), Kind.SHARE),
            Column(_("Valid ballots"), Kind.FIGURE),
        ),
        rows=rows,
    )


def group_name(group: GroupTurnout) -> str:
    """Name a rater group; an open sample is called so wherever it stands."""
    if group.open_sample:
        return str(_("%(group)s (open sample)", group=group.name))
    return group.name


def turnout(report: Report) -> Sheet:
    """Lay the turnout out for reconciling."""
    sealed = report.sealed
    return turnout_sheet(
        sealed.roll,
        sealed.turnout,
        report.paper.title,
        invalid(report),
        turnout_words(report.record),
    )


def _graded(paper: Paper) -> bool:
    return paper.scale.kind is ScaleKind.GRADES


def _abstains(paper: Paper) -> bool:
    return Fault.ABSTAIN in {paper.validity.missing, paper.validity.double}


def _overall(paper: Paper, line: Line) -> CriterionLine | None:
    return line.criteria[paper.overall or 0] if line.criteria else None


def _count_columns(paper: Paper) -> tuple[Column, ...]:
    return (
        *(Column(grade.label, Kind.FIGURE) for grade in paper.scale.grades),
        *((Column(_("Abstained"), Kind.FIGURE),) if _abstains(paper) else ()),
        Column(_("No mark that counts"), Kind.FIGURE),
    )


def _counts(paper: Paper, line: CriterionLine | None) -> tuple[Cell, ...]:
    """Return the cells under `_count_columns`; together they are the valid ballots."""
    if line is None:
        return (_UNKNOWN,) * len(_count_columns(paper))
    void = line.missing + line.double + line.set_aside - line.abstained
    return (*line.grades, *((line.abstained,) if _abstains(paper) else ()), void)


def _rate_columns(paper: Paper, *, pooled: bool = False) -> tuple[Column, ...]:
    """Return the columns of the valid marks, said to be of all criteria if pooled, and rates."""
    valid = _("Valid marks, all criteria") if pooled else _("Valid marks")
    rates = (Column(rate.label, Kind.SHARE) for rate in paper.scale.rates)
    return (Column(valid, Kind.FIGURE), *rates)


def _rates(paper: Paper, rates: Sequence[RateShare]) -> tuple[Cell, ...]:
    """Return the cells under `_rate_columns`: the valid marks, and every rate of them."""
    known = {rate.key: rate for rate in rates}
    if SATISFIED_RATE not in known:
        return (_UNKNOWN,) * (1 + len(paper.scale.rates))
    found = (known[rate.key] for rate in paper.scale.rates)
    shares = (Fraction(rate.part, rate.whole) if rate.whole else _UNKNOWN for rate in found)
    return (known[SATISFIED_RATE].whole, *shares)


def _criterion_columns(paper: Paper) -> tuple[Column, ...]:
    return (
        *(_count_columns(paper) if _graded(paper) else ()),
        *_rate_columns(paper),
        *((Column(_("Score"), Kind.POINTS),) if shows_score(paper) else ()),
    )


def _criterion_cells(paper: Paper, line: CriterionLine | None) -> tuple[Cell, ...]:
    return (
        *(_counts(paper, line) if _graded(paper) else ()),
        *_rates(paper, line.rates if line else ()),
        *((_known(line.score if line else None),) if shows_score(paper) else ()),
    )


def _weights(report: Report) -> tuple[str, ...]:
    """Say what each criterion weighs, where they weigh differently."""
    criteria = report.paper.criteria
    if len({criterion.weight for criterion in criteria}) == 1:
        return ()
    parts = str(_(", ")).join(f"{one.name} {one.weight}" for one in criteria)
    return (str(_("Weights of the criteria: %(parts)s.", parts=parts)),)


def _known(value: int | Fraction | None) -> Cell:
    return _UNKNOWN if value is None else value
