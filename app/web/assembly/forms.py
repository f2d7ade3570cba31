"""What the secretariat is asked for: a session, a person on the roster, a file."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import NumberRange, Optional

from app.assembly.quorum import BodyKind
from app.web.fields import at_most, needed, one_of_them
from app.web.words import word

LARGEST_BODY = 100_000

a_line = at_most(120)


class SessionForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """A meeting of a body, as its papers will name it."""

    body = StringField(_l("Body"), [needed, a_line])
    body_kind = RadioField(
        _l("Kind of body"),
        [one_of_them],
        choices=[SelectChoice(kind.value, word(kind)) for kind in BodyKind],
    )
    term = StringField(_l("Term"), [a_line])
    title = StringField(_l("Number of the session"), [needed, a_line])
    sitting = StringField(_l("Sitting"), [a_line])
    held_on = DateField(_l("Date"), [needed])
    place = StringField(_l("Venue"), [a_line])
    total_members = IntegerField(
        _l("All members"),
        [
            Optional(),
            NumberRange(1, LARGEST_BODY, _l("A number from %(min)s to %(max)s is needed.")),
        ],
    )
    rehearsal = BooleanField(_l("This is a rehearsal"))


GROUPS = (
    ("deputy", _l("Deputies of the congress")),
    ("committee_member", _l("Members of the standing committee")),
    ("staff", _l("Staff of the unit")),
    ("public", _l("The public served")),
)
"""The rater groups that an office usually has (app.assembly.roster.RATER_GROUPS)."""


class DeputyForm(FlaskForm):  # type: ignore[misc]
    """A person on the roster; the roster itself says which values are sound."""

    number = StringField(_l("Roster number"), [needed])
    name = StringField(_l("Name"), [needed])
    delegation = StringField(_l("Delegation"))
    constituency = StringField(_l("Constituency"))
    phone = StringField(_l("Telephone"))
    committee_member = BooleanField(_l("Member of the standing committee"))
    observer = BooleanField(_l("Observer"))
    rater_group = SelectField(_l("Rater group"), default="deputy")

    def offer_groups(self, own: str = "") -> None:
        """Offer the usual groups, and the one that this person has from an imported table."""
        known = [SelectChoice(key, label) for key, label in GROUPS]
        if own and own not in dict(GROUPS):
            known.append(SelectChoice(own, own))
        self.rater_group.choices = known


class RosterForm(FlaskForm):  # type: ignore[misc]
    """A table of people; `known_anyway` takes rows that look like people known already."""

    table = FileField(_l("Roster file"), [FileRequired(_l("Please choose a file."))])
    known_anyway = BooleanField(_l("I have looked: these are different people"))
