"""Queries that a whole hall asks at once, run by the driver alone.

Spelling a query, compiling it and dressing its rows costs SQLAlchemy five times what the database
needs to answer it. Where 3,000 phones ask the same three things, each is spelled as a query once,
compiled once a dialect, and its rows come as the driver gives them.
"""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, SelectBase
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.extensions import db

Rows = list[tuple[Any, ...]]
Bound = Callable[[dict[str, Any]], Any]

AT_ONCE = 2
"""Readings of one process at a time. A reading takes a tenth of a millisecond; hundreds of threads
that do it all at once hand the interpreter to each other at every step and take thrice as long."""
PATIENCE = 20.0
_turn = threading.BoundedSemaphore(AT_ONCE)


class Reading:
    """A query with named parameters; words, whole numbers and bytes in and out."""

    def __init__(self, query: SelectBase) -> None:
        self.query = query
        self.compiled: dict[str, tuple[str, Bound]] = {}

    def rows(self, **values: Any) -> Rows:
        """Run it on a connection of its own, outside of any transaction.

        Raises sqlalchemy's OperationalError or TimeoutError where the database is not to be had.
        """
        engine = db.engine
        sql, bound = self.compiled.get(engine.dialect.name) or self._compile(engine.dialect)
        if not _turn.acquire(timeout=PATIENCE):
            raise PoolTimeout
        try:
            return self._read(engine, sql, bound(values))
        except engine.dialect.loaded_dbapi.Error as error:  # also of a connection that is not made
            raise OperationalError(None, None, error) from None
        finally:
            _turn.release()

    def _read(self, engine: Engine, sql: str, values: Any) -> Rows:
        connection = engine.raw_connection()
        driver: Any = connection.driver_connection
        plain = engine.dialect.name == "sqlite"
        try:
            if not plain:  # no transaction around one question: two ways less to go
                driver.autocommit = True
            rows: Rows = driver.execute(sql, values).fetchall()
            if not plain:
                driver.autocommit = False
        except BaseException:
            connection.invalidate()  # nobody is to have it after us
            raise
        finally:
            connection.close()
        return rows

    def _compile(self, dialect: Dialect) -> tuple[str, Bound]:
        compiled: Any = self.query.compile(dialect=dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        order: list[str] | None = compiled.positiontup

        def bound(values: dict[str, Any]) -> Any:
            known = fixed | values
            return known if order is None else tuple(known[name] for name in order)

        made = str(compiled), bound
        self.compiled[dialect.name] = made
        return made
