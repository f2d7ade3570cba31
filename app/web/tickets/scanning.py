"""One card under the scanner: what is done with it, and what the desk is told at once.

No answer and no log line carries the code, and nothing of one card is kept but its state.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.ballotbox import tickets
from app.ballotbox.domain import TicketState
from app.refused import Refused


class Outcome(StrEnum):
    """What came of a scan."""

    HANDED_OUT = "handed_out"
    ONE_TOO_MANY = "one_too_many"
    ALREADY_OUT = "already_out"
    IS_VOID = "is_void"
    FROZEN = "frozen"
    VOIDED = "voided"
    TAKEN_BACK = "taken_back"
    ALREADY_VOID = "already_void"
    MAY_HAVE_VOTED = "may_have_voted"
    UNKNOWN = "unknown"
    OTHER_SESSION = "other_session"


@dataclass(frozen=True, slots=True)
class Telling:
    """An outcome in words; tone colours it, `tune` is what scan.js sounds, `icon` its picture."""

    tone: str
    icon: str
    heading: Any
    advice: Any

    @property
    def tune(self) -> str:
        """The sound: the same for all of a tone, so that the ear learns three."""
        return self.tone


TELLINGS: Mapping[Outcome, Telling] = {
    Outcome.HANDED_OUT: Telling("good", "check", _l("Enabled"), _l("Give the card to the deputy.")),
    Outcome.ONE_TOO_MANY: Telling(
        "warn",
        "alert",
        _l("Enabled, but more cards are out than people checked in"),
        _l("Check in whoever gets this card. If it was scanned by mistake, void it again."),
    ),
    Outcome.ALREADY_OUT: Telling(
        "warn",
        "info",
        _l("Was enabled before"),
        _l("It counts once. If it lay in the pile, somebody has scanned it already."),
    ),
    Outcome.IS_VOID: Telling(
        "bad", "cross", _l("This card is void"), _l("Do not hand it out. Take another card.")
    ),
    Outcome.FROZEN: Telling(
        "bad",
        "lock",
        _l("Not enabled: a vote is open"),
        _l("As many cards are out as were present at its opening. Scan it again after closing."),
    ),
    Outcome.VOIDED: Telling(
        "good", "check", _l("Voided"), _l("This spare card can no longer vote.")
    ),
    Outcome.TAKEN_BACK: Telling(
        "warn",
        "alert",
        _l("Voided, and it was handed out before"),
        _l("Take it back. Whoever had it needs another card to go on voting."),
    ),
    Outcome.ALREADY_VOID: Telling("warn", "info", _l("Was void before"), _l("Nothing changed.")),
    Outcome.MAY_HAVE_VOTED: Telling(
        "bad",
        "lock",
        _l("Not voided: a vote is open"),
        _l("This card is handed out and may have voted. Scan it again after closing."),
    ),
    Outcome.UNKNOWN: Telling(
        "bad",
        "alert",
        _l("Not known"),
        _l("This is no ballot card, or a letter is wrong. A deputy's badge is not scanned here."),
    ),
    Outcome.OTHER_SESSION: Telling(
        "bad",
        "cross",
        _l("A card of another session"),
        _l("Do not hand it out here. Put it aside."),
    ),
}

REFUSALS: Mapping[str, Outcome] = {
    "unknown_code": Outcome.UNKNOWN,
    "other_session": Outcome.OTHER_SESSION,
    "voided_ticket": Outcome.IS_VOID,
    "roll_is_frozen": Outcome.FROZEN,
    "box_is_open": Outcome.MAY_HAVE_VOTED,
}

VOIDED_FROM: Mapping[TicketState, Outcome] = {
    TicketState.PRINTED: Outcome.VOIDED,
    TicketState.ACTIVATED: Outcome.TAKEN_BACK,
    TicketState.VOIDED: Outcome.ALREADY_VOID,
}


def hand_out(session_id: int, code: str) -> Outcome:
    """Enable a card; whether there are now too many out is for the caller to see."""
    return _told(
        lambda: Outcome.HANDED_OUT if tickets.hand_out(session_id, code) else Outcome.ALREADY_OUT
    )


def void(session_id: int, code: str) -> Outcome:
    """Void a card."""
    return _told(lambda: VOIDED_FROM[tickets.void(session_id, code)])


def outcome_of(word: str) -> Outcome | None:
    """Return the outcome that an address names, or None."""
    return Outcome(word) if word in set(Outcome) else None


def _told(act: Callable[[], Outcome]) -> Outcome:
    try:
        return act()
    except Refused as refused:
        if refused.reason not in REFUSALS:
            raise
        return REFUSALS[refused.reason]
