"""What the page and the printed sheet of a result show, laid out from its `Statement`.

Words and figures are the statement's; here they only find their place in a table of HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from markupsafe import Markup

from app.reports.chart import drawn
from app.reports.record import Record, digests, session_words, turnout_words, warnings
from app.reports.statement import Entry, Statement
from app.reports.workbook import Cell, Column, Kind, Sheet, written
from app.writing import number

Heading: TypeAlias = str | tuple[str, str]
"""A word, or (word, "number") over a column of figures, as `macros/tables.html` takes them."""

_SHORT = 24
"""Letters of a reason that stand in a narrow column."""


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate or subject: cells as (heading, in words), those before and after its name."""

    entry: Entry
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    look: str
    """The class of the row: strong, quiet, or ''."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as a table of HTML: cells in words, each with whether it is a figure."""

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[tuple[str, bool], ...], ...]
    notes: tuple[str, ...]
    """Those of its own, which do not stand under the main table."""


@dataclass(frozen=True, slots=True)
class Page:
    """The result of one round, ready for `reports/result_parts.html`."""

    said: Statement
    session: str
    warnings: tuple[str, ...]
    turnout: tuple[str, ...]
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    explained: bool
    """Whether outcomes are explained in sentences, which ask for a wide column."""
    annexes: tuple[Grid, ...]
    charts: tuple[tuple[str, Markup], ...]
    """(title, SVG)."""
    digests: tuple[tuple[str, str], ...]

    @property
    def record(self) -> Record:
        """Who signed, when it was held, whether it stands."""
        return self.said.record


def page_of(said: Statement) -> Page:
    """Lay a statement out as a page."""
    record, table = said.record, said.table
    name, figures = _places(said)
    shown = [*range(name), name, *figures]
    return Page(
        said=said,
        session=session_words(record),
        warnings=warnings(record),
        turnout=turnout_words(record),
        headings=(*(_heading(table.columns[at]) for at in shown), table.columns[-2].heading),
        rows=tuple(
            _row(said, cells, entry, range(name), figures)
            for cells, entry in zip(table.rows, said.entries, strict=True)
        ),
        explained=any(len(entry.why) > _SHORT for entry in said.entries),
        annexes=tuple(grid_of(sheet, said.notes) for sheet in said.annexes),
        charts=tuple(
            (chart.title, drawn(chart, f"chart{at}")) for at, chart in enumerate(said.charts)
        ),
        digests=digests(record),
    )


def _places(said: Statement) -> tuple[int, Sequence[int]]:
    """Return where the table has the name, and where the figures after it.

    The unit beside the name stands under it, and the last two columns (outcome, why) together.
    """
    kinds = [column.kind for column in said.table.columns]
    name = kinds.index(Kind.TEXT)
    last = len(kinds) - 2
    first = name + 2 if name + 1 < last and kinds[name + 1] is Kind.TEXT else name + 1
    return name, range(first, last)


def _row(
    said: Statement,
    cells: tuple[Cell, ...],
    entry: Entry,
    before: Sequence[int],
    after: Sequence[int],
) -> Row:
    def told(at: int) -> tuple[str, str]:
        column = said.table.columns[at]
        return column.heading, _words(cells[at], column)

    look = "strong" if entry.strong else "quiet" if entry.quiet else ""
    return Row(entry, tuple(map(told, before)), tuple(map(told, after)), look)


def grid_of(sheet: Sheet, known: Sequence[str] = ()) -> Grid:
    """Lay a sheet out as a table of HTML, without the notes that are `known` from elsewhere."""
    columns = sheet.columns
    return Grid(
        title=sheet.name,
        headings=tuple(_heading(column) for column in columns),
        rows=tuple(
            tuple(
                (_words(cell, column), column.kind is not Kind.TEXT)
                for cell, column in zip(row, columns, strict=True)
            )
            for row in sheet.rows
        ),
        notes=tuple(note for note in sheet.notes if note not in known),
    )


def _heading(column: Column) -> Heading:
    return column.heading if column.kind is Kind.TEXT else (column.heading, "number")


def _words(cell: Cell, column: Column) -> str:
    return number(cell) if isinstance(cell, int) else written(cell, column.kind)
