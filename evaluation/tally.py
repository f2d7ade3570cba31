"""The count of an evaluation: marks to counts.

`count` reads an array of ballots and adds up; it is an additive monoid (`Counts + Counts`), so
piles may be counted apart. What the sums amount to is `evaluation.decision`'s. Integers
throughout.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.ballotbox.domain import NO_MARK
from app.ballotbox.piles import Piles
from evaluation.outcomes import Verdict
from evaluation.paper import Fault, Paper, RaterGroup
from evaluation.scales import TWO_MARKS

Marks: TypeAlias = NDArray[np.uint8]
"""One byte a mark, of shape (ballots, items); inside a chunk (items, ballots)."""

Bools: TypeAlias = NDArray[np.bool_]

_CHUNK = 1 << 14
"""Ballots worked on at once: keeps the intermediates of any pile in a few megabytes."""

_VERDICTS = tuple(Verdict)
_SET_ASIDE = 0xFD
"""Stands, inside a chunk only, for an item that another item of its subject voids."""

_BYTES = 256


@dataclass(frozen=True, slots=True)
class Counts:
    """The sums over a pile of ballots.

    by_verdict[group][verdict]: ballots, in the order of `Verdict`.
    cells[group][item][column]: marks on valid ballots; the columns are the grades in the order
    of the scale, then missing, double and set aside. The columns of an item add up to the valid
    ballots of the group.
    """

    by_verdict: tuple[tuple[int, ...], ...]
    cells: tuple[tuple[tuple[int, ...], ...], ...]

    @classmethod
    def none(cls, paper: Paper) -> Self:
        """Return the counts of an empty pile."""
        groups, items = len(paper.group_ids), len(paper.items)
        column = (0,) * (len(paper.scale.grades) + 3)
        return cls(((0,) * len(_VERDICTS),) * groups, ((column,) * items,) * groups)

    def __add__(self, other: Self) -> Self:
        """Add two disjoint piles; raises ValueError where they are of different papers."""
        pairs = zip(self.by_verdict, other.by_verdict, strict=True)
        cells = zip(self.cells, other.cells, strict=True)
        return type(self)(
            tuple(_sum(ours, theirs) for ours, theirs in pairs),
            tuple(
                tuple(_sum(one, two) for one, two in zip(ours, theirs, strict=True))
                for ours, theirs in cells
            ),
        )

    @property
    def ballots(self) -> int:
        """All ballots in the pile."""
        return sum(self.returned)

    @property
    def valid(self) -> int:
        """有效票 of all groups."""
        return sum(self.valid_by_group)

    @property
    def invalid(self) -> int:
        """无效票 of all groups."""
        return self.ballots - self.valid

    @property
    def returned(self) -> tuple[int, ...]:
        """Ballots of each group."""
        return tuple(sum(verdicts) for verdicts in self.by_verdict)

    @property
    def valid_by_group(self) -> tuple[int, ...]:
        """Valid ballots of each group."""
        return tuple(
            sum(n for verdict, n in zip(_VERDICTS, verdicts, strict=True) if verdict.is_valid)
            for verdicts in self.by_verdict
        )

    def void_ballots(self, groups: Iterable[int]) -> Mapping[Verdict, int]:
        """Return the invalid ballots of some groups by reason, those that occur."""
        rows = [self.by_verdict[group] for group in groups]
        found = {verdict: sum(row[at] for row in rows) for at, verdict in enumerate(_VERDICTS)}
        return {verdict: n for verdict, n in found.items() if n and not verdict.is_valid}

    def item(self, item: int, groups: Iterable[int]) -> tuple[int, ...]:
        """Return the columns of one item, summed over some groups."""
        rows = [self.cells[group][item] for group in groups]
        return tuple(map(sum, zip(*rows, strict=True)))


def _sum(ours: tuple[int, ...], theirs: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(one + two for one, two in zip(ours, theirs, strict=True))


def array(rows: Iterable[bytes], items: int) -> Marks:
    """Lay stored ballots side by side as (ballots, items), one byte a mark.

    Raises ValueError where a ballot has not exactly one byte an item.
    """
    pile = list(rows)
    if items < 1 or any(len(row) != items for row in pile):
        raise ValueError("wrong_length")
    return np.frombuffer(b"".join(pile), dtype=np.uint8).reshape(len(pile), items)


def group_array(paper: Paper, groups: Sequence[str]) -> Marks:
    """Return the position of each ballot's rater group; raises ValueError on an unknown one."""
    known = {name: at for at, name in enumerate(paper.group_ids)}
    try:
        return np.fromiter((known[name] for name in groups), np.uint8, len(groups))
    except KeyError as error:
        raise ValueError("unknown_group") from error


def count(paper: Paper, marks: Marks, groups: Marks | None = None) -> Counts:
    """Count a pile of ballots under the paper's rules, in the item order of the paper.

    groups: the position of each ballot's rater group, of shape (ballots,); may be left out where
    the paper has but one. Raises ValueError on arrays of another shape or type, and on a group
    that the paper does not have.
    """
    kinds, items = len(paper.group_ids), len(paper.items)
    if groups is None and kinds == 1:
        groups = np.zeros(len(marks), dtype=np.uint8)
    if marks.dtype != np.uint8 or marks.ndim != 2 or marks.shape[1] != items:  # noqa: PLR2004
        raise ValueError("wrong_length")
    if groups is None or groups.dtype != np.uint8 or groups.shape != marks.shape[:1]:
        raise ValueError("wrong_groups")
    if len(groups) and int(groups.max()) >= kinds:
        raise ValueError("unknown_group")
    judge = _Judge.of(paper)
    by_verdict = np.zeros((kinds, len(_VERDICTS)), dtype=np.int64)
    # One kind more than there are, for what invalid ballots say: counted, and dropped.
    cells = np.zeros((items, kinds + 1, _BYTES), dtype=np.int64)
    for start in range(0, len(marks), _CHUNK):
        columns = marks[start : start + _CHUNK].T.copy(order="C")
        kind = groups[start : start + _CHUNK].astype(np.intp)
        verdicts = judge.verdicts(columns, judge.varied[kind])
        keys = kind * len(_VERDICTS) + verdicts
        by_verdict += np.bincount(keys, minlength=by_verdict.size).reshape(by_verdict.shape)
        kind[verdicts > _LAST_VALID] = kinds
        kind *= _BYTES
        for item, column in enumerate(columns):
            sums = np.bincount(kind + column, minlength=cells[item].size)
            cells[item] += sums.reshape(cells[item].shape)
    order = [*paper.scale.codes, NO_MARK, TWO_MARKS, _SET_ASIDE]
    found = cells[:, :kinds, order].transpose(1, 0, 2)
    return Counts(
        tuple(tuple(row) for row in by_verdict.tolist()),
        tuple(tuple(tuple(item) for item in group) for group in found.tolist()),
    )


def count_piles(paper: Paper, piles: Piles) -> Counts:
    """Count the ballots of a box, piled by rater group; raises ValueError as `count` does."""
    if piles.width != len(paper.items):
        raise ValueError("wrong_length")
    counts = Counts.none(paper)
    for group, pile in piles.joined.items():
        marks = np.frombuffer(pile, dtype=np.uint8).reshape(-1, piles.width)
        counts += count(paper, marks, group_array(paper, [group]).repeat(len(marks)))
    return counts


def verdict(paper: Paper, ballot: bytes) -> Verdict:
    """Judge one ballot of a ticket, of one byte an item; raises ValueError on another length."""
    columns = array([ballot], len(paper.items)).T.copy(order="C")
    varied = np.array([paper.validity.uniform_invalid])
    return _VERDICTS[int(_Judge.of(paper).verdicts(columns, varied)[0])]


_LAST_VALID = _VERDICTS.index(Verdict.BLANK)
"""Verdicts stand valid ones first, so that one comparison tells them apart."""


@dataclass(frozen=True, slots=True)
class _Judge:
    """The rules of validity of one paper, as tables of bytes.

    varied: by the position of a rater group, whether its uniform ballots are invalid.
    """

    shape: tuple[int, int]
    unknown: Bools
    missing: Fault
    double: Fault
    varied: Bools
    caps: tuple[tuple[Bools, int], ...]

    @classmethod
    def of(cls, paper: Paper) -> Self:
        scale, validity = paper.scale, paper.validity
        return cls(
            (len(paper.subjects), len(paper.criteria)),
            _table(set(range(_BYTES)) - {*scale.codes, NO_MARK, TWO_MARKS}),
            validity.missing,
            validity.double,
            np.array([validity.uniform_invalid or alike for alike in _varied(paper)]),
            tuple((_table(scale.select(cap.grades)), cap.at_most) for cap in paper.caps),
        )

    def verdicts(self, columns: Marks, varied: Bools) -> NDArray[np.intp]:
        """Judge every ballot of a chunk, as an index into `Verdict`, the first that holds.

        varied: of each ballot, whether it is invalid if its marks are all the same.

        Items that another item of their subject voids are replaced by _SET_ASIDE, in place.
        """
        missing, double = columns == NO_MARK, columns == TWO_MARKS
        blank = Verdict.BLANK if self.missing is Fault.ABSTAIN else Verdict.BLANK_INVALID
        found: list[tuple[Bools, Verdict]] = [
            (_any(self.unknown[columns]), Verdict.UNKNOWN_MARK),
            (_all(missing), blank),
        ]
        if self.missing is Fault.VOID_BALLOT:
            found.append((_any(missing), Verdict.MISSING))
        if self.double is Fault.VOID_BALLOT:
            found.append((_any(double), Verdict.DOUBLE))
        found.extend((self._over(columns, *cap), Verdict.OVER_CAP) for cap in self.caps)
        if varied.any():
            found.append((_uniform(columns) & varied, Verdict.UNIFORM))
        found.append((self._set_aside(columns, missing, double), Verdict.NOTHING_LEFT))
        conditions, verdicts = zip(*found, strict=True)
        return np.select(
            conditions,
            [np.intp(_VERDICTS.index(verdict)) for verdict in verdicts],
            default=np.intp(_VERDICTS.index(Verdict.VALID)),
        )

    def _over(self, columns: Marks, capped: Bools, at_most: int) -> Bools:
        taken = capped[columns].reshape(*self.shape, -1).sum(axis=0, dtype=np.uint8)
        return _any(taken > at_most)

    def _set_aside(self, columns: Marks, missing: Bools, double: Bools) -> Bools:
        """Set aside what else stands beside a void subject; say which ballots have nothing left."""
        faulty = np.zeros_like(missing)
        for fault, found in ((self.missing, missing), (self.double, double)):
            if fault is Fault.VOID_SUBJECT:
                faulty |= found
        by_subject = faulty.reshape(*self.shape, -1)
        void = _any(by_subject, axis=1)
        columns[(void[:, np.newaxis] & ~by_subject).reshape(columns.shape)] = _SET_ASIDE
        return _all(void)


def _varied(paper: Paper) -> Iterator[bool]:
    """Say of each rater group whether it has a rule of its own against uniform answers."""
    for group in paper.groups or (RaterGroup("", ""),):
        yield group.open_sample and group.uniform_invalid


def _any(found: Bools, axis: int = 0) -> Bools:
    some: Bools = np.logical_or.reduce(found, axis=axis)
    return some


def _all(found: Bools) -> Bools:
    every: Bools = np.logical_and.reduce(found, axis=0)
    return every


def _table(codes: Iterable[int]) -> Bools:
    table = np.zeros(_BYTES, dtype=np.bool_)
    table[list(codes)] = True
    return table


def _uniform(columns: Marks) -> Bools:
    made = columns < TWO_MARKS
    lowest = np.where(made, columns, NO_MARK).min(axis=0)
    highest = np.where(made, columns, 0).max(axis=0)
    alike: Bools = (lowest == highest) & (made.sum(axis=0, dtype=np.intp) > 1)
    return alike
