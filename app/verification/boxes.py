"""What is stored of one box, held against its frozen paper, its Return and the log of acts."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from app.assembly.models import Session
from app.ballotbox import chain, service
from app.ballotbox.canonical import canonical, digest
from app.ballotbox.domain import Stage, TicketState
from app.ballotbox.instrument import Instrument, instrument
from app.ballotbox.models import (
    Act,
    Answered,
    Ballot,
    Box,
    NamedBallot,
    Receipt,
    Sample,
    Spent,
    Ticket,
)
from app.extensions import db
from app.refused import Refused
from app.reports.bundle import bundled, evidence_of
from recount.recount import UnreadableError, examine

Told = Mapping[str, Any]
ACTS_OF_STAGE = {"open": Stage.OPEN, "seal": Stage.CLOSED, "announce": Stage.ANNOUNCED}
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, NoResultFound, Refused)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree: where, and in words. A note is no fault: it may be meant."""

    place: str
    words: str
    note: bool = False


def number_of(query: Any) -> int:
    """Return the number that a query counts."""
    return db.session.scalar(query) or 0


def acts_of(session_id: int) -> Iterator[tuple[Act, Told]]:
    """Give the acts with their facts; those that cannot be read have none (the chain says so)."""
    for act in chain.acts(session_id):
        try:
            facts = json.loads(act.facts)
        except ValueError:
            continue
        if isinstance(facts, dict):
            yield act, facts


def findings_of(box: Box) -> Iterator[Finding]:
    """Go over one box."""
    place = str(_("box %(number)s %(title)s", number=box.id, title=box.title))
    acts = [(act, facts) for act, facts in acts_of(box.session_id) if facts.get("box") == box.id]
    said = list(_stage(box, acts))
    if box.paper or box.stage not in (Stage.DRAFTED, Stage.VOIDED):
        said += _guarded(lambda: _opened(box, acts), _("what was frozen at opening is unreadable"))
    if box.sealed or box.stage in (Stage.CLOSED, Stage.CERTIFIED, Stage.ANNOUNCED):
        said += _guarded(lambda: _sealed(box), _("what was sealed is unreadable"))
        said += _signed(box, acts)
    yield from (Finding(place, words) for words in said)
    if box.sealed:
        yield from (
            Finding(place, words, note=True) for words in _guarded(lambda: _heading(box), "")
        )


def _guarded(look: Callable[[], Iterable[str]], unreadable: str) -> list[str]:
    """Take a row that cannot even be read for the fault that it is."""
    try:
        return list(look())
    except UNREADABLE:
        return [str(unreadable)] if unreadable else []


def _stage(box: Box, acts: Iterable[tuple[Act, Told]]) -> Iterator[str]:
    kinds = [act.kind for act, _facts in acts]
    expected = Stage.DRAFTED
    for kind in kinds:
        expected = ACTS_OF_STAGE.get(kind, expected)
    if "void" in kinds:
        expected = Stage.VOIDED
    certified = {Stage.CLOSED, Stage.CERTIFIED} if "certify" in kinds else {expected}
    if Stage(box.stage) not in (certified if expected is Stage.CLOSED else {expected}):
        yield _("it stands at %(stage)s, by the log at %(log)s", stage=box.stage, log=expected)
    if not ("seal" in kinds) == bool(box.sealed) == bool(box.seal):
        yield _("its Return is missing, or was never sealed")
    if ("open" in kinds) is not bool(box.paper):
        yield _("its paper is missing, or was never frozen")
    if box.blinding and not box.sealed:
        yield _("its column %(name)s was changed", name="blinding")
    if (box.round > 1) is (box.first_box_id is None):
        yield _("its round does not fit to the box of the first round")


def _opened(box: Box, acts: Iterable[tuple[Act, Told]]) -> Iterator[str]:
    """Hold the frozen paper and the roll against the act of opening and the box's own columns."""
    act, facts = [(act, facts) for act, facts in acts if act.kind == "open"][-1]
    paper, roll = json.loads(box.paper), json.loads(box.roll)
    if not digest(box.paper) == box.paper_digest == facts["paper"]:
        yield _("its frozen paper was changed")
    if roll["chain"] != act.digest or roll["present"] != facts["present"]:
        yield _("its roll was changed")
    groups = paper.get("groups", ())
    columns: Mapping[str, tuple[Any, Any]] = {
        "instrument": (box.instrument, paper["instrument"]),
        "title": (box.title, paper.get("title", box.title)),
        "secrecy": (box.secrecy, paper.get("secrecy", box.secrecy)),
        "round": (box.round, paper.get("round", box.round)),
        "width": (box.width, len(paper["items"])),
        "rater_groups": (box.rater_groups, " ".join(group["id"] for group in groups)),
        "sample": (
            box.sample,
            next((group["id"] for group in groups if group.get("open_sample")), ""),
        ),
        "members": (box.members, facts.get("members", "")),
        "opened_at": (_moment(box.opened_at), act.at),
    }
    yield from _differing(columns)
    if box.admitted < max(roll["present"], facts["issued"]):
        yield _("its column %(name)s was changed", name="admitted")
    kind = instrument(box.instrument)
    if canonical(kind.compose(box.id)) != box.paper:
        yield _("the draft is no longer the one that its paper was frozen from")
    yield from _enclosures(box, kind, paper)
    yield from _conserved(box)


def _differing(columns: Mapping[str, tuple[Any, Any]]) -> Iterator[str]:
    for name, (one, other) in columns.items():
        if one != other:
            yield str(_("its column %(name)s was changed", name=name))


def _enclosures(box: Box, kind: Instrument, paper: Told) -> Iterator[str]:
    """Hold what lies beside the paper against the digests that the paper names it by."""
    for subject in paper.get("subjects", ()):
        for key in filter(None, (subject.get("photo"), subject.get("reading"))):
            found = kind.enclosure(box.id, key)
            if found is None or hashlib.sha256(found.content).hexdigest() != key:
                yield str(_("a photo or a report beside its paper was changed"))


def _conserved(box: Box) -> Iterator[str]:
    spent, receipts, secret, named, kept, answers = (
        number_of(select(func.count()).select_from(model).where(model.box_id == box.id, *more))
        for model, *more in (
            (Spent,),
            (Receipt,),
            (Ballot,),
            (NamedBallot,),
            (Answered, Answered.kept),
            (Sample,),
        )
    )
    if not spent == receipts == secret + named:
        yield str(_("cards spent, receipts and ballots do not agree"))
    if kept != answers:
        yield str(_("the answers of the open questionnaire do not agree"))
    groups = box.rater_groups.split() or [""]
    for model in (Ballot, NamedBallot):
        strange = select(func.count()).select_from(model).where(model.box_id == box.id)
        if number_of(strange.where(model.rater_group.not_in(groups))):
            yield str(_("a ballot is of a rater group that was not asked"))
    known = (
        select(func.count())
        .select_from(Spent)
        .join(Ticket, Ticket.digest == Spent.ticket)
        .where(
            Spent.box_id == box.id,
            Ticket.session_id == box.session_id,
            Ticket.state != TicketState.PRINTED,
        )
    )
    if number_of(known) != spent:
        yield str(_("a card voted that was never handed out"))


def _sealed(box: Box) -> Iterator[str]:
    if digest(box.sealed) != box.seal:
        yield _("the Return does not match its seal")
    try:
        checks, sealed, _again = examine(bundled(evidence_of(box), list.sort))
    except UnreadableError as error:
        yield str(error)
        return
    yield from (f"{check.what}：{check.found}" for check in checks if not check.agrees)
    received = number_of(
        select(func.count()).select_from(Answered).where(Answered.box_id == box.id)
    )
    if received != sealed.get("sample", {}).get("received", 0):
        yield _("the answers of the open questionnaire do not agree")
    roll = json.loads(box.roll)
    opened = roll.pop("chain")
    columns = {
        "id": (box.id, sealed["box"]),
        "instrument": (box.instrument, sealed["instrument"]),
        "title": (box.title, sealed["title"]),
        "round": (box.round, sealed["round"]),
        "secrecy": (box.secrecy, sealed["secrecy"]),
        "paper_digest": (box.paper_digest, sealed["paper"]),
        "roll": ((roll, opened), (sealed["roll"], sealed["chain_open"])),
        "opened_at": (_moment(box.opened_at), sealed["opened_at"]),
        "closed_at": (_moment(box.closed_at), sealed["closed_at"]),
    }
    yield from _differing(columns)


def _signed(box: Box, acts: Iterable[tuple[Act, Told]]) -> Iterator[str]:
    logged = {
        (act.actor, facts.get("name", ""), facts.get("seal"), act.at)
        for act, facts in acts
        if act.kind == "certify"
    }
    stored = {
        (signed.username, signed.name, signed.seal, _moment(signed.at))
        for signed in service.sign_offs(box.id)
    }
    if stored != logged or any(seal != box.seal for _who, _name, seal, _at in stored):
        yield str(_("its signatures are not those of the log"))


def _heading(box: Box) -> Iterator[str]:
    """Say where the session was edited after sealing: allowed, and to be known of."""
    session = db.session.get_one(Session, box.session_id)
    roll = json.loads(box.sealed)["roll"]
    heading = {**roll["heading"], "held_on": str(roll["heading"].get("held_on", session.held_on))}
    now = {name: str(getattr(session, name)) for name in heading}
    figures = ("body_kind", "total_members", "rehearsal")
    if heading != now or any(roll[name] != getattr(session, name) for name in figures):
        yield str(_("the session was edited after sealing; the Return keeps what was then"))


def _moment(moment: datetime | None) -> str:
    """Write a stored time as the log and the Return do."""
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds")
