"""How figures, dates and states are written."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from flask_babel import force_locale

from app.accounts.roles import Role
from app.ballotbox.domain import Secrecy, Stage, TicketState
from app.thresholds import MAJORITY, TWO_THIRDS, Threshold
from app.web import filters
from app.web.words import WORDS, word


@pytest.fixture(autouse=True)
def request_context(app):
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ("66.67%", (218, 327)),
        ("93.33%", (42, 45)),
        ("97.73%", (215, 220)),
        ("0.13%", (Fraction(1, 800), 1)),
        ("50.00%", (Fraction(1, 2), 1)),
        ("100.00%", (Fraction(1), 1)),
        ("—", (None, 1)),
        ("—", (3, 0)),
    ],
)
def test_shares_are_true_to_two_decimals_half_up(written, share):
    assert filters.percent(*share) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (3000, "3000"), (10_000, "10,000"), (1_000_000, "1,000,000"), (None, "—")],
)
def test_numbers(value, written):
    assert filters.number(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "〇"),
        (3, "三"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (24, "二十四"),
        (100, "一百"),
        (105, "一百〇五"),
        (110, "一百一十"),
        (327, "三百二十七"),
        (1000, "一千"),
        (1005, "一千〇五"),
        (1050, "一千〇五十"),
        (2026, "二千〇二十六"),
        (9999, "九千九百九十九"),
        (10_000, "10000"),
        (-1, "-1"),
    ],
)
def test_chinese_numerals(value, written):
    assert filters.chinese_number(value) == written


def test_thresholds_leave_no_doubt_about_the_fraction_itself():
    with force_locale("en"):
        assert filters.threshold_words(MAJORITY) == "more than 1/2"
        assert filters.threshold_words(TWO_THIRDS) == "2/3 or more (2/3 included)"
    with force_locale("zh_Hans"):
        assert "二分之一" in filters.threshold_words(MAJORITY)
        assert filters.threshold_words(TWO_THIRDS).count("三分之二") == 2
        assert filters.fraction_words(Threshold.parse("ge 4/5").fraction) == "五分之四"


def test_days_are_written_as_the_reader_writes_them():
    with force_locale("zh_Hans"):
        assert filters.day(date(2026, 1, 5)) == "2026年1月5日"
    with force_locale("en"):
        assert filters.day(date(2026, 1, 5)) == "5 January 2026"
    assert filters.day(None) == filters.moment(None) == filters.clock(None) == "—"


def test_times_are_those_of_the_hall():
    evening = datetime(2026, 11, 22, 16, 5, 9, tzinfo=UTC)
    with force_locale("zh_Hans"):
        assert filters.moment(evening) == "2026年11月23日 00:05"
    assert filters.clock(evening) == "00:05:09"


@pytest.mark.parametrize("states", [Role, Stage, Secrecy, TicketState])
def test_every_state_has_a_word(states):
    assert {state for state in states if str(state) not in WORDS} == set()


def test_an_unknown_state_is_shown_as_it_is():
    assert word("something_new") == "something_new"
    assert word(Stage.OPEN) == word("open")


def test_the_language_of_the_page():
    with force_locale("en"):
        assert filters.page_language() == "en"
    assert filters.page_language() == "zh-Hans"


def test_rooms_that_have_not_landed_are_not_there():
    assert filters.url_exists("accounts.staff")
    assert not filters.url_exists("accounts.nowhere")
