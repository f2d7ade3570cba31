"""A copy of the database that is consistent while voting goes on."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from app.ballotbox.traces import REWRITTEN
from app.config import Settings
from app.extensions import db


def make_backup(settings: Settings, target: Path | None = None) -> Path:
    """Write a backup and return where it is: `target`, or a new file in the instance's backups.

    The rows of an open box lie in it in the order of their random keys, never in the order they
    arrived (promise 6): SQLite is written anew as of one instant, PostgreSQL's tables are put
    in order before its own `pg_dump` reads them. The secret of the instance, without which its
    cards open nothing, is written beside it. Both are readable by their owner only.

    Raises click.ClickException when the target exists, or the copy could not be made; then no
    part of it is left behind.
    """
    sqlite = db.engine.dialect.name == "sqlite"
    if target is None:
        name = datetime.now().astimezone().strftime("piaojue-%Y%m%d-%H%M%S-%f")
        target = settings.instance / "backups" / f"{name}.{'sqlite' if sqlite else 'dump'}"
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise click.ClickException(f"{target} exists already")
    with _own_files(), _whole_or_none(target) as part:
        if sqlite:
            _copy_sqlite(part)
        else:
            _dump_postgresql(part)
        secret = settings.instance / "secret"
        if secret.exists():
            shutil.copyfile(secret, target.with_name(f"{target.name}.secret"))
    return target


class _own_files:  # noqa: N801  (reads like contextlib's)
    """Make files that only their owner can read, for as long as the block lasts."""

    def __enter__(self) -> None:
        self.before = os.umask(0o077)

    def __exit__(self, *_: object) -> None:
        os.umask(self.before)


@contextmanager
def _whole_or_none(target: Path) -> Iterator[Path]:
    """Give a name to write under; it becomes the target once the block is done without error."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
        part.replace(target)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        reason = getattr(error, "orig", None) or error
        raise click.ClickException(f"the backup could not be written: {reason}") from error
    finally:
        part.unlink(missing_ok=True)


def _copy_sqlite(target: Path) -> None:
    source = sqlite3.connect(str(db.engine.url.database), timeout=30, isolation_level=None)
    try:
        source.execute("VACUUM INTO ?", (str(target),))
    finally:
        source.close()


def _dump_postgresql(target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise click.ClickException("pg_dump of PostgreSQL is not on this machine's path")
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with _rows_in_order() as snapshot:
        done = subprocess.run(  # noqa: S603  (a fixed program; the address is our own setting)
            [
                program,
                "--format=custom",
                f"--snapshot={snapshot}",
                f"--file={target}",
                f"--dbname={address}",
            ],
            check=False,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise click.ClickException(done.stderr.strip())


@contextmanager
def _rows_in_order() -> Iterator[str]:
    """Put the box's rows in the order of their keys; give the snapshot in which they lie so.

    pg_dump writes rows as they lie on the disk, which is as they came: the tables of a box that
    is open would stand beside each other line by line. Casting waits meanwhile, for moments.
    """
    ordering = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    reading = db.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with ordering, reading:
        with db.engine.begin() as waiting:
            waiting.exec_driver_sql("SELECT id FROM box WHERE stage = 'open' FOR UPDATE")
            ordering.exec_driver_sql("SET lock_timeout = '2s'")
            for table in REWRITTEN:
                ordering.exec_driver_sql(f"CLUSTER {table} USING pk_{table}")
            ordering.exec_driver_sql("RESET lock_timeout")
            snapshot = reading.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        yield snapshot
