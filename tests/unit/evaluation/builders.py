"""Small papers and piles of ballots to test with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.ballotbox.domain import NO_MARK, Turnout
from evaluation.decision import decide
from evaluation.outcomes import Tally
from evaluation.paper import Paper, Subject, SubjectKind
from evaluation.presets import SATISFACTION
from evaluation.scales import TWO_MARKS
from evaluation.tally import Counts, array, count, group_array

LETTERS = {".": NO_MARK, "+": TWO_MARKS}


def paper(number: int = 1, /, **settings: Any) -> Paper:
    rows = tuple(
        Subject(f"s{at}", SubjectKind.DEPARTMENT, f"单位{at}") for at in range(1, number + 1)
    )
    return Paper(**{"title": "满意度测评", "subjects": rows, "scale": SATISFACTION, **settings})


def ballot(words: str) -> bytes:
    """`"AB.+"`: two grades, no mark, two marks."""
    return bytes(LETTERS.get(word, ord(word)) for word in words)


def pile(**grades: int) -> list[bytes]:
    """Ballots of one item: `pile(A=28, B=1)`."""
    return [grade.encode() for grade, n in grades.items() for _ in range(n)]


def turnout(returned: int, **figures: int) -> Turnout:
    settings = {
        "total_members": returned,
        "due": returned,
        "on_leave": 0,
        "present": returned,
        "issued": returned,
        "spare": 0,
        "returned": returned,
        "valid": 0,
        "invalid": 0,
    }
    return Turnout(**{**settings, **figures})


def counted(asked: Paper, rows: Sequence[bytes], groups: Sequence[str] | None = None) -> Counts:
    names = [""] * len(rows) if groups is None else groups
    return count(asked, array(rows, len(asked.items)), group_array(asked, names))


def tally(
    asked: Paper,
    rows: Sequence[bytes],
    groups: Sequence[str] | None = None,
    issued_by_group: Mapping[str, int] | None = None,
    **figures: int,
) -> Tally:
    counts = counted(asked, rows, groups)
    ticketed = sum(counts.returned[at] for at in asked.counted_groups)
    return decide(asked, counts, turnout(ticketed, **figures), issued_by_group or {})


def open_k(asked: Paper) -> Paper:
    """The same paper, with the protection of small groups taken off."""
    return replace(asked, smallest_group=1)
