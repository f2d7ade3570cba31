"""Further rounds on each engine: drawn from the sealed Return, once, and kept apart."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app.assembly.models import Session
from app.ballotbox import service as box_service
from app.ballotbox.domain import Secrecy
from app.ballotbox.instrument import instrument
from app.extensions import db, transaction
from app.refused import Refused
from tests.contracts.hall import NOON, roll
from tests.integration.voting.votes import drafted, follow, hand_out, hold, table
from tests.unit.voting.builders import pile
from voting import service
from voting.outcomes import Tally
from voting.paper import MOST_VOTES, Purpose
from voting.presets import BY_URGENCY, with_seats
from voting.readiness import missing

MEMBERS = 50


def refusal(deed, *given) -> str:
    with pytest.raises(Refused) as caught:
        deed(*given)
    return caught.value.reason


def held(approvals: list[int], seats: int, codes: list[str] | None = None) -> int:
    """A vote in which candidate i got so many of 50 votes."""
    box_id = drafted(len(approvals), seats)
    hold(box_id, codes or hand_out(box_id, MEMBERS), pile(approvals, MEMBERS))
    return box_id


def tied() -> tuple[int, list[str]]:
    """Five projects, two seats: one selected, two tied at the cut, two below 26 votes."""
    box_id = drafted(5, 2)
    codes = hand_out(box_id, MEMBERS)
    hold(box_id, codes, pile([40, 28, 2, 28, 1], MEMBERS))
    return box_id, codes


def test_a_tie_is_voted_on_again_among_the_tied_only(boxed: Flask):
    box_id, codes = tied()
    first = box_service.get_box(box_id)
    due = instrument("voting").follow_up(box_service.sealed_return(box_id).result)
    assert due is not None
    assert due.kind == "runoff"

    runoff = follow(box_id)
    draft = service.get_draft(runoff)
    assert [(c.id, c.number) for c in draft.candidates] == [("p2", 2), ("p4", 4)]
    assert draft.paper.items == ("p2", "p4")
    assert (draft.paper.rule.seats, draft.paper.rule.threshold) == (1, MOST_VOTES)
    assert (draft.paper.purpose, draft.paper.round) == (Purpose.RUNOFF, 2)
    assert draft.paper.previous == first.paper_digest
    assert draft.box.title == "民生实事项目票决-2"
    assert (draft.box.first_box_id, draft.vote.previous_box_id) == (box_id, box_id)
    assert missing(runoff) == ()

    sealed, title = first.sealed, first.title
    result = hold(runoff, codes, pile([20, 5], MEMBERS))
    tally = Tally.from_json(result.result)
    assert [(line.id, line.votes) for line in tally.selected] == [("p2", 20)]
    assert instrument("voting").follow_up(result.result) is None
    assert refusal(follow, runoff) == "nothing_to_follow"
    db.session.expire_all()
    assert (first.sealed, first.title) == (sealed, title)


def test_clicking_twice_at_once_drafts_one_round(boxed: Flask):
    box_id, _codes = tied()

    def click(_: int) -> int:
        with boxed.app_context():
            try:
                return follow(box_id)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        drafts = set(pool.map(click, range(16)))
    assert len(drafts) == 1
    db.session.rollback()
    assert len(box_service.rounds_of(box_service.get_box(box_id))) == 2
    service.remove_vote(drafts.pop())
    again = follow(box_id)
    assert box_service.get_box(again).round == 2


def test_a_round_that_was_voided_is_drafted_anew(boxed: Flask):
    box_id, _codes = tied()
    runoff = follow(box_id)
    box_service.open_box(runoff, roll(MEMBERS), "o", now=NOON)
    box_service.void_box(runoff, "停电", "o", now=NOON)
    again = follow(box_id)
    assert again != runoff
    assert service.get_draft(again).paper.round == 3
    assert service.get_draft(again).paper.items == ("p2", "p4")
    assert refusal(follow, runoff) == "vote_was_voided"


def test_seats_left_go_to_a_supplementary_vote_in_the_order_of_votes(boxed: Flask):
    box_id = held([10, 40, 20, 15, 20, 3], 3)
    extra = follow(box_id)
    draft = service.get_draft(extra)
    assert [c.number for c in draft.candidates] == [3, 5, 4, 1, 6]
    assert (draft.paper.purpose, draft.paper.rule.seats) == (Purpose.SUPPLEMENTARY_VOTE, 2)
    # Lines may be drawn after 2, 3, 4 or all 5 of them; none parts the two with 20.
    assert service.possible_lengths(extra) == (2, 3, 4, 5)
    service.shorten_supplementary(extra, 3)
    assert service.get_draft(extra).paper.items == ("p3", "p5", "p4")
    service.shorten_supplementary(extra, 5)
    assert service.get_draft(extra).paper.items == ("p3", "p5", "p4", "p1", "p6")
    assert refusal(service.shorten_supplementary, extra, 6) == "no_such_line"
    assert refusal(service.shorten_supplementary, extra, 1) == "no_such_line"


def test_the_line_of_a_supplementary_vote_parts_no_equal_votes(boxed: Flask):
    box_id = held([40, 18, 18, 18, 3], 2)
    extra = follow(box_id)
    assert service.possible_lengths(extra) == (3, 4)
    assert refusal(service.shorten_supplementary, extra, 2) == "no_such_line"


def test_the_list_and_the_share_of_a_further_round_are_fixed(boxed: Flask):
    box_id, _codes = tied()
    runoff = follow(box_id)
    draft = service.get_draft(runoff)
    for deed in (
        lambda: service.put_candidate(runoff, {"name": "新项目"}),
        lambda: service.remove_candidate(runoff, "p2"),
        lambda: service.move_candidate(runoff, "p2", 1),
        lambda: service.order_candidates(runoff, ["p4", "p2"]),
        lambda: service.renumber_candidates(runoff),
        lambda: service.import_candidates(runoff, table("1,甲,,,,,"), "a.csv"),
        lambda: service.change_vote(
            runoff, title="x", secrecy=Secrecy.SECRET, adopted="", rule=with_seats(BY_URGENCY, 1)
        ),
        lambda: service.change_vote(
            runoff, title="x", secrecy=Secrecy.NAMED, adopted="", rule=draft.vote.rule
        ),
    ):
        assert refusal(deed) == "round_is_fixed"
    service.change_vote(
        runoff, title="再次投票", secrecy=Secrecy.SECRET, adopted="主席团决定", rule=draft.vote.rule
    )
    assert service.get_draft(runoff).paper.title == "再次投票"
    assert service.possible_lengths(runoff) == ()
    assert refusal(service.shorten_supplementary, runoff, 2) == "no_such_line"


def test_no_round_follows_before_closing_or_from_a_voided_vote(boxed: Flask):
    box_id = drafted(5, 2)
    assert refusal(follow, box_id) == "not_closed"
    first, _codes = tied()
    box_service.void_box(first, "程序有误", "o", now=NOON)
    assert refusal(follow, first) == "vote_was_voided"
    assert refusal(follow, 999) == "unknown_box"


@pytest.mark.parametrize("preset", ["local_organic_law", "per_item", "by_urgency"])
def test_a_vote_in_which_nobody_voted_is_counted(boxed: Flask, preset: str):
    box_id = drafted(3, 1, preset)
    hand_out(box_id, 2)
    result = hold(box_id, [], [])
    assert (result.turnout.returned, result.turnout.valid, result.turnout.invalid) == (0, 0, 0)
    tally = Tally.from_json(result.result)
    assert tally.selected == ()
    assert tally.follow_up.kind == "supplementary_vote"


def again(box_id: int) -> int:
    return service.hold_again(box_id, lambda title, purpose, number: f"{title}-{number}")


def test_a_voided_vote_is_held_again_as_it_was_and_counted(boxed: Flask):
    box_id = drafted(4, 2)
    codes = hand_out(box_id, MEMBERS)
    box_service.open_box(box_id, roll(MEMBERS), "o", now=NOON)
    assert refusal(again, box_id) == "vote_not_void"
    box_service.void_box(box_id, "停电", "o", now=NOON)  # open, never closed
    further = again(box_id)
    assert again(box_id) == further
    before, draft = service.get_draft(box_id), service.get_draft(further)
    assert (draft.paper.rule, draft.paper.items) == (before.paper.rule, before.paper.items)
    assert (draft.paper.purpose, draft.paper.round) == (Purpose.HELD_AGAIN, 2)
    assert draft.paper.previous == box_service.get_box(box_id).paper_digest
    assert missing(further) == ()
    tally = Tally.from_json(hold(further, codes, pile([40, 30, 10, 5], MEMBERS)).result)
    assert [line.id for line in tally.selected] == ["p1", "p2"]
    assert again(box_id) == further


def test_a_vote_voided_before_opening_or_after_closing_is_held_again_too(boxed: Flask):
    never_opened = drafted(4, 2)
    box_service.void_box(never_opened, "议程调整", "o", now=NOON)
    draft = service.get_draft(again(never_opened))
    assert [c.number for c in draft.candidates] == [1, 2, 3, 4]
    assert draft.paper.previous == service.get_draft(never_opened).paper.digest
    closed, _codes = tied()
    box_service.void_box(closed, "程序有误", "o", now=NOON)
    first = again(closed)
    assert len(service.get_draft(first).candidates) == 5
    box_service.void_box(first, "又停电", "o", now=NOON)
    second = again(closed)
    assert second not in (closed, first)
    assert again(first) == second
    assert service.get_draft(second).vote.previous_box_id == closed


def test_a_round_that_follows_from_a_void_one_cannot_open(boxed: Flask):
    box_id, _codes = tied()
    runoff = follow(box_id)
    assert missing(runoff) == ()
    box_service.void_box(box_id, "程序有误", "o", now=NOON)
    (words,) = missing(runoff)
    assert words.startswith("本轮所依据的上一轮")
    with pytest.raises(Refused) as caught:
        box_service.open_box(runoff, roll(MEMBERS), "o", now=NOON)
    assert caught.value.reason == "not_ready"
    held_again = again(box_id)
    assert missing(held_again) == ()
    assert len(missing(runoff)) == 1  # held again, the old result is void all the same
    box_service.void_box(runoff, "作废", "o", now=NOON)
    assert refusal(again, runoff) == "round_before_void"


def test_a_round_far_behind_a_void_one_cannot_open_either(boxed: Flask):
    box_id, _codes = tied()
    runoff = follow(box_id)
    box_service.void_box(runoff, "停电", "o", now=NOON)
    second = again(runoff)
    assert service.get_draft(second).paper.items == ("p2", "p4")
    assert follow(box_id) == second  # one runoff, however it was drafted
    assert missing(second) == ()
    box_service.void_box(box_id, "程序有误", "o", now=NOON)
    assert len(missing(second)) == 1


def test_a_runoff_drafted_anew_stands_for_the_voided_one(boxed: Flask):
    box_id, _codes = tied()
    runoff = follow(box_id)
    box_service.void_box(runoff, "停电", "o", now=NOON)
    anew = follow(box_id)
    assert again(runoff) == anew


def test_a_standing_committee_is_named_on_paper_through_every_round(boxed: Flask):
    box_id = drafted(5, 2)
    session_id = box_service.get_box(box_id).session_id
    with transaction() as current:
        current.get_one(Session, session_id).body_kind = "standing_committee"
    codes = hand_out(box_id, MEMBERS)
    hold(box_id, codes, pile([40, 28, 2, 28, 1], MEMBERS))
    runoff = service.get_draft(follow(box_id))
    assert runoff.paper.committee
    kind = instrument("voting")
    said = kind.rule(kind.read_paper(json.loads(box_service.get_box(box_id).paper)))
    assert "常委会全体组成人员" in said
    assert "全体代表" not in said
