"""The check-in desk: one field, who is meant by it, and what is done.

Names and numbers travel in the body of a POST, never in an address: whatever keeps addresses
(a proxy's log, the history of a browser) would keep the order in which people came.
"""

from flask import render_template, request
from werkzeug.wrappers import Response

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly import checkin as service
from app.assembly import listing
from app.assembly.finding import Attendee
from app.assembly.quorum import BodyKind, Presence
from app.web.assembly.acts import Act, Deed, Outcome, act_of, done
from app.web.assembly.room import Page, assembly
from app.web.assembly.sessions import attendance_facts

MOST_FOUND = 12


@assembly.get("/sessions/<int:session_id>/checkin")
@access(Role.ORGANISER)
def checkin(session_id: int) -> Page:
    """Show the desk."""
    return _desk(session_id)


@assembly.post("/sessions/<int:session_id>/checkin")
@access(Role.ORGANISER)
def checkin_post(session_id: int) -> Page:
    """Do what a button says, or check in whom the field means; else show who may be meant.

    No redirect follows: sent again it changes nothing, and nothing need be kept in between.
    """
    listing.find_session(session_id)
    act = act_of(request.form)
    if act is not None:
        return _desk(session_id, outcome=done(session_id, act))
    text = request.form.get("text", "")
    meant = service.find_meant(session_id, text)
    if meant is not None:
        return _desk(session_id, outcome=done(session_id, Act(Deed.CHECK_IN, meant.deputy_id)))
    return _desk(session_id, text=text)


@assembly.post("/sessions/<int:session_id>/checkin/find")
@access(Role.ORGANISER)
def checkin_find(session_id: int) -> Page:
    """Give the part of the page with who is meant so far; it changes nothing."""
    text = request.form.get("text", "")
    scanned = service.find_scanned(session_id, text)
    return render_template(
        "assembly/found.html",
        session=listing.find_session(session_id),
        text=text,
        found=[scanned] if scanned else service.find_deputies(session_id, text, MOST_FOUND),
        scanned=scanned,
        most=MOST_FOUND,
    )


@assembly.get("/sessions/<int:session_id>/checkin/list")
@access(Role.ORGANISER)
def checkin_list(session_id: int) -> Page:
    """List everybody by delegation with what is known of them, to be looked at or printed."""
    session = listing.find_session(session_id)
    asked = request.args.get("state", "")
    people = [who for who in service.attendance_list(session_id) if _asked_for(who, asked)]
    order = listing.delegations(BodyKind(session.body_kind))
    by_delegation = [
        (group.name, [person for person in people if person.delegation == group.name])
        for group in order
    ]
    return render_template(
        "assembly/checkin_list.html",
        session=session,
        groups=[(name, members) for name, members in by_delegation if members],
        asked=asked,
        states=["absent", *Presence],
        **attendance_facts(session_id),
    )


def _asked_for(person: Attendee, asked: str) -> bool:
    if not asked:
        return True
    return not person.observer and (person.state or "absent") == asked


def _desk(session_id: int, text: str = "", outcome: Outcome | None = None) -> str | Response:
    """Render the desk, or for its script only what changed."""
    followed = request.headers.get("X-Requested-With") == "fetch"
    return render_template(
        "assembly/answer.html" if followed else "assembly/checkin.html",
        session=listing.find_session(session_id),
        outcome=outcome,
        text=text,
        found=service.find_deputies(session_id, text, MOST_FOUND),
        scanned=None,
        most=MOST_FOUND,
        brief=True,
        **attendance_facts(session_id),
    )
