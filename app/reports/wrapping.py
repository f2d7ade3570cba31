"""How much room text takes, in columns: a Chinese character fills two, a Latin letter one."""

from unicodedata import combining, east_asian_width

_STAYS_WITH_WHAT_IS_BEFORE = frozenset(" -/，。；：、！？）》〉】」』”’")
_STAYS_WITH_WHAT_FOLLOWS = frozenset("（《〈【「『“‘([")


def columns_of(text: str) -> int:
    """Return the columns that a line of text fills in a type of fixed width."""
    return sum(
        0 if combining(letter) else 2 if east_asian_width(letter) in "WFA" else 1 for letter in text
    )


def lines_of(text: str, columns: int) -> tuple[str, ...]:
    """Break a text into lines of at most so many columns (2 at least); nothing is one empty line.

    Chinese breaks anywhere but before a closing mark or after an opening one; a Latin word or a
    figure stays whole where it fits on a line.
    """
    return tuple(line for part in text.splitlines() or [""] for line in _broken(part, columns))


def _broken(text: str, columns: int) -> list[str]:
    lines = [""]
    for word in _words(text):
        rest = word
        if lines[-1] and columns_of(lines[-1] + rest.rstrip()) > columns:
            lines.append("")
        while columns_of(rest.rstrip()) > max(columns, 2):
            cut = _fitting(rest, columns)
            lines[-1] = rest[:cut]
            rest = rest[cut:]
            lines.append("")
        lines[-1] += rest
    return [line.rstrip() for line in lines]


def _words(text: str) -> list[str]:
    """Divide a text where a line may break."""
    words: list[str] = []
    before = ""
    for letter in text:
        if words and not _may_part(before, letter):
            words[-1] += letter
        else:
            words.append(letter)
        before = letter
    return words


def _may_part(before: str, after: str) -> bool:
    """Whether a line may end between two letters."""
    if before in _STAYS_WITH_WHAT_FOLLOWS or after in _STAYS_WITH_WHAT_IS_BEFORE:
        return False
    either_wide = columns_of(before) > 1 or columns_of(after) > 1
    return either_wide or before in _STAYS_WITH_WHAT_IS_BEFORE


def _fitting(word: str, columns: int) -> int:
    """Return how many letters of a word fill a line; at least one."""
    taken = 1
    while taken < len(word) and columns_of(word[: taken + 1]) <= columns:
        taken += 1
    return taken
