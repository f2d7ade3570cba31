"""What an outcome calls for: proposals with the legal threshold of the step, never acts.

How often a subject fell short before is passed in; whose evaluations make up that history (the
same subject over years, the round before rectification) is for the caller to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from app.thresholds import MAJORITY, Comparison, Threshold
from evaluation.paper import Consequence
from evaluation.rules import Outcome, Standing, Step

_ORDER = tuple(Standing)
"""From good to grave."""


class Proposer(StrEnum):
    """Who may bring the step forward."""

    COUNCIL_OF_CHAIRMEN = "council_of_chairmen"
    """主任会议."""
    MEMBERS_JOINTLY = "members_jointly"
    """常委会组成人员联名 (or the council of chairmen, or the government)."""
    APPOINTING_BODY = "appointing_body"
    """The body in charge of the official; a vote of the congress only informs it."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the law asks of a step, as shares of all members of the standing committee.

    signers: how many must sign together, where a signature is what brings it forward.
    quorum: how many must sit. passes: how many must approve; None where nothing is voted on.
    """

    proposer: Proposer
    signers: Threshold | None = None
    quorum: Threshold | None = None
    passes: Threshold | None = None

    def needed(self, total_members: int) -> Mapping[str, int]:
        """Return the figures behind the shares, those that there are, for so many members."""
        shares = {"signers": self.signers, "quorum": self.quorum, "passes": self.passes}
        return {name: share.needed(total_members) for name, share in shares.items() if share}


LAW: Mapping[Step, Requirement] = MappingProxyType(
    {
        Step.RECTIFY: Requirement(Proposer.COUNCIL_OF_CHAIRMEN),
        Step.REPORT_AGAIN: Requirement(Proposer.COUNCIL_OF_CHAIRMEN, quorum=MAJORITY),
        Step.EVALUATE_AGAIN: Requirement(Proposer.COUNCIL_OF_CHAIRMEN, quorum=MAJORITY),
        Step.SPECIAL_INQUIRY: Requirement(Proposer.COUNCIL_OF_CHAIRMEN, quorum=MAJORITY),
        Step.ADMONISHING_TALK: Requirement(Proposer.APPOINTING_BODY),
        Step.REMOVAL: Requirement(
            Proposer.MEMBERS_JOINTLY,
            signers=Threshold(Comparison.GE, Fraction(1, 5)),
            quorum=MAJORITY,
            passes=MAJORITY,
        ),
    }
)
"""监督法: a special inquiry is held at a meeting of the standing committee, which sits with more
than half of its members; a motion of removal takes a fifth of them, in writing, and passes by
secret ballot of more than half of all. A place with its own rule passes its own mapping."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One step to propose, why, and what the law asks of it.

    times: how often the subject stood so or worse, this time included.
    """

    step: Step
    standing: Standing
    times: int
    requirement: Requirement


def propose(
    consequences: Sequence[Consequence],
    outcome: Outcome,
    history: Sequence[Standing] = (),
    law: Mapping[Step, Requirement] = LAW,
) -> tuple[Proposal, ...]:
    """Return what an outcome calls for, by the first consequence that fits; often nothing.

    history: the standings of the same subject before. Only those as bad as this one or worse
    are counted, so a second 不满意 after a 满意 between is still the second. An outcome with
    steps of its own calls for these.
    """
    rank = _ORDER.index(outcome.standing)
    times = 1 + sum(_ORDER.index(before) >= rank for before in history)
    steps = outcome.steps or next(
        (
            consequence.steps
            for consequence in consequences
            if consequence.standing is outcome.standing and times >= consequence.times
        ),
        (),
    )
    return tuple(Proposal(step, outcome.standing, times, law[step]) for step in steps)
