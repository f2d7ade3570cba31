"""A full disk, a locked file, a database that went away: nothing half written, and it recovers."""

import json
import logging
import shutil
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.ballotbox import casting
from app.ballotbox.ballot_store import Answer, Envelope
from app.ballotbox.casting import Writer, cast, hand_in, settle
from app.ballotbox.codes import new_receipt
from app.extensions import db
from app.refused import Refused
from tests.contracts.hall import Hall, make_hall

HOUSE = Path(__file__).parents[2]


def counts(hall: Hall) -> tuple[int, ...]:
    with db.engine.connect() as connection:
        return tuple(
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("spent", "receipt", "ballot")
        )


def test_one_that_cannot_be_written_does_not_stop_the_others(hall: Hall) -> None:
    writer: Writer = hall.app.extensions["ballot_writer"]
    slots: list[tuple[Envelope, Future[Answer]]] = []
    for index in range(6):
        card = hall.admission(index)
        box = 2**70 if index == 3 else hall.box_id  # no database holds such a number
        envelope = Envelope(box, card.session_id, card.ticket, new_receipt(), card.group, b"x--")
        slots.append((envelope, Future()))
    writer._write(slots)
    written = [waiting.exception() is None and waiting.result() for _, waiting in slots]
    assert written == [Answer.ACCEPTED] * 3 + [False] + [Answer.ACCEPTED] * 2
    assert counts(hall) == (5, 5, 5)


def test_a_phone_that_goes_takes_neither_its_ballot_nor_the_writer(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer: Writer = hall.app.extensions["ballot_writer"]
    held, put_in = threading.Event(), casting.put_in
    monkeypatch.setattr(casting, "put_in", lambda *given: held.wait(10) and put_in(*given))
    handed = [
        hand_in(hall.admission(index), hall.box_id, b"x--", new_receipt()) for index in range(3)
    ]
    assert [one.cancel() for one in handed] == [False] * 3, "it is in the writer's hands"
    held.set()
    assert [one.result(10) for one in handed] == [Answer.ACCEPTED] * 3
    assert writer.thread is not None
    assert writer.thread.is_alive()
    assert counts(hall) == (3, 3, 3)


def test_a_writer_that_died_is_replaced(hall: Hall) -> None:
    writer: Writer = hall.app.extensions["ballot_writer"]
    dead = threading.Thread(target=lambda: None)
    dead.start()
    dead.join()
    writer.thread = dead
    cast(hall.admission(0), hall.box_id, b"x--", new_receipt())
    assert counts(hall) == (1, 1, 1)


def test_a_full_queue_says_busy_and_keeps_nothing(hall: Hall) -> None:
    writer: Writer = hall.app.extensions["ballot_writer"]
    stuck = threading.Event()
    writer.thread = threading.Thread(target=stuck.wait, daemon=True)  # alive, and takes nothing
    writer.thread.start()
    card = hall.admission(0)
    envelope = Envelope(hall.box_id, card.session_id, card.ticket, new_receipt(), "", b"x--")
    for _ in range(writer.queue.maxsize):
        writer.queue.put_nowait((envelope, Future()))
    with pytest.raises(Refused, match="busy"):
        writer.put(envelope)
    stuck.set()
    writer.thread.join()
    assert counts(hall) == (0, 0, 0)


def test_an_answer_that_came_too_late_is_there_at_the_next_asking(hall: Hall) -> None:
    writer: Writer = hall.app.extensions["ballot_writer"]
    card, receipt = hall.admission(0), new_receipt()
    envelope = Envelope(hall.box_id, card.session_id, card.ticket, receipt, "", b"x--")
    with pytest.raises(Refused, match="busy"):
        settle(writer.put(envelope), patience=0)
    assert writer.put(envelope).result(5) is Answer.REPEATED
    assert counts(hall) == (1, 1, 1)


def test_a_locked_file_says_busy_and_recovers_by_itself(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    hall = make_hall(app)
    card, receipt = hall.admission(0), new_receipt()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")  # the pool gives it out again
    other = sqlite3.connect(str(db.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with caplog.at_level(logging.WARNING), pytest.raises(Refused, match="busy"):
        cast(card, hall.box_id, b"x--", receipt)
    assert "SQLITE_BUSY" in caplog.text
    assert receipt not in caplog.text
    assert counts(hall) == (0, 0, 0)
    other.execute("ROLLBACK")
    other.close()
    cast(card, hall.box_id, b"x--", receipt)
    assert counts(hall) == (1, 1, 1)
    assert "written again" in caplog.text
    assert hall.close().turnout.returned == 1


FULL = """
import json, logging, resource, signal, sys
from pathlib import Path
from app.extensions import db
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.backup import make_backup
from app.refused import Refused
from tests.conftest import make_app
from tests.contracts.hall import make_hall
logging.basicConfig(level=logging.WARNING)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as a full disk: an error, not a signal
folder = Path(sys.argv[1])
app = make_app(f"sqlite:///{folder}/piaojue.sqlite", folder)
with app.app_context():
    hall = make_hall(app, voters=40)
    cards = [hall.admission(n) for n in range(40)]
    db.session.remove()
    full = (folder / "piaojue.sqlite-wal").stat().st_size + 30_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))
    receipts, answers = [new_receipt() for _ in cards], []
    for card, receipt in zip(cards, receipts):
        try:
            cast(card, hall.box_id, b"x--", receipt)
            answers.append("in")
        except Refused as refused:
            answers.append(refused.reason)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    copy, refused = folder / "copy.sqlite", False
    try:
        make_backup(app.extensions["settings"], copy)
    except Exception as error:
        refused = type(error).__name__
    left = [path.name for path in folder.glob("copy*")]
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    again = []
    for card, receipt in zip(cards, receipts):
        cast(card, hall.box_id, b"x--", receipt)
    sealed = hall.close()
    with db.engine.connect() as connection:
        whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
    print(json.dumps({"answers": answers, "returned": sealed.turnout.returned, "whole": whole,
                      "refused": refused, "left": left}))
"""


def test_a_full_disk_says_busy_keeps_what_was_acknowledged_and_recovers(
    empty_database: Path, tmp_path: Path
) -> None:
    pytest.importorskip("resource")  # Windows has no such limit to play the full disk
    shutil.copy(empty_database, tmp_path / "piaojue.sqlite")
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        cwd=HOUSE, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert set(told["answers"]) == {"in", "busy"}
    assert told["answers"][0] == "in"
    assert told["returned"] == 40
    assert told["whole"] == "ok"
    assert "ballots cannot be written" in run.stderr
    assert told["refused"] == "ClickException"
    assert told["left"] == [], "no half a backup stays behind"


def test_a_database_that_does_not_let_in_is_said_in_one_way(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut() -> None:
        raise db.engine.dialect.loaded_dbapi.OperationalError("shut")

    with monkeypatch.context() as shutting:
        shutting.setattr(db.engine, "raw_connection", shut)
        for _again in range(2):
            with pytest.raises(OperationalError):
                hall.admission(0)
    assert hall.admission(0).session_id == hall.session_id
