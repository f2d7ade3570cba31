"""What the forms of several pages ask for in the same words."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from app.ballotbox.domain import Secrecy
from app.web.words import word

needed = InputRequired(_l("This is still empty."))
one_of_them = InputRequired(_l("Please choose one."))


def at_most(limit: int) -> Length:
    """Limit a line of text."""
    return Length(max=limit, message=_l("At most %(max)d characters."))


def between(low: int, high: int) -> NumberRange:
    """Ask for a whole number within bounds."""
    return NumberRange(low, high, _l("A whole number from %(min)s to %(max)s is needed."))


def secret_or_named(label: Any = None, default: Secrecy | None = Secrecy.SECRET) -> RadioField:
    """Ask how a box is held; label is the instrument's own word for it, where it has one."""
    return RadioField(
        label or _l("Secret or named"),
        [one_of_them],
        choices=[SelectChoice(secrecy.value, word(secrecy)) for secrecy in Secrecy],
        default=default and default.value,
    )


class ListForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """A list in a file."""

    file = FileField(_l("File (.xlsx or .csv)"), [FileRequired(_l("Please choose a file."))])
