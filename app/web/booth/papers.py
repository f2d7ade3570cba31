"""Papers as pages: rendered once a box and language, then only stamped with code and receipt.

A template a request is too slow for three thousand phones that open one paper in one minute.
What is kept holds no code and no receipt; they are random placeholders until the page is sent.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app
from flask.sansio.app import App
from flask_babel import get_locale

from app.ballotbox.admission import FrozenPaper, frozen_paper
from app.ballotbox.codes import new_receipt
from app.ballotbox.domain import Secrecy
from app.ballotbox.instrument import Filled, Instrument, instrument
from app.web.booth.phone import Phone, Sitting, language, phone, show, sitting

MOST_KEPT = 64
INDENT = re.compile(r"(?<=>)\s*\n\s*(?=<)|(?<=\n)\s+")
"""A third of a paper is indentation between its tags; no text of ours has lines of its own."""
UNMARKED = Filled(marks=None, choices={})


@dataclass(frozen=True, slots=True)
class Face:
    """What the frame of a paper says of its box."""

    id: int
    title: str
    named: bool


@dataclass(frozen=True, slots=True)
class OpenPaper:
    """A frozen paper that has been read: its value, its instrument, its session."""

    frozen: FrozenPaper
    instrument: Instrument
    paper: Any
    sitting: Sitting

    @property
    def face(self) -> Face:
        """What the frame says; the title is the frozen one."""
        named = self.frozen.secrecy is Secrecy.NAMED
        return Face(self.frozen.box_id, str(self.frozen.paper.get("title", "")), named)


class Shelf:
    """What one process keeps: papers are frozen, so nothing on it ever grows old.

    code, receipt and shown are the placeholders of what no kept page may hold.
    """

    def __init__(self) -> None:
        self.papers: dict[int, OpenPaper] = {}
        self.pages: dict[tuple[str, ...], str] = {}
        self.code = f"code-{secrets.token_hex(8)}"
        self.receipt = f"receipt-{secrets.token_hex(8)}"
        self.shown = f"shown-{secrets.token_hex(8)}"


def init_shelf(app: App) -> None:
    """Give the application its empty shelf."""
    app.extensions["booth_shelf"] = Shelf()


def shelf() -> Shelf:
    """Return the shelf of the application."""
    found: Shelf = current_app.extensions["booth_shelf"]
    return found


def open_paper(box_id: int) -> OpenPaper:
    """Return the paper of a box that is or was open; raises Refused("unknown_box" | "not_open")."""
    kept = shelf().papers
    if box_id not in kept:
        frozen = frozen_paper(box_id)
        kind = instrument(frozen.instrument)
        at = replace(sitting(frozen.session_id), rehearsal=frozen.rehearsal)
        _make_room(kept)
        kept[box_id] = OpenPaper(frozen, kind, kind.read_paper(frozen.paper), at)
    return kept[box_id]


def blank_page(box_id: int, code: str) -> str:
    """Return the unmarked paper of a box for a card, with a fresh receipt."""
    around = phone(open_paper(box_id).sitting, shelf().code, box_id)
    return _stamped(box_id, "card", around).replace(shelf().code, code)


def open_page(box_id: int, around: Phone) -> str:
    """Return the unmarked paper of an open questionnaire, with a fresh receipt."""
    held = shelf()
    page = _stamped(box_id, "open", replace(around, shown=held.shown))
    return page.replace(held.shown, around.shown)


def _stamped(box_id: int, kind: str, around: Phone) -> str:
    """Return a page from the shelf with a fresh receipt; its other placeholders still stand."""
    held, opened = shelf(), open_paper(box_id)
    lang = language().get("lang", "")
    key = (kind, opened.frozen.digest, str(box_id), str(get_locale()), lang)
    if key not in held.pages:
        _make_room(held.pages)
        page = paper_page(opened, around, receipt=held.receipt)
        held.pages[key] = INDENT.sub("", page)
    return held.pages[key].replace(held.receipt, new_receipt())


def paper_page(
    opened: OpenPaper, around: Phone, filled: Filled = UNMARKED, *, receipt: str, voter: str = ""
) -> str:
    """Render a paper as it was filled in, with what stands in its way."""
    context = _context(opened, around, filled)
    return show(opened.instrument.paper_template, receipt=receipt, voter=voter, **context)


def review_page(
    opened: OpenPaper,
    around: Phone,
    filled: Filled,
    *,
    receipt: str,
    voter: str = "",
    busy: bool = False,
) -> str:
    """Render the review for a phone without JavaScript.

    busy says that this ballot was sent and not answered: it may be in the box, so it can be sent
    again with its receipt, but no longer changed.
    """
    context = _context(opened, around, filled)
    return show(
        opened.instrument.review_template, receipt=receipt, voter=voter, busy=busy, **context
    )


def preview(
    kind: Instrument, paper: Any, title: str, at: Sitting, *, named: bool, enclosed_url: str = ""
) -> str:
    """Render a paper for the desk as the phone will show it; nothing on it can be sent."""
    return show(
        kind.paper_template,
        phone=Phone(session_title=at.title, rehearsal=at.rehearsal, enclosed_url=enclosed_url),
        box=Face(0, title, named),
        paper=paper,
        rule=kind.rule(paper),
        filled=UNMARKED,
        receipt="",
        voter="",
    )


def _context(opened: OpenPaper, around: Phone, filled: Filled) -> Mapping[str, Any]:
    return {
        "phone": around,
        "box": opened.face,
        "paper": opened.paper,
        "rule": opened.instrument.rule(opened.paper),
        "filled": filled,
    }


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
