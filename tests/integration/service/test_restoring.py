"""The drill of docs/deploy.md: the machine in the hall is gone, and a spare one goes on."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from app.backup import Moment, backup_at
from app.ballotbox import service
from app.ballotbox.admission import admit
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.cli import main
from app.config import Settings
from app.extensions import Model, db
from app.factory import create_app
from app.verification import verify
from tests.contracts.hall import NOON, roll
from tests.integration.voting import votes


def command(*arguments: str, instance: Path, **environ: str) -> Result:
    environment = {"PIAOJUE_INSTANCE": str(instance), "PIAOJUE_DATABASE_URL": "", **environ}
    return CliRunner().invoke(main, list(arguments), env=environment)


@pytest.fixture
def machine(tmp_path: Path) -> Flask:
    """The machine in the hall, installed as an operator would."""
    chosen = Settings.from_env({"PIAOJUE_INSTANCE": str(tmp_path / "hall")})
    assert command("db", "upgrade", instance=tmp_path / "hall").exit_code == 0
    return create_app(replace(chosen, testing=True))


def spare_machine(tmp_path: Path) -> Flask:
    chosen = Settings.from_env({"PIAOJUE_INSTANCE": str(tmp_path / "spare")})
    return create_app(replace(chosen, testing=True))


def leave(app: Flask) -> None:
    db.session.remove()
    db.engine.dispose()
    assert app


def test_a_spare_machine_goes_on_where_the_backup_was_made(machine: Flask, tmp_path: Path) -> None:
    with machine.test_request_context():
        first = votes.drafted(3, 2)
        codes = votes.hand_out(first, 5)
        sealed = votes.hold(first, codes, [b"xx\xff"] * 4)
        second = votes.drafted(3, 2, session_id=service.get_box(first).session_id)
        saved = backup_at(machine.extensions["settings"], Moment.OPENING)
        assert saved is not None
        service.open_box(second, roll(50), "o", now=NOON)
        cast(admit(codes[0]), second, b"x\xff\xff", new_receipt())
        leave(machine)  # and here it breaks

    restored = command("restore", str(saved), instance=tmp_path / "spare")
    assert restored.exit_code == 0, restored.output
    assert "全部一致" in restored.output

    spare = spare_machine(tmp_path)
    with spare.test_request_context():
        assert service.sealed_return(first) == sealed
        assert service.get_box(second).stage == "drafted", "the vote under way is held anew"
        service.open_box(second, roll(50), "o", now=NOON)
        for code in codes:  # the cards in the hall go on working
            cast(admit(code), second, b"x\xff\xff", new_receipt())
        assert service.close_box(second, "o", now=NOON).turnout.returned == 5
        assert verify().findings == ()
        leave(spare)


def test_nothing_is_restored_over_a_database(machine: Flask, tmp_path: Path) -> None:
    with machine.app_context():
        saved = backup_at(machine.extensions["settings"], Moment.CLOSED)
        leave(machine)
    again = command("restore", str(saved), instance=tmp_path / "hall")
    assert again.exit_code == 1
    assert "is there already" in again.output


def test_a_damaged_backup_or_one_without_its_secret_is_refused_whole(
    machine: Flask, tmp_path: Path
) -> None:
    with machine.test_request_context():
        votes.drafted(30, 20)
        saved = backup_at(machine.extensions["settings"], Moment.CLOSED)
        leave(machine)
    assert saved is not None
    secret = saved.with_name(f"{saved.name}.secret")
    kept = secret.read_bytes()
    secret.unlink()
    refused = command("restore", str(saved), instance=tmp_path / "spare")
    assert refused.exit_code == 1
    assert "secret is missing" in refused.output
    secret.write_bytes(kept)
    content = bytearray(saved.read_bytes())
    content[4096 * 3 : 4096 * 12] = b"\x07" * 4096 * 9
    saved.write_bytes(content)
    refused = command("restore", str(saved), instance=tmp_path / "spare")
    assert refused.exit_code == 1
    assert not (tmp_path / "spare" / "piaojue.sqlite").exists()
    assert not list((tmp_path / "spare").glob("*.part"))


def test_verify_says_what_was_changed_and_ends_with_one(machine: Flask, tmp_path: Path) -> None:
    with machine.test_request_context():
        Model.metadata.create_all(db.engine, checkfirst=True)
        box_id = votes.drafted(3, 2)
        votes.hold(box_id, votes.hand_out(box_id, 5), [b"xx\xff"] * 4)
        leave(machine)
    assert command("verify", instance=tmp_path / "hall").exit_code == 0
    with sqlite3.connect(tmp_path / "hall" / "piaojue.sqlite") as forged:
        forged.execute(
            "UPDATE ballot SET marks = x'FF7878' WHERE id = (SELECT min(id) FROM ballot)"
        )
    forged.close()
    told = command("verify", instance=tmp_path / "hall")
    assert told.exit_code == 1
    assert "计票" in told.output
    assert "这些结果不能使用" in told.output
