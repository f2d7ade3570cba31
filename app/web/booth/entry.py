"""What a phone sends: the marks, the receipt they go with, and in a named vote who votes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.assembly.finding import find_voter
from app.ballotbox.instrument import Filled, Mark
from app.refused import Refused
from app.web.booth.papers import OpenPaper
from app.web.refusals import sentence

VOTER = "voter"
LONGEST_VOTER = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A ballot as it came in; `voter` is what was typed, `voter_id` what the box will keep."""

    filled: Filled
    receipt: str
    voter: str = ""
    voter_id: str | None = None


def read_entry(opened: OpenPaper, form: Mapping[str, str]) -> Entry:
    """Read a form; whatever stands in the way is among `filled.faults`, the voter's under "voter".

    In a secret vote the field of the voter is not even read.
    """
    filled = opened.instrument.read_form(opened.paper, form)
    entry = Entry(filled, form.get("receipt", ""))
    if not opened.face.named:
        return entry
    typed = form.get(VOTER, "").strip()[:LONGEST_VOTER]
    try:
        return replace(entry, voter=typed, voter_id=find_voter(opened.frozen.session_id, typed))
    except Refused as refused:
        return with_fault(replace(entry, voter=typed), Mark(VOTER, sentence(refused)))


def with_fault(entry: Entry, fault: Mark) -> Entry:
    """Return the entry with one more thing in its way."""
    filled = entry.filled
    return replace(entry, filled=replace(filled, marks=None, faults=(fault, *filled.faults)))
