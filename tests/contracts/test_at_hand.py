"""The connection of the loop: it waits for nobody, and is never left in the midst of anything."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, literal_column, select
from sqlalchemy.exc import OperationalError

from app.ballotbox import reading
from app.ballotbox.reading import Reading, at_hand
from app.extensions import db

ONE = Reading(select(literal_column("1")))


@pytest.fixture
def hand(boxed: Flask) -> Iterator[Any]:
    found = reading._hand
    found.let_go()
    found.rests_until = 0.0
    yield found
    found.let_go()
    found.rests_until = 0.0


def test_a_connection_that_is_long_in_coming_is_found_later(
    hand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    come, asked, connected = threading.Event(), [], reading._connected

    def slowly(engine: Engine) -> Any:
        asked.append(engine)
        come.wait(10)
        return connected(engine)

    monkeypatch.setattr(reading, "_connected", slowly)
    begun = time.monotonic()
    with at_hand(), pytest.raises(OperationalError):
        ONE.rows()
    assert time.monotonic() - begun < 2, "the name of a host that is looked up stops nobody"
    come.set()
    hand.coming.result(10)
    hand.rests_until = 0.0
    with at_hand():
        assert ONE.rows() == [(1,)]
    assert len(asked) == 1


def test_a_connection_that_fails_is_made_anew(hand: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(engine: Engine) -> Any:
        raise engine.dialect.loaded_dbapi.OperationalError("refused")

    with monkeypatch.context() as shut:
        shut.setattr(reading, "_connected", refused)
        with at_hand(), pytest.raises(OperationalError):
            ONE.rows()
    hand.rests_until = 0.0
    with at_hand():
        assert ONE.rows() == [(1,)]


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # a file does not hang
def test_a_database_that_hangs_is_given_up_within_moments(hand: Any) -> None:
    """Whatever limit the server itself keeps: one that is stopped or cut off keeps none."""
    with at_hand():
        ONE.rows()
        hand.driver.execute("SET statement_timeout = 0")
        begun = time.monotonic()
        with pytest.raises(OperationalError):
            Reading(select(func.pg_sleep(30))).rows()
    assert time.monotonic() - begun < 3
    assert hand.driver is None


def test_nothing_is_held_between_two_readings(hand: Any) -> None:
    with at_hand():
        assert ONE.rows() == [(1,)]
    if db.engine.dialect.name == "sqlite":
        assert not hand.driver.in_transaction
        with db.engine.connect() as other:
            busy, _pages, _done = other.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        assert not busy
    else:
        assert hand.driver.info.transaction_status.name == "IDLE"
