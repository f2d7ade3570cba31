"""The sheets of a result say what the Return says, in every kind of vote."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from app.ballotbox.canonical import canonical, digest
from app.ballotbox.domain import NO_MARK, Denominator, Secrecy, Stage
from app.ballotbox.seal import Return, RollCall
from app.intake.documents import MalformedFileError
from app.reports.record import Record, Signature, warnings
from app.reports.recount_files import paper_json
from app.reports.result_page import page_of
from app.reports.turnout_words import is_valid, turnout_sentences, turnout_sheet
from app.reports.workbook import Sheet
from app.thresholds import Threshold
from tests.contracts.hall import NOON
from tests.unit.voting import builders
from voting import sheets
from voting.beside import compared
from voting.formats import ballots_csv, read_ballots, read_paper, read_turnout
from voting.outcomes import Outcome, Tally
from voting.paper import Paper, TiePolicy
from voting.report import Report
from voting.result_words import names_of, next_words
from voting.statement import chart_of, statement_of
from voting.tally import count, decide

ROLL = RollCall(
    heading={
        "body": "明州市人民代表大会",
        "term": "第十七届",
        "title": "第五次会议",
        "place": "会堂",
    },
    body_kind="congress",
    total_members=6,
    due=6,
    on_leave=0,
    present=5,
    quorum=4,
    rehearsal=False,
)


def report(paper: Paper, tally: Tally, roll: RollCall = ROLL, **settings) -> Report:
    sealed = Return(
        box=1,
        instrument="voting",
        title=paper.title,
        round=paper.round,
        secrecy=paper.secrecy,
        roll=roll,
        turnout=tally.turnout,
        paper=paper.digest,
        ballots="b" * 64,
        receipts="r" * 64,
        chain_open="0" * 64,
        chain_close="c" * 64,
        opened_at="2026-11-22T04:00:00+00:00",
        closed_at="2026-11-22T04:10:00+00:00",
        result=tally.as_json(),
    )
    return Report(Record(sealed, "vote", **settings), paper, tally)


def held(
    kind: str, rows: list[bytes], *, candidates: int = 3, seats: int = 2, **settings
) -> Report:
    """A vote of six members, of whom five are present and got a ballot."""
    paper = builders.paper(candidates, seats, kind, **settings)
    counted = builders.tally(paper, rows, total_members=6, due=6, present=5, issued=5)
    return report(paper, counted)


def told(vote: Report, **settings) -> Report:
    return replace(vote, record=replace(vote.record, **settings))


def column(sheet: Sheet, heading: str) -> list:
    at = [column.heading for column in sheet.columns].index(heading)
    return [row[at] for row in sheet.rows]


def facts(sheet: Sheet) -> dict:
    return {row[0]: row[1] for row in sheet.rows}


SELECT = builders.ballots("xx.", "xx.", "x..", "x.x", "xxx")
PER_ITEM = builders.ballots("yyn", "yya", "yn.", "y..", "...")
RANK = builders.ballots("12.", "12.", "1..", "2.1", "11.")


@pytest.mark.parametrize(
    ("kind", "rows", "figures"),
    [
        ("select", SELECT, {"Votes received": [4, 2, 1], "Not ticked": [0, 2, 3]}),
        (
            "per_item",
            PER_ITEM,
            {
                "Approve": [4, 2, 0],
                "Against": [0, 1, 1],
                "Abstain": [0, 0, 1],
                "Not cast": [1, 2, 3],
            },
        ),
        (
            "rank",
            RANK,
            {"Points": [11, 4, 3], "Ranked by": [4, 2, 1], "Not ranked": [0, 2, 3]},
        ),
    ],
)
def test_the_table_has_the_counts_of_each_kind_of_paper(kind, rows, figures):
    sheet = sheets.result_sheet(held(kind, rows))
    assert {heading: column(sheet, heading) for heading in figures} == figures
    headings = [one.heading for one in sheet.columns]
    assert headings[4:-3] == list(figures)


def test_every_row_agrees_with_the_tally_and_the_selected_are_strong():
    vote = held("select", SELECT)
    sheet = sheets.result_sheet(vote)
    for at, (row, line) in enumerate(zip(sheet.rows, vote.tally.lines, strict=True)):
        assert row[:3] == (line.place, line.number, line.name)
        assert row[-3] == Fraction(line.approve, 6)
        assert (at in sheet.strong) == (line.outcome is Outcome.SELECTED)
    assert column(sheet, "Outcome") == [
        "Selected",
        "To the supplementary vote",
        "To the supplementary vote",
    ]
    assert any("supplementary vote" in note for note in sheet.notes)
    assert any("at least 4 votes" in note for note in sheet.notes)
    assert any(vote.record.seal in note for note in sheet.notes)


def test_a_share_of_nothing_is_a_dash():
    vote = held("select", [], denominator=Denominator.VALID)
    assert column(sheets.result_sheet(vote), "Share of the valid ballots") == ["—"] * 3


def test_the_summary_names_rule_signatures_and_digests():
    vote = told(
        held("select", SELECT),
        signatures=(Signature("赵监票", "12:00"), Signature("钱监票", "12:01")),
        opened="12:00",
    )
    said = facts(sheets.summary_sheet(vote))
    assert said["Certified by"] == "赵监票, 12:00\n钱监票, 12:01"
    assert said["Seal of the return"] == vote.sealed.seal
    assert said["Digest of the paper"] == vote.paper.digest
    assert said["Votes needed"] == 4
    assert said["Selected"] == 1
    assert said["The vote stands"] == "it stands"
    assert said["Secret or named"] == "secret vote"
    assert said["Opened"] == "12:00"


def test_ballots_stand_in_the_order_that_the_shuffle_gives():
    vote = held("select", SELECT)
    pile = [("", marks) for marks in sorted(SELECT)]
    backwards = sheets.ballots_sheet(vote, pile, lambda order: order.reverse())
    forwards = sheets.ballots_sheet(vote, pile, lambda order: None)
    marks = [row[2:] for row in forwards.rows]
    assert [row[2:] for row in backwards.rows] == marks[::-1]
    assert [row[0] for row in backwards.rows] == [1, 2, 3, 4, 5]
    assert sorted(marks) == sorted(
        tuple("√" if letter == ord("x") else "" for letter in row) for row in SELECT
    )
    assert column(forwards, "The ballot is").count("invalid: Too many chosen") == 1
    assert column(forwards, "The ballot is").count("Valid ballot") == 4
    assert "Voter" not in [one.heading for one in forwards.columns]
    assert "random order" in forwards.notes[0]


@pytest.mark.parametrize(
    ("kind", "marks", "words"),
    [
        ("per_item", b"yna", ("approve", "against", "abstain")),
        ("per_item", bytes([NO_MARK]) * 3, ("not cast",) * 3),
        ("rank", bytes([2, 1, NO_MARK]), (2, 1, "")),
        ("select", b"xyx", ("√", "?", "√")),
    ],
)
def test_marks_are_written_in_words(kind, marks, words):
    vote = held(kind, [])
    sheet = sheets.ballots_sheet(vote, [("", marks)], lambda order: None)
    assert sheet.rows[0][2:] == words


def test_a_named_vote_stands_by_voter_and_is_not_shuffled():
    vote = held("select", SELECT)
    vote = replace(vote, paper=replace(vote.paper, secrecy=Secrecy.NAMED))
    pile = [(f"D-{n} 代表{n}", marks) for n, marks in enumerate(SELECT)]

    def never(order: list[int]) -> None:
        raise AssertionError(order)

    sheet = sheets.ballots_sheet(vote, pile, never)
    assert column(sheet, "Voter") == [who for who, _ in pile]
    assert "name of its voter" in sheet.notes[0]
    assert sheet.name == "Ballots by name"


def test_the_book_has_all_four_sheets_and_its_turnout_agrees():
    vote = held("select", SELECT)
    made = sheets.book(vote, [("", m) for m in SELECT], NOON, lambda order: None)
    assert [one.name for one in made.sheets] == [
        "Summary",
        "Result of the vote",
        "Anonymous ballots",
        "Turnout",
    ]
    turnout = facts(made.sheets[3])
    assert turnout["Ballots issued"] == 5
    assert turnout["Ballots returned"] == turnout["Valid ballots"] + turnout["Invalid ballots"] == 5
    assert turnout["of these: Too many chosen"] == turnout["Invalid ballots"] == 1
    assert turnout["Not returned"] == 0
    assert made.band == "NOT ANNOUNCED YET: for checking only"
    told_all = told(vote, stage=Stage.ANNOUNCED)
    assert sheets.book(told_all, [], NOON, lambda order: None).band == ""


def test_a_rehearsal_and_a_void_vote_say_so_on_every_sheet():
    paper = builders.paper(3, 2)
    counted = builders.tally(paper, SELECT, issued=4)
    vote = report(paper, counted, replace(ROLL, rehearsal=True))
    made = sheets.book(vote, [], NOON, lambda order: None)
    assert "REHEARSAL" in made.band
    assert "VOID" in made.band
    assert not vote.record.stands
    assert column(made.sheets[1], "Outcome") == ["—"] * 3
    assert facts(made.sheets[0])["The vote stands"] == "no: it is void"
    declared = told(held("select", SELECT), stage=Stage.VOIDED, voided="停电")
    assert warnings(declared.record) == ("DECLARED VOID: this vote, for this reason: 停电",)
    assert not declared.record.stands


def test_a_vote_declared_void_keeps_its_figures_and_decides_nothing():
    declared = told(held("select", SELECT), stage=Stage.VOIDED, voided="停电")
    sheet = sheets.result_sheet(declared)
    assert column(sheet, "Votes received") == [4, 2, 1]
    assert column(sheet, "Outcome") == ["—"] * 3
    assert column(sheet, "In words") == [""] * 3
    assert not sheet.strong
    said = " ".join(sheet.notes)
    assert "declared void" in said
    assert "the vote is valid" not in said
    assert "supplementary vote is held among the 2" not in said
    declaring = statement_of(declared)
    assert {bar.fill.value for bar in declaring.charts[0].bars} == {"hollow"}
    assert declaring.decided[0] == "Nothing is decided: the vote is void."
    assert not declaring.record.stands


def test_many_who_go_on_are_found_in_the_table_and_not_in_one_long_sentence():
    vote = held("select", [], candidates=9, seats=2)
    assert len(vote.tally.follow_up.ids) == 9
    assert len(next_words(vote)) == 1
    few = held("select", [], candidates=8, seats=2)
    assert names_of(few.paper, few.tally.follow_up.ids) in next_words(few)[1]


def test_without_a_quorum_the_words_give_the_reason():
    low = replace(ROLL, present=3, override="经主席团决定")
    turnout = builders.turnout(3)
    assert not is_valid(low, turnout)
    standing = turnout_sentences(low, turnout, "vote")[2]
    assert "no force in law" in standing
    assert "经主席团决定" in standing
    assert "the vote is valid" not in " ".join(turnout_sentences(low, turnout, "vote"))
    assert "no force in law" in turnout_sentences(replace(low, override=""), turnout, "vote")[2]


def test_without_a_quorum_no_sheet_says_that_the_vote_stands():
    vote = held("select", builders.ballots("xx.", "xx.", "xx.", "xx."))
    low = replace(ROLL, present=3, override="经主席团决定")
    figures = report(vote.paper, vote.tally, low)
    assert not figures.record.stands
    said = facts(sheets.summary_sheet(figures))
    assert said["The vote stands"] == "no: the quorum was not reached"
    page = page_of(statement_of(figures))
    assert page.warnings == ("NO QUORUM: this vote has no force in law",)
    first, *further = page.said.decided
    assert further == ["Nothing follows from it; the vote can be held again with a quorum."]
    assert first.startswith("By the figures 2 of 2 would be selected")
    assert "经主席团决定" in page.turnout[-1]


def test_cards_that_stayed_behind_are_not_called_void():
    spare = builders.turnout(5, spare=9)
    assert "9 ballot cards were not handed out" in turnout_sentences(ROLL, spare, "vote")[1]
    rows = {row[0]: row for row in turnout_sheet(ROLL, spare, "t", (), ()).rows}
    assert rows["Ballot cards not handed out"][1:] == (
        9,
        "printed, and waiting or made void at the close",
    )


TIED = builders.ballots("xx..", "xx..", "x.x.", "x.x.", "xx..", "x.x.")


def tied(**settings) -> Report:
    """Four candidates for two seats: the first is in, the next two have three votes each."""
    half = Threshold.parse("ge 1/2")
    paper = builders.paper(4, 2, denominator=Denominator.VALID, threshold=half, **settings)
    return report(paper, builders.tally(paper, TIED))


def test_a_tie_names_who_is_tied_and_what_follows():
    vote = tied()
    first, second = next_words(vote)
    assert "voted on again" in first
    assert names_of(vote.paper, ("p2", "p3")) in second
    fewer = tied(tie=TiePolicy.TAKE_FEWER)
    assert names_of(fewer.paper, ("p2", "p3")) in next_words(fewer)[1]
    assert statement_of(vote).open


def test_a_complete_result_says_so():
    vote = held("select", builders.ballots("xx.", "xx.", "xx.", "xx.", "xx."))
    said = statement_of(vote)
    assert not said.open
    assert said.decided == (
        "All 2 to be selected are selected.",
        "Nothing more is to be voted on.",
    )


def test_the_chart_draws_what_the_table_says():
    vote = tied()
    chart = chart_of(vote)
    assert [bar.value for bar in chart.bars] == [6, 3, 3, 0]
    assert (chart.whole, chart.line) == (6, 3)
    assert [fill.value for fill, _words in chart.legend] == ["solid", "hatched", "hollow"]
    ranked = chart_of(held("rank", RANK))
    assert [bar.figure for bar in ranked.bars] == ["11 points", "4 points", "3 points"]
    assert (ranked.whole, ranked.line) == (11, None)
    runoff = chart_of(held("select", SELECT, threshold=Threshold.parse("ge 0")))
    assert runoff.line is None


def test_one_round_has_nothing_beside_it():
    assert compared([]) is None


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("select", SELECT),
        ("per_item", PER_ITEM),
        ("rank", RANK),
        ("select", builders.ballots("...", "x..")),
        ("select", []),
    ],
)
def test_the_files_for_a_recount_give_the_same_tally(kind, rows):
    vote = held(kind, rows)
    paper_file = paper_json(vote.paper.as_json(), vote.sealed)
    ballots_file = ballots_csv(vote.paper, rows)
    paper = read_paper(paper_file)
    assert paper == vote.paper
    marks, groups = read_ballots(paper, ballots_file)
    assert set(groups) <= {""}
    turnout = read_turnout(paper_file, paper.rule, len(marks))
    assert decide(paper, count(paper, marks), turnout) == vote.tally


def test_the_paper_without_its_turnout_has_the_digest_of_the_return():
    vote = held("select", SELECT)
    document = json.loads(paper_json(vote.paper.as_json(), vote.sealed))
    assert document.pop("turnout")["issued"] == 5
    assert digest(canonical(document)) == vote.sealed.paper


def test_the_files_are_the_same_whoever_asks_and_however_the_pile_lies():
    vote = held("select", SELECT)
    assert ballots_csv(vote.paper, SELECT) == ballots_csv(vote.paper, SELECT[::-1])


def test_a_mark_that_no_paper_knows_is_refused_by_the_count():
    vote = held("select", [])
    with pytest.raises(MalformedFileError):
        read_ballots(vote.paper, ballots_csv(vote.paper, [b"xqx"]))
