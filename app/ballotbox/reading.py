"""Queries that a whole hall asks at once, run by the driver alone.

Spelling a query, compiling it and dressing its rows costs SQLAlchemy five times what the database
needs to answer it. Where 3,000 phones ask the same three things, each is spelled as a query once,
compiled once a dialect, and its rows come as the driver gives them.
"""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Engine, SelectBase
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import OperationalError

from app.extensions import db

Rows = list[tuple[Any, ...]]
Bound = Callable[[dict[str, Any]], Any]

REST = 5.0
"""Seconds for which nothing is asked `at_hand` after the database did not answer at once."""
MOMENT, COMING = 1.0, 0.25
"""Seconds in which an answer must be here `at_hand`, and a connection of it made."""
AT_ONCE: dict[str, dict[str, Any]] = {
    "sqlite": {"timeout": 0.05, "isolation_level": None},
    "postgresql": {
        "autocommit": True,
        "connect_timeout": 2,
        "tcp_user_timeout": 2_000,
        "options": "-c statement_timeout=1000",
    },
}
"""How a connection is made that is not to be waited for; each driver has its own words for it."""


class Reading:
    """A query with named parameters; words, whole numbers and bytes in and out."""

    def __init__(self, query: SelectBase) -> None:
        self.query = query
        self.compiled: dict[str, tuple[str, Bound]] = {}

    def rows(self, **values: Any) -> Rows:
        """Run it outside of any transaction, on a connection of its own or on the one at hand.

        Raises sqlalchemy's OperationalError or TimeoutError where the database is not to be had.
        """
        engine = db.engine
        sql, bound = self.compiled.get(engine.dialect.name) or self._compile(engine.dialect)
        read = _hand.read if _hand.held else _read
        try:
            return read(engine, sql, bound(values))
        except (engine.dialect.loaded_dbapi.Error, TimeoutError) as error:
            # Its own error is what comes of a connection that is not made, too.
            raise OperationalError(None, None, error) from None

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


def _read(engine: Engine, sql: str, values: Any) -> Rows:
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


class _Hand(threading.local):
    """What one thread has at hand: a connection that it keeps and does not wait for."""

    held = False
    engine: Engine | None = None
    driver: Any = None
    coming: "Future[Any] | None" = None
    """A connection that is being made, and the next reading finds if this one cannot."""
    rests_until = 0.0

    def read(self, engine: Engine, sql: str, values: Any) -> Rows:
        if time.monotonic() < self.rests_until:
            raise TimeoutError("the connection at hand rests")
        try:
            if self.engine is not engine:
                self.let_go()
                self.driver, self.engine = self.connection(engine), engine
            rows: Rows = self.driver.execute(sql, values).fetchall()
        except BaseException:
            self.let_go()
            self.rests_until = time.monotonic() + REST
            raise
        return rows

    def connection(self, engine: Engine) -> Any:
        """Have a connection made in a thread, because the name of a host, too, is waited for."""
        coming = self.coming = self.coming or _in_a_thread(lambda: _connected(engine))
        try:
            return coming.result(COMING)
        finally:
            if coming.done():
                self.coming = None

    def let_go(self) -> None:
        driver, self.driver, self.engine = self.driver, None, None
        if driver is not None:
            with suppress(Exception):
                driver.close()


_hand = _Hand()


@contextmanager
def at_hand() -> Iterator[None]:
    """Read on a connection that this thread keeps, and that gives up where others would wait.

    For the one thread that must not stand still: a reading that does not succeed at once raises
    OperationalError, and so do all others for a while; whoever can wait is to read instead.
    """
    _hand.held = True
    try:
        yield
    finally:
        _hand.held = False


def _in_a_thread(make: Callable[[], Any]) -> "Future[Any]":
    made: Future[Any] = Future()

    def making() -> None:
        try:
            made.set_result(make())
        except BaseException as error:  # noqa: BLE001  (whoever reads is told)
            made.set_exception(error)

    threading.Thread(target=making, name="at hand", daemon=True).start()
    return made


def _connected(engine: Engine) -> Any:
    arguments, parameters = engine.dialect.create_connect_args(engine.url)
    driver = engine.dialect.connect(*arguments, **{**parameters, **AT_ONCE[engine.dialect.name]})
    if engine.dialect.name == "postgresql":
        # A server that hangs, or is cut off, keeps no time limit of its own: psycopg's is kept.
        wait = driver.wait
        driver.wait = lambda steps, *more, **named: wait(_within(MOMENT, steps), *more, **named)
    return driver


def _within(seconds: float, steps: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """Go through the steps of a question, which psycopg waits between; TimeoutError after that.

    It looks after a step at least ten times a second, whether or not anything has come.
    """
    until = time.monotonic() + seconds
    try:
        ready = yield next(steps)
        while True:
            if not ready and time.monotonic() > until:
                raise TimeoutError("the database does not answer at once")
            ready = yield steps.send(ready)
    except StopIteration as over:
        return over.value
