"""The two lines that the paper of every instrument has: its title, and the rules it is held by."""

from app.intake.cells import text
from app.intake.columns import Column, sound_values

LONGEST_TITLE = 80
LONGEST_ADOPTED = 200

_LINES = (
    Column("title", ("标题",), text(LONGEST_TITLE), required=True),
    Column("adopted", ("表决办法",), text(LONGEST_ADOPTED), default=""),
)


def typed_line(field: str, typed: str) -> str:
    """Read a `title`, or what was `adopted`; raises `blank` or `too_long` with the field."""
    return str(sound_values(_LINES, {field: typed})[field])
