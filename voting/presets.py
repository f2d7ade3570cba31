"""Rules ready to use, with the seats still to be put in: `with_seats(LOCAL_ORGANIC_LAW, 24)`."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from app.ballotbox.domain import Denominator
from app.thresholds import MAJORITY
from voting.paper import BlankPolicy, PaperKind, Rule, ShortfallPolicy, TiePolicy

LOCAL_ORGANIC_LAW = Rule(
    kind=PaperKind.SELECT,
    seats=1,
    allow_fewer=True,
    blank=BlankPolicy.ABSTAIN,
    denominator=Denominator.TOTAL_MEMBERS,
    threshold=MAJORITY,
    tie=TiePolicy.RUNOFF,
    shortfall=ShortfallPolicy.SUPPLEMENTARY_VOTE,
)
"""The default, as 地方组织法 has it: tick at most `seats`, more than half of all members passes,
the tied are voted on again, and seats left go to a supplementary vote."""

PER_ITEM = replace(LOCAL_ORGANIC_LAW, kind=PaperKind.PER_ITEM)
"""逐项票决: approve, against or abstain for each project, by the same majority."""

BY_URGENCY = replace(LOCAL_ORGANIC_LAW, kind=PaperKind.RANK)
"""按轻重缓急排序: rank at most `seats` projects; passed by the same majority, ordered by points."""

PRESETS: Mapping[str, Rule] = MappingProxyType(
    {
        "local_organic_law": LOCAL_ORGANIC_LAW,
        "per_item": PER_ITEM,
        "by_urgency": BY_URGENCY,
    }
)
"""The three by key, the default first."""


def with_seats(preset: Rule, seats: int) -> Rule:
    """Return the preset for so many seats."""
    return replace(preset, seats=seats)


def preset_of(rule: Rule) -> str | None:
    """Return the key of the preset that a rule follows but for its seats; None for its own."""
    for key, preset in PRESETS.items():
        if with_seats(preset, rule.seats) == rule:
            return key
    return None
