"""Exact thresholds: an integer fraction and a comparison, never a float.

Whether "more than half" includes half differs between places (RULES 2: 半数以上 is strict in
镇海, 三分之二以上 includes two thirds), so the comparison is part of the value.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Self


class Comparison(StrEnum):
    """Whether a share must exceed the fraction or may equal it."""

    GT = "gt"
    GE = "ge"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share to be reached: `gt 1/2`, `ge 2/3`."""

    comparison: Comparison
    fraction: Fraction

    def __post_init__(self) -> None:
        """Refuse what no share could be compared with.

        Raises ValueError when the fraction is below 0, over 1, or can never be exceeded (gt 1).
        """
        if not 0 <= self.fraction <= 1:
            raise ValueError("threshold_out_of_range")
        if self.comparison is Comparison.GT and self.fraction == 1:
            raise ValueError("threshold_unreachable")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `"gt 1/2"`; raises ValueError on anything else."""
        comparison, _, fraction = text.strip().partition(" ")
        return cls(Comparison(comparison), Fraction(fraction.replace(" ", "")))

    def __str__(self) -> str:
        return f"{self.comparison} {self.fraction.numerator}/{self.fraction.denominator}"

    def met(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` reaches the threshold; nothing reaches a share of nothing."""
        if whole <= 0:
            return False
        left = part * self.fraction.denominator
        right = self.fraction.numerator * whole
        return left > right if self.comparison is Comparison.GT else left >= right

    def needed(self, whole: int) -> int:
        """Count the fewest that meet the threshold of `whole`: 164 of 327 for `gt 1/2`."""
        product = self.fraction.numerator * whole
        if self.comparison is Comparison.GT:
            return product // self.fraction.denominator + 1
        return -(-product // self.fraction.denominator)


MAJORITY = Threshold(Comparison.GT, Fraction(1, 2))
TWO_THIRDS = Threshold(Comparison.GE, Fraction(2, 3))


def percent(part: int, whole: int) -> str:
    """Render a share for print: two decimals, half up, `—` where there is no whole.

    Display only, and true: printed shares are never made to add up to 100 (RULES 2).
    """
    if whole <= 0:
        return "—"
    share = Decimal(part) * 100 / Decimal(whole)
    return f"{share.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)}%"
