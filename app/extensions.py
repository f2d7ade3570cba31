"""What the rooms share: the database, the sign-in, forms' tokens, languages, the limiter."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Session

LOCALES = ("zh_Hans", "en")
PHONES = ("booth", "questionnaire")
"""The rooms whose pages are read on phones, where nobody signs in."""
POSTGRESQL_SETTINGS = r"-c default_transaction_isolation=read\ committed -c synchronous_commit=on"


class Model(DeclarativeBase):
    """The base of every table; constraints get names so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def one_of(column: str, words: type[StrEnum]) -> str:
    """Spell the CHECK of a column that holds one word of an enumeration."""
    return f"{column} IN ({', '.join(repr(word.value) for word in words)})"


# Models inherit from Model, not from db.Model: the same metadata, and mypy can read it.
# No error of the database may carry tickets, receipts or marks into a log: hide_parameters.
db = SQLAlchemy(metadata=Model.metadata, engine_options={"hide_parameters": True})
migrate = Migrate(render_as_batch=True)
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(key_func=get_remote_address, storage_uri="memory://", headers_enabled=False)


def chosen_locale() -> str:
    """Return the reader's language: `?lang=` on the phone, the staff's choice on the desk.

    A phone is never asked for the cookie of a sign-in; outside a request (the command line) it is
    Chinese.
    """
    if not has_request_context():
        return LOCALES[0]
    asked = request.args.get("lang")
    if asked is None and request.blueprint not in PHONES:
        asked = session.get("locale")
    return asked if asked in LOCALES else LOCALES[0]


def now() -> datetime:
    """Return the time in UTC; the one clock of the house, replaced in tests by passing `now`."""
    return datetime.now(UTC)


class OnlyShownError(Exception):
    """Something was about to be done by a request that may only be shown again."""


def only_show() -> None:
    """Let this request do nothing from now on: `transaction()` opens no more."""
    g.only_shown = True


def only_shown() -> bool:
    """Whether this request may do nothing: its form is to be shown again."""
    return bool(g.get("only_shown"))


@contextmanager
def transaction() -> Iterator[Session]:
    """One write transaction: all of it or none. Only services open one.

    It takes SQLite's write lock at its start (a read snapshot cannot become a writer later), so
    what was read before is forgotten first. Inside another `transaction()` it joins that one,
    and the outermost commits; services of several rooms can thus act as one. Raises
    OnlyShownError where the request may do nothing (`only_show`).
    """
    if only_shown():
        raise OnlyShownError
    current = db.session()
    if current.info.get("writing"):
        yield current
        return
    current.rollback()
    current.info["writing"] = True
    try:
        current.connection(execution_options={"writing": True})
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info.pop("writing", None)


def prepare_engine(engine: Engine) -> None:
    """Give the database the durability and the honest transactions that the box promises.

    An acknowledged ballot must be on the disk (SQLite: WAL with synchronous=FULL; PostgreSQL:
    synchronous_commit), and what is deleted must be gone from the file (secure_delete).
    PostgreSQL must show a closing what was committed while it waited for its lock: under
    REPEATABLE READ it would seal fewer ballots than it acknowledged. All of this holds for our
    connections whatever the server's own settings are.
    """
    if engine.dialect.name == "postgresql":
        event.listen(engine, "do_connect", _postgresql_as_promised)
    else:
        _sqlite_as_promised(engine)


def _postgresql_as_promised(
    _dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]
) -> None:
    """Ask for the settings as the connection starts, where they outrank the server's."""
    asked = str(parameters.get("options", ""))
    parameters["options"] = f"{asked} {POSTGRESQL_SETTINGS}".strip()


def _sqlite_as_promised(engine: Engine) -> None:

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin on its own
        for pragma in (
            "busy_timeout = 10000",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def init_extensions(app: Flask) -> None:
    """Tie every extension to the application."""
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrate.init_app(app, db, directory=str(app.config["MIGRATIONS"]))
    login.init_app(app)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # asked for in `app.accounts.guards.token`
    csrf.init_app(app)
    babel.init_app(app, locale_selector=chosen_locale)
    limiter.init_app(app)


def ticket_key() -> bytes:
    """Return the key of this installation's ticket digests."""
    key: bytes = current_app.config["TICKET_KEY"]
    return key
