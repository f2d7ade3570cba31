"""Removing what a database keeps of rows that were rewritten at sealing."""

import logging
import sqlite3

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)

REWRITTEN = ("spent", "receipt", "ballot", "named_ballot")


def wipe_traces(engine: Engine) -> None:
    """Drop old versions of sealed rows: SQLite's log and free pages, PostgreSQL's dead rows.

    The Return is sealed already and does not depend on it: where the database is too busy, the
    next sealing does it, and the log says so.
    """
    try:
        if engine.dialect.name == "sqlite":
            _wipe_sqlite(engine)
        else:
            _wipe_postgresql(engine)
    except (DBAPIError, sqlite3.Error):
        log.warning("the traces of sealed rows could not be wiped now; the next sealing does it")


def _wipe_sqlite(engine: Engine) -> None:
    # On the driver: VACUUM must stand outside the transaction that SQLAlchemy would begin.
    pooled = engine.raw_connection()
    try:
        cursor = pooled.cursor()
        for statement in ("wal_checkpoint(TRUNCATE)", "", "wal_checkpoint(TRUNCATE)"):
            cursor.execute(f"PRAGMA {statement}" if statement else "VACUUM")
            cursor.fetchall()
        cursor.close()
    finally:
        pooled.close()


def _wipe_postgresql(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET lock_timeout = '5s'")
        try:
            connection.exec_driver_sql(f"VACUUM (FULL) {', '.join(REWRITTEN)}")
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
