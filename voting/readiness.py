"""What still keeps a vote from opening, and what is only dubious about it, in words."""

from flask_babel import gettext as _

from app.assembly.checkin import attendance
from app.ballotbox.domain import Turnout
from app.extensions import db
from voting import lineage
from voting.fault_words import flaw_words
from voting.flaws import Flaw, check, check_turnout
from voting.service import Draft, get_draft


def missing(box_id: int) -> tuple[str, ...]:
    """Say what no vote can be held with; empty when the box may open."""
    flaws = tuple(flaw_words(flaw) for flaw in check(get_draft(box_id).paper) if flaw.fatal)
    return (*void_before(box_id), *flaws)


def void_before(box_id: int) -> tuple[str, ...]:
    """Say where the round that this one follows from was declared void; mostly nothing."""
    if not lineage.follows_from_void(db.session(), box_id):
        return ()
    words = _(
        "The round that this one follows from was declared void, so this one can't be held. "
        "Delete it, and go on from the vote that is held again."
    )
    return (str(words),)


def flaws_of(draft: Draft) -> tuple[Flaw, ...]:
    """List what is impossible or dubious, by the paper and by who is here.

    Before anybody is checked in nothing is said of who is here.
    """
    found = check(draft.paper)
    here = turnout_now(draft.box.session_id)
    return (*found, *check_turnout(draft.paper, here)) if here.present else found


def turnout_now(session_id: int, ballots: int = 0) -> Turnout:
    """Return the session's figures as they are now, as if so many ballots came back.

    Each of them was issued to somebody present, so as many are taken to be present at least;
    nothing is spare. The full strength of the body stays what it is.
    """
    seen = attendance(session_id)
    present = max(seen.present, ballots)
    return Turnout(
        total_members=seen.total_members,
        due=max(seen.due, present),
        on_leave=seen.on_leave,
        present=present,
        issued=ballots,
        spare=0,
        returned=ballots,
        valid=0,
        invalid=0,
    )
