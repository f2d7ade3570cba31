"""No ballot that is given out shows what the tally withholds."""

import csv
import io
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballotbox.domain import NO_MARK, Secrecy
from app.refused import Refused
from evaluation.anonymous import shown
from evaluation.ballot_files import ballots_csv, ballots_sheet
from evaluation.formats import read_ballots
from evaluation.outcomes import Withheld
from evaluation.paper import RankBy, RaterGroup
from evaluation.presets import POINT_BANDS
from tests.unit.evaluation.builders import ballot, paper
from tests.unit.evaluation.strategies import papers_with_piles
from tests.unit.evaluation.test_counting import many, tally_pairs
from tests.unit.evaluation.test_statement import MEMBERS, STAFF, column, held, two

IN_ORDER = lambda order: None  # noqa: E731  (a shuffle that leaves the pile as it is)


def piles(*groups: tuple[str, str, int]) -> list[tuple[str, bytes]]:
    return [(name, ballot(words)) for name, words, number in groups for _ in range(number)]


def closed(asked, rows):
    return held(asked, [marks for _who, marks in rows], [who for who, _marks in rows])


def test_large_groups_stand_beside_their_marks():
    rows = piles(("member", "AB", 6), ("staff", "BB", 5))
    report = closed(paper(2, groups=(MEMBERS, STAFF)), rows)
    sheet = ballots_sheet(report, rows, IN_ORDER)
    assert Counter(column(sheet, "Rater group")) == {"常委会组成人员": 6, "单位工作人员": 5}
    assert column(sheet, "单位1") == ["满意"] * 6 + ["基本满意"] * 5
    table = list(csv.reader(io.StringIO(ballots_csv(report, rows).decode("utf-8-sig"))))
    assert table[0] == ["s1", "s2", "group"]
    assert len(table) == 12


def test_a_small_group_is_not_told_apart():
    rows = piles(("member", "AB", 9), ("staff", "BB", 2))
    report = closed(paper(2, groups=(replace(MEMBERS, weight=0), replace(STAFF, weight=0))), rows)
    assert {line.withheld for line in report.tally.lines} == {Withheld.GROUPS}
    sheet = ballots_sheet(report, rows, IN_ORDER)
    assert "Rater group" not in [one.heading for one in sheet.columns]
    assert len(sheet.rows) == 11
    assert any("too small" in note for note in sheet.notes)
    with pytest.raises(Refused, match="evaluation_ballots_withheld"):
        ballots_csv(report, rows)


def test_a_group_whose_ballots_are_all_invalid_is_not_told_apart_either():
    rows = piles(("member", "AB", 9), ("staff", "..", 2))
    report = closed(paper(2, groups=(replace(MEMBERS, weight=0), replace(STAFF, weight=0))), rows)
    assert not shown(report.paper, report.tally, rows).labelled


def test_counts_that_are_withheld_do_not_come_out_ballot_by_ballot():
    rows = piles(("member", "AB", 9), ("staff", "BB", 2))
    asked = paper(2, groups=(MEMBERS, STAFF), rules=POINT_BANDS, rank_by=RankBy.SCORE)
    report = closed(asked, rows)
    assert {line.withheld for line in report.tally.lines} == {Withheld.COUNTS}
    assert ballots_sheet(report, rows, IN_ORDER) is None
    with pytest.raises(Refused):
        ballots_csv(report, rows)


def test_rows_do_not_join_a_subject_that_tells_groups_apart_with_one_that_hides_them():
    """All members said A of the first, all staff B: whoever said B of it is staff."""
    rows = [
        *piles(("member", "AAA", 9), ("staff", "BCB", 3), ("staff", "B.B", 3)),
    ]
    groups = (replace(MEMBERS, weight=0), replace(STAFF, weight=0))
    report = closed(paper(3, groups=groups), rows)
    assert [line.withheld for line in report.tally.lines].count(Withheld.GROUPS) == 1
    assert report.tally.line("s2").withheld is Withheld.GROUPS
    sheet = ballots_sheet(report, rows, IN_ORDER)
    headings = [one.heading for one in sheet.columns]
    assert "单位2" not in headings
    assert {"单位1", "单位3"} <= set(headings)
    assert any("small rater group" in note for note in sheet.notes)


@many
@given(papers_with_piles(most=16))
def test_subjects_beside_each_other_give_the_same_groups(case):
    asked, pairs = case
    result = tally_pairs(asked, pairs)
    given_out = shown(asked, result, pairs)
    if asked.secrecy is Secrecy.SECRET and not given_out.labelled:
        subjects = {asked.subjects[asked.items[at].subject].id for at in given_out.items}
        kinds = {frozenset(group.id for group in result.line(one).groups) for one in subjects}
        assert len(kinds) <= 1


@many
@given(
    st.lists(
        st.tuples(st.sampled_from(["g1", "g2", "g3"]), st.text("ABC.", min_size=2, max_size=2)),
        max_size=24,
    ),
    st.randoms(use_true_random=False),
)
def test_who_of_the_hidden_groups_said_what_changes_nothing_that_is_given_out(votes, random):
    """Of all subjects that have a column, the marks of the hidden groups change hands.

    The last subject is always marked, so that no ballot becomes an empty one.
    """
    groups = tuple(RaterGroup(name, name, 0) for name in ("g1", "g2", "g3"))
    asked = paper(3, groups=groups)
    rows = [(name, ballot(f"{words}A")) for name, words in votes]
    result = tally_pairs(asked, rows)
    given_out = shown(asked, result, rows)
    if given_out.labelled or not given_out.items:
        return
    seen = {group.id for group in result.line(f"s{given_out.items[0] + 1}").groups}
    unseen = [at for at, (name, _marks) in enumerate(rows) if name not in seen]
    mixed = list(rows)
    for silent in {silence(rows[at][1]) for at in unseen}:  # who said nothing is counted by group
        alike = [at for at in unseen if silence(rows[at][1]) == silent]
        for here, there in zip(alike, random.sample(alike, len(alike)), strict=True):
            marks = bytearray(rows[here][1])
            for item in given_out.items:
                marks[item] = rows[there][1][item]
            mixed[here] = (rows[here][0], bytes(marks))
    again = tally_pairs(asked, mixed)
    assert again.as_json() == result.as_json()
    assert columns(shown(asked, again, mixed)) == columns(given_out)


def silence(marks: bytes) -> tuple[bool, ...]:
    return tuple(mark == NO_MARK for mark in marks)


def columns(given_out):
    return Counter(tuple(marks[at] for at in given_out.items) for _who, marks in given_out.ballots)


def test_of_too_few_raters_no_ballot_comes_out():
    rows = piles(("", "AB", 4))
    assert ballots_sheet(closed(two(), rows), rows, IN_ORDER) is None


def test_an_open_sample_is_not_mixed_among_ballots_without_groups():
    sample = RaterGroup("public", "服务对象", 0, open_sample=True)
    asked = paper(1, groups=(replace(MEMBERS, weight=0), replace(STAFF, weight=0), sample))
    rows = piles(("member", "A", 9), ("staff", "B", 2), ("public", "C", 30))
    report = closed(asked, rows)
    sheet = ballots_sheet(report, rows, IN_ORDER)
    assert len(sheet.rows) == 11
    assert "不满意" not in column(sheet, "单位1")


def test_a_named_evaluation_carries_its_names_in_the_sheet_and_not_in_the_file():
    rows = piles(("张三", "AB", 1), ("李四", "BB", 1))
    report = held(replace(two(), secrecy=Secrecy.NAMED), [marks for _who, marks in rows])
    sheet = ballots_sheet(report, rows, IN_ORDER)
    assert column(sheet, "Rater") == ["张三", "李四"]
    assert "张三" not in ballots_csv(report, rows).decode("utf-8-sig")


def test_marks_that_no_scale_knows_are_for_the_recount_to_refuse():
    rows = [("", bytes([marks])) for marks in (65, 66, 67, 65, 65, 0xFE, 0xFF, 9)]
    report = closed(paper(1), rows)
    sheet = ballots_sheet(report, rows, IN_ORDER)
    assert column(sheet, "单位1")[:3] == ["满意", "基本满意", "不满意"]
    assert column(sheet, "单位1")[-3:] == ["++", "", "?"]
    assert column(sheet, "The ballot is")[-1] == "invalid: A mark that cannot be read"


@given(
    st.lists(
        st.tuples(st.sampled_from(["member", "staff"]), st.text("ABC.+", min_size=2, max_size=2)),
        max_size=25,
    )
)
def test_what_is_given_out_for_a_recount_is_complete_or_refused(found):
    rows = [(who, ballot(words)) for who, words in found]
    report = closed(paper(2, groups=(MEMBERS, STAFF)), rows)
    sizes = Counter(who for who, _marks in rows)
    try:
        content = ballots_csv(report, rows)
    except Refused:
        assert report.tally.turnout.returned
        return
    assert all(number == 0 or number >= 5 for number in sizes.values())
    marks, groups = read_ballots(report.paper, content)
    assert sorted(zip(groups, marks, strict=True)) == sorted(rows)
