"""Removing what a database keeps of the order in which rows came (promise 6).

Two steps: the rows are written anew at random in the transaction that opens, seals or voids a
box; then, outside of it, their old versions are wiped out of the files.
"""

import logging
import secrets
import sqlite3
import threading
import time
from typing import Any

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from app.ballotbox.models import (
    Answered,
    Ballot,
    NamedBallot,
    Receipt,
    Remark,
    Sample,
    Spent,
    Ticket,
)

log = logging.getLogger(__name__)

BALLOTS = (Spent, Receipt, Ballot, NamedBallot, Remark, Answered, Sample)
REWRITTEN = tuple(model.__tablename__ for model in (*BALLOTS, Ticket))
WAIT = 5
"""Seconds that wiping waits on PostgreSQL for whoever reads an old version; SQLite waits ten."""
AGAIN = 30.0
TRIES = 20
"""Where somebody reads on and on, wiping is tried again after AGAIN seconds, TRIES times."""
OLD_READERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_xmin IS NOT NULL AND xact_start < %s
"""


def rewrite_ballots(session: Session, box_id: int) -> None:
    """Write a box's tables anew, in random order, ballots and remarks under new ids.

    After it no internal of the database (page, ctid, xmin) tells which rows were written
    together.
    """
    for model in BALLOTS:
        _rewrite(session, model, model.box_id == box_id)


def rewrite_tickets(session: Session, session_id: int) -> None:
    """Write a session's tickets anew, in random order: none tells when its card went out.

    The caller holds the session's chain.
    """
    _rewrite(session, Ticket, Ticket.session_id == session_id)


def _rewrite(session: Session, model: Any, where: Any) -> None:
    table = model.__table__
    rows = [dict(row) for row in session.execute(select(*table.columns).where(where)).mappings()]
    session.execute(delete(model).where(where).execution_options(synchronize_session=False))
    if model in {Ballot, Remark, Sample}:
        for row in rows:
            row["id"] = secrets.token_bytes(16)
    secrets.SystemRandom().shuffle(rows)
    if rows:
        session.execute(insert(table), rows)


def wipe_traces(engine: Engine, tries: int = TRIES) -> bool:
    """Drop old versions of rewritten rows: SQLite's log and free pages, PostgreSQL's dead rows.

    Returns whether they are gone. The Return is sealed already and does not depend on it: where
    somebody still reads an old version, or the database is too busy, the log says so and it is
    tried again by itself; starting the service does it too.
    """
    try:
        wipe = _wipe_sqlite if engine.dialect.name == "sqlite" else _wipe_postgresql
        if wipe(engine):
            return True
    except (DBAPIError, PoolTimeout, sqlite3.Error):
        pass
    if tries:
        log.warning("old versions of sealed rows could not be wiped yet; it is tried again")
        timer = threading.Timer(AGAIN, wipe_traces, (engine, tries - 1))
        timer.daemon = True
        timer.start()
    else:
        log.error("old versions of sealed rows are still there; restart the service to wipe them")
    return False


def _wipe_sqlite(engine: Engine) -> bool:
    # On the driver: VACUUM must stand outside the transaction that SQLAlchemy would begin.
    pooled = engine.raw_connection()
    try:
        cursor = pooled.cursor()
        cursor.execute("VACUUM")
        # A reader of an old version keeps the log from being cut; that is a row, not an error.
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.close()
        return not busy
    finally:
        pooled.close()


def _wipe_postgresql(engine: Engine) -> bool:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        began = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        for _tenth in range(WAIT * 10):
            # VACUUM keeps, without a word, what a transaction from before could still read.
            if not connection.exec_driver_sql(OLD_READERS, (began,)).scalar_one():
                break
            time.sleep(0.1)
        else:
            return False
        connection.exec_driver_sql(f"SET lock_timeout = '{WAIT}s'")
        try:
            connection.exec_driver_sql(f"VACUUM (FULL) {', '.join(REWRITTEN)}")
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
        return True
