"""Cards are handed out, voided and counted the same way, however many desks do it at once."""

import json
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask

from app.ballotbox import chain, service, tickets
from app.ballotbox.admission import admit
from app.ballotbox.domain import TicketState
from app.extensions import db
from app.refused import Refused
from tests.contracts.hall import NOON, Hall, make_hall, make_session, roll


def at_once(app: Flask, act: Callable[[str], object], codes: list[str]) -> Counter[object]:
    """Do the act to every code at the same time, a desk each; return the answers counted."""
    answers: list[object] = [None] * len(codes)
    start = threading.Barrier(len(codes))

    def desk(index: int) -> None:
        with app.app_context():
            start.wait()
            try:
                answers[index] = act(codes[index])
            except Refused as refused:
                answers[index] = refused.reason
            finally:
                db.session.remove()

    threads = [threading.Thread(target=desk, args=(n,)) for n in range(len(codes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(answers)


def printed(session_id: int, count: int, spare: int = 0) -> list[str]:
    return [card.code for card in tickets.issue(session_id, "deputy", count, spare, "o", now=NOON)]


def test_one_card_at_several_desks_is_handed_out_once(boxed: Flask) -> None:
    session_id = make_session()
    codes = printed(session_id, 1) * 8
    answers = at_once(boxed, lambda code: tickets.hand_out(session_id, code), codes)
    assert answers == {True: 1, False: 7}
    assert tickets.reconciliation(session_id).handed_out == 1


def test_desks_together_hand_out_no_more_than_were_present_at_the_opening(boxed: Flask) -> None:
    hall = make_hall(boxed, voters=10, opened=False)
    late = printed(hall.session_id, 12)
    service.open_box(hall.box_id, roll(present=13, total=18), "o", now=NOON)
    answers = at_once(boxed, lambda code: tickets.hand_out(hall.session_id, code), late)
    assert answers == {True: 3, "roll_is_frozen": 9}
    assert tickets.reconciliation(hall.session_id).handed_out == 13


def test_desks_together_keep_to_the_number_allowed(boxed: Flask) -> None:
    session_id = make_session()
    answers = at_once(
        boxed, lambda code: tickets.hand_out(session_id, code, allowed=5), printed(session_id, 12)
    )
    assert answers == {True: 5, "all_handed_out": 7}


def test_what_voiding_answers(hall: Hall) -> None:
    waiting = printed(hall.session_id, 1)[0]
    assert tickets.void(hall.session_id, waiting) is TicketState.PRINTED
    assert tickets.void(hall.session_id, waiting) is TicketState.VOIDED
    with pytest.raises(Refused, match="box_is_open"):
        tickets.void(hall.session_id, hall.codes[0])
    hall.close()
    assert tickets.void(hall.session_id, hall.codes[0]) is TicketState.ACTIVATED
    with pytest.raises(Refused, match="voided_ticket"):
        tickets.hand_out(hall.session_id, hall.codes[0])


def test_a_batch_is_voided_whole_and_said_so_once(boxed: Flask) -> None:
    session_id = make_session()
    codes = printed(session_id, 6, spare=2)
    kept = printed(session_id, 3)
    lost = tickets.batches(session_id)[0].batch_id
    tickets.hand_out(session_id, codes[0])
    assert tickets.void_batch(lost, "o", now=NOON) == 8
    assert tickets.void_batch(lost, "o", now=NOON) == 0
    for code in codes:
        with pytest.raises(Refused, match="voided_ticket"):
            admit(code)
    assert tickets.hand_out(session_id, kept[0])
    assert tickets.reconciliation(session_id) == tickets.Reconciliation(
        printed=11, waiting=2, handed_out=1, spare=8
    )
    acts = [act for act in chain.acts(session_id) if act.kind == "void_batch"]
    assert [json.loads(act.facts) for act in acts] == [{"batch": lost, "count": 8, "handed_out": 1}]
    assert chain.breaks(session_id) == ()


def test_a_batch_of_which_a_card_may_have_voted_is_not_voided(hall: Hall) -> None:
    batch = tickets.batches(hall.session_id)[0]
    with pytest.raises(Refused) as refused:
        tickets.void_batch(batch.batch_id, "o", now=NOON)
    assert (refused.value.reason, refused.value.facts) == ("batch_may_have_voted", {"out": 10})
    assert tickets.batches(hall.session_id)[0] == batch
    hall.close()
    assert tickets.void_batch(batch.batch_id, "o", now=NOON) == 12


def test_a_batch_never_handed_out_is_voided_even_while_a_box_is_open(hall: Hall) -> None:
    printed(hall.session_id, 4, spare=1)
    misprinted = tickets.batches(hall.session_id)[1]
    assert tickets.void_batch(misprinted.batch_id, "o", now=NOON) == 5


def test_a_batch_that_is_none_is_refused(hall: Hall) -> None:
    with pytest.raises(Refused, match="unknown_batch"):
        tickets.void_batch(99, "o", now=NOON)


def test_a_pile_counted_wrongly_stays_as_it_is(boxed: Flask) -> None:
    session_id = make_session()
    codes = printed(session_id, 6, spare=2)
    pile = tickets.batches(session_id)[0].batch_id
    with pytest.raises(Refused) as refused:
        tickets.hand_out_pile(pile, 5, "o", now=NOON)
    assert refused.value.facts == {"counted": 5, "waiting": 6}
    tickets.void(session_id, codes[0])
    with pytest.raises(Refused) as refused:
        tickets.hand_out_pile(pile, 6, "o", now=NOON)
    assert refused.value.facts == {"counted": 6, "waiting": 5}
    assert tickets.hand_out_pile(pile, 5, "o", now=NOON) == 5
    assert tickets.void_spare(session_id, "o", now=NOON) == 2
    assert tickets.reconciliation(session_id) == tickets.Reconciliation(
        printed=8, waiting=0, handed_out=5, spare=3
    )
