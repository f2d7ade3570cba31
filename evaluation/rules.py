"""Outcome rules: a first-match list of what the marks of a subject amount to.

A rule names its outcome and the conditions that must all hold: a share of certain grades of a
certain denominator, or a score. The last rule of a list has no condition. An outcome is a
finding, never a legal act; what it calls for is proposed by `evaluation.consequences`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from app.ballotbox.domain import Denominator
from app.thresholds import Threshold
from evaluation.scales import HIGHEST_POINTS


class Standing(StrEnum):
    """How well an outcome speaks of its subject, whatever word the place uses for it."""

    GOOD = "good"
    """满意, 称职: nothing follows."""
    FAIR = "fair"
    """基本满意, 基本称职."""
    POOR = "poor"
    """不满意, 不称职."""
    GRAVE = "grave"
    """严重不满意."""


class Step(StrEnum):
    """What can be proposed after an outcome."""

    RECTIFY = "rectify"
    """整改: the problems go on a list and are struck off it after a re-check (销号)."""
    REPORT_AGAIN = "report_again"
    """在下次会议再报告."""
    EVALUATE_AGAIN = "evaluate_again"
    """再次测评."""
    SPECIAL_INQUIRY = "special_inquiry"
    """专题询问."""
    ADMONISHING_TALK = "admonishing_talk"
    """诫勉谈话."""
    REMOVAL = "removal"
    """提出撤职案."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the marks: those of `grades`, of `of`, reach the threshold.

    below: the condition holds where the threshold is *not* reached ("fewer than two thirds").
    """

    grades: tuple[str, ...]
    of: Denominator
    threshold: Threshold
    below: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the condition as PAPER.json carries it."""
        return {
            "grades": list(self.grades),
            "of": self.of.value,
            "threshold": str(self.threshold),
            "below": self.below,
        }


@dataclass(frozen=True, slots=True)
class Score:
    """A score band: the score, as a share of 100 points, reaches the threshold (`ge 9/10`)."""

    threshold: Threshold

    def as_json(self) -> dict[str, Any]:
        """Return the condition as PAPER.json carries it."""
        return {"score": str(self.threshold)}


Condition = Share | Score


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finding: its key, the word of the place for it, and its standing.

    steps: what it calls for by itself, where that differs from the paper's consequences.
    """

    key: str
    label: str
    standing: Standing
    steps: tuple[Step, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as papers and tallies carry it."""
        return {
            "key": self.key,
            "label": self.label,
            "standing": self.standing.value,
            "steps": [step.value for step in self.steps],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        steps = tuple(Step(step) for step in stored.get("steps", ()))
        return cls(stored["key"], stored["label"], Standing(stored["standing"]), steps)


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """One line of the list: the outcome, where all of `when` holds; nothing in it always holds."""

    outcome: Outcome
    when: tuple[Condition, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the rule as PAPER.json carries it."""
        return {
            "outcome": self.outcome.as_json(),
            "when": [condition.as_json() for condition in self.when],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote; raises ValueError on a threshold that cannot be."""
        when = tuple(_condition(condition) for condition in stored.get("when", ()))
        return cls(Outcome.from_json(stored["outcome"]), when)


def reads_score(rules: tuple[OutcomeRule, ...]) -> bool:
    """Whether any of the rules needs the score."""
    return any(isinstance(condition, Score) for rule in rules for condition in rule.when)


def shares(rules: tuple[OutcomeRule, ...]) -> tuple[Share, ...]:
    """Return the conditions that read shares of grades, in the order of the rules."""
    found = (condition for rule in rules for condition in rule.when)
    return tuple(condition for condition in found if isinstance(condition, Share))


def first_match(
    rules: tuple[OutcomeRule, ...],
    *,
    marks_of: Callable[[tuple[str, ...]], int],
    whole_of: Callable[[Denominator], int],
    score: Fraction | None,
) -> int:
    """Return the position of the first rule whose conditions all hold.

    marks_of(grades): how many marks the subject has of these grades.
    whole_of(denominator): the number a share is taken of; `valid` is the subject's own.
    score: 0 to 100, or None, which no band holds.
    Raises ValueError where no rule holds, which a list that ends without a condition never does.
    """

    def holds(condition: Condition) -> bool:
        if isinstance(condition, Score):
            return score is not None and condition.threshold.met(
                score.numerator, score.denominator * HIGHEST_POINTS
            )
        reached = condition.threshold.met(marks_of(condition.grades), whole_of(condition.of))
        return reached is not condition.below

    for at, rule in enumerate(rules):
        if all(holds(condition) for condition in rule.when):
            return at
    raise ValueError("no_rule_holds")


def _condition(stored: Mapping[str, Any]) -> Condition:
    if "score" in stored:
        return Score(Threshold.parse(stored["score"]))
    return Share(
        tuple(stored["grades"]),
        Denominator(stored["of"]),
        Threshold.parse(stored["threshold"]),
        stored.get("below", False),
    )
