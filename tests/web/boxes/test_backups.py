"""Backups make themselves at each stage of a vote, and never stand in its way."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.backup import Moment, backup_at
from app.extensions import transaction
from tests.web.boxes.test_control import PASSWORD, Control, closed, make_control
from voting import service as voting


@pytest.fixture
def control(site: Flask, tmp_path: Path) -> Control:
    site.extensions["settings"] = replace(
        site.extensions["settings"], backups=str(tmp_path / "kept"), backups_kept=3
    )
    return make_control(site)


def kept(tmp_path: Path) -> list[str]:
    """The moments of the backups there are, oldest first."""
    files = sorted((tmp_path / "kept").glob("piaojue-*.sqlite"))
    return [file.stem.split("-", 4)[4] for file in files]


def certify(control: Control) -> None:
    for name in ("jian", "piao"):
        control.post("/certify", username=name, password=PASSWORD)


def test_every_stage_leaves_one_and_only_the_newest_stay(control: Control, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("ab" * 32)
    mine = tmp_path / "kept" / "mine.sqlite"
    control.post("/open")
    assert kept(tmp_path) == ["before-opening"]
    mine.write_text("made by hand")
    control.vote("xx--", "xx--", "xx--")
    control.post("/close")
    certify(control)
    assert kept(tmp_path) == ["before-opening", "closed", "certified"]
    control.post("/announce")
    assert kept(tmp_path) == ["closed", "certified", "announced"]
    assert len(list((tmp_path / "kept").glob("*.secret"))) == 3
    assert mine.exists(), "only those that made themselves are cleared away"


def test_what_each_holds(control: Control, tmp_path: Path) -> None:
    closed(control)
    before, after = sorted((tmp_path / "kept").glob("*.sqlite"))
    for file, stage, ballots in ((before, "drafted", 0), (after, "closed", 3)):
        connection = sqlite3.connect(file)
        assert connection.execute("SELECT stage FROM box").fetchone() == (stage,)
        assert connection.execute("SELECT count(*) FROM ballot").fetchone() == (ballots,)
        connection.close()


def test_none_makes_itself_while_a_vote_is_open(control: Control, tmp_path: Path) -> None:
    control.post("/open")
    settings = control.site.extensions["settings"]
    with control.site.app_context():
        assert backup_at(settings, Moment.CLOSED) is None
        with transaction():
            other = voting.draft_vote(control.session_id, "另一项", "local_organic_law", 2)
    control.client.post(f"/desk/boxes/{other}/void", data={"reason": "不再进行"})
    assert kept(tmp_path) == ["before-opening"]
    control.post("/void", reason="设备故障")
    assert kept(tmp_path) == ["before-opening", "voided"]


def test_none_at_all_where_none_are_wanted(control: Control, tmp_path: Path) -> None:
    settings = control.site.extensions["settings"]
    control.site.extensions["settings"] = replace(settings, backups_kept=0)
    closed(control)
    assert not (tmp_path / "kept").exists()


def test_a_backup_that_fails_stops_nothing_and_is_said(control: Control, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file where the folder should be")
    page = control.post("/open").text
    assert control.stage() == "open"
    assert "备份没有成功" in page
    control.vote("xx--", "xx--", "xx--")
    assert "备份没有成功" in control.post("/close").text
    certify(control)
    control.post("/announce")
    assert control.stage() == "announced"
