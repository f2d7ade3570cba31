"""Made-up ballots are counted as real ones are, and repeat themselves."""

from dataclasses import replace

import pytest

from app.ballotbox.second_count import agreed
from evaluation.again import sealed_result
from evaluation.dry_run import Pattern, dry_run, made_up
from evaluation.paper import Cap, Criterion, Fault, RaterGroup, Validity
from evaluation.presets import COMPETENCE, PRESETS, with_preset
from tests.unit.evaluation.builders import paper, turnout


def outcomes(asked, pattern, number=40, **figures):
    tally = dry_run(asked, turnout(number, **figures), pattern, 1)
    return [line.outcome and line.outcome.key for line in tally.lines]


@pytest.mark.parametrize("key", PRESETS)
@pytest.mark.parametrize("pattern", Pattern)
def test_every_pattern_is_counted_under_every_ready_rule(key, pattern):
    asked = with_preset(paper(5), key)
    tally = dry_run(asked, turnout(60), pattern, 3)
    assert tally == dry_run(asked, turnout(60), pattern, 3)
    assert tally.turnout.returned == 60
    assert len(tally.lines) == 5
    rows = made_up(asked, 60, pattern, 3)
    found = sealed_result(asked, tally)
    ballots = [("", row) for row in rows]
    assert agreed(asked.as_json(), ballots, turnout(60), issued={}, result=found) == found


def test_another_seed_gives_other_ballots():
    asked = with_preset(paper(5), "zhenhai")
    assert made_up(asked, 9, Pattern.RANDOM, 1) != made_up(asked, 9, Pattern.RANDOM, 2)


def test_the_patterns_show_what_they_are_for():
    asked = with_preset(paper(3), "zhenhai")
    assert set(outcomes(asked, Pattern.AGREEMENT)) == {"satisfied"}
    assert set(outcomes(asked, Pattern.HALVES)) == {"basically_satisfied"}
    assert set(outcomes(asked, Pattern.POOR)) == {"dissatisfied"}
    halves = dry_run(asked, turnout(41), Pattern.HALVES, 1)
    assert halves.lines[0].criteria[0].grades == (20, 20, 0)
    voiding = replace(asked, validity=Validity(Fault.VOID_BALLOT, Fault.VOID_BALLOT))
    spoilt = dry_run(voiding, turnout(50), Pattern.SPOILT, 1)
    assert spoilt.turnout.invalid == 20


def test_groups_caps_and_criteria_are_heeded():
    groups = (
        RaterGroup("a", "甲", 6), RaterGroup("b", "乙", 4),
        RaterGroup("o", "公众", 1, open_sample=True),
    )  # fmt: skip
    criteria = (Criterion("c1", "一"), Criterion("c2", "二"))
    caps = (Cap(("A",), 1),)
    asked = paper(4, scale=COMPETENCE, groups=groups, criteria=criteria, caps=caps)
    tally = dry_run(asked, turnout(41), Pattern.RANDOM, 1)
    assert [group.returned for group in tally.groups] == [21, 20, 0]
    assert tally.turnout.invalid == 0
    assert dry_run(asked, turnout(20), Pattern.AGREEMENT, 1).turnout.valid == 0


def test_nothing_is_made_up_of_an_empty_list():
    with pytest.raises(ValueError, match="no_subjects"):
        made_up(paper(0), 5, Pattern.RANDOM, 1)
