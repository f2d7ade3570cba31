"""Who is evaluated again: those whose outcome calls for it by the paper's own consequences."""

from collections.abc import Mapping

from evaluation.consequences import propose
from evaluation.outcomes import Tally
from evaluation.paper import Paper
from evaluation.rules import Step

AGAIN = "again"
"""Where a sealed result names the ids of those to be evaluated again, beside its tally."""


def evaluated_again(paper: Paper, tally: Tally) -> tuple[str, ...]:
    """Return the ids of those to be evaluated again (再次测评), in the order of the paper."""
    due = {
        line.id
        for line in tally.lines
        if line.outcome is not None
        and any(
            proposal.step is Step.EVALUATE_AGAIN
            for proposal in propose(paper.consequences, line.outcome)
        )
    }
    return tuple(subject.id for subject in paper.subjects if subject.id in due)


def sealed_result(paper: Paper, tally: Tally) -> Mapping[str, object]:
    """Return what is sealed of an evaluation: its tally, and who is evaluated again."""
    return {**tally.as_json(), AGAIN: list(evaluated_again(paper, tally))}
