"""What lies in a box, counted and reconciled: the Return that closing it seals.

Reads inside the transaction that closes the box (`service.close_box`), whose locks keep what is
counted here as it is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from app.ballotbox import chain
from app.ballotbox.domain import Secrecy, TicketState, Turnout, ticketed_groups
from app.ballotbox.instrument import Instrument
from app.ballotbox.models import (
    Answered,
    Ballot,
    Box,
    NamedBallot,
    Receipt,
    Sample,
    Spent,
    Ticket,
)
from app.ballotbox.piles import Piles
from app.ballotbox.seal import OpenSample, Return, RollCall, pile_digest
from app.ballotbox.tickets import handed_out_by_group
from app.refused import Refused

InBox: TypeAlias = Spent | Ballot | NamedBallot | Answered | Sample


def count_tickets(session: Session, box: Box, state: TicketState) -> int:
    """Count the tickets of a state that the paper of a box is for."""
    query = (
        select(func.count())
        .select_from(Ticket)
        .where(Ticket.session_id == box.session_id, Ticket.state == state)
    )
    groups = ticketed_groups(box.rater_groups, box.sample, box.members)
    if groups is not None:
        query = query.where(Ticket.rater_group.in_(groups))
    return session.scalar(query) or 0


def number_in(session: Session, model: type[InBox], box: int) -> int:
    """Count the rows of a box."""
    return session.scalar(select(func.count()).select_from(model).where(model.box_id == box)) or 0


def ballots_in(session: Session, box: Box) -> list[tuple[str, bytes]]:
    """Return (rater group, or voter of a named vote, and marks) of every ballot and answer."""
    if box.secrecy == Secrecy.NAMED:
        named = select(NamedBallot.voter, NamedBallot.marks).where(NamedBallot.box_id == box.id)
        return [(row.voter, row.marks) for row in session.execute(named)]
    secret = select(Ballot.rater_group, Ballot.marks).where(Ballot.box_id == box.id)
    answers = select(Sample.marks).where(Sample.box_id == box.id)
    return [(row.rater_group, row.marks) for row in session.execute(secret)] + [
        (box.sample, marks) for marks in session.scalars(answers)
    ]


def piles_in(session: Session, box: Box) -> Piles:
    """Read what `ballots_in` reads as piles, the marks of a rater group joined by the database.

    Raises ValueError("wrong_length") where a ballot has not one byte for each item of the paper.
    """
    if box.secrecy == Secrecy.NAMED:
        return Piles.of(box.width, ballots_in(session, box))
    sqlite = session.get_bind().dialect.name == "sqlite"
    found: dict[str, bytes] = {}
    for model, label in ((Ballot, Ballot.rater_group), (Sample, literal(box.sample))):
        # In hexadecimal: the one aggregate that both engines have is of text.
        written = func.hex(model.marks) if sqlite else func.encode(model.marks, "hex")
        lengths = func.min(func.length(model.marks)), func.max(func.length(model.marks))
        query = (
            select(label, *lengths, func.aggregate_strings(written, ""))
            .where(model.box_id == box.id)
            .group_by(label)
        )
        for group, shortest, longest, joined in session.execute(query):
            if not shortest == longest == box.width:
                raise ValueError("wrong_length")
            found[group] = found.get(group, b"") + bytes.fromhex(joined)
    return Piles(box.width, found)


def named_groups(session: Session, box: Box) -> dict[str, str]:
    """Return the rater group of each voter of a named vote whose paper has groups; else empty."""
    if box.secrecy != Secrecy.NAMED or not box.rater_groups:
        return {}
    query = select(NamedBallot.voter, NamedBallot.rater_group).where(NamedBallot.box_id == box.id)
    return {row.voter: row.rater_group for row in session.execute(query)}


def pile_rows(
    ballots: Iterable[tuple[str, bytes]], groups: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Return ballots under the labels that their digest is taken with.

    The voter or the rater group; both, parted by a tab, where a named vote has `groups`.
    """
    return ((f"{groups[who]}\t{who}" if groups else who, marks) for who, marks in ballots)


def _open_sample(session: Session, box: Box) -> OpenSample | None:
    """Return what came in behind the public address; None where nothing could."""
    if not box.sample:
        return None
    received = number_in(session, Answered, box.id)
    too_fast = session.scalar(
        select(func.count())
        .select_from(Answered)
        .where(Answered.box_id == box.id, Answered.kept.is_(False))
    )
    return OpenSample(box.sample, received, too_fast or 0, alone=not box.takes_tickets)


def counted_return(
    session: Session, box: Box, kind: Instrument, actor: str, now: datetime
) -> Return:
    """Count a box that is being closed, and record in the log that it is.

    The box has its blinding already, under which the digest of its ballots is taken.

    Raises Refused("conservation") where tickets spent, receipts, ballots and what was counted do
    not agree, and Refused("conservation_of_sample") where answers are lost or added.
    """
    sample = _open_sample(session, box)
    answers = number_in(session, Sample, box.id) if sample else 0
    cast = NamedBallot if box.secrecy == Secrecy.NAMED else Ballot
    returned = number_in(session, cast, box.id)
    receipts = session.scalars(select(Receipt.code).where(Receipt.box_id == box.id)).all()
    spent = number_in(session, Spent, box.id)
    sums = {"spent": spent, "receipts": len(receipts), "ballots": returned}
    if not spent == len(receipts) == returned:
        raise Refused("conservation", **sums)
    if sample and sample.kept != answers:
        raise Refused("conservation_of_sample", kept=sample.kept, answers=answers)
    stored = json.loads(box.roll)
    chain_open = stored.pop("chain")
    roll = RollCall.from_json(stored)
    turnout = Turnout(
        total_members=roll.total_members,
        due=roll.due,
        on_leave=roll.on_leave,
        present=roll.present,
        issued=count_tickets(session, box, TicketState.ACTIVATED),
        spare=count_tickets(session, box, TicketState.VOIDED)
        + count_tickets(session, box, TicketState.PRINTED),
        returned=returned,
        valid=0,
        invalid=0,
    )
    ballots = piles_in(session, box)
    named = named_groups(session, box)
    piles = ballots.under(lambda who: named.get(who, who) if box.rater_groups else "")
    paper = kind.read_paper(json.loads(box.paper))
    issued = handed_out_by_group(box.session_id)
    counted = kind.count(paper, piles, turnout, issued)
    if (counted.valid + counted.invalid, counted.beside) != (returned, answers):
        raise Refused("conservation", **sums)
    chain_close = chain.record(
        session, box.session_id, "close", actor, now, box=box.id, returned=returned
    )
    return Return(
        box=box.id,
        instrument=box.instrument,
        title=box.title,
        round=box.round,
        secrecy=Secrecy(box.secrecy),
        roll=roll,
        turnout=Turnout.from_json(
            turnout.as_json() | {"valid": counted.valid, "invalid": counted.invalid}
        ),
        paper=box.paper_digest,
        ballots=pile_digest(pile_rows(ballots, named), box.blinding),
        receipts=pile_digest(("", code.encode()) for code in receipts),
        chain_open=chain_open,
        chain_close=chain_close,
        opened_at=_iso(box.opened_at),
        closed_at=_iso(now),
        result=counted.result,
        sample=sample,
    )


def _iso(moment: datetime | None) -> str:
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds")
