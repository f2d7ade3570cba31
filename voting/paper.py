"""What a livelihood-project paper asks, as plain values: candidates, rule, and their JSON.

The item order of `Paper.candidates` is the order of the bytes in every ballot, so it is frozen
with the paper. What the marks mean stands in `voting.marks`, which settings are impossible in
`voting.flaws`, and how ballots are counted in `voting.tally`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self, TypeVar

from app.ballotbox.canonical import canonical, digest
from app.ballotbox.domain import Denominator, Secrecy
from app.thresholds import Comparison, Threshold

INSTRUMENT = "voting"
MOST_VOTES = Threshold(Comparison.GE, Fraction(0))
"""No share to reach: most votes wins, as in a runoff (组织法 29). No vote at all still loses."""


class PaperKind(StrEnum):
    """How a deputy marks the paper."""

    SELECT = "select"
    """Tick up to `seats` of the candidates."""
    PER_ITEM = "per_item"
    """Approve, against or abstain (赞成、反对、弃权) for each candidate."""
    RANK = "rank"
    """Put up to `seats` candidates in order of urgency, 1 the most urgent."""


class BlankPolicy(StrEnum):
    """What a ballot without any mark is."""

    ABSTAIN = "abstain"
    """A valid ballot that selects nobody."""
    INVALID = "invalid"


class TiePolicy(StrEnum):
    """What happens to candidates with equal votes where the last seat falls between them."""

    RUNOFF = "runoff"
    """Voted on again among the tied only, most votes wins (组织法 29)."""
    PRESIDIUM = "presidium"
    """The presidium decides."""
    TAKE_FEWER = "take_fewer"
    """None of the tied is taken."""


class ShortfallPolicy(StrEnum):
    """What happens where fewer candidates than `seats` pass."""

    SUPPLEMENTARY_VOTE = "supplementary_vote"
    """另行票决 among those not selected, in the order of the first round."""
    ACCEPT_FEWER = "accept_fewer"


class Purpose(StrEnum):
    """Why this round is held."""

    FIRST_VOTE = "first_vote"
    RUNOFF = "runoff"
    SUPPLEMENTARY_VOTE = "supplementary_vote"
    HELD_AGAIN = "held_again"
    """The round before was void: more ballots came back than were issued."""


class MalformedPaperError(ValueError):
    """A stored or offered paper cannot be read: `place` says where, `reason` what is wrong.

    `place` is a JSON path below the paper (`items[3].number`, `rule.threshold`); `reason` is a
    stable word: missing, not_text, not_an_integer, not_a_boolean, not_a_list, not_an_object,
    unknown_value, or one of `FlawCode.THRESHOLD_…`.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Candidate:
    """One project put to the vote (候选项目)."""

    id: str
    """Names the item in ballots, files and Returns; kept through every round."""
    number: int
    """The number printed on the paper; a runoff keeps it, so it may have gaps."""
    name: str
    unit: str = ""
    """责任单位."""
    investment: str = ""
    """总投资 in 万元, as exact decimal text; empty where unknown."""
    description: str = ""
    completion: str = ""
    """完成时限, in the words of the proposal."""
    source: str = ""
    """项目来源: whose idea it was."""

    def as_json(self) -> dict[str, Any]:
        """Return an item of the paper; the name stands under `label`, as on every instrument."""
        return {
            "id": self.id,
            "label": self.name,
            "number": self.number,
            "unit": self.unit,
            "investment": self.investment,
            "description": self.description,
            "completion": self.completion,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """The vote's own rules, adopted by the session before it votes; every field a parameter."""

    kind: PaperKind
    seats: int
    """应选数: how many are selected at most, and on `select` and `rank` papers marked at most."""
    allow_fewer: bool
    """Whether marking fewer than `seats` is valid; not read on a `per_item` paper."""
    blank: BlankPolicy
    denominator: Denominator
    threshold: Threshold
    tie: TiePolicy
    shortfall: ShortfallPolicy
    approvals_capped: bool = False
    """On a `per_item` paper: approving more than `seats` voids the ballot. Not read elsewhere."""

    def needed(self, whole: int) -> int:
        """Count the fewest approvals that pass, of `whole`; never none, so that 0 votes lose."""
        return max(1, self.threshold.needed(whole))

    def passes(self, approvals: int, whole: int) -> bool:
        """Whether a candidate passes with so many approvals of `whole`."""
        return approvals > 0 and self.threshold.met(approvals, whole)

    def as_json(self) -> dict[str, Any]:
        """Return the rule in words and integers; the threshold as `"gt 1/2"`."""
        return {
            "kind": self.kind.value,
            "seats": self.seats,
            "allow_fewer": self.allow_fewer,
            "approvals_capped": self.approvals_capped,
            "blank": self.blank.value,
            "denominator": self.denominator.value,
            "threshold": str(self.threshold),
            "tie": self.tie.value,
            "shortfall": self.shortfall.value,
        }


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper (票面) of one round, ready to be frozen.

    `round` counts from 1 and `previous` is the digest of the frozen paper of the round before,
    empty for a first vote: a second round never overwrites the first.
    """

    title: str
    candidates: tuple[Candidate, ...]
    rule: Rule
    secrecy: Secrecy = Secrecy.SECRET
    round: int = 1
    rehearsal: bool = False
    purpose: Purpose = Purpose.FIRST_VOTE
    previous: str = ""
    adopted: str = ""
    """The vote's rules by title and when they were adopted, for the sheet; may be empty."""
    committee: bool = False
    """Whether a standing committee votes and not a congress: the words of the rule differ."""

    @property
    def items(self) -> tuple[str, ...]:
        """The candidates' ids in ballot order."""
        return tuple(candidate.id for candidate in self.candidates)

    @property
    def digest(self) -> str:
        """SHA-256 of the paper's canonical JSON."""
        return digest(canonical(self.as_json()))

    def candidate(self, id: str) -> Candidate:  # noqa: A002  (the field's own name)
        """Return the candidate of that id; raises KeyError where the paper has none."""
        for candidate in self.candidates:
            if candidate.id == id:
                return candidate
        raise KeyError(id)

    def as_json(self) -> dict[str, Any]:
        """Return the paper for `canonical`: texts, integers and booleans only.

        `items` carry `id` and `label` as on every instrument, so that a recount with nothing but
        the standard library can read the paper. `committee` is written only where it is true, so
        that a paper frozen before there was such a field keeps its digest.
        """
        return {
            "instrument": INSTRUMENT,
            "title": self.title,
            "items": [candidate.as_json() for candidate in self.candidates],
            "rule": self.rule.as_json(),
            "secrecy": self.secrecy.value,
            "round": self.round,
            "rehearsal": self.rehearsal,
            "purpose": self.purpose.value,
            "previous": self.previous,
            "adopted": self.adopted,
            **({"committee": True} if self.committee else {}),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote, or a shorter paper written by hand.

        Only instrument, title, items (id, label) and rule must be there; an item without a
        number gets its position. Every setting of the rule but `approvals_capped` must be there
        too: a policy is adopted by a session, never assumed. Raises MalformedPaperError at the
        first place that cannot be read; impossible settings are for `voting.flaws.check`.
        """
        if _text(stored, "instrument", "") != INSTRUMENT:
            raise MalformedPaperError("instrument", "unknown_value")
        items = stored.get("items")
        if not isinstance(items, Sequence) or isinstance(items, str):
            raise MalformedPaperError("items", "missing" if items is None else "not_a_list")
        return cls(
            title=_text(stored, "title", ""),
            candidates=tuple(_candidate(item, at) for at, item in enumerate(items)),
            rule=_rule(_object(stored.get("rule"), "rule")),
            secrecy=_word(Secrecy, stored, "secrecy", "", Secrecy.SECRET),
            round=_integer(stored, "round", "", 1),
            rehearsal=_boolean(stored, "rehearsal", "", default=False),
            purpose=_word(Purpose, stored, "purpose", "", Purpose.FIRST_VOTE),
            previous=_text(stored, "previous", "", ""),
            adopted=_text(stored, "adopted", "", ""),
            committee=_boolean(stored, "committee", "", default=False),
        )


def _candidate(item: Any, at: int) -> Candidate:
    place = f"items[{at}]"
    stored, inside = _object(item, place), f"{place}."
    return Candidate(
        id=_text(stored, "id", inside),
        number=_integer(stored, "number", inside, at + 1),
        name=_text(stored, "label", inside),
        unit=_text(stored, "unit", inside, ""),
        investment=_text(stored, "investment", inside, ""),
        description=_text(stored, "description", inside, ""),
        completion=_text(stored, "completion", inside, ""),
        source=_text(stored, "source", inside, ""),
    )


def _rule(stored: Mapping[str, Any]) -> Rule:
    return Rule(
        kind=_word(PaperKind, stored, "kind", "rule."),
        seats=_integer(stored, "seats", "rule."),
        allow_fewer=_boolean(stored, "allow_fewer", "rule."),
        blank=_word(BlankPolicy, stored, "blank", "rule."),
        denominator=_word(Denominator, stored, "denominator", "rule."),
        threshold=_threshold(_text(stored, "threshold", "rule.")),
        tie=_word(TiePolicy, stored, "tie", "rule."),
        shortfall=_word(ShortfallPolicy, stored, "shortfall", "rule."),
        approvals_capped=_boolean(stored, "approvals_capped", "rule.", default=False),
    )


def _threshold(text: str) -> Threshold:
    try:
        return Threshold.parse(text)
    except (ValueError, ZeroDivisionError) as error:
        named = str(error).startswith("threshold_")
        reason = str(error) if named else "threshold_unreadable"
        raise MalformedPaperError("rule.threshold", reason) from error


def _object(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise MalformedPaperError(place, "missing" if value is None else "not_an_object")
    return value


def _text(stored: Mapping[str, Any], key: str, inside: str, default: str | None = None) -> str:
    value = _present(stored, key, inside, default)
    if not isinstance(value, str):
        raise MalformedPaperError(f"{inside}{key}", "not_text")
    return value


def _integer(stored: Mapping[str, Any], key: str, inside: str, default: int | None = None) -> int:
    value = _present(stored, key, inside, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedPaperError(f"{inside}{key}", "not_an_integer")
    return value


def _boolean(
    stored: Mapping[str, Any], key: str, inside: str, *, default: bool | None = None
) -> bool:
    value = _present(stored, key, inside, default)
    if not isinstance(value, bool):
        raise MalformedPaperError(f"{inside}{key}", "not_a_boolean")
    return value


_Word = TypeVar("_Word", bound=StrEnum)


def _word(
    words: type[_Word],
    stored: Mapping[str, Any],
    key: str,
    inside: str,
    default: _Word | None = None,
) -> _Word:
    value = _present(stored, key, inside, default)
    try:
        return words(value)
    except ValueError as error:
        raise MalformedPaperError(f"{inside}{key}", "unknown_value") from error


def _present(stored: Mapping[str, Any], key: str, inside: str, default: Any) -> Any:
    value = stored.get(key, default)
    if value is None:
        raise MalformedPaperError(f"{inside}{key}", "missing")
    return value
