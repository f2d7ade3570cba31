"""The doors of a box's control page. Who may do what follows the stages of the box."""

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request
from flask import url_for as url
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import service as accounts
from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly.checkin import forget_arrivals
from app.assembly.finding import session_of
from app.backup import Moment
from app.ballotbox import service
from app.ballotbox.codes import printed_receipt
from app.ballotbox.domain import Stage, takes_tickets
from app.ballotbox.instrument import instrument
from app.ballotbox.models import Box
from app.extensions import db, limiter, now
from app.refused import Refused
from app.reports.bundle import bundle_of
from app.reports.download import TEXT, ZIP, download, file_name
from app.web.boxes.forms import CertifyForm, OpenForm, VoidForm
from app.web.boxes.roll import members, roll_call
from app.web.boxes.safekeeping import keep_a_copy
from app.web.boxes.standing import checks, steps
from app.web.refusals import sentence

blueprint = Blueprint("boxes", __name__, url_prefix="/desk/boxes/<int:box_id>")

UNPROCESSABLE = 422
Page = str | AnyResponse | tuple[str, int]
SHOWN = (Stage.CLOSED, Stage.CERTIFIED, Stage.ANNOUNCED)


@blueprint.get("")
@access(Role.VIEWER)
def control(box_id: int) -> Page:
    """Show where a box stands, and the one thing that comes next."""
    return page(service.get_box(box_id))


def page(box: Box, **forms: Any) -> str:
    """Render the control page; a form that came back with faults is shown with them."""
    drafted = box.stage == Stage.DRAFTED
    roll = roll_call(box.session_id) if drafted else None
    kind = instrument(box.instrument)
    shown = may_see_result(box)
    return render_template(
        "boxes/control.html",
        session=session_of(db.session(), box.session_id),
        box=box,
        kind=kind,
        steps=steps(box),
        roll=roll,
        checks=checks(box, roll) if roll else (),
        asks_tickets=not drafted or takes_tickets(kind.compose(box.id)),
        turnout=service.live_turnout(box.id) if box.stage == Stage.OPEN else None,
        sample=service.live_sample(box.id) if box.stage == Stage.OPEN else None,
        result=kind.result_context(box.id) if shown else None,
        bundle=may_take_bundle(box),
        sign_offs=service.sign_offs(box.id) if box.sealed else (),
        needed=current_app.extensions["settings"].scrutineers,
        follow_up=service.round_due(box) if shown else None,
        rounds=service.rounds_of(box),
        chain_open=json.loads(box.roll)["chain"] if box.roll else "",
        forms={"open": OpenForm(), "void": VoidForm(), "certify": CertifyForm()} | forms,
        organises=may_organise(),
    )


def may_organise() -> bool:
    """Whether whoever is signed in may act on a box, not only look."""
    return current_user.role in (Role.ADMINISTRATOR, Role.ORGANISER)


def may_see_result(box: Box) -> bool:
    """Whether the result may be shown: to a viewer only after the chair announced it."""
    if box.stage == Stage.ANNOUNCED:
        return True
    return box.stage in SHOWN and current_user.role != Role.VIEWER


def may_take_bundle(box: Box) -> bool:
    """Whether the single ballots may be taken along: by who organises or watches the count.

    By a viewer once the result is announced, where the instrument opens its ballots.
    """
    if not box.sealed:
        return False
    if current_user.role != Role.VIEWER:
        return True
    return box.stage == Stage.ANNOUNCED and instrument(box.instrument).opens_ballots


def back(box_id: int) -> AnyResponse:
    """Lead back after an act: to the control page, or to the conduct of the session."""
    if request.form.get("back") == "conduct":
        session_id = service.get_box(box_id).session_id
        return redirect(url("assembly.conduct", session_id=session_id), 303)
    return redirect(url("boxes.control", box_id=box_id), 303)


def act(
    box_id: int, deed: Callable[[], object], done: str, moment: Moment | None = None
) -> AnyResponse:
    """Do a deed, say that it is done or why it was not, and lead back to the page.

    moment: the stage of the vote that it leads to, at which a backup makes itself.
    """
    try:
        deed()
    except Refused as refused:
        flash(sentence(refused), "bad")
    else:
        flash(done, "good")
        if moment is not None:
            keep_a_copy(moment)
    return back(box_id)


@blueprint.get("/open", endpoint="open_box_again")
@blueprint.get("/certify", endpoint="certify_again")
@blueprint.get("/void", endpoint="void_again")
@access(Role.VIEWER)
def address_of_a_form(box_id: int) -> Page:
    """Lead to the control page whoever asks for the address that a faulty form was shown at."""
    return back(box_id)


@blueprint.get("/turnout")
@access(Role.VIEWER)
def turnout(box_id: int) -> Page:
    """Give the part of the page that follows the turnout: how many, never what."""
    box = service.get_box(box_id)
    figures, sample = service.live_turnout(box_id), service.live_sample(box_id)
    part = render_template(
        "boxes/turnout.html",
        box=box,
        kind=instrument(box.instrument),
        turnout=figures,
        sample=sample,
    )
    answer = Response(part)
    answer.set_etag(f"{figures[0]}-{figures[1]}-{sample}-{box.stage}-{get_locale()}")
    return answer.make_conditional(request)


@blueprint.post("/open")
@access(Role.ORGANISER)
def open_box(box_id: int) -> Page:
    """Freeze the paper and let ballots in."""
    form = OpenForm()
    box = service.get_box(box_id)
    if form.validate():
        roll = roll_call(box.session_id, form.override.data or "")
        if box.stage == Stage.DRAFTED:
            keep_a_copy(Moment.OPENING)  # before the first ballot can be in it
        try:
            service.open_box(
                box_id, roll, current_user.username, now=now(), members=members(box.session_id)
            )
            forget_arrivals(box.session_id)
        except Refused as refused:
            if refused.reason != "no_quorum":
                flash(sentence(refused), "bad")
                return back(box_id)
            form.override.errors = [sentence(refused)]
        else:
            flash(instrument(box.instrument).held.opened, "good")
            return back(box_id)
    return page(box, open=form), UNPROCESSABLE


@blueprint.post("/close")
@access(Role.ORGANISER)
def close(box_id: int) -> Page:
    """Take no more ballots, count and seal."""
    kind = instrument(service.get_box(box_id).instrument)
    return act(
        box_id,
        lambda: service.close_box(box_id, current_user.username, now=now()),
        kind.held.counted,
        Moment.CLOSED,
    )


def _failed(response: Response) -> bool:
    return response.status_code == UNPROCESSABLE


def _signer() -> str:
    return f"{get_remote_address()} {accounts.plain_username(request.form.get('username', ''))}"


@blueprint.post("/certify")
@limiter.limit("8 per 5 minutes", key_func=_signer, deduct_when=_failed)
@access(Role.ORGANISER, Role.SCRUTINEER)
def certify(box_id: int) -> Page:
    """Let a scrutineer sign: with the login at hand, or with name and password of their own."""
    if current_user.role == Role.SCRUTINEER:
        return act(box_id, lambda: sign(box_id, current_user), _("Your signature is recorded."))
    form = CertifyForm()
    if form.validate():
        try:
            signer = accounts.authenticate(form.username.data or "", form.password.data or "")
            sign(box_id, signer)
        except Refused as refused:
            fault = form.password if refused.reason == "sign_in_wrong" else form.username
            fault.errors = [sentence(refused)]
        else:
            flash(_("The signature of %(name)s is recorded.", name=signer.display_name), "good")
            return back(box_id)
    return page(service.get_box(box_id), certify=form), UNPROCESSABLE


def sign(box_id: int, signer: Any) -> None:
    """Record a signature; only a scrutineer whose password nobody else knows can give one."""
    if signer.role != Role.SCRUTINEER:
        raise Refused("not_a_scrutineer")
    if signer.must_change_password:
        raise Refused("password_due")
    if any(signed.username == signer.username for signed in service.sign_offs(box_id)):
        raise Refused("already_signed", name=signer.display_name)
    needed = current_app.extensions["settings"].scrutineers
    stage = service.certify(box_id, signer.username, signer.display_name, needed, now=now())
    if stage is Stage.CERTIFIED:
        keep_a_copy(Moment.CERTIFIED)


@blueprint.post("/announce")
@access(Role.ORGANISER)
def announce(box_id: int) -> Page:
    """Let everybody see the result."""
    return act(
        box_id,
        lambda: service.announce(box_id, current_user.username, now=now()),
        _("The result is announced."),
        Moment.ANNOUNCED,
    )


@blueprint.post("/void")
@access(Role.ORGANISER)
def void(box_id: int) -> Page:
    """Declare the vote void, with a reason."""
    form = VoidForm()
    if not form.validate():
        return page(service.get_box(box_id), void=form), UNPROCESSABLE
    reason = form.reason.data or ""
    return act(
        box_id,
        lambda: service.void_box(box_id, reason, current_user.username, now=now()),
        _("The vote is void; its records are kept."),
        Moment.VOIDED,
    )


@blueprint.post("/follow-up")
@access(Role.ORGANISER)
def next_round(box_id: int) -> Page:
    """Draft the further round that the result calls for, and go to it."""
    box = service.get_box(box_id)
    try:
        drafted = instrument(box.instrument).create_follow_up(box_id, current_user.username)
    except Refused as refused:
        flash(sentence(refused), "bad")
        return back(box_id)
    flash(_("The further round is drafted. Please check it before opening."), "good")
    return back(drafted)


@blueprint.get("/recount.zip")
@access(Role.VIEWER)
def recount_bundle(box_id: int) -> Page:
    """Give all that is needed to count a closed box again, on any machine."""
    box = service.get_box(box_id)
    if not may_take_bundle(box):
        raise Refused("ballots_are_kept" if box.sealed else "not_closed")
    name, content = bundle_of(box_id)
    return download(content, ZIP, name)


@blueprint.get("/receipts.txt")
@access(Role.VIEWER)
def receipts_file(box_id: int) -> Page:
    """Give all receipts of a closed box, sorted, one a line."""
    box = service.get_box(box_id)
    lines = (printed_receipt(code) + "\r\n" for code in service.receipts_of(box_id))
    name = file_name(box.title, _("Receipts"), suffix=".txt")
    return download("".join(lines).encode("utf-8-sig"), TEXT, name)


@blueprint.get("/receipts")
@access(Role.VIEWER)
def receipts(box_id: int) -> Page:
    """List all receipts of a closed box, sorted, so that anybody can find their own."""
    box = service.get_box(box_id)
    return render_template(
        "boxes/receipts.html",
        session=session_of(db.session(), box.session_id),
        box=box,
        receipts=service.receipts_of(box_id),
    )
