"""What a cell says, and what its parsers make of it."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake.cells import (
    amount,
    cell_text,
    identifier,
    narrow,
    one_of,
    person_name,
    phone,
    searched_name,
    text,
    tidy,
    whole_number,
    yes_no,
)
from app.refused import Refused


def refusal(parse, raw: str) -> tuple[str, dict]:
    with pytest.raises(Refused) as caught:
        parse(raw)
    return caught.value.reason, dict(caught.value.facts)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("张三", "张三"),
        (3.0, "3"),
        (3, "3"),
        (-2.0, "-2"),
        (0.1 + 0.2, "0.3"),
        (1200.5, "1200.5"),
        (1e-7, "0.0000001"),
        (13912345678.0, "13912345678"),
        (330102199001011234.0, "3.30102E+17"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2025, 12, 1), "2025-12-01"),
        (datetime.fromisoformat("2025-12-01"), "2025-12-01"),
        (datetime.fromisoformat("2025-12-01 09:30"), "2025-12-01 09:30:00"),
        (time(9, 30), "09:30:00"),
    ],
)
def test_a_cell_says_what_a_person_reads_in_it(value, shown):
    assert cell_text(value) == shown


@given(st.text())
def test_tidying_twice_changes_nothing_more(raw):
    once = tidy(raw)
    assert tidy(once) == once
    assert narrow(narrow(raw)) == narrow(raw)


def test_what_copying_leaves_behind_is_removed():
    assert tidy("\ufeff 鹿城\u200b\n\t代表团\u3000 ") == "鹿城 代表团"
    assert narrow("Ａ－１２（甲）") == "A-12(甲)"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("张  三", "张三"),
        ("张\u3000\u3000三", "张三"),
        ("\u200b张\n三 ", "张三"),
        ("欧阳 修文", "欧阳修文"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提 ・ 艾力", "买买提·艾力"),
        ("买买提‧艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("买买提．艾力", "买买提·艾力"),
        ("阿卜杜拉●热合曼・吐尔逊", "阿卜杜拉·热合曼·吐尔逊"),
        ("John  A.  Smith", "John A. Smith"),
        ("𠮷野", "𠮷野"),
        ("〇 三", "〇三"),
        ("王伟（教育局）", "王伟（教育局）"),
    ],
)
def test_names_lose_padding_and_keep_one_dot(raw, name):
    assert person_name(raw) == name
    assert person_name(name) == name


def test_names_are_looked_for_without_dots_blanks_and_case():
    for raw in ("买买提•艾力", " 买买提 艾力", "买买提.艾力"):
        assert searched_name(raw) == "买买提艾力"
    assert searched_name("ＺＹs") == "zys"


def test_what_is_no_name_is_refused():
    assert refusal(person_name, "123")[0] == "not_a_name"
    assert refusal(person_name, "——")[0] == "not_a_name"
    assert refusal(person_name, "张" * 61) == ("too_long", {"limit": 60})


@pytest.mark.parametrize(
    ("raw", "found"),
    [("3.0", "3"), ("003", "003"), ("Ａ－ 12", "A-12"), ("浙K 001", "浙K001"), ("1.5", "1.5")],
)
def test_numbers_that_name_something_stay_text(raw, found):
    assert identifier(raw) == found


def test_digits_that_excel_rounded_are_not_made_up():
    assert refusal(identifier, cell_text(330102199001011234.0)) == ("digits_lost", {})
    assert refusal(phone, "1.39E+10") == ("digits_lost", {})


def test_text_has_a_length():
    assert text(4)(" 一二三四 ") == "一二三四"
    assert refusal(text(4), "一二三四五") == ("too_long", {"limit": 4})


@pytest.mark.parametrize(
    ("raw", "number"), [("3", 3), ("3.0", 3), ("３．０", 3), ("1,200", 1200), ("+7", 7), (" 0 ", 0)]
)
def test_whole_numbers(raw, number):
    assert whole_number()(raw) == number


@pytest.mark.parametrize("raw", ["3.5", "三", "1,20", "1 200", "", "1e3", "٣", "9" * 16])
def test_what_is_no_whole_number_is_refused(raw):
    assert refusal(whole_number(), raw) == ("not_a_whole_number", {})


def test_whole_numbers_have_bounds_that_belong_to_them():
    assert [whole_number(1, 3)(raw) for raw in ("1", "3")] == [1, 3]
    for raw in ("0", "4", "-1"):
        assert refusal(whole_number(1, 3), raw) == ("out_of_range", {"minimum": 1, "maximum": 3})


@pytest.mark.parametrize(
    ("raw", "exact"),
    [
        ("1200", "1200"),
        ("1,200.50", "1200.50"),
        ("1200.5万元", "1200.5"),
        ("１２００ 万元", "1200"),
        ("0", "0"),
        ("0.3", "0.3"),
    ],
)
def test_amounts_are_exact(raw, exact):
    assert amount("万元")(raw) == Decimal(exact)


@pytest.mark.parametrize("raw", ["约1200", "-5", "12亿元", "12元", "1.2.3", "", "NaN", "1e5"])
def test_what_is_no_amount_is_refused(raw):
    assert refusal(amount("万元"), raw) == ("not_an_amount", {"unit": "万元"})


def test_amounts_have_so_many_places():
    assert amount(places=2)("1.230") == Decimal("1.23")
    assert refusal(amount(places=2), "1.234") == ("too_many_places", {"places": 2})


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("13912345678", "13912345678"),
        ("139 1234 5678", "13912345678"),
        ("139-1234-5678", "13912345678"),
        ("+86 13912345678", "13912345678"),
        ("+86-139-1234-5678", "13912345678"),
        ("8613912345678", "13912345678"),
        ("0578-2123456", "0578-2123456"),
        ("0578 2123456", "0578-2123456"),
        ("05782123456", "05782123456"),
        ("2123456", "2123456"),
        ("682345", "682345"),
        ("0578-2123456-801", "0578-2123456-801"),
        ("13912345678、0578-2123456", "13912345678、0578-2123456"),
        ("13912345678/13812345678", "13912345678、13812345678"),
        ("13912345678\n13812345678", "13912345678、13812345678"),
    ],
)
def test_telephone_numbers(raw, number):
    assert phone(raw) == number
    assert phone(number) == number


@pytest.mark.parametrize("raw", ["1391234567", "139123456789", "无", "、", "123", "a@b.cn"])
def test_what_is_no_telephone_number_is_refused(raw):
    assert refusal(phone, raw) == ("not_a_phone", {})


def test_yes_and_no():
    assert all(map(yes_no, ["是", " 是 ", "√", "Y", "yes", "TRUE", "1", "１", "有"]))
    assert not any(map(yes_no, ["否", "不是", "N", "FALSE", "0", "×", "／", "-"]))
    assert refusal(yes_no, "可能") == ("not_yes_or_no", {})


def test_choices_are_forgiving_and_named_when_refused():
    kind = one_of({"正式代表": 1, "列席（Guest）": 2})
    assert [kind(" 正式代表"), kind("列席(guest)")] == [1, 2]
    assert refusal(kind, "其他") == ("not_a_choice", {"choices": ["正式代表", "列席（Guest）"]})
