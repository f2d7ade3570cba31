"""The marks on a ballot: one byte an item, in the frozen item order of the paper.

| paper      | bytes                                                             |
| ---------- | ----------------------------------------------------------------- |
| `select`   | `x` ticked                                                        |
| `per_item` | `y` approve (赞成), `n` against (反对), `a` abstain (弃权)          |
| `rank`     | the raw byte 1..254: the place given, 1 the most urgent           |

`NO_MARK` (0xFF) is an item without a mark everywhere: not ticked, not cast (未投), not ranked.
Not cast is never the same as abstain.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from unicodedata import normalize

from app.ballotbox.domain import NO_MARK
from voting.paper import BlankPolicy, Paper, PaperKind, Rule

TICKED = ord("x")
APPROVE = ord("y")
AGAINST = ord("n")
ABSTAIN = ord("a")
LAST_PLACE = NO_MARK - 1
"""The largest place a byte can carry."""

LETTERS = MappingProxyType(
    {
        PaperKind.SELECT: frozenset({TICKED}),
        PaperKind.PER_ITEM: frozenset({APPROVE, AGAINST, ABSTAIN}),
        PaperKind.RANK: frozenset(range(1, LAST_PLACE + 1)),
    }
)
"""The bytes a paper of each kind may carry, apart from NO_MARK."""

# The first word of each letter is the one `decode` writes. A cross (×) is left out for `select`
# and a latin x for `per_item`: on paper in China a cross stands for 反对, and a column of crosses
# must not be read as its opposite.
_WORDS: Mapping[PaperKind, Mapping[int, tuple[str, ...]]] = {
    PaperKind.SELECT: {
        TICKED: ("ticked", "x", "√", "✓", "✔", "1", "y", "yes", "○", "〇", "赞成", "同意", "选"),
        NO_MARK: ("", "0", "no_mark", "未选"),
    },
    PaperKind.PER_ITEM: {
        APPROVE: ("approve", "y", "yes", "√", "✓", "✔", "○", "〇", "赞成", "同意"),
        AGAINST: ("against", "n", "no", "×", "✗", "✘", "反对", "不赞成", "不同意"),
        ABSTAIN: ("abstain", "a", "△", "弃权"),
        NO_MARK: ("", "not_cast", "未投", "未按"),
    },
    PaperKind.RANK: {
        NO_MARK: ("", "not_ranked", "未排"),
    },
}
_BYTES = {
    kind: {word: letter for letter, words in letters.items() for word in words}
    for kind, letters in _WORDS.items()
}


class Verdict(StrEnum):
    """What one ballot is, as a whole; a void ballot counts for no candidate."""

    VALID = "valid"
    BLANK = "blank"
    """No mark at all, and the rule takes that as an abstention: a valid ballot."""
    BLANK_INVALID = "blank_invalid"
    """No mark at all, and the rule takes that as void."""
    UNKNOWN_MARK = "unknown_mark"
    """A byte that this kind of paper does not know."""
    OVER = "over"
    """More than `seats` marked (选举法 44)."""
    FEWER = "fewer"
    """Fewer than `seats` marked where the rule does not allow it."""
    DUPLICATE_RANK = "duplicate_rank"
    GAP_IN_RANK = "gap_in_rank"
    """The places given are not 1, 2, 3 … without a gap."""

    @property
    def is_valid(self) -> bool:
        """Whether the ballot counts as valid (有效票)."""
        return self in {Verdict.VALID, Verdict.BLANK}


def encode(kind: PaperKind, word: str) -> int:
    """Return the byte of a word or letter; an empty one is NO_MARK.

    Words are taken without regard to case, width (１ is 1) and surrounding spaces. Raises
    ValueError on any other text, among it a rank of 0 or over 254.
    """
    plain = normalize("NFKC", word).strip().casefold()
    letter = _BYTES[kind].get(plain)
    if letter is not None:
        return letter
    if (
        kind is PaperKind.RANK
        and plain.isascii()
        and plain.isdigit()
        and len(plain) <= len(str(NO_MARK))
    ):
        place = int(plain)
        if 1 <= place <= LAST_PLACE:
            return place
    raise ValueError(word)


def decode(kind: PaperKind, letter: int) -> str:
    """Return the identifier of a byte: `approve`, `ticked`, `3`, or empty for no mark.

    Raises ValueError on a byte that this kind of paper does not know.
    """
    if letter == NO_MARK:
        return ""
    if letter not in LETTERS[kind]:
        raise ValueError(letter)
    return str(letter) if kind is PaperKind.RANK else _WORDS[kind][letter][0]


def written(kind: PaperKind, letter: int) -> str:
    """Return the cell of a byte in a file of ballots, whatever the language: 赞成, √, 3, or empty.

    Raises ValueError on a byte that this kind of paper does not know.
    """
    if letter == NO_MARK:
        return ""
    if letter not in LETTERS[kind]:
        raise ValueError(letter)
    signs = {TICKED: "√", APPROVE: "赞成", AGAINST: "反对", ABSTAIN: "弃权"}
    return str(letter) if kind is PaperKind.RANK else signs[letter]


def marked(paper: Paper, marks: bytes) -> int:
    """Count what the limit of the paper is about: ticks, ranked items, or approvals."""
    if paper.rule.kind is PaperKind.PER_ITEM:
        return marks.count(APPROVE)
    return len(marks) - marks.count(NO_MARK)


def verdict(paper: Paper, marks: bytes) -> Verdict:
    """Judge one ballot; the first of the reasons below that holds is the one given.

    Unknown mark, blank, over, then fewer (not on `per_item`), then, on a `rank` paper, the same
    place twice and a gap. Raises ValueError unless there is one byte an item.
    """
    if len(marks) != len(paper.candidates):
        raise ValueError("wrong_length")
    rule = paper.rule
    given = [letter for letter in marks if letter != NO_MARK]
    if not LETTERS[rule.kind].issuperset(given):
        return Verdict.UNKNOWN_MARK
    if not given:
        return Verdict.BLANK if rule.blank is BlankPolicy.ABSTAIN else Verdict.BLANK_INVALID
    if rule.kind is PaperKind.PER_ITEM:
        over = rule.approvals_capped and marked(paper, marks) > rule.seats
        return Verdict.OVER if over else Verdict.VALID
    return _choice(rule, given)


def _choice(rule: Rule, given: list[int]) -> Verdict:
    if len(given) > rule.seats:
        return Verdict.OVER
    if len(given) < rule.seats and not rule.allow_fewer:
        return Verdict.FEWER
    if rule.kind is PaperKind.SELECT:
        return Verdict.VALID
    if len(set(given)) < len(given):
        return Verdict.DUPLICATE_RANK
    return Verdict.VALID if max(given) == len(given) else Verdict.GAP_IN_RANK
