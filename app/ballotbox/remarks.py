"""What was written beside the marks: for the organiser only, never by rater (RULES 5, 7)."""

from sqlalchemy import select

from app.ballotbox.models import Remark
from app.ballotbox.service import get_box
from app.extensions import db
from app.refused import Refused


def stored_remarks(box_id: int, *, open_sample: bool = False) -> tuple[tuple[str, str], ...]:
    """Return (item, text) of a closed box, sorted: no order of arrival, nobody's two together.

    Those of ticketed raters, or those of its open questionnaire. Raises Refused("not_closed").
    """
    if not get_box(box_id).sealed:
        raise Refused("not_closed")
    query = select(Remark.item, Remark.text).where(
        Remark.box_id == box_id, Remark.open_sample.is_(open_sample)
    )
    return tuple(sorted((row.item, row.text) for row in db.session.execute(query)))
