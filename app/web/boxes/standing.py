"""What the control page tells of a box: its stages as steps, and what is still missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from app.accounts.roles import Role
from app.accounts.service import all_staff
from app.assembly.checkin import attendance
from app.ballotbox import tickets
from app.ballotbox.domain import Stage, takes_tickets
from app.ballotbox.instrument import instrument
from app.ballotbox.models import Box
from app.ballotbox.seal import RollCall
from app.web.boxes.roll import members

STAGES = (Stage.DRAFTED, Stage.OPEN, Stage.CLOSED, Stage.CERTIFIED, Stage.ANNOUNCED)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list before opening; `blocks` where opening is not possible without it."""

    done: bool
    words: str
    blocks: bool = True


def steps(box: Box) -> Sequence[Mapping[str, Any]]:
    """Return the stages of a box as the steps of an agenda; none are left once it is announced."""
    words = {
        Stage.DRAFTED: _("Check"),
        Stage.OPEN: instrument(box.instrument).held.step,
        Stage.CLOSED: _("Count and certify"),
        Stage.CERTIFIED: _("Announce"),
        Stage.ANNOUNCED: _("Result"),
    }
    now = STAGES.index(Stage(box.stage)) if box.stage in STAGES else -1
    last = len(STAGES) - 1
    return [
        {
            "label": words[stage],
            "state": "done"
            if place < now or now == last
            else "current"
            if place == now
            else "todo",
        }
        for place, stage in enumerate(STAGES)
    ]


def checks(box: Box, roll: RollCall) -> tuple[Check, ...]:
    """Return what must be in order before a box opens, in the order it is usually done."""
    kind = instrument(box.instrument)
    missing = [str(words) for words in kind.missing(box.id)]
    cards = tickets.reconciliation(box.session_id, members(box.session_id))
    out = cards.handed_out + cards.apart
    came = attendance(box.session_id).checked_in
    paper = [Check(done=False, words=words) for words in missing] or [
        Check(done=True, words=_("The paper and its rules are complete."))
    ]
    if not takes_tickets(kind.compose(box.id)):
        words = _("Only an open questionnaire is held: it needs no ballot cards and no quorum.")
        return (*paper, Check(done=True, words=words), _signatures())
    quorum = _(
        "%(present)s of %(members)s members are present; the quorum is %(quorum)s.",
        present=roll.present,
        members=roll.total_members,
        quorum=roll.quorum,
    )
    handed_out = (
        _("%(out)s ballot cards are handed out.", out=out)
        if out
        else _("No ballot card is handed out yet.")
    )
    reconciled = (
        _("As many cards are handed out as members have checked in.")
        if cards.handed_out == came
        else _(
            "%(out)s cards are handed out, but %(came)s members have checked in.",
            out=cards.handed_out,
            came=came,
        )
    )
    return (
        *paper,
        Check(done=roll.quorate, words=quorum, blocks=False),
        Check(done=out > 0, words=handed_out),
        Check(done=cards.handed_out == came, words=reconciled, blocks=False),
        _signatures(),
    )


def _signatures() -> Check:
    """Say now, not before the whole hall after closing, whether the count can be certified."""
    needed: int = current_app.extensions["settings"].scrutineers
    scrutineers = [who for who in all_staff() if who.active and who.role == Role.SCRUTINEER]
    able = [who for who in scrutineers if not who.must_change_password]
    if len(able) >= needed:
        words = _("%(able)s scrutineers are able to sign the count.", able=len(able))
    else:
        words = _(
            "%(needed)s scrutineers must sign the count, but only %(able)s are able to: each needs "
            "an account, and must have signed in once to set a password of their own.",
            needed=needed,
            able=len(able),
        )
    return Check(done=len(able) >= needed, words=words, blocks=False)
