"""Votes during which the servers, or the database, are killed again and again.

    python bench/crash.py --rounds 200
    python bench/crash.py --engine postgresql --servers 2 --kill server
    python bench/crash.py --engine postgresql --servers 2 --kill database

Each round is a vote of its own: phones vote over HTTP while a server (all its processes, SIGKILL)
or the whole database is killed at random instants and started again. Then, with the box closed:
every phone got its answer, every acknowledged receipt is in the box, spent tickets = receipts =
ballots = phones, and the Return counts them. Ends with status 1 at the first round where one of
these does not hold, and says which.
"""

import argparse
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import func, select

from app.ballotbox import service
from app.ballotbox.admission import has_receipt
from app.ballotbox.models import Ballot, Receipt, Spent
from app.config import Settings
from app.extensions import db, now
from app.factory import create_app
from app.migrating import upgrade
from bench.halls import Database, database, open_vote, start, walk_of
from bench.phones import Journey, vote
from tests.integration.service.server import Server

BETWEEN = (0.1, 1.5)
"""Seconds from a start to the next kill."""
MOST_KILLS = 4
"""Of one round, so that it ends however slowly the machine starts a server."""


@dataclass
class Killer(threading.Thread):
    """Kills and starts again until it is told to stop."""

    kill: Callable[[], None]

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.kills = 0
        self.failed: Exception | None = None

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while self.kills < MOST_KILLS and not self.over.wait(random.uniform(*BETWEEN)):
            try:
                self.kill()
            except Exception as error:  # noqa: BLE001  (told by whoever waits for the round)
                self.failed = error
                return
            self.kills += 1


def what_broke(box_id: int, journeys: Sequence[Journey]) -> list[str]:
    """Close a box and hold it against what its phones were told."""
    unanswered = sum(one.done is None for one in journeys)
    lost = [
        one.receipt for one in journeys if one.acknowledged and not has_receipt(box_id, one.receipt)
    ]
    held = [
        db.session.scalar(select(func.count()).where(table.box_id == box_id))
        for table in (Spent, Receipt, Ballot)
    ]
    sealed = service.close_box(box_id, "bench", now=now())
    sent, counted = len(journeys), sealed.turnout.returned
    found = (
        (f"{unanswered} phones got no answer", unanswered),
        (f"{len(lost)} acknowledged receipts are not in the box", lost),
        (f"spent, receipts, ballots: {held}, phones: {sent}", set(held) != {sent}),
        (f"the Return counts {counted}", counted != sent),
    )
    return [words for words, broke in found if broke]


def rounds(engine: str, *, times: int, phones: int, seconds: float, servers: int, kill: str) -> int:
    """Hold the votes; return how many things broke."""
    with tempfile.TemporaryDirectory() as made, database(engine, Path(made)) as found:
        settings = Settings.from_env({"PIAOJUE_INSTANCE": made, "PIAOJUE_DATABASE_URL": found.url})
        app = create_app(settings)
        with app.app_context():
            upgrade(settings)
            db.engine.dispose()
        running = [Server(Path(made), found.url) for _ in range(servers)]
        for server in running:
            start(server, 1)
        try:
            killed = 0
            for number in range(1, times + 1):
                with app.app_context():
                    box_id, codes = open_vote(phones)
                    db.engine.dispose()
                killer = Killer(lambda: strike(found, running, kill))
                killer.start()
                journeys, took = vote(walk_of(running, box_id), codes, seconds, phones)
                killer.over.set()
                killer.join()
                if killer.failed:
                    raise killer.failed
                killed += killer.kills
                again = sum(one.retries for one in journeys)
                with app.app_context():
                    broke = what_broke(box_id, journeys)
                    db.session.remove()
                    db.engine.dispose()
                print(
                    f"{engine} round {number}: {phones} phones in {took:.1f} s, "
                    f"{killer.kills} kills, sent again {again}: {'; '.join(broke) or 'sound'}",
                    flush=True,
                )
                if broke:
                    return len(broke)
            print(f"{engine}: {times} rounds, {killed} kills of a {kill}, nothing lost or doubled")
        finally:
            for server in running:
                server.end(signal.SIGKILL)
    return 0


def strike(found: Database, running: Sequence[Server], kill: str) -> None:
    """Kill the database, or one of the servers, and start it again."""
    if kill == "database":
        found.kill()
        return
    server = random.choice(running)
    server.end(signal.SIGKILL)
    time.sleep(random.random() * 0.2)
    start(server, 1)


def main() -> int:
    """Run the rounds that were asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--phones", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=2.0, help="Over which they arrive.")
    parser.add_argument("--servers", type=int, default=1)
    parser.add_argument("--kill", choices=("server", "database"), default="server")
    chosen = parser.parse_args()
    if chosen.engine == "sqlite" and (chosen.servers > 1 or chosen.kill == "database"):
        parser.error("SQLite has one server, and no database to kill")
    return rounds(
        chosen.engine,
        times=chosen.rounds,
        phones=chosen.phones,
        seconds=chosen.seconds,
        servers=chosen.servers,
        kill=chosen.kill,
    )


if __name__ == "__main__":
    sys.exit(main())
