"""Promises 2 and 4 between processes: several servers, one database, the same cards."""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from app.ballotbox.admission import has_receipt
from app.extensions import db
from tests.contracts.hall import Hall, make_hall

HOUSE = Path(__file__).parents[2]
SERVERS = 3


def start(hall: Hall, folder: Path) -> list[subprocess.Popen[str]]:
    cards = folder / "cards.txt"
    cards.write_text("\n".join(hall.codes))
    address = hall.app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-m", "tests.contracts.phones", address, str(folder)]
    running = [
        subprocess.Popen(
            [*command, str(hall.box_id), str(cards), str(seed)],
            cwd=HOUSE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(SERVERS)
    ]
    for server in running:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
    for server in running:
        assert server.stdin is not None
        server.stdin.write("go\n")
        server.stdin.flush()
    return running


def finish(running: list[subprocess.Popen[str]]) -> tuple[dict[str, list[str]], list[str]]:
    answers: dict[str, list[str]] = {}
    receipts: list[str] = []
    for server in running:
        said, _ = server.communicate(timeout=120)
        assert server.returncode == 0
        told = json.loads(said)
        receipts += told["receipts"]
        for code, answer in told["answers"].items():
            answers.setdefault(code, []).append(answer)
    return answers, receipts


@pytest.fixture
def big_hall(boxed: Flask) -> Hall:
    return make_hall(boxed, voters=150)


def test_servers_that_share_a_database_take_one_ballot_a_card(
    big_hall: Hall, tmp_path: Path
) -> None:
    answers, receipts = finish(start(big_hall, tmp_path))
    assert all(sorted(told) == ["already_in_the_box"] * 2 + ["in"] for told in answers.values())
    sealed = big_hall.close()
    assert sealed.turnout.returned == len(receipts) == 150
    assert all(has_receipt(big_hall.box_id, receipt) for receipt in receipts)


def test_closing_in_the_middle_of_a_burst_loses_nothing(big_hall: Hall, tmp_path: Path) -> None:
    running = start(big_hall, tmp_path)
    time.sleep(0.15)
    sealed = big_hall.close()
    answers, receipts = finish(running)
    counted = Counter(answer for told in answers.values() for answer in told)
    assert set(counted) <= {"in", "already_in_the_box", "closed"}
    assert sum(counted.values()) == SERVERS * 150
    assert counted["in"] == len(receipts) == sealed.turnout.returned
    assert all(has_receipt(big_hall.box_id, receipt) for receipt in receipts)
    db.session.expire_all()
    assert big_hall.close() == sealed
