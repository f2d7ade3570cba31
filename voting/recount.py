"""The count of a vote once more, ballot by ballot, sharing no code with the first.

Standard library only, and nothing of this project: it reads the frozen PAPER.json, the stored
ballots and the sealed result as they lie there, and says where they disagree (promise 8 of the
design). Slow and plain on purpose; a scrutineer can follow it with a finger.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Json = Mapping[str, Any]

_NO_MARK = 0xFF
_SIGNS = {"select": "x", "per_item": "yna"}
_FIGURES = ("votes", "approve", "against", "abstain", "not_cast", "points")


def differences(paper: Json, ballots: Iterable[bytes], result: Json) -> tuple[str, ...]:
    """Return the places where a sealed result says something else than its ballots; none is good.

    Compared are the ballots by validity, every figure, place and outcome of every candidate.
    """
    pile = list(ballots)
    rule = paper["rule"]
    verdicts = Counter(_verdict(rule, marks) for marks in pile)
    counted = [marks for marks in pile if _verdict(rule, marks) in ("valid", "blank")]
    turnout = result["turnout"]
    pairs: list[tuple[str, Any, Any]] = [
        ("turnout.returned", turnout["returned"], len(pile)),
        ("turnout.valid", turnout["valid"], len(counted)),
        ("turnout.invalid", turnout["invalid"], len(pile) - len(counted)),
        ("blank", result["blank"], verdicts["blank"]),
        ("lines", len(result["lines"]), len(paper["items"])),
    ]
    voids = {word: n for word, n in verdicts.items() if word not in ("valid", "blank")}
    pairs.append(("void_ballots", dict(result["void_ballots"]), voids))
    figures = {
        item["id"]: _figures(rule["kind"], [marks[at] for marks in counted], len(paper["items"]))
        for at, item in enumerate(paper["items"])
    }
    whole = len(counted) if rule["denominator"] == "valid" else turnout[rule["denominator"]]
    void = turnout["returned"] > turnout["issued"]
    outcomes = {} if void else _outcomes(rule, figures, whole)
    for line in result["lines"]:
        found = figures[line["id"]]
        pairs += [(f"{line['id']}.{name}", line[name], found[name]) for name in _FIGURES]
        place = 1 + sum(other["votes"] > found["votes"] for other in figures.values())
        pairs.append((f"{line['id']}.place", line["place"], place))
        pairs.append((f"{line['id']}.outcome", line["outcome"], outcomes.get(line["id"])))
    return tuple(where for where, sealed, counted_now in pairs if sealed != counted_now)


def _verdict(rule: Json, marks: bytes) -> str:
    """Return the first that holds of all that can be said of a ballot."""
    kind, seats = rule["kind"], rule["seats"]
    given = [mark for mark in marks if mark != _NO_MARK]
    letters = [chr(mark) for mark in given]
    strange = kind != "rank" and any(letter not in _SIGNS[kind] for letter in letters)
    if strange or (kind == "rank" and 0 in given):
        return "unknown_mark"
    if not given:
        return "blank" if rule["blank"] == "abstain" else "blank_invalid"
    if kind == "per_item":
        return "over" if rule["approvals_capped"] and letters.count("y") > seats else "valid"
    found = (
        ("over", len(given) > seats),
        ("fewer", len(given) < seats and not rule["allow_fewer"]),
        ("duplicate_rank", kind == "rank" and len(set(given)) != len(given)),
        ("gap_in_rank", kind == "rank" and sorted(given) != list(range(1, len(given) + 1))),
    )
    return next((verdict for verdict, holds in found if holds), "valid")


def _figures(kind: str, marks: Sequence[int], items: int) -> dict[str, int]:
    """Add up what the valid ballots say of one candidate."""
    given = [mark for mark in marks if mark != _NO_MARK]
    letters = [chr(mark) for mark in given]
    by_item = kind == "per_item"
    approve = letters.count("y") if by_item else len(given)
    points = sum(items + 1 - place for place in given) if kind == "rank" else 0
    return {
        "votes": points if kind == "rank" else approve,
        "approve": approve,
        "against": letters.count("n") if by_item else 0,
        "abstain": letters.count("a") if by_item else 0,
        "not_cast": len(marks) - len(given),
        "points": points,
    }


def _outcomes(rule: Json, figures: Mapping[str, Json], whole: int) -> dict[str, str]:
    """Judge every candidate: who passed, who stands within the seats, who is tied at the last."""
    seats = rule["seats"]
    passed = [one for one, found in figures.items() if _passes(rule, found["approve"], whole)]
    found: dict[str, str] = {}
    for one, own in figures.items():
        if one not in passed:
            short = rule["shortfall"] == "supplementary_vote" and len(passed) < seats
            found[one] = "short" if short else "not_selected"
            continue
        ahead = sum(figures[other]["votes"] > own["votes"] for other in passed)
        level = sum(figures[other]["votes"] == own["votes"] for other in passed)
        if ahead + level <= seats:
            found[one] = "selected"
        elif ahead >= seats or rule["tie"] == "take_fewer":
            found[one] = "not_selected"
        else:
            found[one] = "tied"
    return found


def _passes(rule: Json, approvals: int, whole: int) -> bool:
    comparison, _, fraction = rule["threshold"].partition(" ")
    bar = Fraction(fraction) * whole
    return approvals > 0 and (approvals > bar if comparison == "gt" else approvals >= bar)
