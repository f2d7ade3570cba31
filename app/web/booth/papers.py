"""Papers as pages: rendered once a box and language, then only stamped with code and receipt.

A template a request is too slow for three thousand phones that open one paper in one minute.
What is kept holds no code and no receipt; they are random placeholders until the page is sent.
"""

import gzip
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app
from flask.sansio.app import App

from app.ballotbox.admission import FrozenPaper, frozen_paper
from app.ballotbox.codes import new_receipt, printed_receipt
from app.ballotbox.domain import Secrecy
from app.ballotbox.instrument import Filled, Instrument, instrument
from app.web.booth.phone import Phone, Sitting, language, phone, show, sitting_at_opening
from app.web.booth.standing import Item, tag_of, to_vote

MOST_KEPT = 256
QUICK = 1
"""The level of compression: a fifteenth of a millisecond, and a ninth of a paper is left."""
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
    """A frozen paper that has been read: its value, its instrument, its session at opening."""

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

    So is the name of the session that stands on them: a session that is renamed later keeps it
    on what was opened, as its Return does, whichever process answers.

    code, receipt and shown are the placeholders of what no kept page may hold.
    """

    def __init__(self) -> None:
        self.papers: dict[int, OpenPaper] = {}
        self.pages: dict[tuple[str, ...], str] = {}
        self.code = f"code{secrets.token_hex(8)}"
        self.receipt = f"receipt{secrets.token_hex(8)}"
        self.printed = f"printed{secrets.token_hex(8)}"
        self.shown = f"shown{secrets.token_hex(8)}"

    def stamped(self, key: tuple[str, ...], code: str, receipt: str) -> str | None:
        """Return a page that is kept, made out to a card and a receipt."""
        page = self.pages.get(key)
        return None if page is None else self.stamp(page, code, receipt)

    def stamp(self, page: str, code: str, receipt: str) -> str:
        """Make a page with the placeholders out to a card and a receipt."""
        page = page.replace(self.printed, printed_receipt(receipt))
        return page.replace(self.code, code).replace(self.receipt, receipt)

    def keep(self, key: tuple[str, ...], page: str) -> str:
        """Keep a page that was rendered with the placeholders; return it as it is kept.

        Whoever made it must not look for it here again: room may be made at any moment.
        """
        _make_room(self.pages)
        self.pages[key] = kept = INDENT.sub("", page)
        return kept


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
    found = kept.get(box_id)
    if found is None:
        frozen = frozen_paper(box_id)
        kind = instrument(frozen.instrument)
        at = sitting_at_opening(frozen.roll)
        _make_room(kept)
        kept[box_id] = found = OpenPaper(frozen, kind, kind.read_paper(frozen.paper), at)
    return found


def kept_paper(box_id: int, code: str, lang: str) -> str | None:
    """Return the unmarked paper of a box with a fresh receipt, where it was shown before.

    lang: the language that the address names, or ''.
    """
    return shelf().stamped(("paper", str(box_id), lang), code, new_receipt())


def blank_page(box_id: int, code: str) -> str:
    """Return the unmarked paper of a box for a card, with a fresh receipt."""
    held, opened, lang = shelf(), open_paper(box_id), language().get("lang", "")
    page = kept_paper(box_id, code, lang)
    if page is None:
        around = phone(opened.sitting, held.code, box_id)
        made = paper_page(opened, around, receipt=held.receipt)
        page = held.keep(("paper", str(box_id), lang), made)
        page = held.stamp(page, code, new_receipt())
    return page


def open_page(box_id: int, around: Phone) -> str:
    """Return the unmarked paper of an open questionnaire, with a fresh receipt."""
    held, key = shelf(), ("open", str(box_id), language().get("lang", ""))
    page = held.pages.get(key)
    if page is None:
        stamp = replace(around, shown=held.shown)
        page = held.keep(key, paper_page(open_paper(box_id), stamp, receipt=held.receipt))
    return page.replace(held.shown, around.shown).replace(held.receipt, new_receipt())


def kept_thanks(
    items: Sequence[Item], item: Item, code: str, receipt: str, lang: str
) -> str | None:
    """Return the thanks for a ballot, where such a page was shown before."""
    key = ("thanks", str(item.box_id), tag_of(items), lang)
    return shelf().stamped(key, code, receipt)


def thanks_page(items: Sequence[Item], item: Item, code: str, receipt: str) -> str:
    """Return the thanks for a ballot of a card: its receipt, never its marks."""
    held, lang = shelf(), language().get("lang", "")
    page = kept_thanks(items, item, code, receipt, lang)
    if page is None:
        around = phone(open_paper(item.box_id).sitting, held.code, receipt=held.receipt)
        made = show(
            "booth/thanks.html",
            phone=around,
            item=item,
            receipt=held.printed,
            tag=tag_of(items),
            open_next=bool(to_vote(items)),
        )
        page = held.keep(("thanks", str(item.box_id), tag_of(items), lang), made)
        page = held.stamp(page, code, receipt)
    return page


def squeezed(page: str) -> bytes:
    """Compress a page: in a hall with bad Wi-Fi a paper is 4 kB on the air, not 35."""
    return gzip.compress(page.encode(), QUICK, mtime=0)


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
    kind: Instrument,
    paper: Any,
    title: str,
    at: Sitting,
    *,
    named: bool,
    enclosed_url: str = "",
    open_sample: bool = False,
) -> str:
    """Render a paper for the desk as the phone will show it; nothing on it can be sent.

    open_sample: as an open questionnaire shows it.
    """
    return show(
        kind.paper_template,
        phone=Phone(
            session_title=at.title,
            rehearsal=at.rehearsal,
            enclosed_url=enclosed_url,
            committee=at.committee,
            open_sample=open_sample,
        ),
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
