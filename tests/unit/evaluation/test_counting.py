"""Properties of counting, and each rule of validity by a ballot that shows it."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.ballotbox.canonical import canonical
from app.ballotbox.piles import Piles
from evaluation.again import sealed_result
from evaluation.decision import decide
from evaluation.outcomes import Tally, Verdict
from evaluation.paper import (
    Cap,
    Criterion,
    EmptyGroup,
    Fault,
    Paper,
    RaterGroup,
    Trim,
    Validity,
)
from evaluation.presets import POINT_BANDS, POINTS_BY_FIVE, PRESETS, ZHENHAI, with_preset
from evaluation.tally import Counts, array, count, count_piles, group_array
from recount.recount import Ballot, counted_again, differences
from tests.unit.evaluation.builders import ballot, counted, paper, tally, turnout
from tests.unit.evaluation.strategies import papers_with_piles

many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def count_pairs(asked, pairs):
    return counted(asked, [marks for _, marks in pairs], [group for group, _ in pairs])


def tally_pairs(asked, pairs):
    counts = count_pairs(asked, pairs)
    ticketed = sum(counts.returned[at] for at in asked.counted_groups)
    return decide(asked, counts, turnout(ticketed, total_members=30, issued=30))


def second_count(asked, pairs):
    """Count with the program that scrutineers run; it shares no code with the first."""
    ballots = [Ballot("", group, marks) for group, marks in pairs]
    figures = tally_pairs(asked, pairs).turnout.as_json()
    for counted_anew in ("returned", "valid", "invalid"):
        del figures[counted_anew]
    return counted_again(json.loads(canonical(asked.as_json())), ballots, figures, {})


@many
@given(papers_with_piles(), st.randoms(use_true_random=False))
def test_counting_is_blind_to_the_order_of_ballots(case, random):
    asked, pairs = case
    shuffled = list(pairs)
    random.shuffle(shuffled)

    assert count_pairs(asked, shuffled) == count_pairs(asked, pairs)


@many
@given(papers_with_piles(), st.integers(0, 25))
def test_piles_counted_apart_add_up(case, cut):
    asked, pairs = case

    apart = count_pairs(asked, pairs[:cut]) + count_pairs(asked, pairs[cut:])

    assert apart == count_pairs(asked, pairs)
    assert apart + Counts.none(asked) == apart


@many
@given(papers_with_piles())
def test_nothing_is_lost_every_item_adds_up_to_the_valid_ballots(case):
    asked, pairs = case

    counts = count_pairs(asked, pairs)

    assert counts.ballots == len(pairs) == counts.valid + counts.invalid
    for valid, items in zip(counts.valid_by_group, counts.cells, strict=True):
        assert {sum(columns) for columns in items} == {valid}


@many
@given(papers_with_piles())
def test_the_second_count_agrees_with_the_sealed_result(case):
    asked, pairs = case
    sealed = sealed_result(asked, tally_pairs(asked, pairs))

    assert second_count(asked, pairs) == sealed


@many
@given(papers_with_piles())
def test_paper_and_result_survive_being_sealed(case):
    asked, pairs = case
    result = tally_pairs(asked, pairs)

    assert Paper.from_json(json.loads(canonical(asked.as_json()))) == asked
    assert Tally.from_json(json.loads(canonical(result.as_json()))) == result


EVERY_RULE = [
    *(with_preset(paper(2), key) for key in sorted(PRESETS)),
    paper(2, scale=POINTS_BY_FIVE, caps=(Cap(("90-100",), 1),), trim=Trim(1, 1)),
    *(
        paper(2, rules=POINT_BANDS, validity=Validity(fault, fault), empty_group=policy)
        for fault, policy in zip(Fault, EmptyGroup, strict=True)
    ),
    paper(1, criteria=(Criterion("c1", "一", 0), Criterion("c2", "二")), rules=POINT_BANDS),
    paper(
        1,
        criteria=(Criterion("c1", "一"), Criterion("c2", "二")),
        overall_criterion="c2",
        rules=ZHENHAI,
        validity=Validity(uniform_invalid=True),
    ),
]


@pytest.mark.parametrize("asked", EVERY_RULE)
@pytest.mark.parametrize("named", [(), ("g1", "g2"), ("g1", "g2", "empty")])
def test_the_second_count_knows_every_rule(asked, named):
    groups = tuple(RaterGroup(name, name, 50 + 10 * at) for at, name in enumerate(named))
    asked = replace(asked, groups=groups)
    best, next_best, *_ = asked.scale.codes
    worst = asked.scale.codes[-1]
    words = (best, worst), (best, best), (next_best, best), (worst, 0xFF), (0xFE, next_best)
    rows = [bytes(row) for row in (*words, (0xFF, 0xFF), (0xFE, 0xFE), (1, 2)) for _ in range(6)]
    pairs = [(named[at % 2] if named else "", row) for at, row in enumerate(rows)]
    result = tally_pairs(asked, pairs)

    assert result.turnout.returned == 48
    assert second_count(asked, pairs) == sealed_result(asked, result)


def test_the_second_count_finds_what_was_changed():
    groups = (RaterGroup("g1", "委员", 60), RaterGroup("g2", "代表", 40))
    asked = paper(2, groups=groups, rules=ZHENHAI)
    pairs = [("g1", b"AB")] * 5 + [("g2", b"BC")] * 6
    sealed = sealed_result(asked, tally_pairs(asked, pairs))
    again = second_count(asked, pairs)
    changed = json.loads(canonical(sealed))
    changed["lines"][0]["criteria"][0]["grades"][0] += 1
    changed["lines"][1]["score"] = "91/1"
    changed["lines"][0]["groups"][1]["criteria"][0]["missing"] += 1
    changed["lines"][1]["outcome"]["key"] = "satisfied"
    changed["turnout"]["returned"] += 1
    changed["groups"][0]["valid"] -= 1

    assert differences(json.loads(canonical(sealed)), again) == []
    assert [found.partition("：")[0] for found in differences(changed, again)] == [
        "groups[委员].valid",
        "lines[单位1].criteria[all].grades[1]",
        "lines[单位1].groups[代表].criteria[all].missing",
        "lines[单位2].outcome.key",
        "lines[单位2].score",
        "turnout.returned",
    ]


VALIDITY = [
    # paper of two subjects: (validity, ballot, verdict, what stands on each of them)
    (Validity(), "AB", Verdict.VALID, ["A", "B"]),
    (Validity(), "A.", Verdict.VALID, ["A", "."]),
    (Validity(), "A+", Verdict.VALID, ["A", "+"]),
    (Validity(), "..", Verdict.BLANK_INVALID, None),
    (Validity(), "++", Verdict.NOTHING_LEFT, None),
    (Validity(), "+.", Verdict.NOTHING_LEFT, None),
    (Validity(), "A?", Verdict.UNKNOWN_MARK, None),
    (Validity(missing=Fault.VOID_BALLOT), "A.", Verdict.MISSING, None),
    (Validity(missing=Fault.VOID_BALLOT), "..", Verdict.BLANK_INVALID, None),
    (Validity(missing=Fault.VOID_BALLOT), "A+", Verdict.VALID, ["A", "+"]),
    (Validity(double=Fault.VOID_BALLOT), "A+", Verdict.DOUBLE, None),
    (Validity(double=Fault.VOID_BALLOT), "A.", Verdict.VALID, ["A", "."]),
    (Validity(missing=Fault.ABSTAIN), "..", Verdict.BLANK, [".", "."]),
    (Validity(missing=Fault.ABSTAIN), "A.", Verdict.VALID, ["A", "."]),
    (Validity(double=Fault.ABSTAIN), "++", Verdict.VALID, ["+", "+"]),
    (Validity(uniform_invalid=True), "AA", Verdict.UNIFORM, None),
    (Validity(uniform_invalid=True), "AB", Verdict.VALID, ["A", "B"]),
    (Validity(uniform_invalid=True), "A.", Verdict.VALID, ["A", "."]),
]


@pytest.mark.parametrize(("validity", "words", "verdict", "standing"), VALIDITY)
def test_when_a_ballot_is_valid(validity, words, verdict, standing):
    asked = paper(2, validity=validity)

    counts = counted(asked, [ballot(words)])

    assert counts.by_verdict[0][tuple(Verdict).index(verdict)] == 1
    assert counts.valid == (standing is not None)
    columns = "ABC.+"
    found = [
        "".join(mark for mark, n in zip(columns, item, strict=False) if n)
        for item in counts.cells[0]
    ]
    assert found == (standing or ["", ""])


def test_a_mark_short_voids_that_subject_only_and_all_of_it():
    criteria = (Criterion("c1", "依法履职"), Criterion("c2", "工作实绩"))
    asked = paper(2, criteria=criteria)

    counts = counted(asked, [ballot("A.BC"), ballot("B+CA")])

    # grades A B C, missing, double, set aside
    assert counts.cells[0] == (
        (0, 0, 0, 0, 0, 2),
        (0, 0, 0, 1, 1, 0),
        (0, 1, 1, 0, 0, 0),
        (1, 0, 1, 0, 0, 0),
    )


def test_an_abstention_beside_a_void_mark_counts_no_more_than_a_grade():
    criteria = (Criterion("c1", "依法履职"), Criterion("c2", "工作实绩"))
    asked = paper(2, criteria=criteria, validity=Validity(missing=Fault.ABSTAIN))

    counts = counted(asked, [ballot(".+.A")])

    assert [item[-3:] for item in counts.cells[0]] == [(0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 0, 0)]


def test_a_cap_counts_subjects_under_each_criterion():
    criteria = (Criterion("c1", "依法履职"), Criterion("c2", "工作实绩"))
    asked = paper(3, criteria=criteria, caps=(Cap(("A",), 2),))

    counts = counted(asked, [ballot("AAABBA"), ballot("AAAAAB")])

    assert counts.void_ballots([0]) == {Verdict.OVER_CAP: 1}


def test_a_cap_on_points_reads_the_range():
    asked = paper(2, scale=POINTS_BY_FIVE, caps=(Cap(("90-100",), 1),))

    counts = counted(asked, [bytes([90, 85]), bytes([90, 95]), bytes([85, 91])])

    assert counts.void_ballots([0]) == {Verdict.OVER_CAP: 1, Verdict.UNKNOWN_MARK: 1}


def test_invalid_ballots_count_for_nobody_and_are_told_by_reason():
    asked = paper(2, validity=Validity(missing=Fault.VOID_BALLOT))

    result = tally(asked, [ballot("AA")] * 5 + [ballot("A.")] * 2 + [ballot("..")])

    assert (result.turnout.valid, result.turnout.invalid) == (5, 3)
    assert dict(result.void_ballots) == {Verdict.MISSING: 2, Verdict.BLANK_INVALID: 1}
    assert result.line("s1").criteria[0].grades == (5, 0, 0)


def test_the_callers_array_is_left_as_it_was():
    asked = paper(1, criteria=(Criterion("c1", "一"), Criterion("c2", "二")))
    marks = np.array([[65, 255], [65, 66]], dtype=np.uint8)
    before = marks.copy()

    count(asked, marks)
    count(paper(), marks[:, :1])

    assert np.array_equal(marks, before)


def test_piles_longer_than_a_chunk():
    asked = paper(2, groups=(RaterGroup("g1", "委员", 1), RaterGroup("g2", "代表", 1)))
    rows = [b"AB", b"BC", b"A\xff"] * 20_000

    counts = counted(asked, rows, ["g1", "g2", "g2"] * 20_000)

    assert counts.returned == (20_000, 40_000)
    assert counts.cells[1][1] == (0, 0, 20_000, 20_000, 0, 0)


def test_arrays_of_another_shape_are_refused():
    asked = paper(2)
    two = paper(2, groups=(RaterGroup("g1", "委员"), RaterGroup("g2", "代表")))
    marks = array([b"AB"], 2)

    for wrong in (marks.astype(np.int64), marks[0], marks[:, :1]):
        with pytest.raises(ValueError, match="wrong_length"):
            count(asked, wrong)
    with pytest.raises(ValueError, match="wrong_length"):
        array([b"AB", b"A"], 2)
    with pytest.raises(ValueError, match="wrong_length"):
        array([], 0)
    with pytest.raises(ValueError, match="wrong_length"):
        count_piles(asked, Piles.of(3, [("", b"ABA")]))
    for groups in (None, np.zeros(2, np.uint8), np.zeros(1, np.int64)):
        with pytest.raises(ValueError, match="wrong_groups"):
            count(two, marks, groups)
    with pytest.raises(ValueError, match="unknown_group"):
        count(two, marks, np.array([2], np.uint8))
    with pytest.raises(ValueError, match="unknown_group"):
        group_array(two, ["g3"])
    with pytest.raises(ValueError, match=r"argument 2 is (longer|shorter)"):
        counted(asked, []) + counted(two, [])


def test_the_returned_are_the_ballots_counted():
    asked = paper()
    with pytest.raises(ValueError, match="returned_is_not_what_was_counted"):
        decide(asked, counted(asked, [b"A"]), turnout(2))


def test_a_row_that_is_not_there():
    with pytest.raises(KeyError):
        tally(paper(), []).line("s2")


def test_min_responses_keeps_the_figures_and_gives_no_outcome():
    asked = replace(paper(), validity=Validity(min_responses=6), smallest_group=1)

    line = tally(asked, [b"A"] * 5).lines[0]

    assert line.rates[0].part == 5
    assert line.outcome is None
