"""No result is sealed on one program's word: both counts must say the same (promise 8)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.ballotbox.canonical import canonical
from app.ballotbox.domain import Turnout
from app.refused import Refused
from recount.recount import Ballot, counted_again, differences

Json = Mapping[str, Any]
MOST_SAID = 12


def _as_stored(value: Json) -> Any:
    """Return plain JSON as a scrutineer would read it back."""
    return json.loads(canonical(value))


def agreed(
    paper: Json,
    ballots: Iterable[tuple[str, bytes]],
    turnout: Turnout,
    *,
    issued: Mapping[str, int],
    result: Json,
) -> Json:
    """Return a result with which `recount`, reading the same ballots, agrees figure by figure.

    ballots: (rater group, marks) of each; issued: tickets handed out by rater group; of the
    turnout only what no ballot tells is read.
    Raises Refused("counts_disagree") with the places where it does not: nothing is sealed then.
    """
    again_read = [Ballot("", group, marks) for group, marks in ballots]
    again = counted_again(_as_stored(paper), again_read, turnout.as_json(), issued)
    found = differences(_as_stored(result), again)
    if found:
        places = ", ".join(place.partition("：")[0] for place in found[:MOST_SAID])
        raise Refused("counts_disagree", places=places)
    return result
