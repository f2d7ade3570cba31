"""Trying out a paper's rules on made-up ballots: what every instrument asks for and counts by."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from app.assembly.checkin import attendance
from app.ballotbox.domain import Turnout

MOST_BALLOTS = 5_000
"""More than any congress has deputies; the answer comes within a second."""
LARGEST_SEED = 999_999

_BETWEEN = _l("A whole number from %(min)s to %(max)s is needed.")


class DryRunForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """What ballots to make up; an instrument adds its `pattern`.

    It changes nothing, so it is asked for by GET, without a token.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """A GET form: its address can be kept and asked for again."""

        csrf = False

    ballots = IntegerField(_l("Number of ballots"), [InputRequired(_l("This is still empty."))])
    seed = IntegerField(
        _l("Seed"),
        [InputRequired(_l("This is still empty.")), NumberRange(0, LARGEST_SEED, _BETWEEN)],
        default=1,
    )

    def hold_to(self, most: int) -> None:
        """Allow as many ballots as the body has members, and never more than we can make up."""
        limit = NumberRange(1, min(most, MOST_BALLOTS) or MOST_BALLOTS, _BETWEEN)
        self.ballots.validators = [*self.ballots.validators, limit]


def filled_for(form: type[Any], session_id: int, asked: Any) -> Any:
    """Return the form of an instrument as it was `asked` for, or with the session's figures."""
    hall = turnout_now(session_id)
    most = max(hall.total_members, hall.due)
    made = form(asked, ballots=hall.present or hall.due or most)
    made.hold_to(most)
    return made


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
