"""What came of a vote: plain values that every screen, sheet and export prints from.

A `Tally` is made by `voting.tally.decide` and never changed; `as_json` gives integers and texts
only, fit to be sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from app.ballotbox.domain import Denominator, Turnout
from app.thresholds import Threshold
from voting.marks import Verdict
from voting.paper import INSTRUMENT, PaperKind


class Outcome(StrEnum):
    """What became of one candidate."""

    SELECTED = "selected"
    NOT_SELECTED = "not_selected"
    TIED = "tied"
    """Equal votes where the last seat falls; not decided by this count."""
    SHORT = "short"
    """Did not pass, and goes to the supplementary vote for the seats left."""


class Reason(StrEnum):
    """Why; the figures of the sentence come from `Tally.facts`."""

    PASSED_WITHIN_SEATS = "passed_within_seats"
    MOST_VOTES = "most_votes"
    """Within the seats where no share had to be reached (a runoff)."""
    BELOW_THRESHOLD = "below_threshold"
    OUTSIDE_SEATS = "outside_seats"
    """Passed, but others with more votes filled the seats."""
    TIED_AT_CUT = "tied_at_cut"
    TIE_TAKE_FEWER = "tie_take_fewer"
    """Tied where the last seat falls, and the rule takes none of the tied."""
    GOES_TO_SUPPLEMENTARY = "goes_to_supplementary"
    VOTE_VOID = "vote_void"
    """More ballots came back than were issued: nothing is decided."""


class FollowUpKind(StrEnum):
    """What the rules ask for next."""

    NONE = "none"
    RUNOFF = "runoff"
    PRESIDIUM_DECIDES = "presidium_decides"
    SUPPLEMENTARY_VOTE = "supplementary_vote"
    HOLD_AGAIN = "hold_again"
    """The vote is void and held again, all of it."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The next step: among whom, in the order to be printed, and for how many seats."""

    kind: FollowUpKind = FollowUpKind.NONE
    ids: tuple[str, ...] = ()
    seats_left: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the step under its names."""
        return {"kind": self.kind.value, "ids": list(self.ids), "seats_left": self.seats_left}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(FollowUpKind(stored["kind"]), tuple(stored["ids"]), int(stored["seats_left"]))


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate's row of the table, all figures counts of valid ballots, or of points.

    approve + against + abstain + not_cast = the valid ballots. On `select` and `rank` papers
    `approve` counts those who ticked or ranked it and `not_cast` those who did not.
    """

    id: str
    number: int
    name: str
    place: int
    """By votes: equal votes share a place, and the next place counts them all (1, 2, 2, 4)."""
    votes: int
    """What the order goes by: points on a `rank` paper, else approvals."""
    approve: int
    against: int
    abstain: int
    not_cast: int
    points: int
    whole: int
    """The number that its share is taken of."""
    outcome: Outcome | None
    """None where the vote is void."""
    reason: Reason
    tied_with: tuple[str, ...] = ()
    """The ids of the others tied with it where the last seat falls."""

    @property
    def share(self) -> tuple[int, int]:
        """Approvals, and the number they are taken of."""
        return self.approve, self.whole

    def as_json(self) -> dict[str, Any]:
        """Return the row under its names; the share as [part, whole]."""
        return {
            "id": self.id,
            "number": self.number,
            "label": self.name,
            "place": self.place,
            "votes": self.votes,
            "approve": self.approve,
            "against": self.against,
            "abstain": self.abstain,
            "not_cast": self.not_cast,
            "points": self.points,
            "share": list(self.share),
            "outcome": self.outcome and self.outcome.value,
            "reason": self.reason.value,
            "tied_with": list(self.tied_with),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(
            id=stored["id"],
            number=int(stored["number"]),
            name=stored["label"],
            place=int(stored["place"]),
            votes=int(stored["votes"]),
            approve=int(stored["approve"]),
            against=int(stored["against"]),
            abstain=int(stored["abstain"]),
            not_cast=int(stored["not_cast"]),
            points=int(stored["points"]),
            whole=int(stored["share"][1]),
            outcome=None if stored["outcome"] is None else Outcome(stored["outcome"]),
            reason=Reason(stored["reason"]),
            tied_with=tuple(stored["tied_with"]),
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """The whole result of one round.

    `lines` stand by votes, the most first; equal votes stand in the order of the paper, which
    is for the eye only and decides nothing.
    """

    kind: PaperKind
    seats: int
    denominator: Denominator
    threshold: Threshold
    whole: int
    """The number that shares are taken of: `turnout.of(denominator)`."""
    needed: int
    """The fewest approvals that pass."""
    turnout: Turnout
    """With valid and invalid as counted."""
    blank: int
    """Valid ballots without any mark."""
    void_ballots: Mapping[Verdict, int]
    """The invalid ballots by reason; reasons that no ballot had are left out."""
    lines: tuple[Line, ...]
    follow_up: FollowUp

    @property
    def void(self) -> bool:
        """More ballots than were issued: no outcome is given."""
        return self.turnout.void

    @property
    def selected(self) -> tuple[Line, ...]:
        """The selected, by votes, as they are announced."""
        return tuple(line for line in self.lines if line.outcome is Outcome.SELECTED)

    @property
    def seats_left(self) -> int:
        """How many seats this count leaves open."""
        return self.seats - len(self.selected)

    def line(self, id: str) -> Line:  # noqa: A002  (the field's own name)
        """Return the row of a candidate; raises KeyError where there is none."""
        for line in self.lines:
            if line.id == id:
                return line
        raise KeyError(id)

    def facts(self, line: Line) -> dict[str, int]:
        """Return the figures that the sentence of the line's reason needs.

        got and needed (approvals), whole, votes, place, seats, seats_left, among (the tied,
        itself with them), issued, returned.
        """
        return {
            "got": line.approve,
            "needed": self.needed,
            "whole": self.whole,
            "votes": line.votes,
            "place": line.place,
            "seats": self.seats,
            "seats_left": self.seats_left,
            "among": len(line.tied_with) + 1,
            "issued": self.turnout.issued,
            "returned": self.turnout.returned,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the tally for `canonical`: texts, integers, booleans; the threshold as text."""
        return {
            "instrument": INSTRUMENT,
            "kind": self.kind.value,
            "seats": self.seats,
            "denominator": self.denominator.value,
            "threshold": str(self.threshold),
            "whole": self.whole,
            "needed": self.needed,
            "turnout": self.turnout.as_json(),
            "void": self.void,
            "blank": self.blank,
            "void_ballots": {verdict.value: n for verdict, n in self.void_ballots.items()},
            "lines": [line.as_json() for line in self.lines],
            "follow_up": self.follow_up.as_json(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote; raises KeyError or ValueError on anything else."""
        return cls(
            kind=PaperKind(stored["kind"]),
            seats=int(stored["seats"]),
            denominator=Denominator(stored["denominator"]),
            threshold=Threshold.parse(stored["threshold"]),
            whole=int(stored["whole"]),
            needed=int(stored["needed"]),
            turnout=Turnout.from_json(stored["turnout"]),
            blank=int(stored["blank"]),
            void_ballots={Verdict(word): int(n) for word, n in stored["void_ballots"].items()},
            lines=tuple(Line.from_json(line) for line in stored["lines"]),
            follow_up=FollowUp.from_json(stored["follow_up"]),
        )
