"""What still keeps a vote from opening, and what is only dubious about it, in words."""

from flask_babel import gettext as _

from app.extensions import db
from app.web.dry_run import turnout_now
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
