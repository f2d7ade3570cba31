"""Text stays in its space, breaks as Chinese is broken, and no character is lost in silence."""

from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from app.printing.lettering import (
    BOLD,
    REGULAR,
    NameSizes,
    fit,
    fit_name,
    legible,
    register,
    width,
)

SIZES = NameSizes(one_line=26, two_lines=20, whole=14, smallest=8)


def test_rare_characters_of_names_are_there():
    names = "李𬭎 赵䶮 㛃 王〇 朱祐𪩘 张喆 买买提·阿不都热合曼"
    assert legible(names) == names


def test_a_missing_character_is_seen_to_be_missing():
    assert legible("王𠮷") == "王〓"
    assert legible("😀") == "〓"


def test_what_cannot_be_seen_goes():
    assert legible("  王\u3000\n小\u200b明\ufe00\x07 ") == "王 小明"
    assert legible("葛\U000e0100") == "葛"
    assert legible("e\u0301") == "é"
    assert legible("") == ""


def test_faces_are_registered_once_however_many_ask():
    askers = [Thread(target=register) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    before = pdfmetrics.getFont(REGULAR), pdfmetrics.getFont(BOLD)
    register()
    assert (pdfmetrics.getFont(REGULAR), pdfmetrics.getFont(BOLD)) == before


@given(
    st.text(max_size=120) | st.text("县人民代表大会，。（）《》·AB 1", max_size=120),
    st.floats(20, 300),
    st.integers(1, 3),
    st.sampled_from([REGULAR, BOLD]),
)
def test_no_text_ever_leaves_its_space(text, room, lines, face):
    setting = fit(text, face, room, (14, 6), lines)
    assert 6 <= setting.size <= 14
    assert 1 <= len(setting.lines) <= lines
    for line in setting.lines:
        assert width(line, face, setting.size) <= room + 1e-6


@given(st.text("阿不都热合曼买提·江 ", min_size=1, max_size=40), st.floats(60, 200))
def test_no_name_ever_leaves_its_space(name, room):
    setting = fit_name(name, BOLD, room, SIZES)
    assert len(setting.lines) <= 2
    for line in setting.lines:
        assert width(line, BOLD, setting.size) <= room + 1e-6


@given(st.text("县人民代表大会，。（）《》", max_size=60), st.floats(60, 200))
def test_what_fits_is_all_there_and_broken_by_the_rules(text, room):
    setting = fit(text, REGULAR, room, (12, 6), 3)
    if not setting.lines[-1].endswith("…"):
        assert "".join(setting.lines) == text
    if setting.size > 6:
        for before, after in zip(setting.lines, setting.lines[1:], strict=False):
            assert after[0] not in "，。）》"
            assert before[-1] not in "（《"


def test_as_large_as_it_goes():
    assert fit("票决", BOLD, 100, (12, 6)).size == 12
    assert fit("票决" * 5, BOLD, 100, (12, 6)).size == 10
    assert fit("票决" * 5, BOLD, 60, (12, 6), 2) == fit("票决" * 5, BOLD, 60.2, (12, 6), 2)
    assert fit("票决" * 5, BOLD, 60, (12, 6), 2).lines == ("票决票决票", "决票决票决")


def test_lines_are_even_and_a_lone_space_parts_them():
    title = "松阳县第十七届人民代表大会第五次会议 民生实事项目票决"
    assert fit(title, BOLD, 240, (12, 6), 2).lines == tuple(title.split())
    even = fit(title.replace(" ", ""), BOLD, 240, (12, 6), 2).lines
    assert abs(len(even[0]) - len(even[1])) <= 1


def test_words_and_addresses_stay_whole():
    how = "或在浏览器打开 http://192.168.1.100:8000/b 输入票码"
    lines = fit(how, REGULAR, 190, (9, 6.5), 2).lines
    assert any("http://192.168.1.100:8000/b" in line for line in lines)
    assert fit("The livelihood projects", REGULAR, 70, (9, 6), 2).lines == (
        "The livelihood",
        "projects",
    )


def test_too_long_for_any_size_ends_in_an_ellipsis():
    setting = fit("测评" * 60, REGULAR, 60, (12, 6), 2)
    assert setting.size == 6
    assert setting.lines[-1].endswith("…")
    assert setting.lines[0] == "测评" * 5
    assert fit("w" * 90, REGULAR, 60, (12, 6)).lines[0].endswith("…")
    assert fit("测评", REGULAR, 5, (12, 6)).lines == ("〓",)


@pytest.mark.parametrize(
    ("name", "lines", "size"),
    [
        ("张伟", ("张伟",), 26),
        ("欧阳建国", ("欧阳建国",), 26),
        ("爱新觉罗溥仪", ("爱新觉罗溥仪",), 22.5),
        ("买买提·阿不都热合曼", ("买买提·", "阿不都热合曼"), 20),
        ("阿卜杜热西提·阿卜杜热合曼江", ("阿卜杜热西提·", "阿卜杜热合曼江"), 19.5),
        ("吾尔开希·多莱特·艾力", ("吾尔开希·", "多莱特·艾力"), 20),
        ("阿不都热合曼买买提艾合买提江", ("阿不都热合曼买", "买提艾合买提江"), 19.5),
        ("Anna Müller", ("Anna Müller",), 23),
    ],
)
def test_names_are_parted_where_their_owners_part_them(name, lines, size):
    setting = fit_name(name, BOLD, 137.5, SIZES)
    assert setting.lines == lines
    assert setting.size == size
