"""The tables of the box.

`spent`, `receipt`, `ballot` and `remark` have no key between them, no time, no order: a ballot
cannot be joined to the ticket that cast it, nor to what was written beside it. On SQLite they
are WITHOUT ROWID on a random key; sealing rewrites them (DESIGN, promise 6). `answered` and
`sample` are the same for open questionnaires, where a browser stands in the place of a ticket.
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    false,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.ballotbox.codes import new_key
from app.ballotbox.domain import Secrecy, Stage, TicketState
from app.extensions import Model, one_of


class TicketBatch(Model):
    """One printing of cards: how many, for whom. The codes are on the cards only."""

    __tablename__ = "ticket_batch"
    __table_args__ = (
        CheckConstraint("printed > 0 AND spare >= 0 AND spare <= printed", name="counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    rater_group: Mapped[str] = mapped_column(Text)
    printed: Mapped[int]
    spare: Mapped[int]


class Ticket(Model):
    """One card: a keyed digest of its code, and whether it was handed out. Never whose."""

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint(one_of("state", TicketState), name="state"),
        Index(None, "session_id", "state"),
        {"sqlite_with_rowid": False},
    )

    digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("ticket_batch.id"), index=True)
    rater_group: Mapped[str] = mapped_column(Text)
    spare: Mapped[bool]
    state: Mapped[str] = mapped_column(Text, default=TicketState.PRINTED)


class Box(Model):
    """One vote or evaluation of a session: its stage, its frozen paper, its sealed Return."""

    __tablename__ = "box"
    __table_args__ = (
        CheckConstraint(one_of("stage", Stage), name="stage"),
        CheckConstraint(one_of("secrecy", Secrecy), name="secrecy"),
        CheckConstraint("round >= 1", name="round"),
        CheckConstraint("stage = 'drafted' OR stage = 'voided' OR paper <> ''", name="paper"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    instrument: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    secrecy: Mapped[str] = mapped_column(Text, default=Secrecy.SECRET)
    stage: Mapped[str] = mapped_column(Text, default=Stage.DRAFTED)
    round: Mapped[int] = mapped_column(default=1)
    first_box_id: Mapped[int | None] = mapped_column(ForeignKey("box.id"), index=True)
    # The rater groups that the frozen paper is for, parted by blanks; empty: for all who sit.
    rater_groups: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # The rater groups of those who sat at opening, parted by blanks; empty: nobody said.
    members: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # The one of rater_groups that answers without tickets (公开样本); empty: none does.
    sample: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # The public address of an open questionnaire. Every box has one; few papers are behind it.
    public_key: Mapped[str] = mapped_column(
        Text, index=True, unique=True, default=new_key, server_default=text("''")
    )
    width: Mapped[int] = mapped_column(default=0)
    paper: Mapped[str] = mapped_column(Text, default="")
    paper_digest: Mapped[str] = mapped_column(Text, default="")
    roll: Mapped[str] = mapped_column(Text, default="")
    # The most cards that may be out while the box is open: fixed with the roll at opening.
    admitted: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sealed: Mapped[str] = mapped_column(Text, default="")
    seal: Mapped[str] = mapped_column(Text, default="")
    # Random, drawn at closing, in no Return: without it the printed digest of the ballots could
    # be tried out, until a guess at the marks of a small group fits.
    blinding: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))

    @property
    def takes_tickets(self) -> bool:
        """Whether anybody with a ticket is asked; else it is an open questionnaire alone."""
        return not self.sample or self.rater_groups != self.sample


TAKES_TICKETS = or_(Box.sample == "", Box.rater_groups != Box.sample)
"""`Box.takes_tickets` as a condition of a query."""


class Spent(Model):
    """That a ticket was used in a box."""

    __tablename__ = "spent"
    __table_args__ = ({"sqlite_with_rowid": False},)

    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    ticket: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)


class Receipt(Model):
    """That a receipt was given by a box."""

    __tablename__ = "receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)

    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)


class Ballot(Model):
    """What somebody marked: a random id, the rater group where the paper has one, the marks."""

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    rater_group: Mapped[str] = mapped_column(Text, server_default=text("''"))
    marks: Mapped[bytes] = mapped_column(LargeBinary)


class Remark(Model):
    """What somebody wrote about one item: nothing joins it to a ballot, a ticket, a group."""

    __tablename__ = "remark"
    __table_args__ = ({"sqlite_with_rowid": False},)

    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    item: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    # From an open questionnaire: what anybody wrote is never mixed with what members wrote.
    open_sample: Mapped[bool] = mapped_column(default=False, server_default=false())


class Answered(Model):
    """That a browser answered an open questionnaire: keyed digests of it and of its receipt.

    Both differ from box to box, so that no browser is known again in another one. kept: whether
    its marks are in `sample`; those of an answer given too fast are not kept at all, only that
    there was one. So the rows that are kept are as many as those of `sample`, which sealing
    checks, and received = kept + too fast.
    """

    __tablename__ = "answered"
    __table_args__ = ({"sqlite_with_rowid": False},)

    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    browser: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    receipt: Mapped[bytes] = mapped_column(LargeBinary(16))
    kept: Mapped[bool]


class Sample(Model):
    """What somebody marked behind the public address: a random id and the marks."""

    __tablename__ = "sample"
    __table_args__ = ({"sqlite_with_rowid": False},)

    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    marks: Mapped[bytes] = mapped_column(LargeBinary)


class NamedBallot(Model):
    """A ballot of a named vote (记名): the one place where a name stands beside marks."""

    __tablename__ = "named_ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    voter: Mapped[str] = mapped_column(Text, primary_key=True)
    rater_group: Mapped[str] = mapped_column(Text, server_default=text("''"))
    marks: Mapped[bytes] = mapped_column(LargeBinary)


class SignOff(Model):
    """That a scrutineer certified a Return, with the seal that was signed."""

    __tablename__ = "sign_off"

    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    username: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    seal: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Chain(Model):
    """The length and the head of a session's log of acts; the row that orders its writers."""

    __tablename__ = "chain"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), primary_key=True)
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(Text, default="")


class Act(Model):
    """One act of an organiser or scrutineer, chained to the one before it."""

    __tablename__ = "act"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
