"""A title breaks between its words, and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.titles import LONGEST_WHOLE, parts


@pytest.mark.parametrize(
    ("title", "divided"),
    [
        ("2027年度民生实事项目票决", "2027年度|民生实事项目|票决"),
        ("2026年度市政府部门工作满意度测评", "2026年度|市政府|部门|工作|满意度|测评"),
        ("对人大代表建议办理情况的测评", "对人大代表建议|办理情况的|测评"),
        (
            "2027年度民生实事项目票决（第二场，供试用）",
            "2027年度|民生实事项目|票决|（第二场，供试用）",
        ),
        ("城关镇第十九届人大第三次会议票决", "城关镇|第十九届|人大|第三次会议|票决"),
        ("2025—2026年度审计查出问题整改情况", "2025—2026年度|审计|查出问题|整改情况"),
        ("镇海测评", "镇海|测评"),
        ("议案", "议案"),
        ("", ""),
    ],
)
def test_a_title_is_divided_between_its_words(title: str, divided: str) -> None:
    assert "|".join(parts(title)) == divided


def test_a_long_stretch_without_a_known_word_breaks_anywhere_but_in_a_latin_word() -> None:
    assert parts("天地玄黄宇宙洪荒日月盈昃") == tuple("天地玄黄宇宙洪荒日月盈昃")
    assert parts("天地玄黄宇宙") == ("天地玄黄宇宙",)
    assert parts("A vote on what is next") == ("A ", "vote ", "on ", "what ", "is ", "next")
    assert parts("天地玄黄宇宙（洪荒。日月盈昃辰宿列张，寒来") == (
        *"天地玄黄宇宙", "（洪", "荒。", *"日月盈昃辰宿列", "张，", "寒", "来",
    )  # fmt: skip


@given(
    st.text(alphabet="年度2027民生实事项目票决测评的对（）《》，、 Ab天地玄黄宇宙洪荒", max_size=40)
)
def test_the_parts_are_the_title_and_begin_with_no_closing_mark(title: str) -> None:
    found = parts(title)
    assert "".join(found) == title
    assert all(found)
    assert not [part for part in found[1:] if part[0] in "，。、）》 "]


@given(st.text(alphabet="天地玄黄宇宙洪荒", min_size=LONGEST_WHOLE + 1))
def test_no_part_of_unknown_words_is_wider_than_a_line(title: str) -> None:
    assert max(map(len, parts(title))) == 1
