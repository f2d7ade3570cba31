"""PAPER.json and BALLOTS.csv: counting outside any database, as docs/formats.md describes it.

A malformed file is refused whole, with every place at fault; nothing is guessed or skipped.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, BinaryIO, NoReturn

import numpy as np
from jsonschema import Draft202012Validator, ValidationError

from app.ballotbox.domain import Denominator, Turnout
from app.intake.delimited import read_delimited
from app.refused import Refused
from voting.flaws import GROUP_COLUMN, FlawCode, check, fatal
from voting.marks import encode
from voting.paper import MalformedPaperError, Paper, PaperKind, Rule
from voting.tally import Marks

MOST_PROBLEMS = 1_000
"""How many places at fault are listed; the rest are counted only."""

_LONGEST_QUOTED = 40
"""Characters of a wrong cell that are said back."""

_LONGEST_FIGURE = 15
"""Digits of an integer: what every other reader of the file keeps exactly too."""


class FileFault(StrEnum):
    """Why a file cannot be read; impossible settings come as a FlawCode instead."""

    NOT_JSON = "not_json"
    NOT_EXACT = "not_exact"
    """A number with a decimal point or exponent: figures are integers, fractions are text."""
    KEY_TWICE = "key_twice"
    MISSING = "missing"
    UNKNOWN_KEY = "unknown_key"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_VALUE = "unknown_value"
    OUT_OF_FORM = "out_of_form"
    """Too small, too short, too long, or not of the pattern."""
    ENCODING_UNKNOWN = "encoding_unknown"
    NOT_A_TABLE = "not_a_table"
    NO_HEADING = "no_heading"
    COLUMN_MISSING = "column_missing"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_TWICE = "column_twice"
    ROW_LENGTH = "row_length"
    CELL_UNKNOWN = "cell_unknown"


@dataclass(frozen=True, slots=True)
class Problem:
    """One place at fault: a JSON path, or a row (1 is the heading) and a column heading."""

    reason: FileFault | FlawCode
    place: str = ""
    row: int = 0
    column: str = ""
    facts: Mapping[str, int | str] = attribute(default_factory=dict)


class MalformedFileError(ValueError):
    """A file is refused: `problems` lists the places, `total` counts them all."""

    def __init__(self, problems: Sequence[Problem], total: int | None = None) -> None:
        self.problems = tuple(problems)
        self.total = len(self.problems) if total is None else total
        first = self.problems[0]
        where = first.place or f"row {first.row} {first.column}".rstrip()
        super().__init__(f"{where}: {first.reason} ({self.total} in all)")


@cache
def schema_text() -> str:
    """Return the JSON Schema (2020-12) of PAPER.json, as it stands in the package."""
    return files("voting").joinpath("paper.schema.json").read_text(encoding="utf-8")


def read_paper(text: str | bytes) -> Paper:
    """Read PAPER.json; raises MalformedFileError with a JSON path for each place at fault.

    Settings that no vote can be held with are places at fault too.
    """
    document = _document(text)
    try:
        paper = Paper.from_json(document)
    except MalformedPaperError as error:  # what no schema can say of a threshold
        raise MalformedFileError([Problem(FlawCode(error.reason), f"$.{error.place}")]) from error
    flaws = fatal(check(paper))
    if flaws:
        raise MalformedFileError([Problem(f.code, f"$.{f.field}", facts=f.facts) for f in flaws])
    return paper


def read_turnout(text: str | bytes, rule: Rule, returned: int, **stated: int) -> Turnout:
    """Return the turnout of a count outside the database: of PAPER.json, and what is `stated`.

    `stated` (from a command line) goes before the file. Where neither tells, the least figure
    that fits is taken: issued what was returned, present what was issued, due those present,
    members those due; on leave and spare none. The one that the rule's denominator names is
    never assumed: MalformedFileError names it. valid and invalid are for `decide` to fill in.
    """
    known = {**_document(text).get("turnout", {}), **stated}
    wanted = rule.denominator
    if wanted not in {Denominator.RETURNED, Denominator.VALID} and wanted.value not in known:
        raise MalformedFileError([Problem(FileFault.MISSING, f"$.turnout.{wanted.value}")])
    issued = known.get("issued", returned)
    present = known.get("present", issued)
    due = known.get("due", present)
    return Turnout(
        total_members=known.get("total_members", due),
        due=due,
        on_leave=known.get("on_leave", 0),
        present=present,
        issued=issued,
        spare=known.get("spare", 0),
        returned=returned,
        valid=0,
        invalid=0,
    )


def read_ballots(paper: Paper, source: bytes | BinaryIO) -> tuple[Marks, tuple[str, ...]]:
    """Read BALLOTS.csv: marks of shape (ballots, items) in the paper's order, and the groups.

    One ballot a row; the first row holds the items' ids, in any order, and maybe `group`. Cells
    are words or letters as `voting.marks.encode` reads them, empty for no mark. UTF-8 with or
    without its mark, UTF-16, or GB18030; commas, tabs or semicolons. Lines with nothing at all
    are passed over; a row of empty cells is a blank ballot. The groups are one a ballot, empty
    texts where the file has none. Raises MalformedFileError with every place at fault.
    """
    content = source if isinstance(source, bytes) else source.read()
    try:
        rows = read_delimited(content)
    except Refused as refused:
        raise MalformedFileError([Problem(FileFault(refused.reason))]) from refused
    columns = _columns(paper, rows[0] if rows else [])
    order = [columns[item] for item in paper.items]
    group = columns.get(GROUP_COLUMN)
    letters = _Letters(paper.rule.kind)
    problems = _Problems()
    marks, groups = bytearray(), list[str]()
    for number, row in enumerate(rows[1:], 2):
        if not row:
            continue
        if len(row) != len(columns):
            facts = {"cells": len(row), "columns": len(columns)}
            problems.add(Problem(FileFault.ROW_LENGTH, row=number, facts=facts))
            continue
        try:
            marks += bytes([letters[row[at]] for at in order])
        except ValueError:
            cells = {item: row[columns[item]] for item in paper.items}
            problems.add(*_wrong_cells(letters, number, cells))
            continue
        groups.append("" if group is None else row[group].strip())
    problems.refuse_if_any()
    laid = np.frombuffer(bytes(marks), dtype=np.uint8)
    return laid.reshape(len(groups), len(paper.items)), tuple(groups)


class _Letters(dict[str, int]):
    """The byte of every cell met so far; ValueError for one that is no mark."""

    def __init__(self, kind: PaperKind) -> None:
        super().__init__()
        self._kind = kind

    def __missing__(self, cell: str) -> int:
        letter = self[cell] = encode(self._kind, cell)
        return letter


class _Problems:
    """Collects places at fault, and keeps a file that is wrong throughout from filling memory."""

    def __init__(self) -> None:
        self._listed: list[Problem] = []
        self._total = 0

    def add(self, *problems: Problem) -> None:
        self._total += len(problems)
        self._listed.extend(problems[: MOST_PROBLEMS - len(self._listed)])

    def refuse_if_any(self) -> None:
        if self._listed:
            raise MalformedFileError(self._listed, self._total)


def _columns(paper: Paper, heading: Sequence[str]) -> dict[str, int]:
    """Return where each column stands; refuses unknown, missing and repeated ones."""
    names = [name.strip() for name in heading]
    if not any(names):
        raise MalformedFileError([Problem(FileFault.NO_HEADING, row=1)])
    known = {GROUP_COLUMN, *paper.items}
    unknown = [Problem(FileFault.COLUMN_UNKNOWN, "", 1, n) for n in names if n not in known]
    twice = [Problem(FileFault.COLUMN_TWICE, "", 1, n) for n, k in Counter(names).items() if k > 1]
    missing = [
        Problem(FileFault.COLUMN_MISSING, "", 1, item) for item in paper.items if item not in names
    ]
    problems = _Problems()
    problems.add(*unknown, *twice, *missing)
    problems.refuse_if_any()
    return {name: at for at, name in enumerate(names)}


def _wrong_cells(letters: _Letters, row: int, cells: Mapping[str, str]) -> Iterator[Problem]:
    for item, cell in cells.items():
        try:
            letters[cell]
        except ValueError:
            quoted = cell if len(cell) <= _LONGEST_QUOTED else f"{cell[:_LONGEST_QUOTED]}…"
            yield Problem(FileFault.CELL_UNKNOWN, "", row, item, {"cell": quoted})


def _document(text: str | bytes) -> dict[str, Any]:
    """Parse PAPER.json and hold it against the schema."""
    document = _json(text)
    found: dict[tuple[str, str], Problem] = {}
    for error in _validator().iter_errors(document):
        for problem in _schema_problems(error):
            found.setdefault((problem.place, problem.reason), problem)
    problems = _Problems()
    problems.add(*found.values())
    problems.refuse_if_any()
    return dict(document)


def _json(text: str | bytes) -> Any:
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise MalformedFileError([Problem(FileFault.ENCODING_UNKNOWN)]) from error
    try:
        document = json.loads(
            plain,
            parse_int=_figure,
            parse_float=_not_exact,
            parse_constant=_not_exact,
            object_pairs_hook=_keys_once,
        )
        json.dumps(document, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        facts = {"line": error.lineno, "character": error.colno}
        raise MalformedFileError([Problem(FileFault.NOT_JSON, "$", facts=facts)]) from error
    except UnicodeEncodeError as error:  # half a character, which no digest can be taken of
        raise MalformedFileError([Problem(FileFault.ENCODING_UNKNOWN, "$")]) from error
    except RecursionError as error:
        facts = {"line": 1, "character": 1}
        raise MalformedFileError([Problem(FileFault.NOT_JSON, "$", facts=facts)]) from error
    return document


def _figure(digits: str) -> int:
    return int(digits) if len(digits) <= _LONGEST_FIGURE else _not_exact(digits)


def _not_exact(figure: str) -> NoReturn:
    facts = {"figure": figure[:_LONGEST_QUOTED]}
    raise MalformedFileError([Problem(FileFault.NOT_EXACT, "$", facts=facts)])


def _keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for key, times in Counter(key for key, _ in pairs).items():
        if times > 1:
            raise MalformedFileError([Problem(FileFault.KEY_TWICE, "$", facts={"key": key})])
    return dict(pairs)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text()))


def _schema_problems(error: ValidationError) -> Iterator[Problem]:
    place, rule = error.json_path, error.validator
    limit: Any = error.validator_value
    given: Any = error.instance
    schema: Any = error.schema
    if rule == "required":
        for key in limit:
            if key not in given:
                yield Problem(FileFault.MISSING, f"{place}.{key}")
    elif rule == "additionalProperties":
        for key in given:
            if key not in schema["properties"]:
                yield Problem(FileFault.UNKNOWN_KEY, f"{place}.{key}")
    elif rule == "type":
        yield Problem(FileFault.WRONG_TYPE, place, facts={"expected": limit})
    elif rule in {"enum", "const"}:
        allowed = ", ".join(limit if rule == "enum" else [limit])
        yield Problem(FileFault.UNKNOWN_VALUE, place, facts={"allowed": allowed})
    elif place == "$.rule.threshold":
        yield Problem(FlawCode.THRESHOLD_UNREADABLE, place)
    else:
        yield Problem(FileFault.OUT_OF_FORM, place, facts={"limit": f"{rule} {limit}"})
