"""The doors of the cards: print, hand out, void, reconcile; and the log of the session."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
)
from flask import url_for as url
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.guards import access
from app.accounts.roles import Role
from app.addresses import public_address
from app.assembly.finding import session_of
from app.assembly.listing import DEPUTY, roster_groups
from app.assembly.models import Session
from app.ballotbox import tickets
from app.extensions import chosen_locale, db, now
from app.refused import Refused
from app.web.booth.phone import sitting
from app.web.refusals import sentence
from app.web.tickets import scanning
from app.web.tickets.acts import SHORT, read_log
from app.web.tickets.forms import BatchForm, PileForm, spare_for
from app.web.tickets.press import card_file, file_name, reach
from app.web.tickets.reckoning import (
    Batch,
    Reckoning,
    lines,
    reckon,
    steps,
)
from app.web.tickets.scanning import TELLINGS, Outcome

blueprint = Blueprint("tickets", __name__, url_prefix="/desk/sessions/<int:session_id>")

UNPROCESSABLE = 422
JSON = "application/json"

Page = str | AnyResponse | tuple[str, int]


@blueprint.get("/tickets")
@access(Role.VIEWER)
def overview(session_id: int) -> Page:
    """Show what to do in order, the reconciliation, the batches, and how to print another."""
    session = session_of(db.session(), session_id)
    reckoning = reckon(session)
    return page(session, reckoning, batch_form(session, reckoning))


def page(session: Session, reckoning: Reckoning, form: BatchForm) -> str:
    """Render the overview; a form that came back with faults is shown with them."""
    address = public_address(current_app.extensions["settings"])
    return render_template(
        "tickets/overview.html",
        session=session,
        **told(reckoning),
        form=form,
        fill={group: [due, spare_for(due)] for group, due in roster_groups(session).items()},
        address=address,
        reach=reach(address),
    )


def told(reckoning: Reckoning) -> dict[str, Any]:
    """Return what the part that follows along is rendered with."""
    return {"reckoning": reckoning, "lines": lines(reckoning), "steps": steps(reckoning)}


def batch_form(session: Session, reckoning: Reckoning) -> BatchForm:
    """Return the form of a batch, filled in with the largest group and the cards it lacks."""
    due = roster_groups(session)
    group = next(iter(due), DEPUTY)
    made = sum(
        batch.cards.printed - batch.cards.spare
        for batch in reckoning.batches
        if batch.cards.rater_group == group and batch.cards.voided < batch.cards.printed
    )
    lacking = max(0, due.get(group, 0) - made) or None
    form = BatchForm(group=group, count=lacking, spare=spare_for(lacking or 0))
    form.offer(due)
    return form


@blueprint.get("/tickets/figures")
@access(Role.VIEWER)
def figures(session_id: int) -> Page:
    """Give the part of the overview that follows along."""
    return part("tickets/figures.html", session_of(db.session(), session_id))


@blueprint.get("/tickets/count")
@access(Role.ORGANISER)
def count(session_id: int) -> Page:
    """Give the figures beside the scanner."""
    return part("tickets/count.html", session_of(db.session(), session_id))


def part(template: str, session: Session) -> AnyResponse:
    """Answer a part of a page that follows along: 304 while it says the same.

    What it says follows from the figures, the reader's role and language; its bytes differ
    each time, as the tokens of its forms do.
    """
    reckoning = reckon(session)
    said = (reckoning, session.archived, current_user.role, chosen_locale())
    answer = Response(render_template(template, session=session, **told(reckoning)))
    answer.set_etag(hashlib.sha256(repr(said).encode()).hexdigest())
    return answer.make_conditional(request)


@blueprint.post("/tickets/print")
@access(Role.ORGANISER)
def print_cards(session_id: int) -> Page:
    """Make a batch and answer with its cards, which are nowhere else from then on."""
    session = acting(session_id)
    form = BatchForm()
    form.offer(roster_groups(session))
    group = form.chosen() if form.validate() else None
    if group is None:
        return page(session, reckon(session), form), UNPROCESSABLE
    try:
        codes = tickets.issue(
            session_id, group, form.count.data, form.spare.data, current_user.username, now=now()
        )
    except Refused as refused:
        form.count.errors = [sentence(refused)]
        return page(session, reckon(session), form), UNPROCESSABLE
    return download(session, codes)


def download(session: Session, codes: tuple[tickets.PrintedTicket, ...]) -> AnyResponse:
    """Return freshly issued codes as the file of their cards."""
    title, group = sitting(session.id).title, codes[0].rater_group
    pdf = card_file(
        codes,
        title,
        public_address(current_app.extensions["settings"]),
        rehearsal=session.rehearsal,
        grouped=group != DEPUTY or len(roster_groups(session)) > 1,
    )
    number = len(tickets.batches(session.id))
    name = file_name(title, group, number, len(codes), rehearsal=session.rehearsal)
    answer = send_file(
        BytesIO(pdf), "application/pdf", as_attachment=True, download_name=name, etag=False
    )
    answer.headers["Cache-Control"] = "no-store"  # send_file would let browsers keep the codes
    return answer


@blueprint.get("/tickets/hand-out")
@access(Role.ORGANISER)
def hand_out(session_id: int) -> Page:
    """Show the page on which a scanner hands cards out."""
    return scan_page(acting(session_id), "hand_out")


@blueprint.post("/tickets/hand-out")
@access(Role.ORGANISER)
def handed_out(session_id: int) -> Page:
    """Enable the scanned card, and say what came of it."""
    session = acting(session_id)
    return scanned(session, "hand_out", lambda code: scanning.hand_out(session_id, code))


@blueprint.get("/tickets/void")
@access(Role.ORGANISER)
def void(session_id: int) -> Page:
    """Show the page on which a scanner voids cards that are left."""
    return scan_page(acting(session_id), "void")


@blueprint.post("/tickets/void")
@access(Role.ORGANISER)
def voided(session_id: int) -> Page:
    """Void the scanned card, and say what came of it."""
    session = acting(session_id)
    return scanned(session, "void", lambda code: scanning.void(session_id, code))


def scan_page(session: Session, mode: str) -> str:
    """Render a page with the scanner's field; `said` in the address is the last outcome."""
    outcome = scanning.outcome_of(request.args.get("said", ""))
    return render_template(
        "tickets/scan.html",
        session=session,
        mode=mode,
        reckoning=reckon(session),
        telling=TELLINGS[outcome] if outcome else None,
    )


def scanned(session: Session, mode: str, act: Callable[[str], Outcome]) -> Page:
    """Do a scan and tell its outcome: as parts of the page to a script, else on the page."""
    code = request.form.get("code", "").strip()
    outcome = act(code) if code else None
    reckoning = reckon(session)
    if outcome is Outcome.HANDED_OUT and reckoning.over > 0:
        outcome = Outcome.ONE_TOO_MANY
    if request.accept_mimetypes.best_match(("text/html", JSON)) != JSON:
        return redirect(url(f"tickets.{mode}", session_id=session.id, said=outcome), 303)
    telling = TELLINGS[outcome] if outcome else None
    return jsonify(
        outcome=outcome,
        tune=telling.tune if telling else "",
        telling=render_template("tickets/telling.html", telling=telling),
        count=render_template("tickets/count.html", session=session, reckoning=reckoning),
    )


@blueprint.get("/tickets/<int:batch_id>/pile")
@access(Role.ORGANISER)
def pile(session_id: int, batch_id: int) -> Page:
    """Ask how many cards a pile has."""
    session = acting(session_id)
    return pile_page(session, batch_of(session, batch_id), PileForm())


@blueprint.post("/tickets/<int:batch_id>/pile")
@access(Role.ORGANISER)
def hand_out_pile(session_id: int, batch_id: int) -> Page:
    """Enable a whole pile, where the count of it is right."""
    session = acting(session_id)
    batch, form = batch_of(session, batch_id), PileForm()
    if form.validate():
        try:
            enabled = tickets.hand_out_pile(
                batch_id, form.counted.data, current_user.username, now=now()
            )
        except Refused as refused:
            form.counted.errors = [sentence(refused)]
            differs = refused.reason == "pile_differs"
            return pile_page(session, batch, form, differs=differs), UNPROCESSABLE
        flash(_("%(number)s cards are enabled and can vote.", number=enabled), "good")
        return to_overview(session_id)
    return pile_page(session, batch, form), UNPROCESSABLE


def pile_page(session: Session, batch: Batch, form: PileForm, *, differs: bool = False) -> str:
    """Render the page of a pile; `differs` explains what to do with what is left over."""
    return render_template(
        "tickets/pile.html", session=session, batch=batch, form=form, differs=differs
    )


@blueprint.post("/tickets/<int:batch_id>/void")
@access(Role.ORGANISER)
def void_batch(session_id: int, batch_id: int) -> Page:
    """Void a batch as a whole, as when its file was lost."""
    batch = batch_of(acting(session_id), batch_id)
    return act(
        session_id,
        lambda: tickets.void_batch(batch_id, current_user.username, now=now()),
        lambda number: _(
            "Batch %(batch)s is void: %(number)s cards. If its cards were printed, destroy them.",
            batch=batch.number,
            number=number,
        ),
    )


@blueprint.post("/tickets/void-spare")
@access(Role.ORGANISER)
def void_spare(session_id: int) -> Page:
    """Void every card that was not handed out."""
    acting(session_id)
    return act(
        session_id,
        lambda: tickets.void_spare(session_id, current_user.username, now=now()),
        lambda number: _("%(number)s cards that were left over are void.", number=number),
    )


def act(session_id: int, deed: Callable[[], int], done: Callable[[int], str]) -> AnyResponse:
    """Do a deed, say what came of it or why it was not done, and lead back to the overview."""
    try:
        number = deed()
    except Refused as refused:
        flash(sentence(refused), "bad")
    else:
        flash(done(number), "good")
    return to_overview(session_id)


def to_overview(session_id: int) -> AnyResponse:
    """Lead back to the overview after an act."""
    return redirect(url("tickets.overview", session_id=session_id), 303)


def acting(session_id: int) -> Session:
    """Return a session in which something is to be done; raises Refused where it is archived."""
    session = session_of(db.session(), session_id)
    if session.archived:
        raise Refused("cards_are_archived")
    return session


def batch_of(session: Session, batch_id: int) -> Batch:
    """Return a batch of this session; raises Refused("unknown_batch") for any other."""
    for batch in reckon(session).batches:
        if batch.cards.batch_id == batch_id:
            return batch
    raise Refused("unknown_batch")


@blueprint.get("/log")
@access(Role.VIEWER)
def log(session_id: int) -> Page:
    """Show what was done in the session, in words, and whether the log is whole."""
    return render_template(
        "tickets/log.html",
        session=session_of(db.session(), session_id),
        log=read_log(session_id),
        short=SHORT,
    )
