"""Headings are found and matched; every row is good or has its problems listed."""

import io
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.intake.cells import amount, identifier, person_name, phone, yes_no
from app.intake.columns import Column, Problem, Rows, read_rows, sound_values
from app.intake.table import Table, read_table
from app.intake.template import template_workbook
from app.refused import Refused

COLUMNS = (
    Column("number", ("编号", "代表证号", "Number"), identifier, required=True, unique=True),
    Column("name", ("姓名", "代表姓名", "Name"), person_name, required=True),
    Column("phone", ("手机", "联系电话", "Phone"), phone, default=""),
    Column("investment", ("总投资", "投资额"), amount("万元"), unit="万元"),
    Column("member", ("常委会委员",), yes_no, default=False, choices=("是", "否")),
)
EXAMPLE = {"number": "1", "name": "张三", "phone": "13900000000", "member": "否"}


def rows_of(*rows: tuple[str, ...], examples=()) -> Rows:
    width = max(map(len, rows))
    grid = tuple(row + ("",) * (width - len(row)) for row in rows)
    return read_rows(Table("名册", "", grid), COLUMNS, examples=examples)


def refusal(*rows: tuple[str, ...]) -> tuple[str, dict]:
    with pytest.raises(Refused) as caught:
        rows_of(*rows)
    return caught.value.reason, dict(caught.value.facts)


def test_rows_under_a_title_in_any_order():
    found = rows_of(
        ("某市第十七届人大代表名册",),
        ("2025年2月", "", "单位：万元"),
        (" 姓  名 ", "备注", "代表证号（必填）*", "总投资（万元）", ""),
        ("张  三", "组长", "007", "1,200", ""),
        ("", "", "", "", ""),
        ("李四", "", "8", "", ""),
    )
    assert found.good == [
        {"number": "007", "name": "张三", "investment": Decimal(1200)},
        {"number": "8", "name": "李四", "investment": None},
    ]
    assert (found.numbers, found.problems, found.ignored) == ([4, 6], [], ["备注"])


def test_columns_the_file_does_not_have_are_left_out_and_blank_cells_are_not():
    assert rows_of(("编号", "姓名"), ("1", "张三")).good == [{"number": "1", "name": "张三"}]
    assert rows_of(("编号", "姓名", "手机"), ("1", "张三", "")).good[0]["phone"] == ""


@given(st.permutations([(0, "编号"), (1, "姓名"), (2, "手机"), (4, "常委会委员")]))
def test_the_order_of_columns_does_not_matter(order):
    cells = {0: "1", 1: "张三", 2: "13900000000", 4: "是"}
    found = rows_of(tuple(name for _, name in order), tuple(cells[place] for place, _ in order))
    assert found.good == [{"number": "1", "name": "张三", "phone": "13900000000", "member": True}]


@pytest.mark.parametrize(
    "heading",
    [
        "总投资",
        "总投资（万元）",
        "总投资(万元)",
        "总 投 资【万元】",
        "总投资（单位：万元）",
        "投资额：",
        "总投资（含配套）",
    ],
)
def test_headings_are_forgiving(heading):
    assert "investment" in rows_of(("编号", "姓名", heading), ("1", "张三", "5")).good[0]


@pytest.mark.parametrize("heading", ["总投资（亿元）", "总投资(元)", "投资额（单位：亿元）"])
def test_another_unit_is_refused_and_not_read_ten_thousand_times_wrong(heading):
    assert refusal(("编号", "姓名", heading), ("1", "张三", "5")) == (
        "unit_differs",
        {"heading": heading, "unit": "万元"},
    )


def test_headings_in_english_and_any_case():
    assert rows_of((" NUMBER", "name"), ("1", "Ann")).good == [{"number": "1", "name": "Ann"}]


def test_all_bad_rows_are_listed_with_their_numbers():
    found = rows_of(
        ("编号", "姓名", "手机"),
        ("1", "张三", "139"),
        ("", "", "13900000000"),
        ("3", "李四", "13900000000"),
    )
    assert found.numbers == [4]
    assert found.problems == [
        Problem(2, "手机", "139", "not_a_phone", {}),
        Problem(3, "编号", "", "blank", {}),
        Problem(3, "姓名", "", "blank", {}),
    ]


def test_a_key_twice_in_a_file_names_both_rows():
    found = rows_of(("编号", "姓名"), ("1", "张三"), ("2", "李四"), ("1.0", "王五"), ("１", "赵六"))
    assert found.problems == [
        Problem(4, "编号", "1", "twice_in_the_file", {"first": 2}),
        Problem(5, "编号", "1", "twice_in_the_file", {"first": 2}),
    ]
    assert found.numbers == [2, 3]


def test_missing_columns_are_refused_by_name():
    assert refusal(("姓名", "手机"), ("张三", "")) == ("columns_missing", {"headings": ["编号"]})


def test_a_table_without_headings_is_refused_with_those_expected():
    assert refusal(("张三", "1"), ("李四", "2")) == (
        "no_heading_row",
        {"expected": ["编号", "姓名", "手机", "总投资（万元）", "常委会委员"]},
    )
    reason, _ = refusal(*[("公文",)] * 20, ("编号", "姓名"), ("1", "张三"))
    assert reason == "no_heading_row"


def test_two_columns_for_one_thing_are_refused():
    assert refusal(("编号", "姓名", "代表姓名"), ("1", "张三", "李四")) == (
        "heading_twice",
        {"headings": ["姓名", "代表姓名"]},
    )


def test_headings_with_nothing_under_them_are_refused():
    assert refusal(("编号", "姓名"), ("", " ")) == ("no_rows", {})


def test_headings_repeated_on_every_page_are_passed_over():
    found = rows_of(("编号", "姓名"), ("1", "张三"), ("编号", "姓名"), ("2", "李四"))
    assert (found.numbers, found.problems) == ([2, 4], [])


def test_untouched_examples_are_passed_over_and_changed_ones_are_read():
    untouched = ("1", "张三", "13900000000", "", "否")
    headings = tuple(column.heading for column in COLUMNS)
    found = rows_of(headings, untouched, ("1", "李四", "13900000000", "", "否"), examples=[EXAMPLE])
    assert [row["name"] for row in found.good] == ["李四"]


def test_a_heading_all_in_brackets_is_itself():
    columns = (Column("mark", ("（一）",)),)
    assert read_rows(Table("a", "", (("(一)",), ("x",))), columns).good == [{"mark": "x"}]


def test_three_thousand_rows_are_read_and_checked_in_half_a_second():
    rows = [("编号", "姓名", "手机", "总投资", "常委会委员")]
    rows += [(str(at), "张三", "13900000000", "12.5", "是") for at in range(3_000)]
    content = "\n".join(map(",".join, rows)).encode()
    began = time.perf_counter()
    found = read_rows(read_table("a", content), COLUMNS)
    assert len(found.good) == 3_000
    assert time.perf_counter() - began < 0.5


def test_the_template_reads_back_with_nothing_in_it():
    content = template_workbook(COLUMNS, [EXAMPLE], "代表名册", ["编号不能重复。"])
    with pytest.raises(Refused) as caught:
        read_rows(read_table("模板.xlsx", content), COLUMNS, examples=[EXAMPLE])
    assert caught.value.reason == "no_rows"
    found = read_rows(read_table("模板.xlsx", content), COLUMNS)
    assert found.good == [
        {"number": "1", "name": "张三", "phone": "13900000000", "investment": None, "member": False}
    ]


def test_the_template_is_ready_to_fill_in():
    content = template_workbook(COLUMNS, [EXAMPLE], "代表名册", ["编号不能重复。"])
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["代表名册", "填写说明"]
    sheet = book["代表名册"]
    headings = [cell.value for cell in sheet[2]]
    assert headings == ["编号*", "姓名*", "手机", "总投资（万元）", "常委会委员"]
    assert sheet["C3"].number_format == "@"
    assert sheet["C3"].font.color.rgb == "FF767676"
    assert sheet.freeze_panes == "A3"
    (validation,) = sheet.data_validations.dataValidation
    assert (validation.formula1, str(validation.sqref)) == ('"是,否"', "E3:E3001")
    assert book["填写说明"]["A1"].value == "编号不能重复。"


def test_a_template_of_one_column_needs_no_notes():
    book = load_workbook(io.BytesIO(template_workbook(COLUMNS[1:2], [], "名单")))
    assert book.sheetnames == ["名单"]
    assert [row[0].value for row in book["名单"].iter_rows()] == ["名单", "姓名*"]


def test_a_form_is_read_like_a_row_and_says_which_field_is_at_fault():
    typed = {"number": " ００1 ", "name": "张  三", "phone": "", "member": True, "csrf_token": "x"}
    read = {"number": "001", "name": "张三", "phone": "", "member": True}
    assert sound_values(COLUMNS, typed) == read
    with pytest.raises(Refused) as caught:
        sound_values(COLUMNS, {"phone": "12"})
    assert (caught.value.reason, caught.value.facts) == ("not_a_phone", {"field": "phone"})
    with pytest.raises(Refused) as caught:
        sound_values(COLUMNS, {"name": " "})
    assert (caught.value.reason, caught.value.facts) == ("blank", {"field": "name"})
