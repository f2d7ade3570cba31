"""The list of projects as it is imported: headings, numbers, exact figures."""

import io

import openpyxl
import pytest

from app.intake.table import read_table
from app.refused import Refused
from voting.candidates import (
    COLUMNS,
    MOST_CANDIDATES,
    candidate_template,
    imported,
    investment,
    read_candidates,
)


def table(headings: str, *rows: str) -> bytes:
    return "\n".join((headings, *rows)).encode()


def test_an_office_s_headings_are_read_in_any_order():
    found = read_candidates(
        table(
            "项目来源,牵头单位,计划投资（万元）,候选项目名称,编号,完成时间,建设内容及规模",
            '代表建议,市水利局,"1,200.50",饮用水提标,７,2027年底,管网12公里',
        ),
        "a.csv",
    )
    assert not found.problems
    assert found.good == [
        {
            "source": "代表建议",
            "unit": "市水利局",
            "investment": "1200.5",
            "name": "饮用水提标",
            "number": 7,
            "completion": "2027年底",
            "description": "管网12公里",
        }
    ]


@pytest.mark.parametrize("headings", ["项目名称", "项目名称,序号"])
def test_without_numbers_rows_are_numbered_in_their_order(headings):
    cells = "" if headings == "项目名称" else ","
    found = read_candidates(table(headings, f"甲{cells}", f"乙{cells}", f"丙{cells}"), "a.csv")
    assert [(row["number"], row["name"]) for row in found.good] == [(1, "甲"), (2, "乙"), (3, "丙")]


def test_numbers_decide_the_order_and_not_the_rows():
    rows = read_candidates(table("序号,项目名称", "3,丙", "1,甲", "2,乙"), "a.csv")
    listed, _done = imported((), rows, iter("abc").__next__)
    assert [(c.number, c.name) for c in listed] == [(1, "甲"), (2, "乙"), (3, "丙")]


def test_another_unit_of_money_is_refused():
    with pytest.raises(Refused) as refused:
        read_candidates(table("项目名称,总投资（亿元）", "甲,3"), "a.csv")
    assert refused.value.reason == "unit_differs"


def test_a_list_no_phone_could_show_is_refused():
    rows = [f"项目{number}" for number in range(MOST_CANDIDATES + 1)]
    with pytest.raises(Refused) as refused:
        read_candidates(table("项目名称", *rows), "a.csv")
    assert (refused.value.reason, refused.value.facts["limit"]) == ("too_many_rows", 300)
    assert len(read_candidates(table("项目名称", *rows[1:]), "a.csv").good) == MOST_CANDIDATES


@pytest.mark.parametrize(
    ("typed", "exact"),
    [
        ("3200", "3200"),
        ("3200.00万元", "3200"),
        ("0.1", "0.1"),
        ("１２０．５０", "120.5"),
        ("0", "0"),
    ],
)
def test_an_investment_is_exact_text(typed, exact):
    assert investment(typed) == exact


@pytest.mark.parametrize("typed", ["三千", "-1", "1.23456", "1000000000000", "3亿元", "1e3"])
def test_what_is_no_investment_is_refused(typed):
    with pytest.raises(Refused):
        investment(typed)


def test_the_template_has_every_column_and_its_example_is_passed_over():
    template = candidate_template()
    sheet = openpyxl.load_workbook(io.BytesIO(template)).worksheets[0]
    headings = [cell.value for cell in sheet[2]]
    assert [heading.removesuffix("*") for heading in headings] == [c.heading for c in COLUMNS]
    assert len(read_table("a.xlsx", template).rows) == 3
    with pytest.raises(Refused) as refused:
        read_candidates(template, "a.xlsx")
    assert refused.value.reason == "no_rows"
    sheet.append(["1", "老旧小区改造", "市住建局", "3200", "", "", ""])
    filled = io.BytesIO()
    sheet.parent.save(filled)
    (row,) = read_candidates(filled.getvalue(), "a.xlsx").good
    assert (row["number"], row["name"], row["investment"]) == (1, "老旧小区改造", "3200")
