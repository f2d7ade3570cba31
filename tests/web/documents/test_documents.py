"""The documents page: who sees what and when, and that the archive holds everything."""

import hashlib
import io
import zipfile
from dataclasses import replace
from urllib.parse import unquote

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import service as accounts
from app.accounts.roles import Role
from app.ballotbox.service import boxes_of
from app.extensions import limiter
from app.refused import Refused
from app.reports.archive import archive
from app.reports.dossier import EXPORTED_FILES, ITEM_FILES, SESSION_FILES, filed
from tests.contracts.hall import NOON
from tests.unit.reports.reading import pdf_text, word_text
from tests.unit.voting import builders
from tests.web.voting.polls import Polls
from voting.paper import Paper

PASSWORD = "correct horse"
BALLOTS = builders.ballots(*["xx.."] * 30, *["x.x."] * 4, *["..xx"] * 6)


def paper() -> Paper:
    made = builders.paper(4, 2)
    named = tuple(replace(one, name=f"第{one.number}号老旧小区改造") for one in made.candidates)
    return replace(made, candidates=named, title="2027年度民生实事项目票决")


@pytest.fixture
def polls(site: Flask) -> Polls:
    return Polls(site)


@pytest.fixture
def enter(site: Flask):
    def entered(role: Role) -> FlaskClient:
        limiter.reset()
        with site.app_context():
            accounts.create_staff(
                role.value, role.value, role, PASSWORD, must_change_password=False
            )
        client = site.test_client()
        client.post("/sign-in", data={"username": role.value, "password": PASSWORD})
        return client

    return entered


def of_session(polls: Polls, what: str = "documents") -> str:
    return f"/desk/sessions/{polls.session_id}/{what}"


def of_box(box_id: int, what: str) -> str:
    return f"/desk/boxes/{box_id}/{what}"


FILES = ("documents/return.docx", "documents/return.pdf", "documents/notice.pdf",
         "documents/return.json", "slides/1.png", "slides/1.svg")  # fmt: skip


def test_nothing_is_given_before_the_box_is_closed(polls, enter):
    box_id = polls.open(paper())
    organiser = enter(Role.ORGANISER)
    page = organiser.get(of_session(polls))
    assert "还没有结果文书" in page.text
    assert "尚无文书的事项" in page.text
    for what in FILES:
        assert organiser.get(of_box(box_id, what)).status_code == 409, what
    assert organiser.get(of_session(polls, "documents/returns.pdf")).status_code == 409
    assert organiser.get(of_session(polls, "archive.zip")).status_code == 409


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.SCRUTINEER])
def test_drafts_are_marked_and_for_those_who_hold_the_vote(polls, enter, role):
    box_id = polls.hold(paper(), BALLOTS)
    client = enter(role)
    page = client.get(of_session(polls)).text
    assert "未宣布" in page
    assert "archive.zip" not in page
    for what in FILES:
        answer = client.get(of_box(box_id, what))
        assert answer.status_code == 200, what
        assert "未宣布" in unquote(answer.headers["Content-Disposition"])
    docx = client.get(of_box(box_id, "documents/return.docx")).data
    pdf = client.get(of_box(box_id, "documents/return.pdf")).data
    assert all("未宣布：仅供核对" in text for text in (word_text(docx), pdf_text(pdf)))
    assert client.get(of_session(polls, "archive.zip")).status_code == 409


def test_a_viewer_waits_for_the_announcement(polls, enter):
    box_id = polls.hold(paper(), BALLOTS)
    viewer = enter(Role.VIEWER)
    assert "return.docx" not in viewer.get(of_session(polls)).text
    for what in FILES:
        assert viewer.get(of_box(box_id, what)).status_code == 403, what
    assert viewer.get(of_session(polls, "documents/returns.docx")).status_code == 409
    polls.announce(box_id)
    page = viewer.get(of_session(polls)).text
    assert "return.docx" in page
    assert "未宣布" not in page
    assert "archive.zip" not in page
    for what in FILES:
        answer = viewer.get(of_box(box_id, what))
        assert answer.status_code == 200, what
        assert "未宣布" not in unquote(answer.headers["Content-Disposition"])
    assert viewer.get(of_session(polls, "archive.zip")).status_code == 403


def test_unknown_files_are_not_found(polls, enter):
    box_id = polls.hold(paper(), BALLOTS)
    client = enter(Role.ORGANISER)
    for path in (
        of_box(box_id, "documents/nothing.docx"),
        of_box(box_id, "documents/letters.docx"),  # a vote has no letters
        of_box(box_id, "slides/2.png"),
        of_box(box_id, "slides/0.svg"),
        of_session(polls, "documents/nothing.pdf"),
        "/desk/sessions/999/documents",
    ):
        assert client.get(path).status_code in {404, 409}, path


def test_every_link_of_the_page_gives_its_file(polls, enter):
    polls.announce(polls.hold(paper(), BALLOTS))
    client = enter(Role.ORGANISER)
    page = client.get(of_session(polls)).text
    links = [part.split('"')[0] for part in page.split('href="')[1:]]
    files = [link for link in links if "/documents/" in link or "/slides/" in link]
    assert len(files) == 5 + 5 + 2
    for link in files:
        assert client.get(link).status_code == 200, link


def test_the_archive_holds_every_document_and_its_digests(polls, enter):
    first = polls.hold(paper(), BALLOTS)
    polls.announce(first)
    second = polls.hold(replace(paper(), title="第二项"), BALLOTS)
    client = enter(Role.ORGANISER)
    assert client.get(of_session(polls, "archive.zip")).status_code == 409
    polls.announce(second)
    answer = client.get(of_session(polls, "archive.zip"))
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        names = file.namelist()
        sums = file.read("SHA256SUMS.txt").decode()
        for line in sums.splitlines():
            digest, _, name = line.partition("  ")
            assert hashlib.sha256(file.read(name)).hexdigest() == digest
        assert sums.count("\n") == len(names) - 1
        (book,) = [name for name in names if name.startswith("会议工作簿")]
        sheets = openpyxl.load_workbook(io.BytesIO(file.read(book)))
    for folder in ("1-2027年度民生实事项目票决", "2-第二项"):
        inside = [name.rpartition("/")[2] for name in names if name.startswith(folder)]
        # Every file but the letters, which a vote has not; a slide in two forms; the bundle.
        assert len(inside) == len(ITEM_FILES) - 2 + len(EXPORTED_FILES) + 2 + 1
        assert sum(name.endswith("复核包.zip") for name in inside) == 1
        assert {"return.json", "PAPER.json", "BALLOTS.csv", "1.png", "1.svg"} <= set(inside)
    assert len(names) == len(SESSION_FILES) + 2 * len(inside) + 1
    assert sheets.sheetnames[0] == "概览"
    assert [sheet.title for sheet in sheets if sheet._charts] == [
        "1 表决结果图表",
        "2 表决结果图表",
    ]


def test_what_others_put_beside_goes_into_the_folder_of_each_box(polls, site):
    polls.announce(polls.hold(paper(), BALLOTS))
    with site.test_request_context():
        them = [filed(box) for box in boxes_of(polls.session_id)]
        made = archive(them, NOON, [lambda box: [("复核/box.txt", str(box.id).encode())]])
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        (name,) = [one for one in file.namelist() if one.endswith("复核/box.txt")]
        assert file.read(name) == str(them[0].box.id).encode()


def test_ballots_that_are_withheld_keep_nothing_else_out_of_the_archive(polls, site, monkeypatch):
    def refusing(reason):
        def make(_one, _at):
            raise Refused(reason)

        files = [replace(one, make=make) if "BALLOTS" in one.key else one for one in EXPORTED_FILES]
        monkeypatch.setattr("app.reports.archive.EXPORTED_FILES", files)

    polls.announce(polls.hold(paper(), BALLOTS))
    with site.test_request_context():
        them = [filed(box) for box in boxes_of(polls.session_id)]
        refusing("evaluation_ballots_withheld")
        with zipfile.ZipFile(io.BytesIO(archive(them, NOON))) as file:
            names = file.namelist()
        assert not [name for name in names if "BALLOTS" in name]
        assert [name for name in names if "PAPER" in name]
        refusing("seal_broken")
        with pytest.raises(Refused):
            archive(them, NOON)


def test_a_rehearsal_is_marked_in_every_name(site, enter):
    polls = Polls(site, rehearsal=True)
    polls.announce(polls.hold(paper(), BALLOTS))
    client = enter(Role.ORGANISER)
    answer = client.get(of_session(polls, "archive.zip"))
    assert "演练" in unquote(answer.headers["Content-Disposition"])
