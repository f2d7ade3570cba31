"""Conducting a session: one page that leads from the check-in to the last result, step by step.

It stands on the agenda: the step to take now is opened up, with what is missing and the one
button that goes on. Every act is the box's own (`app.web.boxes`) and leads back here.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, render_template, request
from flask_babel import get_locale

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly import listing
from app.assembly.models import Session
from app.ballotbox import service
from app.ballotbox.domain import Stage
from app.ballotbox.instrument import instrument
from app.ballotbox.models import Box
from app.web.assembly.agenda import Step, agenda, next_step
from app.web.assembly.room import Page, assembly
from app.web.boxes.roll import roll_call
from app.web.boxes.standing import Check, checks

UNDER_WAY = (Stage.OPEN, Stage.CLOSED, Stage.CERTIFIED)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be done now.

    step is None where all is done; box is that of the step; checks are what must be in order
    before it opens; may_open is False where something is in the way that is mended elsewhere.
    """

    step: Step | None
    box: Box | None = None
    checks: tuple[Check, ...] = ()
    may_open: bool = False
    signed: int = 0


def turn_of(steps: tuple[Step, ...]) -> Turn:
    """Return the step to take now: a vote under way comes before whatever is missing elsewhere."""
    step = next(filter(_under_way, steps), None) or next_step(steps)
    if step is None or not step.box_id:
        return Turn(step)
    box = service.get_box(step.box_id)
    if box.stage != Stage.DRAFTED:
        return Turn(step, box, signed=len(service.sign_offs(box.id)))
    roll = roll_call(box.session_id)
    found = checks(box, roll)
    ready = roll.quorate and all(check.done for check in found if check.blocks)
    return Turn(step, box, found, ready)


def _under_way(step: Step) -> bool:
    """Whether the hall is in the middle of a vote; open questionnaires run beside the session."""
    return step.stage in UNDER_WAY and service.get_box(step.box_id).takes_tickets


def _facts(session: Session) -> dict[str, Any]:
    steps = agenda(session)
    turn = turn_of(steps)
    return {
        "session": session,
        "steps": steps,
        "turn": turn,
        "kind": instrument(turn.box.instrument) if turn.box is not None else None,
        "turnout": _turnout(turn),
        "sample": service.live_sample(turn.box.id) if turn.box is not None else None,
        "needed": current_app.extensions["settings"].scrutineers,
    }


def _turnout(turn: Turn) -> tuple[int, int] | None:
    if turn.box is None or turn.box.stage != Stage.OPEN:
        return None
    return service.live_turnout(turn.box.id)


@assembly.get("/sessions/<int:session_id>/conduct")
@access(Role.ORGANISER)
def conduct(session_id: int) -> Page:
    """Show the step to take now, and the agenda around it."""
    session = listing.find_session(session_id)
    return render_template("assembly/conduct.html", **_facts(session))


@assembly.get("/sessions/<int:session_id>/conduct/now", defaults={"part": "now"})
@assembly.get("/sessions/<int:session_id>/conduct/turnout", defaults={"part": "turnout"})
@assembly.get("/sessions/<int:session_id>/conduct/agenda", defaults={"part": "agenda"})
@access(Role.ORGANISER)
def conduct_part(session_id: int, part: str) -> Page:
    """Give a part of the page that follows along: what is to be done, the turnout, the agenda.

    The first changes only where the step does, so that no button goes from under the finger.
    """
    facts = _facts(listing.find_session(session_id))
    turn: Turn = facts["turn"]
    box = turn.box
    told = {
        "now": (turn.step and turn.step.label, box and box.stage, turn.checks, turn.signed),
        "turnout": (facts["turnout"], facts["sample"]),
        "agenda": facts["steps"],
    }[part]
    if part == "now" and box is None:
        told = (turn.step,)
    answer = Response(render_template(f"assembly/conduct_{part}.html", **facts))
    answer.set_etag(hashlib.sha256(repr((told, str(get_locale()))).encode()).hexdigest()[:16])
    return answer.make_conditional(request)
