"""The count of a livelihood-project vote: marks to counts, counts to outcomes.

`count` reads an array of ballots and adds up; it is an additive monoid (`Counts + Counts`), so
piles may be counted apart. `decide` applies the rules to the sums. Integers throughout.

On a `rank` paper two sums are kept apart, for two questions. *Approvals* are the valid ballots
that rank a candidate at all; they are held against the threshold, so that "more than half of
all members" means on every kind of paper that so many deputies wanted it. *Points* give the
order: place r of N candidates is worth N - r + 1, unranked 0 (Borda). The scale starts from N
and not from the length of a ballot, so that nobody's first place weighs more for ranking fewer,
and a last place given still tells more than none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.ballotbox.domain import NO_MARK, Turnout
from app.ballotbox.piles import Piles
from voting.marks import ABSTAIN, AGAINST, APPROVE, LETTERS, Verdict
from voting.outcomes import FollowUp, FollowUpKind, Line, Outcome, Reason, Tally
from voting.paper import BlankPolicy, Paper, PaperKind, Rule, ShortfallPolicy, TiePolicy

Marks: TypeAlias = NDArray[np.uint8]
"""One byte a mark, of shape (ballots, items)."""

Bools: TypeAlias = NDArray[np.bool_]

_CHUNK = 1 << 14
"""Ballots worked on at once: keeps the intermediates of any pile in a few megabytes."""

_VERDICTS = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Counts:
    """The sums over a pile of ballots; the tuples hold one integer an item, in paper order.

    For every item approve + against + abstain + not_cast = valid. `points` is 0 but on `rank`.
    """

    by_verdict: tuple[int, ...]
    """Ballots by verdict, in the order of `Verdict`."""
    approve: tuple[int, ...]
    """赞成; ticked on a `select` paper, ranked at all on a `rank` paper."""
    against: tuple[int, ...]
    abstain: tuple[int, ...]
    not_cast: tuple[int, ...]
    points: tuple[int, ...]

    @classmethod
    def none(cls, items: int) -> Self:
        """Return the counts of an empty pile."""
        zeros = (0,) * items
        return cls((0,) * len(_VERDICTS), zeros, zeros, zeros, zeros, zeros)

    def __add__(self, other: Self) -> Self:
        """Add two disjoint piles; raises ValueError where they are of different papers."""
        sums = (
            tuple(a + b for a, b in zip(ours, theirs, strict=True))
            for ours, theirs in ((getattr(self, f.name), getattr(other, f.name)) for f in _FIELDS)
        )
        return type(self)(*sums)

    @property
    def ballots(self) -> int:
        """All ballots in the pile."""
        return sum(self.by_verdict)

    @property
    def valid(self) -> int:
        """有效票, blank ones among them where the rule takes a blank as an abstention."""
        return sum(self.of(verdict) for verdict in _VERDICTS if verdict.is_valid)

    @property
    def invalid(self) -> int:
        """无效票."""
        return self.ballots - self.valid

    def of(self, verdict: Verdict) -> int:
        """Return the ballots of that verdict."""
        return self.by_verdict[_VERDICTS.index(verdict)]

    @property
    def void_ballots(self) -> Mapping[Verdict, int]:
        """The invalid ballots by reason, those that occur."""
        found = ((verdict, self.of(verdict)) for verdict in _VERDICTS if not verdict.is_valid)
        return {verdict: ballots for verdict, ballots in found if ballots}


_FIELDS = fields(Counts)


def array(rows: Iterable[bytes], items: int) -> Marks:
    """Lay stored ballots side by side as (ballots, items), one byte a mark.

    Raises ValueError where a ballot has not exactly one byte an item.
    """
    pile = list(rows)
    if items < 1 or any(len(row) != items for row in pile):
        raise ValueError("wrong_length")
    return np.frombuffer(b"".join(pile), dtype=np.uint8).reshape(len(pile), items)


def count(paper: Paper, marks: Marks) -> Counts:
    """Count a pile of ballots under the paper's rule, in the item order of the paper.

    Raises ValueError unless `marks` is of uint8 and of shape (ballots, items).
    """
    items = len(paper.candidates)
    if marks.dtype != np.uint8 or marks.ndim != 2 or marks.shape[1] != items:  # noqa: PLR2004
        raise ValueError("wrong_length")
    counts = Counts.none(items)
    for start in range(0, len(marks), _CHUNK):
        counts += _count(paper, marks[start : start + _CHUNK])
    return counts


def count_piles(paper: Paper, piles: Piles) -> Counts:
    """Count the ballots of a box, whatever they are labelled; raises ValueError as `count` does."""
    if piles.width != len(paper.candidates):
        raise ValueError("wrong_length")
    counts = Counts.none(piles.width)
    for pile in piles.joined.values():
        counts += count(paper, np.frombuffer(pile, dtype=np.uint8).reshape(-1, piles.width))
    return counts


def _count(paper: Paper, marks: Marks) -> Counts:
    kind, items = paper.rule.kind, len(paper.candidates)
    verdicts = _verdicts(paper.rule, marks)
    by_verdict = np.bincount(verdicts, minlength=len(_VERDICTS))
    valid = marks[np.isin(verdicts, [_VERDICTS.index(v) for v in _VERDICTS if v.is_valid])]
    zeros = np.zeros(items, dtype=np.int64)
    not_cast = _per_item(valid == NO_MARK)
    approve, against, abstain, points = len(valid) - not_cast, zeros, zeros, zeros
    if kind is PaperKind.PER_ITEM:
        approve = _per_item(valid == APPROVE)
        against = _per_item(valid == AGAINST)
        abstain = _per_item(valid == ABSTAIN)
    if kind is PaperKind.RANK:
        places = valid.sum(axis=0, dtype=np.int64) - NO_MARK * not_cast
        points = (items + 1) * approve - places
    return Counts(
        *(
            tuple(sums.tolist())
            for sums in (by_verdict, approve, against, abstain, not_cast, points)
        )
    )


def _per_item(holds: Bools) -> NDArray[np.int64]:
    sums: NDArray[np.int64] = holds.sum(axis=0, dtype=np.int64)
    return sums


def _some(holds: Bools) -> Bools:
    ballots: Bools = np.logical_or.reduce(holds, axis=1)
    return ballots


def _verdicts(rule: Rule, marks: Marks) -> NDArray[np.intp]:
    """Judge every ballot as `voting.marks.verdict` does, as an index into `Verdict`."""
    known = np.zeros(256, dtype=np.bool_)
    known[[NO_MARK, *LETTERS[rule.kind]]] = True
    given = (marks != NO_MARK).sum(axis=1)
    blank = Verdict.BLANK if rule.blank is BlankPolicy.ABSTAIN else Verdict.BLANK_INVALID
    found: list[tuple[Bools, Verdict]] = [
        (_some(~known[marks]), Verdict.UNKNOWN_MARK),
        (given == 0, blank),
    ]
    if rule.kind is PaperKind.PER_ITEM:
        if rule.approvals_capped:
            found.append(((marks == APPROVE).sum(axis=1) > rule.seats, Verdict.OVER))
    else:
        found.append((given > rule.seats, Verdict.OVER))
        if not rule.allow_fewer:
            found.append((given < rule.seats, Verdict.FEWER))
    if rule.kind is PaperKind.RANK:
        found.extend(_rankings(marks, given))
    conditions, verdicts = zip(*found, strict=True)
    return np.select(
        conditions,
        [np.intp(_VERDICTS.index(verdict)) for verdict in verdicts],
        default=np.intp(_VERDICTS.index(Verdict.VALID)),
    )


def _rankings(marks: Marks, given: NDArray[np.intp]) -> list[tuple[Bools, Verdict]]:
    """Sort each ballot's places; NO_MARK is the largest byte and goes last."""
    places = np.sort(marks, axis=1)
    twice = (places[:, 1:] == places[:, :-1]) & (places[:, 1:] != NO_MARK)
    last = np.where(places == NO_MARK, 0, places).max(axis=1)
    return [
        (_some(twice), Verdict.DUPLICATE_RANK),
        (last > given, Verdict.GAP_IN_RANK),
    ]


def decide(paper: Paper, counts: Counts, turnout: Turnout) -> Tally:
    """Apply the rule of the paper to the counts.

    A candidate is selected whose approvals reach the threshold **and** who stands within the
    first `seats` of those that do: the law looks at the order only among the passed (组织法 29:
    获得过半数选票的候选人的人数超过应选名额时，以得票多的当选). The order goes by approvals, on
    a `rank` paper by points. Candidates with equal votes on both sides of the last seat are
    tied, whatever their order on the paper or their ids.

    A tie and a shortfall never come together: a tie takes more passed than seats, a shortfall
    fewer. `turnout.returned` must be the ballots counted, or ValueError is raised; its valid and
    invalid are filled in. Where more came back than were issued, nothing is decided.
    """
    if turnout.returned != counts.ballots:
        raise ValueError("returned_is_not_what_was_counted")
    rule = paper.rule
    turnout = replace(turnout, valid=counts.valid, invalid=counts.invalid)
    whole = turnout.of(rule.denominator)
    lines = _lines(paper, counts, whole)
    if turnout.void:
        follow_up = FollowUp(FollowUpKind.HOLD_AGAIN, paper.items, rule.seats)
    else:
        lines, follow_up = _outcomes(rule, lines, whole)
    return Tally(
        kind=rule.kind,
        seats=rule.seats,
        denominator=rule.denominator,
        threshold=rule.threshold,
        whole=whole,
        needed=rule.needed(whole),
        turnout=turnout,
        blank=counts.of(Verdict.BLANK),
        void_ballots=counts.void_ballots,
        lines=lines,
        follow_up=follow_up,
    )


def _lines(paper: Paper, counts: Counts, whole: int) -> tuple[Line, ...]:
    """Lay out the table by votes; the sort is stable, so equal votes keep the paper's order."""
    votes = counts.points if paper.rule.kind is PaperKind.RANK else counts.approve
    lines = [
        Line(
            id=candidate.id,
            number=candidate.number,
            name=candidate.name,
            place=1 + sum(other > votes[at] for other in votes),
            votes=votes[at],
            approve=counts.approve[at],
            against=counts.against[at],
            abstain=counts.abstain[at],
            not_cast=counts.not_cast[at],
            points=counts.points[at],
            whole=whole,
            outcome=None,
            reason=Reason.VOTE_VOID,
        )
        for at, candidate in enumerate(paper.candidates)
    ]
    return tuple(sorted(lines, key=lambda line: line.place))


_TIES = {
    TiePolicy.RUNOFF: (Outcome.TIED, Reason.TIED_AT_CUT, FollowUpKind.RUNOFF),
    TiePolicy.PRESIDIUM: (Outcome.TIED, Reason.TIED_AT_CUT, FollowUpKind.PRESIDIUM_DECIDES),
    TiePolicy.TAKE_FEWER: (Outcome.NOT_SELECTED, Reason.TIE_TAKE_FEWER, FollowUpKind.NONE),
}


def _outcomes(rule: Rule, lines: tuple[Line, ...], whole: int) -> tuple[tuple[Line, ...], FollowUp]:
    passed = [line for line in lines if rule.passes(line.approve, whole)]
    failed = [line.id for line in lines if not rule.passes(line.approve, whole)]
    within, beyond = passed[: rule.seats], passed[rule.seats :]
    tied: list[str] = []
    if within and beyond and within[-1].votes == beyond[0].votes:
        tied = [line.id for line in passed if line.votes == beyond[0].votes]
    selected = {line.id for line in within}.difference(tied)
    seats_left = rule.seats - len(selected)
    supplementary = rule.shortfall is ShortfallPolicy.SUPPLEMENTARY_VOTE
    short = failed if supplementary and len(within) < rule.seats else []

    follow_up = FollowUp()
    if short:
        follow_up = FollowUp(FollowUpKind.SUPPLEMENTARY_VOTE, tuple(short), seats_left)
    if tied and rule.tie is not TiePolicy.TAKE_FEWER:
        follow_up = FollowUp(_TIES[rule.tie][2], tuple(tied), seats_left)

    def judge(line: Line) -> Line:
        outcome, reason = Outcome.NOT_SELECTED, Reason.OUTSIDE_SEATS
        if line.id in selected:
            share = rule.threshold.fraction > 0
            reason = Reason.PASSED_WITHIN_SEATS if share else Reason.MOST_VOTES
            outcome = Outcome.SELECTED
        elif line.id in tied:
            outcome, reason, _ = _TIES[rule.tie]
        elif line.id in short:
            outcome, reason = Outcome.SHORT, Reason.GOES_TO_SUPPLEMENTARY
        elif line.id in failed:
            reason = Reason.BELOW_THRESHOLD
        others = tuple(other for other in tied if other != line.id) if line.id in tied else ()
        return replace(line, outcome=outcome, reason=reason, tied_with=others)

    return tuple(judge(line) for line in lines), follow_up
