"""What every page of the phone needs: whose session it is, and where its links lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from sqlalchemy import select

from app.assembly.models import Session
from app.ballotbox.seal import RollCall
from app.extensions import LOCALES, chosen_locale, db


@dataclass(frozen=True, slots=True)
class Phone:
    """The surroundings of a page; an empty address is a link that is not shown.

    ticket_url: where this card stands, and what is open for it.
    cast_url: takes the ballot of one box; now_url: tells as JSON where the card stands.
    enclosed_url: what the keys of a paper's photos and reading material are appended to.
    other_language: the same page in the other language, or empty where it answers a POST.
    committee: whether those who vote are members of a standing committee, not deputies.
    open_sample: whether it is the public address of an open questionnaire, without a card.
    shown: when the paper was shown, signed; carried by the form of an open questionnaire.
    """

    session_title: str = ""
    rehearsal: bool = False
    enter_url: str = ""
    ticket_url: str = ""
    cast_url: str = ""
    now_url: str = ""
    enclosed_url: str = ""
    other_language: str = ""
    committee: bool = False
    open_sample: bool = False
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Sitting:
    """The session as the phone's masthead names it; see `named`."""

    title: str
    rehearsal: bool
    committee: bool = False


NOWHERE = Sitting("", rehearsal=False)


def sitting(session_id: int) -> Sitting:
    """Return the name of a session and whether it is a rehearsal."""
    query = select(
        Session.body,
        Session.body_kind,
        Session.term,
        Session.title,
        Session.sitting,
        Session.rehearsal,
    ).where(Session.id == session_id)
    with db.engine.connect() as connection:
        row = connection.execute(query).one()
    return named(row._asdict(), row.body_kind, rehearsal=bool(row.rehearsal))


def sitting_at_opening(roll: RollCall) -> Sitting:
    """Return the session as it was named when a box opened: its paper goes on naming it so."""
    return named(roll.heading, roll.body_kind, rehearsal=roll.rehearsal)


def named(heading: Mapping[str, str], body_kind: str, *, rehearsal: bool) -> Sitting:
    """Put the name of a session together of its body, term, title and sitting."""
    # 第十七届第五次会议 is one word; the blank before it is where a card may begin its second line.
    meeting = heading.get("term", "") + heading.get("title", "")
    parts = (heading.get("body", ""), meeting, heading.get("sitting", ""))
    return Sitting(" ".join(filter(None, parts)), rehearsal, body_kind == "standing_committee")


def language() -> dict[str, str]:
    """Return the `lang` of this request as arguments for `url_for`: links carry it along."""
    asked = request.args.get("lang")
    return {"lang": asked} if asked in LOCALES else {}


def address(endpoint: str, **values: object) -> str:
    """Return the address of a page of the booth, in the language of this one."""
    arguments: dict[str, Any] = {**values, **language()}
    return url_for(f"booth.{endpoint}", **arguments)


def phone(
    at: Sitting = NOWHERE, code: str = "", box_id: int | None = None, receipt: str = ""
) -> Phone:
    """Return the surroundings of the page asked for, for a card, a box, a receipt if any."""
    return Phone(
        session_title=at.title,
        rehearsal=at.rehearsal,
        enter_url=address("enter"),
        ticket_url=address("ticket", code=code) if code else "",
        cast_url=address("ballot", code=code, box_id=box_id) if code and box_id else "",
        now_url=address("now", code=code) if code else "",
        enclosed_url=url_for("booth.enclosed", code=code, box_id=box_id, key="")
        if code and box_id
        else "",
        other_language=other_language(receipt),
        committee=at.committee,
    )


def show(template: str, **context: object) -> str:
    """Render a page of the booth.

    Not by Flask's `render_template`, whose context asks the cookie who is signed in: on a phone
    nobody is, and no page here may depend on it.
    """
    return current_app.jinja_env.get_template(template).render(context)


def other_language(receipt: str | None = None) -> str:
    """Return this address with the other `lang`; relative, so it names no code.

    receipt: the one that the address carries along; by default what it has.
    """
    if request.method == "POST":
        return ""
    other = LOCALES[1 - LOCALES.index(chosen_locale())]
    receipt = request.args.get("receipt", "") if receipt is None else receipt
    kept = f"&receipt={receipt}" if receipt.isalnum() else ""
    return f"?lang={other}{kept}"
