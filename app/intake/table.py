"""A table as it was uploaded: rows of text under the numbers that Excel shows beside them."""

import io
from dataclasses import dataclass

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.intake.archive import measured_workbook
from app.intake.cells import cell_text
from app.intake.delimited import MOST_CELLS, read_delimited
from app.refused import Refused

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The file system in a file of old Office; an encrypted XLSX is wrapped in one too."""

Grid = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What was read: `rows[0]` is row 1 of the sheet; blank rows are kept, and empty.

    `name` is the file's, `sheet` the worksheet's ("" for a text table).
    """

    name: str
    sheet: str
    rows: Grid


def read_table(
    name: str,
    content: bytes,
    *,
    limit_bytes: int = 10_000_000,
    limit_unpacked: int = 100_000_000,
    limit_rows: int = 20_000,
    limit_cells: int = MOST_CELLS,
) -> Table:
    """Read an uploaded XLSX, CSV or TSV file, told apart by its content and never by `name`.

    Of a workbook the first visible sheet that holds anything is read. Sizes are in bytes;
    `limit_cells` bounds the rectangle up to the last filled cell of any sheet (about 64 bytes a
    cell while reading). Raises `file_empty`, `file_too_large`, `unpacks_too_large`,
    `sheet_too_spread`, `too_many_rows`, `not_a_table`, `encoding_unknown`,
    `quotes_unbalanced`, `password_protected`, `file_damaged`, and `old_workbook` for .xls: the
    reader we have ends the whole process on some damaged ones (measured), and ballots may be
    coming in meanwhile.
    """
    if len(content) > limit_bytes:
        raise Refused("file_too_large", size=len(content), limit=limit_bytes)
    if content.startswith(_COMPOUND):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise Refused("password_protected" if locked else "old_workbook")
    if content.startswith(_ZIP):
        measured = measured_workbook(
            content, limit_unpacked=limit_unpacked, limit_cells=limit_cells
        )
        sheet, rows = _read_workbook(measured)
    else:
        sheet, rows = "", _even(read_delimited(content, limit_cells=limit_cells), limit_cells)
    filled = max(
        (number for number, row in enumerate(rows, 1) if any(map(str.strip, row))), default=0
    )
    if not filled:
        raise Refused("file_empty")
    if filled > limit_rows:
        raise Refused("too_many_rows", rows=filled, limit=limit_rows)
    return Table(name, sheet, rows[:filled])


def _even(rows: list[list[str]], limit: int) -> Grid:
    """Make every row as wide as the widest: a line may leave out the blank cells at its end."""
    width = max(map(len, rows), default=0)
    if len(rows) * width > limit:
        raise Refused("sheet_too_spread", rows=len(rows), columns=width, limit=limit)
    return tuple((*row, *[""] * (width - len(row))) for row in rows)


def _read_workbook(content: bytes) -> tuple[str, Grid]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for index, sheet in enumerate(workbook.sheets_metadata):
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible:
                values = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
                if values:
                    return sheet.name, tuple(tuple(map(cell_text, row)) for row in values)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the Rust reader is no Exception
        raise Refused("file_damaged") from error
    raise Refused("file_empty")
