"""Rates of how deputies' suggestions are handled: two ratings, apart, and a hard figure beside.

The reply is rated when it comes and what was in fact done later (答复满意率, 落实满意率). Who
never answers after a reminder is left out of the rate and shown beside it (RULES 6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Rating(StrEnum):
    """What a lead deputy says of a reply, or of what was done."""

    SATISFIED = "satisfied"
    BASICALLY_SATISFIED = "basically_satisfied"
    DISSATISFIED = "dissatisfied"
    NEVER_ANSWERED = "never_answered"
    """Not rated, reminder and all."""
    NOT_ASKED = "not_asked"
    """Not due to be rated yet, or not rated again in a second round."""


class ReplyClass(StrEnum):
    """How far a suggestion is solved, by the handling unit's own reply."""

    SOLVED = "A"
    BEING_SOLVED = "B"
    PLANNED = "C"
    FOR_REFERENCE = "D"


@dataclass(frozen=True, slots=True)
class Handling:
    """One suggestion of one round; reply_class is None before there is a reply."""

    id: str
    reply: Rating = Rating.NOT_ASKED
    fulfilment: Rating = Rating.NOT_ASKED
    reply_class: ReplyClass | None = None


@dataclass(frozen=True, slots=True)
class HandlingRate:
    """A satisfaction rate with all that stands beside it, in suggestions.

    satisfied and overall (with the basically satisfied) are taken of answered; never_answered
    is left out of it; not_asked are not due.
    """

    satisfied: int
    overall: int
    answered: int
    never_answered: int
    not_asked: int

    def as_json(self) -> dict[str, Any]:
        """Return the rate; both shares as [part, whole]."""
        return {
            "satisfied_rate": [self.satisfied, self.answered],
            "overall_rate": [self.overall, self.answered],
            "never_answered": self.never_answered,
            "not_asked": self.not_asked,
        }


@dataclass(frozen=True, slots=True)
class SuggestionRates:
    """reply_rate, fulfilment_rate, and beside them resolved_rate (办成率): resolved of replied."""

    reply: HandlingRate
    fulfilment: HandlingRate
    resolved: int
    replied: int

    def as_json(self) -> dict[str, Any]:
        """Return the rates under the names of RULES 1."""
        return {
            "reply_rate": self.reply.as_json(),
            "fulfilment_rate": self.fulfilment.as_json(),
            "resolved_rate": [self.resolved, self.replied],
        }


_SOLVED = frozenset({ReplyClass.SOLVED})


def suggestion_rates(
    handlings: Sequence[Handling], resolved: frozenset[ReplyClass] = _SOLVED
) -> SuggestionRates:
    """Sum up a list of suggestions; `resolved` are the classes that count as done (办成)."""
    classes = [each.reply_class for each in handlings if each.reply_class is not None]
    return SuggestionRates(
        reply=_rate(each.reply for each in handlings),
        fulfilment=_rate(each.fulfilment for each in handlings),
        resolved=sum(each in resolved for each in classes),
        replied=len(classes),
    )


def after_second_round(
    first: Sequence[Handling], second: Sequence[Handling]
) -> tuple[Handling, ...]:
    """Return how things stand after a second round; both lists stay as they are.

    A suggestion counts as it was rated last: what the second round did not ask, or asked in
    vain, stands as in the first. Raises ValueError where the second names one that the first
    does not have.
    """
    again = {each.id: each for each in second}
    if not again.keys() <= {each.id for each in first}:
        raise ValueError("unknown_suggestion")
    return tuple(_latest(each, again.get(each.id, each)) for each in first)


def _latest(before: Handling, after: Handling) -> Handling:
    return replace(
        before,
        reply=_last(before.reply, after.reply),
        fulfilment=_last(before.fulfilment, after.fulfilment),
        reply_class=after.reply_class or before.reply_class,
    )


def _last(before: Rating, after: Rating) -> Rating:
    silent = after in {Rating.NOT_ASKED, Rating.NEVER_ANSWERED}
    return before if silent and before is not Rating.NOT_ASKED else after


def _rate(ratings: Iterable[Rating]) -> HandlingRate:
    found = list(ratings)
    satisfied, basically = (
        found.count(rating) for rating in (Rating.SATISFIED, Rating.BASICALLY_SATISFIED)
    )
    return HandlingRate(
        satisfied=satisfied,
        overall=satisfied + basically,
        answered=satisfied + basically + found.count(Rating.DISSATISFIED),
        never_answered=found.count(Rating.NEVER_ANSWERED),
        not_asked=found.count(Rating.NOT_ASKED),
    )
