"""The tables of an evaluation while it is drafted; once its box opens, the frozen paper counts."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.ballotbox.domain import Secrecy
from app.extensions import Model
from evaluation.materials import MediaType
from evaluation.paper import Subject, SubjectKind


def one_of(column: str, words: type[StrEnum]) -> str:
    """Spell the CHECK of a column that holds one word of an enumeration."""
    return f"{column} IN ({', '.join(repr(word.value) for word in words)})"


class Evaluation(Model):
    """What a box of this instrument asks besides its subjects.

    `settings` is canonical JSON of the paper's own (scale, criteria, groups, rule …), without
    what the box, the session and the list of subjects say. `kind` is what new subjects are.
    `previous` is the digest of the frozen paper of the round before and `previous_box_id` its
    box; both empty for a first round. `held_again`: that round was declared void, and this one
    is held in its place.
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        CheckConstraint(one_of("kind", SubjectKind), name="kind"),
        CheckConstraint("settings <> ''", name="settings"),
        CheckConstraint("(previous_box_id IS NULL) = (previous = '')", name="previous"),
    )

    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    settings: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(Text, default="")
    previous_box_id: Mapped[int | None] = mapped_column(ForeignKey("box.id"), index=True)
    held_again: Mapped[bool] = mapped_column(default=False, server_default=false())


class EvaluationSubject(Model):
    """One that is rated, as a draft has it.

    `id` is the one on the paper (`s7`), kept through reordering, copies and further rounds.
    `photo` and `reading` are keys of `EvaluationMaterial`, empty where there is none.
    """

    __tablename__ = "evaluation_subject"
    __table_args__ = (
        UniqueConstraint("box_id", "position"),
        CheckConstraint(one_of("kind", SubjectKind), name="kind"),
        CheckConstraint("name <> ''", name="named"),
    )

    box_id: Mapped[int] = mapped_column(ForeignKey("evaluation.box_id"), primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    post_or_unit: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    photo: Mapped[str] = mapped_column(Text, default="")
    reading: Mapped[str] = mapped_column(Text, default="")

    @property
    def subject(self) -> Subject:
        """The subject as a value."""
        return Subject(
            id=self.id,
            kind=SubjectKind(self.kind),
            name=self.name,
            post_or_unit=self.post_or_unit,
            note=self.note,
            photo=self.photo,
            reading=self.reading,
        )


class EvaluationMaterial(Model):
    """A photo or a report that stands beside a subject, under the digest of its content.

    The frozen paper names the digest, so that what was read is sealed with what was asked.
    """

    __tablename__ = "evaluation_material"
    __table_args__ = (CheckConstraint(one_of("media_type", MediaType), name="media_type"),)

    box_id: Mapped[int] = mapped_column(ForeignKey("evaluation.box_id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    media_type: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class KeptPaper(Model):
    """A paper in the library, under a name that is there once: whatever an evaluation asks.

    `settings` are those of an `Evaluation`; `subjects` is a canonical JSON list of them, without
    photos and reading material. It belongs to no session.
    """

    __tablename__ = "kept_paper"
    __table_args__ = (
        CheckConstraint(one_of("kind", SubjectKind), name="kind"),
        CheckConstraint(one_of("secrecy", Secrecy), name="secrecy"),
        CheckConstraint("name <> ''", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    secrecy: Mapped[str] = mapped_column(Text)
    settings: Mapped[str] = mapped_column(Text)
    subjects: Mapped[str] = mapped_column(Text)
