"""Opening counts and looks before it acts: nobody may come in between (PostgreSQL lets them)."""

from functools import partial

import pytest
from flask import Flask

from app.ballotbox import chain, service, tickets
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.ballotbox.domain import Stage
from app.extensions import db, transaction
from app.refused import Refused
from tests.contracts.at_once import at_once
from tests.contracts.hall import NOON, make_hall, make_session, roll

TIMES = 5
"""A race that is lost once is lost in the first of these runs, before it was mended."""


@pytest.mark.parametrize("_again", range(TIMES))
def test_of_two_boxes_opened_together_one_is_open(boxed: Flask, _again: int) -> None:
    hall = make_hall(boxed, opened=False)
    with transaction():
        other = service.draft_box(hall.session_id, "probe", "另一项").id
    db.session.remove()
    answers = at_once(
        boxed,
        *[partial(service.open_box, box, roll(), "o", now=NOON) for box in (hall.box_id, other)],
    )
    assert sorted(map(str, answers)) == ["None", "another_box_is_open"]
    stages = [box.stage for box in service.boxes_of(hall.session_id)]
    assert sorted(stages) == [Stage.DRAFTED, Stage.OPEN]


def test_one_box_opened_twice_together_is_opened_once(boxed: Flask) -> None:
    hall = make_hall(boxed, opened=False)
    db.session.remove()
    opening = partial(service.open_box, hall.box_id, roll(), "o", now=NOON)
    assert at_once(boxed, opening, opening, opening) == [None] * 3
    assert [act.kind for act in chain.acts(hall.session_id)].count("open") == 1


@pytest.mark.parametrize("_again", range(TIMES))
def test_no_card_goes_out_between_the_count_and_the_opening(boxed: Flask, _again: int) -> None:
    hall = make_hall(boxed, voters=10, opened=False)
    late = [card.code for card in tickets.issue(hall.session_id, "", 6, 0, "o", now=NOON)]
    db.session.remove()
    answers = at_once(
        boxed,
        partial(service.open_box, hall.box_id, roll(present=10, total=12), "o", now=NOON),
        *[partial(tickets.hand_out, hall.session_id, code) for code in late],
    )
    assert answers[0] is None
    assert set(answers[1:]) <= {True, "roll_is_frozen"}
    out = tickets.reconciliation(hall.session_id).handed_out
    assert out <= service.get_box(hall.box_id).admitted
    assert out == 10 + answers.count(True)


def test_first_acts_of_a_session_follow_one_another(boxed: Flask) -> None:
    session_id = make_session()
    db.session.remove()
    answers = at_once(boxed, *[partial(tickets.issue, session_id, "", 3, 0, "o", now=NOON)] * 4)
    assert [len(printed) for printed in answers if isinstance(printed, tuple)] == [3] * 4
    assert [act.number for act in chain.acts(session_id)] == [1, 2, 3, 4]
    assert chain.breaks(session_id) == ()


def test_desks_that_pile_open_and_close_do_not_stand_in_each_others_way(boxed: Flask) -> None:
    hall = make_hall(boxed, voters=10, opened=False)
    tickets.issue(hall.session_id, "", 4, 0, "o", now=NOON)
    pile = tickets.batches(hall.session_id)[1].batch_id
    db.session.remove()
    answers = at_once(
        boxed,
        partial(service.open_box, hall.box_id, roll(present=14), "o", now=NOON),
        partial(tickets.hand_out_pile, pile, 4, "o", now=NOON),
        partial(tickets.void_spare, hall.session_id, "o", now=NOON),
        partial(service.close_box, hall.box_id, "o", now=NOON),
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert chain.breaks(hall.session_id) == ()


def test_a_card_voided_before_the_opening_does_not_vote(boxed: Flask) -> None:
    hall = make_hall(boxed, opened=False)
    admission = hall.admission(0)  # a request that began before its card was voided
    tickets.void(hall.session_id, hall.codes[0])
    service.open_box(hall.box_id, roll(), "o", now=NOON)
    with pytest.raises(Refused, match="voided_ticket"):
        cast(admission, hall.box_id, b"x--", new_receipt())
    assert hall.close().turnout.returned == 0


def test_closing_voiding_and_casting_together_keep_the_count(boxed: Flask) -> None:
    hall = make_hall(boxed, voters=30)
    admissions = [hall.admission(n) for n in range(30)]
    db.session.remove()
    answers = at_once(
        boxed,
        *[partial(cast, card, hall.box_id, b"x--", new_receipt()) for card in admissions],
        partial(service.close_box, hall.box_id, "o", now=NOON),
        partial(service.void_box, hall.box_id, "重新表决", "o", now=NOON),
    )
    assert set(map(str, answers[:30])) <= {"None", "closed"}
    box = service.get_box(hall.box_id)
    assert box.stage == Stage.VOIDED
    _issued, stored = service.live_turnout(hall.box_id)
    assert stored == answers[:30].count(None)
    if box.sealed:
        assert service.sealed_return(hall.box_id).turnout.returned == stored
