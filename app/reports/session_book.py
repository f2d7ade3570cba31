"""All results of a session as one workbook: an overview, then the sheets of each item."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _

from app.reports.record import formal_name, marks, standing_words
from app.reports.statement import Statement
from app.reports.workbook import Book, Column, Kind, Sheet


@dataclass(frozen=True, slots=True)
class Item:
    """One box of the session: what is said of it, and its own workbook."""

    said: Statement
    book: Book


def session_book(items: Sequence[Item], made_at: datetime) -> Book:
    """Bind the workbooks of a session; raises ValueError where there is none."""
    if not items:
        raise ValueError("no items")
    name = formal_name(items[0].said.record)
    bands = dict.fromkeys(mark for item in items for mark in marks(item.said.record))
    sheets = [overview(items, name)]
    for number, item in enumerate(items, 1):
        sheets += [_of(number, sheet) for sheet in item.book.sheets]
    return Book(name, tuple(sheets), made_at, items[0].book.page, band=" · ".join(bands))


def overview(items: Sequence[Item], name: str) -> Sheet:
    """Lay out one row an item: its turnout, whether it stands, what is decided."""
    columns = (
        Column(_("No."), Kind.FIGURE, 6),
        Column(_("Item"), widest=36),
        Column(_("Round"), Kind.FIGURE, 7),
        Column(_("Present"), Kind.FIGURE),
        Column(_("Ballots issued"), Kind.FIGURE),
        Column(_("Ballots returned"), Kind.FIGURE),
        Column(_("Valid ballots"), Kind.FIGURE),
        Column(_("Invalid ballots"), Kind.FIGURE),
        Column(_("It stands"), widest=16),
        Column(_("What is decided"), widest=44),
        Column(_("Seal of the return"), widest=24),
    )
    return Sheet(
        name=_("Overview"),
        title=name,
        columns=columns,
        rows=tuple(_row(number, item.said) for number, item in enumerate(items, 1)),
        landscape=True,
        pinned=2,
    )


def _row(number: int, said: Statement) -> tuple[str | int, ...]:
    record, turnout = said.record, said.record.sealed.turnout
    return (
        number,
        said.title,
        record.sealed.round,
        turnout.present,
        turnout.issued,
        turnout.returned,
        turnout.valid,
        turnout.invalid,
        standing_words(record),
        "\n".join(said.decided),
        record.seal,
    )


def _of(number: int, sheet: Sheet) -> Sheet:
    return replace(sheet, name=f"{number} {sheet.name}")
