"""A roster from a file: whole or not at all, with every fault in words."""

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from tests.integration.assembly.rosters import roster

IMPORT = "/desk/deputies/import"


def upload(client, content: bytes, name: str = "名册.csv", **fields: str):
    data = {"table": (io.BytesIO(content), name), **fields}
    return client.post(IMPORT, data=data, content_type="multipart/form-data")


def on_roster(client) -> str:
    return re.search(r"(\d+) people are on the roster", client.get("/desk/deputies").text)[1]


def test_a_sound_file_is_written_at_once_and_what_it_did_is_said(desk):
    page = upload(desk.client, roster("001,张玉书,城东代表团,否,", "200,李明,城东代表团,,"))
    assert page.status_code == 200
    assert "1 people added, 1 updated, 0 unchanged." in page.text
    assert on_roster(desk.client) == "8"
    assert not desk.deputy("001").committee_member


def test_sent_twice_it_changes_nothing(desk):
    rows = roster("200,李明,城东代表团,,")
    upload(desk.client, rows)
    assert "0 people added, 0 updated, 1 unchanged." in upload(desk.client, rows).text


def test_who_is_missing_from_the_file_is_named_and_left_alone(desk):
    page = upload(desk.client, roster("001,张玉书,城东代表团,是,")).text
    missing = page.split("not in this file")[-1]
    assert re.findall(r'<td class="nowrap">(.*?)</td>', missing) == [
        "12", "L1", "002", "003", "004", "120",
    ]  # fmt: skip
    assert on_roster(desk.client) == "7"


def test_columns_that_nobody_reads_are_named(desk):
    content = roster("001,张玉书,民盟", headings="编号,姓名,党派")
    assert "These columns were not read: 党派." in upload(desk.client, content).text


def test_a_file_with_any_fault_is_refused_whole_and_all_faults_are_listed(desk):
    content = roster("200,李明,城东,,", "201,,城东,,", "202,王五,城东,也许,", "200,赵六,,,")
    page = upload(desk.client, content)
    assert page.status_code == 422
    rows = re.findall(
        r'<td class="number">(\d+)</td>\s*<th scope="row">(.*?)</th>', page.text, re.DOTALL
    )
    assert rows == [("3", "姓名"), ("4", "常委会组成人员"), ("5", "编号")]
    assert on_roster(desk.client) == "7"


def test_numbers_that_lost_their_zeros_are_asked_about_before_anything_is_written(desk):
    content = roster("1,张玉书,城东代表团,是,", "200,李明,城东代表团,,")
    page = upload(desk.client, content)
    assert page.status_code == 422
    assert "as number 001" in page.text
    assert 'name="known_anyway"' in page.text
    assert on_roster(desk.client) == "7"
    meant = upload(desk.client, content, known_anyway="y")
    assert "2 people added" in meant.text
    assert on_roster(desk.client) == "9"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is nothing in this file."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "old kind"),
        ("甲,乙\n1,2\n".encode(), "No row of headings was found."),
        ("编号\n1\n".encode(), "These columns are missing: 姓名."),
        (b"PK\x03\x04nothing", "This file is damaged."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is not a table."),
    ],
)
def test_what_is_no_roster_is_refused_beside_the_field(desk, content, said):
    page = upload(desk.client, content)
    assert page.status_code == 422
    error = re.search(r'id="table-error">(.*?)</div>', page.text, re.DOTALL)[1]
    assert said in error
    assert on_roster(desk.client) == "7"


def test_no_file_is_said_beside_the_field(desk):
    page = desk.client.post(IMPORT)
    assert page.status_code == 422
    assert 'id="table-error"' in page.text


def test_the_template_comes_back_as_a_workbook_and_is_read_again(desk):
    answer = desk.client.get(f"{IMPORT}/template.xlsx")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert ".xlsx" in answer.headers["Content-Disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[1][:3] == ["编号*", "姓名*", "代表团"]
    untouched = upload(desk.client, answer.data, "代表名册.xlsx")
    assert "There is nothing under the headings" in untouched.text


def test_a_name_in_a_file_is_never_markup(desk):
    content = roster("200,<b>李明</b>,<i>团</i>,,", "bad,,,,")
    assert "<b>李明" not in upload(desk.client, content).text
    upload(desk.client, roster("200,<b>李明</b>,<i>团</i>,,"))
    assert "<b>李明" not in desk.client.get("/desk/deputies").text
