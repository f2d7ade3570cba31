"""How figures and dates are written in the language of whoever reads them."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from flask_babel import format_date, format_datetime, format_time, get_locale, gettext

from app.thresholds import Comparison, Threshold
from app.thresholds import percent as exact_percent

DIGITS = "〇一二三四五六七八九"
PLACES = ((1000, "千"), (100, "百"), (10, "十"))
LARGEST_IN_WORDS = 9999


def page_language() -> str:
    """Return the language of the page as HTML names it: `zh-Hans` or `en`."""
    return str(get_locale() or "zh_Hans").replace("_", "-")


def in_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return page_language().startswith("zh")


def percent(part: Fraction | int | None, whole: int = 1) -> str:
    """Write a share with two decimals, half up: `66.67%`; `—` where there is none.

    Give a Fraction alone, or the part with its whole: `{{ 218 | percent(327) }}`.
    """
    if part is None:
        return "—"
    share = Fraction(part)
    return exact_percent(share.numerator, share.denominator * whole)


def points(score: Fraction | None) -> str:
    """Write a score with two decimals, half up: `88.50`; `—` where there is none."""
    if score is None:
        return "—"
    exact = Decimal(score.numerator) / Decimal(score.denominator)
    return str(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def number(value: int | None) -> str:
    """Write a whole number, in thousands from five digits on: `3000`, `1,000,000`."""
    if value is None:
        return "—"
    return str(value) if abs(value) < 10_000 else f"{value:,}"  # noqa: PLR2004


def chinese_number(value: int) -> str:
    """Write 0 to 9999 as Chinese numerals: 30 → 三十, 105 → 一百〇五, 12 → 十二.

    Figures beyond are written with digits.
    """
    if not 0 <= value <= LARGEST_IN_WORDS:
        return str(value)
    if value < len(DIGITS):
        return DIGITS[value]
    written, gap = "", False
    for place, name in PLACES:
        digit, value = divmod(value, place)
        if digit:
            written += (DIGITS[0] if gap else "") + DIGITS[digit] + name
            gap = False
        elif written:
            gap = True
    if value:
        written += (DIGITS[0] if gap else "") + DIGITS[value]
    return written.removeprefix("一") if written.startswith("一十") else written


def fraction_words(fraction: Fraction) -> str:
    """Write a fraction in words: 三分之二; in English with figures: 2/3."""
    if not in_chinese():
        return f"{fraction.numerator}/{fraction.denominator}"
    return f"{chinese_number(fraction.denominator)}分之{chinese_number(fraction.numerator)}"


def day(value: date | None) -> str:
    """Write a date: 2026年11月22日, or 22 November 2026."""
    if value is None:
        return "—"
    pattern = "y年M月d日" if in_chinese() else "d MMMM y"
    return str(format_date(value, pattern))


def moment(value: datetime | None) -> str:
    """Write a date and time in the hall's time zone: 2026年11月22日 14:05."""
    if value is None:
        return "—"
    pattern = "y年M月d日 HH:mm" if in_chinese() else "d MMMM y, HH:mm"
    return str(format_datetime(value, pattern))


def clock(value: datetime | None) -> str:
    """Write a time of day in the hall's time zone, to the second: 14:05:09."""
    return "—" if value is None else str(format_time(value, "HH:mm:ss"))


def threshold_words(threshold: Threshold) -> str:
    """Write a threshold so that nobody asks whether the fraction itself is enough (RULES 2)."""
    fraction = fraction_words(threshold.fraction)
    if threshold.comparison is Comparison.GT:
        return str(gettext("more than %(fraction)s", fraction=fraction))
    return str(gettext("%(fraction)s or more (%(fraction)s included)", fraction=fraction))
