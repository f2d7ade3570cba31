"""Promise 6: whoever gets all that is stored cannot tell who marked what, nor in what order.

The voters' order, tickets and marks are known to the test; the attacker gets the files and
every internal that the database keeps, lays tickets and ballots beside each other by it, and
may hit no more than chance would. A random pairing of N hits one on average, whatever N
(Poisson): more than MOST happens once in a hundred million tries. An internal that tells the
order would hit nearly all N. One that tells it in parts, page by page, would not; but along it
the other order would mostly rise, or fall. Of a random one half of the steps rise, with a variance
of (N + 1) / 12; further off than WIDE of them happens as rarely.
"""

import random
import re
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from math import sqrt
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from app.backup import make_backup
from app.ballotbox import service, tickets
from app.ballotbox.admission import admit
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.extensions import db
from tests.conftest import make_app, settings_for
from tests.contracts.hall import NOON, Hall, make_hall, roll

VOTERS = 200
MOST = 10
WIDE = 6 * sqrt((VOTERS + 1) / 12)
BALLOTS = "SELECT id, marks FROM ballot"
SECRETS = ("spent", "receipt", "ballot")


def marks_of(voter: int) -> bytes:
    """Marks that only this voter made: the best case for an attacker."""
    return b"%03d" % voter


@pytest.fixture
def postgres(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    application = make_app(postgres_url, tmp_path)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


class Known:
    """What the test knows: in what order which ticket marked what."""

    def __init__(self, hall: Hall) -> None:
        self.order = random.sample(range(VOTERS), VOTERS)
        self.cards = [hall.admission(voter) for voter in range(VOTERS)]
        self.ticket = {self.cards[voter].ticket: voter for voter in range(VOTERS)}
        self.marks = {marks_of(voter): voter for voter in range(VOTERS)}
        self.receipt: dict[str, int] = {}
        for voter in self.order:
            receipt = new_receipt()
            cast(self.cards[voter], hall.box_id, marks_of(voter), receipt)
            self.receipt[receipt] = voter

    def voters(self, table: str, keys: Iterable[object]) -> list[int]:
        """Say whose rows these are, which the attacker cannot."""
        whose = {"spent": self.ticket, "receipt": self.receipt, "ballot": self.marks}[table]
        return [whose[bytes(key) if isinstance(key, memoryview) else key] for key in keys]  # type: ignore[index]


def hits(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(first == second for first, second in zip(one, other, strict=True))


def rises(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many steps along the one go forward in the other."""
    place = {voter: at for at, voter in enumerate(other)}
    return sum(place[voter] < place[after] for voter, after in pairwise(one))


def assert_no_better_than_chance(found: dict[str, list[int]], order: list[int]) -> None:
    """Lay the rows of each pair of tables beside each other, and each beside the arrivals."""
    rows = [*found.items(), ("arrival", order)]
    for index, (name, one) in enumerate(rows):
        for other_name, other in rows[index + 1 :]:
            if name.split(",")[0] == other_name.split(",")[0]:
                continue
            for way, laid in (("", other), ("reversed ", other[::-1])):
                assert hits(one, laid) <= MOST, f"{name} beside {way}{other_name}"
            off = rises(one, other) - (VOTERS - 1) / 2
            assert abs(off) <= WIDE, f"{name} along {other_name}"


KEY = {"spent": "ticket", "receipt": "code", "ballot": "marks"}


def in_the_order_of(known: Known, ask: Callable[[str], Iterable[object]]) -> None:
    found = {table: known.voters(table, ask(table)) for table in SECRETS}
    assert_no_better_than_chance(found, known.order)


def vote(app: Flask) -> tuple[Hall, Known]:
    hall = make_hall(app, voters=VOTERS)
    return hall, Known(hall)


def sqlite_files() -> list[bytes]:
    path = Path(str(db.engine.url.database))
    return [
        file.read_bytes() for file in (path, path.with_name(f"{path.name}-wal")) if file.exists()
    ]


def as_they_lie(known: Known, file: bytes, ballots: dict[bytes, int]) -> dict[str, list[int]]:
    """Return whose rows lie in a file one after the other: page by page, cell by cell."""
    needles = {
        "spent": known.ticket,
        "receipt": {receipt.encode(): voter for receipt, voter in known.receipt.items()},
        "ballot": ballots,
    }
    assert all(key in file for keys in needles.values() for key in keys)
    # A ticket stands in several tables and indexes: its first place, its last and those between.
    return {
        f"{table}, {nth}": [
            voter for _place, voter in sorted((every(key, file)[nth], keys[key]) for key in keys)
        ]
        for table, keys in needles.items()
        for nth in range(-1, min(len(every(key, file)) for key in keys))
    }


def every(key: bytes, file: bytes) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(key), file)]


def whose_ballots(known: Known, file: Path) -> dict[bytes, int]:
    with closing(sqlite3.connect(file)) as opened:
        return {key: known.marks[marks] for key, marks in opened.execute(BALLOTS)}


def test_sqlite_keeps_no_order_once_sealed(app: Flask) -> None:
    hall, known = vote(app)
    path = Path(str(db.engine.url.database))
    ids = whose_ballots(known, path)
    log_before = sqlite_files()[1]
    assert all(ballot in log_before for ballot in ids), "the log tells it before sealing"
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    naive = as_they_lie(known, path.read_bytes(), ids)
    arrived = known.order[::-1]  # the cells of a page grow downwards
    for table in ("receipt, 0", "ballot, 0"):
        assert rises(naive[table], arrived) > (VOTERS - 1) / 2 + WIDE, "and so do its pages"

    hall.close()
    main, *log = sqlite_files()
    assert b"".join(log) == b"", "the write-ahead log is cut"
    assert not [ballot for ballot in ids if ballot in main], "no version from before is left"
    assert_no_better_than_chance(as_they_lie(known, main, whose_ballots(known, path)), known.order)
    in_the_order_of(
        known,
        lambda table: db.session.execute(db.text(f"SELECT {KEY[table]} FROM {table}")).scalars(),
    )
    db.session.rollback()
    with closing(sqlite3.connect(path)) as left:
        assert left.execute("PRAGMA freelist_count").fetchone() == (0,)
        told = {name for (name,) in left.execute("SELECT name FROM sqlite_master")}
    assert not [name for name in told if name.startswith(("sqlite_stat", "sqlite_sequence"))]


def test_a_backup_of_sqlite_keeps_no_order_even_while_the_box_is_open(
    app: Flask, tmp_path: Path
) -> None:
    _hall, known = vote(app)
    settings = settings_for(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path)
    saved = make_backup(settings, tmp_path / "open.sqlite")
    found = as_they_lie(known, saved.read_bytes(), whose_ballots(known, saved))
    assert_no_better_than_chance(found, known.order)


def internals(known: Known, column: str) -> dict[str, list[int]]:
    """Read each table in the order of an internal of PostgreSQL."""
    query = "SELECT {} FROM {} ORDER BY {}"
    return {
        table: known.voters(
            table,
            db.session.execute(db.text(query.format(KEY[table], table, column))).scalars(),
        )
        for table in SECRETS
    }


@pytest.mark.postgres
def test_postgresql_keeps_no_order_once_sealed(postgres: Flask) -> None:
    hall, known = vote(postgres)
    naive = internals(known, "xmin::text::bigint")
    assert naive["spent"] == naive["ballot"] == known.order, "the attack works before sealing"
    db.session.rollback()
    hall.close()
    for column in ("ctid", "xmin::text::bigint, ctid", "cmin::text::bigint, ctid"):
        assert_no_better_than_chance(internals(known, column), known.order)
    for table in (*SECRETS, "ticket"):
        written = db.session.execute(
            db.text(f"SELECT count(DISTINCT xmin::text) FROM {table}")
        ).scalar_one()
        assert written == 1, f"all rows of {table} are from one transaction"
    size = "SELECT pg_relation_size('ballot') / current_setting('block_size')::int"
    assert db.session.execute(db.text(size)).scalar_one() <= 2, "dead rows are gone"
    sequences = db.session.execute(
        db.text("SELECT count(*) FROM pg_attrdef WHERE adrelid::regclass::text = ANY(:names)"),
        {"names": list(SECRETS)},
    ).scalar_one()
    assert sequences == 1, "no default but the empty rater group"
    db.session.rollback()


@pytest.mark.postgres
def test_a_dump_of_postgresql_keeps_no_order_even_while_the_box_is_open(
    postgres: Flask, tmp_path: Path, postgres_programs: Path
) -> None:
    _hall, known = vote(postgres)
    settings = settings_for(postgres.config["SQLALCHEMY_DATABASE_URI"], tmp_path)
    saved = make_backup(settings, tmp_path / "open.dump")
    found = {}
    for table in SECRETS:
        printed = subprocess.run(
            [postgres_programs / "pg_restore", "--data-only", f"--table={table}", "--file=-", str(saved)],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        rows = [line.split("\t") for line in printed.splitlines() if line.count("\t") in (1, 3)]
        last = [row[-1] for row in rows]
        keys = last if table == "receipt" else [bytes.fromhex(key[3:]) for key in last]
        found[table] = known.voters(table, keys)
    assert_no_better_than_chance(found, known.order)


def test_voiding_an_open_box_leaves_no_order_either(boxed: Flask) -> None:
    hall, known = vote(boxed)
    service.void_box(hall.box_id, "重新表决", "organiser", now=NOON)
    if db.engine.dialect.name == "postgresql":
        assert_no_better_than_chance(internals(known, "xmin::text::bigint, ctid"), known.order)
        db.session.rollback()
    else:
        main, *log = sqlite_files()
        assert b"".join(log) == b""
        ballots = whose_ballots(known, Path(str(db.engine.url.database)))
        assert_no_better_than_chance(as_they_lie(known, main, ballots), known.order)


def test_opening_forgets_in_what_order_cards_went_out(boxed: Flask) -> None:
    hall = make_hall(boxed, voters=2, opened=False)
    late = [card.code for card in tickets.issue(hall.session_id, "", VOTERS, 0, "o", now=NOON)]
    handed = random.sample(range(VOTERS), VOTERS)
    for card in handed:
        tickets.hand_out(hall.session_id, late[card])
    whose = {admit(late[card]).ticket: card for card in range(VOTERS)}
    db.session.remove()
    service.open_box(hall.box_id, roll(present=VOTERS + 2, total=VOTERS + 2), "o", now=NOON)
    if db.engine.dialect.name == "postgresql":
        rows = db.session.execute(
            db.text("SELECT digest FROM ticket ORDER BY xmin::text::bigint, ctid")
        ).scalars()
        laid = [whose[bytes(row)] for row in rows if bytes(row) in whose]
        db.session.rollback()
    else:
        main, *log = sqlite_files()
        assert b"".join(log) == b""
        laid = [
            card for _at, card in sorted((main.rfind(key), card) for key, card in whose.items())
        ]
    assert hits(laid, handed) <= MOST
    assert hits(laid, handed[::-1]) <= MOST


def test_a_reader_of_an_old_version_is_noticed_and_wiping_is_tried_again(
    boxed: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("app.ballotbox.traces.WAIT", 1)
    monkeypatch.setattr("app.ballotbox.traces.AGAIN", 0.2)
    hall = make_hall(boxed, voters=3)
    for index in range(3):
        cast(hall.admission(index), hall.box_id, marks_of(index), new_receipt())
    sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as reader:
        if not sqlite:
            reader.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.exec_driver_sql("SELECT count(*) FROM ballot").scalar_one()
        if sqlite:
            event.listen(db.engine, "checkout", hurry)
        hall.close()
        assert "could not be wiped yet" in caplog.text
    for _tenth in range(50):
        if wiped():
            break
        time.sleep(0.1)
    assert wiped()


def hurry(connection: sqlite3.Connection, *_: object) -> None:
    connection.execute("PRAGMA busy_timeout = 50")


def wiped() -> bool:
    if db.engine.dialect.name == "sqlite":
        return not b"".join(sqlite_files()[1:])
    with db.engine.connect() as connection:
        query = "SELECT max(pg_relation_size(name)) FROM unnest(%s::regclass[]) AS name"
        return bool(connection.exec_driver_sql(query, (["spent", "ballot"],)).scalar_one() <= 8192)
