"""The life of a box: drafted, opened, closed and sealed, certified, announced; or voided.

The only transactions on boxes, besides the writer's (`casting`) and those of the tickets.
"""

import json
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.ballotbox import chain
from app.ballotbox.canonical import canonical, digest
from app.ballotbox.count import ballots_in, count_tickets, counted_return, named_groups, number_in
from app.ballotbox.domain import Secrecy, Stage, TicketState, sample_in
from app.ballotbox.instrument import FollowUp, instrument
from app.ballotbox.models import TAKES_TICKETS, Answered, Box, Receipt, SignOff, Spent, Ticket
from app.ballotbox.seal import Return, RollCall
from app.ballotbox.tickets import handed_out_by_group
from app.ballotbox.traces import rewrite_ballots, rewrite_tickets, wipe_traces
from app.extensions import db, transaction
from app.refused import Refused

BLINDING = 32
"""Random bytes under which the digest of a box's ballots is taken."""


def draft_box(
    session_id: int,
    key: str,
    title: str,
    *,
    secrecy: Secrecy = Secrecy.SECRET,
    first: Box | None = None,
) -> Box:
    """Add a box to the end of a session's agenda; `first` is the box of the first round.

    Joins the caller's transaction, in which the instrument adds its own draft beside it.
    """
    with transaction() as session:
        last = session.scalar(select(func.max(Box.position)).where(Box.session_id == session_id))
        rounds = 0
        if first is not None:
            rounds = session.scalar(select(func.max(Box.round)).where(_rounds_of(first))) or 1
        box = Box(
            session_id=session_id,
            instrument=key,
            title=title,
            secrecy=secrecy,
            position=(last or 0) + 1,
            round=rounds + 1,
            first_box_id=None if first is None else first.first_box_id or first.id,
        )
        session.add(box)
        session.flush()
        return box


def get_box(box_id: int) -> Box:
    """Return a box for reading; raises Refused("unknown_box")."""
    box = db.session.get(Box, box_id)
    if box is None:
        raise Refused("unknown_box")
    return box


def boxes_of(session_id: int) -> tuple[Box, ...]:
    """Return the session's boxes in the order of its agenda."""
    query = select(Box).where(Box.session_id == session_id).order_by(Box.position, Box.id)
    return tuple(db.session.scalars(query))


def rounds_of(box: Box) -> tuple[Box, ...]:
    """Return all rounds of the same vote, the first one first."""
    return tuple(db.session.scalars(select(Box).where(_rounds_of(box)).order_by(Box.round)))


def round_due(box: Box) -> FollowUp | None:
    """Return the further round that is due and not drafted yet, else None.

    It is due once the count is certified: a round must not begin on figures nobody signed.
    """
    begun = any(other.round > box.round and other.stage != Stage.VOIDED for other in rounds_of(box))
    if begun or box.stage not in (Stage.CERTIFIED, Stage.ANNOUNCED):
        return None
    return instrument(box.instrument).follow_up(json.loads(box.sealed)["result"])


def drafted(box_id: int) -> Box:
    """Lock a box for a change of its draft, inside the caller's transaction.

    Raises Refused("paper_is_frozen") once it was opened: nothing changes a paper then.
    """
    box = _locked(db.session(), box_id)
    if box.stage != Stage.DRAFTED:
        raise Refused("paper_is_frozen")
    return box


def remove_draft(box_id: int) -> None:
    """Delete a box that was never opened; joins the caller's transaction."""
    with transaction() as session:
        session.delete(drafted(box_id))


def open_box(
    box_id: int, roll: RollCall, actor: str, *, now: datetime, members: Collection[str] = ()
) -> None:
    """Freeze the paper and the roll, and let ballots in. Opening twice changes nothing.

    members are the rater groups of those who sit: a paper that names no group is theirs, and the
    cards of others (staff, the public served) are not asked.

    The tickets are written anew at random: in what order they were handed out, beside the order
    of the check-in, must not tell whose they are once they vote.

    Raises Refused: "not_ready" with what is missing, "no_quorum" unless roll.override gives
    the reason (which is recorded), "nobody_has_a_ticket", "another_box_is_open" in the session.
    An open questionnaire alone needs no quorum and no ticket, and may stay open beside others.
    """
    with transaction() as session:
        box = _locked(session, box_id)
        if box.stage == Stage.OPEN:
            return
        if box.stage != Stage.DRAFTED:
            raise Refused("already_closed")
        chain.hold(session, box.session_id)  # what is counted below stays so
        kind = instrument(box.instrument)
        missing = tuple(str(item) for item in kind.missing(box_id))
        if missing:
            raise Refused("not_ready", missing="；".join(missing))
        plain = kind.compose(box_id)
        box.rater_groups = " ".join(group["id"] for group in plain.get("groups", ()))
        box.sample, box.members = sample_in(plain), " ".join(sorted(members))
        issued = count_tickets(session, box, TicketState.ACTIVATED)
        if box.takes_tickets:
            if not roll.quorate and not roll.override.strip():
                raise Refused("no_quorum", present=roll.present, quorum=roll.quorum)
            if not issued:
                raise Refused("nobody_has_a_ticket")
            if _open_elsewhere(session, box):
                raise Refused("another_box_is_open")
        rewrite_tickets(session, box.session_id)
        box.paper = canonical(plain)
        box.paper_digest = digest(box.paper)
        box.width = len(plain["items"])
        box.admitted = max(roll.present, sum(handed_out_by_group(box.session_id).values()))
        box.stage, box.opened_at = Stage.OPEN, now
        opened = chain.record(
            session,
            box.session_id,
            "open",
            actor,
            now,
            box=box_id,
            paper=box.paper_digest,
            present=roll.present,
            issued=issued,
            **({"members": box.members} if box.members else {}),
            **({"override": roll.override} if roll.override else {}),
        )
        box.roll = canonical(roll.as_json() | {"chain": opened})
    wipe_traces(db.engine)


def close_box(box_id: int, actor: str, *, now: datetime) -> Return:
    """Take no more ballots, count, seal; return the Return. Closing twice returns the same.

    Waits for ballots being written; those after it are refused as late. Raises
    Refused("not_open") for a box never opened or voided, and Refused("conservation") when
    tickets spent, receipts and ballots do not agree: nothing is sealed then.
    """
    with transaction() as session:
        box = _locked(session, box_id)
        if box.sealed:
            return Return.read(box.sealed)
        if box.stage != Stage.OPEN:
            raise Refused("not_open")
        chain.hold(session, box.session_id)
        box.blinding = secrets.token_hex(BLINDING)
        sealed = counted_return(session, box, instrument(box.instrument), actor, now)
        rewrite_ballots(session, box_id)
        rewrite_tickets(session, box.session_id)
        box.stage, box.closed_at = Stage.CLOSED, now
        box.sealed, box.seal = sealed.text, sealed.seal
        chain.record(session, box.session_id, "seal", actor, now, box=box_id, seal=sealed.seal)
    wipe_traces(db.engine)
    return sealed


def certify(box_id: int, username: str, name: str, needed: int, *, now: datetime) -> Stage:
    """Record that a scrutineer certifies the Return; `needed` of them make it certified.

    Signing twice counts once. Raises Refused("not_closed") before closing, and
    Refused("already_certified") after.
    """
    with transaction() as session:
        box = _locked(session, box_id)
        if box.stage in (Stage.CERTIFIED, Stage.ANNOUNCED):
            raise Refused("already_certified")
        if box.stage != Stage.CLOSED:
            raise Refused("not_closed")
        if session.get(SignOff, (box_id, username)) is None:
            session.add(SignOff(box_id=box_id, username=username, name=name, seal=box.seal, at=now))
            session.flush()
            chain.record(
                session,
                box.session_id,
                "certify",
                username,
                now,
                box=box_id,
                seal=box.seal,
                name=name,
            )
        signed = session.scalar(
            select(func.count()).select_from(SignOff).where(SignOff.box_id == box_id)
        )
        if (signed or 0) >= needed:
            box.stage = Stage.CERTIFIED
        return Stage(box.stage)


def announce(box_id: int, actor: str, *, now: datetime) -> None:
    """Let everybody see the result. Twice changes nothing; raises Refused("not_certified")."""
    with transaction() as session:
        box = _locked(session, box_id)
        if box.stage == Stage.ANNOUNCED:
            return
        if box.stage != Stage.CERTIFIED:
            raise Refused("not_certified")
        box.stage = Stage.ANNOUNCED
        chain.record(session, box.session_id, "announce", actor, now, box=box_id, seal=box.seal)


def void_box(box_id: int, reason: str, actor: str, *, now: datetime) -> None:
    """Declare a vote void, with the reason; its records stay, at random. Raises Refused.

    "reason_missing" without one, "already_announced" after the announcement.
    """
    if not reason.strip():
        raise Refused("reason_missing")
    with transaction() as session:
        box = _locked(session, box_id)
        if box.stage == Stage.ANNOUNCED:
            raise Refused("already_announced")
        if box.stage == Stage.VOIDED:
            return
        chain.hold(session, box.session_id)
        took_ballots = box.stage == Stage.OPEN
        if took_ballots:
            rewrite_ballots(session, box_id)
            rewrite_tickets(session, box.session_id)
        box.stage = Stage.VOIDED
        chain.record(session, box.session_id, "void", actor, now, box=box_id, reason=reason.strip())
    if took_ballots:
        wipe_traces(db.engine)


def sealed_return(box_id: int) -> Return:
    """Return the sealed result; raises Refused("not_closed"), "seal_broken" if it was altered."""
    box = get_box(box_id)
    if not box.sealed:
        raise Refused("not_closed")
    if digest(box.sealed) != box.seal:
        raise Refused("seal_broken")
    return Return.read(box.sealed)


def sign_offs(box_id: int) -> tuple[SignOff, ...]:
    """Return who certified, in the order of signing."""
    query = select(SignOff).where(SignOff.box_id == box_id).order_by(SignOff.at, SignOff.username)
    return tuple(db.session.scalars(query))


def live_sample(box_id: int) -> int | None:
    """Return how many answered an open questionnaire; None for a box without one."""
    box = get_box(box_id)
    return number_in(db.session(), Answered, box_id) if box.sample else None


def live_turnout(box_id: int) -> tuple[int, int]:
    """Return (issued, cast) of an open box: all that anybody may know before it is closed."""
    box = get_box(box_id)
    return (
        count_tickets(db.session(), box, TicketState.ACTIVATED),
        number_in(db.session(), Spent, box_id),
    )


def turnout_of(box_id: int, groups: Collection[str]) -> tuple[int, int]:
    """Return (handed out, cast) of the cards of some rater groups: turnout, never a mark."""
    box = get_box(box_id)
    out = handed_out_by_group(box.session_id)
    cast = (
        select(func.count())
        .select_from(Spent)
        .join(Ticket, Ticket.digest == Spent.ticket)
        .where(Spent.box_id == box_id, Ticket.rater_group.in_(groups))
    )
    return sum(out.get(group, 0) for group in groups), db.session.scalar(cast) or 0


def receipts_of(box_id: int) -> tuple[str, ...]:
    """Return all receipts of a closed box, sorted, so that anyone can find their own."""
    if not get_box(box_id).sealed:
        raise Refused("not_closed")
    query = select(Receipt.code).where(Receipt.box_id == box_id).order_by(Receipt.code)
    return tuple(db.session.scalars(query))


def stored_ballots(box_id: int) -> tuple[tuple[str, bytes], ...]:
    """Return (rater group or voter, marks) of a closed box, sorted: no order of arrival.

    The first is the voter in a named vote, the rater group else; answers of an open questionnaire
    stand among them under the group of the sample. Raises Refused("not_closed").
    """
    box = get_box(box_id)
    if not box.sealed:
        raise Refused("not_closed")
    return tuple(sorted(ballots_in(db.session(), box)))


def stored_groups(box_id: int) -> dict[str, str]:
    """Return the rater group of each voter of a closed named vote whose paper has groups."""
    return named_groups(db.session(), get_box(box_id))


def _locked(session: Session, box_id: int) -> Box:
    box = session.get(Box, box_id, with_for_update=True, populate_existing=True)
    if box is None:
        raise Refused("unknown_box")
    return box


def _rounds_of(box: Box) -> Any:
    first = box.first_box_id or box.id
    return (Box.id == first) | (Box.first_box_id == first)


def _open_elsewhere(session: Session, box: Box) -> bool:
    query = select(Box.id).where(
        Box.session_id == box.session_id, Box.stage == Stage.OPEN, Box.id != box.id, TAKES_TICKETS
    )
    return session.execute(query.limit(1)).first() is not None
