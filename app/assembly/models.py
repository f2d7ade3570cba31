"""The tables of the assembly."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.assembly.quorum import BodyKind, Presence
from app.extensions import Model, one_of


class Deputy(Model):
    """Somebody on the roster: a deputy, a committee member, or an observer (列席).

    Nobody is deleted, attendance names them; who no longer sits is not `active`. `initials`
    are the pinyin initials in lower case, every plausible reading of the name, blank-separated
    (`dc sc zc`). `badge_code` is random and says nothing of the person.
    """

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("number <> '' AND name <> ''", name="named"),
        CheckConstraint("rater_group <> ''", name="rater_group"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    initials: Mapped[str] = mapped_column(Text, default="")
    delegation: Mapped[str] = mapped_column(Text, default="")
    constituency: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    committee_member: Mapped[bool] = mapped_column(default=False)
    observer: Mapped[bool] = mapped_column(default=False)
    rater_group: Mapped[str] = mapped_column(Text, default="deputy")
    badge_code: Mapped[str] = mapped_column(Text, unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class Session(Model):
    """A meeting of a body (届、次、全体会议); never the sign-in of the staff.

    `term` is 第十七届, `title` 第五次会议, `sitting` 第三次全体会议 or empty. `total_members` is
    the full strength of the body, the legal denominator, which the roster need not equal.
    """

    __tablename__ = "session"
    __table_args__ = (
        CheckConstraint(one_of("body_kind", BodyKind), name="body_kind"),
        CheckConstraint("total_members >= 0", name="total_members"),
        CheckConstraint("body <> '' AND title <> ''", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    body_kind: Mapped[str] = mapped_column(Text)
    term: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text)
    sitting: Mapped[str] = mapped_column(Text, default="")
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(Text, default="")
    total_members: Mapped[int]
    rehearsal: Mapped[bool] = mapped_column(default=False)
    archived: Mapped[bool] = mapped_column(default=False)


class Attendance(Model):
    """That somebody is on leave, present, or left early; no row means absent.

    No time is stored and no number that grows: in what order people came must not be found
    here, since cards are handed out in the same order. On SQLite the rows lie in the order of
    the key alone (WITHOUT ROWID); on PostgreSQL rows lie in the order they were written until
    `service.forget_arrivals` has rewritten them.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint(one_of("state", Presence), name="state"),
        CheckConstraint("state <> 'on_leave' OR NOT manual", name="manual"),
        {"sqlite_with_rowid": False},
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), primary_key=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("deputy.id"), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(Text)
    manual: Mapped[bool] = mapped_column(default=False)
