"""A result that the second count does not confirm is not sealed."""

import pytest

from app.refused import Refused
from evaluation.again import sealed_result
from evaluation.instrument import count_ballots
from evaluation.outcomes import Tally
from evaluation.second_count import agreed
from tests.unit.evaluation.builders import ballot, paper, tally, turnout

ROWS = [ballot("AB")] * 9 + [ballot("CA")] * 4


def test_what_both_counts_say_is_sealed():
    counted = count_ballots(paper(2), ROWS, [""] * 13, turnout(13), {})
    assert Tally.from_json(counted.result) == tally(paper(2), ROWS)


def test_one_mark_more_in_either_count_blocks_the_return():
    asked = paper(2)
    result = sealed_result(asked, tally(asked, ROWS))
    with pytest.raises(Refused, match="counts_disagree") as refused:
        agreed(asked, [*ROWS[:-1], ballot("CB")], [""] * 13, result)
    assert "s2.all" in refused.value.facts["places"]
