"""The recount bundle as it is downloaded: who gets it, and what a scrutineer does with it."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.accounts.roles import Role
from app.ballotbox import service
from tests.integration.evaluation import evaluations as rated
from tests.web.boxes.test_backups import certify
from tests.web.boxes.test_control import Control, closed, control
from tests.web.tickets.conftest import signed_in

__all__ = ["control"]
FILES = {
    "README.txt", "PAPER.json", "RULE.txt", "BALLOTS.csv", "BLINDING.txt",
    "RECEIPTS.txt", "TURNOUT.json", "RETURN.json", "ACTS.jsonl", "SHA256SUMS", "recount.py",
}  # fmt: skip


def fetched(control: Control) -> bytes:
    answer = control.client.get(control.url("/recount.zip"))
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    return answer.data


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run recount.py as a scrutineer would: another folder, no environment, nothing installed."""
    command = [sys.executable, "-I", "-S", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
        check=False,
    )


def test_a_scrutineer_unpacks_it_and_counts_again(control: Control, tmp_path: Path) -> None:
    closed(control)
    certify(control)
    archive = zipfile.ZipFile(io.BytesIO(fetched(control)))
    assert set(archive.namelist()) == FILES
    archive.extractall(tmp_path / "bundle")
    counted = run("recount.py", folder=tmp_path / "bundle")
    assert counted.returncode == 0, counted.stdout + counted.stderr
    with control.site.app_context():
        sealed = service.sealed_return(control.box_id)
    for shown in (sealed.seal, sealed.chain_open, sealed.chain_close, "jian女士、piao女士"):
        assert shown in counted.stdout
    assert "不符" not in counted.stdout
    assert "项目1  3票  当选" in counted.stdout
    assert "结论：16 项核对全部一致。" in counted.stdout


def test_it_can_stay_in_its_zip_and_says_what_was_changed(control: Control, tmp_path: Path) -> None:
    closed(control)
    whole = tmp_path / "whole.zip"
    whole.write_bytes(fetched(control))
    program = tmp_path / "recount.py"
    program.write_bytes(zipfile.ZipFile(whole).read("recount.py"))
    assert run("recount.py", "whole.zip", folder=tmp_path).returncode == 0
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(forged, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "BALLOTS.csv":
                content = content.replace("√,√,,".encode(), "√,,√,".encode(), 1)
            target.writestr(name, content)
    found = run("recount.py", "forged.zip", folder=tmp_path)
    assert found.returncode == 1
    for words in (
        "[不符] 文件",
        "[不符] 选票",
        "[不符] 计票：lines[项目2].approve：封存为 3，重算为 2",
    ):
        assert words in found.stdout
    assert "请勿签字" in found.stdout


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_what_is_no_bundle_is_told_from_one_that_differs(tmp_path: Path, content: bytes) -> None:
    program = Path(__file__).parents[3] / "recount" / "recount.py"
    (tmp_path / "bundle.zip").write_bytes(content)
    for path in ("bundle.zip", "nowhere.zip", "."):
        told = run(str(program), path, folder=tmp_path)
        assert (told.returncode, told.stdout) == (2, "")
        assert "无法复核" in told.stderr


def test_ballots_lie_in_another_order_each_time_and_no_file_tells_when(control: Control) -> None:
    control.post("/open")
    control.vote("xx--", "x---", "-xx-", "--xx", "xx--")
    control.post("/close")
    orders, others = set(), set()
    for _ in range(30):
        archive = zipfile.ZipFile(io.BytesIO(fetched(control)))
        orders.add(archive.read("BALLOTS.csv"))
        others.add(
            tuple(archive.read(name) for name in sorted(FILES - {"BALLOTS.csv", "SHA256SUMS"}))
        )
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert len(orders) > 10
    assert len(others) == 1


def test_it_is_named_after_session_and_title(control: Control) -> None:
    closed(control)
    head = control.client.get(control.url("/recount.zip")).headers["Content-Disposition"]
    name = unquote(head.split("filename*=UTF-8''")[1])
    assert name.startswith("明州市人民代表大会 第十七届第五次会议-民生实事项目票决-第1轮")
    assert name.endswith("复核包.zip")


def test_who_may_take_it_and_when(control: Control) -> None:
    scrutineer, viewer = (
        signed_in(control.site, Role.SCRUTINEER),
        signed_in(control.site, Role.VIEWER),
    )
    url = control.url("/recount.zip")
    for client in (control.client, scrutineer, viewer):
        assert client.get(url).status_code == 409
    closed(control)
    assert control.client.get(url).status_code == scrutineer.get(url).status_code == 200
    assert viewer.get(url).status_code == 403
    assert "监票复核包" in scrutineer.get(control.url()).text
    certify(control)
    control.post("/announce")
    assert viewer.get(url).status_code == 200


def test_the_ballots_of_an_evaluation_never_leave_those_who_count(control: Control) -> None:
    with control.site.test_request_context():
        box_id = rated.drafted(2)
        rated.hold(box_id, rated.hand_out(box_id, 6), [b"AB"] * 6)
        for name in ("jian", "piao"):
            service.certify(box_id, name, name, 2, now=rated.NOON)
        service.announce(box_id, "o", now=rated.NOON)
    url = f"/desk/boxes/{box_id}/recount.zip"
    viewer = signed_in(control.site, Role.VIEWER)
    assert viewer.get(url).status_code == 403
    assert "监票复核包" not in viewer.get(f"/desk/boxes/{box_id}").text
    assert control.client.get(url).status_code == 200


def test_receipts_are_given_as_a_file_sorted(control: Control) -> None:
    closed(control)
    lines = control.client.get(control.url("/receipts.txt")).data.decode("utf-8-sig").split("\r\n")
    assert len(lines) == 4
    assert lines[:3] == sorted(lines[:3])
    assert all(len(line) == len("XXXX-XXXX-XXXX") for line in lines[:3])
