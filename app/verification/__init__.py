"""Going over all that is stored: whether each row still says what was opened, sealed, signed.

`piaojue verify` reads a database (a running one, or a restored backup) and changes nothing. Each
sealed box is counted again by `recount`, from the rows as they lie there. What a row says twice
(in its own columns, in the frozen paper, in the sealed Return, in the chained log) must agree.
What is stored once only cannot be checked; docs/threat-model.md names it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import case, func, select, text

from app.assembly.models import Session
from app.ballotbox import chain
from app.ballotbox.domain import Stage
from app.ballotbox.models import (
    Act,
    Answered,
    Ballot,
    Box,
    Chain,
    NamedBallot,
    Receipt,
    Remark,
    Sample,
    Spent,
    Ticket,
    TicketBatch,
)
from app.extensions import Model, db
from app.verification.boxes import Finding, acts_of, findings_of, number_of

CONTENTS = (Spent, Receipt, Ballot, NamedBallot, Answered, Sample, Remark)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was gone over, and what was found."""

    sessions: int
    acts: int
    boxes: int
    sealed: int
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is at fault; notes are no fault."""
        return all(finding.note for finding in self.findings)

    def lines(self) -> list[str]:
        """Say it for a terminal."""
        head = _(
            "%(sessions)s sessions, %(acts)s acts of the log, %(boxes)s boxes, %(sealed)s of them "
            "sealed.",
            sessions=self.sessions,
            acts=self.acts,
            boxes=self.boxes,
            sealed=self.sealed,
        )
        note, fault = _("note"), _("FAULT")  # in an f-string no catalogue would see them
        found = [
            f"[{note if one.note else fault}] {one.place}: {one.words}" for one in self.findings
        ]
        faults = sum(not one.note for one in self.findings)
        verdict = (
            _("All of it agrees: papers, ballots, receipts, Returns, signatures and the log.")
            if self.whole
            else _("%(faults)s faults were found. Do not use these results.", faults=faults)
        )
        return [str(head), *found, str(verdict)]


def verify() -> Verified:
    """Go over the database as of one instant; changes nothing."""
    db.session.rollback()
    sessions = db.session.scalars(select(Session).order_by(Session.id)).all()
    boxes = db.session.scalars(select(Box).order_by(Box.id)).all()
    findings = [*_file(), *_strays(boxes)]
    for session in sessions:
        findings += _session(session)
    for box in boxes:
        findings += findings_of(box)
    return Verified(
        sessions=len(sessions),
        acts=number_of(select(func.count()).select_from(Act)),
        boxes=len(boxes),
        sealed=sum(bool(box.sealed) for box in boxes),
        findings=tuple(findings),
    )


# The file


def _file() -> Iterator[Finding]:
    """Ask SQLite whether its file is whole, and any engine for rows that refer to none."""
    if db.engine.dialect.name == "sqlite":
        for row in db.session.execute(text("PRAGMA integrity_check")):
            if row[0] != "ok":
                yield Finding("integrity_check", str(row[0]))
    for table in Model.metadata.sorted_tables:
        for key in table.foreign_keys:
            parent = key.column.table.alias()
            there = select(1).where(parent.c[key.column.name] == key.parent)
            lost = select(func.count()).where(key.parent.is_not(None), ~there.exists())
            if number := number_of(lost.select_from(table)):
                name = key.column.table.name
                words = _(
                    "%(number)s rows refer to a %(name)s that is missing", number=number, name=name
                )
                yield Finding(table.name, words)


def _strays(boxes: Iterable[Box]) -> Iterator[Finding]:
    """Look for contents of boxes that were never opened, and for chains of no session."""
    drafted = [box.id for box in boxes if box.stage == Stage.DRAFTED]
    for model in CONTENTS:
        query = select(func.count()).select_from(model).where(model.box_id.in_(drafted))
        if number := number_of(query):
            words = _("%(number)s rows of boxes that were never opened", number=number)
            yield Finding(model.__tablename__, words)
    acting = set(db.session.scalars(select(Act.session_id).distinct()))
    chained = set(db.session.scalars(select(Chain.session_id)))
    for session_id in sorted(acting - chained):
        yield Finding(_place_of(session_id), _("the head of its log is missing"))
    there = {box.id for box in boxes}
    for session_id in sorted(acting):
        named = {facts["box"] for _act, facts in acts_of(session_id) if "box" in facts}
        for box_id in sorted(named - there):
            words = _("box %(number)s of its log is missing", number=box_id)
            yield Finding(_place_of(session_id), words)


# A session: its log and its cards


def _place_of(session_id: int) -> str:
    return str(_("session %(number)s", number=session_id))


def _session(session: Session) -> Iterator[Finding]:
    place = f"{_place_of(session.id)} {session.title}"
    faults = {
        "missing": _("an act is missing"),
        "does_not_follow": _("the act does not follow the one before it"),
        "changed": _("the act was changed"),
        "head_differs": _("the log does not end where its head says"),
    }
    for broken in chain.breaks(session.id):
        where = _("%(place)s, act %(number)s", place=place, number=broken.number)
        yield Finding(str(where), str(faults[broken.fault]))
    yield from _cards(session.id, place)


def _cards(session_id: int, place: str) -> Iterator[Finding]:
    """Hold the cards against their printing, and the printing against the log."""
    issued = {}
    for act, facts in acts_of(session_id):
        if act.kind == "issue":
            issued[facts.get("batch")] = (facts["group"], facts["printed"], facts["spare"])
    batches = db.session.scalars(select(TicketBatch).where(TicketBatch.session_id == session_id))
    said = {batch.id: (batch.rater_group, batch.printed, batch.spare) for batch in batches}
    if said != issued:
        yield Finding(place, _("the printings of cards are not those of the log"))
    columns = (Ticket.batch_id, Ticket.rater_group)
    query = select(*columns, func.count(), func.sum(case((Ticket.spare, 1), else_=0)))
    rows = db.session.execute(query.where(Ticket.session_id == session_id).group_by(*columns))
    cards = {(batch, group): (number, int(spare)) for batch, group, number, spare in rows}
    if cards != {(batch, group): (n, spare) for batch, (group, n, spare) in said.items()}:
        yield Finding(place, _("the cards are not those that were printed"))
