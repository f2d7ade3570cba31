"""An XLSX file, measured before the reader opens it.

A workbook is a zip of XML. A few kilobytes of it can unpack to gigabytes; a cell in the far
corner of a sheet, or a table that only claims to be long, makes the reader set aside room for
all of it, and where there is none the whole process ends (measured), with a vote in it. So
every part is unpacked within a bound, parsed by expat, and handed on only as it was measured.
"""

import io
import re
import zipfile
import zlib
from xml.parsers import expat

from app.refused import Refused

_XML = (".xml", ".rels")
_NOT_READ = re.compile(r"docProps/|customXml/|xl/(?!worksheets/sheet|_rels/)[^/]+/")
_ENTRIES = 2_000
_PLACE = re.compile(r"([A-Z]{1,4})([0-9]{1,10})")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    NotImplementedError,
    LookupError,
    RuntimeError,
    ValueError,
)


def measured_workbook(content: bytes, *, limit_unpacked: int, limit_cells: int) -> bytes:
    """Return the workbook repacked from the parts that hold its cells, each of them measured.

    A zip directory that lies about its sizes lies to nobody behind this door. Raises
    `not_a_table` (another kind of zip), `unpacks_too_large` (over `limit_unpacked` bytes or two
    thousand parts), `sheet_too_spread` (the rectangle up to a sheet's last filled cell has over
    `limit_cells` cells) or `file_damaged`.
    """
    repacked = io.BytesIO()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(content)) as archive,
            zipfile.ZipFile(repacked, "w", zipfile.ZIP_STORED) as copy,
        ):
            parts = {entry.filename: entry for entry in archive.infolist()}
            if not any(name.casefold() == "xl/workbook.xml" for name in parts):
                raise Refused("not_a_table")
            unpacked = sum(entry.file_size for entry in parts.values())
            if unpacked > limit_unpacked or len(parts) > _ENTRIES:
                raise Refused("unpacks_too_large", limit=limit_unpacked)
            for name, entry in parts.items():
                if name.endswith(_XML) and not _NOT_READ.match(name):
                    part = archive.read(entry)
                    _Measure(len(part), limit_cells).feed(part)
                    copy.writestr(name, part)
    except _BROKEN as error:
        raise Refused("file_damaged") from error
    return repacked.getvalue()


class _Measure:
    """Walks one XML part and refuses what would make a reader set aside too much."""

    def __init__(self, size: int, limit_cells: int) -> None:
        self._size = size
        self._limit = limit_cells
        self._row = self._cell_row = self._column = 0
        self._rows = self._columns = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, part: bytes) -> None:
        self._parser.Parse(part, True)

    def _doctype(self, *_: object) -> None:
        raise ValueError("no workbook declares entities")

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = qualified.rpartition(":")[2]
        if name == "c":
            self._place(attributes.get("r"))
        elif name in ("v", "is"):
            self._fill()
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif int(attributes.get("uniqueCount", attributes.get("count", 0))) > self._size:
            raise ValueError("more entries than bytes")

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._cell_row = self._row
            self._column += 1
            return
        place = _PLACE.fullmatch(reference)
        if place is None:
            raise ValueError("a cell without a place")
        self._cell_row = int(place[2])
        self._column = 0
        for letter in place[1]:
            self._column = self._column * 26 + ord(letter) - 64

    def _fill(self) -> None:
        self._rows = max(self._rows, self._cell_row)
        self._columns = max(self._columns, self._column)
        if self._rows * self._columns > self._limit:
            raise Refused(
                "sheet_too_spread", rows=self._rows, columns=self._columns, limit=self._limit
            )
