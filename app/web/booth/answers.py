"""What the booth answers: pages for people, the same in JSON for a phone that sends by itself.

The JSON of a POST is one of: {"next": address, "done": whether the ballot is in}, or
{"faults": [{"item", "message"}], "receipt" and "shown": those to go on with}.
"""

from http import HTTPStatus
from typing import Any

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue
from limits import parse

from app.ballotbox.admission import admitted
from app.ballotbox.codes import new_receipt, read_code
from app.extensions import limiter
from app.refused import Refused
from app.web.booth.entry import Entry
from app.web.booth.papers import OpenPaper, paper_page, review_page
from app.web.booth.phone import NOWHERE, Phone, Sitting, address, phone, show, sitting
from app.web.booth.refusals import page_of
from app.web.booth.standing import Item, standings, tag_of, to_vote, told
from app.web.refusals import status_of

JSON = "application/json"
WRONG_CODES = parse("300 per minute")
"""How many wrong codes one address may try; a hall is one address, and right codes never count."""
SEND_AGAIN = {"Retry-After": "2"}


def wants_json() -> bool:
    """Whether the phone's own script asks; it says so, a browser's navigation does not."""
    return request.headers.get("Accept", "") == JSON


def states(items: tuple[Item, ...], code: str) -> dict[str, Any]:
    """Return what a page needs to list the agenda and to notice when it moves on."""
    rows = [(item, address("paper", code=code, box_id=item.box_id)) for item in told(items)]
    lists = {
        item.box_id: address("receipts", code=code, box_id=item.box_id)
        for item in items
        if item.counted
    }
    return {
        "standing": rows,
        "receipt_lists": lists,
        "tag": tag_of(items),
        "open_next": bool(to_vote(items)),
    }


def again(opened: OpenPaper, around: Phone, entry: Entry) -> ResponseReturnValue:
    """Show the paper as it was filled in, with what stands in its way and a fresh receipt."""
    faults, receipt = entry.filled.faults, new_receipt()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    if wants_json():
        named = [{"item": fault.item, "message": str(fault.message)} for fault in faults]
        return jsonify(faults=named, receipt=receipt, shown=around.shown), status
    page = paper_page(opened, around, entry.filled, receipt=receipt, voter=entry.voter)
    return page, status


def review(opened: OpenPaper, around: Phone, entry: Entry) -> ResponseReturnValue:
    """Show what was chosen, to be confirmed or changed.

    One receipt, one set of marks: a changed ballot must never be answered with the thanks of the
    one before, so every review has a receipt of its own.
    """
    return review_page(opened, around, entry.filled, receipt=new_receipt(), voter=entry.voter)


def unanswered(opened: OpenPaper, around: Phone, entry: Entry) -> ResponseReturnValue:
    """Let a ballot that met a full queue be sent again as it is: it may be in the box already."""
    page = review_page(
        opened, around, entry.filled, receipt=entry.receipt, voter=entry.voter, busy=True
    )
    return page, HTTPStatus.SERVICE_UNAVAILABLE, SEND_AGAIN


def settled(code: str, box_id: int, receipt: str) -> ResponseReturnValue:
    """Lead from a ballot that is on the disk to its thanks page."""
    onward = address("thanks", code=read_code(code), box_id=box_id, receipt=receipt)
    if wants_json():
        return jsonify(next=onward, done=True)
    return redirect(onward, HTTPStatus.SEE_OTHER)


def refused(refusal: Refused) -> ResponseReturnValue:
    """Say no in plain words; to a script, the address of the page that does."""
    if refusal.reason == "unknown_code" and one_wrong_code_too_many():
        refusal = Refused("too_many")
    status = HTTPStatus.TOO_MANY_REQUESTS if refusal.reason == "too_many" else status_of(refusal)
    headers = SEND_AGAIN if refusal.reason == "busy" else {}
    if wants_json():
        return jsonify(next=_page_asked_for(), done=False), status, headers
    at, code, item = _card_asked_for()
    page = show("booth/refused.html", phone=phone(at, code), refusal=page_of(refusal), item=item)
    return page, status, headers


def out_of_reach(_error: Exception) -> ResponseReturnValue:
    """Ask for patience while the database is not to be had, without asking it anything."""
    if wants_json():
        return jsonify(done=False), HTTPStatus.SERVICE_UNAVAILABLE, SEND_AGAIN
    page = show("booth/refused.html", phone=phone(), refusal=page_of(Refused("busy")), item=None)
    return page, HTTPStatus.SERVICE_UNAVAILABLE, SEND_AGAIN


def one_wrong_code_too_many() -> bool:
    """Count a wrong code against the address it came from; whoever has a right one never waits."""
    allowed = limiter.limiter.hit(WRONG_CODES, "wrong codes", request.remote_addr or "")
    return limiter.enabled and not allowed


def _page_asked_for() -> str:
    values = {name: value for name, value in (request.view_args or {}).items() if value}
    return address("paper" if "box_id" in values else "ticket", **values)


def _card_asked_for() -> tuple[Sitting, str, Item | None]:
    """Return what a refusal may say of the card and the box, as far as the card opens them."""
    values = request.view_args or {}
    try:
        code = read_code(values.get("code", ""))
        admission, cards = admitted(code)
    except (ValueError, Refused):
        return NOWHERE, "", None
    at, items = sitting(admission.session_id), standings(cards)
    asked = (item for item in told(items) if item.box_id == values.get("box_id"))
    return at, code, next(asked, None)
