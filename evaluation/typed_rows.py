"""Rows that are added, taken away, moved and named while a scale and its rules are typed.

Pure: rows are mappings of plain texts, as a form carries them, and nothing typed is lost.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.ballotbox.domain import Denominator
from app.intake.cells import narrow
from evaluation.rules import Standing
from evaluation.scales import OVERALL_RATE, SATISFIED_RATE

Row = Mapping[str, Any]
Typed = Mapping[str, Any]
"""Lists of rows by their names, and single choices."""

SHARE, SCORE = "share", "score"
FIXED_RATES = (SATISFIED_RATE, OVERALL_RATE)
"""The rates that every scale has; their rows cannot be taken away."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER_SET = frozenset(_LETTERS)
_KEY = re.compile(r"[A-Za-z0-9_-]{1,32}")

NEW: Mapping[str, dict[str, Any]] = {
    "grades": {"letter": "", "label": "", "points": "", "counts": True},
    "rates": {"key": "", "label": "", "grades": [], "span": ""},
    "caps": {"at_most": "", "grades": [], "span": ""},
    "rules": {"key": "", "label": "", "standing": Standing.GOOD.value, "steps": [], "when": []},
    "when": {
        "kind": SHARE,
        "grades": [],
        "span": "",
        "of": Denominator.TOTAL_MEMBERS.value,
        "comparison": "gt",
        "bar": "",
    },
    "consequences": {"standing": Standing.POOR.value, "times": "1", "steps": []},
}
"""An empty row of each list."""

MOST: Mapping[str, int] = {
    "grades": len(_LETTERS),
    "rates": 12,
    "caps": 12,
    "rules": 12,
    "when": 6,
    "consequences": 20,
}
"""How many rows each list may have, as the schema of PAPER.json has it."""


def rearranged(rows: Typed, deed: str) -> dict[str, Any]:
    """Return the rows after a deed: `add rules`, `remove grades 2`, `up rules 1`, `down …`.

    `add when 1` adds a condition to the second rule, `remove when 1 0` takes its first away. A
    new rule stands before the one that always holds. A deed that means nothing, or has no row to
    be done to, changes nothing.
    """
    verb, name, *places = [*deed.split(), "", ""][:4]
    at = [int(place) for place in places if place.isdecimal()]
    changed = {**rows}
    if name == "when":
        rules = [{**rule, "when": list(rule["when"])} for rule in rows["rules"]]
        if at and at[0] < len(rules):
            _moved(rules[at[0]]["when"], verb, name, at[1:])
        return {**changed, "rules": rules}
    if name not in NEW:
        return changed
    changed[name] = listed = list(rows[name])
    _moved(listed, verb, name, at)
    if verb == "add" and name == "rules" and len(listed) > 1 and not listed[-2]["when"]:
        listed[-2:] = [{**listed[-1], "when": [{**NEW["when"]}]}, listed[-2]]
    return changed


def lettered(rows: Typed) -> dict[str, Any]:
    """Return the rows with a letter for each new grade, and a key for each new rate and rule.

    Letters go out in their order, and never one that another grade has: rules speak of grades by
    their letter.
    """
    letters = {row["letter"] for row in rows["grades"]}
    free = (letter for letter in _LETTERS if letter not in letters)
    grades = [
        {**row, "letter": row["letter"] if row["letter"] in _LETTER_SET else next(free)}
        for row in rows["grades"]
    ]
    rates, rules = _keyed(rows["rates"], "rate"), _keyed(rows["rules"], "outcome")
    return {**rows, "grades": grades, "rates": rates, "rules": rules}


def without_blanks(rows: Typed) -> dict[str, Any]:
    """Return the rows without grades that nothing is typed for."""
    typed_for = [row for row in rows["grades"] if narrow(row["label"]) or narrow(row["points"])]
    return {**rows, "grades": typed_for}


def _moved(listed: list[Any], verb: str, name: str, at: Sequence[int]) -> None:
    if verb == "add" and len(listed) < MOST[name]:
        listed.append({**NEW[name]})
    if not at or at[0] >= len(listed):
        return
    if verb == "remove" and listed[at[0]].get("key") not in FIXED_RATES:
        del listed[at[0]]
    to = at[0] + {"up": -1, "down": 1}.get(verb, 0)
    if verb in {"up", "down"} and 0 <= to < len(listed):
        listed.insert(to, listed.pop(at[0]))


def _keyed(rows: Iterable[Row], stem: str) -> list[dict[str, Any]]:
    listed = [{**row} for row in rows]
    taken = {row["key"] for row in listed}
    free = (f"{stem}_{at}" for at in range(1, 1000) if f"{stem}_{at}" not in taken)
    return [
        {**row, "key": row["key"] if _KEY.fullmatch(row["key"]) else next(free)} for row in listed
    ]
