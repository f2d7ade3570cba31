"""A copy of the database that is consistent while voting goes on, and the way back from one."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import click
from sqlalchemy import inspect, select
from sqlalchemy.exc import DBAPIError

from app.ballotbox.domain import Stage
from app.ballotbox.models import TAKES_TICKETS, Box
from app.ballotbox.traces import REWRITTEN
from app.config import Settings
from app.extensions import db


class Moment(StrEnum):
    """When a backup is made by itself; part of the file's name."""

    OPENING = "before-opening"
    CLOSED = "closed"
    CERTIFIED = "certified"
    ANNOUNCED = "announced"
    VOIDED = "voided"


def backup_at(settings: Settings, moment: Moment) -> Path | None:
    """Back up at a stage of a vote, and keep the newest `backups_kept` of such files.

    None while any vote with cards is open, and where none are wanted: two copies taken a few
    ballots apart tell by their difference what was cast between them, so none is made by itself
    from the opening to the seal. Raises click.ClickException as `make_backup` does.
    """
    if not settings.backups_kept or _vote_is_open():
        return None
    folder = Path(settings.backups) if settings.backups else settings.instance / "backups"
    made = make_backup(settings, folder / _fresh_name(f"-{moment}"))
    files = [path for each in Moment for path in folder.glob(f"piaojue-*-{each}.*")]
    whole = sorted(path for path in files if path.suffix in {".sqlite", ".dump"})
    for old in whole[: -settings.backups_kept]:
        old.unlink(missing_ok=True)
        old.with_name(f"{old.name}.secret").unlink(missing_ok=True)
    return made


def restore_backup(settings: Settings, backup: Path) -> Path:
    """Put a backup of SQLite in place in an instance that has no database; return the database.

    The secret that lies beside it comes along, so that the cards in the hall go on working.
    Raises click.ClickException where a database is there already, the file is no whole database,
    its secret is missing, or it is of PostgreSQL, which `pg_restore` reads.
    """
    if not settings.database_url.startswith("sqlite:///"):
        raise click.ClickException("restore a backup of PostgreSQL with pg_restore: docs/deploy.md")
    database = Path(settings.database_url.removeprefix("sqlite:///"))
    if database.exists():
        raise click.ClickException(f"{database} is there already; choose an empty PIAOJUE_INSTANCE")
    secret = backup.with_name(f"{backup.name}.secret")
    own = settings.instance / "secret"  # not there where the environment names the secret
    if not secret.exists() and own.exists():
        raise click.ClickException(f"{secret} is missing: without it no card works any more")
    with _own_files(), _whole_or_none(database) as part:
        shutil.copyfile(backup, part)
        copy = sqlite3.connect(part)
        try:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            copy.close()
        if said != "ok":
            raise click.ClickException(f"{backup} is damaged: {said}")
        if secret.exists():
            shutil.copyfile(secret, own)
    return database


def _vote_is_open() -> bool:
    query = select(Box.id).where(Box.stage == Stage.OPEN, TAKES_TICKETS)
    with db.engine.connect() as connection:
        return connection.execute(query.limit(1)).first() is not None


def _fresh_name(suffix: str = "") -> str:
    kind = "sqlite" if db.engine.dialect.name == "sqlite" else "dump"
    return datetime.now().astimezone().strftime(f"piaojue-%Y%m%d-%H%M%S-%f{suffix}.{kind}")


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
        target = settings.instance / "backups" / _fresh_name()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"the backup could not be written: {error}") from error
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
            there = inspect(ordering).get_table_names()  # fewer, before a migration
            for table in (name for name in REWRITTEN if name in there):
                ordering.exec_driver_sql(f"CLUSTER {table} USING pk_{table}")
            ordering.exec_driver_sql("RESET lock_timeout")
            snapshot = reading.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        yield snapshot
