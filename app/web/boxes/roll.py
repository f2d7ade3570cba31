"""Who sits when a box opens: the assembly's figures, handed to a box that knows no people."""

from app.assembly.checkin import attendance
from app.assembly.finding import session_of
from app.assembly.listing import members_of
from app.ballotbox.seal import RollCall
from app.extensions import db


def roll_call(session_id: int, override: str = "") -> RollCall:
    """Return the session's heading and attendance as they are now."""
    session, count = session_of(db.session(), session_id), attendance(session_id)
    return RollCall(
        heading={
            "body": session.body,
            "term": session.term,
            "title": session.title,
            "sitting": session.sitting,
            "held_on": session.held_on.isoformat(),
            "place": session.place,
        },
        body_kind=session.body_kind,
        total_members=count.total_members,
        due=count.due,
        on_leave=count.on_leave,
        present=count.present,
        quorum=count.quorum_needed,
        rehearsal=session.rehearsal,
        override=override.strip(),
    )


def members(session_id: int) -> frozenset[str]:
    """Return the rater groups of those who sit: whom a paper asks that names no group."""
    return members_of(session_of(db.session(), session_id))
