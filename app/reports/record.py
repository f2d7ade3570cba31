"""A sealed Return with what stands around it: who signed, what became of it, in words.

The same for every instrument. Everything is read from the Return and the log of acts; nothing is
counted here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from app.ballotbox import chain, service
from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.ballotbox.seal import Return
from app.reports.turnout_words import is_valid, turnout_sentences
from app.writing import day, moment


@dataclass(frozen=True, slots=True)
class Signature:
    """Who certified a Return, and when, in words."""

    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one closed box; dates and times are in words."""

    sealed: Return
    act: str
    """What was held, in a word for its sentences: 表决, 测评."""
    stage: Stage = Stage.CLOSED
    signatures: tuple[Signature, ...] = ()
    voided: str = ""
    """Why it was declared void; empty where it was not."""
    opened: str = ""
    closed: str = ""
    held_on: str = ""
    beside: tuple[str, ...] = ()
    """What is said beside the turnout: of an open questionnaire."""

    @property
    def seal(self) -> str:
        """The SHA-256 of the sealed text."""
        return self.sealed.seal

    @property
    def place(self) -> str:
        """Where the session sat."""
        return self.sealed.roll.heading.get("place", "")

    @property
    def committee(self) -> bool:
        """Whether a standing committee voted, and not a congress."""
        return self.sealed.roll.body_kind == "standing_committee"

    @property
    def stands(self) -> bool:
        """Whether the result stands: a quorum, not void by its figures, nor declared void.

        An open questionnaire alone needs no quorum.
        """
        sealed = self.sealed
        valid = sealed.open_alone or is_valid(sealed.roll, sealed.turnout)
        return self.stage is not Stage.VOIDED and valid

    @property
    def without_quorum(self) -> bool:
        """Whether nothing but the missing quorum keeps the result from standing."""
        voided = self.stage is Stage.VOIDED or self.sealed.turnout.void
        needed = not self.sealed.open_alone
        return needed and not voided and not self.sealed.roll.quorate


def record_of(box: Box, act: str) -> Record:
    """Read what became of a closed box; raises Refused("not_closed") before that.

    act: what was held, in the word of its instrument.
    """
    sealed = service.sealed_return(box.id)
    return Record(
        sealed=sealed,
        act=act,
        stage=Stage(box.stage),
        signatures=tuple(Signature(s.name, moment(s.at)) for s in service.sign_offs(box.id)),
        voided=_reason(box) if box.stage == Stage.VOIDED else "",
        opened=moment(datetime.fromisoformat(sealed.opened_at)),
        closed=moment(datetime.fromisoformat(sealed.closed_at)),
        held_on=held_on(sealed.roll.heading),
    )


def session_words(record: Record) -> str:
    """Name the session: body, term and title as one word, sitting."""
    heading = record.sealed.roll.heading
    body, term, title, sitting = (
        heading.get(name, "") for name in ("body", "term", "title", "sitting")
    )
    return " ".join(part for part in (body, term + title, sitting) if part)


def formal_name(record: Record) -> str:
    """Name the session as a notice does: 明州市第十七届人民代表大会第五次会议.

    In Chinese the term stands before 人民代表大会 in the name of the body; where the body is
    called otherwise, and in English, it stands after it.
    """
    heading = record.sealed.roll.heading
    body, term, title = (heading.get(name, "") for name in ("body", "term", "title"))
    place, congress, rest = body.partition("人民代表大会")
    if congress and term not in body:
        return f"{place}{term}{congress}{rest}{title}"
    return session_words(record)


def turnout_words(record: Record) -> tuple[str, ...]:
    """Say the turnout, and last whether the result stands."""
    sealed = record.sealed
    if sealed.open_alone:
        figures = []
        standing = str(
            _(
                "An open questionnaire says what those think who answered; it is no %(act)s of the "
                "body.",
                act=record.act,
            )
        )
    else:
        *figures, standing = turnout_sentences(sealed.roll, sealed.turnout, record.act)
    if record.stage is Stage.VOIDED:
        standing = str(
            _(
                "This %(act)s was declared void; these figures are kept as a record.",
                act=record.act,
            )
        )
    return (*figures, *record.beside, standing)


def standing_words(record: Record) -> str:
    """Say in a word whether the result stands, and why not."""
    if record.stands:
        return str(_("it stands"))
    if record.without_quorum:
        return str(_("no: the quorum was not reached"))
    return str(_("no: it is void"))


def warnings(record: Record) -> tuple[str, ...]:
    """Say what must not be overlooked on any page of the result; mostly nothing."""
    said = []
    if record.sealed.roll.rehearsal:
        said.append(_("REHEARSAL: for practice, counts for nothing"))
    if record.stage is Stage.VOIDED:
        said.append(
            _(
                "DECLARED VOID: this %(act)s, for this reason: %(reason)s",
                act=record.act,
                reason=record.voided,
            )
        )
    elif record.without_quorum:
        said.append(_("NO QUORUM: this %(act)s has no force in law", act=record.act))
    elif not record.stands:
        said.append(_("VOID: this %(act)s decides nothing", act=record.act))
    return tuple(map(str, said))


def marks(record: Record) -> tuple[str, ...]:
    """Say what a file must carry wherever it goes: that it is a draft, and the warnings."""
    draft = record.stage in (Stage.CLOSED, Stage.CERTIFIED)
    said = (str(_("NOT ANNOUNCED YET: for checking only")),) if draft else ()
    return (*said, *warnings(record))


def certified_words(record: Record) -> tuple[str, ...]:
    """Name each scrutineer who signed, with the time."""
    return tuple(
        str(_("%(name)s, %(at)s", name=signature.name, at=signature.at))
        for signature in record.signatures
    )


def digests(record: Record) -> tuple[tuple[str, str], ...]:
    """Name every digest of the Return, for whoever compares it with another print."""
    sealed = record.sealed
    return (
        (_("Seal of the return"), record.seal),
        (_("Digest of the paper"), sealed.paper),
        (_("Digest of the ballots"), sealed.ballots),
        (_("Digest of the receipts"), sealed.receipts),
        (_("Head of the log at opening"), sealed.chain_open),
        (_("Head of the log at closing"), sealed.chain_close),
    )


def held_on(heading: Mapping[str, str]) -> str:
    """Write the day of a session; as it was entered where that is no date."""
    written = heading.get("held_on", "")
    try:
        return day(date.fromisoformat(written))
    except ValueError:
        return written


def _reason(box: Box) -> str:
    """Return why the box was declared void, as the log of acts has it."""
    reasons = (
        json.loads(act.facts) for act in reversed(chain.acts(box.session_id)) if act.kind == "void"
    )
    return str(next((facts["reason"] for facts in reasons if facts.get("box") == box.id), ""))
