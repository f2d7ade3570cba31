"""Small papers and piles of ballots to test with."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.ballotbox.domain import NO_MARK, Turnout
from voting.outcomes import Tally
from voting.paper import Candidate, Paper, PaperKind, Rule
from voting.presets import LOCAL_ORGANIC_LAW
from voting.tally import array, count, decide


def rule(kind: str = "select", seats: int = 1, **settings: Any) -> Rule:
    return replace(LOCAL_ORGANIC_LAW, kind=PaperKind(kind), seats=seats, **settings)


def paper(candidates: int, seats: int = 1, kind: str = "select", **settings: Any) -> Paper:
    """Candidates `p1`, `p2` …; settings of the rule by name."""
    rows = tuple(Candidate(f"p{n}", n, f"项目{n}") for n in range(1, candidates + 1))
    return Paper("民生实事项目票决", rows, rule(kind, seats, **settings))


def ballot(words: str) -> bytes:
    """`"x."` ticked and not; `"yna."`; `"21."` places."""
    return bytes(
        NO_MARK if word == "." else int(word) if word.isdigit() else ord(word) for word in words
    )


def ballots(*words: str) -> list[bytes]:
    return [ballot(word) for word in words]


def pile(approvals: Sequence[int], size: int, letter: str = "x", rest: str = ".") -> list[bytes]:
    """`size` ballots in which item i is approved so many times, spread evenly.

    Each item takes the ballots after those of the item before it, round and round, so that no
    ballot has more ticks than it must.
    """
    rows = [bytearray(ballot(rest * len(approvals))) for _ in range(size)]
    start = 0
    for item, times in enumerate(approvals):
        assert times <= size
        for at in range(start, start + times):
            rows[at % size][item] = ord(letter)
        start += times
    return [bytes(row) for row in rows]


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


def tally(paper: Paper, rows: list[bytes], **figures: int) -> Tally:
    counts = count(paper, array(rows, len(paper.candidates)))
    return decide(paper, counts, turnout(len(rows), **figures))


def outcomes(tally: Tally) -> dict[str, str]:
    return {line.id: str(line.outcome) for line in tally.lines}
