"""The tables of a vote while it is drafted; once its box opens, the frozen paper alone counts."""

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.ballotbox.domain import Denominator
from app.extensions import Model, one_of
from app.thresholds import Threshold
from voting.paper import (
    BlankPolicy,
    Candidate,
    PaperKind,
    Purpose,
    Rule,
    ShortfallPolicy,
    TiePolicy,
)


class Vote(Model):
    """What a box of this instrument asks besides its candidates: the rule, and whence it came.

    Title, secrecy and round are the box's own. `previous` is the digest of the frozen paper of
    the round before and `previous_box_id` its box; both empty for a first vote.
    """

    __tablename__ = "vote"
    __table_args__ = (
        CheckConstraint(one_of("kind", PaperKind), name="kind"),
        CheckConstraint(one_of("blank", BlankPolicy), name="blank"),
        CheckConstraint(one_of("denominator", Denominator), name="denominator"),
        CheckConstraint(one_of("tie", TiePolicy), name="tie"),
        CheckConstraint(one_of("shortfall", ShortfallPolicy), name="shortfall"),
        CheckConstraint(one_of("purpose", Purpose), name="purpose"),
        CheckConstraint("seats >= 1", name="seats"),
        CheckConstraint(
            "(purpose = 'first_vote') = (previous_box_id IS NULL)"
            " AND (previous_box_id IS NULL) = (previous = '')",
            name="previous",
        ),
    )

    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    seats: Mapped[int]
    allow_fewer: Mapped[bool]
    approvals_capped: Mapped[bool]
    blank: Mapped[str] = mapped_column(Text)
    denominator: Mapped[str] = mapped_column(Text)
    threshold: Mapped[str] = mapped_column(Text)
    tie: Mapped[str] = mapped_column(Text)
    shortfall: Mapped[str] = mapped_column(Text)
    adopted: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(Text, default=Purpose.FIRST_VOTE)
    previous: Mapped[str] = mapped_column(Text, default="")
    previous_box_id: Mapped[int | None] = mapped_column(ForeignKey("box.id"), index=True)

    @property
    def rule(self) -> Rule:
        """The rule as a value."""
        return Rule(
            kind=PaperKind(self.kind),
            seats=self.seats,
            allow_fewer=self.allow_fewer,
            approvals_capped=self.approvals_capped,
            blank=BlankPolicy(self.blank),
            denominator=Denominator(self.denominator),
            threshold=Threshold.parse(self.threshold),
            tie=TiePolicy(self.tie),
            shortfall=ShortfallPolicy(self.shortfall),
        )

    @rule.setter
    def rule(self, rule: Rule) -> None:
        for name, value in rule.as_json().items():
            setattr(self, name, value)


class VoteCandidate(Model):
    """One candidate project of a draft.

    `id` names the row while the list is worked on and means nothing more: on the paper an item
    is named by its number (`voting.service.paper_id`), so that a file of ballots can be read.
    `position` is the order on the paper; `investment` exact decimal text in 万元, or empty.
    """

    __tablename__ = "vote_candidate"
    __table_args__ = (
        UniqueConstraint("box_id", "number"),
        UniqueConstraint("box_id", "position"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("name <> ''", name="named"),
    )

    box_id: Mapped[int] = mapped_column(ForeignKey("vote.box_id"), primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    number: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text, default="")
    investment: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    completion: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")

    @property
    def candidate(self) -> Candidate:
        """The candidate as a value, under the id of its row."""
        return Candidate(
            id=self.id,
            number=self.number,
            name=self.name,
            unit=self.unit,
            investment=self.investment,
            description=self.description,
            completion=self.completion,
            source=self.source,
        )
