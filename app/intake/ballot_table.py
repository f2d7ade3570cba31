"""BALLOTS.csv: a table of ballots, one a row, whatever instrument they are of."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from app.intake.delimited import read_delimited
from app.intake.documents import FileFault, MalformedFileError, Problem, Problems, quoted
from app.refused import Refused

GROUP_COLUMN = "group"
"""The heading of the rater group in a file of ballots, which no item's id may be."""


def read_ballot_table(
    content: bytes,
    items: Sequence[str],
    letter: Callable[[str], int],
    group: Callable[[str], str],
) -> tuple[list[bytes], list[str]]:
    """Read a table of ballots: one byte an item in the order of `items`, and the groups.

    One ballot a row; the first row holds the items' ids, in any order, and maybe `group`.
    letter and group read one cell each, and raise ValueError on one that means nothing; they are
    asked once for every different cell. UTF-8 with or without its mark, UTF-16, or GB18030;
    commas, tabs or semicolons. Lines with nothing at all are passed over; a row of empty cells
    is a blank ballot. Raises MalformedFileError with every place at fault.
    """
    try:
        rows = read_delimited(content)
    except Refused as refused:
        raise MalformedFileError([Problem(FileFault(refused.reason))]) from refused
    columns = _columns(items, rows[0] if rows else [])
    order = [columns[item] for item in items]
    group_at = columns.get(GROUP_COLUMN)
    letters, names = _Known(letter), _Known(group)
    problems = Problems()
    marks, groups = list[bytes](), list[str]()
    for number, row in enumerate(rows[1:], 2):
        if not row:
            continue
        if len(row) != len(columns):
            facts = {"cells": len(row), "columns": len(columns)}
            problems.add(Problem(FileFault.ROW_LENGTH, row=number, facts=facts))
            continue
        cell = "" if group_at is None else row[group_at]
        try:
            marks.append(bytes([letters[row[at]] for at in order]))
            groups.append(names[cell])
        except ValueError:
            cells = {item: row[columns[item]] for item in items}
            problems.add(*_wrong_cells(letters, number, cells, FileFault.CELL_UNKNOWN))
            group_cell = {GROUP_COLUMN: cell}
            problems.add(*_wrong_cells(names, number, group_cell, FileFault.GROUP_UNKNOWN))
    problems.refuse_if_any()
    return marks, groups


class _Known(dict[str, Any]):
    """What every cell met so far means; ValueError for one that means nothing."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> Any:
        meaning = self[cell] = self._read(cell)
        return meaning


def _columns(items: Sequence[str], heading: Sequence[str]) -> dict[str, int]:
    """Return where each column stands; refuses unknown, missing and repeated ones."""
    names = [name.strip() for name in heading]
    if not any(names):
        raise MalformedFileError([Problem(FileFault.NO_HEADING, row=1)])
    known, given = {GROUP_COLUMN, *items}, Counter(names)
    problems = Problems()
    problems.add(
        *(Problem(FileFault.COLUMN_UNKNOWN, "", 1, name) for name in names if name not in known),
        *(Problem(FileFault.COLUMN_TWICE, "", 1, name) for name, n in given.items() if n > 1),
        *(Problem(FileFault.COLUMN_MISSING, "", 1, item) for item in items if item not in given),
    )
    problems.refuse_if_any()
    return {name: at for at, name in enumerate(names)}


def _wrong_cells(
    known: _Known, row: int, cells: Mapping[str, str], reason: FileFault
) -> Iterator[Problem]:
    for column, cell in cells.items():
        try:
            known[cell]
        except ValueError:
            yield Problem(reason, "", row, column, {"cell": quoted(cell)})
