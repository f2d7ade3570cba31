"""An official document as plain values: Word and PDF are both made of it, so they cannot differ.

Renderers (`app.reports.word`, `app.reports.typeset`) decide how things look, never what is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from app.reports.workbook import Sheet


class Look(StrEnum):
    """How a paragraph stands; the form is that of GB/T 9704."""

    BODY = "body"
    """Indented by two characters."""
    ADDRESS = "address"
    """Not indented: 明州市教育局："""
    CENTRED = "centred"
    WARNING = "warning"
    """Large, centred and red: a rehearsal, a void vote."""
    STRONG = "strong"
    """As the body, in bold: what is decided."""
    NOTE = "note"
    """Small: the rule under a table."""


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph."""

    words: str
    look: Look = Look.BODY


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signs and the date, at the right, never parted from the closing words above them."""

    closing: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a part: 一、出席与票数."""

    words: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A few figures side by side, each under its name."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose heading is repeated on each page and whose rows are never broken."""

    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Signing:
    """Lines to sign on by hand, and a date."""

    lines: tuple[tuple[str, int], ...]
    """(role, how many sign)."""
    date: str


@dataclass(frozen=True, slots=True)
class Seal:
    """Digests, with the first of them as a QR symbol to compare without typing."""

    caption: str
    digests: tuple[tuple[str, str], ...]

    @property
    def symbol(self) -> str:
        """The text that the QR symbol holds."""
        return self.digests[0][1]


Block: TypeAlias = Text | Signed | Heading | Figures | Grid | Signing | Seal


@dataclass(frozen=True, slots=True)
class Section:
    """What begins on a page of its own: title lines, then blocks.

    A grid that does not fit an upright page stands on pages of its own that lie on their side.
    """

    title: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Sections under one name; `name` is the title of the file, `made_at` its date.

    apart: whether each section is a paper of its own, its pages numbered from 1.
    """

    name: str
    sections: tuple[Section, ...]
    made_at: datetime
    apart: bool = False


def bound(name: str, documents: Sequence[Document]) -> Document:
    """Bind several documents to one; raises ValueError where there is none."""
    if not documents:
        raise ValueError("nothing to bind")
    sections = tuple(section for each in documents for section in each.sections)
    return Document(name, sections, documents[0].made_at, apart=True)
