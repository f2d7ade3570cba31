"""Bringing a database up to date, with a backup before anything is changed."""

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from app.backup import make_backup
from app.config import Settings
from app.extensions import db


def upgrade(settings: Settings) -> str:
    """Apply the migrations that the database lacks; say in one line what was done.

    A database that holds something already is backed up first.
    """
    folder = str(current_app.config["MIGRATIONS"])
    with db.engine.connect() as connection:
        stands = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory(folder).get_current_head()
    if stands == head:
        return "The database is up to date."
    saved = f" A backup of it as it was: {make_backup(settings)}" if stands else ""
    flask_migrate.upgrade(directory=folder)
    return f"The database is at {head} now.{saved}"
