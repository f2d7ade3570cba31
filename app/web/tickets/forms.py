"""What is asked for when cards are printed, and when a pile is enabled at once."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.assembly.listing import DEPUTY
from app.assembly.roster import rater_group
from app.ballotbox.tickets import LARGEST_BATCH
from app.refused import Refused
from app.web.refusals import sentence
from app.web.tickets.reckoning import group_label

OTHER = ""
FEWEST_SPARE = 5
SPARE_PERCENT = 3

needed = InputRequired(_l("Please fill this in."))


def spare_for(count: int) -> int:
    """Return how many spare cards go with so many: 3 %, at least 5."""
    return max(FEWEST_SPARE, -(-count * SPARE_PERCENT // 100))


class BatchForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """A printing of cards: for whom, how many."""

    group = SelectField(_l("For whom"))
    other = StringField(
        _l("Or another group"),
        [Optional(), Length(max=32, message=_l("At most %(max)d characters."))],
    )
    count = IntegerField(
        _l("Cards"),
        [
            needed,
            NumberRange(
                1, LARGEST_BATCH, message=_l("A number from %(min)s to %(max)s is needed.")
            ),
        ],
    )
    spare = IntegerField(
        _l("Spare cards besides"),
        [
            needed,
            NumberRange(
                0, LARGEST_BATCH, message=_l("A number from %(min)s to %(max)s is needed.")
            ),
        ],
    )

    def offer(self, due: Mapping[str, int]) -> None:
        """Offer the groups that sit, with how many they are, and any other."""
        known = due or {DEPUTY: 0}
        self.group.choices = [
            *(
                SelectChoice(
                    group,
                    _l("%(group)s (%(number)s on the roster)", group=group_label(group), number=n)
                    if n
                    else group_label(group),
                )
                for group, n in known.items()
            ),
            SelectChoice(OTHER, _l("another group, named below")),
        ]

    def chosen(self) -> str | None:
        """Return the rater group that was chosen or named; None, with the fault said, if none."""
        try:
            named = rater_group(self.other.data or "")
        except Refused as refused:
            self.other.errors = [sentence(refused)]
            return None
        group = named or str(self.group.data)
        if not group:
            self.other.errors = [_l("Please fill this in.")]
        return group or None


class PileForm(FlaskForm):  # type: ignore[misc]
    """How many cards a person counted in a pile."""

    counted = IntegerField(
        _l("Cards counted in this pile"),
        [
            needed,
            NumberRange(
                1, LARGEST_BATCH, message=_l("A number from %(min)s to %(max)s is needed.")
            ),
        ],
    )
