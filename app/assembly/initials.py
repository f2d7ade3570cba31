"""The pinyin initials of names: `zys` finds 张玉书 at the check-in desk."""

from functools import cache
from itertools import islice, product

from pypinyin import Style, pinyin

_MOST_READINGS = 24


def initials_of(name: str) -> str:
    """Return every plausible way to type a name by initials, in lower case, blank-separated.

    All readings of every character count, since surnames are read in their own way (单 shan,
    曾 zeng, 仇 qiu) and a desk should find both; the usual reading comes first. Of long names
    the first two dozen are kept. Latin words give their first letter, dots nothing.
    """
    letters = [found for sign in _signs(name) if (found := _letters(sign))]
    return " ".join("".join(way) for way in islice(product(*letters), _MOST_READINGS) if way)


def _signs(name: str) -> str:
    """Return the characters that have an initial: of Latin words only the first letter."""
    kept = []
    before = " "
    for sign in name:
        if not (sign.isascii() and sign.isalpha() and before.isascii() and before.isalpha()):
            kept.append(sign)
        before = sign
    return "".join(kept)


@cache
def _letters(sign: str) -> tuple[str, ...]:
    """Return the initials of one character, the usual one first; none for signs without any."""
    if sign.isascii():
        return (sign.lower(),) if sign.isalpha() else ()
    usual = pinyin(sign, style=Style.FIRST_LETTER, errors="ignore")
    known = pinyin(sign, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    found = [letter for readings in (*usual, *known) for letter in readings]
    return tuple(dict.fromkeys(letter for letter in found if "a" <= letter <= "z"))
