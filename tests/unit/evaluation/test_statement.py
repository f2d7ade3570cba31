"""What an evaluation says of itself is what its Return says, and never what it withholds."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from app.ballotbox.domain import Stage
from app.ballotbox.seal import Return, RollCall
from app.reports.chart import Fill
from app.reports.record import Record
from app.reports.statement import Statement
from app.reports.workbook import Kind, Sheet, written
from evaluation.again import AGAIN, sealed_result
from evaluation.outcomes import Withheld
from evaluation.paper import Criterion, Fault, Paper, RankBy, RaterGroup, Validity
from evaluation.presets import (
    CONSEQUENCES,
    POINT_BANDS,
    PRESETS,
    SATISFACTION,
    ZHENHAI,
    with_preset,
)
from evaluation.report import Report
from evaluation.sheets import turnout
from evaluation.statement import statement_of
from tests.unit.evaluation.builders import ballot, paper, tally

ROLL = RollCall(
    heading={"body": "明州市人民代表大会常务委员会", "title": "第二十次会议", "place": "会堂"},
    body_kind="standing_committee",
    total_members=33,
    due=33,
    on_leave=4,
    present=29,
    quorum=17,
    rehearsal=False,
)
MEMBERS = RaterGroup("member", "常委会组成人员", 60)
STAFF = RaterGroup("staff", "单位工作人员", 40)


def held(
    asked: Paper,
    rows: Sequence[bytes],
    groups: Sequence[str] | None = None,
    roll: RollCall = ROLL,
    issued: int = 0,
    **settings,
) -> Report:
    found = tally(asked, rows, groups, total_members=33, issued=issued or len(rows))
    result = sealed_result(asked, found)
    sealed = Return(
        box=1,
        instrument="evaluation",
        title=asked.title,
        round=asked.round,
        secrecy=asked.secrecy,
        roll=roll,
        turnout=found.turnout,
        paper=asked.digest,
        ballots="b" * 64,
        receipts="r" * 64,
        chain_open="0" * 64,
        chain_close="c" * 64,
        opened_at="2026-11-22T04:00:00+00:00",
        closed_at="2026-11-22T04:10:00+00:00",
        result=result,
    )
    record = Record(sealed, "evaluation", **settings)
    return Report(record, asked, found, frozenset(result[AGAIN]))


def column(sheet: Sheet, heading: str) -> list:
    at = [column.heading for column in sheet.columns].index(heading)
    return [row[at] for row in sheet.rows]


def everything(said: Statement) -> str:
    """All words and figures of a statement, as they are printed."""
    sheets = (said.summary, said.table, *said.annexes)
    cells = [
        written(cell, column.kind)
        for sheet in sheets
        for row in sheet.rows
        for cell, column in zip(row, sheet.columns, strict=True)
    ]
    notes = [note for sheet in sheets for note in sheet.notes]
    entries = [part for entry in said.entries for pair in entry.beside for part in pair]
    bars = [f"{bar.figure} {bar.parts}" for chart in said.charts for bar in chart.bars]
    return "\n".join((*cells, *notes, *entries, *bars, *said.decided, *said.notes))


def two() -> Paper:
    """Two units under the rule of 镇海, 28/1/0 and 17/11/1 of 29 in a body of 33."""
    return replace(with_preset(paper(2), "zhenhai"), subjects=paper(2).subjects)


ROWS = [ballot("AA")] * 17 + [ballot("AB")] * 11 + [ballot("BC")]


def test_the_table_says_counts_valid_marks_both_rates_the_response_and_the_outcome():
    said = statement_of(held(two(), ROWS, issued=30))
    table = said.table
    assert column(table, "Who is rated") == ["单位1", "单位2"]
    assert [column(table, grade) for grade in ("满意", "基本满意", "不满意")] == [
        [28, 17],
        [1, 11],
        [0, 1],
    ]
    assert column(table, "Valid marks") == [29, 29]
    assert column(table, "满意率") == [Fraction(28, 29), Fraction(17, 29)]
    assert column(table, "总体满意率") == [1, Fraction(28, 29)]
    assert column(table, "Response (returned/issued)") == ["29/30", "29/30"]
    assert column(table, "Outcome") == ["满意", "满意"]
    assert column(table, "No mark that counts") == [0, 0]
    assert "Score" not in [one.heading for one in table.columns]
    assert all(said.table.rows[0][-1])
    assert said.entries[1].figure == "58.62%"
    assert said.entries[1].share == Fraction(17, 29)
    assert said.entries[1].beside == (
        ("总体满意率", "96.55%"),
        ("Response (returned/issued)", "29/30"),
        ("满意", "17"),
        ("基本满意", "11"),
        ("不满意", "1"),
    )
    assert said.decided[0] == "Of 2 rated: 满意: 2."
    assert not said.open


def test_a_row_adds_up_to_the_valid_ballots():
    asked = replace(
        with_preset(paper(2), "zhenhai"),
        subjects=paper(2).subjects,
        validity=Validity(missing=Fault.ABSTAIN),
    )
    rows = [ballot("AA")] * 8 + [ballot("A.")] * 3 + [ballot("+B")] * 2
    table = statement_of(held(asked, rows)).table
    headings = [one.heading for one in table.columns]
    start, end = headings.index("满意"), headings.index("Valid marks")
    assert headings[end - 2 : end] == ["Abstained", "No mark that counts"]
    assert [sum(row[start:end]) for row in table.rows] == [13, 13]
    assert dict(zip(column(table, "Who is rated"), column(table, "Abstained"), strict=True)) == {
        "单位1": 0,
        "单位2": 3,
    }


def test_who_falls_short_is_named_and_something_is_left_to_do():
    asked = replace(two(), consequences=CONSEQUENCES)
    said = statement_of(held(asked, [ballot("AC")] * 29))
    assert said.decided == (
        "Of 2 rated: 满意: 1, 不满意: 1.",
        "To be evaluated again after rectifying: 单位2.",
    )
    assert said.open
    assert [entry.fill for entry in said.entries] == [Fill.SOLID, Fill.DOTTED]
    assert [entry.tone for entry in said.entries] == ["good", "warn"]


def test_a_void_one_says_so_everywhere():
    report = held(two(), ROWS, issued=20)
    said = statement_of(report)
    assert said.open
    assert "Nothing is decided" in said.decided[0]
    assert column(said.table, "Outcome") == ["—", "—"]
    assert "the evaluation is void" in " ".join(said.table.notes)
    declared = replace(report, record=replace(report.record, stage=Stage.VOIDED, voided="停电"))
    assert "declared void" in statement_of(declared).decided[0]
    assert "This evaluation was declared void" in " ".join(statement_of(declared).table.notes)


def test_declared_void_no_outcome_stands_though_the_figures_are_kept():
    report = held(two(), ROWS)
    said = statement_of(replace(report, record=replace(report.record, stage=Stage.VOIDED)))
    assert column(said.table, "Outcome") == ["—", "—"]
    assert [entry.outcome for entry in said.entries] == ["—", "—"]
    assert [entry.fill for entry in said.entries] == [Fill.HOLLOW] * 2
    assert column(said.table, "满意") == [28, 17]


def test_without_a_quorum_nothing_has_force():
    said = statement_of(held(two(), ROWS, roll=replace(ROLL, present=9)))
    assert "without a quorum none of it has force in law" in said.decided[0]
    assert said.open


def test_figures_only_gives_no_outcome():
    asked = replace(with_preset(paper(1), "figures_only"), subjects=paper(1).subjects)
    said = statement_of(held(asked, [b"A"] * 6))
    assert "no outcome" in said.decided[0]
    assert not said.open


def weighed(rules=POINT_BANDS, rank_by=RankBy.SCORE) -> Paper:
    return paper(2, rules=rules, rank_by=rank_by, groups=(MEMBERS, STAFF))


class TestWhatIsWithheld:
    """Seven members say A, three staff C: of the three, nothing may be had."""

    ROWS = [ballot("AA")] * 7 + [ballot("CB")] * 3
    GROUPS = ["member"] * 7 + ["staff"] * 3

    def test_where_the_score_is_given_no_count_comes_out(self):
        report = held(weighed(), self.ROWS, self.GROUPS)
        assert {line.withheld for line in report.tally.lines} == {Withheld.COUNTS}
        said = statement_of(report)
        assert "满意" not in [one.heading for one in said.table.columns]
        assert column(said.table, "满意率") == ["—", "—"]
        assert column(said.table, "Valid marks") == ["—", "—"]
        assert sorted(column(said.table, "Score")) == [72, 88]
        assert [entry.figure for entry in said.entries] == ["88.00 points", "72.00 points"]
        assert len(said.charts) == 1
        assert said.line == Fraction(9, 10)
        (response,) = said.annexes
        assert column(response, "Valid ballots") == ["—", "—"]
        assert "fewer than 5" in " ".join(said.notes)

    def test_where_the_counts_are_given_no_score_comes_out(self):
        said = statement_of(held(weighed(ZHENHAI, RankBy.SATISFIED_RATE), self.ROWS, self.GROUPS))
        assert column(said.table, "Score") == ["—", "—"]
        assert sum(column(said.table, "满意")) == 14
        assert "72.00" not in everything(said)
        assert "Score" not in dict(said.entries[0].beside) or (
            dict(said.entries[0].beside)["Score"] == "—"
        )

    def test_of_too_few_raters_nothing_at_all(self):
        report = held(two(), ROWS[-4:])
        said = statement_of(report)
        assert {line.withheld for line in report.tally.lines} == {Withheld.ALL}
        assert "满意" not in [one.heading for one in said.table.columns]
        for heading in ("满意率", "总体满意率", "Valid marks", "Outcome"):
            assert column(said.table, heading) == ["—", "—"]
        assert "%" not in "".join(part for entry in said.entries for part in entry.figure)
        assert len(said.charts) == 1
        assert all(bar.value == 0 for bar in said.charts[0].bars)


def test_groups_and_criteria_have_sheets_of_their_own():
    criteria = (Criterion("c1", "依法履职", 60), Criterion("c2", "工作实绩", 40))
    asked = paper(
        2,
        criteria=criteria,
        groups=(MEMBERS, replace(STAFF, open_sample=True)),
        rules=POINT_BANDS,
        rank_by=RankBy.SCORE,
    )
    rows = [ballot("AABB")] * 6 + [ballot("BBCC")] * 6
    said = statement_of(held(asked, rows, ["member"] * 6 + ["staff"] * 6))
    by_criterion, by_group, response = said.annexes
    assert column(by_criterion, "Criterion") == ["依法履职", "工作实绩"] * 2
    assert column(by_criterion, "满意") == [6, 6, 0, 0]
    assert len(by_group.rows) == 2 * 2 * 2
    assert "单位工作人员 (open sample)" in column(by_group, "Rater group")
    assert column(response, "Response") == ["—", "—"]
    assert "Weights of the criteria: 依法履职 60, 工作实绩 40." in by_group.notes
    # Pooled criteria have no counts of their own in the table; the valid marks are those pooled.
    assert "满意" not in [one.heading for one in said.table.columns]
    assert column(said.table, "Valid marks, all criteria") == [12, 12]
    assert "Valid marks and rates are of all criteria together." in said.table.notes
    assert column(by_criterion, "Valid marks") == [6, 6] * 2
    assert column(said.table, "Score") == [88, 54]


def test_a_letter_says_the_score_where_the_rule_has_one_and_nowhere_else():
    (graded, _), (pointed, _) = (
        statement_of(held(asked, ROWS)).letters
        for asked in (two(), replace(two(), rules=POINT_BANDS))
    )
    assert "score" not in " ".join(graded.paragraphs)
    assert "score 98." in " ".join(pointed.paragraphs)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_said(preset):
    asked = replace(with_preset(paper(3), preset), subjects=paper(3).subjects)
    letters = asked.scale.codes
    rows = [bytes(letters[(at + under) % 3] for under in range(3)) for at in range(9)]
    said = statement_of(held(asked, rows))
    for sheet in (said.summary, said.table, *said.annexes):
        assert {len(row) for row in sheet.rows} == {len(sheet.columns)}
    assert len(said.entries) == len(said.table.rows) == 3
    rates = [one.heading for one in said.table.columns if one.kind is Kind.SHARE]
    assert rates == [rate.label for rate in asked.scale.rates]


def test_the_bars_of_grades_add_up_and_the_best_comes_first():
    (chart,) = statement_of(held(two(), ROWS)).charts
    assert [bar.value for bar in chart.bars] == [29, 29]
    assert chart.bars[1].parts == ((17, Fill.SOLID), (11, Fill.HATCHED), (1, Fill.DOTTED))
    assert chart.whole == 29
    assert [words for _fill, words in chart.legend] == [one.label for one in SATISFACTION.grades]


def test_the_turnout_sheet_names_the_evaluation():
    sheet = turnout(held(two(), [*ROWS, ballot("..")]))
    assert ("of these: Blank, void", 1, "") in sheet.rows
    assert sheet.notes[-1].endswith("the evaluation is valid.")
