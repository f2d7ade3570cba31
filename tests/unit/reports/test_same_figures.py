"""Every figure of a result, in Word, PDF, Excel, CSV, on the page: that of the sealed Return.

What is printed is read back by another library and held against the sealed text itself, parsed
here anew: not against the value that the renderers were given.
"""

import csv
import io
import json
import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.reports.document import Document
from app.reports.official import letters_document, official_return
from app.reports.result_page import page_of
from app.reports.slides import slides
from app.reports.statement import Statement
from app.reports.typeset import drawings, pdf
from app.reports.word import word
from app.reports.workbook import Book, Kind, table_csv, workbook
from app.thresholds import percent
from evaluation.statement import statement_of as evaluation_said
from tests.contracts.hall import NOON
from tests.unit.evaluation import strategies as evaluations
from tests.unit.reports import said as made
from tests.unit.reports.reading import (
    pdf_text,
    squeezed,
    word_tables,
    word_text,
    workbook_rows,
)
from tests.unit.voting import strategies as votes
from voting.statement import statement_of as voting_said

FEW = settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def chinese(app: Flask):
    with force_locale("zh_Hans"):
        yield


def sealed(said: Statement) -> dict[str, Any]:
    """The Return as whoever checks it reads it: from its text."""
    return json.loads(said.record.sealed.text)


def shares(line: dict[str, Any]) -> list[str]:
    return [percent(*line["share"]) if line["share"][1] else "—"]


def voting_rows(returned: dict[str, Any]) -> list[list[str]]:
    """What must stand of each candidate, in order: figures as printed, from the sealed text."""
    counts = {
        "select": ("approve", "not_cast"),
        "per_item": ("approve", "against", "abstain", "not_cast"),
        "rank": ("points", "approve", "not_cast"),
    }[returned["result"]["kind"]]
    return [
        [
            str(line["place"]),
            str(line["number"]),
            *(str(line[name]) for name in counts),
            *shares(line),
        ]
        for line in returned["result"]["lines"]
    ]


def evaluation_rows(returned: dict[str, Any]) -> list[list[str]]:
    """The rates of each subject, from the sealed text; nothing where they are withheld."""
    return [
        [percent(*rate["share"]) for rate in line["rates"] if rate["share"][1]]
        for line in returned["result"]["lines"]
    ]


def turnout(returned: dict[str, Any]) -> list[str]:
    names = ("issued", "returned", "valid", "invalid", "spare")
    roll = [returned["roll"][name] for name in ("total_members", "due", "present", "quorum")]
    return list(map(str, [*roll, *(returned["turnout"][name] for name in names)]))


def holds(cells: list[str], wanted: list[str]) -> bool:
    """Whether the figures stand in a row of cells, in this order."""
    rest = iter(cells)
    return all(any(cell == figure for cell in rest) for figure in wanted)


def check(said: Statement, rows: list[list[str]]) -> None:
    """Hold every renderer against the figures of each row, in the order of the Return."""
    returned = sealed(said)
    document = official_return(said, NOON)
    docx, paper = word(document), pdf(document)
    figures, table, *_annexes = word_tables(docx)
    assert figures[1] == turnout(returned)
    body = table[1:]
    assert len(body) == len(rows)
    for cells, wanted, line in zip(body, rows, returned["result"]["lines"], strict=True):
        assert holds(cells, wanted), (cells, wanted)
        assert squeezed(line["label"]) in squeezed("".join(cells))
    check_text(pdf_text(paper), said, table, turnout(returned))
    assert said.record.seal in word_text(docx)
    check_tables(said, rows)
    check_page(said, rows)


def check_text(text: str, said: Statement, table: list[list[str]], figures: list[str]) -> None:
    """Find in the text of the PDF each row of the Word table, whole and in order."""
    assert said.record.seal in text
    at = text.index("".join(figures))
    for row in table[1:]:
        printed = "".join(squeezed(cell) for cell in row)
        at = text.find(printed, at)
        assert at >= 0, printed


def check_tables(said: Statement, rows: list[list[str]]) -> None:
    """Hold the workbook and the CSV against the same figures."""
    book = Book(said.title, (said.summary, said.table), NOON, "{page}")
    page = workbook_rows(workbook(book), said.table.name)
    start = next(at for at, row in enumerate(page) if row[0] == said.table.columns[0].heading) + 1
    written = list(csv.reader(io.StringIO(table_csv(said.table).decode("utf-8-sig"))))[1:]
    assert len(written) == len(rows)
    for at, wanted in enumerate(rows):
        assert holds(written[at], wanted), (written[at], wanted)
        kinds = [column.kind for column in said.table.columns]
        shown = [excel(*pair) for pair in zip(page[start + at], kinds, strict=True)]
        assert holds(shown, wanted), (shown, wanted)


def excel(cell: object, kind: Kind) -> str:
    """A cell as its format shows it: a share with two decimals, half up, of the exact quotient."""
    if kind is Kind.SHARE and isinstance(cell, int | float):
        share = Fraction(cell).limit_denominator(10_000)
        return percent(share.numerator, share.denominator)
    return "" if cell is None else str(cell)


def check_page(said: Statement, rows: list[list[str]]) -> None:
    page = page_of(said)
    for row, wanted in zip(page.rows, rows, strict=True):
        cells = [words for _heading, words in (*row.before, *row.after)]
        assert holds(cells, wanted), (cells, wanted)


@FEW
@given(st.data())
def test_any_vote_says_the_same_everywhere(data):
    paper = data.draw(votes.papers())
    rows = tuple(replace(candidate, unit="市建设局") for candidate in paper.candidates)
    paper = replace(paper, candidates=rows)
    ballots = data.draw(votes.rows_for(paper))
    said = voting_said(made.vote_report(paper, ballots))
    check(said, voting_rows(sealed(said)))


@FEW
@given(st.data())
def test_any_evaluation_says_the_same_everywhere(data):
    paper = data.draw(evaluations.papers())
    pile = data.draw(evaluations.piles(paper))
    report = made.evaluation_report(
        paper, [marks for _group, marks in pile], [group for group, _marks in pile]
    )
    said = evaluation_said(report)
    check(said, evaluation_rows(sealed(said)))


@pytest.mark.parametrize("candidates", [2, 30, 60])
def test_votes_of_every_size(candidates):
    said = made.vote(candidates, max(candidates * 4 // 5, 1), long=candidates == 60)
    check(said, voting_rows(sealed(said)))


def test_34_units_in_four_grades():
    said = made.evaluation()
    check(said, evaluation_rows(sealed(said)))


HIDDEN = (("常委会组成人员", 30), ("人大代表", 40), ("本单位干部职工", 3))


def test_what_is_withheld_stands_nowhere():
    """The figures of a group of three are in no document, whatever is printed beside them."""
    said = made.evaluation(6, 0, "dawu", groups=HIDDEN)
    returned = sealed(said)
    assert {line["withheld"] for line in returned["result"]["lines"]} != {"nothing"}
    check(said, evaluation_rows(returned))
    shown = {group["id"] for line in returned["result"]["lines"] for group in line["groups"]}
    assert "g2" not in shown
    tables = word_tables(word(official_return(said, NOON)))
    by_group = next(table for table in tables if "测评主体" in "".join(table[0]) and len(table) > 6)
    small = [row for row in by_group if "本单位干部职工" in row]
    assert small
    assert all(not cell[:1].isdigit() for row in small for cell in row[2:])


def test_a_letter_tells_of_one_subject_only():
    said = made.evaluation(12)
    returned = sealed(said)
    document = letters_document(said, NOON)
    lines = {line["label"]: line for line in returned["result"]["lines"]}
    assert len(document.sections) == len(said.letters) == 12
    for section, letter in zip(document.sections, said.letters, strict=True):
        one = Document("一封", (section,), NOON)
        docx, paper = word(one), pdf_text(pdf(one))
        for text in (word_text(docx), paper):
            assert [name for name in lines if squeezed(name) in text] == [letter.to[:-1]]
        line = lines[letter.to[:-1]]
        (counts,) = line["criteria"]
        wanted = [
            *map(str, counts["grades"]),
            str(counts["valid"]),
            *(percent(*rate["share"]) for rate in counts["rates"]),
        ]
        ((_headings, row),) = word_tables(docx)
        assert row == wanted
        assert "".join(wanted) in paper
        words = "".join((*letter.paragraphs, *letter.outcome))
        assert re.findall(r"[\d.]+%", words) == ["97.01%"]  # the response, and no rate


def test_slides_carry_each_subject_once_with_its_figure():
    said = made.vote(60, 50)
    pages = slides(said)
    rows = [row for page in pages for row in page["rows"]]
    assert [row["figure"] for row in rows] == [
        f"{line['votes']}票" for line in sealed(said)["result"]["lines"]
    ]
    assert max(len(page["rows"]) for page in pages) <= 10
    images = drawings(pages[:1], "png")
    assert images[0][:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(images[0][16:20], "big") == 1920
    assert int.from_bytes(images[0][20:24], "big") == 1080
    assert b"<image" not in drawings(pages[:1], "svg")[0]
