"""The counts measured beside the plain way: an evaluation and a vote, as ratios.

    python bench/count.py [--scale 0.1] [--engine sqlite]

Each case is counted by the instrument, by a bare `numpy.bincount` of the same bytes (the least
that any count of them costs) and by a plain Python loop on a sample, scaled per mark. All run in
this process one after another, so the ratios hold where the seconds drift.

The two large cases are then laid into a box of either database and counted from there as a
closing does, by a process of its own: its growth is what is printed (a PostgreSQL's own memory is
not in it), the digest that the Return names is timed apart, and plain Python reads row by row.
Ends with status 1 where the counts disagree, or where a case passes the megabytes or twice the
seconds that it is meant to take.
"""

import argparse
import sys
import tempfile
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import voting.paper
import voting.tally
from app.ballotbox.domain import NO_MARK
from bench.halls import database
from bench.stored import counted_apart, fill
from evaluation.paper import Cap, Criterion, Paper, RaterGroup, Subject, SubjectKind, Validity
from evaluation.presets import COMPETENCE, POINTS, SATISFACTION_DONT_KNOW
from evaluation.tally import count
from voting.marks import TICKED
from voting.paper import Candidate
from voting.presets import LOCAL_ORGANIC_LAW, with_seats

SAMPLE = 20_000
SECONDS, MEGABYTES = 2, 64
STORED_MEGABYTES, SLACK = 100, 2
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Case:
    """A pile of ballots, and three ways to count it.

    found: the counts of a pile, by item, group and byte, as the plain way gives them.
    void: whether a ballot counts for nothing. stored: the seconds in which it is to be counted
    from a database; none, and it is counted in memory only.
    """

    name: str
    instrument: str
    paper: Any
    marks: Any
    groups: Any
    counted: Callable[[Any, Any], Any]
    found: Callable[[Any], dict[tuple[int, int, int], int]]
    void: Callable[[list[int]], bool] = lambda _: False
    stored: float | None = None


def evaluation(
    name: str,
    asked: Paper,
    ballots: int,
    shares: list[float],
    void: Callable[[list[int]], bool] = lambda _: False,
    *,
    stored: float | None = None,
) -> Case:
    random = np.random.default_rng(2026)
    items = len(asked.items)
    codes = np.array([*asked.scale.codes[: len(shares) - 1], NO_MARK], dtype=np.uint8)
    marks = random.choice(codes, (ballots, items), p=shares)
    groups = random.integers(0, len(asked.group_ids), ballots, dtype=np.uint8)
    columns = [*asked.scale.codes, NO_MARK]

    def found(counts: Any) -> dict[tuple[int, int, int], int]:
        return {
            (item, group, code): n
            for group, cells in enumerate(counts.cells)
            for item, row in enumerate(cells)
            for code, n in zip(columns, row, strict=False)
            if n
        }

    counted = lambda m, g: count(asked, m, g)  # noqa: E731  (a field of the case)
    return Case(name, "evaluation", asked, marks, groups, counted, found, void, stored)


def vote(name: str, ballots: int, candidates: int, seats: int) -> Case:
    random = np.random.default_rng(2026)
    projects = tuple(Candidate(f"p{at}", at + 1, f"项目{at}") for at in range(candidates))
    asked = voting.paper.Paper("票决", projects, with_seats(LOCAL_ORGANIC_LAW, seats))
    marks = random.choice(
        np.array([TICKED, NO_MARK], np.uint8), (ballots, candidates), p=[0.7, 0.3]
    )

    def found(counts: Any) -> dict[tuple[int, int, int], int]:
        ticked = {(item, 0, TICKED): n for item, n in enumerate(counts.approve)}
        return ticked | {(item, 0, NO_MARK): n for item, n in enumerate(counts.not_cast)}

    return Case(
        name,
        "voting",
        asked,
        marks,
        np.zeros(ballots, np.uint8),
        lambda m, _: voting.tally.count(asked, m),
        found,
        lambda row: row.count(TICKED) > seats,
        stored=0.15,
    )


def plain(
    marks: Any, groups: Any, void: Callable[[list[int]], bool]
) -> dict[tuple[int, int, int], int]:
    """Count as a first programme would: ballot by ballot, mark by mark."""
    found: Counter[tuple[int, int, int]] = Counter()
    for row, group in zip(marks.tolist(), groups.tolist(), strict=True):
        if void(row):
            continue
        for item, mark in enumerate(row):
            found[item, group, mark] += 1
    return dict(found)


def timed(act: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    best, result = float("inf"), None
    for _ in range(times):
        start = perf_counter()
        result = act()
        best = min(best, perf_counter() - start)
    return best, result


def taken(act: Callable[[], Any]) -> float:
    """Return the megabytes that the act holds at its highest, numpy's among them."""
    tracemalloc.start()
    act()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def run(case: Case) -> bool:
    marks, groups = case.marks, case.groups
    ballots, items = marks.shape
    megabytes = taken(lambda: case.counted(marks, groups))
    ours, _ = timed(lambda: case.counted(marks, groups))
    bare, _ = timed(lambda: np.bincount(marks.reshape(-1), minlength=256))
    few, some = marks[:SAMPLE], groups[:SAMPLE]
    slow, expected = timed(lambda: plain(few, some, case.void), 1)
    agrees = case.found(case.counted(few, some)) == expected
    scaled = slow * ballots / len(few)
    print(f"{case.name}: {ballots:,} ballots x {items} items")
    own = marks.nbytes / 1e6
    print(f"  this count      {ours:8.3f} s   {megabytes:.1f} MB beside the ballots' own {own:.0f}")
    print(f"  bare bincount   {bare:8.3f} s   ours takes {ours / bare:.1f} times as long")
    print(
        f"  plain Python    {scaled:8.3f} s   {scaled / ours:.0f} times ours (of a sample, scaled)"
    )
    kept = agrees and ours <= SECONDS and megabytes <= MEGABYTES
    print(f"  {'agrees and within bounds' if kept else 'DISAGREES OR OUT OF BOUNDS'}\n")
    return kept


def run_stored(engine: str, held: list[Case]) -> bool:
    """Count the cases from a database filled with their ballots."""
    kept = True
    with tempfile.TemporaryDirectory() as folder, database(engine, Path(folder)) as found:
        laid = [(case.instrument, case.paper, case.marks, case.groups) for case in held]
        for case, box_id in zip(held, fill(found.url, folder, laid), strict=True):
            told = counted_apart(found.url, box_id)
            assert case.stored is not None
            kept &= say_stored(case, case.stored, ENGINES[engine], told)
    return kept


def say_stored(case: Case, meant: float, engine: str, told: Any) -> bool:
    ballots, items = case.marks.shape
    bare, _ = timed(lambda: np.bincount(case.marks.reshape(-1), minlength=256))
    ours, megabytes, slow = told["seconds"], told["megabytes"], told["plain"]
    agrees = told["counts"] == repr(case.counted(case.marks, case.groups))
    print(f"{case.name}, from {engine}: {ballots:,} ballots x {items} items")
    print(f"  read and counted{ours:8.3f} s   {megabytes:.0f} MB more than before")
    print(
        f"  numpy alone     {bare:8.3f} s   ours, with the reading, {ours / bare:.1f} times as long"
    )
    print(f"  plain Python    {slow:8.3f} s   {slow / ours:.0f} times ours (its count scaled)")
    print(f"  digest, apart   {told['digest']:8.3f} s")
    kept = agrees and ours <= SLACK * meant and megabytes <= STORED_MEGABYTES
    print(f"  meant: {meant} s, {STORED_MEGABYTES} MB.", end=" ")
    print("Agrees and within bounds" if kept else "DISAGREES OR OUT OF BOUNDS", end="\n\n")
    return kept


def cases(scale: float) -> list[Case]:
    groups = tuple(RaterGroup(f"g{at}", f"主体{at}", 30 + at) for at in range(3))
    criteria = tuple(Criterion(f"c{at}", f"指标{at}") for at in range(10))
    person = (Subject("s1", SubjectKind.OFFICIAL, "一人"),)
    ten = tuple(Subject(f"s{at}", SubjectKind.DEPARTMENT, f"单位{at}") for at in range(10))
    million = int(1_000_000 * scale)
    return [
        evaluation(
            "evaluation, 10 subjects, 3 groups",
            Paper("测评", ten, SATISFACTION_DONT_KNOW, groups=groups),
            million,
            [0.5, 0.3, 0.1, 0.08, 0.02],
        ),
        evaluation(
            "review, 10 criteria, a cap, uniform invalid, 3 groups",
            Paper(
                "评议",
                person,
                COMPETENCE,
                criteria=criteria,
                groups=groups,
                caps=(Cap(("A",), 60),),
                validity=Validity(uniform_invalid=True),
            ),
            million,
            [0.5, 0.3, 0.1, 0.1, 0.0],
            lambda row: len(set(row)) == 1,
            stored=1.5,
        ),
        evaluation(
            "points 0 to 100, 10 criteria, 3 groups",
            Paper("评议", person, POINTS, criteria=criteria, groups=groups),
            million,
            [*[1 / 60] * 60, 0.0],
        ),
        vote("vote, 24 of 30 projects", million // 10, 30, 24),
    ]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--scale", type=float, default=1, help="1 is a million ballots")
    arguments.add_argument("--engine", choices=ENGINES, action="append", help="both, if not given")
    asked = arguments.parse_args()
    held = cases(asked.scale)
    kept = [run(case) for case in held]
    large = [case for case in held if case.stored]
    kept += [run_stored(engine, large) for engine in asked.engine or ENGINES]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
