"""The log of a session in sentences: what was done, by whom, and whether it is all there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts import service as accounts
from app.ballotbox import chain, service, tickets
from app.ballotbox.models import Act
from app.web.tickets.reckoning import group_label

SHORT = 16
"""Characters of a digest that people compare; the whole of it stands in the return."""

SENTENCES: Mapping[str, Any] = {
    "issue": _l(
        "Printed batch %(batch)s for %(group)s: %(printed)s cards, %(spare)s of them spare."
    ),
    "hand_out_pile": _l("Enabled a counted pile of batch %(batch)s at once: %(count)s cards."),
    "void_spare": _l("Voided all cards left over: %(count)s."),
    "void_batch": _l(
        "Voided batch %(batch)s as a whole: %(count)s cards, of which %(handed_out)s were handed "
        "out."
    ),
    "open": _l("Opened “%(box)s”: %(present)s present, %(issued)s cards handed out."),
    "close": _l("Closed “%(box)s”: %(returned)s ballots in the box."),
    "seal": _l("Sealed the result of “%(box)s”."),
    "certify": _l("Certified the result of “%(box)s”."),
    "announce": _l("Announced the result of “%(box)s”."),
    "void": _l("Declared “%(box)s” void. The reason given: %(reason)s"),
}

FAULTS: Mapping[str, Any] = {
    "missing": _l("Entry %(number)s is missing."),
    "changed": _l("Entry %(number)s was changed after it was written."),
    "does_not_follow": _l("Entry %(number)s does not follow from the one before it."),
    "head_differs": _l("The last entries are missing, or others were added at the end."),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as it is read: its place, its time, who, what, and the digests it names."""

    number: int
    at: datetime | None
    actor: str
    words: str
    digests: tuple[tuple[str, str], ...]
    digest: str
    broken: bool


@dataclass(frozen=True, slots=True)
class Log:
    """The acts of a session, oldest first; faults are sentences, none where it is whole."""

    entries: tuple[Entry, ...]
    faults: tuple[str, ...]
    head: str


class _Facts(dict[str, Any]):
    """The facts of an act; one that was tampered with may lack some, and is shown all the same."""

    def __missing__(self, key: str) -> str:
        return "—"


def read_log(session_id: int) -> Log:
    """Return the log of a session in the reader's language, checked from end to end."""
    breaks = chain.breaks(session_id)
    broken = {found.number for found in breaks}
    names = {person.username: person.display_name for person in accounts.all_staff()}
    boxes = {box.id: box.title for box in service.boxes_of(session_id)}
    batches = {state.batch_id: n for n, state in enumerate(tickets.batches(session_id), 1)}

    def entry(act: Act) -> Entry:
        facts = _facts(act.facts)
        return Entry(
            number=act.number,
            at=_moment(act.at),
            actor=names.get(act.actor, act.actor),
            words=_words(act.kind, facts, boxes, batches),
            digests=_digests(facts),
            digest=act.digest[:SHORT],
            broken=act.number in broken,
        )

    return Log(
        entries=tuple(entry(act) for act in chain.acts(session_id)),
        faults=tuple(str(FAULTS[found.fault]) % {"number": found.number} for found in breaks),
        head=chain.head(session_id),
    )


def _words(kind: str, facts: _Facts, boxes: Mapping[int, str], batches: Mapping[int, int]) -> str:
    if kind not in SENTENCES:
        return str(_("Another act: %(kind)s", kind=kind))
    named = _Facts(facts)
    if "box" in facts:
        named["box"] = boxes.get(facts["box"], facts["box"])
    if "batch" in facts:
        named["batch"] = batches.get(facts["batch"], facts["batch"])
    if "group" in facts:
        named["group"] = group_label(str(facts["group"]))
    said = str(SENTENCES[kind]) % named
    if "override" in facts:
        without = _(
            "Opened without a quorum, for this reason: %(reason)s", reason=facts["override"]
        )
        said = f"{said} {without}"
    return said


def _digests(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    labels = {"paper": _("Check code of the paper"), "seal": _("Check code of the result")}
    return tuple((label, str(facts[key])[:SHORT]) for key, label in labels.items() if key in facts)


def _facts(stored: str) -> _Facts:
    try:
        plain = json.loads(stored)
    except ValueError:
        return _Facts()
    return _Facts(plain) if isinstance(plain, dict) else _Facts()


def _moment(stored: str) -> datetime | None:
    try:
        return datetime.fromisoformat(stored)
    except ValueError:
        return None
