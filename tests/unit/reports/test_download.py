"""Names of files: Chinese, and fit for every system."""

import pytest

from app.reports.download import CSV, download, file_name


def test_parts_are_joined_and_empty_ones_left_out():
    assert file_name("第五次会议", "", "表决结果", suffix=".xlsx") == "第五次会议-表决结果.xlsx"


@pytest.mark.parametrize(
    "nasty", ['a/b\\c:d*e?f"g<h>i|j', "a\r\nSet-Cookie: x", "../..", "\u202exslx"]
)
def test_nothing_that_a_file_system_or_a_head_takes_amiss(nasty):
    name = file_name(nasty, "结果", suffix=".csv")
    assert not set('/\\:*?"<>|\r\n\u202e') & set(name)
    assert not name.startswith(".")


def test_a_long_title_is_cut_and_the_round_stays():
    name = file_name("会议", "长" * 300, "第2轮", suffix=".xlsx")
    assert name.startswith("会议-长")
    assert name.endswith("长-第2轮.xlsx")
    assert len(name.encode()) <= 255


def test_the_name_travels_in_utf_8(app):
    with app.test_request_context():
        answer = download(b"1", CSV, "第五次会议-表决结果.csv")
    assert "filename*=UTF-8''%E7%AC%AC" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
