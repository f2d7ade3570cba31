"""The doors of an open questionnaire: the paper, the answer, the thanks. GET stores nothing."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from limits import parse

from app.accounts.guards import public
from app.ballotbox.admission import PublicBox, find_public, has_answered
from app.ballotbox.casting import NOT_TO_BE_HAD, cast_open
from app.ballotbox.codes import is_receipt, printed_receipt, read_key
from app.ballotbox.domain import Stage
from app.ballotbox.instrument import Mark
from app.extensions import csrf, limiter, now
from app.refused import Refused
from app.web.booth import answers
from app.web.booth.entry import Entry, with_fault
from app.web.booth.papers import OpenPaper, open_page, open_paper
from app.web.booth.phone import NOWHERE, Phone, Sitting, language, other_language, show, sitting
from app.web.booth.refusals import page_of
from app.web.booth.views import file_answer, keep_private, squeeze
from app.web.questionnaire.browser import (
    known_browser,
    new_browser,
    remember,
    seconds_since,
    shown_at,
)
from app.web.refusals import status_of

questionnaire = Blueprint("questionnaire", __name__, url_prefix="/q/<key>")
questionnaire.after_request(squeeze)
questionnaire.after_request(keep_private)
for not_to_be_had in NOT_TO_BE_HAD:
    questionnaire.register_error_handler(not_to_be_had, answers.out_of_reach)
csrf.exempt(questionnaire)  # nobody is signed in; see `browser` for what keeps other sites out

SAID = {
    "closed": "questionnaire_closed",
    "not_open": "questionnaire_not_open",
    "already_in_the_box": "already_answered",
}
"""What the box refuses, as it is told to whoever answers."""
SEND_AGAIN = frozenset({"busy", "too_many_answers"})


def address(endpoint: str, key: str, **values: object) -> str:
    """Return the address of a page of a questionnaire, in the language of this one."""
    arguments: dict[str, Any] = {"key": key, **values, **language()}
    return url_for(f"questionnaire.{endpoint}", **arguments)


def around(at: Sitting, key: str, shown: str = "") -> Phone:
    """Return the surroundings of a page."""
    return Phone(
        session_title=at.title,
        rehearsal=at.rehearsal,
        cast_url=address("answer", key),
        enclosed_url=url_for("questionnaire.enclosed", key=key, material=""),
        other_language=other_language(),
        open_sample=True,
        shown=shown,
    )


def take_part(found: PublicBox) -> None:
    """Let through to a questionnaire that is open; raises Refused."""
    if found.stage is Stage.DRAFTED:
        raise Refused("questionnaire_not_open")
    if found.stage is not Stage.OPEN:
        raise Refused("questionnaire_closed")


@questionnaire.errorhandler(Refused)
def refused(refusal: Refused) -> ResponseReturnValue:
    """Say no in plain words; to a script, the address of the page that does."""
    if refusal.reason == "unknown_key" and answers.one_wrong_code_too_many():
        refusal = Refused("too_many_answers")
    status = status_of(refusal)
    headers = answers.SEND_AGAIN if refusal.reason in SEND_AGAIN else {}
    key = (request.view_args or {}).get("key", "")
    if answers.wants_json():
        page = "no_cookies" if refusal.reason == "no_cookie" else "paper"
        return jsonify(next=address(page, key), done=False), status, headers
    at, box_id = _place(key)
    surroundings = Phone(
        session_title=at.title,
        rehearsal=at.rehearsal,
        other_language=other_language(),
        open_sample=True,
    )
    template = "questionnaire/refused.html"
    page = show(template, phone=surroundings, refusal=page_of(refusal), box_id=box_id)
    return page, status, headers


def _place(key: str) -> tuple[Sitting, int]:
    """Return the session and the box behind a key, as far as it leads to any."""
    try:
        found = find_public(key)
    except Refused:
        return NOWHERE, 0
    return sitting(found.session_id), found.box_id


@questionnaire.get("")
@public
def paper(key: str) -> ResponseReturnValue:
    """Show the paper, marked with the time that it is shown at, or why there is none."""
    found, key = find_public(key), read_key(key)
    browser = known_browser(key)
    if browser is not None and has_answered(found.box_id, browser):
        raise Refused("already_answered")
    take_part(found)
    browser = browser or new_browser()
    shown = shown_at(found.box_id, browser, now())
    surroundings = around(open_paper(found.box_id).sitting, key, shown)
    page = make_response(open_page(found.box_id, surroundings))
    remember(page, url_for("questionnaire.paper", key=key), key, browser)
    return page


@questionnaire.post("")
@public
def answer(key: str) -> ResponseReturnValue:
    """Take a filled-in paper one step on: review, change, or into the box."""
    found, key = find_public(key), read_key(key)
    browser = known_browser(key)
    if browser is None:
        raise Refused("no_cookie")
    if found.stage is Stage.DRAFTED:
        raise Refused("questionnaire_not_open")
    opened, shown = open_paper(found.box_id), request.form.get("shown", "")
    filled = opened.instrument.read_form(opened.paper, request.form)
    entry = Entry(filled, request.form.get("receipt", ""))
    since = seconds_since(shown, found.box_id, browser, now())
    if since is None:  # not our form, or the cookie is a new one: the time begins anew
        surroundings = around(opened.sitting, key, shown_at(found.box_id, browser, now()))
        return answers.again(opened, surroundings, with_fault(entry, once_more()))
    surroundings = around(opened.sitting, key, shown)
    step, marks = request.form.get("step"), entry.filled.marks
    if step == "change" or marks is None:
        return answers.again(opened, surroundings, entry)
    if step != "cast":
        return answers.review(opened, surroundings, entry)
    in_time = since >= least_seconds(opened)
    try:
        hold_back_floods()
        cast_open(
            found.box_id,
            browser,
            marks,
            entry.receipt,
            in_time=in_time,
            remarks=entry.filled.remarks,
        )
    except Refused as refusal:
        if refusal.reason == "bad_receipt":
            return answers.again(opened, surroundings, with_fault(entry, once_more()))
        if refusal.reason in SEND_AGAIN and not answers.wants_json():
            return answers.unanswered(opened, surroundings, entry)
        raise Refused(SAID.get(refusal.reason, refusal.reason)) from None
    return settled(key, entry.receipt)


def once_more() -> Mark:
    """Ask for the answers to be confirmed again: what they were sent with is of no use."""
    return Mark("", _("Please check your answers once more and confirm them."))


def least_seconds(opened: OpenPaper) -> int:
    """Return the least time that an answer takes, as the frozen paper has it."""
    groups = opened.frozen.paper.get("groups", ())
    return max((group.get("least_seconds", 0) for group in groups), default=0)


def hold_back_floods() -> None:
    """Count an answer against its address and against all; raises Refused("too_many_answers").

    Nothing of the address is stored: the counts live in memory for a minute.
    """
    settings = current_app.extensions["settings"]
    here = parse(f"{settings.answers_per_address} per minute")
    everywhere = parse(f"{settings.answers_in_all} per minute")
    count = limiter.limiter.hit
    allowed = count(here, "answers", get_remote_address()) and count(everywhere, "all answers")
    if limiter.enabled and not allowed:
        raise Refused("too_many_answers")


def settled(key: str, receipt: str) -> ResponseReturnValue:
    """Lead from an answer that is on the disk to its thanks page."""
    onward = address("thanks", key, receipt=receipt)
    if answers.wants_json():
        return jsonify(next=onward, done=True)
    return redirect(onward, HTTPStatus.SEE_OTHER)


@questionnaire.get("/thanks")
@public
def thanks(key: str) -> ResponseReturnValue:
    """Confirm an answer to the browser that gave it; never what it was, nor whether it counts."""
    found, key = find_public(key), read_key(key)
    receipt, browser = request.args.get("receipt", ""), known_browser(key)
    if browser is None or not is_receipt(receipt):
        return redirect(address("paper", key))
    if not has_answered(found.box_id, browser, receipt):
        return redirect(address("paper", key))
    return show(
        "questionnaire/thanks.html",
        phone=around(open_paper(found.box_id).sitting, key),
        title=found.title,
        box_id=found.box_id,
        receipt=printed_receipt(receipt),
    )


@questionnaire.get("/no-cookies")
@public
def no_cookies(key: str) -> ResponseReturnValue:
    """Say that without a cookie nobody can answer."""
    find_public(key)
    raise Refused("no_cookie")


@questionnaire.get("/enclosed/", defaults={"material": ""})
@questionnaire.get("/enclosed/<material>")
@public
def enclosed(key: str, material: str) -> ResponseReturnValue:
    """Show what stands beside an item, while the questionnaire is open."""
    found = find_public(key)
    take_part(found)
    return file_answer(open_paper(found.box_id), material)
