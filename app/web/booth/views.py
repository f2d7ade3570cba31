"""The doors of the booth. Each view: admit the card, ask the box, show what it says."""

from http import HTTPStatus

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.guards import public, ticket_holder
from app.ballotbox.admission import admit, admitted, has_receipt, sealed_receipts
from app.ballotbox.casting import NOT_TO_BE_HAD, cast
from app.ballotbox.codes import is_receipt, read_code
from app.ballotbox.instrument import Mark
from app.extensions import csrf
from app.refused import Refused
from app.web.booth import answers
from app.web.booth.discreet import keep_codes_out_of_logs
from app.web.booth.entry import VOTER, read_entry, with_fault
from app.web.booth.express import QUEUED
from app.web.booth.papers import (
    OpenPaper,
    blank_page,
    init_shelf,
    open_paper,
    squeezed,
    thanks_page,
)
from app.web.booth.phone import address, phone, show, sitting
from app.web.booth.receipts import look_for
from app.web.booth.standing import Standing, as_json, item_of, standings, tag_of, to_vote
from app.web.booth.wording import booth_words
from app.web.refusals import sentence

booth = Blueprint("booth", __name__, url_prefix="/b")
booth.register_error_handler(Refused, answers.refused)
for not_to_be_had in NOT_TO_BE_HAD:
    booth.register_error_handler(not_to_be_had, answers.out_of_reach)
booth.record_once(lambda state: init_shelf(state.app))
booth.record_once(lambda state: keep_codes_out_of_logs(state.app.logger))
booth.add_app_template_global(booth_words)
csrf.exempt(booth)  # no cookie speaks for anybody here: the code in the address is all there is

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ENCLOSED = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""The policy of a photo or a report: browsers show a PDF with a style of their own, no more."""
KEPT = "private, max-age=86400, immutable"
"""A file is named by the digest of its content, so a phone need not ask for it again."""
CANNOT_VOTE = {
    Standing.IN: "already_in_the_box",
    Standing.NOT_OPEN: "not_open",
    Standing.CLOSED: "closed",
}
"""Why a ticket has no paper of a box, by what the box is to it."""


@booth.after_request
def squeeze(answer: Response) -> Response:
    """Send pages compressed: in a hall with bad Wi-Fi a paper is 4 kB on the air, not 35.

    A guess cannot be measured by its length (BREACH): whoever can ask for a page of a card has
    its code in hand already, and the pages repeat nothing of what other sites might send along.
    """
    answer.vary.add("Accept-Encoding")
    if answer.mimetype == "text/html" and request.accept_encodings["gzip"]:
        answer.set_data(squeezed(answer.get_data(as_text=True)))
        answer.content_encoding = "gzip"
    return answer


@booth.after_request
def keep_private(answer: Response) -> Response:
    """Keep what a card shows out of caches, referrers and other sites' frames."""
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers.setdefault("Content-Security-Policy", POLICY)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@booth.get("")
@public
def enter() -> ResponseReturnValue:
    """Ask for the code of a card, for whoever cannot scan it."""
    return show("booth/enter.html", phone=phone(), entered="", fault="")


@booth.post("")
@public
def entered() -> ResponseReturnValue:
    """Lead a code typed by hand to its card, however it was spelled."""
    typed = request.form.get("code", "")
    try:
        admit(typed)
    except Refused as refused:
        if refused.reason == "unknown_code":
            return not_known(typed)
    # Whatever else keeps a card from voting is told on the card's own page.
    return redirect(address("ticket", code=read_code(typed)), HTTPStatus.SEE_OTHER)


def not_known(typed: str) -> ResponseReturnValue:
    """Ask again for a code that no card has, with what was typed still there to be mended."""
    if answers.one_wrong_code_too_many():
        raise Refused("too_many")
    fault = _("This code is not known. Please compare it with the card, letter by letter.")
    page = show("booth/enter.html", phone=phone(), entered=typed[:60], fault=fault)
    return page, HTTPStatus.NOT_FOUND


@booth.get("/<code>")
@ticket_holder
def ticket(code: str) -> ResponseReturnValue:
    """Show what a card can do now: the open paper, a choice of several, or the waiting page."""
    admission, cards = admitted(code)
    items, code = standings(cards), read_code(code)
    ready = to_vote(items)
    if len(ready) == 1:
        return blank_page(ready[0].box_id, code)
    template = "booth/choose.html" if ready else "booth/waiting.html"
    around = phone(sitting(admission.session_id), code)
    return show(template, phone=around, **answers.states(items, code))


@booth.get("/<code>/now")
@ticket_holder
def now(code: str) -> ResponseReturnValue:
    """Tell a waiting phone where its card stands; 304 while nothing has changed."""
    items = standings(admitted(code)[1])
    answer = current_app.response_class(as_json(items), mimetype="application/json")
    answer.set_etag(tag_of(items))
    return answer.make_conditional(request)


@booth.get("/<code>/<int:box_id>")
@ticket_holder
def paper(code: str, box_id: int) -> ResponseReturnValue:
    """Show the paper of one box, or why this card has none of it."""
    item = item_of(standings(admitted(code)[1]), box_id)
    if item.standing is Standing.TO_VOTE:
        return blank_page(box_id, read_code(code))
    raise Refused(CANNOT_VOTE[item.standing])


@booth.post("/<code>/<int:box_id>")
@ticket_holder
def ballot(code: str, box_id: int) -> ResponseReturnValue:
    """Take a filled-in paper one step on: review, change, or cast."""
    admission, opened = admit(code), open_paper(box_id)
    if opened.frozen.session_id != admission.session_id:
        raise Refused("unknown_box")
    entry = read_entry(opened, request.form)
    around = phone(opened.sitting, read_code(code), box_id)
    step, marks = request.form.get("step"), entry.filled.marks
    if step == "change" or marks is None:
        return answers.again(opened, around, entry)
    if step != "cast":
        return answers.review(opened, around, entry)
    try:
        if QUEUED in request.environ:
            raise Refused("busy")  # noqa: TRY301  (the very refusal that the queue gave)
        cast(
            admission,
            box_id,
            marks,
            entry.receipt,
            entry.voter_id,
            remarks=entry.filled.remarks,
        )
    except Refused as refused:
        if refused.reason == "voter_voted":
            fault = Mark(VOTER, sentence(refused))
        elif refused.reason == "bad_receipt":
            fault = Mark("", _("Please check your ballot once more and confirm it."))
        elif refused.reason == "busy" and not answers.wants_json():
            return answers.unanswered(opened, around, entry)
        else:
            raise
        return answers.again(opened, around, with_fault(entry, fault))
    return answers.settled(code, box_id, entry.receipt)


@booth.get("/<code>/<int:box_id>/enclosed/", defaults={"key": ""})
@booth.get("/<code>/<int:box_id>/enclosed/<key>")
@ticket_holder
def enclosed(code: str, box_id: int, key: str) -> ResponseReturnValue:
    """Show what stands beside an item, to whoever may see the paper; it never changes."""
    item_of(standings(admitted(code)[1]), box_id)
    return file_answer(open_paper(box_id), key)


def file_answer(opened: OpenPaper, key: str) -> Response:
    """Send what a paper names by a key; raises Refused("unknown_enclosure")."""
    found = opened.instrument.enclosure(opened.frozen.box_id, key)
    if found is None:
        raise Refused("unknown_enclosure")
    answer = current_app.response_class(found.content, mimetype=found.media_type)
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = KEPT
    answer.headers["Content-Security-Policy"] = ENCLOSED
    return answer


@booth.get("/<code>/<int:box_id>/receipts")
@ticket_holder
def receipts(code: str, box_id: int) -> ResponseReturnValue:
    """List the receipts of a closed box, sorted, and look for the one somebody kept."""
    admission, cards = admitted(code)
    item = item_of(standings(cards), box_id)
    around = phone(sitting(admission.session_id), read_code(code))
    looked_for = look_for(request.args.get("find", ""), sealed_receipts(box_id))
    return show("booth/receipts.html", phone=around, item=item, **looked_for)


@booth.get("/<code>/<int:box_id>/thanks")
@ticket_holder
def thanks(code: str, box_id: int) -> ResponseReturnValue:
    """Confirm a ballot to whoever has a card that voted and a receipt of the box; never its marks.

    That the two belong together is kept nowhere, and so can't be asked.
    """
    _admission, cards = admitted(code)
    items, code, receipt = standings(cards), read_code(code), request.args.get("receipt", "")
    item = item_of(items, box_id)
    if not (item.standing is Standing.IN and is_receipt(receipt) and has_receipt(box_id, receipt)):
        return redirect(address("paper", code=code, box_id=box_id))
    return thanks_page(items, item, code, receipt)
