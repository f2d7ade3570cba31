"""The library of papers: kept under a name, and the start of evaluations in any session."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from app.assembly.finding import session_of
from app.ballotbox.canonical import canonical
from app.ballotbox.domain import Secrecy
from app.ballotbox.service import draft_box
from app.ballotbox.titles import typed_line
from app.extensions import db, transaction
from app.intake.cells import text
from app.intake.documents import parse_json
from app.refused import Refused
from evaluation.formats import paper_of
from evaluation.models import Evaluation, KeptPaper
from evaluation.paper import INSTRUMENT, Paper, Subject, SubjectKind
from evaluation.service import get_draft, start_from
from evaluation.settings import PLACEHOLDER, read_settings, write_settings

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper of the library; its list may be empty. `kind` is what new subjects are."""

    id: int
    name: str
    kind: SubjectKind
    paper: Paper


def kept_papers() -> tuple[Kept, ...]:
    """Return the library, by name."""
    return tuple(map(_kept, db.session.scalars(select(KeptPaper).order_by(KeptPaper.name))))


def get_kept(kept_id: int) -> Kept:
    """Return one paper of the library; raises `kept_paper_unknown`."""
    return _kept(_row(db.session(), kept_id))


def keep_paper(box_id: int, name: str) -> int:
    """Keep what an evaluation asks under a name, without photos and reading material.

    Raises `unknown_box`, and of the field `name` `blank`, `too_long` or `paper_name_taken`.
    """
    with transaction() as current:
        draft = get_draft(box_id)
        return _keep(current, name, draft.kind, draft.paper)


def import_paper(content: bytes, name: str) -> int:
    """Keep the paper of a PAPER.json, which may have no subjects, under a name.

    Raises MalformedFileError with every place at fault, and as `keep_paper` of the name.
    """
    paper = read_kept_file(content)
    with transaction() as current:
        kind = paper.subjects[0].kind if paper.subjects else SubjectKind.DEPARTMENT
        return _keep(current, name, kind, paper)


def rename_kept(kept_id: int, name: str) -> None:
    """Give a paper of the library another name; raises as `keep_paper`."""
    with transaction() as current:
        row = _row(current, kept_id)
        row.name = _free_name(current, name, kept_id)


def remove_kept(kept_id: int) -> str:
    """Take a paper out of the library and return its name; evaluations from it stay."""
    with transaction() as current:
        row = _row(current, kept_id)
        name = row.name
        current.delete(row)
        return name


def start_evaluation(kept_id: int, session_id: int, title: str) -> int:
    """Draft an evaluation from a paper of the library; return its box's id.

    Raises `kept_paper_unknown`, `session_unknown`, `blank` or `too_long` with the field.
    """
    with transaction() as current:
        session_of(current, session_id)
        kept = _kept(_row(current, kept_id))
        secrecy = kept.paper.secrecy
        box = draft_box(session_id, INSTRUMENT, typed_line("title", title), secrecy=secrecy)
        settings = write_settings(kept.paper)
        started = Evaluation(box_id=box.id, kind=kept.kind.value, settings=settings)
        start_from(current, started, box.id, kept.paper.subjects)
        return box.id


def kept_file(paper: Paper) -> bytes:
    """Write a paper as PAPER.json, to be read by people, by `import_paper` and by a count."""
    document = _bare(paper).as_json()
    if not paper.subjects:
        del document["items"]
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def read_kept_file(content: bytes) -> Paper:
    """Read what `kept_file` wrote, or a PAPER.json by any other hand.

    A list without anybody on it is fine: the scale and the rules are what is kept. Round and
    rehearsal are left behind. Raises MalformedFileError with every place at fault.
    """
    document = parse_json(content)
    unlisted = isinstance(document, dict) and not document.get("subjects", [])
    if unlisted:
        document = {**document, "subjects": PLACEHOLDER["subjects"]}
        document.pop("items", None)
    paper = paper_of(document)
    return _bare(replace(paper, subjects=()) if unlisted else paper)


def _bare(paper: Paper) -> Paper:
    """Return a paper as a first round without what lies beside its rows."""
    subjects = tuple(replace(subject, photo="", reading="") for subject in paper.subjects)
    return replace(paper, subjects=subjects, round=1, previous="", rehearsal=False)


def _keep(current: DatabaseSession, name: str, kind: SubjectKind, paper: Paper) -> int:
    bare = _bare(paper)
    row = KeptPaper(
        name=_free_name(current, name),
        title=bare.title,
        kind=kind.value,
        secrecy=bare.secrecy.value,
        settings=write_settings(bare),
        subjects=canonical(bare.as_json()["subjects"]),
    )
    current.add(row)
    current.flush()
    return row.id


def _kept(row: KeptPaper) -> Kept:
    paper = replace(
        read_settings(row.settings),
        title=row.title,
        secrecy=Secrecy(row.secrecy),
        subjects=tuple(_subject(stored) for stored in json.loads(row.subjects)),
    )
    return Kept(row.id, row.name, SubjectKind(row.kind), paper)


def _subject(stored: Mapping[str, Any]) -> Subject:
    return Subject(**{**stored, "kind": SubjectKind(stored["kind"])})


def _row(current: DatabaseSession, kept_id: int) -> KeptPaper:
    row = current.get(KeptPaper, kept_id)
    if row is None:
        raise Refused("kept_paper_unknown")
    return row


def _free_name(current: DatabaseSession, typed: str, own: int | None = None) -> str:
    """Read a name that no other paper has; of two at once the unique key refuses one."""
    try:
        name = text(LONGEST_NAME)(typed)
    except Refused as refused:
        raise Refused(refused.reason, **refused.facts, field="name") from None
    if not name:
        raise Refused("blank", field="name")
    taken = current.scalar(select(KeptPaper.id).where(KeptPaper.name == name))
    if taken not in {None, own}:
        raise Refused("paper_name_taken", field="name")
    return name
