"""How much room text takes, and where its lines break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.wrapping import columns_of, lines_of

CHINESE = "城乡公交一体化改造，（二期）、新能源 GB 2312 公交车"


@pytest.mark.parametrize(("columns", "text"), [(8, "票决箱子"), (3, "abc"), (5, "a票b1"), (0, "")])
def test_a_chinese_character_fills_two_columns(columns, text):
    assert columns_of(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("民生实事项目", 6, ("民生实", "事项目")),
        ("民生实，事项目", 6, ("民生", "实，事", "项目")),
        ("民生（二期）", 6, ("民生", "（二", "期）")),
        ("建成 rehearsal 后", 10, ("建成", "rehearsal", "后")),
        ("internationalisation", 8, ("internat", "ionalisa", "tion")),
        ("一\n二", 10, ("一", "二")),
        ("", 10, ("",)),
    ],
)
def test_lines_break_where_a_reader_expects(text, columns, lines):
    assert lines_of(text, columns) == lines


@given(st.text(st.sampled_from(CHINESE), max_size=60), st.integers(4, 40))
def test_no_letter_is_lost_and_no_line_is_wider_than_its_room(text, columns):
    lines = lines_of(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(columns_of(line) <= columns for line in lines)
