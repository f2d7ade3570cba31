"""Workbooks and CSV: what a second program reads from them, and that nothing in them runs."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from fractions import Fraction

import openpyxl
import pytest

from app.reports.workbook import Book, Column, Kind, Sheet, guarded, table_csv, workbook

NASTY = (
    "=HYPERLINK(1)",
    "{=1+1}",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "http://x.cn",
    "007",
)
MADE = datetime(2026, 11, 22, 4, tzinfo=UTC)


def sheet(**settings) -> Sheet:
    return Sheet(
        **{
            "name": "结果",
            "title": "2027年度民生实事项目票决",
            "subtitle": "第五次会议",
            "columns": (
                Column("项目"),
                Column("得票", Kind.FIGURE),
                Column("比例", Kind.SHARE),
                Column("√", Kind.MARK, 7),
            ),
            "rows": (
                ("老旧小区加装电梯", 281, Fraction(281, 327), "√"),
                ("河道清淤", 0, None, ""),
            ),
            "notes": ("比例以全体代表为分母。",),
            "landscape": True,
            "pinned": 1,
            "strong": frozenset({0}),
        }
        | settings
    )


def opened(*sheets: Sheet, band: str = "", title: str = "2027年度 R&D"):
    content = workbook(Book(title, sheets, MADE, "第 {page} 页，共 {pages} 页", band))
    return openpyxl.load_workbook(io.BytesIO(content))


def table(page) -> list[tuple]:
    return [tuple(cell.value for cell in row) for row in page.iter_rows()]


def test_figures_are_numbers_and_shares_are_exact_quotients():
    page = opened(sheet())["结果"]
    assert table(page)[:4] == [
        ("2027年度民生实事项目票决", None, None, None),
        ("第五次会议", None, None, None),
        ("项目", "得票", "比例", "√"),
        ("老旧小区加装电梯", 281, 281 / 327, "√"),
    ]
    assert table(page)[4] == ("河道清淤", 0, None, None)
    assert page["C4"].number_format == "0.00%"
    assert page["A4"].font.name == "宋体"
    assert page["A3"].font.name == "黑体"


@pytest.mark.parametrize("nasty", NASTY)
def test_no_text_is_ever_a_formula_a_link_or_a_number(nasty):
    page = opened(
        sheet(
            title=nasty,
            columns=(Column(nasty), Column("b")),
            rows=((nasty, nasty),),
            notes=(nasty,),
        )
    )["结果"]
    cells = [page["A1"], page["A3"], page["A4"], page["B4"], page["A5"]]
    for cell in cells:
        assert cell.data_type == "s"
        assert cell.value.replace("_x000D_", "\r") == nasty
        assert cell.hyperlink is None


def test_the_file_itself_holds_no_formula_and_no_link():
    columns = tuple(Column(text) for text in NASTY)
    content = workbook(Book("t", (sheet(columns=columns, rows=(NASTY,)),), MADE, "{page}"))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        for name in file.namelist():
            text = file.read(name).decode()
            assert "<f>" not in text
            assert "<hyperlink " not in text


def test_it_prints_on_a4_fitted_to_the_width_with_its_headings_on_every_page():
    page = opened(sheet())["结果"]
    assert page.page_setup.paperSize == 9
    assert page.page_setup.orientation == "landscape"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == "$3:$3"
    assert page.freeze_panes == "B4"
    assert page.print_area == "'结果'!$A$1:$D$6"
    assert page.oddHeader.center.text.strip().endswith("2027年度 R&&D")
    assert page.oddHeader.center.size == 9, "the year at the head of the title is no size of type"
    assert "&P" in page.oddFooter.right.text
    assert "&N" in page.oddFooter.right.text
    assert opened(sheet(landscape=False))["结果"].page_setup.orientation != "landscape"


def test_a_band_warns_on_the_sheet_and_on_every_printed_page():
    page = opened(sheet(), band="演练")["结果"]
    assert page["A2"].value == "演练"
    assert "演练" in page.oddHeader.center.text


def test_a_head_longer_than_a_file_can_hold_is_cut():
    page = opened(sheet(), title="&" * 400)["结果"]
    assert len(page.oddHeader.center.text) < 255


def test_columns_fit_chinese_text_and_long_text_makes_its_row_higher():
    long = "城乡公交一体化改造及新能源公交车更新暨公交候车亭标准化建设三年行动第一年度实施项目"
    page = opened(sheet(rows=((long, 1, None, ""), ("短", 2, None, ""))))["结果"]
    assert 44 <= page.column_dimensions["A"].width <= 50
    assert page.row_dimensions[4].height >= 2 * 15
    assert page.row_dimensions[5].height < 20


def test_names_of_sheets_are_made_fit():
    assert opened(sheet(name="a/b:c*" + "长" * 40)).sheetnames == ["abc" + "长" * 28]


def test_a_sheet_without_rows_and_one_of_a_single_column_are_written():
    assert table(opened(sheet(rows=(), notes=()))["结果"])[-1] == ("项目", "得票", "比例", "√")
    single = sheet(columns=(Column("项目"),), rows=(("一",),), notes=("注",), strong=frozenset())
    assert [row[0] for row in table(opened(single)["结果"])][2:] == ["项目", "一", "注"]


def test_csv_has_the_mark_that_excel_looks_for_and_the_printed_shares():
    content = table_csv(sheet())
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [
        ["项目", "得票", "比例", "√"],
        ["老旧小区加装电梯", "281", "85.93%", "√"],
        ["河道清淤", "0", "", ""],
    ]


@pytest.mark.parametrize("nasty", [text for text in NASTY if text[0] in "=+-@\t\r＝"])
def test_csv_keeps_spreadsheets_from_running_text(nasty):
    content = table_csv(sheet(columns=(Column(nasty),), rows=((nasty,),))).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert rows == [[f"'{nasty}"], [f"'{nasty}"]]
    assert content.startswith('"')


def test_an_ordinary_text_is_not_guarded():
    assert guarded("项目=1") == "项目=1"
    assert guarded("") == ""
