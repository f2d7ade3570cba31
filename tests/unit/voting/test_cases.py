"""Real votes of people's congresses, and every edge case a rule must survive."""

import random

import pytest

from app.ballotbox.domain import Denominator, Secrecy
from app.thresholds import TWO_THIRDS, Threshold, percent
from tests.unit.voting.builders import ballots, outcomes, paper, pile, tally
from voting.marks import NO_MARK, TICKED, Verdict
from voting.outcomes import FollowUpKind, Reason, Tally
from voting.paper import BlankPolicy, ShortfallPolicy, TiePolicy

LISHUI = {"total_members": 327, "due": 327, "present": 314, "issued": 314}


def reasons(tally: Tally) -> dict[str, str]:
    return {line.id: str(line.reason) for line in tally.lines}


class TestRealVotes:
    def test_lishui_2025_majority_is_of_all_members(self) -> None:
        """丽水: 327 deputies, 314 present and voting: 218 make a quorum, 164 a majority."""
        result = tally(paper(3, 2), pile([314, 164, 150], 314), **LISHUI)
        assert (result.whole, result.needed) == (327, 164)
        assert TWO_THIRDS.needed(327) == 218
        assert outcomes(result) == {"p1": "selected", "p2": "selected", "p3": "not_selected"}

    def test_lishui_163_is_more_than_half_of_those_present_and_still_fails(self) -> None:
        result = tally(paper(2, 1), pile([163, 100], 314), **LISHUI)
        assert 163 * 2 > 314
        assert outcomes(result) == {"p1": "short", "p2": "short"}

    def test_siping_2023_one_of_two(self) -> None:
        """四屏镇: 45 issued, 45 returned, two projects for one seat, the winner with 42."""
        result = tally(paper(2, 1), pile([42, 3], 45))
        assert (result.turnout.issued, result.turnout.returned, result.turnout.valid) == (
            45,
            45,
            45,
        )
        winner = result.line("p1")
        assert (winner.outcome, winner.share, percent(*winner.share)) == (
            "selected",
            (42, 45),
            "93.33%",
        )
        assert outcomes(result)["p2"] == "not_selected"

    def test_dongyang_2017_item_by_item(self) -> None:
        """东阳: 281 approve and 1 against, 276 and 6; both sum to the 282 ballots."""
        rows = [*ballots("yy") * 276, *ballots("yn") * 5, *ballots("nn")]
        result = tally(paper(2, 2, "per_item"), rows)
        table = [(line.approve, line.against, line.abstain, line.not_cast) for line in result.lines]
        assert table == [(281, 1, 0, 0), (276, 6, 0, 0)]
        assert {sum(row) for row in table} == {282}
        assert [percent(*line.share) for line in result.lines] == ["99.65%", "97.87%"]
        assert outcomes(result) == {"p1": "selected", "p2": "selected"}

    def test_ganyu_2020_size(self) -> None:
        """赣榆: 327 deputies select 24 of 30; the 24 most voted, as all pass."""
        chance = random.Random(2020)
        rows = []
        for _ in range(327):
            # Six projects are wanted by fewer deputies, so that the cut is clear.
            chosen = {*range(18), *chance.sample(range(18, 30), 6)}
            chosen -= set(chance.sample(sorted(chosen), 2))
            rows.append(bytes(TICKED if item in chosen else NO_MARK for item in range(30)))
        result = tally(paper(30, 24), rows)
        assert result.needed == 164
        by_hand = {item: sum(row[item] == TICKED for row in rows) for item in range(30)}
        assert {line.number - 1: line.votes for line in result.lines} == by_hand
        passing = sorted(item for item, votes in by_hand.items() if votes >= 164)
        assert 18 <= len(passing) < 24
        assert sorted(line.number - 1 for line in result.selected) == passing
        assert result.follow_up.kind is FollowUpKind.SUPPLEMENTARY_VOTE
        assert result.follow_up.seats_left == 24 - len(passing)

    @pytest.mark.parametrize(
        ("candidates", "seats", "deputies"),
        [(30, 24, 327), (12, 10, 120), (12, 10, 58), (10, 8, 102), (5, 3, 99), (2, 1, 45)],
    )
    def test_sizes_seen(self, candidates: int, seats: int, deputies: int) -> None:
        """Every deputy selects `seats`; the passed fill them exactly, one vote apart."""
        rest = candidates - seats
        approvals = [deputies - at for at in range(seats)] + [at % 5 for at in range(rest)]
        result = tally(paper(candidates, seats), pile(approvals, deputies))
        assert result.turnout.invalid == 0
        assert [line.number for line in result.selected] == list(range(1, seats + 1))
        assert result.follow_up.kind is FollowUpKind.NONE


class TestTieAtTheCut:
    APPROVALS = (9, 7, 7, 7, 6)

    def vote(self, **settings: object) -> Tally:
        return tally(paper(5, 3, "per_item", **settings), pile(self.APPROVALS, 10, "y", "n"))

    def test_runoff(self) -> None:
        result = self.vote()
        assert outcomes(result) == {
            "p1": "selected",
            "p2": "tied",
            "p3": "tied",
            "p4": "tied",
            "p5": "not_selected",
        }
        assert reasons(result)["p5"] == "outside_seats"
        assert result.follow_up.as_json() == {
            "kind": "runoff",
            "ids": ["p2", "p3", "p4"],
            "seats_left": 2,
        }
        line = result.line("p3")
        assert line.reason is Reason.TIED_AT_CUT
        assert line.tied_with == ("p2", "p4")
        facts = result.facts(line)
        assert (facts["votes"], facts["among"], facts["seats_left"], facts["place"]) == (7, 3, 2, 2)

    def test_presidium(self) -> None:
        result = self.vote(tie=TiePolicy.PRESIDIUM)
        assert outcomes(result)["p2"] == "tied"
        assert result.follow_up.kind is FollowUpKind.PRESIDIUM_DECIDES

    def test_take_fewer(self) -> None:
        """The seats left open by the rule itself are no shortfall to vote on again."""
        result = self.vote(tie=TiePolicy.TAKE_FEWER)
        assert [line.id for line in result.selected] == ["p1"]
        assert reasons(result)["p2"] == "tie_take_fewer"
        assert result.line("p2").tied_with == ("p3", "p4")
        assert (result.follow_up.kind, result.seats_left) == (FollowUpKind.NONE, 2)

    def test_equal_votes_within_the_seats_are_no_tie(self) -> None:
        result = tally(paper(4, 3, "per_item"), pile([9, 7, 7, 6], 10, "y", "n"))
        assert [line.id for line in result.selected] == ["p1", "p2", "p3"]
        assert [line.place for line in result.lines] == [1, 2, 2, 4]
        assert result.line("p2").tied_with == ()

    def test_equal_votes_below_the_threshold_are_no_tie(self) -> None:
        result = tally(paper(3, 1), pile([5, 5, 0], 10))
        assert set(outcomes(result).values()) == {"short"}

    def test_everybody_tied(self) -> None:
        result = tally(paper(3, 1, "per_item"), pile([8, 8, 8], 10, "y", "n"))
        assert set(outcomes(result).values()) == {"tied"}
        assert result.follow_up.seats_left == 1

    def test_ties_on_a_ranking_are_by_points(self) -> None:
        """Both are on every ballot; the points are equal, as each is first once."""
        result = tally(paper(3, 2, "rank"), ballots("12.", "21."))
        assert [(line.points, line.outcome) for line in result.lines[:2]] == [
            (5, "selected"),
            (5, "selected"),
        ]
        result = tally(paper(2, 1, "rank"), ballots("1.", "1.", ".1", ".1", "1.", ".1"))
        assert outcomes(result) == {"p1": "short", "p2": "short"}
        result = tally(
            paper(2, 1, "rank", threshold=Threshold.parse("ge 1/2")), ballots("1.", ".1")
        )
        assert outcomes(result) == {"p1": "tied", "p2": "tied"}


class TestRanking:
    def test_points_order_only_what_the_approvals_passed(self) -> None:
        """Five of eleven put p1 first, six rank p2 third: p1 has more points, p2 a majority."""
        six = ballots(".312..", ".3.12.", ".3..12", ".32..1", ".312..", ".3..12")
        result = tally(paper(6, 3, "rank"), [*six, *ballots("1.....") * 5])
        first, second = result.line("p1"), result.line("p2")
        assert (first.approve, first.points, first.place) == (5, 30, 1)
        assert (second.approve, second.points, second.place) == (6, 24, 2)
        assert result.needed == 6
        assert outcomes(result)["p1"] == "short"
        assert [line.id for line in result.selected] == ["p2"]

    def test_points_order_the_passed(self) -> None:
        """p1 and p2 are ranked by three of four each; points put p1 first."""
        asked = paper(3, 2, "rank")
        result = tally(asked, ballots("12.", ".12", "1.2", "12."))
        table = [(line.id, line.approve, line.points) for line in result.lines]
        assert table == [("p1", 3, 9), ("p2", 3, 7), ("p3", 2, 4)]
        assert [line.id for line in result.selected] == ["p1", "p2"]


class TestHalf:
    @pytest.mark.parametrize(
        ("threshold", "members", "approvals", "passes"),
        [
            ("gt 1/2", 328, 164, False),
            ("gt 1/2", 328, 165, True),
            ("ge 1/2", 328, 164, True),
            ("ge 1/2", 328, 163, False),
            ("gt 1/2", 327, 163, False),
            ("gt 1/2", 327, 164, True),
            ("ge 2/3", 327, 218, True),
            ("ge 2/3", 327, 217, False),
            ("gt 2/3", 327, 218, False),
            ("ge 2/3", 328, 218, False),
            ("ge 2/3", 328, 219, True),
            ("ge 1/1", 328, 327, False),
            ("ge 1/1", 328, 328, True),
        ],
    )
    def test_exactly(self, threshold: str, members: int, approvals: int, passes: bool) -> None:
        asked = paper(2, 1, threshold=Threshold.parse(threshold))
        result = tally(asked, pile([approvals, 0], members))
        assert bool(result.selected) is passes
        assert (approvals >= result.needed) is passes


class TestShortfall:
    def test_supplementary_vote_in_the_order_of_the_first_round(self) -> None:
        result = tally(paper(5, 3), pile([2, 9, 0, 4, 4], 10))
        assert outcomes(result) == {
            "p2": "selected",
            "p4": "short",
            "p5": "short",
            "p1": "short",
            "p3": "short",
        }
        assert result.follow_up.ids == ("p4", "p5", "p1", "p3")
        assert result.follow_up.seats_left == 2
        assert result.line("p1").reason is Reason.GOES_TO_SUPPLEMENTARY

    def test_accept_fewer(self) -> None:
        asked = paper(5, 3, shortfall=ShortfallPolicy.ACCEPT_FEWER)
        result = tally(asked, pile([2, 9, 0, 4, 4], 10))
        assert outcomes(result)["p4"] == "not_selected"
        assert result.line("p4").reason is Reason.BELOW_THRESHOLD
        facts = result.facts(result.line("p4"))
        assert (facts["got"], facts["needed"], facts["whole"]) == (4, 6, 10)
        assert (result.follow_up.kind, result.seats_left) == (FollowUpKind.NONE, 2)

    def test_with_more_seats_than_candidates_there_is_nobody_left_to_vote_on(self) -> None:
        result = tally(paper(2, 3), pile([9, 8], 10))
        assert len(result.selected) == 2
        assert result.follow_up.kind is FollowUpKind.NONE


class TestNobody:
    def test_nobody_voted(self) -> None:
        for denominator in Denominator:
            result = tally(paper(3, 1, denominator=denominator), [], total_members=327, due=320)
            assert set(outcomes(result).values()) == {"short"}
            assert result.needed >= 1
            assert not result.void

    def test_every_ballot_invalid(self) -> None:
        result = tally(paper(3, 1), ballots("xx.", ".xx", "xxx"), total_members=3)
        assert (result.turnout.valid, result.turnout.invalid) == (0, 3)
        assert result.void_ballots == {Verdict.OVER: 3}
        assert {line.approve for line in result.lines} == {0}
        assert result.selected == ()

    @pytest.mark.parametrize("share", ["ge 0/1", "gt 0/1"])
    def test_no_vote_at_all_never_wins(self, share: str) -> None:
        asked = paper(3, 2, threshold=Threshold.parse(share))
        result = tally(asked, ballots("x..", "..."))
        assert [line.id for line in result.selected] == ["p1"]
        assert result.needed == 1


class TestBlank:
    def test_as_an_abstention_it_counts_as_valid(self) -> None:
        asked = paper(2, 1, denominator=Denominator.VALID)
        result = tally(asked, ballots("x.", "x.", "..", ".."))
        assert (result.turnout.valid, result.turnout.invalid, result.blank) == (4, 0, 2)
        assert outcomes(result)["p1"] == "short"

    def test_as_invalid_it_does_not(self) -> None:
        asked = paper(2, 1, denominator=Denominator.VALID, blank=BlankPolicy.INVALID)
        result = tally(asked, ballots("x.", "x.", "..", ".."))
        assert (result.turnout.valid, result.turnout.invalid, result.blank) == (2, 2, 0)
        assert result.void_ballots == {Verdict.BLANK_INVALID: 2}
        assert outcomes(result)["p1"] == "selected"


class TestMoreReturnedThanIssued:
    def test_nothing_is_decided(self) -> None:
        result = tally(paper(2, 1), pile([9, 1], 10), issued=9)
        assert result.void
        assert {line.outcome for line in result.lines} == {None}
        assert {line.reason for line in result.lines} == {Reason.VOTE_VOID}
        assert result.selected == ()
        assert result.follow_up.as_json() == {
            "kind": "hold_again",
            "ids": ["p1", "p2"],
            "seats_left": 1,
        }
        facts = result.facts(result.lines[0])
        assert (facts["returned"], facts["issued"]) == (10, 9)

    @pytest.mark.parametrize("issued", [10, 11])
    def test_equal_or_fewer_is_valid(self, issued: int) -> None:
        result = tally(paper(2, 1), pile([9, 1], 10), issued=issued)
        assert not result.void
        assert outcomes(result)["p1"] == "selected"


def test_a_named_vote_counts_the_same() -> None:
    asked = paper(2, 1)
    named = type(asked)(asked.title, asked.candidates, asked.rule, Secrecy.NAMED)
    assert tally(asked, pile([9, 1], 10)) == tally(named, pile([9, 1], 10))
