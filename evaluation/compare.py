"""The same subjects over years and rounds, and subjects beside each other, as plain values.

Figures are put beside each other only where they mean the same: rates of the same scale, read
from the same criterion; scores where weights of criteria and raters agree too. Everything is read
from sealed Returns, in which what may not come out is empty.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from app.reports.chart import Bar, Chart, Fill
from app.reports.workbook import Cell, Column, Kind, Sheet
from app.writing import percent, points
from evaluation.history import Held, same
from evaluation.outcomes import Line
from evaluation.paper import Paper, Subject
from evaluation.scales import OVERALL_RATE, SATISFIED_RATE

MOST_MOMENTS = 6
"""Columns of a table; the latest are taken."""
_FILLS = tuple(Fill)
_FINE = 10_000
_POINT = 100
"""Percentage points in a whole."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One evaluation among those compared.

    rates, scores: whether they mean the same as those of the evaluation that asks.
    """

    held: Held
    name: str
    rates: bool
    scores: bool

    @property
    def response(self) -> str:
        """Returned of issued."""
        returned, issued = self.held.tally.response
        return f"{returned}/{issued}"


@dataclass(frozen=True, slots=True)
class Seen:
    """How one subject came out at one moment; None stands for a figure not to be compared."""

    satisfied: Fraction | None
    overall: Fraction | None
    score: Fraction | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Track:
    """One subject over all moments; None where it was not rated."""

    number: int
    subject: Subject
    seen: tuple[Seen | None, ...]

    @property
    def change(self) -> Fraction | None:
        """Percentage points of the satisfied rate, from the last but one comparable to the last."""
        known = [one.satisfied for one in self.seen if one and one.satisfied is not None]
        return (known[-1] - known[-2]) * _POINT if len(known) > 1 else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """An evaluation beside others of the same subjects, the earliest first."""

    base: Held
    moments: tuple[Moment, ...]
    tracks: tuple[Track, ...]


def compared(
    base: Held, others: Iterable[Held], when: Callable[[Held], str], chosen: Sequence[str] = ()
) -> Comparison:
    """Put an evaluation among those in which any of its subjects was rated too.

    when(held): its date in words. chosen: ids of subjects, all where none is given.
    """
    subjects = [
        (number, subject)
        for number, subject in enumerate(base.paper.subjects, 1)
        if not chosen or subject.id in chosen
    ]
    alike = [
        one
        for one in others
        if one.box.id != base.box.id and any(same(s, base, one) for _n, s in subjects)
    ]
    held = sorted([*alike, base], key=lambda one: (one.sealed.closed_at, one.box.id))
    at = held.index(base)
    held = held[max(0, min(at, len(held) - MOST_MOMENTS)) :][:MOST_MOMENTS]
    moments = tuple(
        Moment(
            one,
            f"{one.paper.title} {when(one)}".strip(),
            _rates_of(one.paper) == _rates_of(base.paper),
            _scores_of(one.paper) == _scores_of(base.paper),
        )
        for one in held
    )
    tracks = (
        Track(number, subject, tuple(_seen(subject, base, moment) for moment in moments))
        for number, subject in subjects
    )
    return Comparison(base, moments, tuple(tracks))


def _rates_of(paper: Paper) -> tuple[Any, ...]:
    """Return what makes two papers' rates the same figure."""
    names = tuple(criterion.name for criterion in paper.criteria)
    return paper.scale, names if paper.overall is None else (names[paper.overall],)


def _scores_of(paper: Paper) -> tuple[Any, ...]:
    """Return what makes two papers' scores the same figure."""
    criteria = tuple((one.name, one.weight) for one in paper.criteria)
    groups = tuple((one.name, one.weight) for one in paper.groups)
    return paper.scale, criteria, groups, paper.empty_group, paper.trim


def _seen(subject: Subject, base: Held, moment: Moment) -> Seen | None:
    line = same(subject, base, moment.held)
    if line is None:
        return None
    return Seen(
        satisfied=share(line, SATISFIED_RATE) if moment.rates else None,
        overall=share(line, OVERALL_RATE) if moment.rates else None,
        score=line.score if moment.scores else None,
        outcome=line.outcome.label if line.outcome else "—",
    )


def share(line: Line, key: str) -> Fraction | None:
    """Return a rate as a fraction; None where it is withheld or there is nothing to take it of."""
    rate = line.rate(key)
    return Fraction(rate.part, rate.whole) if rate and rate.whole else None


def change_words(track: Track) -> str:
    """Write a change in percentage points with its sign; a dash where there is none to tell."""
    if track.change is None:
        return "—"
    sign = "+" if track.change > 0 else "−" if track.change < 0 else ""
    return str(_("%(points)s points of percent", points=f"{sign}{points(abs(track.change))}"))


def chart_of(found: Comparison) -> Chart | None:
    """Draw the satisfied rates of each subject under each other; None where nothing compares."""
    tracks = [track for track in found.tracks if track.change is not None]
    moments = [
        at
        for at in range(len(found.moments))
        if any((one := track.seen[at]) and one.satisfied is not None for track in tracks)
    ]
    if not tracks:
        return None
    bars = []
    for track in tracks:
        label = f"{track.number}. {track.subject.name}"
        for at in moments:
            seen = track.seen[at]
            if seen is None or seen.satisfied is None:
                continue
            fill = _FILLS[at % len(_FILLS)]
            bars.append(Bar(label, int(seen.satisfied * _FINE), percent(seen.satisfied), fill))
            label = ""
    return Chart(
        title=_("Satisfied rates over time"),
        description=_("For each subject one bar an evaluation, the earliest first."),
        bars=tuple(bars),
        whole=_FINE,
        legend=tuple((_FILLS[at % len(_FILLS)], found.moments[at].name) for at in moments),
    )


def beside_sheet(base: Held, chosen: Sequence[str]) -> Sheet:
    """Lay subjects of one evaluation beside each other: a column each, a row a figure."""
    lines = [line for line in base.tally.lines if not chosen or line.id in chosen]
    rates = [
        (rate.label, *(_shown(share(line, rate.key)) for line in lines))
        for rate in base.paper.scale.rates
    ]
    criteria = [
        (
            _("%(criterion)s: %(rate)s", criterion=criterion.name, rate=rate.label),
            *(_criterion_share(line, at, rate.key) for line in lines),
        )
        for at, criterion in enumerate(base.paper.criteria)
        if not base.paper.plain
        for rate in base.paper.scale.rates
        if rate.key in {SATISFIED_RATE, OVERALL_RATE}
    ]
    score = (_("Score"), *(points(line.score) for line in lines))
    outcome = (_("Outcome"), *(line.outcome.label if line.outcome else "—" for line in lines))
    return Sheet(
        name=_("Beside each other"),
        title=base.paper.title,
        columns=(
            Column(_("Item"), widest=30),
            *(Column(line.name, Kind.SHARE, width=12) for line in lines),
        ),
        rows=(*rates, *criteria, score, outcome),
        landscape=True,
        pinned=1,
    )


def _criterion_share(line: Line, at: int, key: str) -> Cell:
    if not line.criteria:
        return "—"
    rate = next(rate for rate in line.criteria[at].rates if rate.key == key)
    return Fraction(rate.part, rate.whole) if rate.whole else "—"


def _shown(value: Fraction | None) -> Cell:
    return "—" if value is None else value


def track_sheet(found: Comparison) -> Sheet:
    """Lay out one row a subject and evaluation, for further reckoning elsewhere."""
    rows = tuple(
        (
            track.number,
            track.subject.name,
            moment.name,
            _shown(seen.satisfied),
            _shown(seen.overall),
            moment.response,
            _shown(seen.score),
            seen.outcome,
            "" if moment.rates else _("another scale: not comparable"),
        )
        for track in found.tracks
        for moment, seen in zip(found.moments, track.seen, strict=True)
        if seen is not None
    )
    scale = found.base.paper.scale
    return Sheet(
        name=_("Over time"),
        title=found.base.paper.title,
        columns=(
            Column(_("No."), Kind.FIGURE, width=7),
            Column(_("Who is rated"), widest=36),
            Column(_("Evaluation"), widest=44),
            Column(scale.rate(SATISFIED_RATE).label, Kind.SHARE),
            Column(scale.rate(OVERALL_RATE).label, Kind.SHARE),
            Column(_("Response (returned/issued)"), Kind.MARK, width=10),
            Column(_("Score"), Kind.POINTS),
            Column(_("Outcome"), widest=16),
            Column(_("Note"), widest=24),
        ),
        rows=rows,
        landscape=True,
        pinned=2,
    )
