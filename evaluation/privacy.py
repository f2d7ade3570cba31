"""What may not come out: figures of few raters, by themselves or by subtraction (RULES 7).

Two things are published that a small group could be read from. The counts of all raters, less
the counts of the groups that are shown, leave the counts of those that are not: so the hidden
ones must together be no small group either. And a weighted score beside the counts of all
raters gives a second equation: a small group has few possible answers, so that even three
hidden groups come apart (a leader with six tenths of the weight always does). Hence the second
rule: where a rater group is small, either the score is given or the counts, never both.

What is kept apart is one subject; marks of different subjects are not linked in any figure that
comes out, so subtracting one subject from another tells nothing.
"""

from collections.abc import Sequence


def is_small(ballots: int, marks: int, k: int) -> bool:
    """Whether a group's figures on a subject would speak of fewer than k raters.

    ballots: valid ballots of the group. marks: those of them that say something of the subject.
    A group without any ballot has nothing to hide, nor has one of k or more who all kept silent.
    """
    return 0 < ballots < k or 0 < marks < k


def hidden(ballots: Sequence[int], marks: Sequence[int], k: int) -> frozenset[int]:
    """Return the positions of the groups whose breakdown is withheld.

    The small ones, and with them the next smallest until the marks that are hidden together are
    those of k raters or more; where there are not so many, every group with a ballot.
    """
    away = {
        at
        for at, (cast, given) in enumerate(zip(ballots, marks, strict=True))
        if is_small(cast, given, k)
    }
    others = sorted(
        (given, at)
        for at, (cast, given) in enumerate(zip(ballots, marks, strict=True))
        if cast and at not in away
    )
    together = sum(marks[at] for at in away)
    for given, at in others:
        if not away or together >= k:
            break
        away.add(at)
        together += given
    return frozenset(away)
