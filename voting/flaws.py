"""Which settings of a paper are impossible, and which are only dubious.

`check` gives codes, places and figures; their sentences stand in `voting.words`. A `fatal` flaw
refuses the paper; any other is shown beside it, for the secretariat to mend or to mean.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum

from app.ballotbox.domain import Denominator, Turnout
from app.intake.ballot_table import GROUP_COLUMN
from app.thresholds import MAJORITY
from voting.marks import LAST_PLACE
from voting.paper import BlankPolicy, Candidate, Paper, PaperKind, Purpose, Rule

_ID = re.compile(r"\w[\w.-]{0,63}")
_INVESTMENT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


class FlawCode(StrEnum):
    """What is wrong, as a stable word."""

    TITLE_MISSING = "title_missing"
    NO_CANDIDATES = "no_candidates"
    ID_UNUSABLE = "id_unusable"
    """Not one to 64 letters, digits, `.`, `_`, `-`; or the heading of another column."""
    NUMBER_BELOW_ONE = "number_below_one"
    NAME_MISSING = "name_missing"
    INVESTMENT_UNREADABLE = "investment_unreadable"
    DUPLICATE_ID = "duplicate_id"
    DUPLICATE_NUMBER = "duplicate_number"
    DUPLICATE_NAME = "duplicate_name"
    SEATS_BELOW_ONE = "seats_below_one"
    MORE_SEATS_THAN_CANDIDATES = "more_seats_than_candidates"
    TOO_MANY_PLACES = "too_many_places"
    """More places to rank than a mark can carry."""
    NO_CHOICE = "no_choice"
    """Every candidate must be ticked: a paper that leaves nothing to vote on."""
    THRESHOLD_OUT_OF_RANGE = "threshold_out_of_range"
    """Below 0 or over 1; given by Threshold and MalformedPaperError, before there is a paper."""
    THRESHOLD_UNREACHABLE = "threshold_unreachable"
    """More than all; given as the one above."""
    THRESHOLD_UNREADABLE = "threshold_unreadable"
    """Not a comparison and a fraction; given as the ones above."""
    ROUND_WRONG = "round_wrong"
    """Not 1 for a first vote, or not 2 or later for any other."""

    UNCONTESTED = "uncontested"
    """等额: as many seats as candidates."""
    WEAKER_THAN_LAW = "weaker_than_law"
    """Less than more than half of all members passes (地方组织法 25)."""
    NEEDS_EVERYONE = "needs_everyone"
    """One against, or one absent, stops a candidate."""
    BLANKS_LOWER_THE_BAR = "blanks_lower_the_bar"
    """Shares are taken of the valid ballots and blank ones are void: abstaining helps to pass."""
    RANK_OF_ONE = "rank_of_one"
    """One place to rank: a tick would say the same."""
    APPROVALS_SAY_NOTHING = "approvals_say_nothing"
    """Every valid ballot must rank every candidate, so each of them passes."""
    MORE_THAN_PRESENT = "more_than_present"
    """Fewer deputies are present than must approve: nobody can pass."""

    @property
    def fatal(self) -> bool:
        """Whether no vote can be held with it."""
        return self not in _DUBIOUS


_DUBIOUS = frozenset(
    {
        FlawCode.UNCONTESTED,
        FlawCode.WEAKER_THAN_LAW,
        FlawCode.NEEDS_EVERYONE,
        FlawCode.BLANKS_LOWER_THE_BAR,
        FlawCode.RANK_OF_ONE,
        FlawCode.APPROVALS_SAY_NOTHING,
        FlawCode.MORE_THAN_PRESENT,
    }
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with a paper: `field` is the JSON path of the place at fault."""

    code: FlawCode
    field: str
    facts: Mapping[str, int | str] = attribute(default_factory=dict)

    @property
    def fatal(self) -> bool:
        """Whether no vote can be held with it."""
        return self.code.fatal


def check(paper: Paper) -> tuple[Flaw, ...]:
    """List everything impossible or dubious about a paper, in the order of the paper."""
    return (*_heading(paper), *_candidates(paper), *_seats(paper), *_threshold(paper))


def check_turnout(paper: Paper, turnout: Turnout) -> tuple[Flaw, ...]:
    """Say beforehand where so few are present that nobody can pass.

    Only total_members, due, on_leave and present are read: a share of ballots is not known yet.
    """
    rule = paper.rule
    if rule.denominator not in {Denominator.TOTAL_MEMBERS, Denominator.DUE, Denominator.PRESENT}:
        return ()
    needed = rule.needed(turnout.of(rule.denominator))
    if needed <= turnout.present:
        return ()
    facts = {"needed": needed, "present": turnout.present}
    return (Flaw(FlawCode.MORE_THAN_PRESENT, "rule.threshold", facts),)


def fatal(flaws: tuple[Flaw, ...]) -> tuple[Flaw, ...]:
    """Keep the flaws that refuse the paper."""
    return tuple(flaw for flaw in flaws if flaw.fatal)


def _heading(paper: Paper) -> Iterator[Flaw]:
    if not paper.title.strip():
        yield Flaw(FlawCode.TITLE_MISSING, "title")
    if paper.round < 1 or (paper.round == 1) is not (paper.purpose is Purpose.FIRST_VOTE):
        yield Flaw(FlawCode.ROUND_WRONG, "round", {"round": paper.round})


def _candidates(paper: Paper) -> Iterator[Flaw]:
    if not paper.candidates:
        yield Flaw(FlawCode.NO_CANDIDATES, "items")
    for at, candidate in enumerate(paper.candidates):
        yield from _candidate(candidate, f"items[{at}]")
    yield from _twice(paper, "id", FlawCode.DUPLICATE_ID, lambda c: c.id)
    yield from _twice(paper, "number", FlawCode.DUPLICATE_NUMBER, lambda c: str(c.number))
    yield from _twice(paper, "label", FlawCode.DUPLICATE_NAME, lambda c: c.name.strip())


def _candidate(candidate: Candidate, place: str) -> Iterator[Flaw]:
    said: dict[str, int | str] = {"number": candidate.number}
    if not _ID.fullmatch(candidate.id) or candidate.id.casefold() == GROUP_COLUMN:
        yield Flaw(FlawCode.ID_UNUSABLE, f"{place}.id", {**said, "id": candidate.id})
    if candidate.number < 1:
        yield Flaw(FlawCode.NUMBER_BELOW_ONE, f"{place}.number", said)
    if not candidate.name.strip():
        yield Flaw(FlawCode.NAME_MISSING, f"{place}.label", said)
    if candidate.investment and not _INVESTMENT.fullmatch(candidate.investment):
        facts = {**said, "investment": candidate.investment}
        yield Flaw(FlawCode.INVESTMENT_UNREADABLE, f"{place}.investment", facts)


def _twice(
    paper: Paper, key: str, code: FlawCode, read: Callable[[Candidate], str]
) -> Iterator[Flaw]:
    """Yield a flaw at every later place of a value that stood before; empty ones are no value."""
    seen: set[str] = set()
    for at, candidate in enumerate(paper.candidates):
        value = read(candidate)
        if value and value in seen:
            yield Flaw(code, f"items[{at}].{key}", {"value": value})
        seen.add(value)


def _seats(paper: Paper) -> Iterator[Flaw]:
    rule, candidates = paper.rule, len(paper.candidates)
    facts = {"seats": rule.seats, "candidates": candidates}
    whole = rule.seats == candidates and not rule.allow_fewer
    found = (
        (FlawCode.SEATS_BELOW_ONE, rule.seats < 1),
        (FlawCode.MORE_SEATS_THAN_CANDIDATES, rule.seats > candidates > 0),
        (FlawCode.TOO_MANY_PLACES, rule.kind is PaperKind.RANK and rule.seats > LAST_PLACE),
        (FlawCode.NO_CHOICE, rule.kind is PaperKind.SELECT and whole),
        (FlawCode.APPROVALS_SAY_NOTHING, rule.kind is PaperKind.RANK and whole),
        (FlawCode.RANK_OF_ONE, rule.kind is PaperKind.RANK and rule.seats == 1),
        (FlawCode.UNCONTESTED, rule.seats == candidates),
    )
    yield from (Flaw(code, "rule.seats", facts) for code, holds in found if holds)


def _threshold(paper: Paper) -> Iterator[Flaw]:
    rule = paper.rule
    facts = {"threshold": str(rule.threshold), "denominator": rule.denominator.value}
    found = (
        (FlawCode.WEAKER_THAN_LAW, paper.purpose is Purpose.FIRST_VOTE and not _lawful(rule)),
        (FlawCode.NEEDS_EVERYONE, rule.threshold.fraction == 1),
        (
            FlawCode.BLANKS_LOWER_THE_BAR,
            rule.denominator is Denominator.VALID and rule.blank is BlankPolicy.INVALID,
        ),
    )
    yield from (Flaw(code, "rule.threshold", facts) for code, holds in found if holds)


def _lawful(rule: Rule) -> bool:
    """Whether more than half of all members must approve, or more (地方组织法 25)."""
    of_all = rule.denominator is Denominator.TOTAL_MEMBERS
    beyond = rule.threshold.fraction > MAJORITY.fraction
    return of_all and (beyond or rule.threshold == MAJORITY)
