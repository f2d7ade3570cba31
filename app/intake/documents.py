"""A JSON document under a schema: refused whole, with every place at fault.

What comes with a file is never guessed at: numbers are exact integers, a key stands once, and
what the schema does not know is at fault. The words of faults stand in `app.web.file_words`.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from enum import StrEnum
from typing import Any, NoReturn

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

MOST_PROBLEMS = 1_000
"""How many places at fault are listed; the rest are counted only."""

_LONGEST_QUOTED = 40
"""Characters of something wrong that are said back."""

_LONGEST_FIGURE = 15
"""Digits of an integer: what every other reader of the file keeps exactly too."""


class FileFault(StrEnum):
    """Why a file cannot be read; impossible settings come as flaws instead."""

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
    NOT_ONE_OF_THE_FORMS = "not_one_of_the_forms"
    """None of the forms that may stand here."""
    ENCODING_UNKNOWN = "encoding_unknown"
    NOT_A_TABLE = "not_a_table"
    NO_HEADING = "no_heading"
    COLUMN_MISSING = "column_missing"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_TWICE = "column_twice"
    ROW_LENGTH = "row_length"
    CELL_UNKNOWN = "cell_unknown"
    GROUP_UNKNOWN = "group_unknown"


@dataclass(frozen=True, slots=True)
class Problem:
    """One place at fault: a JSON path, or a row (1 is the heading) and a column heading."""

    reason: StrEnum
    place: str = ""
    row: int = 0
    column: str = ""
    facts: Mapping[str, int | str] = made_by(default_factory=dict)


class MalformedFileError(ValueError):
    """A file is refused: `problems` lists the places, `total` counts them all."""

    def __init__(self, problems: Sequence[Problem], total: int | None = None) -> None:
        self.problems = tuple(problems)
        self.total = len(self.problems) if total is None else total
        first = self.problems[0]
        where = first.place or f"row {first.row} {first.column}".rstrip()
        super().__init__(f"{where}: {first.reason} ({self.total} in all)")


class Problems:
    """Collects places at fault, and keeps a file that is wrong throughout from filling memory."""

    def __init__(self) -> None:
        self._listed: list[Problem] = []
        self._total = 0

    def add(self, *problems: Problem) -> None:
        """Take places at fault; of too many only the number."""
        self._total += len(problems)
        self._listed.extend(problems[: MOST_PROBLEMS - len(self._listed)])

    def refuse_if_any(self) -> None:
        """Raise MalformedFileError where there was any."""
        if self._listed:
            raise MalformedFileError(self._listed, self._total)


def read_document(text: str | bytes, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Parse a JSON document and hold it against a schema.

    Raises MalformedFileError with a JSON path for each place at fault.
    """
    return against_schema(parse_json(text), schema)


def against_schema(document: Any, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a parsed document that fits a schema; raises as `read_document` does."""
    found: dict[tuple[str, str], Problem] = {}
    for error in Draft202012Validator(schema).iter_errors(document):
        for problem in _schema_problems(error):
            found.setdefault((problem.place, problem.reason), problem)
    problems = Problems()
    problems.add(*found.values())
    problems.refuse_if_any()
    return dict(document)


def quoted(said: str) -> str:
    """Return what is said back of something wrong: all of it, or its beginning."""
    return said if len(said) <= _LONGEST_QUOTED else f"{said[:_LONGEST_QUOTED]}…"


def parse_json(text: str | bytes) -> Any:
    """Parse JSON in UTF-8, with or without its mark; raises MalformedFileError.

    Numbers that other readers of the file would round, keys given twice and halves of characters
    are at fault: no digest of them would be sure.
    """
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
        yield Problem(FileFault.WRONG_TYPE, place, facts={"expected": str(limit)})
    elif rule in {"enum", "const"}:
        allowed = ", ".join(map(str, limit if rule == "enum" else [limit]))
        yield Problem(FileFault.UNKNOWN_VALUE, place, facts={"allowed": allowed})
    elif rule in {"oneOf", "anyOf"}:
        yield from _meant(error)
    else:
        yield Problem(FileFault.OUT_OF_FORM, place, facts={"limit": f"{rule} {limit}"})


def _meant(error: ValidationError) -> Iterator[Problem]:
    """Tell of the forms that may stand here the fault of the one that fits deepest."""
    meant = best_match([error])
    if meant is None or meant.validator == error.validator:
        yield Problem(FileFault.NOT_ONE_OF_THE_FORMS, error.json_path)
    else:
        yield from _schema_problems(meant)
