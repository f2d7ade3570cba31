"""Promise 1: a server killed at any instant loses no acknowledged ballot, and leaves none half."""

import random
import subprocess
import sys
import threading
import time
from pathlib import Path

from flask import Flask

from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.ballotbox.service import receipts_of
from app.extensions import db
from tests.contracts.hall import make_hall

HOUSE = Path(__file__).parents[2]
ROUNDS = 2
VOTERS = 400


def test_killing_the_server_loses_no_acknowledged_ballot(boxed: Flask, tmp_path: Path) -> None:
    hall = make_hall(boxed, voters=VOTERS)
    receipt_of = {code: new_receipt() for code in hall.codes}
    cards = tmp_path / "cards.txt"
    cards.write_text("\n".join(f"{code}/{receipt}" for code, receipt in receipt_of.items()))
    url = boxed.config["SQLALCHEMY_DATABASE_URI"]
    acknowledged: set[str] = set()
    for _round in range(ROUNDS):  # each sends everything anew, as phones do that got no answer
        with subprocess.Popen(
            [sys.executable, "-m", "tests.contracts.voters", url, str(tmp_path),
             str(hall.box_id), str(cards)],
            cwd=HOUSE, stdout=subprocess.PIPE, text=True,
        ) as server:  # fmt: skip
            assert server.stdout is not None
            acknowledged.add(server.stdout.readline().strip())
            threading.Timer(random.uniform(0, 0.15), server.kill).start()
            acknowledged |= {line.strip() for line in server.stdout if line.endswith("\n")}
        assert server.returncode in {-9, 0}
        time.sleep(0.2)  # until PostgreSQL has noticed
        with db.engine.connect() as connection:
            sizes = {
                connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
                for table in ("spent", "receipt", "ballot")
            }
            kept = set(connection.exec_driver_sql("SELECT code FROM receipt").scalars())
        assert len(sizes) == 1, "a ballot is whole or not there"
        assert acknowledged <= kept
    for index, receipt in enumerate(receipt_of.values()):
        cast(hall.admission(index), hall.box_id, b"x--", receipt)
    assert hall.close().turnout.returned == VOTERS
    assert set(receipts_of(hall.box_id)) == set(receipt_of.values())
