"""What stands in a cell, as the text a person would read there, and its parsers.

A parser takes the text of one cell that is not blank and returns its value, or raises
`Refused(reason, **facts)`. Nothing here knows which table it reads.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeVar

from app.refused import Refused

T = TypeVar("T")

_EXACT_DIGITS = 10**15
"""Excel keeps fifteen digits of a number; beyond them it has put zeros of its own."""

# Control and format characters that copying from Word, WeChat or a web page leaves behind.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufeff]"
)
_SPACE = re.compile(r"\s+")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

# Ideographs of every plane, and 々 and 〇, which stand in names too.
_HAN = r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_SPACE = re.compile(rf"(?<=[{_HAN}])\s|\s(?=[{_HAN}])")
_NAME_DOT = re.compile(
    r"\s*[\u00b7\u0387\u16eb\u2022\u2024\u2027\u2219\u22c5\u25cf\u30fb\uff65]\s*"
)
_NAME_STOP = re.compile(rf"(?<=[{_HAN}])\s*[.．]\s*(?=[{_HAN}])")

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_WHOLE = re.compile(r"([+-]?\d{1,15})(?:\.0+)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,15}(?:\.\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_PHONE = re.compile(
    r"(?<![\d-])(?:"
    r"(?:\+?86[ -]?)?(?P<mobile>1\d{2}[ -]?\d{4}[ -]?\d{4})"
    r"|(?P<line>(?:0\d{2,3}[ -]?)?[1-9]\d{4,7}(?:-\d{1,6})?)"
    r")(?![\d-])",
    re.ASCII,
)
_BETWEEN_PHONES = re.compile(r"[\s、,;/|]*")

_YES = frozenset(["是", "有", "对", "√", "✓", "✔", "1", "y", "yes", "true"])
_NO = frozenset(["否", "无", "不是", "×", "✗", "✘", "x", "-", "—", "/", "0", "n", "no", "false"])


def cell_text(value: object) -> str:
    """Return what a person reads in a cell: 3 for 3.0, 13912345678 for 1.3912345678e10.

    Numbers show at most the fifteen digits that Excel keeps; where more were typed they come as
    `3.31002E+17`, so that a parser can say that digits were lost. Dates are `2025-03-01`, with
    the time behind where it is not midnight.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _number_text(value: float) -> str:
    if abs(value) >= _EXACT_DIGITS:
        return f"{value:.5E}"
    if value == int(value):
        return str(int(value))
    return f"{Decimal(f'{value:.15g}'):f}"


def tidy(raw: str) -> str:
    """Remove invisible characters and make every run of white space one blank."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", raw)).strip()


def narrow(raw: str) -> str:
    """Tidy, and make full-width letters, digits and signs half-width: `Ａ１２` is `A12`."""
    return tidy(raw.translate(_FULL_WIDTH))


def alike(raw: str) -> str:
    """Return words as two lists are compared: width, case and blanks tell nothing apart."""
    return narrow(raw).replace(" ", "").casefold()


def text(limit: int = 200) -> Callable[[str], str]:
    """Parse text of at most `limit` characters; raises `too_long`."""

    def parse(raw: str) -> str:
        return _within(tidy(raw), limit)

    return parse


def person_name(raw: str) -> str:
    """Parse a name: 张  三 is 张三, and every dot of 买买提•艾力 becomes `·`.

    Blanks beside ideographs are padding of two-character names and go; between Latin words one
    stays. Full stops become `·` only between ideographs. Raises `too_long` over 60 characters
    and `not_a_name` where there is no letter at all.
    """
    name = _HAN_SPACE.sub("", tidy(raw))
    name = _within(_NAME_STOP.sub("·", _NAME_DOT.sub("·", name)), 60)
    if not any(sign.isalpha() for sign in name):
        raise Refused("not_a_name")
    return name


def searched_name(raw: str) -> str:
    """Return a name as it is looked for: half-width, without blanks and dots, in lower case."""
    return _NAME_DOT.sub("", narrow(raw)).replace(" ", "").replace(".", "").casefold()


def identifier(raw: str) -> str:
    """Parse a number that names something (编号): text, half-width, without blanks.

    `3.0` is `3`, leading zeros stay. Raises `digits_lost` for what Excel has rounded and
    `too_long` over 32 characters.
    """
    found = narrow(raw).replace(" ", "")
    _refuse_lost_digits(found)
    whole = _WHOLE.fullmatch(found)
    return _within(whole[1] if whole else found, 32)


def whole_number(minimum: int = 0, maximum: int = 10**9) -> Callable[[str], int]:
    """Parse a whole number between the bounds, both included; `1,200` and `３．０` are read.

    Raises `not_a_whole_number` or `out_of_range` with the bounds.
    """

    def parse(raw: str) -> int:
        whole = _WHOLE.fullmatch(_ungrouped(narrow(raw)))
        if whole is None:
            raise Refused("not_a_whole_number")
        if not minimum <= int(whole[1]) <= maximum:
            raise Refused("out_of_range", minimum=minimum, maximum=maximum)
        return int(whole[1])

    return parse


def amount(unit: str = "", places: int = 4) -> Callable[[str], Decimal]:
    """Parse an exact amount that is not negative, with or without its own unit behind it.

    `1,200.50` and `1200.5万元` (for the unit 万元) are read; another unit is refused as
    `not_an_amount`, as is anything else. More than `places` decimals raise `too_many_places`.
    """

    def parse(raw: str) -> Decimal:
        digits = _ungrouped(narrow(raw).removesuffix(unit).rstrip())
        if not _DECIMAL.fullmatch(digits) or digits.startswith("-"):
            raise Refused("not_an_amount", unit=unit)
        exact = Decimal(digits)
        if exact != round(exact, places):
            raise Refused("too_many_places", places=places)
        return exact

    return parse


def phone(raw: str) -> str:
    """Parse one or more telephone numbers; several are joined by `、`.

    Mobile numbers lose blanks, hyphens and +86; a landline keeps the hyphen of its area code.
    Raises `digits_lost` for what Excel has rounded, `not_a_phone` for anything else.
    """
    found = narrow(raw)
    _refuse_lost_digits(found)
    numbers = [
        re.sub(r"[ -]", "", match["mobile"]) if match["mobile"] else match["line"].replace(" ", "-")
        for match in _PHONE.finditer(found)
    ]
    if not numbers or not _BETWEEN_PHONES.fullmatch(_PHONE.sub("", found)):
        raise Refused("not_a_phone")
    return _within("、".join(numbers), 60)


def yes_no(raw: str) -> bool:
    """Parse 是 or 否 and what offices write for them (√, 有, 1, yes …); raises `not_yes_or_no`."""
    found = narrow(raw).casefold()
    if found not in _YES and found not in _NO:
        raise Refused("not_yes_or_no")
    return found in _YES


def one_of(choices: Mapping[str, T]) -> Callable[[str], T]:
    """Parse one of the words in `choices`; raises `not_a_choice` with those there are."""
    known = {narrow(word).casefold(): value for word, value in choices.items()}

    def parse(raw: str) -> T:
        try:
            return known[narrow(raw).casefold()]
        except KeyError:
            raise Refused("not_a_choice", choices=list(choices)) from None

    return parse


def _within(found: str, limit: int) -> str:
    if len(found) > limit:
        raise Refused("too_long", limit=limit)
    return found


def _ungrouped(digits: str) -> str:
    return digits.replace(",", "") if _GROUPED.fullmatch(digits) else digits


def _refuse_lost_digits(found: str) -> None:
    if _SCIENTIFIC.fullmatch(found):
        raise Refused("digits_lost")
