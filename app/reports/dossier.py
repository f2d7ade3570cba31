"""Every file that a box or a session gives: its word in an address, its name, how it is made.

The desk offers them one by one, the archive (`app.reports.archive`) all of them.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.ballotbox.domain import Stage
from app.ballotbox.instrument import instrument
from app.ballotbox.models import Box
from app.reports.document import bound
from app.reports.download import CSV, DOCX, JSON, PDF, XLSX, file_name
from app.reports.official import (
    letters_document,
    minutes_document,
    notice_document,
    official_return,
)
from app.reports.record import formal_name
from app.reports.recount_files import paper_json
from app.reports.session_book import Item, session_book
from app.reports.statement import Statement
from app.reports.typeset import pdf
from app.reports.word import word
from app.reports.workbook import table_csv, workbook

DRAFTS = (Stage.CLOSED, Stage.CERTIFIED)
"""Sealed, and not announced yet: what is printed of it is a draft."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A sealed box with what is said of it."""

    box: Box
    said: Statement

    @property
    def draft(self) -> bool:
        """Whether it is not announced yet."""
        return self.box.stage in DRAFTS


def _always(_said: Statement) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class ItemFile:
    """A file of one box; `there` says whether this box has it."""

    key: str
    label: Any
    mimetype: str
    make: Callable[[Filed, datetime], bytes]
    there: Callable[[Statement], bool] = _always


@dataclass(frozen=True, slots=True)
class SessionFile:
    """A file of all the boxes of a session together."""

    key: str
    label: Any
    mimetype: str
    make: Callable[[Sequence[Filed], datetime], bytes]


def filed(box: Box) -> Filed:
    """Read a sealed box; raises Refused("not_closed" | "seal_broken")."""
    return Filed(box, instrument(box.instrument).statement(box.id))


def _said(them: Sequence[Filed]) -> tuple[Statement, ...]:
    return tuple(one.said for one in them)


def _returns(them: Sequence[Filed], at: datetime) -> Any:
    name = str(_("Official returns of %(session)s", session=formal_name(them[0].said.record)))
    return bound(name, [official_return(one.said, at) for one in them])


def _book(them: Sequence[Filed], at: datetime) -> bytes:
    items = [Item(one.said, instrument(one.box.instrument).book(one.box.id)) for one in them]
    return workbook(session_book(items, at))


def _has_notice(said: Statement) -> bool:
    return said.notice is not None


def _has_letters(said: Statement) -> bool:
    return bool(said.letters)


ITEM_FILES: tuple[ItemFile, ...] = (
    ItemFile(
        "return.docx",
        _l("Official return"),
        DOCX,
        lambda it, at: word(official_return(it.said, at)),
    ),
    ItemFile(
        "return.pdf", _l("Official return"), PDF, lambda it, at: pdf(official_return(it.said, at))
    ),
    ItemFile(
        "notice.docx",
        _l("Public notice"),
        DOCX,
        lambda it, at: word(notice_document(it.said, at)),
        _has_notice,
    ),
    ItemFile(
        "notice.pdf",
        _l("Public notice"),
        PDF,
        lambda it, at: pdf(notice_document(it.said, at)),
        _has_notice,
    ),
    ItemFile(
        "letters.docx",
        _l("Feedback letters"),
        DOCX,
        lambda it, at: word(letters_document(it.said, at)),
        _has_letters,
    ),
    ItemFile(
        "letters.pdf",
        _l("Feedback letters"),
        PDF,
        lambda it, at: pdf(letters_document(it.said, at)),
        _has_letters,
    ),
    ItemFile(
        "return.json",
        _l("Sealed return (JSON)"),
        JSON,
        lambda it, _at: it.said.record.sealed.text.encode(),
    ),
)
"""What the documents page gives of a box."""

EXPORTED_FILES: tuple[ItemFile, ...] = (
    ItemFile(
        "result.xlsx",
        _l("Workbook (Excel)"),
        XLSX,
        lambda it, _at: workbook(instrument(it.box.instrument).book(it.box.id)),
    ),
    ItemFile("result.csv", _l("Result (CSV)"), CSV, lambda it, _at: table_csv(it.said.table)),
    ItemFile(
        "PAPER.json",
        _l("Paper for a recount (JSON)"),
        JSON,
        lambda it, _at: paper_json(json.loads(it.box.paper), it.said.record.sealed),
    ),
    ItemFile(
        "BALLOTS.csv",
        _l("Ballots for a recount (CSV)"),
        CSV,
        lambda it, _at: instrument(it.box.instrument).ballots(it.box.id),
    ),
)
"""What the archive holds besides: the same files that the page of the result exports."""

SESSION_FILES: tuple[SessionFile, ...] = (
    SessionFile(
        "returns.docx", _l("All official returns"), DOCX, lambda them, at: word(_returns(them, at))
    ),
    SessionFile(
        "returns.pdf", _l("All official returns"), PDF, lambda them, at: pdf(_returns(them, at))
    ),
    SessionFile(
        "minutes.docx",
        _l("For the minutes"),
        DOCX,
        lambda them, at: word(minutes_document(_said(them), at)),
    ),
    SessionFile(
        "minutes.pdf",
        _l("For the minutes"),
        PDF,
        lambda them, at: pdf(minutes_document(_said(them), at)),
    ),
    SessionFile("results.xlsx", _l("Workbook of the session"), XLSX, _book),
)


def item_name(one: Filed, label: Any, suffix: str) -> str:
    """Name a file of a box: 演练-明州市…第五次会议-…票决-第1轮-表决结果报告单.docx."""
    sealed = one.said.record.sealed
    number = _("Round %(number)s", number=sealed.round)
    parts = (formal_name(one.said.record), sealed.title, number, str(label))
    return file_name(*_marks([one]), *parts, suffix=suffix)


def session_name(them: Sequence[Filed], label: Any, suffix: str) -> str:
    """Name a file of a session."""
    name = formal_name(them[0].said.record)
    return file_name(*_marks(them), name, str(label), suffix=suffix)


def _marks(them: Sequence[Filed]) -> list[str]:
    """Say in the name of a file what must not be taken for a result."""
    said = []
    if any(one.said.record.sealed.roll.rehearsal for one in them):
        said.append(str(_("rehearsal")))
    if any(one.draft for one in them):
        said.append(str(_("not announced")))
    return said
