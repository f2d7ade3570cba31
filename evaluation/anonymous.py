"""Which marks may be given out one ballot a row, so that no small group can be read from them.

What the tally withholds must not come out through the ballots it was counted from: rater groups
stand beside marks only where every subject's figures are given in full for each of them, and a
subject whose counts are withheld has no column. Without the groups beside them, rows join what one
ballot says of several subjects: where one subject's groups are all given and another's are not,
the marks of the first would tell in which rows the small group speaks of the second. So only
subjects of which the same groups are given stand beside each other.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.ballotbox.domain import Secrecy
from evaluation.outcomes import Tally, Withheld
from evaluation.paper import Paper

Ballots = Sequence[tuple[str, bytes]]
"""(voter in a named evaluation, else the rater group or '') and marks, one byte an item."""

_NO_COUNTS = frozenset({Withheld.COUNTS, Withheld.ALL})


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be given out.

    items: positions of the items whose marks may be seen. labelled: whether what stands beside
    the marks (rater group, or name in a named evaluation) may be seen too. ballots: those that
    may be seen; where groups may not, answers of an open sample are not mixed among the others.
    """

    items: tuple[int, ...]
    labelled: bool
    ballots: Ballots

    def complete(self, paper: Paper) -> bool:
        """Whether the evaluation could be counted again from what is given out."""
        grouped = len(paper.groups) > 0
        return len(self.items) == len(paper.items) and (self.labelled or not grouped)


def shown(paper: Paper, tally: Tally, ballots: Ballots) -> Shown:
    """Choose what may be given out of the ballots of a closed evaluation."""
    if paper.secrecy is Secrecy.NAMED:
        return Shown(tuple(range(len(paper.items))), labelled=True, ballots=tuple(ballots))
    open_counts = {line.id for line in tally.lines if line.withheld not in _NO_COUNTS}
    labelled = bool(paper.groups) and _every_group_is_shown(tally)
    subjects = open_counts if labelled else _alike(paper, tally, open_counts)
    items = tuple(
        at for at, item in enumerate(paper.items) if paper.subjects[item.subject].id in subjects
    )
    counted = {paper.group_ids[at] for at in paper.counted_groups}
    kept = tuple(row for row in ballots if labelled or row[0] in counted or not paper.groups)
    return Shown(items, labelled, kept if items else ())


def _alike(paper: Paper, tally: Tally, ids: Collection[str]) -> Collection[str]:
    """Return the subjects of which the same groups are given: the most, of equal ones the first."""
    kinds: dict[frozenset[str], list[str]] = {}
    for subject in paper.subjects:
        if subject.id in ids:
            given = frozenset(group.id for group in tally.line(subject.id).groups)
            kinds.setdefault(given, []).append(subject.id)
    return max(kinds.values(), key=len, default=())


def _every_group_is_shown(tally: Tally) -> bool:
    return all(group.valid is not None for group in tally.groups) and all(
        line.withheld is Withheld.NOTHING for line in tally.lines
    )
