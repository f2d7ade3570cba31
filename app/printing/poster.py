"""The poster of an open questionnaire: one A4 page with one large symbol, to hang on a wall."""

from dataclasses import dataclass
from typing import Any, Final

from reportlab.lib.units import mm

from app.printing import qr, sheet
from app.printing.lettering import BOLD, REGULAR, fit

PAGE: Final = sheet.Grid(
    columns=1, rows=1, width=sheet.PAGE_WIDTH, height=sheet.PAGE_HEIGHT, bottom=0
)
_ROOM: Final[float] = 170 * mm
_SIDE: Final[float] = 130 * mm
_TOP: Final[float] = 192 * mm
_PNG_MODULE = 16
"""Pixels of a module in the picture for a web page or a chat: sharp also where it is enlarged."""


@dataclass(frozen=True, slots=True)
class PosterWords:
    """What stands on the poster, in the words and the language of the caller.

    body: who asks; call: what to do; address: what the symbol holds, as it may be typed; notes:
    what whoever answers should know.
    """

    title: str
    body: str
    call: str
    address: str
    notes: tuple[str, ...] = ()
    rehearsal: str = ""
    """The watermark of a rehearsal (演练); empty where it is real."""


def poster(url: str, words: PosterWords) -> bytes:
    """Return the poster as an A4 PDF; equal words give equal bytes."""
    canvas, file = sheet.opened(words.title, PAGE)
    middle = sheet.PAGE_WIDTH / 2
    if words.rehearsal:
        sheet.watermark(canvas, words.rehearsal, 0, 0, across=sheet.PAGE_WIDTH, up=60 * mm)
    _line(canvas, words.body, REGULAR, (18, 10), 272 * mm)
    _line(canvas, words.title, BOLD, (34, 16), 245 * mm, lines=2)
    _line(canvas, words.call, BOLD, (26, 14), 205 * mm)
    (symbol,) = qr.symbols([url])
    canvas.addLiteral(qr.path(symbol, middle - _SIDE / 2, _TOP + 3 * mm, _SIDE))
    _line(canvas, words.address, BOLD, (17, 8), 57 * mm)
    for number, note in enumerate(words.notes):
        _line(canvas, note, REGULAR, (14, 8), (43 - 9 * number) * mm)
    sheet.finish_page(canvas)
    canvas.save()
    return file.getvalue()


def picture(url: str) -> bytes:
    """Return the symbol alone as a PNG, its quiet zone included."""
    (symbol,) = qr.symbols([url])
    return qr.png(symbol, _PNG_MODULE)


def _line(
    canvas: Any, text: str, face: str, sizes: tuple[float, float], at: float, *, lines: int = 1
) -> None:
    setting = fit(text, face, _ROOM, sizes, lines)
    sheet.block(canvas, setting, face, sheet.PAGE_WIDTH / 2, at, centred=True)
