"""What came of an evaluation: plain values that every screen, sheet and export prints from.

A `Tally` is made by `evaluation.tally.decide` and never changed; `as_json` gives integers and
texts only, fit to be sealed. What may not come out (RULES 7) is not in it: the values here are
empty where a figure is withheld, and `withheld` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from app.ballotbox.domain import Denominator, Turnout
from evaluation.paper import INSTRUMENT, RankBy, SubjectKind
from evaluation.rules import Outcome
from evaluation.scores import Gap


class Verdict(StrEnum):
    """What one ballot is, as a whole; an invalid ballot counts for no subject."""

    VALID = "valid"
    BLANK = "blank"
    """No mark at all, and the paper takes a missing mark as an abstention: a valid ballot."""
    BLANK_INVALID = "blank_invalid"
    """No mark at all, and the paper takes no abstention from silence."""
    UNKNOWN_MARK = "unknown_mark"
    """A byte that the scale does not know."""
    MISSING = "missing"
    """An item without a mark, which voids the ballot here."""
    DOUBLE = "double"
    """An item with two marks, which voids the ballot here."""
    OVER_CAP = "over_cap"
    """More subjects with a capped grade than allowed."""
    UNIFORM = "uniform"
    """All marks the same."""
    NOTHING_LEFT = "nothing_left"
    """Marks there are, but every subject is void."""

    @property
    def is_valid(self) -> bool:
        """Whether the ballot counts as valid (有效票)."""
        return self in {Verdict.VALID, Verdict.BLANK}


class Reason(StrEnum):
    """Why a subject has its outcome, or none."""

    RULE_HOLDS = "rule_holds"
    NO_RULES = "no_rules"
    """The paper asks for figures only."""
    VOTE_VOID = "vote_void"
    """More ballots came back than were issued: nothing is decided."""
    TOO_FEW_RATERS = "too_few_raters"
    """Fewer ballots than k: nothing comes out at all."""
    NO_VALID_MARKS = "no_valid_marks"
    TOO_FEW_RESPONSES = "too_few_responses"
    """Fewer valid marks than the paper asks for."""
    NO_SCORE = "no_score"
    """The rules read a score, and there is none."""
    NO_WHOLE = "no_whole"
    """The rules take a share of a number that is not known, or is 0."""


class Withheld(StrEnum):
    """What is not given of a subject, so that no small group can be read."""

    NOTHING = "nothing"
    GROUPS = "groups"
    """Some groups are not broken out."""
    SCORE = "score"
    """The outcome needs the counts; beside them the score would give a small group away."""
    COUNTS = "counts"
    """The score is given; beside it the counts would give a small group away."""
    ALL = "all"
    """Fewer ballots than k."""


@dataclass(frozen=True, slots=True)
class RateShare:
    """A rate with its own whole: `part` of `whole` valid marks."""

    key: str
    label: str
    part: int
    whole: int

    def as_json(self) -> dict[str, Any]:
        """Return the rate; the share as [part, whole]."""
        return {"key": self.key, "label": self.label, "share": [self.part, self.whole]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        part, whole = stored["share"]
        return cls(stored["key"], stored["label"], part, whole)


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """The counts of one item: grades + missing + double + set_aside = valid ballots.

    grades: marks of each grade, in the order of the scale.
    set_aside: items that do not count since another item of their subject voids it.
    valid: the marks that rates are taken of, abstentions among them where the paper takes them.
    """

    id: str
    name: str
    grades: tuple[int, ...]
    missing: int
    double: int
    set_aside: int
    abstained: int
    valid: int
    rates: tuple[RateShare, ...]
    score: Fraction | None

    def as_json(self) -> dict[str, Any]:
        """Return the counts under their names."""
        return {
            "id": self.id,
            "label": self.name,
            "grades": list(self.grades),
            "missing": self.missing,
            "double": self.double,
            "set_aside": self.set_aside,
            "abstained": self.abstained,
            "valid": self.valid,
            "rates": [rate.as_json() for rate in self.rates],
            "score": _fraction(self.score),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(
            stored["id"],
            stored["label"],
            tuple(stored["grades"]),
            stored["missing"],
            stored["double"],
            stored["set_aside"],
            stored["abstained"],
            stored["valid"],
            _rates(stored["rates"]),
            _read_fraction(stored["score"]),
        )


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One rater group's voice on one subject; only groups that may be shown have a line."""

    id: str
    name: str
    open_sample: bool
    rates: tuple[RateShare, ...]
    criteria: tuple[CriterionLine, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the line under its names."""
        return {
            "id": self.id,
            "label": self.name,
            "open_sample": self.open_sample,
            "rates": [rate.as_json() for rate in self.rates],
            "criteria": [line.as_json() for line in self.criteria],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(
            stored["id"],
            stored["label"],
            stored["open_sample"],
            _rates(stored["rates"]),
            tuple(CriterionLine.from_json(line) for line in stored["criteria"]),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One subject's row: its rates, score, outcome and, where they may be shown, its counts.

    place: by `Tally.rank_by`; equal ones share a place. None where it has none.
    rule: the number of the outcome rule that held, from 1.
    """

    id: str
    kind: SubjectKind
    name: str
    post_or_unit: str
    place: int | None
    rates: tuple[RateShare, ...]
    criteria: tuple[CriterionLine, ...]
    groups: tuple[GroupLine, ...]
    score: Fraction | None
    gap: Gap | None
    outcome: Outcome | None
    reason: Reason
    rule: int | None
    withheld: Withheld

    def rate(self, key: str) -> RateShare | None:
        """Return the rate of a key, or None where it is withheld or unknown."""
        return next((rate for rate in self.rates if rate.key == key), None)

    def as_json(self) -> dict[str, Any]:
        """Return the row under its names; fractions as "n/d"."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "label": self.name,
            "post_or_unit": self.post_or_unit,
            "place": self.place,
            "rates": [rate.as_json() for rate in self.rates],
            "criteria": [line.as_json() for line in self.criteria],
            "groups": [group.as_json() for group in self.groups],
            "score": _fraction(self.score),
            "gap": self.gap and self.gap.value,
            "outcome": self.outcome and self.outcome.as_json(),
            "reason": self.reason.value,
            "rule": self.rule,
            "withheld": self.withheld.value,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(
            id=stored["id"],
            kind=SubjectKind(stored["kind"]),
            name=stored["label"],
            post_or_unit=stored["post_or_unit"],
            place=stored["place"],
            rates=_rates(stored["rates"]),
            criteria=tuple(CriterionLine.from_json(line) for line in stored["criteria"]),
            groups=tuple(GroupLine.from_json(group) for group in stored["groups"]),
            score=_read_fraction(stored["score"]),
            gap=stored["gap"] and Gap(stored["gap"]),
            outcome=stored["outcome"] and Outcome.from_json(stored["outcome"]),
            reason=Reason(stored["reason"]),
            rule=stored["rule"],
            withheld=Withheld(stored["withheld"]),
        )


@dataclass(frozen=True, slots=True)
class GroupTurnout:
    """The response of one rater group: returned of issued.

    issued: None for an open sample, and where it is not known. valid: None where the group is
    too small for its figures to come out. left_out: of an open sample whose figures come out, the
    invalid answers by reason; those given too fast are in the Return (`app.ballotbox.seal`).
    """

    id: str
    name: str
    weight: int
    open_sample: bool
    issued: int | None
    returned: int
    valid: int | None
    left_out: Mapping[Verdict, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the figures under their names."""
        return {
            "id": self.id,
            "label": self.name,
            "weight": self.weight,
            "open_sample": self.open_sample,
            "issued": self.issued,
            "returned": self.returned,
            "valid": self.valid,
            "left_out": {verdict.value: n for verdict, n in self.left_out.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(
            stored["id"],
            stored["label"],
            stored["weight"],
            stored["open_sample"],
            stored["issued"],
            stored["returned"],
            stored["valid"],
            {Verdict(word): n for word, n in stored.get("left_out", {}).items()},
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """The whole result of one round.

    turnout: of the ticketed raters, valid and invalid as counted; the response that stands
    beside every rate is its returned of its issued.
    grades: the labels of the scale, in its order, as heads of the columns.
    void_ballots: the invalid ballots by reason; reasons that no ballot had are left out.
    lines stand by place, those without one after them, equal ones in the order of the paper.
    """

    turnout: Turnout
    open_sample: bool
    """Whether the rates themselves are of an open sample: nobody had a ticket."""
    groups: tuple[GroupTurnout, ...]
    grades: tuple[str, ...]
    rank_by: RankBy
    smallest_group: int
    void_ballots: Mapping[Verdict, int]
    lines: tuple[Line, ...]

    @property
    def void(self) -> bool:
        """More ballots than were issued: no outcome is given; of an open sample none were."""
        return self.turnout.void and not self.open_sample

    def whole(self, of: Denominator) -> int:
        """Return the number that a share is taken of, but of the valid marks of a subject.

        Answers left out of an open sample did not come back, where nobody else was asked.
        """
        left_out = self.open_sample and of is Denominator.RETURNED
        return self.turnout.valid if left_out else self.turnout.of(of)

    @property
    def response(self) -> tuple[int, int]:
        """Returned of issued, to be printed beside every rate."""
        return self.turnout.returned, self.turnout.issued

    def line(self, id: str) -> Line:  # noqa: A002  (the field's own name)
        """Return the row of a subject; raises KeyError where there is none."""
        for line in self.lines:
            if line.id == id:
                return line
        raise KeyError(id)

    def as_json(self) -> dict[str, Any]:
        """Return the tally for `canonical`: texts, integers, booleans."""
        return {
            "instrument": INSTRUMENT,
            "turnout": self.turnout.as_json(),
            "void": self.void,
            "response": list(self.response),
            "open_sample": self.open_sample,
            "groups": [group.as_json() for group in self.groups],
            "grades": list(self.grades),
            "rank_by": self.rank_by.value,
            "smallest_group": self.smallest_group,
            "void_ballots": {verdict.value: n for verdict, n in self.void_ballots.items()},
            "lines": [line.as_json() for line in self.lines],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote; raises KeyError or ValueError on anything else."""
        return cls(
            turnout=Turnout.from_json(stored["turnout"]),
            open_sample=stored["open_sample"],
            groups=tuple(GroupTurnout.from_json(group) for group in stored["groups"]),
            grades=tuple(stored["grades"]),
            rank_by=RankBy(stored["rank_by"]),
            smallest_group=stored["smallest_group"],
            void_ballots={Verdict(word): n for word, n in stored["void_ballots"].items()},
            lines=tuple(Line.from_json(line) for line in stored["lines"]),
        )


def _rates(stored: list[Mapping[str, Any]]) -> tuple[RateShare, ...]:
    return tuple(RateShare.from_json(rate) for rate in stored)


def _fraction(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"


def _read_fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
