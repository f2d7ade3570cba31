"""Drafting a vote: its rule, its candidates, and the further rounds. The only transactions here.

Every change locks the box as a draft first (`app.ballotbox.service.drafted`), so that nothing
reaches a paper that is frozen: whoever comes too late is refused with `paper_is_frozen`.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session as DatabaseSession

from app.assembly.finding import session_of
from app.assembly.quorum import BodyKind
from app.ballotbox.domain import Secrecy, Stage
from app.ballotbox.models import Box
from app.ballotbox.service import draft_box, drafted, get_box, remove_draft, sealed_return
from app.ballotbox.titles import typed_line
from app.extensions import db, transaction
from app.intake.columns import ListImport, sound_values
from app.refused import Refused
from voting import candidates as lists
from voting import lineage
from voting.models import Vote, VoteCandidate
from voting.outcomes import Tally
from voting.paper import INSTRUMENT, Candidate, Paper, Purpose, Rule
from voting.presets import PRESETS, with_seats
from voting.rounds import next_paper, same_paper

Titled = Callable[[str, Purpose, int], str]
"""Makes the title of a further round: of the first title, the purpose and the round."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One vote as its pages show it: the box, what it asks, and whether it may still change."""

    box: Box
    vote: Vote
    candidates: tuple[Candidate, ...]
    paper: Paper

    @property
    def changeable(self) -> bool:
        """Whether it was not opened or voided yet."""
        return self.box.stage == Stage.DRAFTED

    @property
    def voided(self) -> bool:
        """Whether it was declared void."""
        return self.box.stage == Stage.VOIDED

    @property
    def first(self) -> bool:
        """Whether it is a first vote: the candidates of a further round come from its Return."""
        return self.vote.purpose == Purpose.FIRST_VOTE


# Reading


def get_draft(box_id: int) -> Draft:
    """Return a vote; its paper is the frozen one where there is one. Raises `unknown_box`."""
    box, vote = get_box(box_id), _vote(db.session(), box_id)
    listed = _candidates(db.session(), box_id)
    return Draft(box, vote, listed, _frozen(box) if box.paper else _composed(box, vote, listed))


def compose(box_id: int) -> dict[str, Any]:
    """Return the draft as it would be frozen now. Joins the transaction that opens the box."""
    box = get_box(box_id)
    listed = _candidates(db.session(), box_id)
    return _composed(box, _vote(db.session(), box_id), listed).as_json()


def paper_id(candidate: Candidate) -> str:
    """Return the item's id on the paper: `p7` for number 7, the same through every round."""
    return f"p{candidate.number}"


# Drafting


def draft_vote(
    session_id: int, title: str, preset: str, seats: int, secrecy: Secrecy = Secrecy.SECRET
) -> int:
    """Add a vote to a session's agenda, by a rule of `voting.presets`; return its box's id.

    Raises `blank` or `too_long` with the field, `out_of_range` for the seats, `session_unknown`.
    """
    rule = with_seats(PRESETS[preset], seats)
    with transaction() as current:
        session_of(current, session_id)
        box = draft_box(session_id, INSTRUMENT, typed_line("title", title), secrecy=secrecy)
        current.add(Vote(box_id=box.id, rule=_possible(rule)))
        return box.id


def change_vote(box_id: int, *, title: str, secrecy: Secrecy, adopted: str, rule: Rule) -> None:
    """Change everything about a drafted vote but its candidates.

    Of a further round only the title, the adopted text and the policies change: how it is
    marked, for how many seats and by what share follows from the round before, and another is
    refused with `round_is_fixed`. Raises as `draft_vote` does, and `paper_is_frozen`.
    """
    with transaction() as current:
        box = drafted(box_id)
        vote = _vote(current, box_id)
        if vote.purpose != Purpose.FIRST_VOTE:
            followed = (box.secrecy, _fixed(vote.rule))
            if followed != (secrecy.value, _fixed(rule)):
                raise Refused("round_is_fixed")
        box.title, box.secrecy = typed_line("title", title), secrecy.value
        vote.adopted = typed_line("adopted", adopted)
        vote.rule = _possible(rule)


def remove_vote(box_id: int) -> None:
    """Delete a vote that was never opened; raises `paper_is_frozen`."""
    with transaction() as current:
        drafted(box_id)
        current.execute(delete(VoteCandidate).where(VoteCandidate.box_id == box_id))
        current.delete(_vote(current, box_id))
        current.flush()
        remove_draft(box_id)


# Candidates


def import_candidates(box_id: int, content: bytes, name: str) -> ListImport:
    """Make the list what an uploaded table says; all of it or, with any problem, nothing.

    Raises Refused for a file that is no list, `paper_is_frozen` and `round_is_fixed`.
    """
    rows = lists.read_candidates(content, name)
    with _list_of(box_id) as (current, listed):
        made, found = lists.imported(listed, rows, new_id)
        if not found.problems:
            _store(current, box_id, made)
        return found


def put_candidate(box_id: int, values: Mapping[str, str], candidate_id: str | None = None) -> str:
    """Add a candidate, or change the one of that id; return its id.

    `values` are texts by the keys of `voting.candidates.COLUMNS`. Raises the Refused of a value
    at fault with its `field`, `candidate_unknown`, `paper_is_frozen` and `round_is_fixed`.
    """
    sound = sound_values(lists.COLUMNS, values)
    with _list_of(box_id) as (current, listed):
        if candidate_id is not None:
            _found(listed, candidate_id)
        chosen = candidate_id or new_id()
        _store(current, box_id, lists.with_candidate(listed, sound, chosen))
        return chosen


def remove_candidate(box_id: int, candidate_id: str) -> str:
    """Take a candidate off the list and return its name; raises as `put_candidate`."""
    with _list_of(box_id) as (current, listed):
        gone = _found(listed, candidate_id)
        _store(current, box_id, lists.without(listed, candidate_id))
        return gone.name


def move_candidate(box_id: int, candidate_id: str, by: int) -> None:
    """Move a candidate up (-1) or down (1) the paper; raises as `put_candidate`."""
    with _list_of(box_id) as (current, listed):
        _store(current, box_id, lists.moved(listed, candidate_id, by))


def order_candidates(box_id: int, ids: Iterable[str]) -> None:
    """Put the whole list into an order; raises `candidates_changed` where it is another list."""
    with _list_of(box_id) as (current, listed):
        _store(current, box_id, lists.in_order(listed, tuple(ids)))


def renumber_candidates(box_id: int) -> None:
    """Give the list, in the order it has, the numbers 1, 2, 3 and so on."""
    with _list_of(box_id) as (current, listed):
        _store(current, box_id, lists.renumbered(listed))


def new_id() -> str:
    """Return a random id for a new row."""
    return secrets.token_hex(6)


# Further rounds


def create_follow_up(box_id: int, titled: Titled) -> int:
    """Draft the round that a sealed result calls for, and return its box's id.

    Twice gives the same box, however quickly; the round before keeps its own record. Raises
    `not_closed`, `vote_was_voided`, and `nothing_to_follow` where nothing is voted on again.
    """
    with _rounds_held(box_id) as (current, box):
        if box.stage == Stage.VOIDED:
            raise Refused("vote_was_voided")
        tally = _tally(box_id)
        paper = next_paper(_frozen(box), tally)
        if paper is None:
            raise Refused("nothing_to_follow")
        existing = lineage.standing_after(current, box_id)
        return existing or _draft_round(current, box, paper, titled)


def hold_again(box_id: int, titled: Titled) -> int:
    """Draft a vote that was declared void once more, as it was; return its box's id.

    It need not have been closed, nor opened. Rule and candidates stay those of the voided vote;
    where it has a round in its place already, that one is returned. Raises `vote_not_void`, and
    `round_before_void` where the result that it followed from is void itself.
    """
    with _rounds_held(box_id) as (current, box):
        if box.stage != Stage.VOIDED:
            raise Refused("vote_not_void")
        existing = lineage.in_place_of(current, box_id)
        if existing is not None:
            return existing
        if lineage.follows_from_void(current, box_id):
            raise Refused("round_before_void")
        return _draft_round(current, box, same_paper(get_draft(box_id).paper), titled)


@contextmanager
def _rounds_held(box_id: int) -> Iterator[tuple[DatabaseSession, Box]]:
    """Lock the first vote, so that of two clicks the second finds what the first drafted."""
    with transaction() as current:
        first = get_box(box_id).first_box_id or box_id
        _vote(current, first, lock=True)
        yield current, get_box(box_id)


def _draft_round(current: DatabaseSession, box: Box, paper: Paper, titled: Titled) -> int:
    first = box if box.first_box_id is None else get_box(box.first_box_id)
    further = draft_box(box.session_id, INSTRUMENT, box.title, secrecy=paper.secrecy, first=first)
    further.title = titled(first.title, paper.purpose, further.round)
    vote = Vote(
        box_id=further.id,
        rule=paper.rule,
        adopted=paper.adopted,
        purpose=paper.purpose.value,
        previous=paper.previous,
        previous_box_id=box.id,
    )
    current.add(vote)
    current.flush()
    _store(current, further.id, paper.candidates)
    return further.id


def possible_lengths(box_id: int) -> tuple[int, ...]:
    """Return how many of those not selected a supplementary vote may be held among.

    By 组织法 the presidium draws them up in the order of the votes of the round before; a line
    is never drawn between equal votes. Empty for any other kind of round.
    """
    vote = _vote(db.session(), box_id)
    if vote.purpose != Purpose.SUPPLEMENTARY_VOTE or vote.previous_box_id is None:
        return ()
    before = _tally(vote.previous_box_id)
    votes = [before.line(item).votes for item in before.follow_up.ids]
    last = len(votes)
    return tuple(
        length
        for length in range(vote.seats, last + 1)
        if length == last or votes[length - 1] != votes[length]
    )


def shorten_supplementary(box_id: int, length: int) -> None:
    """Let so many stand in a supplementary vote, those with the most votes before.

    Can be changed until the vote opens. Raises `no_such_line` for a length that
    `possible_lengths` does not give, and `paper_is_frozen`.
    """
    with transaction() as current:
        drafted(box_id)
        vote = _vote(current, box_id)
        if length not in possible_lengths(box_id) or vote.previous_box_id is None:
            raise Refused("no_such_line")
        before = _frozen(get_box(vote.previous_box_id))
        ids = _tally(vote.previous_box_id).follow_up.ids[:length]
        _store(current, box_id, [before.candidate(item) for item in ids])


# Rows and values


@contextmanager
def _list_of(box_id: int) -> Iterator[tuple[DatabaseSession, tuple[Candidate, ...]]]:
    """Lock a first vote's list for a change; raises `paper_is_frozen` or `round_is_fixed`."""
    with transaction() as current:
        drafted(box_id)
        if _vote(current, box_id).purpose != Purpose.FIRST_VOTE:
            raise Refused("round_is_fixed")
        yield current, _candidates(current, box_id)


def _vote(current: DatabaseSession, box_id: int, *, lock: bool = False) -> Vote:
    vote = current.get(Vote, box_id, with_for_update=lock or None, populate_existing=lock)
    if vote is None:
        raise Refused("unknown_box")
    return vote


def _candidates(current: DatabaseSession, box_id: int) -> tuple[Candidate, ...]:
    query = (
        select(VoteCandidate)
        .where(VoteCandidate.box_id == box_id)
        .order_by(VoteCandidate.position)
        .execution_options(populate_existing=True)
    )
    return tuple(row.candidate for row in current.scalars(query))


def _found(listed: Iterable[Candidate], candidate_id: str) -> Candidate:
    for candidate in listed:
        if candidate.id == candidate_id:
            return candidate
    raise Refused("candidate_unknown")


def _store(current: DatabaseSession, box_id: int, listed: Iterable[Candidate]) -> None:
    """Write the whole list anew: its unique numbers could not be dealt out row by row."""
    current.execute(delete(VoteCandidate).where(VoteCandidate.box_id == box_id))
    rows = [
        {"box_id": box_id, "position": at, **_columns(candidate)}
        for at, candidate in enumerate(listed, 1)
    ]
    if rows:
        current.execute(insert(VoteCandidate), rows)


def _columns(candidate: Candidate) -> dict[str, Any]:
    row = candidate.as_json()
    return {**row, "name": row.pop("label")}


def _composed(box: Box, vote: Vote, listed: Iterable[Candidate]) -> Paper:
    sitting = session_of(db.session(), box.session_id)
    return Paper(
        title=box.title,
        candidates=tuple(replace(candidate, id=paper_id(candidate)) for candidate in listed),
        rule=vote.rule,
        secrecy=Secrecy(box.secrecy),
        round=box.round,
        rehearsal=sitting.rehearsal,
        purpose=Purpose(vote.purpose),
        previous=vote.previous,
        adopted=vote.adopted,
        committee=sitting.body_kind == BodyKind.STANDING_COMMITTEE,
    )


def _frozen(box: Box) -> Paper:
    return Paper.from_json(json.loads(box.paper))


def _tally(box_id: int) -> Tally:
    return Tally.from_json(sealed_return(box_id).result)


def _fixed(rule: Rule) -> tuple[Any, ...]:
    return (rule.kind, rule.seats, rule.denominator, rule.threshold, rule.approvals_capped)


def _possible(rule: Rule) -> Rule:
    """Refuse seats that no list could fill; what else is impossible is said beside the draft."""
    if not 1 <= rule.seats <= lists.MOST_CANDIDATES:
        raise Refused("out_of_range", minimum=1, maximum=lists.MOST_CANDIDATES, field="seats")
    return rule
