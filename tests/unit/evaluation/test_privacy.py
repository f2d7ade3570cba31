"""No figure of few raters comes out, by itself or by subtraction (RULES 7)."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.outcomes import Tally, Verdict, Withheld
from evaluation.paper import Fault, RankBy, RaterGroup
from evaluation.presets import POINT_BANDS, ZHENHAI
from evaluation.privacy import hidden, is_small
from tests.unit.evaluation.builders import paper, tally
from tests.unit.evaluation.strategies import papers_with_piles
from tests.unit.evaluation.test_counting import count_pairs, many, tally_pairs

sizes = st.lists(st.integers(0, 12), min_size=1, max_size=6)


def groups(*weights):
    return tuple(RaterGroup(f"g{at}", f"主体{at}", w) for at, w in enumerate(weights, 1))


def voices(**grades):
    """`voices(g1="AAB", g2="C")`: the ballots of one item, by group."""
    rows = [grade.encode() for words in grades.values() for grade in words]
    return rows, [name for name, words in grades.items() for _ in words]


@many
@given(sizes, st.integers(1, 6))
def test_what_is_hidden_cannot_be_had_by_subtracting(marks, k):
    away = hidden(marks, marks, k)

    together = sum(marks[at] for at in away)
    if sum(marks) >= k:
        assert not away or together >= k
    assert all(at in away for at, n in enumerate(marks) if 0 < n < k)
    assert all(marks[at] for at in away)


def test_the_next_smallest_goes_with_a_small_one():
    assert hidden([3, 20, 6, 9], [3, 20, 6, 9], 5) == {0, 2}
    assert hidden([2, 20, 2, 9], [2, 20, 2, 9], 5) == {0, 2, 3}
    assert hidden([3, 20, 3], [3, 20, 3], 5) == {0, 2}
    assert hidden([5, 20], [5, 20], 5) == frozenset()
    assert hidden([0, 20], [0, 20], 5) == frozenset()
    assert hidden([1, 2], [1, 2], 5) == {0, 1}


def test_a_large_group_of_which_few_marked_the_subject_is_small():
    assert is_small(20, 3, 5)
    assert not is_small(20, 0, 5)
    assert is_small(3, 0, 5)
    assert not is_small(0, 0, 5)
    assert not is_small(1, 1, 1)
    assert hidden([20, 20, 20], [3, 18, 20], 5) == {0, 1}


def test_a_small_group_and_its_complement_are_not_broken_out():
    rows, names = voices(g1="A" * 9, g2="B" * 6, g3="CCC")

    result = tally(paper(groups=groups(0, 0, 0)), rows, names)

    line = result.line("s1")
    assert line.withheld is Withheld.GROUPS
    assert [each.id for each in line.groups] == ["g1"]
    assert line.criteria[0].grades == (9, 6, 3)
    assert [group.valid for group in result.groups] == [9, None, None]
    assert [group.returned for group in result.groups] == [9, 6, 3]


def test_two_groups_one_of_them_small_show_neither():
    rows, names = voices(g1="A" * 20, g2="C")

    line = tally(paper(groups=groups(0, 0)), rows, names).line("s1")

    assert line.groups == ()
    assert line.score == Fraction(20 * 100 + 30, 21)


def test_score_given_and_breakdown_not_where_a_weighted_group_is_small():
    rows, names = voices(g1="A" * 20, g2="C")
    asked = paper(groups=groups(40, 60), rules=POINT_BANDS, rank_by=RankBy.SCORE)

    line = tally(asked, rows, names).line("s1")

    # With the counts beside it, 58 = (40 × 100 + 60 × x) / 100 would tell x, one person's mark.
    assert (line.score, line.outcome.key, line.place) == (58, "dissatisfied", 1)
    assert line.withheld is Withheld.COUNTS
    assert (line.rates, line.criteria, line.groups) == ((), (), ())
    assert line.rate("satisfied_rate") is None


def test_counts_given_and_score_not_where_the_outcome_is_read_from_counts():
    rows, names = voices(g1="A" * 20, g2="C")
    asked = paper(groups=groups(40, 60), rules=ZHENHAI, rank_by=RankBy.SCORE)

    line = tally(asked, rows, names).line("s1")

    assert line.withheld is Withheld.SCORE
    assert (line.score, line.gap, line.place) == (None, None, None)
    assert line.criteria[0].grades == (20, 0, 1)
    assert line.criteria[0].score is None
    assert line.outcome.key == "satisfied"


def test_a_small_open_sample_without_a_voice_hides_itself_only():
    asked = paper(
        groups=(*groups(1), RaterGroup("open", "公开样本", 0, open_sample=True)),
    )
    rows, names = voices(g1="A" * 9, open="CC")

    line = tally(asked, rows, names).line("s1")

    assert line.withheld is Withheld.GROUPS
    assert [each.id for each in line.groups] == ["g1"]
    assert (line.score, line.criteria[0].grades) == (100, (9, 0, 0))


def test_a_small_open_sample_with_a_voice_takes_the_counts_away():
    asked = paper(groups=(*groups(1), RaterGroup("open", "公开样本", 1, open_sample=True)))
    rows, names = voices(g1="A" * 9, open="CC")

    assert tally(asked, rows, names).line("s1").withheld is Withheld.COUNTS


def test_one_group_is_the_whole_and_the_whole_is_those_who_voted():
    asked = paper(2, groups=groups(1))
    rows = [b"AA", b"BA", *[b"\xffA"] * 6]

    line = tally(asked, rows, ["g1"] * 8).line("s1")

    assert line.withheld is Withheld.NOTHING
    assert line.criteria[0].grades == (1, 1, 0)


def test_fewer_ballots_than_k_give_nothing_not_even_why_some_are_invalid():
    result = tally(paper(2), [b"AB", b"AA", b"\xff\xff"])

    assert dict(result.void_ballots) == {}
    for line in result.lines:
        assert line.withheld is Withheld.ALL
        assert (line.rates, line.criteria, line.score, line.place) == ((), (), None, None)


def test_why_ballots_are_invalid_is_told_of_k_and_more_only():
    four, five = (tally(paper(2), [b"\xff\xff"] * n) for n in (4, 5))

    assert dict(four.void_ballots) == {}
    assert dict(five.void_ballots) == {Verdict.BLANK_INVALID: 5}


@pytest.mark.parametrize("k", [1, 5, 9])
def test_k_is_a_setting(k):
    rows, names = voices(g1="A" * 9, g2="C" * 8)
    asked = replace(paper(groups=groups(0, 0)), smallest_group=k)

    shown = [each.id for each in tally(asked, rows, names).line("s1").groups]

    assert shown == (["g1", "g2"] if k < 9 else [])


@many
@given(
    st.lists(st.tuples(st.sampled_from(["g1", "g2", "g3", "g4"]), st.sampled_from("ABC"))),
    st.sampled_from([(0, 0, 0, 0), (40, 30, 20, 10)]),
    st.randoms(use_true_random=False),
)
def test_who_in_the_hidden_groups_said_what_changes_no_byte_of_the_result(votes, weights, random):
    asked = paper(groups=groups(*weights), rules=ZHENHAI)
    names, marks = [name for name, _ in votes], [mark.encode() for _, mark in votes]
    result = tally(asked, marks, names, total_members=30)
    shown = {each.id for each in result.line("s1").groups}
    unseen = [at for at, name in enumerate(names) if name not in shown]
    mixed = random.sample(unseen, len(unseen))
    swapped = list(marks)
    for here, there in zip(unseen, mixed, strict=True):
        swapped[here] = marks[there]

    assert tally(asked, swapped, names, total_members=30).as_json() == result.as_json()


@many
@given(papers_with_piles(most=16))
def test_no_result_carries_a_small_group_nor_what_would_tell_it(case):
    """What the sealed JSON says of any subject, less what it says of the groups it shows."""
    asked, pairs = case
    counts, k = count_pairs(asked, pairs), asked.smallest_group
    result = tally_pairs(asked, pairs)

    for line in Tally.from_json(result.as_json()).lines:
        shown = [each for each in line.groups if len(asked.groups) > 1]
        for voice in shown:
            for criterion in voice.criteria:
                said = sum(criterion.grades) + criterion.abstained
                assert said >= k or said == 0
        for at, criterion in enumerate(line.criteria):
            inside = [each.criteria[at] for each in shown if not each.open_sample]
            if inside and not result.open_sample:
                known = sum(sum(each.grades) + each.abstained for each in inside)
                rest = sum(criterion.grades) + criterion.abstained - known
                assert rest >= k or rest == 0 or known == 0
        place = [subject.id for subject in asked.subjects].index(line.id)
        if asked.weighted and line.score is not None and line.criteria and len(asked.groups) > 1:
            assert not small_voices(asked, counts, place)


def small_voices(asked, counts, place):
    """Groups heard in the counts or the score of which fewer than k marked the subject."""
    across, grades = len(asked.criteria), len(asked.scale.grades)
    spoken = [*range(grades)]
    spoken += [grades] * (asked.validity.missing is Fault.ABSTAIN)
    spoken += [grades + 1] * (asked.validity.double is Fault.ABSTAIN)
    found = []
    for at, group in enumerate(asked.groups):
        items = counts.cells[at][place * across : (place + 1) * across]
        said = min(sum(item[column] for column in spoken) for item in items)
        heard = at in asked.counted_groups or group.weight
        if heard and 0 < said < asked.smallest_group:
            found.append(group.id)
    return found
