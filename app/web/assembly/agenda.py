"""The agenda of a session: its steps in order, where each stands, and what it still lacks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from app.accounts.guards import may_enter
from app.assembly.checkin import attendance
from app.assembly.listing import members_of, observers_on_roster
from app.assembly.models import Session
from app.assembly.quorum import AttendanceCount
from app.ballotbox import service, tickets
from app.ballotbox.domain import Stage
from app.ballotbox.instrument import instrument
from app.ballotbox.models import Box
from app.ballotbox.tickets import Reconciliation
from app.web.assembly.room import link

DONE, CURRENT, TODO, BLOCKED = "done", "current", "todo", "blocked"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the agenda.

    state is a word of the stepper; note says in words where it stands; url is empty where the
    reader may not enter; action names the link where the step is the next; stage is a box's, and
    so is box_id, which is 0 for the steps before the boxes.
    """

    label: str
    state: str
    note: str
    url: str = ""
    action: str = ""
    stage: str = ""
    box_id: int = 0


def agenda(session: Session) -> tuple[Step, ...]:
    """Return the steps of a session; the first that is not done is the current one."""
    count = attendance(session.id)
    boxes = service.boxes_of(session.id)
    steps = (
        _roster(count),
        _checkin(session.id, count),
        _cards(session.id, count, tickets.reconciliation(session.id, members_of(session))),
        *(map(_box, boxes) if boxes else (_nothing_to_vote_on(),)),
    )
    return tuple(_with_current(steps))


def next_step(steps: Iterable[Step]) -> Step | None:
    """Return the step to take now, None where all are done."""
    return next((step for step in steps if step.state != DONE), None)


def sentence_of(count: AttendanceCount) -> str:
    """Say who is here and whether there is a quorum, with the figure needed."""
    figures = {
        "due": count.due,
        "present": count.present,
        "needed": count.quorum_needed,
        "lacking": max(count.quorum_needed - count.present, 0),
    }
    if count.quorum_met:
        return str(
            _("%(due)s due, %(present)s present; the quorum of %(needed)s is reached.", **figures)
        )
    return str(
        _(
            "%(due)s due, %(present)s present; the quorum is %(needed)s, %(lacking)s are lacking.",
            **figures,
        )
    )


def _with_current(steps: Sequence[Step]) -> Iterable[Step]:
    current = next_step(steps)
    for step in steps:
        yield replace(step, state=CURRENT) if step is current and step.state == TODO else step


def _roster(count: AttendanceCount) -> Step:
    label, url = _("Roster"), link("assembly.deputies")
    if not count.due:
        note = _("Nobody on the roster votes in this body yet: import the roster first.")
        url = link("assembly.import_roster")
        return Step(label, TODO, note, url, _("Import the roster"))
    if count.due > count.total_members:
        note = _(
            "%(due)s people on the roster vote, more than the %(members)s members of the body. "
            "Please check the roster, or the number of members of this session.",
            due=count.due,
            members=count.total_members,
        )
        return Step(label, BLOCKED, note, url, _("Check the roster"))
    note = _(
        "%(due)s due, %(observers)s observers; %(members)s members in all.",
        due=count.due,
        observers=observers_on_roster(),
        members=count.total_members,
    )
    return Step(label, DONE, note, url)


def _checkin(session_id: int, count: AttendanceCount) -> Step:
    state = DONE if count.quorum_met else TODO
    url = link("assembly.checkin", session_id=session_id)
    return Step(_("Check-in"), state, sentence_of(count), url, _("Open the check-in desk"))


def _cards(session_id: int, count: AttendanceCount, cards: Reconciliation) -> Step:
    state, note = _cards_standing(count, cards)
    action = _("Hand out the cards") if cards.printed else _("Print the cards")
    url = link("tickets.overview", session_id=session_id)
    acting = may_enter("tickets.print_cards")  # whoever only looks is asked to do nothing
    return Step(_("Ballot cards"), state, note, url, action if acting else "")


def _cards_standing(count: AttendanceCount, cards: Reconciliation) -> tuple[str, str]:
    came, out = count.checked_in, cards.handed_out
    if not cards.printed:
        return TODO, _("No ballot cards are printed yet.")
    if not out:
        return TODO, _("%(printed)s cards are printed, none handed out yet.", printed=cards.printed)
    if out > came:
        return BLOCKED, _(
            "%(out)s cards are handed out, but only %(came)s people are checked in: %(more)s too "
            "many. Please find out why.",
            out=out,
            came=came,
            more=out - came,
        )
    if out < came:
        return TODO, _(
            "%(out)s cards are handed out; %(left)s of the %(came)s people checked in have none.",
            out=out,
            came=came,
            left=came - out,
        )
    if cards.waiting:
        return DONE, _(
            "%(out)s cards handed out, as many as are checked in; %(waiting)s spare ones are not "
            "voided yet.",
            out=out,
            waiting=cards.waiting,
        )
    return DONE, _("%(out)s cards handed out, as many as are checked in.", out=out)


def _nothing_to_vote_on() -> Step:
    return Step(_("Votes and evaluations"), TODO, _("Nothing to vote on is prepared yet."))


def _box(box: Box) -> Step:
    over = box.stage in (Stage.ANNOUNCED, Stage.VOIDED)
    return Step(
        label=box.title,
        state=DONE if over else TODO,
        note=_standing(box),
        url=link("boxes.control", box_id=box.id),
        action=_("Go on with it"),
        stage=box.stage,
        box_id=box.id,
    )


def _standing(box: Box) -> str:
    held = instrument(box.instrument).held
    if box.stage == Stage.DRAFTED:
        missing = "；".join(str(words) for words in instrument(box.instrument).missing(box.id))
        return str(_("Still missing: %(missing)s", missing=missing) if missing else _("Ready."))
    if box.stage == Stage.OPEN:
        if not box.takes_tickets:
            answers = service.live_sample(box.id)
            return str(_("The questionnaire is open: %(answers)s answers so far.", answers=answers))
        issued, cast = service.live_turnout(box.id)
        return str(held.goes_on) % {"cast": cast, "issued": issued}
    due = service.round_due(box) if box.stage == Stage.ANNOUNCED else None
    if due is not None:
        return str(_("The result is announced. Still to be held: %(round)s", round=due.label))
    words = {
        Stage.CLOSED: _("Counted and sealed. The scrutineers have to certify it."),
        Stage.CERTIFIED: _("Certified. The chair has to announce it."),
        Stage.ANNOUNCED: _("The result is announced."),
        Stage.VOIDED: held.voided,
    }
    return str(words[Stage(box.stage)])
