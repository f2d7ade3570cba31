"""Scales: what may be marked beside a subject, as data.

A scale of points is a scale of many grades, one for each step, so counting, rates and outcome
rules know one kind of scale only. One byte carries a mark: the letter of a grade ("A" = 0x41),
the points themselves (0 to 100), `NO_MARK` for none, `TWO_MARKS` for several on one item.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from app.ballotbox.domain import NO_MARK

TWO_MARKS = 0xFE
"""The byte of an item that carries more than one mark; only ballots entered from paper can."""

TWO_MARKS_CELL = "++"
"""How `TWO_MARKS` is written in a file; "A+B" is read as the same."""

HIGHEST_POINTS = 100

SATISFIED_RATE = "satisfied_rate"
OVERALL_RATE = "overall_rate"

_RANGE = re.compile(r"(\d{1,3})-(\d{1,3})")


class ScaleKind(StrEnum):
    """Grades with names, or points from 0 to 100."""

    GRADES = "grades"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Grade:
    """One answer of a scale.

    letter: a capital letter, or the points as digits on a scale of points.
    points: 0 to 100, or None where the grade stays out of every score (不了解).
    valid: whether the mark counts among the valid ones (不了解 may or may not, RULES 4).
    """

    letter: str
    label: str
    points: int | None = None
    valid: bool = True

    @property
    def code(self) -> int:
        """The byte of this grade on a ballot."""
        return int(self.letter) if self.letter.isdigit() else ord(self.letter)


@dataclass(frozen=True, slots=True)
class Rate:
    """A named share: the marks of `grades` among the valid ones.

    grades: letters, or on a scale of points also ranges such as "90-100".
    """

    key: str
    label: str
    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """The answers in printed order and the rates they are summed up in.

    `satisfied_rate` and `overall_rate` are always both there (RULES 1), and the second counts
    at least what the first counts; `evaluation.flaws` refuses a scale where that is not so.
    """

    kind: ScaleKind
    grades: tuple[Grade, ...]
    rates: tuple[Rate, ...]
    step: int = 0

    @property
    def codes(self) -> tuple[int, ...]:
        """The bytes of all grades, in printed order."""
        return tuple(grade.code for grade in self.grades)

    def rate(self, key: str) -> Rate:
        """Return the rate of a key; raises KeyError where the scale has none."""
        for rate in self.rates:
            if rate.key == key:
                return rate
        raise KeyError(key)

    def select(self, names: Iterable[str]) -> frozenset[int]:
        """Return the bytes of the grades named by letter, or by a range of points "90-100".

        Raises ValueError for a name that stands for no grade of this scale.
        """
        chosen: set[int] = set()
        known = {grade.letter: grade.code for grade in self.grades}
        for name in names:
            span = _RANGE.fullmatch(name) if self.kind is ScaleKind.POINTS else None
            if span is None:
                codes = {known[name]} if name in known else set()
            else:
                low, high = (int(bound) for bound in span.groups())
                codes = {code for code in known.values() if low <= code <= high}
            if not codes:
                raise ValueError(name)
            chosen |= codes
        return frozenset(chosen)

    def labels_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the labels of grades named by letter; ranges of points stand for themselves."""
        labels = {grade.letter: grade.label for grade in self.grades}
        return tuple(labels.get(name, name) for name in names)

    def read(self, cell: str) -> int:
        """Return the byte of a cell: a letter, a label or points; empty is no mark.

        "A+B" and "++" are two marks. Case, width and spaces do not matter. Raises ValueError.
        """
        text = unicodedata.normalize("NFKC", cell).strip()
        if not text:
            return NO_MARK
        if text == TWO_MARKS_CELL:
            return TWO_MARKS
        found = self._words().get(text.upper())
        if found is not None:
            return found
        parts = text.split("+")
        if len(parts) > 1 and all(part.strip() for part in parts):
            for part in parts:
                self.read(part)
            return TWO_MARKS
        raise ValueError(cell)

    def write(self, code: int) -> str:
        """Return the cell of a byte, the reverse of `read`: letter or points.

        Raises ValueError for a byte that is no mark of this scale.
        """
        if code == NO_MARK:
            return ""
        if code == TWO_MARKS:
            return TWO_MARKS_CELL
        for grade in self.grades:
            if grade.code == code:
                return grade.letter
        raise ValueError(code)

    def _words(self) -> dict[str, int]:
        words = {_folded(grade.label): grade.code for grade in self.grades}
        return words | {grade.letter: grade.code for grade in self.grades}

    def as_json(self) -> dict[str, Any]:
        """Return the scale as PAPER.json carries it; points are told by their step alone."""
        rates = [
            {"key": rate.key, "label": rate.label, "grades": list(rate.grades)}
            for rate in self.rates
        ]
        if self.kind is ScaleKind.POINTS:
            return {"kind": self.kind.value, "step": self.step, "rates": rates}
        grades = [
            {
                "letter": grade.letter,
                "label": grade.label,
                "points": grade.points,
                "valid": grade.valid,
            }
            for grade in self.grades
        ]
        return {"kind": self.kind.value, "grades": grades, "rates": rates}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote; its form is what the schema has let through."""
        rates = tuple(
            Rate(rate["key"], rate["label"], tuple(rate["grades"])) for rate in stored["rates"]
        )
        if ScaleKind(stored["kind"]) is ScaleKind.POINTS:
            step = stored["step"]
            return cls(ScaleKind.POINTS, _steps(step), rates, step)
        grades = tuple(
            Grade(grade["letter"], grade["label"], grade["points"], grade["valid"])
            for grade in stored["grades"]
        )
        return cls(ScaleKind.GRADES, grades, rates)


def points_scale(step: int, rates: tuple[Rate, ...]) -> Scale:
    """Return a scale of points from 0 to 100, best first.

    step: a divisor of 100; raises ValueError on any other.
    """
    return Scale(ScaleKind.POINTS, _steps(step), rates, step)


def _steps(step: int) -> tuple[Grade, ...]:
    if not 1 <= step <= HIGHEST_POINTS or HIGHEST_POINTS % step:
        raise ValueError(step)
    every = range(HIGHEST_POINTS, -1, -step)
    return tuple(Grade(str(points), str(points), points) for points in every)


def _folded(label: str) -> str:
    return unicodedata.normalize("NFKC", label).strip().upper()
