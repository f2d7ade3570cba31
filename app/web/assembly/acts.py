"""What is done at the check-in desk, and how it is told and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from app.assembly import checkin
from app.assembly.checkin import Arrival
from app.assembly.finding import Attendee
from app.assembly.quorum import Presence
from app.refused import Refused
from app.web.refusals import sentence


class Deed(StrEnum):
    """What a button of the desk does."""

    CHECK_IN = "check_in"
    MANUAL = "manual_checkin"
    ON_LEAVE = "on_leave"
    LEFT_EARLY = "left_early"
    UNDO = "undo"
    PUT_BACK = "put_back"


@dataclass(frozen=True, slots=True)
class Act:
    """A deed upon somebody; `state` and `manual` say what is put back (state None: nothing)."""

    deed: Deed
    deputy_id: int
    state: Presence | None = None
    manual: bool = False

    @classmethod
    def read(cls, form: Mapping[str, str]) -> Self:
        """Read the fields of a button; raises BadRequest for what no button of ours sends."""
        try:
            state = form.get("state", "")
            return cls(
                Deed(form["deed"]),
                int(form["deputy_id"]),
                Presence(state) if state else None,
                form.get("manual") == "yes",
            )
        except (KeyError, ValueError):
            raise BadRequest from None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act, for the clerk: tones as in notices; `undo` is the act that undoes."""

    tone: str
    words: str
    person: Attendee | None = None
    undo: Mapping[str, str | int] | None = None


def act_of(form: Mapping[str, str]) -> Act | None:
    """Return the act that a form of the desk carries, None where it is only what was typed."""
    return Act.read(form) if "deed" in form else None


def done(session_id: int, act: Act) -> Outcome:
    """Do it and say what came of it; a refusal is an outcome too."""
    try:
        before = checkin.find_attendee(session_id, act.deputy_id)
    except Refused as refused:
        return Outcome("bad", sentence(refused))
    try:
        arrival = _do(session_id, act)
    except Refused as refused:
        return Outcome("bad", sentence(refused), before)
    after = checkin.find_attendee(session_id, act.deputy_id)
    if arrival is Arrival.ALREADY:
        return Outcome("warn", _("Was checked in already"), after)
    return Outcome("good", _told(act, after), after, _undoing(act, before, after))


def _do(session_id: int, act: Act) -> Arrival | None:
    who = act.deputy_id
    match act.deed:
        case Deed.CHECK_IN:
            return checkin.check_in(session_id, who)
        case Deed.MANUAL:
            return checkin.check_in(session_id, who, manual=True)
        case Deed.ON_LEAVE:
            checkin.set_on_leave(session_id, who)
        case Deed.LEFT_EARLY:
            checkin.left_early(session_id, who)
        case Deed.UNDO:
            checkin.undo(session_id, who)
        case Deed.PUT_BACK:
            checkin.put_back(session_id, who, act.state, manual=act.manual)
    return None


def _told(act: Act, after: Attendee) -> str:
    if act.deed is Deed.PUT_BACK or after.state is None:
        return str(_("Taken back"))
    return str(
        {
            Presence.PRESENT: _("Checked in by hand") if after.manual else _("Checked in"),
            Presence.ON_LEAVE: _("Noted as on leave"),
            Presence.LEFT_EARLY: _("Noted as left early"),
        }[after.state]
    )


def _undoing(act: Act, before: Attendee, after: Attendee) -> Mapping[str, str | int] | None:
    """Return the fields of the button that undoes; nothing undoes an undoing of the last act."""
    if act.deed is Deed.PUT_BACK or (before.state, before.manual) == (after.state, after.manual):
        return None
    return {
        "deed": Deed.PUT_BACK.value,
        "deputy_id": after.deputy_id,
        "state": before.state.value if before.state else "",
        "manual": "yes" if before.manual else "no",
    }
