"""States, roles and the rest of the vocabulary as words for the reader (RULES 1)."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, Any] = {
    # the life of a box
    "drafted": _l("in preparation"),
    "open": _l("open"),
    "closed": _l("closed"),
    "certified": _l("certified"),
    "announced": _l("announced"),
    "voided": _l("void"),
    # secrecy
    "secret": _l("secret vote"),
    "named": _l("named vote"),
    # tickets
    "printed": _l("printed"),
    "activated": _l("handed out"),
    # who sits
    "due": _l("due"),
    "present": _l("present"),
    "on_leave": _l("on leave"),
    "absent": _l("absent"),
    "observer": _l("observer"),
    "deputy": _l("deputy"),
    "left_early": _l("left early"),
    "congress": _l("people's congress"),
    "standing_committee": _l("standing committee"),
    "rehearsal": _l("rehearsal"),
    # of what number a share is taken
    "total_members": _l("all members"),
    "issued": _l("ballots issued"),
    "returned": _l("ballots returned"),
    "valid": _l("valid ballots"),
    "invalid": _l("invalid ballots"),
    "spare": _l("spare ballots"),
    # the staff
    "administrator": _l("administrator"),
    "organiser": _l("organiser"),
    "scrutineer": _l("scrutineer"),
    "viewer": _l("viewer"),
}


def word(state: object) -> Any:
    """Return the reader's word for a state; an unknown one as it is, never an error."""
    return WORDS.get(str(state), str(state))
