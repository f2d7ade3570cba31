"""Scores as exact fractions of points: means, trimming, and the weights of groups and criteria."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction

from evaluation.paper import EmptyGroup, Paper, RankBy, Trim
from evaluation.rules import reads_score
from evaluation.scales import ScaleKind


class Gap(StrEnum):
    """Why there is no score."""

    NO_MARKS = "no_marks"
    """Nobody whose voice has a weight gave a mark that carries points."""
    EMPTY_GROUP = "empty_group"
    """A rater group gave none, and the paper takes no score without it."""


def mean(marks: Sequence[int], points: Sequence[int | None], trim: Trim) -> Fraction | None:
    """Return the mean points of a pile of marks, or None where none carries points.

    marks: how many of each grade. points: of each grade, None for those without a score. The
    highest and lowest marks are left out, but never all there are.
    """
    pile = sorted((worth, n) for worth, n in zip(points, marks, strict=True) if worth is not None)
    given = sum(n for _, n in pile)
    if not given:
        return None
    if given > trim.highest + trim.lowest:
        pile = _cut(_cut(pile, trim.lowest)[::-1], trim.highest)
    return Fraction(sum(worth * n for worth, n in pile), sum(n for _, n in pile))


def _cut(pile: Sequence[tuple[int, int]], away: int) -> list[tuple[int, int]]:
    left = []
    for worth, n in pile:
        taken = min(n, away)
        away -= taken
        left.append((worth, n - taken))
    return left


def across_groups(
    means: Sequence[Fraction | None], weights: Sequence[int], empty: EmptyGroup
) -> Fraction | Gap:
    """Weigh the means of the rater groups against each other; None is a group without a mark.

    Groups of weight 0 have no voice. Where every group with a voice is empty, there is no score
    under any policy: nobody has spoken, and 0 points would be an answer.
    """
    voices = [(each, weight) for each, weight in zip(means, weights, strict=True) if weight]
    heard = [(each, weight) for each, weight in voices if each is not None]
    if not heard:
        return Gap.NO_MARKS
    if len(heard) < len(voices) and empty is EmptyGroup.BLOCK:
        return Gap.EMPTY_GROUP
    counted = heard if empty is EmptyGroup.RENORMALISE else voices
    whole = sum(weight for _, weight in counted)
    return sum((each * weight for each, weight in heard), Fraction(0)) / whole


def across_criteria(scores: Sequence[Fraction | Gap], weights: Sequence[int]) -> Fraction | Gap:
    """Weigh the criteria; one that counts and has no score leaves the subject without one."""
    total = Fraction(0)
    for score, weight in zip(scores, weights, strict=True):
        if isinstance(score, Gap):
            if weight:
                return score
        else:
            total += score * weight
    return total / sum(weights)


def places(keys: Iterable[Fraction | None]) -> tuple[int | None, ...]:
    """Rank keys, the highest first; equal ones share a place and the next counts them all.

    None has no place: (90, None, 90, 80) gives (1, None, 1, 3).
    """
    stand = list(keys)
    ranked = sorted((key for key in stand if key is not None), reverse=True)
    return tuple(None if key is None else ranked.index(key) + 1 for key in stand)


def shows_score(paper: Paper) -> bool:
    """Whether the score says something: it is read, ordered by, or weighed."""
    return (
        paper.rank_by is RankBy.SCORE
        or reads_score(paper.rules)
        or paper.scale.kind is ScaleKind.POINTS
        or paper.weighted
        or not paper.plain
    )
