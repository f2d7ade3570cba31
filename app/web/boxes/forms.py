"""What is asked for on the control page."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

ASKED = InputRequired(_l("Please fill this in."))


class OpenForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Opening: a reason is asked for only where the quorum is not reached."""

    override = TextAreaField(
        _l("Why it is opened without a quorum"), validators=[Length(max=500)], default=""
    )


class VoidForm(FlaskForm):  # type: ignore[misc]
    """Declaring a vote void."""

    reason = TextAreaField(_l("Reason"), validators=[ASKED, Length(max=500)])


class CertifyForm(FlaskForm):  # type: ignore[misc]
    """A scrutineer signs at the organiser's machine, with name and password of their own."""

    username = StringField(_l("User name of the scrutineer"), validators=[ASKED, Length(max=100)])
    password = PasswordField(_l("Password"), validators=[ASKED, Length(max=200)])
