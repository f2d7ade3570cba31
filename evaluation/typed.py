"""Criteria and rater groups as they are typed: one a line, a name and its weight behind it.

Pure. The weight may be left out (1 for criteria, 0 for groups), may stand in brackets or carry a
percent sign, and is a whole number.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from app.assembly.roster import RATER_GROUPS, rater_group
from app.intake.cells import narrow
from app.refused import Refused
from evaluation.paper import Criterion, RaterGroup

_WEIGHT = re.compile(r"(?P<name>.*?)[\s:,、;(]+(?P<weight>\d{1,4})\s*%?\s*\)?", re.ASCII)
_NAMES: Mapping[str, str] = {group: name for name, group in reversed(list(RATER_GROUPS.items()))}
_LONGEST_NAME = 40


class Weighed(Protocol):
    """A criterion or a rater group."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def weight(self) -> int:
        """How much it weighs."""


class UnreadableLine(ValueError):  # noqa: N818  (named after what was typed)
    """A line that means nothing: `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def read_criteria(typed: str, known: Sequence[Criterion] = ()) -> tuple[Criterion, ...]:
    """Read criteria; one whose name is known keeps its id. Raises UnreadableLine.

    Without weights all weigh the same.
    """
    ids = {criterion.name: criterion.id for criterion in known}
    taken = set(ids.values())
    fresh = (f"c{number}" for number in range(1, 1000) if f"c{number}" not in taken)
    return tuple(
        Criterion(ids.get(name) or next(fresh), name, 1 if weight is None else weight)
        for _, name, weight in _lines(typed)
    )


def read_groups(typed: str) -> tuple[RaterGroup, ...]:
    """Read rater groups: their ids are those that cards carry. Raises UnreadableLine."""
    return tuple(
        RaterGroup(_carried(at, name), name, weight or 0) for at, name, weight in _lines(typed)
    )


def _carried(line: int, name: str) -> str:
    try:
        return rater_group(name)
    except Refused as refused:
        raise UnreadableLine(line) from refused


def criteria_lines(criteria: Iterable[Criterion]) -> str:
    """Return criteria as they are typed."""
    return _typed(criteria)


def group_lines(groups: Iterable[RaterGroup]) -> str:
    """Return rater groups as they are typed; a group without a name of its own gets the usual."""
    return _typed(groups)


def usual_name(group: str) -> str:
    """Return the office's word for a rater group: 人大代表 for `deputy`."""
    return _NAMES.get(group, group)


def _typed(rows: Iterable[Weighed]) -> str:
    return "\n".join(f"{row.name} {row.weight}" for row in rows)


def _lines(typed: str) -> Iterator[tuple[int, str, int | None]]:
    for at, line in enumerate(typed.splitlines(), 1):
        said = narrow(line)
        if not said:
            continue
        found = _WEIGHT.fullmatch(said)
        name = found["name"].strip() if found else said
        if not name or len(name) > _LONGEST_NAME or name.isdecimal():
            raise UnreadableLine(at)
        yield at, name, int(found["weight"]) if found else None
