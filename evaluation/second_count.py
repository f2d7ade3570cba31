"""No result is sealed on one program's word: both counts must say the same (promise 8)."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.refused import Refused
from evaluation.paper import Paper
from evaluation.recount import differences


def agreed(
    paper: Paper, marks: Sequence[bytes], groups: Sequence[str], result: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a result with which `evaluation.recount`, reading the same ballots, agrees.

    Raises Refused("counts_disagree") with the places where it does not: nothing is sealed then.
    """
    places = differences(paper.as_json(), zip(groups, marks, strict=True), result)
    if places:
        raise Refused("counts_disagree", places=", ".join(places))
    return result
