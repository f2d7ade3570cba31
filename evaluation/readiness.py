"""What still keeps an evaluation from opening, and what is only dubious about it, in words."""

from flask_babel import gettext as _

from app.ballotbox.tickets import handed_out_by_group
from app.extensions import db
from evaluation import lineage
from evaluation.fault_words import flaw_words
from evaluation.flaws import Flaw, FlawCode, check, check_groups
from evaluation.service import Draft, get_draft


def missing(box_id: int) -> tuple[str, ...]:
    """Say what no evaluation can be held with; empty when the box may open."""
    flaws = tuple(flaw_words(flaw) for flaw in check(get_draft(box_id).paper) if flaw.fatal)
    return (*void_before(box_id), *flaws)


def void_before(box_id: int) -> tuple[str, ...]:
    """Say where the round that this one follows from was declared void; mostly nothing."""
    if not lineage.follows_from_void(db.session(), box_id):
        return ()
    words = _(
        "The round that this one follows from was declared void, so this one can't be held. "
        "Delete it, and go on from the evaluation that is held again."
    )
    return (str(words),)


def flaws_of(draft: Draft) -> tuple[Flaw, ...]:
    """List what is impossible or dubious, by the paper and by the cards that are handed out.

    Before any card is handed out nothing is said of cards.
    """
    paper = draft.paper
    issued = handed_out_by_group(draft.box.session_id)
    known = {group.id for group in paper.groups}
    left_out = {group: n for group, n in issued.items() if known and group not in known}
    without = [group for group in paper.groups if issued and not issued.get(group.id)]
    return (
        *check(paper),
        *check_groups(paper, issued),
        *(
            Flaw(FlawCode.GROUP_NOT_ASKED, "groups", {"id": group, "tickets": n})
            for group, n in left_out.items()
        ),
        *(
            Flaw(FlawCode.GROUP_WITHOUT_TICKETS, "groups", {"name": group.name})
            for group in without
            if not group.open_sample
        ),
    )
