"""Columns as data: which headings a table may carry, and what its rows mean.

A room declares a tuple of `Column`s once; reading an upload, explaining what is wrong with it
and offering the template to download all follow from that one declaration.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.intake.cells import narrow, text, tidy
from app.intake.table import Grid, Table
from app.refused import Refused

_HEADING_LIES_WITHIN = 20
"""Rows among which the headings are looked for: titles and notes stand above them."""

_BRACKETS = re.compile(r"[(\[【〔<《](.*?)[)\]】〕>》]")
_DECORATION = re.compile(r"[\s*:：、._-]")

_plain_text = text()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what its heading may be and how a cell of it is read.

    `headings` are synonyms, the first being the one that the template prints and problems name;
    they match whatever their order, blanks, width, case, and notes in brackets. `unit` refuses
    a heading whose bracket names another unit of its family (亿元 where 万元 is meant). `parse`
    raises Refused. A blank cell gives `default`, or the problem `blank` where `required`; a
    column that the file does not have is left out of the rows, so that an import changes only
    what it speaks of. `unique` values occur once in a file. `choices` become a drop-down list
    in the template; `width` is in characters.
    """

    key: str
    headings: tuple[str, ...]
    parse: Callable[[str], Any] = _plain_text
    required: bool = False
    default: Any = None
    unique: bool = False
    unit: str = ""
    choices: tuple[str, ...] = ()
    width: int = 14

    @property
    def heading(self) -> str:
        """The heading as the template prints it: the first synonym, its unit in brackets."""
        return f"{self.headings[0]}（{self.unit}）" if self.unit else self.headings[0]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell: `row` as the sheet numbers it, the value as it stood there.

    `reason` is a word of `app.intake.words` (or of the room that found it), `facts` its figures.
    """

    row: int
    heading: str
    value: str
    reason: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """Every row of a table: the good ones in its order, and all that is wrong with the others.

    `good` maps column keys to values, `numbers` gives the sheet's row of each good one;
    `ignored` are the headings of columns that nobody asked for. A row with any problem is not
    among the good.
    """

    good: list[dict[str, Any]]
    numbers: list[int]
    problems: list[Problem]
    ignored: list[str]


@dataclass(frozen=True, slots=True)
class ListImport:
    """What an import did to a list that is the file ever after; with any problem, nothing.

    `removed` are the names that the file no longer has; `ignored` the headings that nobody
    asked for.
    """

    added: int
    updated: int
    unchanged: int
    removed: Sequence[str]
    problems: Sequence[Problem]
    ignored: Sequence[str]


def read_rows(
    table: Table, columns: Sequence[Column], *, examples: Collection[Mapping[str, str]] = ()
) -> Rows:
    """Read a table by its columns; every row that is not blank is either good or has a problem.

    Headings may stand under a title. Rows that repeat the headings (a list printed over pages),
    and untouched `examples` of the template, are passed over. Raises `no_heading_row` with the
    headings expected, `columns_missing`, `heading_twice`, `unit_differs`, or `no_rows` when
    there is nothing under the headings.
    """
    at = _heading_row(table.rows, columns)
    headings = table.rows[at]
    places = _places(headings, columns)
    present = [(column, places[column.key]) for column in columns if column.key in places]
    untouched = {_example_row(example, present) for example in examples}
    rows = Rows([], [], [], _ignored(headings, places.values()))
    unique = [column for column, _ in present if column.unique]
    seen: dict[tuple[str, Any], int] = {}
    for number, row in enumerate(table.rows[at + 1 :], at + 2):
        if row == headings or not any(map(tidy, row)):
            continue
        if untouched and tuple(tidy(row[place]) for _, place in present) in untouched:
            continue
        values, problems = _read_row(number, [(column, row[place]) for column, place in present])
        problems += _repeated(number, unique, values, seen)
        if problems:
            rows.problems.extend(problems)
        else:
            rows.good.append(values)
            rows.numbers.append(number)
    if not rows.good and not rows.problems:
        raise Refused("no_rows")
    return rows


def _read_row(
    number: int, cells: Iterable[tuple[Column, str]]
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems = []
    for column, raw in cells:
        try:
            values[column.key] = cell_value(column, raw)
        except Refused as refused:
            problem = Problem(number, column.heading, tidy(raw), refused.reason, refused.facts)
            problems.append(problem)
    return values, problems


def cell_value(column: Column, raw: str) -> Any:
    """Read one cell: its parsed value, or the column's default where it is blank.

    Raises `blank` where the column is required, and what its parser raises.
    """
    if tidy(raw):
        return column.parse(raw)
    if column.required:
        raise Refused("blank")
    return column.default


def sound_values(columns: Sequence[Column], values: Mapping[str, Any]) -> dict[str, Any]:
    """Read what a form gave for one row like the cells of a table; what is no text stays.

    Of the columns' keys only. Raises the Refused of the first value at fault, with its `field`
    among the facts.
    """
    sound: dict[str, Any] = {}
    for column in columns:
        if column.key not in values:
            continue
        value = values[column.key]
        try:
            sound[column.key] = cell_value(column, value) if isinstance(value, str) else value
        except Refused as refused:
            raise Refused(refused.reason, **refused.facts, field=column.key) from None
    return sound


def _repeated(
    number: int,
    unique: Iterable[Column],
    values: Mapping[str, Any],
    seen: dict[tuple[str, Any], int],
) -> list[Problem]:
    """Name the row that had the same value first, for each column whose values occur once."""
    problems = []
    for column in unique:
        value = values.get(column.key)
        first = number if value is None else seen.setdefault((column.key, value), number)
        if first != number:
            facts = {"first": first}
            problems.append(Problem(number, column.heading, str(value), "twice_in_the_file", facts))
    return problems


def _heading_row(rows: Grid, columns: Sequence[Column]) -> int:
    """Return the index of the row that carries the most of the headings, the first of equals."""
    known = {_plain(heading) for column in columns for heading in column.headings}
    scores = [len({_plain(cell) for cell in row} & known) for row in rows[:_HEADING_LIES_WITHIN]]
    best = max(scores)
    if not best:
        raise Refused("no_heading_row", expected=[column.heading for column in columns])
    return scores.index(best)


def _places(headings: tuple[str, ...], columns: Sequence[Column]) -> dict[str, int]:
    """Return where each column stands that the file has."""
    plain = [_plain(heading) for heading in headings]
    places: dict[str, int] = {}
    for column in columns:
        known = {_plain(heading) for heading in column.headings}
        found = [place for place, heading in enumerate(plain) if heading in known]
        if len(found) > 1:
            raise Refused("heading_twice", headings=[tidy(headings[place]) for place in found])
        if found:
            _refuse_other_unit(column, tidy(headings[found[0]]))
            places[column.key] = found[0]
    missing = [column for column in columns if column.required and column.key not in places]
    if missing:
        raise Refused("columns_missing", headings=[column.heading for column in missing])
    return places


def _refuse_other_unit(column: Column, heading: str) -> None:
    """Refuse 总投资（亿元） for the unit 万元: the last sign is their family."""
    for note in _BRACKETS.findall(narrow(heading)):
        named = _DECORATION.sub("", note)
        if column.unit and named.endswith(column.unit[-1]) and not named.endswith(column.unit):
            raise Refused("unit_differs", heading=heading, unit=column.unit)


def _ignored(headings: tuple[str, ...], used: Collection[int]) -> list[str]:
    names = (tidy(heading) for place, heading in enumerate(headings) if place not in used)
    return [name for name in names if name]


def _example_row(
    example: Mapping[str, str], present: Iterable[tuple[Column, int]]
) -> tuple[str, ...]:
    return tuple(tidy(example.get(column.key, "")) for column, _ in present)


def _plain(heading: str) -> str:
    """Return a heading without what does not tell it apart: blanks, width, case, brackets."""
    found = _DECORATION.sub("", narrow(heading)).casefold()
    return _BRACKETS.sub("", found) or found
