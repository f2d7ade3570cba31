"""Lettering: the two Chinese faces, and text set so that it never leaves its space.

Pure apart from the registry of reportlab, in which each face is entered once for all documents.
Lengths are points.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "NotoSansSC-Regular"
BOLD: Final = "NotoSansSC-Bold"

GETA: Final = "〓"
"""What Chinese printing sets for a character it has no type for: seen at once, mended by pen."""

_FONTS: Final = Path(__file__).parent / "fonts"
_STEP: Final = 0.5
_FIRST_IDEOGRAPHIC: Final = "\u2e80"
_NEVER_FIRST = frozenset("，。、；：？！）》〉」』】〕”’·…—%％,.;:?!)")
_NEVER_LAST = frozenset("（《〈「『【〔“‘(")
_INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Zl", "Zp"})
_BEYOND_BMP = re.compile(r"<([0-9A-F]{5,6})>")
_registering = Lock()


@dataclass(frozen=True, slots=True)
class Setting:
    """Text as it will stand: its lines and their size."""

    lines: tuple[str, ...]
    size: float


@dataclass(frozen=True, slots=True)
class NameSizes:
    """How large a name stands at most, in one line and in two, and how small at least.

    Below `whole` its parts are broken rather than set smaller still.
    """

    one_line: float
    two_lines: float
    whole: float
    smallest: float


def register() -> None:
    """Make both faces known to reportlab; safe from several threads, and again.

    Not at import, because reading twenty megabytes of type is for those who print. Never twice,
    because a face replaced while a document is being drawn would lose that document's glyphs.
    """
    with _registering:
        for face in (REGULAR, BOLD):
            if face not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(_Face(face, _FONTS / f"{face}.ttf"))


def legible(text: str) -> str:
    """Return `text` on one line, with 〓 for every character that the faces lack.

    Variation selectors, joiners and control characters go, as do spaces at the ends.
    """
    register()
    glyphs = pdfmetrics.getFont(REGULAR).face.charToGlyph
    shown = [
        character if ord(character) in glyphs else GETA
        for character in unicodedata.normalize("NFC", " ".join(text.split()))
        if unicodedata.category(character) not in _INVISIBLE
    ]
    return "".join(shown)


def width(text: str, face: str, size: float) -> float:
    """Return how wide a legible text is when set."""
    register()
    measured: float = pdfmetrics.stringWidth(text, face, size)
    return measured


def fit(text: str, face: str, room: float, sizes: tuple[float, float], lines: int = 1) -> Setting:
    """Set a text as large as it goes in at most `lines` lines of `room` points.

    `sizes` are the largest and the smallest size. Breaks come between ideographs, at spaces and
    after a middle dot, never before closing or after opening punctuation, nor inside a word;
    lines are evened out, and a lone space that can part two lines does. What is too long even
    for the smallest size is broken anywhere and ends in an ellipsis. The text is made legible.
    """
    text = legible(text)
    set_text = _largest(text, _pieces(text), face, room=room, sizes=sizes, lines=lines)
    return set_text or Setting(tuple(_cut(text, face, room / sizes[1], lines)), sizes[1])


def fit_name(name: str, face: str, room: float, sizes: NameSizes) -> Setting:
    """Set a person's name in one line or two, parted at its middle dot or a space.

    买买提·/阿不都热合曼, not 买买提·阿不/都热合曼: only a name that would become too small
    for that parts anywhere.
    """
    name = legible(name)
    parts = re.findall(r"[^·\s]*[·\s]*", name)[:-1] or [name]
    return (
        _largest(name, parts, face, room=room, sizes=(sizes.one_line, sizes.two_lines), lines=1)
        or _largest(name, parts, face, room=room, sizes=(sizes.two_lines, sizes.whole), lines=2)
        or fit(name, face, room, (sizes.two_lines, sizes.smallest), 2)
    )


def _largest(
    text: str,
    pieces: Sequence[str],
    face: str,
    *,
    room: float,
    sizes: tuple[float, float],
    lines: int,
) -> Setting | None:
    """Return the largest setting in which no piece is parted, or None."""
    largest, smallest = sizes
    for step in range(int((largest - smallest) / _STEP) + 1):
        size = largest - step * _STEP
        wrapped = _wrap(pieces, face, room / size)
        if wrapped is not None and len(wrapped) <= lines:
            return Setting(tuple(_evened(text, pieces, face, room / size, wrapped)), size)
    return None


def _pieces(text: str) -> list[str]:
    """Part a text at every place where a line may end; a space stays with what it follows."""
    pieces = [text[:1]]
    for before, after in pairwise(text):
        near_ideograph = max(before, after) >= _FIRST_IDEOGRAPHIC
        may_end = near_ideograph or before in {" ", "·"}
        if may_end and before not in _NEVER_LAST and after not in _NEVER_FIRST and after != " ":
            pieces.append(after)
        else:
            pieces[-1] += after
    return pieces


def _wrap(pieces: Sequence[str], face: str, ems: float) -> list[str] | None:
    """Fill lines of that many ems, or None where a piece alone is wider."""
    lines = [""]
    for piece in pieces:
        if width(piece.rstrip(), face, 1) > ems:
            return None
        if width((lines[-1] + piece).rstrip(), face, 1) > ems:
            lines.append(piece)
        else:
            lines[-1] += piece
    return [line.rstrip() for line in lines]


def _evened(text: str, pieces: Sequence[str], face: str, ems: float, lines: list[str]) -> list[str]:
    """Return the same number of lines, as equal in length as they go."""
    parts = text.split(" ")
    if len(parts) == len(lines) and all(width(part, face, 1) <= ems for part in parts):
        return parts
    low, high = width(text, face, 1) / len(lines), ems
    while high - low > 1 / 4:
        middle = (low + high) / 2
        tried = _wrap(pieces, face, middle)
        if tried is not None and len(tried) == len(lines):
            high, lines = middle, tried
        else:
            low = middle
    return lines


def _cut(text: str, face: str, ems: float, lines: int) -> list[str]:
    filled = _wrap(list(text), face, ems) or [GETA]
    if len(filled) > lines:
        last = filled[lines - 1]
        while width(last + "…", face, 1) > ems:
            last = last[:-1]
        filled[lines - 1 :] = [last + "…"]
    return filled


class _Face(TTFont):  # type: ignore[misc]  # reportlab is untyped
    """A face whose text can be copied and searched beyond the basic plane too.

    reportlab writes U+2CB4E into the document's Unicode map as five digits, where PDF wants
    UTF-16; rare characters of names live there.
    """

    def addObjects(self, doc: Any) -> None:  # noqa: N802  (reportlab's name)
        super().addObjects(doc)
        for name, stored in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                stored.content = _BEYOND_BMP.sub(_utf16, stored.content)


def _utf16(found: re.Match[str]) -> str:
    return f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"
