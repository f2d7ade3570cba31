"""A hall full of phones, beside the naive way and beside the bare limit of the database.

    python bench/burst.py                      # SQLite and PostgreSQL, everything
    python bench/burst.py --engine sqlite --phones 1000 --over 0

Each phone scans, casts and reads its thanks through the real server, on a connection of its own.
The load runs on the same cores, so figures are of both together; what holds from machine to
machine are the ratios: of the booth to the same flow written naively (`bench/naive.py`), and of
its ballots to the same rows inserted by a plain loop with the same durability, singly and in
batches. Ends with status 1 where a phone was lost or the box does not hold what was thanked for.
"""

import argparse
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.ballotbox.admission import admit
from app.ballotbox.ballot_store import Envelope
from app.ballotbox.casting import Writer, settle
from app.ballotbox.codes import new_receipt
from app.config import Settings
from app.extensions import db
from app.factory import create_app
from app.migrating import upgrade
from app.rehearsal import percentile
from bench import naive
from bench.halls import HOUSE, SEATS, certificate, cpu_of, database, listening, open_hall, open_vote
from bench.phones import Dribbler, Journey, Screen, Walk, lags, vote
from tests.integration.service.server import free_port

WARM = 20
"""Phones that vote before the clock runs: the first pay for what is kept thereafter."""
AT_ONCE = 256
"""Phones at a time where they come as fast as they can."""
SINGLY, BATCHED, BATCH = 1_500, 40_000, 32
"""Rows of the bare loops, long enough to be steady."""
WRITTEN, MARKS = 10_000, bytes(30)
"""Ballots of the writer alone, and what each of them says."""


@dataclass(frozen=True)
class Figures:
    """What one burst came to; times in milliseconds, CPU in milliseconds a phone."""

    name: str
    phones: int
    rate: float
    cast: tuple[float, float, float]
    whole: tuple[float, float, float]
    cpu: float
    retries: int
    lost: int
    held: int

    def line(self) -> str:
        """Say it in a line."""
        cast, whole = ("/".join(f"{ms:.0f}" for ms in times) for times in (self.cast, self.whole))
        return (
            f"{self.name:<34} {self.phones:>5} phones {self.rate:>6.0f} ballots/s   "
            f"cast p50/95/99 {cast:>13} ms   journey {whole:>13} ms   "
            f"{self.cpu:4.2f} ms CPU/phone   again {self.retries:>4}   lost {self.lost}"
        )

    @property
    def sound(self) -> bool:
        """Whether nobody was lost, and the box holds one ballot for each thanks."""
        return self.lost == 0 and self.held == self.phones


def figures(
    name: str, journeys: Sequence[Journey], seconds: float, cpu: float, held: int
) -> Figures:
    """Sum up the journeys of a burst."""
    done = [one for one in journeys if one.whole is not None]

    def shares(values: list[float]) -> tuple[float, float, float]:
        p50, p95, p99 = (1000 * percentile(values, share) for share in (50, 95, 99))
        return p50, p95, p99

    return Figures(
        name,
        len(journeys),
        len(done) / seconds,
        shares([one.cast or 0.0 for one in done]),
        shares([one.whole or 0.0 for one in done]),
        1000 * cpu / len(journeys),
        sum(one.retries for one in journeys),
        len(journeys) - len(done),
        held,
    )


def booth(
    engine: str, phones: int, over: float, *, tls: bool, slow: int = 0, streams: int = 0
) -> tuple[Figures, list[float]]:
    """Hold a vote on 30 projects; the box is closed and counted at the end.

    slow: phones that dribble a ballot beside; streams: hall screens that look on. Returns the
    figures, and the lag of every ballot on every screen.
    """
    with open_hall(engine, phones + WARM + slow, tls=tls, screens=streams) as hall:
        screens = [Screen(hall.screen) for _ in range(streams)]
        dribblers = [Dribbler(code) for code in hall.codes[phones + WARM :]]
        vote(hall.walk, hall.codes[:WARM], 0, 10)
        before = cpu_of(hall.pid)
        codes = hall.codes[WARM : phones + WARM]
        journeys, seconds = vote(hall.walk, codes, over, AT_ONCE, [*screens, *dribblers])
        cpu = cpu_of(hall.pid) - before
        held = hall.close() - WARM
    beside = f" + {slow} slow" * bool(slow) + f" + {streams} streams" * bool(streams)
    name = f"booth {engine}{' TLS' if tls else ''}, {pace(over)}{beside}"
    return figures(name, journeys, seconds, cpu, held), lags(screens, journeys, WARM)


def pace(over: float) -> str:
    """Say how the phones arrive."""
    return f"over {over:.0f} s" if over else "as fast as they can"


def naively(engine: str, phones: int, *, tls: bool) -> Figures:
    """Hold the same burst through the naive service: the same server, with a thread a request."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        keys = certificate(folder) if tls else None
        with database(engine, folder) as found:
            url = found.url
            os.environ["PIAOJUE_DATABASE_URL"] = url
            app = naive.create_app()
            codes = [secrets.token_hex(8) for _ in range(phones + WARM)]
            with app.app_context():
                naive.db.metadata.create_all(
                    naive.db.engine,
                    [naive.Card.__table__, naive.Vote.__table__],  # type: ignore[list-item]
                )
                naive.db.session.add_all(naive.Card(code=code) for code in codes)
                naive.db.session.commit()
                naive.db.engine.dispose()
            port = free_port()
            process = subprocess.Popen(
                [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory",
                 "--port", str(port), "--blocking-threads", "512", "--backpressure", "4096",
                 "--backlog", "4096", "--log-level", "error", "bench.naive:create_app",
                 *(["--ssl-certificate", keys[0], "--ssl-keyfile", keys[1]] if keys else [])],
                cwd=HOUSE,
                env=os.environ | {"PIAOJUE_DATABASE_URL": url},
                start_new_session=True,
            )  # fmt: skip
            try:
                listening(port, process)
                walk = Walk(
                    "127.0.0.1",
                    (port,),
                    paper=lambda code: f"/v/{code}",
                    ballot=lambda code: f"/v/{code}",
                    fields={f"item-p{n}": "ticked" for n in range(1, SEATS)},
                    tls=tls,
                )
                vote(walk, codes[:WARM], 0, 10)
                before = cpu_of(process.pid)
                journeys, seconds = vote(walk, codes[WARM:], 0, AT_ONCE)
                cpu = cpu_of(process.pid) - before
            finally:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(timeout=30)
            with app.app_context():
                held = naive.db.session.query(naive.Vote).count() - WARM
                naive.db.session.remove()
                naive.db.engine.dispose()
            name = f"naive {engine}{' TLS' if tls else ''}, {pace(0)}"
            return figures(name, journeys, seconds, cpu, held)


def bare(engine: str) -> tuple[float, float]:
    """Return ballots a second of a plain loop over the same three rows: singly, and in batches."""
    with tempfile.TemporaryDirectory() as made, database(engine, Path(made)) as found:
        if engine == "sqlite":
            connection = sqlite3.connect(Path(made) / "bare.sqlite", isolation_level=None)
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
                connection.execute(f"PRAGMA {pragma}")
            mark, blob, tail = "?", "BLOB", " WITHOUT ROWID"
        else:
            import psycopg

            plain = found.url.replace("+psycopg", "")
            connection = psycopg.connect(plain, autocommit=True)  # type: ignore[assignment]
            mark, blob, tail = "%s", "BYTEA", ""
        tables = ("bare_spent", "bare_receipt", "bare_ballot")
        for table in tables:
            connection.execute(
                f"CREATE TABLE {table} (box INTEGER, id {blob}, marks {blob}, "
                f"PRIMARY KEY (box, id)){tail}"
            )

        def rate(ballots: int, batch: int) -> float:
            started = perf_counter()
            for _part in range(ballots // batch):
                connection.execute("BEGIN")
                for table in tables:
                    rows = ", ".join([f"({mark}, {mark}, {mark})"] * batch)
                    values = [
                        value
                        for _row in range(batch)
                        for value in (1, secrets.token_bytes(16), b"x" * 30)
                    ]
                    connection.execute(f"INSERT INTO {table} VALUES {rows}", values)
                connection.execute("COMMIT")
            return ballots / (perf_counter() - started)

        rates = rate(SINGLY, 1), rate(BATCHED, BATCH)
        connection.close()
        return rates


def written(engine: str) -> float:
    """Return ballots a second of the group writer alone, without a phone, in batches of as many."""
    with tempfile.TemporaryDirectory() as made, database(engine, Path(made)) as found:
        settings = Settings.from_env({"PIAOJUE_INSTANCE": made, "PIAOJUE_DATABASE_URL": found.url})
        with create_app(settings).app_context():
            upgrade(settings)
            box_id, codes = open_vote(WRITTEN)
            envelopes = [
                Envelope(box_id, card.session_id, card.ticket, new_receipt(), card.group, MARKS)
                for card in map(admit, codes)
            ]
            writer = Writer(db.engine, batch=BATCH, queue=Queue())
            started = perf_counter()
            for waiting in [writer.put(envelope) for envelope in envelopes]:
                settle(waiting)
            took = perf_counter() - started
            db.session.remove()
            db.engine.dispose()
    return WRITTEN / took


def measured(engine: str, phones: int, over: float, chosen: argparse.Namespace) -> Figures:
    """Hold a burst alone and, where asked, again with what goes on beside it; print both."""
    alone, _no_lags = booth(engine, phones, over, tls=chosen.tls)
    print(alone.line(), flush=True)
    if chosen.slow or chosen.streams:
        beside, late = booth(
            engine, phones, over, tls=chosen.tls, slow=chosen.slow, streams=chosen.streams
        )
        print(beside.line())
        print(f"  voting {alone.rate / beside.rate:.2f} times as slow beside it", end="")
        lag = "/".join(f"{1000 * percentile(late, share):.0f}" for share in (50, 95, 99))
        print(f"; lag of a ballot on a screen p50/95/99 {lag} ms" if late else "", flush=True)
    return alone


def main() -> int:
    """Run the bursts that were asked for, and print them beside the yardsticks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), nargs="*")
    parser.add_argument("--phones", type=int, nargs="*", default=[1000, 3000])
    parser.add_argument("--over", type=float, nargs="*", default=[0.0, 10.0, 30.0])
    parser.add_argument("--tls", action="store_true", help="With TLS.")
    parser.add_argument("--slow", type=int, default=0, help="Phones that dribble, beside.")
    parser.add_argument("--streams", type=int, default=0, help="Hall screens that look on.")
    parser.add_argument("--alone", action="store_true", help="Leave the yardsticks out.")
    chosen = parser.parse_args()
    sound = True
    for engine in chosen.engine or ("sqlite", "postgresql"):
        found = [
            measured(engine, phones, over, chosen)
            for over in chosen.over
            for phones in chosen.phones
        ]
        if not chosen.alone:
            beside = naively(engine, min(chosen.phones), tls=chosen.tls)
            print(beside.line(), flush=True)
            singly, batched = bare(engine)
            writer, fastest = written(engine), max(one.rate for one in found)
            print(
                f"  {engine}: {fastest / beside.rate:.1f} times the naive flow; a plain loop "
                f"stores {singly:.0f} ballots/s singly and {batched:.0f} in batches of {BATCH}: "
                f"the booth reaches {fastest / singly:.2f} and {fastest / batched:.3f} of it, its "
                f"writer alone {writer:.0f} in such batches, {writer / batched:.2f} of it"
            )
        sound = sound and all(one.sound for one in found)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
