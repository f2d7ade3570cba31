"""Ticket cards: eight on an A4 page, to be cut apart and handed out.

The cards say nothing of whom they are for and nothing of their place in the pile: no number, no
name, and nothing that differs but the code. Their order is the caller's, who shuffles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from reportlab.lib.units import mm

from app.printing import qr, sheet
from app.printing.lettering import BOLD, REGULAR, Setting, fit, width

GRID: Final = sheet.Grid(columns=2, rows=4, width=95 * mm, height=70 * mm, bottom=8.5 * mm)

_PADDING = 5 * mm
_ROOM = GRID.width - 2 * _PADDING
_TITLE_TOP, _TITLE_BOTTOM = 65.9 * mm, 54.2 * mm
_RULE = 53.4 * mm
# With its quiet zone, which reaches left into the padding: that is white as well.
_QR_SIDE, _QR_TOP, _QR_RIGHT = 38.2 * mm, 53.1 * mm, 40.5 * mm
_CODE_LEFT = 42.5 * mm
_CODE_ROOM = GRID.width - _PADDING - _CODE_LEFT
_CODE_SIZE = 21.0
_CODE_MIDDLE: Final[float] = 32 * mm
_CODE_MIDDLE_UNDER_CHIPS: Final[float] = 28.6 * mm
_LABEL_RISE = 12 * mm
_CHIPS = 45.2 * mm
_FOOT, _FOOT_LEADING = 4.2 * mm, 1.24


@dataclass(frozen=True, slots=True)
class TicketCard:
    """One ticket: the address its symbol holds, and its code as it is printed, in groups."""

    url: str
    code: str
    group: str = ""
    """The label of its rater group, or nothing."""
    spare: bool = False


@dataclass(frozen=True, slots=True)
class CardSheet:
    """What stands on every card, in the words and the language of the caller."""

    title: str
    how_to_use: str
    secret: str
    code_label: str = ""
    spare: str = ""
    """The mark of a spare card (备用)."""
    rehearsal: str = ""
    """The watermark of a rehearsal (演练); empty where the session is real."""


def ticket_cards(cards: Sequence[TicketCard], words: CardSheet) -> bytes:
    """Return the cards as an A4 PDF in the order given; equal cards give equal bytes.

    What cards of one kind (rater group, spare or not) share is drawn once in the file; a card
    adds its symbol and its code. Keeps nothing of a code after the call. Raises ValueError for
    no cards.
    """
    if not cards:
        raise ValueError("no cards to print")
    canvas, file = sheet.opened(words.title, GRID)
    kinds: dict[tuple[str, bool], str] = {}
    for card in cards:
        if (card.group, card.spare) not in kinds:
            name = kinds[card.group, card.spare] = f"face{len(kinds)}"
            canvas.beginForm(name, 0, 0, GRID.width, GRID.height)
            _face(canvas, words, card.group, spare=card.spare)
            canvas.endForm()
    symbols = qr.symbols(card.url for card in cards)
    for first in range(0, len(cards), GRID.size):
        sheet.start_page(canvas)
        for card, (x, y) in zip(cards[first : first + GRID.size], GRID.places(), strict=False):
            canvas.saveState()
            canvas.translate(x, y)
            canvas.doForm(kinds[card.group, card.spare])
            symbol = next(symbols)
            left = _PADDING - symbol.quiet(_QR_SIDE)
            canvas.addLiteral(qr.path(symbol, left, _QR_TOP, _QR_SIDE))
            _code(canvas, card)
            canvas.restoreState()
        sheet.finish_page(canvas)
    canvas.save()
    return file.getvalue()


def _face(canvas: Any, words: CardSheet, group: str, *, spare: bool) -> None:
    """Draw all of a card that it shares with others of its kind."""
    if words.rehearsal:
        across = GRID.width - _QR_RIGHT
        sheet.watermark(canvas, words.rehearsal, _QR_RIGHT, 0, across=across, up=_RULE)
    _title(canvas, words.title)
    left = _CODE_LEFT
    if spare and words.spare:
        room = _CODE_ROOM / 2 if group else _CODE_ROOM
        left += sheet.chip(canvas, words.spare, left, _CHIPS, room, filled=True) + 2 * mm
    if group:
        room = GRID.width - _PADDING - left
        sheet.chip(canvas, group, left, _CHIPS, room, filled=False)
    label = fit(words.code_label, REGULAR, _CODE_ROOM, (9, 6))
    middle = _code_middle(group, spare=spare) + _LABEL_RISE
    sheet.block(canvas, label, REGULAR, _CODE_LEFT, middle)
    _foot(canvas, words)


def _title(canvas: Any, title: str) -> None:
    text = fit(title, BOLD, _ROOM, (12.5, 7), lines=2)
    middle = (_TITLE_TOP + _TITLE_BOTTOM) / 2
    sheet.block(canvas, text, BOLD, GRID.width / 2, middle, centred=True)
    canvas.setLineWidth(0.6)
    canvas.line(_PADDING, _RULE, GRID.width - _PADDING, _RULE)


def _foot(canvas: Any, words: CardSheet) -> None:
    """Set how to use the card and, under it, that it is secret, up from the bottom edge."""
    secret = fit(words.secret, BOLD, _ROOM, (9, 6))
    how = fit(words.how_to_use, REGULAR, _ROOM, (9, 6.5), lines=2)
    y = _FOOT
    for text, face in ((secret, BOLD), (how, REGULAR)):
        canvas.setFont(face, text.size)
        for line in reversed(text.lines):
            canvas.drawString(_PADDING, y, line)
            y += _FOOT_LEADING * text.size


def _code(canvas: Any, card: TicketCard) -> None:
    """Set the code in two rows of large groups."""
    groups = card.code.split("-")
    half = (len(groups) + 1) // 2
    rows = tuple("-".join(row) for row in (groups[:half], groups[half:]) if row)
    widest = max(width(row, BOLD, 1) for row in rows)
    text = Setting(rows, min(_CODE_SIZE, _CODE_ROOM / widest))
    sheet.block(canvas, text, BOLD, _CODE_LEFT, _code_middle(card.group, spare=card.spare))


def _code_middle(group: str, *, spare: bool) -> float:
    return _CODE_MIDDLE_UNDER_CHIPS if group or spare else _CODE_MIDDLE
