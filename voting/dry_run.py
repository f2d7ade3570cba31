"""Made-up ballots for trying out a paper's rules before anything is opened (试算).

Pure and repeatable: the same paper, figures, pattern and seed give the same ballots. They are
counted by `voting.tally`, as real ones are.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from app.ballotbox.domain import NO_MARK, Turnout
from voting.marks import ABSTAIN, AGAINST, APPROVE, TICKED
from voting.outcomes import FollowUpKind, Reason, Tally
from voting.paper import Paper, PaperKind
from voting.tally import array, count, decide

Choice = list[int]
"""The items somebody wants, as places in the paper's order, the most wanted first."""


class Pattern(StrEnum):
    """What the made-up deputies have in mind."""

    RANDOM = "random"
    """Everybody chooses by chance, some projects being liked more than others."""
    AGREEMENT = "agreement"
    """Nearly everybody wants the same `seats` projects."""
    TIE_AT_CUT = "tie_at_cut"
    """Two projects have equal votes where the last seat falls."""
    SHORTFALL = "shortfall"
    """Fewer projects pass than there are seats."""
    SPOILT = "spoilt"
    """As by chance, but a fifth of the ballots is blank and another fifth void, where this kind
    of paper can be void at all."""


@dataclass(frozen=True, slots=True)
class _Hall:
    """Who chooses: how many ballots there are, how many approvals pass, and the dice."""

    paper: Paper
    ballots: int
    needed: int
    dice: Random

    @property
    def items(self) -> int:
        return len(self.paper.candidates)

    @property
    def limit(self) -> int:
        """How many items one ballot may want."""
        rule = self.paper.rule
        unlimited = rule.kind is PaperKind.PER_ITEM and not rule.approvals_capped
        return self.items if unlimited else min(rule.seats, self.items)

    @property
    def exact(self) -> bool:
        """Whether a ballot that wants fewer would be void."""
        return not self.paper.rule.allow_fewer and self.paper.rule.kind is not PaperKind.PER_ITEM

    def favourites(self) -> list[int]:
        """Return the items in an order of popularity that is not that of the paper."""
        order = list(range(self.items))
        self.dice.shuffle(order)
        return order


def dry_run(paper: Paper, turnout: Turnout, pattern: Pattern, seed: int) -> Tally:
    """Count made-up ballots, `turnout.returned` of them, under the paper's own rule.

    Raises ValueError for a paper without candidates.
    """
    ballots = made_up(paper, turnout, pattern, seed)
    return decide(paper, count(paper, array(ballots, len(paper.candidates))), turnout)


def came_about(pattern: Pattern, tally: Tally) -> bool:
    """Whether the result shows what the pattern is for: under some rules it never can."""
    match pattern:
        case Pattern.TIE_AT_CUT:
            return any(
                line.reason in {Reason.TIED_AT_CUT, Reason.TIE_TAKE_FEWER} for line in tally.lines
            )
        case Pattern.SHORTFALL:
            tied = tally.follow_up.kind in {FollowUpKind.RUNOFF, FollowUpKind.PRESIDIUM_DECIDES}
            return tally.seats_left > 0 and not tied
        case Pattern.SPOILT:
            return tally.turnout.invalid > 0 or tally.blank > 0
        case _:
            return True


def made_up(paper: Paper, turnout: Turnout, pattern: Pattern, seed: int) -> list[bytes]:
    """Make up ballots, one byte an item; raises ValueError for a paper without candidates."""
    if not paper.candidates:
        raise ValueError("no_candidates")
    needed = paper.rule.needed(turnout.of(paper.rule.denominator) or turnout.returned)
    hall = _Hall(paper, turnout.returned, needed, Random(seed))  # noqa: S311  (nothing is secret)
    match pattern:
        case Pattern.AGREEMENT:
            choices = _agreeing(hall)
        case Pattern.TIE_AT_CUT:
            choices = _tying(hall)
        case Pattern.SHORTFALL:
            choices = _falling_short(hall)
        case _:
            choices = _by_chance(hall)
    ballots = [_marks(hall, choice) for choice in choices]
    if pattern is Pattern.SPOILT:
        _spoil(hall, ballots)
    return ballots


def _by_chance(hall: _Hall) -> list[Choice]:
    """Draw without replacement, the liked ones sooner; most use all the marks they have."""
    liking = {item: 0.25 + hall.dice.random() for item in range(hall.items)}
    choices = []
    for _ in range(hall.ballots):
        drawn = sorted(liking, key=lambda item: hall.dice.random() ** (1 / liking[item]))
        drawn.reverse()
        size = hall.limit
        if hall.limit == hall.items > 1:
            size = hall.items - hall.dice.randrange(hall.items // 2 + 1)
        elif hall.dice.random() < 1 / 4:
            size = 1 + hall.dice.randrange(hall.limit)
        choices.append(drawn[: hall.limit if hall.exact else size])
    return choices


def _agreeing(hall: _Hall) -> list[Choice]:
    """Let everybody want the first `seats`; one mark in twenty strays to another project."""
    order = hall.favourites()
    wanted, others = order[: hall.paper.rule.seats], order[hall.paper.rule.seats :]
    choices = []
    for _ in range(hall.ballots):
        choice = list(wanted[: hall.limit])
        spare = list(others)
        hall.dice.shuffle(spare)
        for at in range(len(choice)):
            if spare and hall.dice.random() < 1 / 20:
                choice[at] = spare.pop()
        choices.append(choice)
    return choices


def _tying(hall: _Hall) -> list[Choice]:
    """Let two projects be each other's mirror in two halves of the hall.

    Everybody wants the first `seats` + 1 projects and, where a ballot has only `seats` marks,
    leaves one of them out; the two at the cut are left out more often than the others, but not
    so often that they fail. Where the hall is odd, one ballot is blank.
    """
    order, seats = hall.favourites(), hall.paper.rule.seats
    group, others, half = order[: seats + 1], order[seats + 1 :], hall.ballots // 2
    if len(group) <= seats or half == 0:
        return _agreeing(hall)
    first, second, above = group[-2], group[-1], group[:-2]
    scarce = hall.limit <= seats
    least = 2 * half // (seats + 1) + 1 if scarce else 1
    left_out = max(0, min(half, 2 * half - hall.needed))
    left_out = max(min(left_out, least + half // 10), min(least, half))
    choices = []
    for at in range(half):
        gone = None
        if at < left_out:
            gone = first if at % 2 else second
        elif scarce:
            gone = above[at % len(above)] if above else first
        choices.append([item for item in group if item != gone])
    if scarce and above and others:
        # How many marks those above may lose to the rest and still stand above the two.
        spare = (left_out - 1) * len(above) // 2 - (half - left_out) - len(above)
        _stray(hall, choices, above, others, min(half // 3, spare // 2))
    swap = {first: second, second: first}
    mirrored = [[swap.get(item, item) for item in choice] for choice in choices]
    return [*choices, *mirrored, *([[]] * (hall.ballots % 2))]


def _stray(
    hall: _Hall, choices: list[Choice], above: list[int], others: list[int], times: int
) -> None:
    """Give a mark of each of those above in turn to one of the others, on so many ballots."""
    for at in range(times):
        choice, item = choices[-1 - at], above[at % len(above)]
        if item in choice:
            choice[choice.index(item)] = hall.dice.choice(others)


def _falling_short(hall: _Hall) -> list[Choice]:
    """Let some projects pass clearly, and every other stay below what is needed."""
    order, seats = hall.favourites(), min(hall.paper.rule.seats, hall.items)
    # Where every ballot must have all its marks, they would lift the others over the bar.
    fewer = 0 if hall.exact else hall.dice.randrange(max(1, seats // 4))
    clear = max(0, seats - 1 - fewer)
    ticks = [0] * hall.items
    for at, item in enumerate(order):
        if at < clear:
            ticks[item] = hall.ballots - hall.dice.randrange(hall.ballots // 10 + 1)
        else:
            ceiling = max(0, min(hall.needed - 1, hall.ballots))
            ticks[item] = ceiling - hall.dice.randrange(ceiling // 3 + 1)
    return _dealt(hall, order, ticks)


def _dealt(hall: _Hall, order: Sequence[int], ticks: Sequence[int]) -> list[Choice]:
    """Deal each item's ticks to the ballots with the fewest, so that few marks exceed the limit.

    Those with equally few are taken by lot. Ballots that are full take no more.
    """
    choices: list[Choice] = [[] for _ in range(hall.ballots)]
    for item in order:
        lot = [(len(choice), hall.dice.random(), choice) for choice in choices]
        lot.sort(key=lambda drawn: drawn[:2])
        for _, _, choice in lot[: ticks[item]]:
            if len(choice) < hall.limit:
                choice.append(item)
    if hall.exact:
        _fill(hall, choices)
    return choices


def _fill(hall: _Hall, choices: list[Choice]) -> None:
    """Fill up ballots that would be void for want of marks: what passes anyway goes first."""
    wanted = Counter(item for choice in choices for item in choice)
    for choice in choices:
        while len(choice) < hall.limit:
            rest = set(range(hall.items)).difference(choice)
            item = min(rest, key=lambda i: (wanted[i] < hall.needed, wanted[i], i))
            wanted[item] += 1
            choice.append(item)


def _marks(hall: _Hall, choice: Choice) -> bytes:
    marks = bytearray([NO_MARK]) * hall.items
    kind = hall.paper.rule.kind
    if kind is PaperKind.PER_ITEM and choice:
        rest = (AGAINST, AGAINST, ABSTAIN, NO_MARK)
        marks[:] = bytes(hall.dice.choice(rest) for _ in range(hall.items))
    for place, item in enumerate(choice, 1):
        marks[item] = {
            PaperKind.SELECT: TICKED,
            PaperKind.PER_ITEM: APPROVE,
            PaperKind.RANK: place,
        }[kind]
    return bytes(marks)


def _spoil(hall: _Hall, ballots: list[bytes]) -> None:
    """Make a fifth of the pile blank, and another fifth void by marking everything."""
    fifth = len(ballots) // 5
    full = {
        PaperKind.SELECT: TICKED,
        PaperKind.PER_ITEM: APPROVE,
        PaperKind.RANK: 1,
    }[hall.paper.rule.kind]
    for at in range(fifth):
        ballots[at] = bytes([NO_MARK]) * hall.items
        ballots[fifth + at] = bytes([full]) * hall.items
    hall.dice.shuffle(ballots)
