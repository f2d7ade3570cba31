"""Workbooks as offices save them, built for the tests."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

import xlsxwriter

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*rows: Iterable[Any], **sheets: Iterable[Iterable[Any]]) -> bytes:
    """An XLSX of one sheet, or of the named sheets; dates as Excel dates."""
    written = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(written, options) as book:
        for name, content in (sheets or {"Sheet1": rows}).items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(content):
                sheet.write_row(at, 0, row)
    return written.getvalue()


def rezipped(content: bytes, changes: Mapping[str, Any]) -> bytes:
    """The workbook with some parts replaced: bytes, or a function of the old bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            change = changes.get(name, old.read(name))
            new.writestr(name, change(old.read(name)) if callable(change) else change)
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])
    return written.getvalue()


def with_cells(cells: str) -> bytes:
    """A workbook whose first sheet holds this XML."""
    sheet = f'<worksheet xmlns="{NAMESPACE}">{cells}</worksheet>'
    return rezipped(workbook(["x"]), {"xl/worksheets/sheet1.xml": sheet.encode()})
