"""The lines that a drafter types for any paper."""

import pytest

from app.ballotbox.titles import LONGEST_ADOPTED, LONGEST_TITLE, typed_line
from app.refused import Refused


def test_a_line_is_tidied_and_what_was_adopted_may_be_left_out():
    assert typed_line("title", "  2026年度\u200b  票决 ") == "2026年度 票决"
    assert typed_line("adopted", " ") == ""


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("title", " ", "blank"),
        ("title", "长" * (LONGEST_TITLE + 1), "too_long"),
        ("adopted", "长" * (LONGEST_ADOPTED + 1), "too_long"),
    ],
)
def test_a_line_at_fault_names_its_field(field, typed, reason):
    with pytest.raises(Refused) as refused:
        typed_line(field, typed)
    assert refused.value.reason == reason
    assert refused.value.facts["field"] == field
