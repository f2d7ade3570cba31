"""A4 sheets that are cut: the grid of pieces, the marks to cut along, the file itself.

Pieces touch, so one cut parts two of them; marks stand in the margins and as small crosses
where four corners meet, never around what is printed. Lengths are points.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from app.printing.lettering import BOLD, REGULAR, Setting, fit, legible, register, width

PAGE_WIDTH: Final[float] = A4[0]
PAGE_HEIGHT: Final[float] = A4[1]

LEADING: Final = 1.32
"""From line to line, in ems."""
MIDDLE_OF_EM: Final = 0.37
"""How far the middle of a Chinese character stands over its baseline, in ems."""

_CHIP_HEIGHT: Final[float] = 5.6 * mm
_CHIP_PADDING: Final[float] = 2.2 * mm

_MARKS = "marks"
_TICK = 4 * mm
_TICK_GAP = 1 * mm
_CROSS = 1.5 * mm
_HAIRLINE = 0.3
_MARK_GRAY = 0.45
_WATERMARK_GRAY = 0.87
_WATERMARK_TURN = 24


@dataclass(frozen=True, slots=True)
class Grid:
    """Pieces in columns and rows, centred across the page; `bottom` is its lowest cut."""

    columns: int
    rows: int
    width: float
    height: float
    bottom: float

    @property
    def left(self) -> float:
        """Return the leftmost cut."""
        return (PAGE_WIDTH - self.columns * self.width) / 2

    @property
    def size(self) -> int:
        """Return how many pieces a page holds."""
        return self.columns * self.rows

    def places(self) -> Iterator[tuple[float, float]]:
        """Yield the lower left corner of each piece, in reading order."""
        for row in reversed(range(self.rows)):
            for column in range(self.columns):
                yield self.left + column * self.width, self.bottom + row * self.height


def opened(title: str, grid: Grid) -> tuple[Any, BytesIO]:
    """Return a canvas of A4 pages to be cut along `grid`, and where its file will be.

    Equal drawing gives equal bytes: the file carries no time, no author, no number of a printer.
    """
    register()
    file = BytesIO()
    canvas = Canvas(
        file,
        pagesize=A4,
        pageCompression=1,
        invariant=1,
        initialFontName=REGULAR,
    )
    canvas.setTitle(legible(title))
    canvas.setAuthor("")
    canvas.setSubject("")
    canvas.setCreator("Piaojue")
    canvas.beginForm(_MARKS)
    _cut_marks(canvas, grid)
    canvas.endForm()
    return canvas, file


def start_page(canvas: Any) -> None:
    """Begin a page with its cut marks: ticks in the four margins, crosses where pieces meet."""
    canvas.doForm(_MARKS)


def finish_page(canvas: Any) -> None:
    """End a page and compress it at once, so that memory holds the drawing of one page only.

    It also spares the ASCII85 armour that reportlab would wrap it in, letter by letter.
    """
    canvas.showPage()
    page = canvas._doc.Pages.pages[-1]  # noqa: SLF001  (no public way to a finished page)
    page.Contents = PDFStream(
        PDFDictionary({"Filter": PDFName("FlateDecode")}), zlib.compress(page.stream.encode())
    )
    page.stream = None


def watermark(
    canvas: Any, text: str, left: float, bottom: float, *, across: float, up: float
) -> None:
    """Write a word aslant over a space, in a gray that leaves what stands on it readable."""
    text = legible(text)
    size = min(0.8 * up, 0.86 * across / width(text, BOLD, 1))
    canvas.saveState()
    canvas.setFillGray(_WATERMARK_GRAY)
    canvas.translate(left + across / 2, bottom + up / 2)
    canvas.rotate(_WATERMARK_TURN)
    canvas.setFont(BOLD, size)
    canvas.drawCentredString(0, -MIDDLE_OF_EM * size, text)
    canvas.restoreState()


def chip(canvas: Any, text: str, left: float, bottom: float, room: float, *, filled: bool) -> float:
    """Draw a label in a rounded frame, white on black if `filled`; return the width it took."""
    inside = room - 2 * _CHIP_PADDING
    label = fit(text, BOLD, inside, (10, 6.5))
    if label.lines[0].endswith("…"):
        label = fit(text, BOLD, inside, (6, 4.5), lines=2)
    across = max(width(line, BOLD, label.size) for line in label.lines) + 2 * _CHIP_PADDING
    canvas.saveState()
    canvas.setLineWidth(0.8)
    canvas.roundRect(left, bottom, across, _CHIP_HEIGHT, 1.2 * mm, fill=int(filled))
    if filled:
        canvas.setFillGray(1)
    block(canvas, label, BOLD, left + _CHIP_PADDING, bottom + _CHIP_HEIGHT / 2)
    canvas.restoreState()
    return across


def block(
    canvas: Any, text: Setting, face: str, x: float, middle: float, *, centred: bool = False
) -> None:
    """Draw set lines so that their middle is at `middle`, from `x` or centred on it."""
    leading = LEADING * text.size
    baseline = middle + leading * (len(text.lines) - 1) / 2 - MIDDLE_OF_EM * text.size
    draw = canvas.drawCentredString if centred else canvas.drawString
    canvas.setFont(face, text.size)
    for number, line in enumerate(text.lines):
        draw(x, baseline - number * leading, line)


def _cut_marks(canvas: Any, grid: Grid) -> None:
    columns = [grid.left + column * grid.width for column in range(grid.columns + 1)]
    rows = [grid.bottom + row * grid.height for row in range(grid.rows + 1)]
    lines = []
    for x in columns:
        lines += [
            (x, rows[0] - _TICK_GAP, x, rows[0] - _TICK_GAP - _TICK),
            (x, rows[-1] + _TICK_GAP, x, rows[-1] + _TICK_GAP + _TICK),
        ]
    for y in rows:
        lines += [
            (columns[0] - _TICK_GAP, y, columns[0] - _TICK_GAP - _TICK, y),
            (columns[-1] + _TICK_GAP, y, columns[-1] + _TICK_GAP + _TICK, y),
        ]
    for x in columns[1:-1]:
        for y in rows[1:-1]:
            lines += [(x - _CROSS, y, x + _CROSS, y), (x, y - _CROSS, x, y + _CROSS)]
    canvas.saveState()
    canvas.setLineWidth(_HAIRLINE)
    canvas.setStrokeGray(_MARK_GRAY)
    canvas.lines(lines)
    canvas.restoreState()
