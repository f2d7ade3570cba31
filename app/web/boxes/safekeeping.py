"""Backups that make themselves as a vote goes from stage to stage; none ever stops a vote."""

import logging

import click
from flask import current_app, flash
from flask_babel import gettext as _

from app.backup import Moment, backup_at

log = logging.getLogger(__name__)


def keep_a_copy(moment: Moment) -> None:
    """Back the database up; where that fails, warn on the desk and in the log, and go on."""
    try:
        backup_at(current_app.extensions["settings"], moment)
    except click.ClickException as failed:
        log.warning("no backup (%s): %s", moment, failed.message)
        words = _(
            "The vote goes on, but no backup could be made: %(reason)s", reason=failed.message
        )
        flash(words, "warn")
