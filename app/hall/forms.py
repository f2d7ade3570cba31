"""What may be set of the screens: a name, a theme, an emblem."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from app.hall.models import Theme

THEMES = (
    SelectChoice(Theme.DIGNIFIED.value, _l("Red and gold on white")),
    SelectChoice(Theme.CONTRAST.value, _l("High contrast, white on black")),
)


class LooksForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """How the screens of a session look."""

    name = StringField(
        _l("Name at the top of the screen"),
        [Length(max=40, message=_l("At most %(max)d characters."))],
    )
    theme = RadioField(_l("Theme"), [InputRequired(_l("Please choose one."))], choices=list(THEMES))


class EmblemForm(FlaskForm):  # type: ignore[misc]
    """A picture of the emblem."""

    picture = FileField(_l("Emblem (PNG or JPEG)"), [FileRequired(_l("Please choose a file."))])
