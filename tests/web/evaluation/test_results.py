"""The result of a closed evaluation: who sees it, what it says, what it keeps to itself."""

import csv
import io
import json
import re
from urllib.parse import unquote

import openpyxl
import pytest
from flask_babel import force_locale

from app.accounts.roles import Role
from app.ballotbox import service as box_service
from app.ballotbox.canonical import canonical, digest
from app.thresholds import percent
from evaluation.decision import decide
from evaluation.formats import read_ballots, read_paper, read_turnout
from evaluation.outcomes import Tally
from evaluation.paper import RankBy, RaterGroup
from evaluation.presets import POINT_BANDS
from evaluation.tally import array, count, group_array
from tests.contracts.hall import NOON
from tests.integration.evaluation.evaluations import drafted, hand_out, hold

FILES = ("result.xlsx", "result.csv", "paper.json", "ballots.csv")
PAGES = ("result", "result/print")
ROWS = [b"AAC"] * 28 + [b"ABC"] * 7 + [b"BCA"] * 3 + [b"\xff\xff\xff"]
REMARK = "答复较慢<b>望改进</b>"


@pytest.fixture
def held(site):
    def made(rows=ROWS) -> int:
        with site.app_context(), force_locale("zh_Hans"):
            box_id = drafted(3, remarks=True)
            hold(box_id, hand_out(box_id, 40), rows, {"s1": REMARK})
            return box_id

    return made


def address(box_id: int, what: str) -> str:
    return f"/desk/evaluations/{box_id}/{what}"


def sealed(site, box_id: int):
    with site.app_context():
        return box_service.sealed_return(box_id)


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def announce(site, box_id: int) -> None:
    with site.app_context():
        box_service.certify(box_id, "jp", "赵监票", 1, now=NOON)
        box_service.announce(box_id, "o", now=NOON)


def book(client, box_id: int) -> openpyxl.Workbook:
    answer = client.get(address(box_id, "result.xlsx"))
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def texts(workbook: openpyxl.Workbook) -> str:
    cells = (cell.value for page in workbook for row in page.iter_rows() for cell in row)
    return "\n".join(str(cell) for cell in cells if cell is not None)


def test_a_viewer_waits_for_the_announcement_and_a_stranger_for_ever(held, site, enter):
    box_id = held()
    client = enter(Role.VIEWER)
    for what in PAGES + FILES:
        assert client.get(address(box_id, what)).status_code == 403, what
        assert site.test_client().get(address(box_id, what)).status_code == 302, what
    announce(site, box_id)
    for what in PAGES + FILES:
        assert client.get(address(box_id, what)).status_code == 200, what
    assert client.get(address(box_id, "remarks")).status_code == 403


def test_nothing_is_told_before_the_box_is_closed(opened, organiser):
    box_id, _codes = opened()
    for what in (*PAGES, *FILES, "remarks"):
        assert organiser.get(address(box_id, what)).status_code == 409, what


def test_page_and_sheet_say_turnout_both_rates_response_outcome_and_digests(held, site, organiser):
    box_id = held()
    found = sealed(site, box_id)
    tally = Tally.from_json(found.result)
    for what in PAGES:
        page = organiser.get(address(box_id, what)).text
        said = plain(page)
        for line in tally.lines:
            assert line.name in said
            for rate in line.rates:
                assert percent(rate.part, rate.whole) in said
        assert said.count("39/40") >= 3
        assert "本次测评有效" in said
        assert "本次表决" not in said
        for stated in (found.seal, found.paper, found.ballots, found.receipts, found.chain_close):
            assert stated in page
        assert "style=" not in page
    page = organiser.get(address(box_id, "result")).text
    assert page.count('class="bars"') == 1
    assert REMARK not in page
    assert address(box_id, "remarks") in page
    assert organiser.get(f"/desk/boxes/{box_id}").text.count('class="bars"') == 1


def test_the_workbook_has_no_remark_and_no_order_of_arrival(held, site, organiser):
    box_id = held()
    made = book(organiser, box_id)
    said = texts(made)
    assert "望改进" not in said
    names = [page.title for page in made]
    assert names[:2] == ["概况", "测评结果"]
    assert names[-3] == "选票（无记名）"
    tally = Tally.from_json(sealed(site, box_id).result)
    for line in tally.lines:
        assert line.name in said
    sheets = [
        [
            [cell.value for cell in row]
            for row in book(organiser, box_id)["选票（无记名）"].iter_rows()
        ]
        for _ in range(3)
    ]
    assert len({str(rows) for rows in sheets}) == 3
    assert sorted(str(row[1:]) for row in sheets[0]) == sorted(str(row[1:]) for row in sheets[1])


def test_the_csv_is_the_table(held, site, organiser):
    box_id = held()
    content = organiser.get(address(box_id, "result.csv")).data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    tally = Tally.from_json(sealed(site, box_id).result)
    assert [row["测评对象"] for row in rows] == [line.name for line in tally.lines]
    for row, line in zip(rows, tally.lines, strict=True):
        assert [int(row[name]) for name in tally.grades] == list(line.criteria[0].grades)
        assert row["满意率"] == percent(line.rates[0].part, line.rates[0].whole)
        assert row["总体满意率"] == percent(line.rates[1].part, line.rates[1].whole)
        assert line.outcome is not None
        assert row["结果"] == line.outcome.label


@pytest.mark.parametrize("groups", [(), ("committee_member", "deputy")])
def test_a_scrutineer_counts_the_files_and_finds_the_same(held, site, enter, groups):
    asked = tuple(RaterGroup(name, name, 50) for name in groups)
    box_id = _held_by_groups(site, asked) if groups else held()
    client = enter(Role.SCRUTINEER)
    paper_file = client.get(address(box_id, "paper.json")).data
    ballots_file = client.get(address(box_id, "ballots.csv")).data
    found = sealed(site, box_id)
    paper = read_paper(paper_file)
    marks, names = read_ballots(paper, ballots_file)
    issued = {group.id: group.issued for group in Tally.from_json(found.result).groups}
    turnout = read_turnout(paper_file, paper, len(marks))
    counts = count(paper, array(marks, len(paper.items)), group_array(paper, names))
    assert decide(paper, counts, turnout, issued) == Tally.from_json(found.result)
    document = json.loads(paper_file)
    del document["turnout"]
    assert digest(canonical(document)) == found.paper
    headings = ballots_file.decode("utf-8-sig").splitlines()[0].split(",")
    assert headings == ["s1", "s2", "s3", *(["group"] if groups else [])]


def _held_by_groups(site, asked, sizes=(20, 20), **settings) -> int:
    with site.app_context(), force_locale("zh_Hans"):
        box_id = drafted(3, groups=asked, **settings)
        codes = [
            code
            for group, number in zip(asked, sizes, strict=True)
            for code in hand_out(box_id, number, group.id)
        ]
        hold(box_id, codes, [b"ABC"] * sizes[0] + [b"BBA"] * sizes[1])
        return box_id


def test_a_group_of_three_cannot_be_read_from_any_page_or_file(site, organiser):
    asked = (RaterGroup("committee_member", "委员", 60), RaterGroup("deputy", "代表", 40))
    box_id = _held_by_groups(site, asked, (12, 3), rules=POINT_BANDS, rank_by=RankBy.SCORE)
    found = Tally.from_json(sealed(site, box_id).result)
    assert {line.withheld.value for line in found.lines} == {"counts"}
    for what in PAGES:
        said = plain(organiser.get(address(box_id, what)).text)
        assert "不足5人" in said or "少于5人" in said
        assert "12/12" not in said
    page = organiser.get(address(box_id, "result")).text
    assert page.count('class="bars"') == 1
    made = book(organiser, box_id)
    assert "选票（无记名）" not in [one.title for one in made]
    table = list(
        csv.DictReader(
            io.StringIO(organiser.get(address(box_id, "result.csv")).data.decode("utf-8-sig"))
        )
    )
    assert "满意" not in table[0]
    assert {row[rate] for row in table for rate in ("满意率", "总体满意率", "有效评价")} == {"—"}
    refused = organiser.get(address(box_id, "ballots.csv"))
    assert refused.status_code == 409
    assert "不提供" in refused.text


def test_files_are_named_after_session_title_and_round(held, organiser):
    box_id = held()
    for what in FILES:
        head = organiser.get(address(box_id, what)).headers["Content-Disposition"]
        name = unquote(head.split("filename*=UTF-8''")[1])
        assert "2026年度政府部门工作满意度测评-第1轮-" in name
        assert name.endswith(what.split(".")[1])


def test_declared_void_says_so_on_page_sheet_and_file(held, site, organiser):
    box_id = held()
    with site.app_context():
        box_service.void_box(box_id, "会场停电", "o", now=NOON)
    for what in PAGES:
        page = organiser.get(address(box_id, what)).text
        assert "会场停电" in re.search(r'result-warning">(.*?)</p>', page, re.DOTALL)[1]
        assert "未产生结果" in page
    assert "会场停电" in texts(book(organiser, box_id))


def test_another_instruments_box_is_not_ours(organiser):
    for what in (*PAGES, *FILES, "remarks"):
        assert organiser.get(address(999, what)).status_code == 404


def test_nobody_rated_and_the_pages_still_stand(held, organiser):
    box_id = held(rows=[])
    for what in (*PAGES, *FILES, "remarks"):
        assert organiser.get(address(box_id, what)).status_code == 200, what


class TestComparison:
    def test_the_page_and_the_workbook_of_comparisons(self, held, site, organiser):
        first, second = held(), held([b"ABA"] * 30)
        for box_id in (first, second):
            announce(site, box_id)
        page = organiser.get(address(second, "compare"))
        assert page.status_code == 200
        assert "个百分点" in page.text
        assert page.text.count('class="bars"') == 1
        chosen = organiser.get(address(second, "compare?subject=s1&subject=s2&subject=none")).text
        assert "并列比较" in chosen
        assert chosen.count("checked") == 2
        answer = organiser.get(address(second, "compare.xlsx"))
        rows = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
        assert sum(row[1].value == "明州市教育局" for row in rows.iter_rows()) == 2
        assert address(second, "compare") in organiser.get(address(second, "result")).text

    def test_it_waits_as_the_result_does(self, held, opened, site, organiser, enter):
        box_id = held()
        viewer = enter(Role.VIEWER)
        for what in ("compare", "compare.xlsx"):
            assert viewer.get(address(box_id, what)).status_code == 403
            assert organiser.get(address(box_id, what)).status_code == 200
        still_open, _codes = opened()
        assert organiser.get(address(still_open, "compare")).status_code == 409
        announce(site, box_id)
        assert viewer.get(address(box_id, "compare")).status_code == 200
