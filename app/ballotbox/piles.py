"""Ballots as piles: of every label the marks of all its ballots, laid end to end.

A million ballots are a few values so, not millions; a count reads them as arrays. Pure.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Piles:
    """Ballots of `width` bytes each, joined under their label; in no order that means anything.

    A label is a rater group, '' where the paper has none, or the voter of a named vote.
    Raises ValueError("wrong_length") where a pile is not made of whole ballots.
    """

    width: int
    joined: Mapping[str, bytes]

    def __post_init__(self) -> None:
        if self.width < 1 or any(len(pile) % self.width for pile in self.joined.values()):
            raise ValueError("wrong_length")

    @classmethod
    def of(cls, width: int, ballots: Iterable[tuple[str, bytes]]) -> Self:
        """Lay (label, marks) on piles; raises ValueError("wrong_length") on another width."""
        found: defaultdict[str, list[bytes]] = defaultdict(list)
        for label, marks in ballots:
            if len(marks) != width:
                raise ValueError("wrong_length")
            found[label].append(marks)
        return cls(width, {label: b"".join(rows) for label, rows in found.items()})

    def __len__(self) -> int:
        """Count the ballots of all piles."""
        return sum(map(len, self.joined.values())) // self.width

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Give (label, marks) of every ballot, pile by pile."""
        for label, pile in self.joined.items():
            for start in range(0, len(pile), self.width):
                yield label, pile[start : start + self.width]

    def number(self, label: str) -> int:
        """Count the ballots of one label."""
        return len(self.joined.get(label, b"")) // self.width

    def under(self, label_of: Callable[[str], str]) -> Self:
        """Return the same ballots under other labels; piles whose labels fall together are one."""
        found: defaultdict[str, list[bytes]] = defaultdict(list)
        for label, pile in self.joined.items():
            found[label_of(label)].append(pile)
        return type(self)(self.width, {label: b"".join(piles) for label, piles in found.items()})
