"""Whatever a file holds, an import takes all of it or nothing, and never fails otherwise.

Tables are made of the headings that each import knows, of cells that people and programs leave
in such tables, and of nonsense; some files are cut short or have a byte turned. `PIAOJUE_FUZZ`
times as many are tried where it is set.
"""

import csv
import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.assembly import roster
from app.assembly.models import Deputy
from app.assembly.service import import_roster
from app.extensions import db
from app.refused import Refused
from evaluation import service as evaluation
from evaluation import subjects
from tests.contracts.hall import make_session
from voting import candidates
from voting import service as voting
from voting.presets import LOCAL_ORGANIC_LAW, preset_of

MADE = datetime(2026, 11, 22)  # noqa: DTZ001  (a workbook knows no zones; its own clock would make each file another)
TIMES = int(os.environ.get("PIAOJUE_FUZZ", "1"))
TRICKY = (
    "", " ", "0", "-1", "001", "1e5", "１２", "是", "否", "√", "待定", "张玉书", "欧阳·阿依古丽",
    "=1+1", "@SUM(A1)", "'", '"', "\u200b", "\t", "a\nb", "𠮷", "🗳️", "2027-02-30", "13800000000",
    "99999999999999999999", "x" * 5_000, "\ud7ff", "NULL", "#REF!", "committee_member",
)  # fmt: skip


@dataclass(frozen=True)
class Import:
    """One import: its headings, the deed, and what is stored, as plain values."""

    name: str
    headings: Sequence[str]
    deed: Callable[[bytes, str], Any]
    stored: Callable[[], list[Any]]


def imports() -> list[Import]:
    session_id = make_session()
    vote = voting.draft_vote(session_id, "票决", str(preset_of(LOCAL_ORGANIC_LAW)), 2)
    rating = evaluation.draft_evaluation(session_id, "测评", "zhenhai")

    def people() -> list[Any]:
        found = db.session.scalars(select(Deputy).order_by(Deputy.number))
        return [(one.number, one.name, one.active) for one in found]

    return [
        Import("roster", [c.heading for c in roster.COLUMNS], import_roster, people),
        Import(
            "candidates",
            [c.heading for c in candidates.COLUMNS],
            lambda content, name: voting.import_candidates(vote, content, name),
            lambda: list(voting.get_draft(vote).paper.candidates),
        ),
        Import(
            "subjects",
            [c.heading for c in subjects.COLUMNS],
            lambda content, name: evaluation.import_subjects(rating, content, name),
            lambda: list(evaluation.get_draft(rating).paper.subjects),
        ),
    ]


def as_csv(rows: Sequence[Sequence[str]], encoding: str) -> bytes:
    table = io.StringIO()
    csv.writer(table).writerows(rows)
    return table.getvalue().encode(encoding, errors="replace")


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": True}) as book:
        book.set_properties({"created": MADE})
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(at, column, cell)
    return content.getvalue()


@st.composite
def files(draw: st.DrawFn, headings: Sequence[str]) -> tuple[bytes, str]:
    head = draw(st.lists(st.sampled_from([*headings, "备注", ""]), min_size=1, max_size=9))
    if draw(st.booleans()):
        head = [*headings[:2], *head]
    cell = st.sampled_from(TRICKY) | st.text(max_size=12) | st.integers(1, 400).map(str)
    rows = draw(st.lists(st.lists(cell, max_size=len(head) + 1), max_size=8))
    table = [head, *rows]
    if draw(st.booleans()):
        content, name = as_xlsx(table), "名单.xlsx"
    else:
        encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
        content, name = as_csv(table, encoding), "名单.csv"
    damage = draw(st.sampled_from(["", "", "", "cut", "turned", "renamed"]))
    if damage == "cut":
        content = content[: draw(st.integers(0, len(content)))]
    if damage == "turned" and content:
        at = draw(st.integers(0, len(content) - 1))
        content = content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]
    if damage == "renamed":
        name = draw(st.sampled_from(["名单.csv", "名单.xlsx", "名单.xls", "名单", "../名单.csv"]))
    return content, name


@pytest.mark.parametrize("which", range(3), ids=["roster", "candidates", "subjects"])
def test_all_of_a_file_or_nothing(app: Flask, which: int) -> None:
    tried = imports()[which]

    @settings(
        max_examples=60 * TIMES,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(files(tried.headings))
    def one_file(file: tuple[bytes, str]) -> None:
        before = tried.stored()
        try:
            done = tried.deed(*file)
        except Refused:
            db.session.rollback()
            assert tried.stored() == before
            return
        after = tried.stored()
        if done.problems:
            assert after == before
        elif which == 0:  # a roster is added to
            assert len(after) == len(before) + done.added
        else:  # a list becomes the file
            assert len(after) == done.added + done.updated + done.unchanged

    one_file()
