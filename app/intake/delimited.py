"""Text tables: CSV and TSV in the encodings that offices save them in."""

import csv
import io
import re
from collections import Counter
from itertools import islice

from app.refused import Refused

_BINARY = re.compile("[\x00-\x08\x0e-\x1f]")
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_QUOTE = '"'
_SAMPLE_LINES = 50
_SAMPLE_SIGNS = 100_000
MOST_CELLS = 1_000_000
"""The most cells of a table: about 64 bytes each while it is read."""


def read_delimited(content: bytes, *, limit_cells: int = MOST_CELLS) -> list[list[str]]:
    """Return the rows of a text table, the blank ones too, so that numbers stay true.

    UTF-8 with and without its mark, UTF-16 and GB18030 are told apart by what decodes; tabs,
    commas and semicolons by what makes the most even table. A row is as long as its line: what
    a short one means is for the caller to say. Raises `encoding_unknown`,
    `sheet_too_spread` for over `limit_cells` cells, told before they take the memory,
    `quotes_unbalanced` where a quotation mark that is never closed would swallow the rows below
    it, or `not_a_table` for binary files and for web pages (which some systems name .xls).
    """
    text = decoded(content)
    if _BINARY.search(text) or text.lstrip()[:1] == "<":
        raise Refused("not_a_table")
    text = text.rstrip()
    try:
        return _rows(text, _delimiter(text), limit_cells)
    except csv.Error:
        if _QUOTE in text:
            raise Refused("quotes_unbalanced") from None
        raise Refused("not_a_table") from None


def _rows(text: str, delimiter: str, limit: int) -> list[list[str]]:
    """Read the rows, as long as all they hold so far is within the limit."""
    for sign in (delimiter, "\n", "\r"):
        if (most := text.count(sign)) > limit:
            raise Refused("sheet_too_spread", rows=1, columns=most, limit=limit)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return list(reader)


def decoded(content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 or GB18030; raises as `read_delimited` does."""
    if b"\x00" in content and not content.startswith(_UTF_16_MARKS):
        return _decoded_unmarked(content)
    for encoding in ("utf-16",) if content.startswith(_UTF_16_MARKS) else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("encoding_unknown")


def _decoded_unmarked(content: bytes) -> str:
    """Decode UTF-16 without its mark; the zero half of commas and line ends tells its order."""
    order = "be" if content[::2].count(0) > content[1::2].count(0) else "le"
    text = content.decode(f"utf-16-{order}", errors="replace")
    if "\n" not in text or "\ufffd" in text:
        raise Refused("not_a_table")  # binary, not letters
    return text


def _delimiter(text: str) -> str:
    """Return the delimiter that most lines agree on; the comma where none divides anything."""
    sample = list(islice(io.StringIO(text[:_SAMPLE_SIGNS], newline=""), _SAMPLE_LINES))

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = Counter(
            len(row) for row in csv.reader(sample, delimiter=delimiter) if len(row) > 1
        )
        width, lines = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return lines, width

    return max(",\t;", key=evenness)
