"""What a paper asks, when a ballot is valid and how it is counted: a value, not a class tree.

An instrument is a frozen record of functions and template names. `voting` and `evaluation`
each offer one; the factory alone knows them all, and everything else finds them by key.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, current_app
from flask_babel import lazy_gettext as _l

from app.ballotbox.domain import Turnout
from app.ballotbox.piles import Piles
from app.refused import Refused

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Counted:
    """What counting the ballots of one box gives: valid + invalid + beside = ballots read.

    beside: answers of an open questionnaire, which are in no figure of the turnout.
    """

    valid: int
    invalid: int
    result: Json
    beside: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A fault of a filled-in paper: the item it stands beside ('' for the whole) and its words."""

    item: str
    message: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A paper as it came from a phone.

    marks is the ballot, one byte an item, or None where it cannot be one; choices is what was
    entered, to be shown again; faults say in words what stands in the way; blank is a ballot
    without any mark. remarks are what was written, by item; the box keeps them apart.
    """

    marks: bytes | None
    choices: Mapping[str, str]
    faults: tuple[Mark, ...] = ()
    blank: bool = False
    remarks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Something to look at beside an item of a paper: a photo, a report."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A further round that a result calls for, created by one click."""

    kind: str
    label: str


def _no_mark(_paper: Any, byte: int) -> str:
    raise ValueError(byte)


@dataclass(frozen=True, slots=True)
class HeldWords:
    """How desk and hall speak of holding it: 投票, or 测评.

    goes_on is to be filled in with %(cast)s and %(issued)s.
    """

    step: Any
    open: Any
    opened: Any
    now: Any
    goes_on: Any
    ask: Any
    missing: Any
    close: Any
    counted: Any
    closed: Any
    voided: Any
    ended: Any


OF_A_VOTE = HeldWords(
    step=_l("Voting"),
    open=_l("Open the vote"),
    opened=_l("Voting is open. The phones show the paper by themselves."),
    now=_l("Voting now"),
    goes_on=_l("Voting goes on: %(cast)s of %(issued)s ballots are in."),
    ask=_l("The chair asks whether everybody has voted; then the vote is closed."),
    missing=_l("Not in yet"),
    close=_l("Close and count"),
    counted=_l("Voting is closed, counted and sealed."),
    closed=_l("Voting is closed"),
    voided=_l("The vote was declared void."),
    ended=_l("Voting has ended"),
)


@dataclass(frozen=True, slots=True)
class Instrument:
    """All that the box and the pages know of a kind of paper.

    key: the word in URLs, papers and the database.
    label: its name for people (lazy text).
    missing(box_id): what still keeps the box from opening, in words; empty when ready.
    compose(box_id): the draft as plain JSON, frozen at opening.
    read_paper(json): the paper as the instrument's own value; raises ValueError.
    count(paper, piles, turnout, issued): pure; piles stand under rater groups, '' where the paper
    has none; turnout's valid and invalid are not yet known; issued is the tickets handed out by
    rater group.
    read_form(paper, form): what a phone sent.
    made_up(paper, random): the fields of a form filled in by a robot, for rehearsals.
    rule(paper): the rule in one sentence.
    follow_up(result): the further round that is due, or None.
    create_follow_up(box_id, actor): drafts its box and returns its id.
    paper_template, review_template, result_template: shown by the booth and the desk.
    result_context(box_id): what result_template is rendered with, for a closed box.
    draft_endpoint: where the desk edits a drafted box, given box_id.
    create_endpoint: where the desk drafts a new one, given session_id.
    statement(box_id): what is said of a closed box, as `app.reports.statement.Statement`: the hall
    screen and the official sheets print from it; raises Refused("not_closed") before.
    book(box_id): the workbook of a closed box, as `app.reports.workbook.Book`.
    ballots(box_id): BALLOTS.csv of a closed box: what may be given out of its marks; where nothing
    may, raises a refusal whose reason ends in "ballots_withheld".
    exports: (label, endpoint) pairs offered beside the result, given box_id.
    blueprint: the instrument's own pages.
    held: how desk and hall speak of holding it.
    enclosure(box_id, key): what a paper names by an opaque key, to be opened by whoever may see
    the paper; None for an unknown key.
    cell(paper, byte): a mark as it stands in BALLOTS.csv of a recount bundle; raises ValueError
    for a byte that is no mark of the paper.
    opens_ballots: whether anybody may see the single ballots of a result that was announced. Not
    where a ballot joins what one rater said of several people or units.
    """

    key: str
    label: Any
    missing: Callable[[int], Sequence[str]]
    compose: Callable[[int], Json]
    read_paper: Callable[[Json], Any]
    count: Callable[[Any, Piles, Turnout, Mapping[str, int]], Counted]
    read_form: Callable[[Any, Mapping[str, str]], Filled]
    made_up: Callable[[Any, random.Random], Mapping[str, str]]
    rule: Callable[[Any], str]
    follow_up: Callable[[Json], FollowUp | None]
    create_follow_up: Callable[[int, str], int]
    paper_template: str
    review_template: str
    result_template: str
    result_context: Callable[[int], Mapping[str, Any]]
    statement: Callable[[int], Any]
    book: Callable[[int], Any]
    ballots: Callable[[int], bytes]
    draft_endpoint: str
    create_endpoint: str
    exports: tuple[tuple[Any, str], ...]
    blueprint: Blueprint
    enclosure: Callable[[int, str], Enclosure | None] = lambda _box_id, _key: None
    held: HeldWords = OF_A_VOTE
    cell: Callable[[Any, int], str] = _no_mark
    opens_ballots: bool = False


def instrument(key: str) -> Instrument:
    """Return the instrument of a key; raises Refused("unknown_instrument")."""
    try:
        found: Instrument = current_app.extensions["instruments"][key]
    except KeyError:
        raise Refused("unknown_instrument", key=key) from None
    return found


def instruments() -> tuple[Instrument, ...]:
    """Return all instruments, in the order the factory names them."""
    return tuple(current_app.extensions["instruments"].values())
