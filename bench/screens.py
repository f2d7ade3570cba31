"""What screens cost a server on which a whole hall waits, and how late a ballot is on them.

    python bench/screens.py --engine postgresql
    python bench/screens.py --screens 1000 --phones 0

The same service is measured with phones that poll as waiting phones do, with screens alone, and
with both, while voters come in steadily. CPU is that of its own processes; the lag is from the
moment a ballot was acknowledged to its count on a screen. Figures drift with the machine; the
ratios are of one run.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.rehearsal import percentile
from bench.halls import cpu_of, open_hall
from bench.phones import LEAD, Poller, Screen, lags, vote

SECONDS = 20.0
BALLOTS_A_SECOND = 10


def measured(engine: str, phones: int, screens: int) -> float:
    """Put a load on a fresh service, print what it came to, and return its share of a core."""
    voters = int(SECONDS * BALLOTS_A_SECOND)
    with open_hall(engine, voters + phones, screens=screens) as hall:
        looking_on = [Screen(hall.screen) for _ in range(screens)]
        waiting = [Poller(code) for code in hall.codes[voters:]]
        begun = cpu_of(hall.pid)
        journeys, _seconds = vote(
            hall.walk, hall.codes[:voters], SECONDS, voters, [*looking_on, *waiting]
        )
        used = (cpu_of(hall.pid) - begun) / (SECONDS + 2 * LEAD)
    print(f"{phones:5} phones, {screens:4} screens: {100 * used:5.1f} % of a core", flush=True)
    late = lags(looking_on, journeys, 0)
    asked = [seconds for one in waiting for seconds in one.asked]
    for words, times in (("poll", asked), ("lag", late)):
        if times:
            shares = "/".join(f"{1000 * percentile(times, share):.0f}" for share in (50, 95, 99))
            print(f"    {words} p50/95/99 {shares} ms of {len(times)}", flush=True)
    return used


def main() -> None:
    """Measure the voters alone, phones, screens, and both."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--phones", type=int, default=3_000)
    parser.add_argument("--screens", type=int, default=20)
    chosen = parser.parse_args()
    print(f"{chosen.engine}, {SECONDS:.0f} s each, {BALLOTS_A_SECOND} ballots/s throughout")
    loads = ((0, 0), (chosen.phones, 0), (0, chosen.screens), (chosen.phones, chosen.screens))
    used = [measured(chosen.engine, phones, screens) for phones, screens in loads]
    if used[1]:
        print(f"phones with screens cost {used[3] / used[1]:.2f} times as much as phones alone")


if __name__ == "__main__":
    main()
