"""Uploads become rows of text under their true numbers, or are refused with the reason."""

import contextlib
import io
import random
import tracemalloc
import zipfile
import zlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake.table import read_table
from app.refused import Refused
from tests.unit.intake.workbooks import rezipped, with_cells, workbook

ROWS = (("编号", "姓名", "代表团"), ("1", "张三", "鹿城代表团"), ("2", "李四", "瓯海代表团"))


def refusal(content: bytes, **limits: int) -> tuple[str, dict]:
    with pytest.raises(Refused) as caught:
        read_table("名册", content, **limits)
    return caught.value.reason, dict(caught.value.facts)


@pytest.mark.parametrize("rows", ['1,"张三\n2,李四\n', '1,"张"三\n', '1,"' + "x" * 200_000])
def test_a_quotation_mark_without_its_partner_swallows_no_rows(rows):
    assert refusal(("编号,姓名\n" + rows).encode()) == ("quotes_unbalanced", {})


def test_quotation_marks_of_a_spreadsheet_and_within_a_name_are_read():
    rows = read_table("a.csv", '编号,姓名\n1,"张 ""三"""\n2,李"四\n'.encode()).rows
    assert rows[1:] == (("1", '张 "三"'), ("2", '李"四'))


def joined(delimiter: str, end: str = "\r\n") -> str:
    return "".join(delimiter.join(row) + end for row in ROWS)


def test_a_workbook_is_read_as_it_looks():
    content = workbook(
        ["代表名册"], [], ["编号", "姓名"], [1, "张三", 13912345678, date(2025, 1, 2)]
    )
    table = read_table("名册.xlsx", content)
    assert (table.name, table.sheet) == ("名册.xlsx", "Sheet1")
    assert [list(filter(None, row)) for row in table.rows] == [
        ["代表名册"],
        [],
        ["编号", "姓名"],
        ["1", "张三", "13912345678", "2025-01-02"],
    ]


def test_rows_keep_their_numbers_when_the_sheet_begins_lower():
    table = read_table(
        "a", with_cells('<sheetData><row r="4"><c r="C4"><v>7</v></c></row></sheetData>')
    )
    assert table.rows == (("", "", ""),) * 3 + (("", "", "7"),)


def test_the_first_visible_sheet_that_holds_anything_is_read():
    content = workbook(空=[], 藏=[["不读"]], 名册=[["姓名"]], 别的=[["也不读"]])

    def hide(part: bytes) -> bytes:
        return part.replace('name="藏"'.encode(), 'name="藏" state="hidden"'.encode())

    table = read_table("a", rezipped(content, {"xl/workbook.xml": hide}))
    assert (table.sheet, table.rows) == ("名册", (("姓名",),))


def test_content_decides_and_not_the_name():
    assert read_table("名册.csv", workbook(*ROWS)).rows == ROWS
    assert read_table("名册.xlsx", joined(",").encode()).rows == ROWS


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_text_tables_of_every_office(encoding, delimiter, end):
    assert read_table("a", joined(delimiter, end).encode(encoding)).rows == ROWS


def test_a_rare_name_survives_gb18030():
    assert read_table("a", "姓名\n𠮷䶮\n".encode("gb18030")).rows == (("姓名",), ("𠮷䶮",))


def test_quoted_cells_and_blank_lines_keep_the_numbers():
    table = read_table("a", '代表名册,,\n\n编号,姓名\n1,"张\n三, 甲"\n'.encode())
    assert table.rows == (
        ("代表名册", "", ""),
        ("", "", ""),
        ("编号", "姓名", ""),
        ("1", "张\n三, 甲", ""),
    )


def test_a_line_may_leave_out_the_blank_cells_at_its_end():
    assert read_table("a", "编号,姓名,手机\n1\n2,李四\n".encode()).rows[1:] == (
        ("1", "", ""),
        ("2", "李四", ""),
    )


@pytest.mark.parametrize("flood", [b",", b"ab,", b"a\n", b",\t;", b"a\r", b'"",'])
def test_a_flood_of_cells_is_refused_before_it_takes_the_memory(flood):
    tracemalloc.start()
    reason, facts = refusal(flood * (9_900_000 // len(flood)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reason == "sheet_too_spread"
    assert facts["rows"] * facts["columns"] > facts["limit"]
    assert peak < 80_000_000


def test_a_table_of_few_lines_and_one_endless_one_is_refused():
    assert refusal(b"a\n" * 2_000 + b"," * 1_000)[0] == "sheet_too_spread"


def test_the_delimiter_is_what_most_lines_agree_on():
    text = "编号\t姓名\t说明\n1\t张三\t甲,乙,丙\n2\t李四\t甲,乙\n3\t王五\t甲;乙\n"
    assert {len(row) for row in read_table("a", text.encode()).rows} == {3}


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n \r\n", b",,,\n,,\n", workbook()])
def test_empty_files_are_refused(content):
    assert refusal(content) == ("file_empty", {})


def zipped(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nstream\n\x00\x01\x02\x9c",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"<html><table><tr><td>1</td></tr></table></html>",
        "  <?xml version='1.0'?>".encode("utf-16"),
        zipped(**{"word/document.xml": b"<w/>"}),
        zipped(),
        b"a,b\n" + b"x" * 200_000,
    ],
)
def test_what_is_no_table_is_refused(content):
    assert refusal(content) == ("not_a_table", {})


def test_letters_nobody_can_read_are_refused():
    assert refusal(b"\xff\xfe\x00\xd8") == ("encoding_unknown", {})
    assert refusal(b"a,\xff\xff\xff\n") == ("encoding_unknown", {})


def compound(*names: str) -> bytes:
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + entries


def test_old_and_locked_workbooks_are_told_apart():
    assert refusal(compound("Root Entry", "Workbook")) == ("old_workbook", {})
    assert refusal(compound("Root Entry", "EncryptionInfo", "EncryptedPackage")) == (
        "password_protected",
        {},
    )


def test_sizes_are_bounded():
    content = workbook(*ROWS)
    size = len(content)
    assert refusal(content, limit_bytes=size - 1) == (
        "file_too_large",
        {"size": size, "limit": size - 1},
    )
    assert read_table("a", content, limit_bytes=size).rows == ROWS
    assert refusal(content, limit_rows=2) == ("too_many_rows", {"rows": 3, "limit": 2})
    assert read_table("a", content, limit_rows=3).rows == ROWS
    assert refusal(b"a\n\n\nb\n", limit_rows=3) == ("too_many_rows", {"rows": 4, "limit": 3})


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(200_000_000))
    assert len(bomb.getvalue()) < 200_000
    assert refusal(bomb.getvalue()) == ("unpacks_too_large", {"limit": 100_000_000})


def test_a_directory_that_lies_about_its_sizes_is_refused():
    claimed, real = b"<workbook/>" + bytes(9), b"<workbook/>" + bytes(5_000_000)
    archive = bytearray(zipped(**{"xl/workbook.xml": b"x"}))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(real) + packer.flush()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", real)
    archive = bytearray(written.getvalue())
    at = archive.rindex(b"PK\x01\x02")
    archive[at + 24 : at + 28] = len(claimed).to_bytes(4, "little")
    assert body in bytes(archive)
    assert refusal(bytes(archive), limit_unpacked=1_000) == ("file_damaged", {})


def test_too_many_parts_are_refused():
    parts = {f"xl/worksheets/sheet{number}.xml": b"<a/>" for number in range(2_001)}
    assert refusal(zipped(**{"xl/workbook.xml": b"<a/>"}, **parts))[0] == "unpacks_too_large"


A1 = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="A1"><v>1</v></c><c><v>1</v></c></row>',
        '<row r="1048576"/><row><c><v>1</v></c></row>',
        '<row r="9"><c r="&#65;&#65;1048576"><is><t>x</t></is></c></row>',
        '<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>',
    ],
)
def test_a_cell_in_the_far_corner_does_not_take_the_memory(rows):
    reason, facts = refusal(with_cells(f"<sheetData>{A1}{rows}</sheetData>"))
    assert reason == "sheet_too_spread"
    assert facts["rows"] * facts["columns"] > facts["limit"] == 1_000_000


def test_formats_far_out_do_not_make_a_sheet_large():
    far = '<row r="1048576"><c r="XFD1048576" s="1"/><c r="XFD1048576" s="1"></c></row>'
    assert read_table("a", with_cells(f"<sheetData>{A1}{far}</sheetData>")).rows == (("1",),)


def test_cells_may_leave_out_where_they_stand():
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    table = read_table("a", with_cells(f"<sheetData>{rows}</sheetData>"))
    assert table.rows == (("1", "2"), ("3", ""))


@pytest.mark.parametrize(
    "changes",
    [
        {"xl/sharedStrings.xml": b'<sst uniqueCount="4294967295"><si><t>x</t></si></sst>'},
        {"xl/sharedStrings.xml": b'<sst count="4294967295"><si><t>x</t></si></sst>'},
        {"xl/styles.xml": b'<styleSheet><cellXfs count="4294967295"/></styleSheet>'},
        {"xl/styles.xml": b'<!DOCTYPE s [<!ENTITY a "b">]><styleSheet/>'},
        {"xl/styles.xml": b'<?xml version="1.0" encoding="klingon"?><styleSheet/>'},
        {"xl/worksheets/sheet1.xml": b"<worksheet>"},
        {"xl/worksheets/sheet1.xml": b'<worksheet><c r="?"/></worksheet>'},
        {"xl/_rels/workbook.xml.rels": b""},
        {"xl/_rels/workbook.xml.rels": lambda part: part.replace(b"sheet1", b"sheet2")},
    ],
)
def test_parts_that_claim_too_much_or_make_no_sense_are_refused(changes):
    assert refusal(rezipped(workbook(["x"]), changes)) == ("file_damaged", {})


def test_a_workbook_without_a_sheet_to_read_is_empty():
    content = rezipped(
        workbook(["x"]),
        {
            "xl/workbook.xml": lambda part: part.replace(
                b"<sheet name", b'<sheet state="hidden" name'
            )
        },
    )
    assert refusal(content) == ("file_empty", {})


def test_a_large_list_of_few_words_is_not_taken_for_a_lie():
    content = workbook(*(["是", "否"] for _ in range(2_000)))
    assert len(read_table("a", content).rows) == 2_000


SOUND = workbook(*ROWS)


@given(st.data())
def test_no_damage_gets_past_the_door(data):
    """A damaged workbook is read or refused, and never anything else."""
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Refused):
        read_table("a", bytes(content))


def test_an_interrupt_is_no_damaged_file(monkeypatch):
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.intake.table.cell_text", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_table("a", workbook(["x"]))


def test_binary_noise_is_never_a_table():
    noise = random.Random(18)
    for _ in range(200):
        with pytest.raises(Refused):
            read_table("a", noise.randbytes(300))
