"""Promises 1 and 4 whatever the database's own settings are: our connections ask for theirs."""

import time
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.ballotbox.models import Ballot
from app.extensions import db
from tests.conftest import make_app
from tests.contracts.at_once import at_once
from tests.contracts.hall import make_hall


@pytest.fixture
def careless(postgres_url: str) -> str:
    """A database whose administrator made commits asynchronous and reads repeatable."""
    import psycopg

    plain = postgres_url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        connection.execute(
            f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'"
        )
    return postgres_url


@pytest.mark.postgres
def test_a_careless_postgresql_keeps_the_promises(careless: str, tmp_path: Path) -> None:
    app = make_app(careless, tmp_path)
    with app.app_context():
        for _connection in range(2):
            assert db.session.scalar(text("SHOW synchronous_commit")) == "on"
            assert db.session.scalar(text("SHOW transaction_isolation")) == "read committed"
            db.session.remove()
        for after in (0, 0.01, 0.05):
            hall = make_hall(app, voters=60)
            cards = [hall.admission(n) for n in range(60)]
            db.session.remove()

            def close(after: float = after, hall: object = hall) -> int:
                time.sleep(after)
                return int(hall.close().turnout.returned)  # type: ignore[attr-defined]

            answers = at_once(
                app,
                *[partial(cast, card, hall.box_id, b"x--", new_receipt()) for card in cards],
                close,
            )
            stored = db.session.scalar(
                select(func.count()).select_from(Ballot).where(Ballot.box_id == hall.box_id)
            )
            assert answers[:60].count(None) == answers[60] == stored
        db.session.remove()
        db.engine.dispose()


def test_sqlite_writes_to_the_disk_before_it_says_so(sqlite_url: str, tmp_path: Path) -> None:
    with make_app(sqlite_url, tmp_path).app_context():
        asked = {
            name: db.session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
        assert asked == {
            "journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1
        }  # fmt: skip
        db.session.remove()
        db.engine.dispose()


def test_an_error_of_the_database_tells_no_values(sqlite_url: str, tmp_path: Path) -> None:
    with make_app(sqlite_url, tmp_path).app_context(), db.engine.connect() as connection:
        with pytest.raises(Exception, match="no such table") as raised:
            connection.execute(text("INSERT INTO nowhere VALUES (:code)"), {"code": "S3CRET"})
        assert "S3CRET" not in str(raised.value)
