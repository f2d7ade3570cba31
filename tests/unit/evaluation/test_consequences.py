"""Proposals by outcome and by how often it happened before; text only, with the law's figures."""

from dataclasses import replace

import pytest

from evaluation.consequences import LAW, Proposer, Requirement, propose
from evaluation.presets import CONSEQUENCES, YEARLY_ASSESSMENT, ZHENHAI
from evaluation.rules import Outcome, Standing, Step

GOOD, FAIR, POOR, GRAVE = Standing
AGAIN = [Step.RECTIFY, Step.REPORT_AGAIN, Step.EVALUATE_AGAIN]


def steps(standing, history=()):
    outcome = Outcome("any", "结果", standing)
    return [proposal.step for proposal in propose(CONSEQUENCES, outcome, history)]


@pytest.mark.parametrize(
    ("standing", "history", "found"),
    [
        (GOOD, [], []),
        (GOOD, [POOR, POOR], []),
        (FAIR, [], [Step.RECTIFY]),
        (FAIR, [FAIR, FAIR], [Step.RECTIFY]),
        (POOR, [], AGAIN),
        (POOR, [FAIR, GOOD], AGAIN),
        (POOR, [POOR], [*AGAIN, Step.SPECIAL_INQUIRY]),
        (POOR, [POOR, GOOD], [*AGAIN, Step.SPECIAL_INQUIRY]),
        (POOR, [GRAVE], [*AGAIN, Step.SPECIAL_INQUIRY]),
        (GRAVE, [], [*AGAIN, Step.SPECIAL_INQUIRY]),
    ],
)
def test_what_an_outcome_calls_for(standing, history, found):
    assert steps(standing, history) == found


def test_how_often_and_the_law_stand_beside_a_proposal():
    proposal = propose(CONSEQUENCES, ZHENHAI[2].outcome, [POOR, FAIR])[-1]

    assert (proposal.standing, proposal.times) == (POOR, 2)
    assert proposal.requirement.proposer is Proposer.COUNCIL_OF_CHAIRMEN
    assert proposal.requirement.needed(33) == {"quorum": 17}


def test_an_outcome_with_steps_of_its_own():
    removal = propose(CONSEQUENCES, YEARLY_ASSESSMENT[0].outcome)
    talk = propose(CONSEQUENCES, YEARLY_ASSESSMENT[1].outcome)

    assert [proposal.step for proposal in removal] == [Step.REMOVAL]
    assert removal[0].requirement.needed(33) == {"signers": 7, "quorum": 17, "passes": 17}
    assert [proposal.step for proposal in talk] == [Step.ADMONISHING_TALK]
    assert talk[0].requirement.needed(33) == {}


def test_a_place_may_have_a_law_of_its_own():
    own = {**LAW, Step.RECTIFY: Requirement(Proposer.APPOINTING_BODY)}

    proposal = propose(CONSEQUENCES, ZHENHAI[1].outcome, law=own)[0]

    assert proposal.requirement == replace(LAW[Step.RECTIFY], proposer=Proposer.APPOINTING_BODY)
    assert set(LAW) == set(Step)
