"""A backup is a whole database, as of one instant, that opens the same cards."""

import sqlite3
import stat
from pathlib import Path

import click
import pytest

from app.backup import make_backup
from app.ballotbox import service
from app.ballotbox.admission import admit
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.extensions import db
from tests.conftest import make_app, settings_for
from tests.contracts.hall import NOON, make_hall


def test_a_backup_taken_while_voting_goes_on_holds_what_was_acknowledged(app, tmp_path):
    hall = make_hall(app)
    settings = settings_for(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path)
    cast(hall.admission(0), hall.box_id, b"xxx", new_receipt())
    saved = make_backup(settings)
    cast(hall.admission(1), hall.box_id, b"xxx", new_receipt())
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    spare = make_app(f"sqlite:///{saved}", tmp_path)
    with spare.app_context():
        spare.extensions["instruments"] = app.extensions["instruments"]
        assert service.live_turnout(hall.box_id) == (10, 1)
        cast(admit(hall.codes[2]), hall.box_id, b"---", new_receipt())
        sealed = service.close_box(hall.box_id, "organiser", now=NOON)
        assert sealed.turnout.returned == 2
        db.session.remove()
        db.engine.dispose()


def test_the_secret_goes_with_it(app, tmp_path: Path):
    (tmp_path / "secret").write_text("ab" * 32)
    settings = settings_for(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path)
    saved = make_backup(settings, tmp_path / "there" / "copy.sqlite")
    assert saved.with_name("copy.sqlite.secret").read_text() == "ab" * 32
    with sqlite3.connect(saved) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


def test_nothing_is_written_over(app, tmp_path: Path):
    settings = settings_for(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path)
    target = tmp_path / "copy.sqlite"
    target.write_text("something")
    with pytest.raises(click.ClickException, match="exists"):
        make_backup(settings, target)
    assert target.read_text() == "something"
