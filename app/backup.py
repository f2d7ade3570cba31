"""A copy of the database that is consistent while voting goes on."""

import os
import shutil
import sqlite3
import subprocess
from datetime import datetime
from pathlib import Path

import click

from app.config import Settings
from app.extensions import db


def make_backup(settings: Settings, target: Path | None = None) -> Path:
    """Write a backup and return where it is: `target`, or a new file in the instance's backups.

    SQLite is written anew as of one instant, without the free pages in which rewritten rows
    could linger; PostgreSQL is left to its own `pg_dump`. The secret of the instance, without
    which its cards open nothing, is written beside it. Both are readable by their owner only.

    Raises click.ClickException when the target exists, or pg_dump is not to be had or fails.
    """
    sqlite = db.engine.dialect.name == "sqlite"
    if target is None:
        name = datetime.now().astimezone().strftime("piaojue-%Y%m%d-%H%M%S-%f")
        target = settings.instance / "backups" / f"{name}.{'sqlite' if sqlite else 'dump'}"
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise click.ClickException(f"{target} exists already")
    with _own_files():
        if sqlite:
            _copy_sqlite(target)
        else:
            _dump_postgresql(target)
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
    done = subprocess.run(  # noqa: S603  (a fixed program; the address is our own setting)
        [program, "--format=custom", f"--file={target}", f"--dbname={address}"],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise click.ClickException(done.stderr.strip())
