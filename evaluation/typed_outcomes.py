"""A scale, its rates, caps, outcome rules and consequences as they are typed in rows.

Pure. What is typed is rows of plain texts (`evaluation.typed_rows`); `read_typed` makes values of
them, and names the row and the column of everything that cannot be read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeVar

from app.ballotbox.domain import Denominator
from app.intake.cells import narrow, text, whole_number
from app.refused import Refused
from app.thresholds import Comparison, Threshold
from evaluation.paper import MOST_SUBJECTS, Cap, Consequence, Paper, RankBy
from evaluation.rules import Condition, Outcome, OutcomeRule, Score, Share, Standing, Step
from evaluation.scales import (
    HIGHEST_POINTS,
    Grade,
    Rate,
    Scale,
    ScaleKind,
    points_scale,
)
from evaluation.typed_rows import NEW, SCORE, SHARE, Row, Typed

Place = tuple[str | int, ...]
"""Where something is typed: `("rules", 1, "when", 0, "bar")`."""

COMPARISONS: Mapping[str, tuple[Comparison, bool]] = {
    "gt": (Comparison.GT, False),
    "ge": (Comparison.GE, False),
    "lt": (Comparison.GE, True),
    "le": (Comparison.GT, True),
}
"""More than, at least, less than, at most; and whether the threshold is to be missed."""

STEPS_OF_POINTS = tuple(step for step in range(1, HIGHEST_POINTS + 1) if HIGHEST_POINTS % step == 0)

_LONGEST_GRADE, _LONGEST_RATE, _LONGEST_OUTCOME = 20, 40, 40
_MOST_TIMES = 20
_SPOKEN = 4
"""Halves, thirds and quarters are spoken of as such."""
_FINEST = 10_000
"""Points are typed to four decimals."""

_DIGITS = {word: at for at, word in enumerate("一二三四五六七八九十", 1)}
_CHINESE = re.compile("([一二三四五六七八九十])分之([一二三四五六七八九十])")
_FRACTION = re.compile(r"(\d{1,6}) ?/ ?(\d{1,6})")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?%")
_POINTS = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?分?")
_SPAN_SIGN = re.compile(r" ?[-~—–至到] ?")
_SPAN_END = re.compile("[,、;，；]")
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A place that cannot be read, and the refusal that says why."""

    place: Place
    refused: Refused


# What a paper asks, as it is typed


def typed(paper: Paper) -> dict[str, Any]:
    """Return the scale, rates, caps, rules and consequences of a paper as rows of texts."""
    scale = paper.scale
    lettered = scale.kind is ScaleKind.GRADES
    return {
        "kind": scale.kind.value,
        "step": str(scale.step or 1),
        "rank_by": paper.rank_by.value,
        "grades": [_grade_row(grade) for grade in scale.grades] if lettered else [],
        "rates": [
            {"key": rate.key, "label": rate.label, **_named(scale, rate.grades)}
            for rate in scale.rates
        ],
        "caps": [{"at_most": str(cap.at_most), **_named(scale, cap.grades)} for cap in paper.caps],
        "rules": [
            {
                "key": rule.outcome.key,
                "label": rule.outcome.label,
                "standing": rule.outcome.standing.value,
                "steps": [step.value for step in rule.outcome.steps],
                "when": [_condition_row(scale, condition) for condition in rule.when],
            }
            for rule in paper.rules
        ],
        "consequences": [
            {
                "standing": each.standing.value,
                "times": str(each.times),
                "steps": [step.value for step in each.steps],
            }
            for each in paper.consequences
        ],
    }


def bar_text(fraction: Fraction) -> str:
    """Return a share as it is typed: `2/3`, and `80%` where it makes a whole per cent."""
    if 100 % fraction.denominator or fraction.denominator <= _SPOKEN:
        return f"{fraction.numerator}/{fraction.denominator}"
    return f"{int(fraction * 100)}%"


def _grade_row(grade: Grade) -> dict[str, Any]:
    points = "" if grade.points is None else str(grade.points)
    return {
        "letter": grade.letter,
        "label": grade.label,
        "points": points,
        "counts": grade.valid,
    }


def _named(scale: Scale, names: Sequence[str]) -> dict[str, Any]:
    if scale.kind is ScaleKind.POINTS:
        return {"grades": [], "span": ", ".join(names)}
    return {"grades": list(names), "span": ""}


def _condition_row(scale: Scale, condition: Condition) -> dict[str, Any]:
    threshold = condition.threshold
    below = isinstance(condition, Share) and condition.below
    said = next(key for key, way in COMPARISONS.items() if way == (threshold.comparison, below))
    if isinstance(condition, Score):
        bar = points_text(threshold.fraction)
        return {**NEW["when"], "kind": SCORE, "comparison": said, "bar": bar}
    bar = bar_text(threshold.fraction)
    named = _named(scale, condition.grades)
    return {"kind": SHARE, **named, "of": condition.of.value, "comparison": said, "bar": bar}


def points_text(fraction: Fraction) -> str:
    """Return a share of 100 points as points: `90`, `72.5`, and `100/3` where nothing else is."""
    points = fraction * HIGHEST_POINTS
    whole, rest = divmod(points * _FINEST, _FINEST)
    if rest.denominator != 1:
        return f"{points.numerator}/{points.denominator}"
    decimals = f"{int(rest):04}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


# What is typed, as a paper asks it


def read_typed(before: Paper, rows: Typed) -> tuple[Paper, tuple[Unreadable, ...]]:
    """Return the paper with what is typed in `rows`, and every place that cannot be read.

    `rows` are those of `lettered`. With any unreadable place the paper is the one before.
    Whether an evaluation can be held with it is for `evaluation.flaws.check`.
    """
    reader = _Reader(ScaleKind(rows["kind"]), [row["letter"] for row in rows["grades"]])
    asked = replace(
        before,
        scale=reader.scale(rows),
        rank_by=RankBy(rows["rank_by"]),
        caps=tuple(reader.cap(("caps", at), row) for at, row in enumerate(rows["caps"])),
        rules=tuple(reader.rule(("rules", at), row) for at, row in enumerate(rows["rules"])),
        consequences=tuple(
            reader.consequence(("consequences", at), row)
            for at, row in enumerate(rows["consequences"])
        ),
    )
    return (before if reader.faults else asked), tuple(reader.faults)


class _Reader:
    """Reads rows, and keeps what could not be read; a stand-in goes on in its place."""

    def __init__(self, kind: ScaleKind, letters: Sequence[str]) -> None:
        self.kind = kind
        self.letters = letters
        self.faults: list[Unreadable] = []

    def scale(self, rows: Typed) -> Scale:
        rates = tuple(self.rate(("rates", at), row) for at, row in enumerate(rows["rates"]))
        if self.kind is ScaleKind.POINTS:
            return self.read(("step",), lambda: points_scale(int(rows["step"]), rates)) or (
                points_scale(1, rates)
            )
        grades = (self.grade(("grades", at), row) for at, row in enumerate(rows["grades"]))
        return Scale(ScaleKind.GRADES, tuple(grades), rates)

    def grade(self, place: Place, row: Row) -> Grade:
        points = None
        if narrow(row["points"]):
            points = self.read(
                (*place, "points"), lambda: whole_number(0, HIGHEST_POINTS)(row["points"])
            )
        label = self.label((*place, "label"), row["label"], _LONGEST_GRADE)
        return Grade(row["letter"], label, points, valid=bool(row["counts"]))

    def rate(self, place: Place, row: Row) -> Rate:
        label = self.label((*place, "label"), row["label"], _LONGEST_RATE)
        return Rate(row["key"], label, self.grades(place, row))

    def cap(self, place: Place, row: Row) -> Cap:
        most = self.read(
            (*place, "at_most"), lambda: whole_number(0, MOST_SUBJECTS)(row["at_most"])
        )
        return Cap(self.grades(place, row), most or 0)

    def rule(self, place: Place, row: Row) -> OutcomeRule:
        label = self.label((*place, "label"), row["label"], _LONGEST_OUTCOME)
        steps = tuple(Step(step) for step in row["steps"])
        outcome = Outcome(row["key"], label, Standing(row["standing"]), steps)
        when = (self.condition((*place, "when", at), each) for at, each in enumerate(row["when"]))
        return OutcomeRule(outcome, tuple(when))

    def condition(self, place: Place, row: Row) -> Condition:
        comparison, below = COMPARISONS[row["comparison"]]
        bar = (*place, "bar")
        if row["kind"] == SCORE:
            if below:
                self.fault((*place, "comparison"), Refused("band_from_above"))
            score = self.read(bar, lambda: Threshold(comparison, read_points(row["bar"])))
            return Score(score or _ANY)
        share = self.read(bar, lambda: Threshold(comparison, read_share(row["bar"])))
        of = Denominator(row["of"])
        return Share(self.grades(place, row), of, share or _ANY, below)

    def consequence(self, place: Place, row: Row) -> Consequence:
        times = self.read((*place, "times"), lambda: whole_number(1, _MOST_TIMES)(row["times"]))
        steps = tuple(Step(step) for step in row["steps"])
        if not steps:
            self.fault((*place, "steps"), Refused("no_step_chosen"))
        return Consequence(Standing(row["standing"]), times or 1, steps)

    def grades(self, place: Place, row: Row) -> tuple[str, ...]:
        """Read the grades that a row is about: ticked ones, or spans of points."""
        if self.kind is ScaleKind.POINTS:
            spans = tuple(
                _SPAN_SIGN.sub("-", span.strip())
                for span in _SPAN_END.split(narrow(row["span"]))
                if span.strip()
            )
            if not spans:
                self.fault((*place, "span"), Refused("no_points_named"))
            return spans
        ticked = tuple(letter for letter in self.letters if letter in row["grades"])
        if not ticked:
            self.fault((*place, "grades"), Refused("no_grade_chosen"))
        return ticked

    def label(self, place: Place, said: str, longest: int) -> str:
        label = self.read(place, lambda: text(longest)(said)) or ""
        if not label and all(fault.place != place for fault in self.faults):
            self.fault(place, Refused("blank"))
        return label

    def read(self, place: Place, reading: Callable[[], _Read]) -> _Read | None:
        try:
            return reading()
        except Refused as refused:
            self.fault(place, refused)
        except ValueError:
            self.fault(place, Refused("share_out_of_range"))
        return None

    def fault(self, place: Place, refused: Refused) -> None:
        self.faults.append(Unreadable(place, refused))


_ANY = Threshold(Comparison.GE, Fraction(0))


def read_share(said: str) -> Fraction:
    """Read a share: `1/2`, `80%`, `66.7 %`, `三分之二`, `半数`. Raises `share_unreadable`."""
    plain = narrow(said)
    if plain in {"半数", "一半", "half"}:
        return Fraction(1, 2)
    if found := _CHINESE.fullmatch(plain):
        return Fraction(_DIGITS[found[2]], _DIGITS[found[1]])
    if (found := _FRACTION.fullmatch(plain)) and int(found[2]):
        return Fraction(int(found[1]), int(found[2]))
    if found := _PERCENT.fullmatch(plain):
        return Fraction(found[1]) / 100
    raise Refused("share_unreadable")


def read_points(said: str) -> Fraction:
    """Read points from 0 to 100 as a share of 100: `90`, `72.5`. Raises `points_unreadable`."""
    plain = narrow(said)
    decimal, fraction = _POINTS.fullmatch(plain), _FRACTION.fullmatch(plain)
    points = Fraction(-1)
    if decimal:
        points = Fraction(decimal[1])
    elif fraction and int(fraction[2]):
        points = Fraction(int(fraction[1]), int(fraction[2]))
    if not 0 <= points <= HIGHEST_POINTS:
        raise Refused("points_unreadable")
    return points / HIGHEST_POINTS
