"""Boxes filled in bulk, and counted in a process of their own, whose growth can be seen.

python bench/stored.py DATABASE BOX     what bench/count.py starts: prints one line of JSON
"""

import json
import secrets
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import select

import evaluation.tally
import voting.tally
from app.ballotbox.canonical import canonical
from app.ballotbox.count import pile_rows, piles_in
from app.ballotbox.instrument import instrument
from app.ballotbox.models import Ballot, Box
from app.ballotbox.seal import pile_digest
from app.config import Settings
from app.extensions import db, transaction
from app.factory import create_app
from app.migrating import upgrade
from tests.contracts.hall import make_session

HOUSE = Path(__file__).resolve().parents[1]
COUNTS = {"evaluation": evaluation.tally.count_piles, "voting": voting.tally.count_piles}
COLUMNS = "ballot (box_id, id, rater_group, marks)"
SAMPLE, TIMES = 20_000, 3


def settings(url: str, folder: str) -> Settings:
    return Settings.from_env({"PIAOJUE_INSTANCE": folder, "PIAOJUE_DATABASE_URL": url})


def fill(url: str, folder: str, papers: list[tuple[str, Any, Any, Any]]) -> list[int]:
    """Make an open box of each (instrument, paper, marks, groups); return their ids."""
    app = create_app(settings(url, folder))
    with app.app_context():
        upgrade(settings(url, folder))
        session_id = make_session()
        made = [put_in(session_id, *one) for one in papers]
        db.session.remove()
        db.engine.dispose()
    return made


def put_in(session_id: int, key: str, paper: Any, marks: Any, groups: Any) -> int:
    """Write ballots by the fastest way that each driver has."""
    plain = paper.as_json()
    names = [group["id"] for group in plain.get("groups", ())]
    with transaction() as session:
        box = Box(
            session_id=session_id,
            instrument=key,
            title=paper.title,
            paper=canonical(plain),
            rater_groups=" ".join(names),
            width=marks.shape[1],
            stage="open",
        )
        session.add(box)
        session.flush()
        number, width, joined = int(box.id), marks.shape[1], marks.tobytes()
        labels = names or [""]
        rows: Iterator[tuple[int, bytes, str, bytes]] = (
            (number, secrets.token_bytes(16), labels[at], joined[n * width : (n + 1) * width])
            for n, at in enumerate(groups.tolist())
        )
        cursor: Any = session.connection().connection.cursor()
        if session.get_bind().dialect.name == "sqlite":
            cursor.executemany(f"INSERT INTO {COLUMNS} VALUES (?, ?, ?, ?)", rows)
        else:
            with cursor.copy(f"COPY {COLUMNS} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        cursor.close()
    return number


def counted_apart(url: str, box_id: int) -> Any:
    """Count a box in a fresh process; return what `main` prints."""
    command = [sys.executable, str(Path(__file__).resolve()), url, str(box_id)]
    done = subprocess.run(command, cwd=HOUSE, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def highest() -> float:
    """Return the most megabytes that this process ever held, whatever its parent did."""
    # Not ru_maxrss: it begins with what the process held before it became this program.
    told = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
    return int(told) * 1024 / 1e6


def plainly(session: Any, box_id: int) -> float:
    """Read row by row and count mark by mark, of a sample; return the seconds of the whole."""
    found: Counter[tuple[int, str, int]] = Counter()
    start = perf_counter()
    query = select(Ballot.rater_group, Ballot.marks).where(Ballot.box_id == box_id)
    rows = session.execute(query).all()
    read = perf_counter()
    for group, marks in rows[:SAMPLE]:
        for item, mark in enumerate(marks):
            found[item, group, mark] += 1
    return read - start + (perf_counter() - read) * len(rows) / min(SAMPLE, len(rows))


def main(url: str, box_id: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(url, folder))
        with app.app_context():
            session = db.session()
            box = session.get_one(Box, box_id)
            kind = instrument(box.instrument)
            paper, count = kind.read_paper(json.loads(box.paper)), COUNTS[box.instrument]
            before, taken, grown = highest(), [], 0.0
            for _ in range(TIMES):
                start = perf_counter()
                piles = piles_in(session, box)
                counts = count(paper, piles)
                taken.append(perf_counter() - start)
                grown = grown or highest() - before
            start = perf_counter()
            pile_digest(pile_rows(piles, {}), secrets.token_hex(32))
            digest = perf_counter() - start
            told = {
                "counts": repr(counts),
                "seconds": min(taken),
                "megabytes": grown,
                "digest": digest,
                "plain": plainly(session, box_id),
            }
            db.session.remove()
            db.engine.dispose()
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
