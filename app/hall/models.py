"""The table of the hall screen."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, one_of


class Theme(StrEnum):
    """How a screen looks: red and gold on white, or white on black for a bright hall."""

    DIGNIFIED = "dignified"
    CONTRAST = "contrast"


class Screen(Model):
    """The screens of one session: their link, their looks, and what they were asked to show.

    `key` opens them without a sign-in, to read only. It is kept as it is, not as a digest: the
    desk has to show the link again on the day, and it opens nothing that the whole room does not
    see. `shown` is what an organiser chose to show, and holds until the vote goes a step on:
    until the session's log has more acts than `shown_after`.
    """

    __tablename__ = "screen"
    __table_args__ = (CheckConstraint(one_of("theme", Theme), name="theme"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    theme: Mapped[str] = mapped_column(Text, server_default=text(f"'{Theme.DIGNIFIED}'"))
    emblem: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    # Of the emblem's content, for its address; '' where there is none.
    emblem_digest: Mapped[str] = mapped_column(Text, server_default=text("''"))
    shown: Mapped[str] = mapped_column(Text, server_default=text("''"))
    shown_after: Mapped[int] = mapped_column(default=0, server_default=text("0"))
