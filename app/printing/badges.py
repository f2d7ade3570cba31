"""Check-in badges: every deputy's name and the symbol that is scanned at the desk.

Ten on an A4 page; each delegation starts a page of its own, so a sheet goes to one hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from reportlab.lib.units import mm

from app.printing import qr, sheet
from app.printing.lettering import BOLD, REGULAR, NameSizes, fit, fit_name, width

GRID: Final = sheet.Grid(columns=2, rows=5, width=92 * mm, height=53 * mm, bottom=9 * mm)

_PADDING = 5 * mm
_ROOM = GRID.width - 2 * _PADDING
_HEADER = 284 * mm
_HEADER_ROOM = GRID.width - 2 * mm
_TITLE, _RULE = 48.7 * mm, 45.6 * mm
# With its quiet zone, which reaches left into the padding: that is white as well.
_QR_SIDE, _QR_TOP = 36 * mm, 45.3 * mm
_TEXT_LEFT = 38.5 * mm
_TEXT_ROOM = GRID.width - _PADDING - _TEXT_LEFT
_NAME, _DELEGATION, _NUMBER = 35 * mm, 21 * mm, 14.6 * mm
_HINT = 6 * mm
_NAME_SIZES = NameSizes(one_line=26, two_lines=20, whole=14, smallest=8)


@dataclass(frozen=True, slots=True)
class Badge:
    """One deputy: `code` is what a keyboard-wedge scanner types on reading the symbol."""

    name: str
    number: str
    delegation: str
    code: str


@dataclass(frozen=True, slots=True)
class BadgeSheet:
    """What stands on every badge, in the words and the language of the caller."""

    title: str
    number_label: str = ""
    hint: str = ""
    """What the symbol is for (签到时出示)."""
    rehearsal: str = ""
    """The watermark of a rehearsal (演练); empty where the session is real."""


def badges(people: Sequence[Badge], words: BadgeSheet) -> bytes:
    """Return the badges as an A4 PDF; equal badges give equal bytes.

    Delegations come in the order in which they first appear and people in the order given; over
    each page stand the delegation, the title and the page of that delegation. Raises ValueError
    for no badges.
    """
    if not people:
        raise ValueError("no badges to print")
    delegations: dict[str, list[Badge]] = {}
    for badge in people:
        delegations.setdefault(badge.delegation, []).append(badge)
    canvas, file = sheet.opened(words.title, GRID)
    canvas.beginForm("face", 0, 0, GRID.width, GRID.height)
    _face(canvas, words)
    canvas.endForm()
    for delegation, members in delegations.items():
        symbols = qr.symbols(badge.code for badge in members)
        starts = range(0, len(members), GRID.size)
        for page, start in enumerate(starts, 1):
            _header(canvas, delegation, f"{words.title} · {page} / {len(starts)}")
            sheet.start_page(canvas)
            for badge, (x, y) in zip(
                members[start : start + GRID.size], GRID.places(), strict=False
            ):
                canvas.saveState()
                canvas.translate(x, y)
                canvas.doForm("face")
                _badge(canvas, badge, words, next(symbols))
                canvas.restoreState()
            sheet.finish_page(canvas)
    canvas.save()
    return file.getvalue()


def _header(canvas: Any, delegation: str, beside: str) -> None:
    left = fit(delegation, BOLD, _HEADER_ROOM, (16, 8))
    sheet.block(canvas, left, BOLD, GRID.left, _HEADER)
    right = fit(beside, REGULAR, _HEADER_ROOM, (9, 5))
    x = sheet.PAGE_WIDTH - GRID.left - width(right.lines[0], REGULAR, right.size)
    sheet.block(canvas, right, REGULAR, x, _HEADER)


def _face(canvas: Any, words: BadgeSheet) -> None:
    """Draw what all badges share."""
    if words.rehearsal:
        across = GRID.width - _TEXT_LEFT
        sheet.watermark(canvas, words.rehearsal, _TEXT_LEFT, 0, across=across, up=_RULE)
    title = fit(words.title, REGULAR, _ROOM, (9, 5))
    sheet.block(canvas, title, REGULAR, GRID.width / 2, _TITLE, centred=True)
    canvas.setLineWidth(0.6)
    canvas.line(_PADDING, _RULE, GRID.width - _PADDING, _RULE)
    hint = fit(words.hint, REGULAR, _ROOM, (8.5, 5))
    sheet.block(canvas, hint, REGULAR, _PADDING, _HINT)


def _badge(canvas: Any, badge: Badge, words: BadgeSheet, symbol: qr.Symbol) -> None:
    left = _PADDING - symbol.quiet(_QR_SIDE)
    canvas.addLiteral(qr.path(symbol, left, _QR_TOP, _QR_SIDE))
    sheet.block(
        canvas, fit_name(badge.name, BOLD, _TEXT_ROOM, _NAME_SIZES), BOLD, _TEXT_LEFT, _NAME
    )
    number = f"{words.number_label} {badge.number}".strip()
    for text, middle in ((badge.delegation, _DELEGATION), (number, _NUMBER)):
        sheet.block(canvas, fit(text, REGULAR, _TEXT_ROOM, (12, 6)), REGULAR, _TEXT_LEFT, middle)
