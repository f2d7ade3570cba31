"""What an evaluation asks, as plain values: subjects, criteria, scale, rules, and their JSON.

An item is a subject × a criterion. Items stand subject by subject, in the order of the paper,
and that order is the order of the bytes in every ballot, so it is frozen with the paper. What a
byte means stands in `evaluation.scales`, which settings are impossible in `evaluation.flaws`,
and how ballots are counted in `evaluation.tally`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Self, TypeVar

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from app.ballotbox.canonical import canonical, digest
from app.ballotbox.domain import Secrecy
from evaluation.rules import OutcomeRule, Standing, Step
from evaluation.scales import Scale

INSTRUMENT = "evaluation"
MOST_SUBJECTS = 60
MOST_CRITERIA = 12
SMALLEST_GROUP = 5
"""k: no figure is given of a group of fewer raters (RULES 7), where the paper sets no other."""


class SubjectKind(StrEnum):
    """What can be rated."""

    OFFICIAL = "official"
    DEPARTMENT = "department"
    PROJECT = "project"
    WORK_REPORT = "work_report"
    REVIEW_OPINION = "review_opinion"
    SUGGESTION = "suggestion"
    STATION = "station"


class Fault(StrEnum):
    """What an item without a mark, or with two, does to its ballot."""

    VOID_SUBJECT = "void_subject"
    """Nothing that this ballot says of that subject counts (深圳)."""
    VOID_BALLOT = "void_ballot"
    """The whole ballot is invalid."""
    ABSTAIN = "abstain"
    """It is a valid mark for no grade (弃权)."""


class EmptyGroup(StrEnum):
    """What a rater group without a mark does to the weighted score."""

    RENORMALISE = "renormalise"
    """The weights of the others make up the whole."""
    ZERO = "zero"
    """It counts as 0 points."""
    BLOCK = "block"
    """There is no score."""


class RankBy(StrEnum):
    """What subjects are put in order by."""

    SCORE = "score"
    SATISFIED_RATE = "satisfied_rate"
    OVERALL_RATE = "overall_rate"
    NONE = "none"


class MalformedPaperError(ValueError):
    """A stored or offered paper cannot be read: `place` says where, `reason` what is wrong.

    `place` is a JSON path below the paper (`subjects[3].name`); `reason` is a word of JSON
    Schema (required, type, enum, minimum …) or a code of `evaluation.flaws`.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Subject:
    """One that is rated: a person, a unit, a project, a report, a suggestion.

    photo and reading: opaque keys of material shown beside the row, empty where there is none.
    """

    id: str
    kind: SubjectKind
    name: str
    post_or_unit: str = ""
    note: str = ""
    photo: str = ""
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question asked about every subject; weight 0 stays out of the score."""

    id: str
    name: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class RaterGroup:
    """A kind of raters (测评主体类别) and the weight of its voice in the score.

    open_sample: answers behind a public code, without tickets. They never enter the counts and
    rates of ticketed raters, only the score, through their own weight. Of them only: an answer
    given within `least_seconds` of opening the paper is left out, and, if `uniform_invalid`, one
    whose marks are all the same.
    """

    id: str
    name: str
    weight: int = 0
    open_sample: bool = False
    least_seconds: int = 0
    uniform_invalid: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the group; what an open sample only has is left out of any other."""
        plain = asdict(self)
        if not self.open_sample:
            del plain["least_seconds"], plain["uniform_invalid"]
        return plain


@dataclass(frozen=True, slots=True)
class Validity:
    """When a mark or a ballot counts.

    uniform_invalid: a ballot whose marks, two at least, are all the same is invalid.
    min_responses: a subject with fewer valid marks has no outcome.
    """

    missing: Fault = Fault.VOID_SUBJECT
    double: Fault = Fault.VOID_SUBJECT
    uniform_invalid: bool = False
    min_responses: int = 1


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many subjects may get one of `grades` under one criterion of one ballot."""

    grades: tuple[str, ...]
    at_most: int


@dataclass(frozen=True, slots=True)
class Trim:
    """How many of the highest and lowest marks of an item, in each group, stay out of the score.

    A group in which nothing would be left is not trimmed.
    """

    highest: int = 0
    lowest: int = 0


@dataclass(frozen=True, slots=True)
class Consequence:
    """What an outcome calls for when it came about `times` times, this one included."""

    standing: Standing
    times: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One byte of the ballot: a subject under a criterion, both by position."""

    id: str
    label: str
    subject: int
    criterion: int


PLAIN = (Criterion("all", ""),)
"""The one unnamed criterion of a plain satisfaction vote."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper (票面) of one round, ready to be frozen.

    overall_criterion: the criterion (总体评价) that rates and outcomes are read from where there
    are several; empty pools the marks of all of them, for the rates only.
    groups: none is one unnamed group. Where no group has a weight, the score is the mean over
    ballots.
    round counts from 1 and previous is the digest of the paper of the round before.
    """

    title: str
    subjects: tuple[Subject, ...]
    scale: Scale
    criteria: tuple[Criterion, ...] = PLAIN
    overall_criterion: str = ""
    groups: tuple[RaterGroup, ...] = ()
    validity: Validity = Validity()
    caps: tuple[Cap, ...] = ()
    rules: tuple[OutcomeRule, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    empty_group: EmptyGroup = EmptyGroup.RENORMALISE
    trim: Trim = Trim()
    rank_by: RankBy = RankBy.SATISFIED_RATE
    smallest_group: int = SMALLEST_GROUP
    remarks: bool = False
    same_for_rest: bool = False
    """Whether the booth offers "the same grade for all the rest", for every grade alike."""
    secrecy: Secrecy = Secrecy.SECRET
    round: int = 1
    previous: str = ""
    rehearsal: bool = False
    adopted: str = ""
    """The rules of the evaluation by title and when they were adopted, for the sheet."""

    @property
    def plain(self) -> bool:
        """Whether there is a single criterion, so that an item is a subject."""
        return len(self.criteria) == 1

    @property
    def items(self) -> tuple[Item, ...]:
        """The items in ballot order: all criteria of a subject stand together."""
        return tuple(
            Item(
                subject.id if self.plain else f"{subject.id}.{criterion.id}",
                subject.name if self.plain else f"{subject.name} · {criterion.name}",
                at,
                under,
            )
            for at, subject in enumerate(self.subjects)
            for under, criterion in enumerate(self.criteria)
        )

    @property
    def group_ids(self) -> tuple[str, ...]:
        """The ids of the rater groups; the one unnamed group where the paper has none."""
        return tuple(group.id for group in self.groups) or ("",)

    @property
    def counted_groups(self) -> tuple[int, ...]:
        """Positions of the groups that counts and rates are taken of.

        The ticketed ones; the open samples only where nothing else was asked.
        """
        ticketed = tuple(at for at, group in enumerate(self.groups) if not group.open_sample)
        return ticketed or tuple(range(len(self.group_ids)))

    @property
    def open_alone(self) -> bool:
        """Whether nobody with a ticket is asked: an open questionnaire by itself."""
        return bool(self.groups) and all(group.open_sample for group in self.groups)

    @property
    def weighted(self) -> bool:
        """Whether the score weighs groups against each other."""
        return any(group.weight for group in self.groups)

    @property
    def overall(self) -> int | None:
        """Position of the criterion that rates are read from, or None where they are pooled."""
        if self.plain:
            return 0
        ids = [criterion.id for criterion in self.criteria]
        return ids.index(self.overall_criterion) if self.overall_criterion else None

    @property
    def digest(self) -> str:
        """SHA-256 of the paper's canonical JSON."""
        return digest(canonical(self.as_json()))

    def as_json(self) -> dict[str, Any]:
        """Return the paper for `canonical`: texts, integers and booleans only.

        `items` carry `id` and `label` as on every instrument, so that a recount with nothing but
        the standard library can read the paper.
        """
        return {
            "instrument": INSTRUMENT,
            "title": self.title,
            "items": [{"id": item.id, "label": item.label} for item in self.items],
            "subjects": [_plain(subject) for subject in self.subjects],
            "criteria": [_plain(criterion) for criterion in self.criteria],
            "overall_criterion": self.overall_criterion,
            "scale": self.scale.as_json(),
            "groups": [group.as_json() for group in self.groups],
            "rule": {
                "validity": _plain(self.validity),
                "caps": [_plain(cap) for cap in self.caps],
                "outcomes": [rule.as_json() for rule in self.rules],
                "consequences": [_plain(consequence) for consequence in self.consequences],
                "empty_group": self.empty_group.value,
                "trim": _plain(self.trim),
                "rank_by": self.rank_by.value,
                "smallest_group": self.smallest_group,
            },
            "remarks": self.remarks,
            "same_for_rest": self.same_for_rest,
            "secrecy": self.secrecy.value,
            "round": self.round,
            "previous": self.previous,
            "rehearsal": self.rehearsal,
            "adopted": self.adopted,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote, or a shorter paper written by hand.

        Only instrument, title, subjects (id, kind, name) and scale must be there. Raises
        MalformedPaperError at the first place that does not fit `paper_schema()`, and where the
        items named are not, in this order, those that subjects and criteria make; impossible
        settings are for `evaluation.flaws.check`.
        """
        if error := best_match(Draft202012Validator(paper_schema()).iter_errors(stored)):
            raise MalformedPaperError(
                error.json_path.removeprefix("$").lstrip("."), error.validator
            )
        try:
            paper = _read(cls, stored)
        except (ValueError, ZeroDivisionError) as error:
            raise MalformedPaperError("rule.outcomes", "threshold") from error
        named = [item["id"] for item in stored.get("items", ())]
        if named and named != [item.id for item in paper.items]:
            raise MalformedPaperError("items", "order")
        return paper


@cache
def paper_schema() -> dict[str, Any]:
    """Return the JSON Schema of PAPER.json for this instrument."""
    text = files("evaluation").joinpath("paper.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


_SETTINGS = ("overall_criterion", "remarks", "same_for_rest", "round", "previous", "rehearsal")
_AnyPaper = TypeVar("_AnyPaper", bound=Paper)


def _read(cls: type[_AnyPaper], stored: Mapping[str, Any]) -> _AnyPaper:
    rule = stored.get("rule", {})
    settings = {name: stored[name] for name in (*_SETTINGS, "adopted") if name in stored}
    if "criteria" in stored:
        settings["criteria"] = tuple(Criterion(**each) for each in stored["criteria"])
    if "secrecy" in stored:
        settings["secrecy"] = Secrecy(stored["secrecy"])
    if "empty_group" in rule:
        settings["empty_group"] = EmptyGroup(rule["empty_group"])
    if "rank_by" in rule:
        settings["rank_by"] = RankBy(rule["rank_by"])
    if "smallest_group" in rule:
        settings["smallest_group"] = rule["smallest_group"]
    return cls(
        title=stored["title"],
        subjects=tuple(_subject(each) for each in stored["subjects"]),
        scale=Scale.from_json(stored["scale"]),
        groups=tuple(RaterGroup(**each) for each in stored.get("groups", ())),
        validity=_validity(rule.get("validity", {})),
        caps=tuple(Cap(tuple(cap["grades"]), cap["at_most"]) for cap in rule.get("caps", ())),
        rules=tuple(OutcomeRule.from_json(each) for each in rule.get("outcomes", ())),
        consequences=tuple(_consequence(each) for each in rule.get("consequences", ())),
        trim=Trim(**rule.get("trim", {})),
        **settings,
    )


def _subject(stored: Mapping[str, Any]) -> Subject:
    return Subject(**{**stored, "kind": SubjectKind(stored["kind"])})


def _validity(stored: Mapping[str, Any]) -> Validity:
    faults = {name: Fault(stored[name]) for name in ("missing", "double") if name in stored}
    return Validity(**{**stored, **faults})


def _consequence(stored: Mapping[str, Any]) -> Consequence:
    steps = tuple(Step(step) for step in stored["steps"])
    return Consequence(Standing(stored["standing"]), stored["times"], steps)


def _plain(value: Any) -> dict[str, Any]:
    """Return the fields of a value that holds texts, numbers and lists of texts."""
    return {
        name: [str(each) for each in field] if isinstance(field, tuple) else field
        for name, field in asdict(value).items()
    }
