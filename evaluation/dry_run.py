"""Made-up ballots for trying out an evaluation's rules before anything is opened (试算).

Pure and repeatable: the same paper, figures, pattern and seed give the same ballots. They are
counted by `evaluation.tally` and decided by `evaluation.decision`, as real ones are.
"""

from collections import Counter
from enum import StrEnum
from random import Random

from app.ballotbox.domain import NO_MARK, Turnout
from evaluation.decision import decide
from evaluation.outcomes import Tally
from evaluation.paper import Paper
from evaluation.robot import ballot_of, castable_marks
from evaluation.scales import TWO_MARKS
from evaluation.tally import array, count, group_array

_STRAY = 1 / 20
"""How often somebody differs where nearly all agree."""


class Pattern(StrEnum):
    """What the made-up raters have in mind."""

    RANDOM = "random"
    """Everybody rates by chance, earlier grades being given more often."""
    AGREEMENT = "agreement"
    """Nearly everybody gives the best grade."""
    HALVES = "halves"
    """Exactly half give the best grade and half the next one; of an odd number, one is blank."""
    POOR = "poor"
    """Nearly everybody gives the last of the grades that carry points."""
    SPOILT = "spoilt"
    """As by chance, but a fifth of the ballots is blank and a fifth carries two marks a row."""


def dry_run(paper: Paper, turnout: Turnout, pattern: Pattern, seed: int) -> Tally:
    """Count made-up ballots, `turnout.returned` of them, by the paper's own rules.

    They are spread evenly over the ticketed rater groups; open samples stay empty, unless nobody
    else is asked. Raises ValueError for a paper without subjects.
    """
    ballots = made_up(paper, turnout.returned, pattern, seed)
    ids = paper.group_ids
    asked = [ids[at] for at in paper.counted_groups]
    groups = [asked[at % len(asked)] for at in range(len(ballots))]
    counts = count(paper, array(ballots, len(paper.items)), group_array(paper, groups))
    return decide(paper, counts, turnout, Counter(groups))


def made_up(paper: Paper, number: int, pattern: Pattern, seed: int) -> list[bytes]:
    """Make up so many ballots, one byte an item; raises ValueError where there is no item."""
    if not paper.items:
        raise ValueError("no_subjects")
    dice = Random(seed)  # noqa: S311  (nothing is secret)
    ranked = [grade.code for grade in paper.scale.grades if grade.points is not None]
    codes = ranked or list(paper.scale.codes)
    best, second, last = codes[0], codes[min(1, len(codes) - 1)], codes[-1]
    match pattern:
        case Pattern.AGREEMENT:
            return [_mostly(paper, best, second, dice) for _ in range(number)]
        case Pattern.POOR:
            return [_mostly(paper, last, best, dice) for _ in range(number)]
        case Pattern.HALVES:
            half = number // 2
            halves = [*[_all(paper, best)] * half, *[_all(paper, second)] * half]
            return [*halves, *[_all(paper, NO_MARK)] * (number % 2)]
        case _:
            ballots = [ballot_of(paper, castable_marks(paper, dice)) for _ in range(number)]
    if pattern is Pattern.SPOILT:
        fifth = number // 5
        spoilt = [*[_all(paper, NO_MARK)] * fifth, *[_all(paper, TWO_MARKS)] * fifth]
        ballots[: len(spoilt)] = spoilt
        dice.shuffle(ballots)
    return ballots


def _all(paper: Paper, code: int) -> bytes:
    return bytes([code]) * len(paper.items)


def _mostly(paper: Paper, code: int, other: int, dice: Random) -> bytes:
    return bytes(other if dice.random() < _STRAY else code for _ in paper.items)
