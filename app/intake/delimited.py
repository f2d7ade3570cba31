"""Text tables: CSV and TSV in the encodings that offices save them in."""

import csv
import io
import re
from collections import Counter

from app.refused import Refused

_BINARY = re.compile("[\x00-\x08\x0e-\x1f]")
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_QUOTE = '"'
_SAMPLE_LINES = 50


def read_delimited(content: bytes) -> list[list[str]]:
    """Return the rows of a text table, the blank ones too, so that numbers stay true.

    UTF-8 with and without its mark, UTF-16 and GB18030 are told apart by what decodes; tabs,
    commas and semicolons by what makes the most even table. Raises `encoding_unknown`,
    `quotes_unbalanced` where a quotation mark that is never closed would swallow the rows below
    it, or `not_a_table` for binary files and for web pages (which some systems name .xls).
    """
    text = decoded(content)
    if _BINARY.search(text) or text.lstrip()[:1] == "<":
        raise Refused("not_a_table")
    try:
        lines = io.StringIO(text, newline="")
        return list(csv.reader(lines, delimiter=_delimiter(text), strict=True))
    except csv.Error:
        if _QUOTE in text:
            raise Refused("quotes_unbalanced") from None
        raise Refused("not_a_table") from None


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
    sample = text.splitlines(keepends=True)[:_SAMPLE_LINES]

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = Counter(
            len(row) for row in csv.reader(sample, delimiter=delimiter) if len(row) > 1
        )
        width, lines = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return lines, width

    return max(",\t;", key=evenness)
