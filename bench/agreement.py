"""Ten thousand made-up elections of each instrument, counted by the service and by recount.py.

    python bench/agreement.py [--each 10000] [--first 0]

Each is counted by the service's own code and bundled as a scrutineer would get it; recount.py then
reads the bundle and must agree with every figure, digest and act. Ends with status 1 and the seeds
where it does not. The same generator, with fewer seeds, stands in tests/unit/recount.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recount.recount import examine, leaves
from tests.elections import evaluation, vote


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--each", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    asked = parser.parse_args()
    wrong = 0
    for make in (vote, evaluation):
        met: Counter[str] = Counter()
        began, ballots, figures = perf_counter(), 0, 0
        for seed in range(asked.first, asked.first + asked.each):
            election = make(seed)
            checks, _sealed, again = examine(election.files())
            ballots += len(election.ballots)
            figures += leaves(again)
            differing = [check for check in checks if not check.agrees]
            if differing:
                wrong += 1
                print(f"{make.__name__} {seed}: {differing[0].what} {differing[0].found}")
            met[f"void {again['void']}"] += 1
            met.update(line.get("reason", "") for line in again["lines"])
            met.update(
                f"withheld {line['withheld']}" for line in again["lines"] if "withheld" in line
            )
            met[f"follow-up {again.get('follow_up', {}).get('kind', '—')}"] += 1
        seconds = perf_counter() - began
        print(
            f"{make.__name__}: {asked.each} elections, {ballots} ballots, {figures} figures, "
            f"{seconds:.0f} s, {wrong} differ"
        )
        print("  " + ", ".join(f"{what} {times}" for what, times in sorted(met.items())))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
