"""The turnout of a count outside the database, as a file and a command line state it."""

from collections.abc import Iterable, Mapping

from app.ballotbox.domain import Denominator, Turnout
from app.intake.documents import FileFault, MalformedFileError, Problem

_TOLD = frozenset({Denominator.RETURNED.value, Denominator.VALID.value})
"""What the ballots themselves tell."""


def stated_turnout(
    known: Mapping[str, int], returned: int, wanted: Iterable[Denominator]
) -> Turnout:
    """Return the turnout of what is `known` by the names of its fields, and the ballots returned.

    Where a figure is not known, the least that fits is taken: issued what was returned, present
    what was issued, due those present, members those due; on leave and spare none. The `wanted`
    ones, which a rule takes its share of, are never assumed: MalformedFileError names each.
    valid and invalid are for the count to fill in.
    """
    names = dict.fromkeys(each.value for each in wanted)
    missing = [name for name in names if name not in _TOLD and name not in known]
    if missing:
        raise MalformedFileError(
            [Problem(FileFault.MISSING, f"$.turnout.{name}") for name in missing]
        )
    issued = known.get("issued", returned)
    present = known.get("present", issued)
    due = known.get("due", present)
    return Turnout(
        total_members=known.get("total_members", due),
        due=due,
        on_leave=known.get("on_leave", 0),
        present=present,
        issued=issued,
        spare=known.get("spare", 0),
        returned=returned,
        valid=0,
        invalid=0,
    )
