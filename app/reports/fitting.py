"""How wide the columns of a printed table are, and whether it needs the page on its side.

Lengths are millimetres and points. A column of type (`app.reports.wrapping`) is half a character.
"""

from dataclasses import dataclass

from app.reports.workbook import Column, Kind, Sheet, written
from app.reports.wrapping import columns_of, lines_of

UPRIGHT = 156.0
"""The width of type on A4 by GB/T 9704: 210 less margins of 28 and 26 mm."""
SIDEWAYS = 225.0
"""On its side the type is as wide as it was high: 297 less margins of 37 and 35 mm."""

_MM_A_POINT = 25.4 / 72
_PADDING = 2.4
"""Left and right of a cell together."""
_SMALLEST = 7.5
_NARROWEST_TEXT = 8
"""Columns of type: four characters, below which names fall apart."""
_TRIES = (
    (12.0, UPRIGHT, 1),
    (10.5, UPRIGHT, 2),
    (10.5, UPRIGHT, 3),
    (10.5, UPRIGHT, 5),
    (9.5, UPRIGHT, 2),
    (10.5, SIDEWAYS, 3),
    (9.0, SIDEWAYS, 5),
)
"""(size of type, room, lines that a text may take), from the best to the last resort."""
_HEADING_LINES = 4


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table as it will stand: the size of its type, and the width of each column."""

    size: float
    widths: tuple[float, ...]
    sideways: bool


def printed(sheet: Sheet) -> Sheet:
    """Return the table without the columns that only a screen and a workbook have room for."""
    kept = [at for at, column in enumerate(sheet.columns) if column.on_paper]
    if len(kept) == len(sheet.columns):
        return sheet
    return Sheet(
        name=sheet.name,
        title=sheet.title,
        columns=tuple(sheet.columns[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in sheet.rows),
        subtitle=sheet.subtitle,
        notes=sheet.notes,
        landscape=sheet.landscape,
        pinned=sheet.pinned,
        strong=sheet.strong,
    )


def fitted(sheet: Sheet) -> Fitted:
    """Fit a table on an upright page, else on one on its side, as large as it goes.

    Figures are never broken; text is broken into a few lines where that is possible.
    """
    for size, room, lines in _TRIES:
        widths = _widths(sheet, size, room, lines)
        if widths is not None:
            return Fitted(size, widths, sideways=room == SIDEWAYS)
    widths = _widths(sheet, _SMALLEST, SIDEWAYS, None)
    return Fitted(_SMALLEST, widths or _squeezed(sheet), sideways=True)


def _widths(sheet: Sheet, size: float, room: float, lines: int | None) -> tuple[float, ...] | None:
    """Return widths that fill the room, or None where some column would be too narrow."""
    em = size * _MM_A_POINT / 2
    natural = [_natural(sheet, at) for at in range(len(sheet.columns))]
    least = [
        wide if column.kind is not Kind.TEXT else _least_text(sheet, at, wide, lines)
        for at, (column, wide) in enumerate(zip(sheet.columns, natural, strict=True))
    ]
    spare = room - sum(width * em + _PADDING for width in least)
    if spare < 0:
        return None
    wanted = [max(full - now, 0) for full, now in zip(natural, least, strict=True)]
    asked = sum(wanted) * em
    share = min(spare / asked, 1.0) if asked else 0.0
    grown = [
        width * em + _PADDING + want * em * share for width, want in zip(least, wanted, strict=True)
    ]
    # What is left over goes to all columns alike, so that the table is as wide as the type.
    stretch = room / sum(grown)
    return tuple(round(width * stretch, 2) for width in grown)


def _squeezed(sheet: Sheet) -> tuple[float, ...]:
    natural = [min(_natural(sheet, at), 24) for at in range(len(sheet.columns))]
    return tuple(round(SIDEWAYS * width / sum(natural), 2) for width in natural)


def _natural(sheet: Sheet, at: int) -> int:
    """Return how wide a column wants to be: its widest cell, and its heading in some lines."""
    column = sheet.columns[at]
    widest = max((columns_of(written(row[at], column.kind)) for row in sheet.rows), default=0)
    if column.kind is not Kind.TEXT:
        widest += -(-widest // 5)  # bold digits are wider than half a character
    return max(widest, _least_heading(column), 4)


def _least_heading(column: Column) -> int:
    whole = columns_of(column.heading)
    width = 4
    while width < whole and len(lines_of(column.heading, width)) > _HEADING_LINES:
        width += 1
    return min(width, whole)


def _least_text(sheet: Sheet, at: int, natural: int, lines: int | None) -> int:
    """Return the least width of a column of text: its cells take `lines` lines at most."""
    least = max(min(natural, _NARROWEST_TEXT), _least_heading(sheet.columns[at]))
    if lines is None:
        return least
    texts = {written(row[at], Kind.TEXT) for row in sheet.rows}
    while least < natural and any(len(lines_of(text, least)) > lines for text in texts):
        least += 2
    return least
