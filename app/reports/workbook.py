"""Tables as files: an XLSX that is ready to print, and CSV. Knows no instrument.

A `Sheet` is rows under headings, made by whoever knows what they mean; here they become files.
Text is only ever text: whatever a name begins with, no program that opens the file runs it.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from io import BytesIO
from typing import Any, TypeAlias

import pandas as pd
from flask_babel import gettext as _

from app.reports.excel_charts import Graph, add_bars
from app.reports.wrapping import columns_of, lines_of
from app.thresholds import percent
from app.writing import points

Cell: TypeAlias = str | int | Fraction | None
"""A word, a count, a share (1/2 is printed 50.00%) or points (181/2: 90.50), or nothing."""

_BODY = "宋体"
_HEAD = "黑体"
_SIZE = 11
_SMALL = 8
"""Points of type: of cells, and of the headings of narrow columns."""
_LEADING = 1.4
_ROW = 18

_LONGEST_HEADER = 250
_LONGEST_CELL = 32_767
_LONGEST_NAME = 31
_LEAST_WIDTH = 6
_HIGHEST = 409
"""Points; no program makes a row higher."""

_OPENS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")

_PLAIN = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


class Kind(StrEnum):
    """What a column holds, which decides how its cells look."""

    TEXT = "text"
    FIGURE = "figure"
    SHARE = "share"
    POINTS = "points"
    MARK = "mark"
    """Short words or signs, in the middle of a narrow column."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `width` in columns of type, where it should not be fitted to its cells."""

    heading: str
    kind: Kind = Kind.TEXT
    width: int | None = None
    widest: int = 44
    """Text beyond is wrapped."""
    on_paper: bool = True
    """Whether it stands on the official sheet too, and not in the workbook alone."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: every row has a cell a column. `strong` names rows (from 0) to print in bold."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    landscape: bool = False
    pinned: int = 0
    """Columns at the left that stay in view."""
    strong: frozenset[int] = frozenset()
    graph: Graph | None = None
    """What an Excel chart is drawn of, on a page of its own."""


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook: its title stands at the head of each printed page.

    `band`, where there is one, warns on every page (a rehearsal, a void vote). `page` is the
    foot of a page with {page} and {pages}. `made_at` is the file's own date.
    """

    title: str
    sheets: tuple[Sheet, ...]
    made_at: datetime
    page: str
    band: str = ""


def workbook(book: Book) -> bytes:
    """Write an XLSX on A4, fitted to the width, its headings repeated on every page.

    Figures and shares are numbers; shares are exact quotients shown with two decimals.
    """
    written = BytesIO()
    with pd.ExcelWriter(
        written, engine="xlsxwriter", engine_kwargs={"options": _PLAIN}
    ) as writer:  # the engine's own workbook is behind it
        file: Any = writer.book
        file.set_properties({"title": book.title, "created": book.made_at.replace(tzinfo=None)})
        looks = _looks(file)
        tops = [_lay_out(writer, looks, sheet, book) for sheet in book.sheets]
        for sheet, top in zip(book.sheets, tops, strict=True):
            _draw(file, looks, sheet, book, top)
    return written.getvalue()


def table_csv(sheet: Sheet) -> bytes:
    """Write the rows of a sheet as CSV: UTF-8 with its mark, so that Excel reads the letters.

    Text that a spreadsheet would take for a formula gets a ' before it; shares are written as
    they are printed.
    """
    headings = [guarded(column.heading) for column in sheet.columns]
    rows = [
        [_csv_cell(cell, column.kind) for cell, column in zip(row, sheet.columns, strict=True)]
        for row in sheet.rows
    ]
    frame = pd.DataFrame(rows, columns=headings, dtype=object)
    text = frame.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    return text.encode("utf-8-sig")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_OPENS_A_FORMULA) else text


def written(cell: Cell, kind: Kind) -> str:
    """Write a cell as a page shows it: shares and points with two decimals, half up."""
    if cell is None:
        return ""
    if isinstance(cell, Fraction):
        return points(cell) if kind is Kind.POINTS else percent(cell.numerator, cell.denominator)
    return str(cell)


def _csv_cell(cell: Cell, kind: Kind) -> str | int:
    if isinstance(cell, str):
        return guarded(cell)
    return cell if isinstance(cell, int) else written(cell, kind)


def _looks(file: Any) -> Mapping[str, Any]:
    plain = {"font_name": _BODY, "font_size": _SIZE, "valign": "vcenter"}
    wrapped = plain | {"text_wrap": True}
    grid = {"border": 1, "border_color": "#808080"}
    head = wrapped | grid | {"font_name": _HEAD, "align": "center", "bg_color": "#EFE9E3"}
    looks = {
        "title": plain
        | {"font_name": _HEAD, "font_size": 16, "align": "center", "text_wrap": True},
        "subtitle": plain | {"align": "center", "text_wrap": True},
        "band": wrapped
        | {"font_name": _HEAD, "font_size": 14, "align": "center", "font_color": "#9E1B1B"},
        "chart title": plain | {"font_name": _HEAD, "font_size": 16},
        "chart band": plain | {"font_name": _HEAD, "font_size": 14, "font_color": "#9E1B1B"},
        "head": head,
        "small head": head | {"font_size": _SMALL},
        "note": wrapped | {"valign": "top", "font_size": 10},
        Kind.TEXT: wrapped | {"align": "left", "indent": 1, "num_format": "0"},
        Kind.FIGURE: plain | {"align": "right", "indent": 1, "num_format": "0"},
        Kind.SHARE: plain | {"align": "right", "indent": 1, "num_format": "0.00%"},
        Kind.POINTS: plain | {"align": "right", "indent": 1, "num_format": "0.00"},
        Kind.MARK: wrapped | {"align": "center"},
        "grid": grid,
        "strong": grid | {"bold": True, "bg_color": "#FBF3E0"},
    }
    return {name: file.add_format(look) for name, look in looks.items()}


def _lay_out(writer: Any, looks: Mapping[str, Any], sheet: Sheet, book: Book) -> int:
    """Lay out one sheet on a page of its own; return the row of its headings."""
    page = writer.book.add_worksheet(_sheet_name(sheet.name))
    # Whatever writes a text, ours or pandas, writes it as a text and never asks what it means.
    page.add_write_handler(str, _write_text)
    widths = [_width(sheet, at) for at in range(len(sheet.columns))]
    for at, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        page.set_column(at, at, width, looks[column.kind])
    top = 0
    for text, look in ((sheet.title, "title"), (book.band, "band"), (sheet.subtitle, "subtitle")):
        if text:
            size = {"title": 16, "band": 14}.get(look, _SIZE)
            _across(page, top, text, looks[look], widths, size=size)
            top += 1
    _headings(page, top, sheet, widths, looks)
    frame = pd.DataFrame([[_number(cell) for cell in row] for row in sheet.rows], dtype=object)
    if sheet.rows:
        frame.to_excel(writer, sheet_name=page.name, startrow=top + 1, header=False, index=False)
    for row, cells in enumerate(sheet.rows, top + 1):
        page.set_row(row, _height_of(cells, sheet.columns, widths))
    last = top + len(sheet.rows)
    right = len(sheet.columns) - 1
    for row in sorted(sheet.strong):
        page.conditional_format(
            top + 1 + row, 0, top + 1 + row, right,
            {"type": "no_errors", "format": looks["strong"]},
        )  # fmt: skip
    page.conditional_format(top, 0, last, right, {"type": "no_errors", "format": looks["grid"]})
    for row, note in enumerate(sheet.notes, last + 1):
        _across(page, row, note, looks["note"], widths)
    _for_print(page, sheet, book, top)
    page.print_area(0, 0, last + len(sheet.notes), right)
    page.freeze_panes(top + 1, sheet.pinned)
    return top


def _draw(file: Any, looks: Mapping[str, Any], sheet: Sheet, book: Book, top: int) -> None:
    """Draw the chart of a sheet, if it has one, on a page of its own with the same title and band.

    top: the row of the table's headings.
    """
    if sheet.graph is None or not sheet.rows:
        return
    page = file.add_worksheet(_sheet_name(_("%(name)s chart", name=sheet.name)))
    page.write_string(0, 0, sheet.title, looks["chart title"])
    page.write_string(1, 0, book.band, looks["chart band"])
    rows = range(top + 1, top + 1 + len(sheet.rows))
    add_bars(file, page, sheet.graph, _sheet_name(sheet.name), rows=rows, title=sheet.name)
    _head_and_foot(page, sheet.name, book)


def _for_print(page: Any, sheet: Sheet, book: Book, top: int) -> None:
    page.set_paper(9)  # A4
    if sheet.landscape:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.center_horizontally()
    page.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.7)
    _head_and_foot(page, sheet.name, book)


def _head_and_foot(page: Any, name: str, book: Book) -> None:
    # The space ends the size of the type, or a year at the head of a title would be part of it.
    band = f'&"{_HEAD}"&12 {_escaped(book.band)}\n' if book.band else ""
    page.set_header(_clipped(f'&C{band}&"{_BODY}"&9 {_escaped(book.title)}'))
    foot = _escaped(book.page).replace("{page}", "&P").replace("{pages}", "&N")
    page.set_footer(f'&L&"{_BODY}"&9 {_escaped(name)}&R&"{_BODY}"&9 {foot}')


def _headings(
    page: Any, row: int, sheet: Sheet, widths: Sequence[int], looks: Mapping[str, Any]
) -> None:
    highest = 0.0
    for at, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        small = column.kind is Kind.MARK
        size = _SMALL if small else _SIZE
        page.write_string(row, at, column.heading, looks["small head" if small else "head"])
        highest = max(highest, _height(column.heading, width, size))
    page.set_row(row, min(highest + 6, _HIGHEST))


def _across(
    page: Any, row: int, text: str, look: Any, widths: Sequence[int], *, size: int = _SIZE
) -> None:
    """Write one text over all columns, in a row as high as its lines."""
    if len(widths) > 1:
        page.merge_range(row, 0, row, len(widths) - 1, "", look)
    page.write_string(row, 0, text, look)
    page.set_row(row, min(_height(text, sum(widths), size) + 4, _HIGHEST))


def _height_of(cells: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int]) -> float:
    """Return the points that a row needs: not every program fits rows to wrapped text itself."""
    texts = (
        _height(cell, width - 2, _SIZE)
        for cell, column, width in zip(cells, columns, widths, strict=True)
        if isinstance(cell, str) and column.kind is Kind.TEXT
    )
    return min(max(texts, default=0.0) + 3, _HIGHEST)


def _height(text: str, width: int, size: int) -> float:
    """Return the points that a text takes, wrapped in a column of that width."""
    fitting = int(width * 0.95 * _SIZE / size)  # two columns are a little less than a character
    return max(len(lines_of(text, fitting)) * size * _LEADING, _ROW - 3)


def _width(sheet: Sheet, at: int) -> int:
    column = sheet.columns[at]
    if column.width is not None:
        return column.width
    cells = (columns_of(written(row[at], column.kind)) for row in sheet.rows)
    heading = min(columns_of(column.heading), 10 if column.kind is not Kind.TEXT else column.widest)
    return max(min(max(cells, default=0), column.widest), heading, _LEAST_WIDTH) + 3


def _number(cell: Cell) -> str | int | float | None:
    """Return a cell for the file: a fraction as the nearest quotient that a number can hold."""
    if isinstance(cell, Fraction):
        return float(cell)
    return cell[:_LONGEST_CELL] if isinstance(cell, str) else cell


def _write_text(page: Any, row: int, column: int, text: str, *look: Any) -> Any:
    if not text:
        return page.write_blank(row, column, None, *look)
    return page.write_string(row, column, text, *look)


def _sheet_name(name: str) -> str:
    return "".join(letter for letter in name if letter not in "[]:*?/\\'")[:_LONGEST_NAME]


def _escaped(text: str) -> str:
    return text.replace("&", "&&")


def _clipped(header: str) -> str:
    """Keep a page's head within what a file can hold, and never end it on half an escape."""
    if len(header) <= _LONGEST_HEADER:
        return header
    cut = header[:_LONGEST_HEADER]
    return cut.rstrip("&") + "…"
