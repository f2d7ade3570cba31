"""PAPER.json and BALLOTS.csv: the documented examples, and every way to be malformed."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.ballotbox.canonical import canonical
from app.ballotbox.domain import Denominator
from app.intake import documents
from app.intake.documents import MalformedFileError
from tests.unit.voting.builders import ballots, paper, rule
from tests.unit.voting.strategies import papers, rows_for
from tests.unit.voting.test_paper import RULE, WRITTEN
from voting.fault_words import fault_lines
from voting.flaws import check, fatal
from voting.formats import read_ballots, read_paper, read_turnout, schema_text
from voting.marks import LETTERS, NO_MARK, decode
from voting.paper import Paper, PaperKind
from voting.tally import array, count, decide

DOCUMENTED = Path(__file__).parents[3].joinpath("docs/formats.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```(json|csv)\n(.*?)```", DOCUMENTED, re.DOTALL)


def faults(error: MalformedFileError) -> list[tuple[str, str]]:
    return [(problem.place, problem.reason.value) for problem in error.problems]


def cells(error: MalformedFileError) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.reason.value) for problem in error.problems]


def refused_paper(text: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(MalformedFileError) as refused:
        read_paper(text)
    assert all(fault_lines(refused.value))
    return faults(refused.value)


def refused_ballots(paper: Paper, content: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(MalformedFileError) as refused:
        read_ballots(paper, content)
    assert all(fault_lines(refused.value))
    return cells(refused.value)


class TestTheDocument:
    def test_its_example_counts_to_what_it_says(self) -> None:
        (_, asked), (_, cast), (_, said) = EXAMPLES[:3]
        paper = read_paper(asked)
        marks, groups = read_ballots(paper, cast.encode())
        turnout = read_turnout(asked, paper.rule, len(marks))
        tally = decide(paper, count(paper, marks), turnout)
        stored = tally.as_json()
        assert json.loads(said) == {
            "valid": tally.turnout.valid,
            "invalid": tally.turnout.invalid,
            "void_ballots": stored["void_ballots"],
            "blank": tally.blank,
            "needed": tally.needed,
            "votes": {line.id: line.votes for line in tally.lines},
            "outcomes": {line.id: line.outcome for line in tally.lines},
            "follow_up": stored["follow_up"],
        }
        assert groups.count("congress") == 4

    def test_its_words_are_read(self) -> None:
        for kind in PaperKind:
            row = re.search(
                rf"\| `{kind}` \| (.*?)(?=\n\| `(?:rank|per_item)`|\n\n)",
                DOCUMENTED[DOCUMENTED.index("## BALLOTS") :],
                re.DOTALL,
            )
            assert row
            words = re.findall(r"`([^`]+)`", row[1])
            assert len(words) >= 4
            for word in words:
                read_ballots(paper(1, 1, kind), f"p1\n{word}\n".encode())

    def test_it_names_every_key_of_the_schema(self) -> None:
        schema = json.loads(schema_text())
        keys = {*schema["properties"], *schema["$defs"]["rule"]["properties"]}
        keys |= {*schema["$defs"]["turnout"]["properties"]}
        assert {key for key in keys if f"`{key}`" not in DOCUMENTED} == set()


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json.loads(schema_text()))


@given(papers())
def test_every_frozen_paper_that_can_be_voted_on_is_read_back(paper: Paper) -> None:
    if not fatal(check(paper)):
        assert read_paper(canonical(paper.as_json())) == paper


class TestPaper:
    def test_a_byte_order_mark_is_no_part_of_it(self) -> None:
        text = json.dumps(WRITTEN)
        assert read_paper(f"\ufeff{text}") == read_paper(text.encode("utf-8-sig"))

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"instrument": "evaluation"}, [("$.instrument", "unknown_value")]),
            ({"colour": 1}, [("$.colour", "unknown_key")]),
            ({"title": ""}, [("$.title", "out_of_form")]),
            ({"title": " "}, [("$.title", "title_missing")]),
            ({"items": []}, [("$.items", "out_of_form")]),
            ({"items": "abc"}, [("$.items", "wrong_type")]),
            (
                {"items": [{"id": "a"}, {"label": "乙", "no": 2}]},
                [
                    ("$.items[0].label", "missing"),
                    ("$.items[1].id", "missing"),
                    ("$.items[1].no", "unknown_key"),
                ],
            ),
            (
                {"items": [{"id": "a", "label": "甲", "investment": "1,200"}] * 1},
                [("$.items[0].investment", "out_of_form")],
            ),
            (
                {"items": [{"id": "a", "label": "甲"}, {"id": "a", "label": "甲"}]},
                [
                    ("$.items[1].id", "duplicate_id"),
                    ("$.items[1].label", "duplicate_name"),
                ],
            ),
            ({"secrecy": "open"}, [("$.secrecy", "unknown_value")]),
            ({"round": 0}, [("$.round", "out_of_form")]),
            ({"round": True}, [("$.round", "wrong_type")]),
            ({"previous": "abc"}, [("$.previous", "out_of_form")]),
            ({"rule": {}}, [(f"$.rule.{key}", "missing") for key in RULE]),
            ({"rule": {**RULE, "seats": 9}}, [("$.rule.seats", "more_seats_than_candidates")]),
            (
                {"rule": {**RULE, "threshold": "half"}},
                [("$.rule.threshold", "threshold_unreadable")],
            ),
            (
                {"rule": {**RULE, "threshold": "gt 3/2"}},
                [("$.rule.threshold", "threshold_out_of_range")],
            ),
            (
                {"rule": {**RULE, "threshold": "gt 1"}},
                [("$.rule.threshold", "threshold_unreachable")],
            ),
            (
                {"rule": {**RULE, "threshold": f"gt 1/{'9' * 5000}"}},
                [("$.rule.threshold", "threshold_unreadable")],
            ),
            ({"turnout": {"total_members": -1}}, [("$.turnout.total_members", "out_of_form")]),
        ],
    )
    def test_every_place_at_fault_is_named(
        self, change: dict[str, Any], expected: list[tuple[str, str]]
    ) -> None:
        assert refused_paper(json.dumps({**WRITTEN, **change})) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", [("$", "not_json")]),
            ("{", [("$", "not_json")]),
            ("[" * 100_000, [("$", "not_json")]),
            ("[]", [("$", "wrong_type")]),
            ("null", [("$", "wrong_type")]),
            ('{"round": 1.0}', [("$", "not_exact")]),
            ('{"round": 1e2}', [("$", "not_exact")]),
            ('{"round": NaN}', [("$", "not_exact")]),
            ('{"round": 1234567890123456}', [("$", "not_exact")]),
            ('{"round": 1, "round": 2}', [("$", "key_twice")]),
            ('{"title": "\\ud800"}', [("$", "encoding_unknown")]),
            ("票决".encode("gb18030"), [("", "encoding_unknown")]),
        ],
    )
    def test_what_is_no_json_of_exact_figures(
        self, text: str | bytes, expected: list[tuple[str, str]]
    ) -> None:
        assert refused_paper(text) == expected


class TestTurnout:
    def test_what_is_stated_goes_before_the_file(self) -> None:
        text = json.dumps({**WRITTEN, "turnout": {"total_members": 9, "issued": 5}})
        found = read_turnout(text, rule(), 4)
        assert (found.total_members, found.due, found.present) == (9, 5, 5)
        assert (found.issued, found.returned, found.spare, found.on_leave) == (5, 4, 0, 0)
        assert read_turnout(text, rule(), 4, total_members=11).total_members == 11

    @pytest.mark.parametrize("denominator", Denominator)
    def test_the_figure_that_decides_is_never_assumed(self, denominator: Denominator) -> None:
        asked, text = rule(denominator=denominator), json.dumps(WRITTEN)
        if denominator in {Denominator.RETURNED, Denominator.VALID}:
            assert read_turnout(text, asked, 4).of(Denominator.RETURNED) == 4
            return
        with pytest.raises(MalformedFileError) as refused:
            read_turnout(text, asked, 4)
        assert faults(refused.value) == [(f"$.turnout.{denominator}", "missing")]
        assert read_turnout(text, asked, 4, **{denominator.value: 8}).of(denominator) == 8


class TestBallots:
    def test_columns_come_in_any_order(self) -> None:
        marks, groups = read_ballots(paper(3), "p3,group,p1,p2\n1,甲,,0\n,乙,赞成,\n".encode())
        assert [bytes(row) for row in marks] == ballots("..x", "x..")
        assert groups == ("甲", "乙")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    @pytest.mark.parametrize("between", [",", "\t", ";"])
    def test_as_offices_save_them(self, encoding: str, end: str, between: str) -> None:
        rows = [["p1", "p2"], ["赞成", "反对"], ["弃权", ""], ["", "反对"]]
        content = end.join(between.join(row) for row in rows).encode(encoding)
        marks, groups = read_ballots(paper(2, 1, "per_item"), io.BytesIO(content))
        assert [bytes(row) for row in marks] == ballots("yn", "a.", ".n")
        assert groups == ("", "", "")

    def test_empty_lines_are_no_ballots_and_empty_cells_are(self) -> None:
        marks, _ = read_ballots(paper(2), b"p1,p2\n\nx,\n,\n\n\n")
        assert [bytes(row) for row in marks] == ballots("x.", "..")
        marks, _ = read_ballots(paper(1), b'p1\n""\nx\n')
        assert [bytes(row) for row in marks] == ballots(".", "x")

    def test_a_box_with_nothing_in_it(self) -> None:
        marks, groups = read_ballots(paper(2), b"p1,p2\n")
        assert (marks.shape, groups) == ((0, 2), ())

    def test_a_void_ballot_is_no_malformed_file(self) -> None:
        marks, _ = read_ballots(paper(3, 2, "rank"), b"p1,p2,p3\n1,1,\n9,,\n1,2,3\n2,1,\n")
        assert count(paper(3, 2, "rank"), marks).invalid == 3

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"", [(1, "", "no_heading")]),
            (b"\np1,p2\n", [(1, "", "no_heading")]),
            (b"p1\nx\n", [(1, "p2", "column_missing")]),
            (b"p1,p2,p9\nx,,\n", [(1, "p9", "column_unknown")]),
            (b"p1,p2,\nx,,\n", [(1, "", "column_unknown")]),
            (b"p1,p2,p1\nx,,\n", [(1, "p1", "column_twice")]),
            (b"group,group,p1,p2\n", [(1, "group", "column_twice")]),
            (b"P1,p2\n", [(1, "P1", "column_unknown"), (1, "p1", "column_missing")]),
            (b"p1,p2\nx\nx,,\n", [(2, "", "row_length"), (3, "", "row_length")]),
            (
                b"p1,p2\nx,maybe\nx,\n\n?,2\n",
                [(2, "p2", "cell_unknown"), (5, "p1", "cell_unknown"), (5, "p2", "cell_unknown")],
            ),
            (b"p1,p2\n\xff\xff,\n", [(0, "", "encoding_unknown")]),
            (b"p1,p2\nx\x01,\n", [(0, "", "not_a_table")]),
            (b"PK\x03\x04", [(0, "", "not_a_table")]),
        ],
    )
    def test_every_place_at_fault_is_named(
        self, content: bytes, expected: list[tuple[int, str, str]]
    ) -> None:
        assert refused_ballots(paper(2), content) == expected

    def test_a_long_cell_is_said_back_in_short(self) -> None:
        with pytest.raises(MalformedFileError) as refused:
            read_ballots(paper(1), b"p1\n" + b"z" * 5000)
        assert refused.value.problems[0].facts == {"cell": "z" * 40 + "…"}
        assert str(refused.value) == "row 2 p1: cell_unknown (1 in all)"

    def test_a_file_wrong_throughout_is_listed_to_a_limit(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(documents, "MOST_PROBLEMS", 3)
        with pytest.raises(MalformedFileError) as refused:
            read_ballots(paper(2), b"p1,p2\n" + b"?,!\n" * 10)
        assert (len(refused.value.problems), refused.value.total) == (3, 20)
        assert fault_lines(refused.value)[-1] == "and 17 more places"


@given(st.sampled_from(PaperKind), st.data())
def test_exported_ballots_are_read_back(kind: PaperKind, data: st.DataObject) -> None:
    asked = paper(4, 3, kind)
    known = LETTERS[kind] | {NO_MARK}
    rows = [row for row in data.draw(rows_for(asked)) if known.issuperset(row)]
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(asked.items)
    writer.writerows([decode(kind, letter) for letter in row] for row in rows)
    marks, _ = read_ballots(asked, written.getvalue().encode())
    assert (marks == array(rows, 4)).all()
    assert len(marks) == len(rows)
