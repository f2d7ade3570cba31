"""Drafting an evaluation: its settings and its subjects. The transactions of both.

Every change locks the box as a draft first (`app.ballotbox.service.drafted`), so that nothing
reaches a paper that is frozen: whoever comes too late is refused with `paper_is_frozen`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session as DatabaseSession

from app.assembly.finding import session_of
from app.ballotbox.domain import Secrecy, Stage
from app.ballotbox.instrument import Enclosure
from app.ballotbox.models import Box
from app.ballotbox.service import draft_box, drafted, get_box, remove_draft
from app.ballotbox.titles import typed_line
from app.extensions import db, transaction
from app.intake.columns import ListImport, sound_values
from app.refused import Refused
from evaluation import subjects as lists
from evaluation.materials import Material, Slot, read_material
from evaluation.models import Evaluation, EvaluationMaterial, EvaluationSubject
from evaluation.paper import INSTRUMENT, Paper, Subject, SubjectKind
from evaluation.presets import PRESETS, with_preset
from evaluation.settings import read_settings, write_settings

NO_FILES: Mapping[Slot, bytes | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Draft:
    """One evaluation as its pages show it: the box, what it asks, whether it may still change."""

    box: Box
    evaluation: Evaluation
    paper: Paper

    @property
    def changeable(self) -> bool:
        """Whether it was not opened or voided yet."""
        return self.box.stage == Stage.DRAFTED

    @property
    def voided(self) -> bool:
        """Whether it was declared void."""
        return self.box.stage == Stage.VOIDED

    @property
    def kind(self) -> SubjectKind:
        """What subjects are where nothing else is said."""
        return SubjectKind(self.evaluation.kind)


# Reading


def get_draft(box_id: int) -> Draft:
    """Return an evaluation; its paper is the frozen one where there is one.

    Raises `unknown_box`.
    """
    box, found = get_box(box_id), evaluation_of(db.session(), box_id)
    return Draft(box, found, frozen(box) if box.paper else _composed(box, found))


def compose(box_id: int) -> dict[str, Any]:
    """Return the draft as it would be frozen now. Joins the transaction that opens the box."""
    return _composed(get_box(box_id), evaluation_of(db.session(), box_id)).as_json()


def subject_of(draft: Draft, subject_id: str) -> Subject:
    """Return a subject of an evaluation; raises `subject_unknown`."""
    return _found(draft.paper.subjects, subject_id)


def enclosure(box_id: int, key: str) -> Enclosure | None:
    """Return a photo or reading material of an evaluation by its key."""
    query = select(EvaluationMaterial.media_type, EvaluationMaterial.content).where(
        EvaluationMaterial.box_id == box_id, EvaluationMaterial.key == key
    )
    with db.engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else Enclosure(row.media_type, row.content)


# Drafting


def draft_evaluation(
    session_id: int,
    title: str,
    preset: str,
    kind: SubjectKind = SubjectKind.DEPARTMENT,
    secrecy: Secrecy = Secrecy.SECRET,
) -> int:
    """Add an evaluation to a session's agenda, by a preset; return its box's id.

    Raises `blank` or `too_long` with the field, `preset_unknown`, `session_unknown`.
    """
    if preset not in PRESETS:
        raise Refused("preset_unknown", field="preset")
    blank = Paper(title="-", subjects=(), scale=PRESETS[preset].scale)
    with transaction() as current:
        session_of(current, session_id)
        box = draft_box(session_id, INSTRUMENT, typed_line("title", title), secrecy=secrecy)
        settings = write_settings(with_preset(blank, preset))
        current.add(Evaluation(box_id=box.id, kind=kind.value, settings=settings))
        return box.id


def change_evaluation(
    box_id: int, *, title: str, secrecy: Secrecy, kind: SubjectKind, asked: Paper
) -> None:
    """Change everything about a drafted evaluation but its subjects.

    `asked` carries scale, criteria, groups, rule, remarks and what was adopted; its title, its
    subjects, its round and its secrecy are not read. A further round is held as the one before
    (`round_is_fixed` where secrecy, scale or criteria differ), so that the two can be compared.
    Raises `blank` or `too_long` with the field, and `paper_is_frozen`.
    """
    with transaction() as current:
        box = drafted(box_id)
        found = evaluation_of(current, box_id)
        if found.previous_box_id is not None:
            before = _composed(box, found)
            if _fixed(before) != _fixed(replace(asked, secrecy=secrecy)):
                raise Refused("evaluation_round_is_fixed")
        box.title, box.secrecy = typed_line("title", title), secrecy.value
        found.kind = kind.value
        found.settings = write_settings(
            replace(asked, adopted=typed_line("adopted", asked.adopted))
        )


def remove_evaluation(box_id: int) -> None:
    """Delete an evaluation that was never opened; raises `paper_is_frozen`."""
    with transaction() as current:
        drafted(box_id)
        found = evaluation_of(current, box_id)
        for model in (EvaluationMaterial, EvaluationSubject):
            current.execute(delete(model).where(model.box_id == box_id))
        current.delete(found)
        current.flush()
        remove_draft(box_id)


def copy_evaluation(box_id: int, session_id: int, title: str) -> int:
    """Start a new evaluation, in any session, from one there is; return its box's id.

    Subjects keep their ids, photos and reading material. The copy is a first round. Raises
    `unknown_box`, `session_unknown`, `blank` or `too_long` with the field.
    """
    with transaction() as current:
        session_of(current, session_id)
        source = get_draft(box_id)
        secrecy = Secrecy(source.box.secrecy)
        box = draft_box(session_id, INSTRUMENT, typed_line("title", title), secrecy=secrecy)
        copied = Evaluation(box_id=box.id, kind=source.kind, settings=write_settings(source.paper))
        start_from(current, copied, box_id, source.paper.subjects)
        return box.id


# Subjects


def import_subjects(box_id: int, content: bytes, name: str) -> ListImport:
    """Make the list what an uploaded table says; all of it or, with any problem, nothing.

    Raises Refused for a file that is no list, and `paper_is_frozen`.
    """
    rows = lists.read_subjects(content, name)
    with _list_of(box_id) as (current, found, listed):
        made, done = lists.imported(listed, rows, SubjectKind(found.kind))
        if not done.problems:
            _store(current, box_id, made)
        return done


def put_subject(
    box_id: int,
    values: Mapping[str, str],
    subject_id: str | None = None,
    files: Mapping[Slot, bytes | None] = NO_FILES,
) -> str:
    """Add a subject, or change the one of that id; return its id.

    `values` are texts by the keys of `evaluation.subjects.COLUMNS`; `files` are photo and
    reading material to be put in place of those before, None to take one away. Raises the
    Refused of a value or a file at fault with its `field`, `subject_unknown`,
    `too_many_subjects`, `paper_is_frozen`.
    """
    sound, read = sound_values(lists.COLUMNS, values), _read_files(files)
    keys = {slot: made.key if made else "" for slot, made in read.items()}
    with _list_of(box_id) as (current, found, listed):
        if subject_id is not None:
            _found(listed, subject_id)
        chosen = subject_id or lists.next_id(listed)
        made = lists.with_subject(listed, sound | keys, chosen, SubjectKind(found.kind))
        for material in read.values():
            _keep(current, box_id, material)
        _store(current, box_id, made)
        return chosen


def remove_subject(box_id: int, subject_id: str) -> str:
    """Take a subject off the list and return its name; raises as `put_subject`."""
    with _list_of(box_id) as (current, _evaluated, listed):
        gone = _found(listed, subject_id)
        _store(current, box_id, lists.without(listed, subject_id))
        return gone.name


def move_subject(box_id: int, subject_id: str, by: int) -> None:
    """Move a subject up (-1) or down (1) the paper; raises as `put_subject`."""
    with _list_of(box_id) as (current, _evaluated, listed):
        _store(current, box_id, lists.moved(listed, subject_id, by))


def order_subjects(box_id: int, ids: Iterable[str]) -> None:
    """Put the whole list into an order; raises `subjects_changed` where it is another list."""
    with _list_of(box_id) as (current, _evaluated, listed):
        _store(current, box_id, lists.in_order(listed, tuple(ids)))


# Rows and values


@contextmanager
def _list_of(box_id: int) -> Iterator[tuple[DatabaseSession, Evaluation, tuple[Subject, ...]]]:
    """Lock a draft for a change of its list; raises `paper_is_frozen`."""
    with transaction() as current:
        drafted(box_id)
        yield current, evaluation_of(current, box_id), _subjects(current, box_id)


def evaluation_of(current: DatabaseSession, box_id: int, *, lock: bool = False) -> Evaluation:
    """Return the row of an evaluation, locked if asked to; raises `unknown_box`."""
    found = current.get(Evaluation, box_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise Refused("unknown_box")
    return found


def _subjects(current: DatabaseSession, box_id: int) -> tuple[Subject, ...]:
    query = (
        select(EvaluationSubject)
        .where(EvaluationSubject.box_id == box_id)
        .order_by(EvaluationSubject.position)
        .execution_options(populate_existing=True)
    )
    return tuple(row.subject for row in current.scalars(query))


def _found(listed: Iterable[Subject], subject_id: str) -> Subject:
    for subject in listed:
        if subject.id == subject_id:
            return subject
    raise Refused("subject_unknown")


def _store(current: DatabaseSession, box_id: int, listed: Iterable[Subject]) -> None:
    """Write the whole list anew, and drop material that nobody on it has any more."""
    current.execute(delete(EvaluationSubject).where(EvaluationSubject.box_id == box_id))
    rows = [
        {"box_id": box_id, "position": at, **asdict(subject)} for at, subject in enumerate(listed)
    ]
    if rows:
        current.execute(insert(EvaluationSubject), rows)
    kept = {key for row in rows for key in (row["photo"], row["reading"]) if key}
    current.execute(
        delete(EvaluationMaterial).where(
            EvaluationMaterial.box_id == box_id, EvaluationMaterial.key.not_in(sorted(kept))
        )
    )


def _read_files(files: Mapping[Slot, bytes | None]) -> dict[str, Any]:
    """Read files by their slot; a refusal names it as the field."""
    read: dict[str, Any] = {}
    for slot, content in files.items():
        try:
            read[slot.value] = None if content is None else read_material(slot, content)
        except Refused as refused:
            raise Refused(refused.reason, **refused.facts, field=slot.value) from None
    return read


def _keep(current: DatabaseSession, box_id: int, made: Material | None) -> None:
    if made is not None and current.get(EvaluationMaterial, (box_id, made.key)) is None:
        current.add(EvaluationMaterial(box_id=box_id, **asdict(made)))
        current.flush()


def start_from(
    current: DatabaseSession, started: Evaluation, source_id: int, subjects: Iterable[Subject]
) -> None:
    """Store a new evaluation with subjects of another and the material that they name."""
    current.add(started)
    current.flush()
    columns = ("key", "media_type", "content")
    chosen = [getattr(EvaluationMaterial, name) for name in columns]
    material = select(*chosen).where(EvaluationMaterial.box_id == source_id)
    rows = [{"box_id": started.box_id, **row} for row in current.execute(material).mappings()]
    if rows:
        current.execute(insert(EvaluationMaterial), rows)
    _store(current, started.box_id, subjects)


def _composed(box: Box, found: Evaluation) -> Paper:
    return replace(
        read_settings(found.settings),
        title=box.title,
        subjects=_subjects(db.session(), box.id),
        secrecy=Secrecy(box.secrecy),
        round=box.round,
        previous=found.previous,
        rehearsal=session_of(db.session(), box.session_id).rehearsal,
    )


def frozen(box: Box) -> Paper:
    """Return the paper that a box was opened with."""
    return Paper.from_json(json.loads(box.paper))


def _fixed(paper: Paper) -> tuple[Any, ...]:
    return (paper.secrecy, paper.scale, paper.criteria, paper.overall_criterion)
