"""Badges to be scanned at the desk, of a whole session or delegation by delegation."""

from flask import Response, abort, render_template, request
from flask_babel import gettext as _

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly import listing
from app.assembly.quorum import BodyKind
from app.printing.badges import Badge, BadgeSheet
from app.printing.badges import badges as badge_sheet
from app.web.assembly.room import Page, assembly, whole_name

PDF = "application/pdf"


@assembly.get("/sessions/<int:session_id>/checkin/badges")
@access(Role.ORGANISER)
def badges(session_id: int) -> Page:
    """Offer the badges of everybody, and of each delegation."""
    session = listing.find_session(session_id)
    groups = listing.delegations(BodyKind(session.body_kind))
    return render_template("assembly/badges.html", session=session, groups=groups)


@assembly.get("/sessions/<int:session_id>/checkin/badges.pdf")
@access(Role.ORGANISER)
def badges_pdf(session_id: int) -> Page:
    """Hand out the badges as a PDF; the same people give the same file."""
    session = listing.find_session(session_id)
    delegation = request.args.get("delegation")
    nowhere = _("Of no delegation")
    people = [
        Badge(person.name, person.number, person.delegation or nowhere, person.badge_code)
        for person in listing.badge_holders(session_id, delegation)
    ]
    if not people:
        abort(404)
    words = BadgeSheet(
        title=whole_name(session),
        number_label=_("Roster number"),
        hint=_("Please show this at check-in"),
        rehearsal=_("REHEARSAL") if session.rehearsal else "",
    )
    answer = Response(badge_sheet(people, words), mimetype=PDF)
    whose = nowhere if delegation == "" else delegation or _("everybody")
    answer.headers.set("Content-Disposition", "attachment", filename=_("badges") + f"-{whose}.pdf")
    return answer
