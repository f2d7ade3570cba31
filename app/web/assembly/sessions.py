"""Sessions: which there are, the agenda of one, calling and changing them."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import get_timezone
from flask_babel import gettext as _

from app.accounts.guards import access, may_enter
from app.accounts.roles import Role
from app.assembly import checkin, listing, service
from app.assembly.models import Session
from app.assembly.quorum import BodyKind
from app.ballotbox import tickets
from app.ballotbox.domain import Stage
from app.ballotbox.instrument import instruments
from app.ballotbox.service import boxes_of
from app.extensions import now
from app.refused import Refused
from app.web.assembly.agenda import agenda, next_step, sentence_of
from app.web.assembly.forms import SessionForm
from app.web.assembly.room import UNPROCESSABLE, Page, assembly, blame


@assembly.get("/sessions")
@access(Role.VIEWER)
def sessions() -> Page:
    """List the sessions, each with its next step; archived ones apart."""
    every = listing.all_sessions()
    live = [(session, next_step(agenda(session))) for session in every if not session.archived]
    archived = [session for session in every if session.archived]
    return render_template("assembly/sessions.html", live=live, archived=archived)


@assembly.get("/sessions/new")
@access(Role.ORGANISER)
def new_session() -> Page:
    """Ask what is called, today if not said; body and term are those of the latest session."""
    latest = next(iter(listing.all_sessions()), None)
    known = {"body": latest.body, "term": latest.term, "place": latest.place} if latest else {}
    today = now().astimezone(get_timezone()).date()
    return _asking(SessionForm(**known, held_on=today))


@assembly.post("/sessions/new")
@access(Role.ORGANISER)
def new_session_post() -> Page:
    """Call a session and go to its agenda."""
    form = SessionForm()
    if form.validate():
        try:
            session_id = service.create_session(**_values(form))
        except Refused as refused:
            blame(form, refused, "title")
        else:
            return redirect(url_for("assembly.session_page", session_id=session_id))
    return _asking(form), UNPROCESSABLE


@assembly.get("/sessions/<int:session_id>")
@access(Role.VIEWER)
def session_page(session_id: int) -> Page:
    """Show the agenda: what is done, what comes next, what is still missing."""
    session = listing.find_session(session_id)
    steps = agenda(session)
    kinds = [kind for kind in instruments() if may_enter(kind.create_endpoint)]
    return render_template(
        "assembly/session.html",
        session=session,
        steps=steps,
        step=next_step(steps),
        kinds=[] if session.archived else kinds,
        **attendance_facts(session_id),
    )


@assembly.get("/sessions/<int:session_id>/attendance")
@access(Role.VIEWER)
def attendance(session_id: int) -> Page:
    """Give the part of a page that follows the attendance: figures, never who or when."""
    facts = attendance_facts(session_id)
    brief = "brief" in request.args
    answer = Response(render_template("assembly/attendance.html", brief=brief, **facts))
    answer.add_etag()
    return answer.make_conditional(request)


def attendance_facts(session_id: int) -> dict[str, Any]:
    """Return what the line of attendance is rendered with; raises `session_unknown`."""
    count = checkin.attendance(session_id)
    return {"count": count, "quorum_words": sentence_of(count)}


@assembly.get("/sessions/<int:session_id>/edit")
@access(Role.ORGANISER)
def edit_session(session_id: int) -> Page:
    """Show what was entered of a session, to be changed."""
    session = listing.find_session(session_id)
    return _asking(SessionForm(obj=session), session)


@assembly.post("/sessions/<int:session_id>/edit")
@access(Role.ORGANISER)
def edit_session_post(session_id: int) -> Page:
    """Change a session; whether it is a rehearsal, only before anything was prepared for it."""
    session = listing.find_session(session_id)
    form = SessionForm()
    if form.validate():
        try:
            _refuse_mixing(session, form)
            service.update_session(session_id, _values(form))
        except Refused as refused:
            blame(form, refused, "title")
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("assembly.session_page", session_id=session_id))
    return _asking(form, session), UNPROCESSABLE


@assembly.post("/sessions/<int:session_id>/archive")
@access(Role.ORGANISER)
def archive_session(session_id: int) -> Page:
    """Put a session away, or bring it back; what happened in it stays as it is."""
    archived = request.form.get("archived") == "yes"
    if archived:
        if any(box.stage == Stage.OPEN for box in boxes_of(session_id)):
            raise Refused("vote_is_open")
        checkin.forget_arrivals(session_id)
    service.update_session(session_id, {"archived": archived})
    flash(_("The session is archived.") if archived else _("The session is back."), "good")
    return redirect(url_for("assembly.sessions"))


def _asking(form: SessionForm, session: Session | None = None) -> str:
    return render_template(
        "assembly/session_form.html",
        form=form,
        session=session,
        fixed=session is not None and _is_prepared(session),
        opened=session is not None and _was_opened(session),
        seats=listing.seats_on_roster(),
    )


def _refuse_mixing(session: Session, form: SessionForm) -> None:
    """Refuse to make a rehearsal real, or the other way round, once there are cards or votes."""
    if form.rehearsal.data != session.rehearsal and _is_prepared(session):
        raise Refused("rehearsal_is_fixed", field="rehearsal")


def _is_prepared(session: Session) -> bool:
    """Whether cards or votes were made for a session, so that it stays what it is."""
    return bool(tickets.reconciliation(session.id).printed or boxes_of(session.id))


def _was_opened(session: Session) -> bool:
    """Whether something was opened, and so goes on bearing the names of the session of then."""
    return any(box.opened_at is not None for box in boxes_of(session.id))


def _values(form: SessionForm) -> dict[str, Any]:
    kind = BodyKind(form.body_kind.data)
    fields = ("body", "term", "title", "sitting", "held_on", "place", "rehearsal")
    return {
        **{name: getattr(form, name).data for name in fields},
        "body_kind": kind,
        "total_members": form.total_members.data or listing.seats_on_roster()[kind],
    }
