"""What the staff's pages ask for."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import EqualTo

from app.accounts.passwords import LONGEST
from app.accounts.roles import Role
from app.web.fields import at_most, needed, one_of_them
from app.web.words import word

LONGEST_NAME = 60

OFFERED = (Role.ORGANISER, Role.SCRUTINEER, Role.VIEWER, Role.ADMINISTRATOR)

a_name = at_most(LONGEST_NAME)
a_password = at_most(LONGEST)


class SignInForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """A name and a password."""

    username = StringField(_l("User name"), [needed, a_name])
    password = PasswordField(_l("Password"), [needed, a_password])


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, twice, after the one in use."""

    current = PasswordField(_l("Password in use now"), [needed, a_password])
    new = PasswordField(_l("New password"), [needed, a_password])
    again = PasswordField(
        _l("New password once more"),
        [needed, EqualTo("new", _l("This is not the same as above."))],
    )


class ChangeStaffForm(FlaskForm):  # type: ignore[misc]
    """What somebody is called and trusted with."""

    display_name = StringField(_l("Full name"), [needed, a_name])
    role = RadioField(
        _l("Role"),
        [one_of_them],
        choices=[SelectChoice(role.value, word(role)) for role in OFFERED],
    )


class NewStaffForm(ChangeStaffForm):
    """Somebody new: what they sign in with as well."""

    username = StringField(_l("User name"), [needed, a_name])
