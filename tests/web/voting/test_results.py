"""The result of a closed vote: who sees it, what it says, and that every file agrees with it."""

import csv
import io
import json
import re
from dataclasses import replace
from urllib.parse import unquote

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import service as accounts
from app.accounts.roles import Role
from app.ballotbox.canonical import canonical, digest
from app.ballotbox.domain import Denominator, Secrecy
from app.extensions import limiter
from app.thresholds import Threshold, percent
from tests.unit.voting import builders
from tests.web.voting.polls import Polls
from voting.formats import read_ballots, read_paper, read_turnout
from voting.outcomes import Tally
from voting.paper import Paper, TiePolicy
from voting.rounds import next_paper
from voting.tally import count, decide

PASSWORD = "correct horse"
FILES = ("result.xlsx", "result.csv", "paper.json", "ballots.csv")
PAGES = ("result", "result/print")
EVIL = '=HYPERLINK("http://evil.example","点我")'


def project(number: int) -> str:
    return f"第{number}号老旧小区改造<项目>&"


def make_paper(candidates: int = 4, seats: int = 2, kind: str = "select", **settings) -> Paper:
    paper = builders.paper(candidates, seats, kind, **settings)
    named = tuple(replace(c, name=project(c.number), unit="县住建局") for c in paper.candidates)
    return replace(paper, candidates=named, title="2027年度民生实事项目票决")


# 40 cards, 50 members, 26 needed: the first two pass, the second just so; one ballot is void.
BALLOTS = builders.ballots(
    *["xx.."] * 26, *["x.x."] * 4, *["..xx"] * 3, *["..x."] * 5, "....", "xxx."
)


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
        answer = client.post("/sign-in", data={"username": role.value, "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return entered


@pytest.fixture
def organiser(enter) -> FlaskClient:
    return enter(Role.ORGANISER)


def address(box_id: int, what: str) -> str:
    return f"/desk/votes/{box_id}/{what}"


def book(client: FlaskClient, box_id: int) -> openpyxl.Workbook:
    answer = client.get(address(box_id, "result.xlsx"))
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def rows_under(page, heading: str) -> list[tuple]:
    """The rows below the heading row that begins with this word, until the notes."""
    rows = [tuple(cell.value for cell in row) for row in page.iter_rows()]
    start = next(at for at, row in enumerate(rows) if row[0] == heading)
    return [row for row in rows[start + 1 :] if row[1] is not None]


def test_nothing_is_told_before_the_box_is_closed(polls, organiser):
    box_id = polls.open(make_paper())
    polls.put(box_id, BALLOTS)
    for what in PAGES + FILES:
        answer = organiser.get(address(box_id, what))
        assert answer.status_code == 409, what
        assert "老旧小区" not in answer.text


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.SCRUTINEER, Role.ADMINISTRATOR])
def test_who_holds_the_vote_sees_it_at_once(polls, enter, role):
    box_id = polls.hold(make_paper(), BALLOTS)
    client = enter(role)
    for what in PAGES + FILES:
        assert client.get(address(box_id, what)).status_code == 200, what


def test_a_viewer_waits_for_the_announcement(polls, enter):
    box_id = polls.hold(make_paper(), BALLOTS)
    client = enter(Role.VIEWER)
    for what in PAGES + FILES:
        assert client.get(address(box_id, what)).status_code == 403, what
    polls.announce(box_id)
    for what in PAGES + FILES:
        assert client.get(address(box_id, what)).status_code == 200, what


def test_a_stranger_sees_nothing(polls, site):
    box_id = polls.hold(make_paper(), BALLOTS)
    for what in PAGES + FILES:
        assert site.test_client().get(address(box_id, what)).status_code == 302, what


def test_an_altered_return_is_not_shown(polls, organiser):
    box_id = polls.hold(make_paper(), BALLOTS)
    sealed = polls.sealed(box_id)
    polls.alter(box_id, sealed=sealed.text.replace('"approve":26', '"approve":25'))
    for what in PAGES + FILES:
        assert organiser.get(address(box_id, what)).status_code == 409, what


def test_an_altered_paper_is_not_shown(polls, organiser):
    box_id = polls.hold(make_paper(), BALLOTS)
    polls.alter(box_id, paper=polls.paper_text(box_id).replace("老旧小区", "全新小区"))
    assert organiser.get(address(box_id, "result")).status_code == 409


def test_the_page_says_turnout_table_rule_and_digests(polls, organiser):
    box_id = polls.hold(make_paper(), BALLOTS)
    polls.certify(box_id, "赵监票")
    page = organiser.get(address(box_id, "result")).text
    sealed, tally = polls.sealed(box_id), polls.tally(box_id)
    plain = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for line in tally.lines:
        assert percent(*line.share) in plain
    for stated in (sealed.seal, sealed.paper, sealed.ballots, sealed.receipts, sealed.chain_close):
        assert stated in page
    assert "赵监票" in plain
    assert "第1号老旧小区改造&lt;项目&gt;&amp;" in page
    assert "<项目>" not in page
    assert page.index("第1号") < page.index("第2号") < page.index("第3号") < page.index("第4号")


def test_the_chart_obeys_the_policy_of_the_page(polls, organiser):
    box_id = polls.hold(make_paper(), BALLOTS)
    answer = organiser.get(address(box_id, "result"))
    svg = re.search(r"<svg[^>]*class=\"bars\".*</svg>", answer.text, re.DOTALL)[0]
    assert "style=" not in answer.text
    assert "<script>" not in answer.text
    assert svg.count('stroke="#9e1b1b"') == 2 + 1, "two bars, and one swatch of the legend"
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def test_every_number_of_the_workbook_is_that_of_the_return(polls, organiser):
    box_id = polls.hold(make_paper(), BALLOTS)
    polls.announce(box_id)  # a draft has one line more at its head
    sealed, tally = polls.sealed(box_id), polls.tally(box_id)
    summary, result, ballots, turnout, chart = book(organiser, box_id).worksheets
    assert len(chart._charts) == 1
    for row, line in zip(rows_under(result, _first(result, 3)), tally.lines, strict=True):
        place, number, name, _unit, votes, not_ticked, share, *_words = row
        assert (place, number, name) == (line.place, line.number, line.name)
        assert (votes, not_ticked) == (line.approve, line.not_cast)
        assert share == pytest.approx(line.approve / line.whole, abs=1e-15)
    figures = [row[1] for row in rows_under(turnout, _first(turnout, 2))]
    roll, out = sealed.roll, sealed.turnout
    assert figures == [
        roll.total_members, roll.due, roll.on_leave, roll.present, roll.quorum, out.issued,
        out.returned, out.issued - out.returned, out.valid, out.invalid, 1, out.spare,
    ]  # fmt: skip
    said = [row[1] for row in rows_under(summary, _first(summary, 2))]
    for stated in (len(tally.lines), tally.seats, tally.needed, sealed.seal, sealed.ballots):
        assert stated in said
    marks = [row[2:] for row in rows_under(ballots, _first(ballots, 2))]
    stored = [tuple("√" if m == ord("x") else None for m in ballot) for ballot in BALLOTS]
    assert sorted(map(str, marks)) == sorted(map(str, stored))


def _first(page, row: int) -> str:
    return page.cell(row, 1).value


def test_the_order_of_ballots_is_random_and_different_each_time(polls, organiser):
    rows = builders.pile([20, 20, 20, 20], 40)
    box_id = polls.hold(make_paper(seats=3), rows)

    def order() -> list[tuple]:
        sheet = book(organiser, box_id).worksheets[2]
        return [row[2:] for row in rows_under(sheet, _first(sheet, 2))]

    seen = {str(order()) for _ in range(4)}
    assert len(seen) == 4


def test_a_project_named_like_a_formula_is_only_a_name(polls, organiser):
    paper = make_paper()
    evil = replace(paper.candidates[0], name=EVIL, unit="@SUM(1)")
    paper = replace(paper, candidates=(evil, *paper.candidates[1:]), title="=1+1")
    box_id = polls.hold(paper, BALLOTS)
    texts = set()
    for sheet in book(organiser, box_id).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                assert cell.hyperlink is None
                texts.add(cell.value)
    assert {EVIL, "@SUM(1)", "=1+1"} <= texts
    table = organiser.get(address(box_id, "result.csv")).data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    assert rows[1][2] == f"'{EVIL}"
    assert rows[1][3] == "'@SUM(1)"


def test_the_csv_is_the_table(polls, organiser):
    box_id = polls.hold(make_paper(), BALLOTS)
    answer = organiser.get(address(box_id, "result.csv"))
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    for row, line in zip(rows[1:], polls.tally(box_id).lines, strict=True):
        assert row[0:3] == [str(line.place), str(line.number), line.name]
        assert row[4:7] == [str(line.approve), str(line.not_cast), percent(*line.share)]


@pytest.mark.parametrize(
    ("kind", "letters"), [("select", "x."), ("per_item", "yna."), ("rank", "12.")]
)
def test_a_scrutineer_counts_the_files_and_finds_the_same(polls, enter, kind, letters):
    rows = builders.ballots(
        *(f"{a}{b}{c}." for a in letters for b in letters for c in letters if a + b + c != "...")
    )[:39]
    box_id = polls.hold(make_paper(kind=kind), rows)
    client = enter(Role.SCRUTINEER)
    paper_file = client.get(address(box_id, "paper.json")).data
    ballots_file = client.get(address(box_id, "ballots.csv")).data
    paper = read_paper(paper_file)
    marks, _groups = read_ballots(paper, ballots_file)
    turnout = read_turnout(paper_file, paper.rule, len(marks))
    assert decide(paper, count(paper, marks), turnout) == polls.tally(box_id)
    document = json.loads(paper_file)
    del document["turnout"]
    assert digest(canonical(document)) == polls.sealed(box_id).paper


def test_files_are_named_after_session_title_and_round(polls, organiser):
    box_id = polls.hold(make_paper(), BALLOTS)
    for what in FILES:
        head = organiser.get(address(box_id, what)).headers["Content-Disposition"]
        name = unquote(head.split("filename*=UTF-8''")[1])
        assert name.startswith("明州市人民代表大会 第十七届第五次会议-2027年度民生实事项目票决-")
        assert name.endswith(what.split(".")[1])


def test_a_named_vote_carries_the_names_in_the_workbook_and_nowhere_else(polls, organiser):
    box_id = polls.hold(replace(make_paper(), secrecy=Secrecy.NAMED), BALLOTS)
    polls.announce(box_id)  # a draft has one line more at its head
    sheet = book(organiser, box_id).worksheets[2]
    rows = rows_under(sheet, _first(sheet, 2))
    stored = polls.stored(box_id)
    assert [row[1] for row in rows] == [voter for voter, _marks in stored]
    for row, (_voter, marks) in zip(rows, stored, strict=True):
        assert [cell == "√" for cell in row[3:]] == [mark == ord("x") for mark in marks]
    for what in ("ballots.csv", "paper.json", "result.csv"):
        assert "代表1" not in organiser.get(address(box_id, what)).data.decode("utf-8-sig")


def test_a_secret_vote_names_nobody(polls, organiser):
    box_id = polls.hold(make_paper(), BALLOTS)
    sheet = book(organiser, box_id).worksheets[2]
    assert len(rows_under(sheet, _first(sheet, 2))[0]) == 2 + 4


def test_a_tie_leads_to_a_runoff_and_rounds_stand_side_by_side(polls, enter, organiser):
    paper = make_paper()
    rows = builders.ballots(*(["xx.."] * 20 + ["x.x."] * 20))
    low = replace(
        paper,
        rule=replace(
            paper.rule, denominator=Denominator.VALID, threshold=Threshold.parse("ge 1/3")
        ),
    )
    first = polls.hold(low, rows)
    alone = organiser.get(address(first, "result")).text
    second_paper = next_paper(low, polls.tally(first))
    assert second_paper is not None
    second = polls.hold(second_paper, builders.ballots(*["x."] * 25, *[".x"] * 15), first=first)
    page = organiser.get(address(first, "result")).text
    assert address(second, "result") in page
    assert address(second, "result") not in alone
    later = organiser.get(address(second, "result")).text
    assert address(first, "result") in later
    assert "25票" in later or "25 votes" in later
    viewer = enter(Role.VIEWER)
    polls.announce(first)
    assert address(second, "result") not in viewer.get(address(first, "result")).text
    polls.announce(second)
    assert address(second, "result") in viewer.get(address(first, "result")).text


def test_more_ballots_than_issued_is_void_and_said_loudly(site, organiser):
    polls = Polls(site, cards=3, total=4)
    box_id = polls.hold(make_paper(), builders.ballots("x...", "x...", "x...", "x..."))
    assert polls.tally(box_id).void
    for what in PAGES:
        assert "result-warning" in organiser.get(address(box_id, what)).text
    assert book(organiser, box_id).worksheets[1]["A2"].value


def test_a_vote_declared_void_shows_the_reason(polls, organiser):
    box_id = polls.hold(make_paper(), BALLOTS)
    assert "result-warning" not in organiser.get(address(box_id, "result")).text
    polls.void(box_id, "会场停电")
    for what in PAGES:
        page = organiser.get(address(box_id, what)).text
        assert "会场停电" in re.search(r'result-warning">(.*?)</p>', page, re.DOTALL)[1]
    assert "会场停电" in book(organiser, box_id).worksheets[1]["A2"].value


def test_a_rehearsal_is_marked_on_page_and_file(site, organiser):
    polls = Polls(site, rehearsal=True)
    box_id = polls.hold(replace(make_paper(), rehearsal=True), BALLOTS)
    for what in PAGES:
        page = organiser.get(address(box_id, what)).text
        assert "rehearsal" in re.search(r"<body[^>]*>", page)[0]
        assert "result-warning" in page
    for sheet in book(organiser, box_id).worksheets:
        assert sheet["A2"].value
        assert sheet["A2"].value in sheet.oddHeader.center.text
    head = organiser.get(address(box_id, "result.xlsx")).headers["Content-Disposition"]
    assert unquote(head.split("UTF-8''")[1]).split("-")[0] in {"演练", "rehearsal"}


def test_a_box_of_another_instrument_is_not_ours(polls, organiser):
    box_id = polls.hold(make_paper(), BALLOTS)
    polls.alter(box_id, instrument="evaluation")
    assert organiser.get(address(box_id, "result")).status_code == 404
    assert organiser.get(address(999, "result")).status_code == 404


def test_nobody_voted_and_the_page_still_stands(polls, organiser):
    box_id = polls.hold(make_paper(tie=TiePolicy.TAKE_FEWER, denominator=Denominator.VALID), [])
    for what in PAGES + FILES:
        assert organiser.get(address(box_id, what)).status_code == 200, what
    assert Tally.from_json(polls.sealed(box_id).result).whole == 0
