"""Quorum and the figures of attendance, on the real cases of the rules."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assembly.quorum import AttendanceCount, BodyKind, quorum_of
from app.thresholds import Comparison, Threshold


def count(kind: BodyKind, total: int, present: int, **others: int) -> AttendanceCount:
    figures = {"due": total, "on_leave": 0, "left_early": 0, "observers_present": 0, "manual": 0}
    return AttendanceCount(
        quorum=quorum_of(kind), total_members=total, present=present, **figures | others
    )


def test_the_thresholds_are_those_of_the_law():
    assert quorum_of(BodyKind.CONGRESS) == Threshold(Comparison.GE, Fraction(2, 3))
    assert quorum_of(BodyKind.STANDING_COMMITTEE) == Threshold(Comparison.GT, Fraction(1, 2))


@pytest.mark.parametrize(
    ("kind", "total", "needed"),
    [
        (BodyKind.CONGRESS, 327, 218),  # 丽水, 2025-02
        (BodyKind.CONGRESS, 45, 30),  # 四屏镇: exactly two thirds
        (BodyKind.CONGRESS, 100, 67),
        (BodyKind.STANDING_COMMITTEE, 33, 17),  # 镇海
        (BodyKind.STANDING_COMMITTEE, 34, 18),  # exactly half is not enough
    ],
)
def test_the_figure_needed_is_the_fewest_that_meet_it(kind, total, needed):
    assert count(kind, total, needed).quorum_needed == needed
    assert count(kind, total, needed).quorum_met
    assert not count(kind, total, needed - 1).quorum_met


@given(st.sampled_from(BodyKind), st.integers(1, 5_000), st.integers(0, 5_000))
def test_met_and_needed_never_disagree(kind, total, present):
    found = count(kind, total, present)
    assert found.quorum_met == (present >= found.quorum_needed)


def test_a_body_of_nobody_has_no_quorum():
    assert not count(BodyKind.CONGRESS, 0, 0).quorum_met


def test_absent_is_who_is_neither_here_nor_excused():
    found = count(BodyKind.CONGRESS, 327, 300, on_leave=9, left_early=4, observers_present=20)
    assert (found.absent, found.checked_in) == (14, 304)


def test_who_left_early_no_longer_makes_the_quorum():
    assert not count(BodyKind.CONGRESS, 327, 217, left_early=5).quorum_met
