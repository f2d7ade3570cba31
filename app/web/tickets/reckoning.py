"""The reconciliation of a session's cards: with who came, and with what was printed.

Cards belong to the box, attendance to the assembly; neither knows the other, and here they meet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.assembly.checkin import attendance
from app.assembly.listing import DEPUTY, members_of
from app.assembly.models import Session
from app.ballotbox import tickets
from app.ballotbox.tickets import BatchState

GROUPS: Mapping[str, Any] = {
    DEPUTY: _l("deputies"),
    "committee_member": _l("committee members"),
    "staff": _l("staff of the unit"),
    "public": _l("the public served"),
}
"""The usual rater groups (测评主体类别) as words; others are called as they were entered."""


def group_label(group: str) -> str:
    """Return the reader's word for a rater group."""
    return str(GROUPS.get(group, group))


@dataclass(frozen=True, slots=True)
class Batch:
    """One printing of cards with its number in the session, from 1."""

    number: int
    cards: BatchState

    @property
    def group(self) -> str:
        """The rater group in words."""
        return group_label(self.cards.rater_group)

    @property
    def untouched(self) -> bool:
        """Whether nothing was done with it since it was printed."""
        return self.cards.waiting == self.cards.printed


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The cards of a session and the people they are for, all in counts.

    present are in the room, left_early were: both were given a card at check-in. handed_out
    and printed leave out the cards of groups that do not sit in the session (apart), as nobody
    checks these people in; printed is what was recorded when printing, and waiting, handed_out,
    spare and apart are what is found now.
    """

    present: int
    left_early: int
    printed: int
    waiting: int
    handed_out: int
    spare: int
    apart: int
    batches: tuple[Batch, ...]

    @property
    def checked_in(self) -> int:
        """Whoever came, and so was given a card, also if they left since."""
        return self.present + self.left_early

    @property
    def found(self) -> int:
        """The cards that there are, whatever became of them."""
        return self.waiting + self.handed_out + self.apart + self.spare

    @property
    def over(self) -> int:
        """How many more cards are out than people came; below 0: how many wait for theirs."""
        return self.handed_out - self.checked_in

    @property
    def settled(self) -> bool:
        """Whether all agrees and no card is left over."""
        return bool(self.printed) and not (self.over or self.waiting or self.found - self.printed)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the reconciliation: what must equal what, and what to do where it does not.

    tone is "bad" (wrong), "strong" (not finished yet) or "" (in order).
    """

    label: str
    expected: int
    formula: str
    found: int
    tone: str
    advice: str

    @property
    def difference(self) -> int:
        """Found minus expected."""
        return self.found - self.expected


def reckon(session: Session) -> Reckoning:
    """Count a session's cards against those who came."""
    came = attendance(session.id)
    states = tickets.batches(session.id)
    sitting = members_of(session)
    return Reckoning(
        present=came.present,
        left_early=came.left_early,
        printed=sum(state.printed for state in states),
        waiting=sum(state.waiting for state in states),
        handed_out=sum(state.handed_out for state in states if state.rater_group in sitting),
        spare=sum(state.voided for state in states),
        apart=sum(state.handed_out for state in states if state.rater_group not in sitting),
        batches=tuple(Batch(number, state) for number, state in enumerate(states, 1)),
    )


def lines(reckoning: Reckoning) -> tuple[Line, ...]:
    """Return the reconciliation line by line, in the reader's language."""
    return (_with_who_came(reckoning), _with_the_printing(reckoning), _left_over(reckoning))


def _with_who_came(reckoning: Reckoning) -> Line:
    over = reckoning.over
    tone = "bad" if over > 0 or (over < 0 and not reckoning.waiting) else "strong" if over else ""
    if over > 0:
        advice = _(
            "%(number)s more cards are out than people have checked in. Check in whoever came "
            "without it; take back and void whatever was handed out by mistake.",
            number=over,
        )
    elif over < 0:
        advice = _(
            "%(number)s of those who checked in have no card yet. Scan a card for each of them; "
            "where nobody came, undo the check-in.",
            number=-over,
        )
    else:
        advice = _("Everybody who came has a card.") if reckoning.checked_in else ""
    return Line(
        label=_("Checked in = handed out"),
        expected=reckoning.checked_in,
        formula=_(
            "present %(present)s + left early %(left)s",
            present=reckoning.present,
            left=reckoning.left_early,
        ),
        found=reckoning.handed_out,
        tone=tone,
        advice=advice,
    )


def _with_the_printing(reckoning: Reckoning) -> Line:
    lost = reckoning.found != reckoning.printed
    out = reckoning.handed_out + reckoning.apart
    return Line(
        label=_("Printed = handed out + void + waiting"),
        expected=reckoning.printed,
        formula=_(
            "handed out %(out)s + void %(void)s + waiting %(waiting)s",
            out=out,
            void=reckoning.spare,
            waiting=reckoning.waiting,
        ),
        found=reckoning.found,
        tone="bad" if lost else "",
        advice=_(
            "The records of the cards do not agree with what was printed. Keep the database as "
            "it is, and tell the administrator."
        )
        if lost
        else (_("Every printed card is accounted for.") if reckoning.printed else ""),
    )


def _left_over(reckoning: Reckoning) -> Line:
    return Line(
        label=_("Nothing left waiting"),
        expected=0,
        formula=_("neither handed out nor void"),
        found=reckoning.waiting,
        tone="strong" if reckoning.waiting else "",
        advice=_("Hand these cards out, or void them as spare when check-in is over.")
        if reckoning.waiting
        else (_("No card is left that somebody could still use.") if reckoning.printed else ""),
    )


def steps(reckoning: Reckoning) -> list[dict[str, str]]:
    """Return what there is to do, in order, as the steps of an agenda."""
    printed, waiting = reckoning.printed > 0, reckoning.waiting > 0
    out = reckoning.handed_out + reckoning.apart > 0
    done = [printed, out and not waiting, printed and not waiting, reckoning.settled]
    words = [
        (_("Print the cards"), _("Once, on A4; cut along the marks.")),
        (_("Hand out at check-in"), _("Scan each card, or enable a counted pile at once.")),
        (_("Void what is left"), _("So that no spare card can vote.")),
        (_("Reconcile"), _("Checked in = handed out; all that was printed is accounted for.")),
    ]
    current = done.index(False) if False in done else -1
    return [
        {
            "label": label,
            "note": note,
            "state": "done" if done[place] else "current" if place == current else "todo",
        }
        for place, (label, note) in enumerate(words)
    ]
