"""Promises 2 and 3: one ticket, one ballot, under any race; a retry gets the same answer."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask

from app.ballotbox import service, tickets
from app.ballotbox.admission import Admission, admit, has_receipt, papers_for
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.ballotbox.domain import Secrecy, TicketState
from app.refused import Refused
from tests.contracts.hall import NOON, Hall, make_hall, roll


def answer(act: Callable[[], object]) -> str:
    try:
        act()
    except Refused as refused:
        return refused.reason
    return "in"


def together(app: Flask, acts: list[Callable[[], object]]) -> list[str]:
    """Do all acts at the same time, each in its own thread; return their answers in order."""
    answers = [""] * len(acts)
    start = threading.Barrier(len(acts))

    def run(index: int) -> None:
        with app.app_context():
            start.wait()
            answers[index] = answer(acts[index])

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_ballot_is_in_and_counted(hall: Hall) -> None:
    for index, marks in enumerate([b"xx-", b"x--", b"-x-"]):
        cast(hall.admission(index), hall.box_id, marks, new_receipt())
    assert service.live_turnout(hall.box_id) == (10, 3)
    sealed = hall.close()
    assert sealed.result == {"letters": {"x": 4, "-": 5}}
    assert (sealed.turnout.issued, sealed.turnout.returned, sealed.turnout.spare) == (10, 3, 2)


def test_a_ticket_votes_once(hall: Hall) -> None:
    cast(hall.admission(0), hall.box_id, b"xxx", new_receipt())
    assert answer(lambda: cast(hall.admission(0), hall.box_id, b"---", new_receipt())) == (
        "already_in_the_box"
    )
    assert hall.close().result == {"letters": {"x": 3}}


def test_the_same_receipt_gets_the_same_answer_and_keeps_the_first_marks(hall: Hall) -> None:
    receipt = new_receipt()
    cast(hall.admission(0), hall.box_id, b"xxx", receipt)
    cast(hall.admission(0), hall.box_id, b"---", receipt)
    assert has_receipt(hall.box_id, receipt)
    assert hall.close().result == {"letters": {"x": 3}}


def test_two_phones_with_one_ticket_at_the_same_time(hall: Hall) -> None:
    admission = hall.admission(0)
    receipts = [new_receipt() for _ in range(16)]
    acts = [(lambda r=receipt: cast(admission, hall.box_id, b"x--", r)) for receipt in receipts]
    assert Counter(together(hall.app, acts)) == {"in": 1, "already_in_the_box": 15}
    assert sum(has_receipt(hall.box_id, receipt) for receipt in receipts) == 1
    assert hall.close().turnout.returned == 1


def test_many_sendings_of_one_ballot_all_get_thanks(hall: Hall) -> None:
    admission, receipt = hall.admission(0), new_receipt()
    acts = [lambda: cast(admission, hall.box_id, b"x--", receipt)] * 16
    assert set(together(hall.app, acts)) == {"in"}
    assert hall.close().turnout.returned == 1


def test_every_phone_twice_at_the_same_time(boxed: Flask) -> None:
    hall = make_hall(boxed, voters=30)
    admissions = [hall.admission(n) for n in range(30)]
    acts = [
        (lambda a=admission: cast(a, hall.box_id, b"x--", new_receipt()))
        for admission in admissions
        for _ in range(2)
    ]
    assert Counter(together(hall.app, acts)) == {"in": 30, "already_in_the_box": 30}
    assert hall.close().turnout.returned == 30


def test_a_receipt_of_somebody_else_is_refused_and_spends_nothing(hall: Hall) -> None:
    receipt = new_receipt()
    cast(hall.admission(0), hall.box_id, b"xxx", receipt)
    assert answer(lambda: cast(hall.admission(1), hall.box_id, b"---", receipt)) == "bad_receipt"
    cast(hall.admission(1), hall.box_id, b"---", new_receipt())
    assert hall.close().turnout.returned == 2


@pytest.mark.parametrize("receipt", ["", "x", "我" * 12, "A" * 200])
def test_a_receipt_that_is_none_is_refused(hall: Hall, receipt: str) -> None:
    assert answer(lambda: cast(hall.admission(0), hall.box_id, b"xxx", receipt)) == "bad_receipt"


@pytest.mark.parametrize("marks", [b"", b"xx", b"xxxx"])
def test_a_ballot_of_another_width_is_refused(hall: Hall, marks: bytes) -> None:
    assert answer(lambda: cast(hall.admission(0), hall.box_id, marks, new_receipt())) == (
        "bad_ballot"
    )
    assert hall.close().turnout.returned == 0


def test_a_ticket_opens_its_own_session_only(boxed: Flask) -> None:
    first, second = make_hall(boxed), make_hall(boxed)
    assert answer(
        lambda: cast(first.admission(0), second.box_id, b"xxx", new_receipt())
    ) == "not_open"  # fmt: skip
    assert papers_for(first.admission(0))[0].box_id == first.box_id


def test_a_named_vote_takes_one_ballot_a_name(boxed: Flask) -> None:
    hall = make_hall(boxed, secrecy=Secrecy.NAMED)
    cast(hall.admission(0), hall.box_id, b"xxx", new_receipt(), voter="0001")
    second = new_receipt()
    assert (
        answer(lambda: cast(hall.admission(1), hall.box_id, b"---", second, voter="0001"))
        == "voter_voted"
    )
    assert answer(lambda: cast(hall.admission(2), hall.box_id, b"---", new_receipt())) == (
        "bad_ballot"
    )
    cast(hall.admission(1), hall.box_id, b"---", second, voter="0002")
    hall.close()
    assert service.stored_ballots(hall.box_id) == (("0001", b"xxx"), ("0002", b"---"))


def test_a_name_in_a_secret_vote_is_refused(hall: Hall) -> None:
    assert (
        answer(lambda: cast(hall.admission(0), hall.box_id, b"xxx", new_receipt(), voter="0001"))
        == "bad_ballot"
    )


def test_admission_reads_and_spends_nothing(hall: Hall) -> None:
    for _ in range(3):
        assert isinstance(hall.admission(0), Admission)
    assert not papers_for(hall.admission(0))[0].cast
    cast(hall.admission(0), hall.box_id, b"xxx", new_receipt())
    assert papers_for(hall.admission(0))[0].cast
    assert not papers_for(hall.admission(1))[0].cast


def test_only_tickets_that_were_handed_out_are_admitted(boxed: Flask) -> None:
    hall = make_hall(boxed, opened=False)
    printed = tickets.issue(hall.session_id, "deputy", 1, 0, "organiser", now=NOON)[0]
    assert answer(lambda: admit(printed.code)) == "not_handed_out"
    assert tickets.hand_out(hall.session_id, printed.code.lower()) is True
    assert tickets.hand_out(hall.session_id, printed.code) is False
    assert admit(printed.code).group == "deputy"
    assert tickets.void(hall.session_id, printed.code) is TicketState.ACTIVATED
    assert answer(lambda: admit(printed.code)) == "voided_ticket"
    assert answer(lambda: admit("0000-0000-0000-0000")) == "unknown_code"
    assert answer(lambda: admit("no code at all")) == "unknown_code"


def test_a_frozen_roll_lets_no_more_cards_out_than_were_present(boxed: Flask) -> None:
    hall = make_hall(boxed, voters=10, opened=False)
    late = tickets.issue(hall.session_id, "deputy", 3, 0, "organiser", now=NOON)
    service.open_box(hall.box_id, roll(present=11, total=16), "organiser", now=NOON)
    assert tickets.hand_out(hall.session_id, late[0].code)
    assert answer(lambda: tickets.hand_out(hall.session_id, late[1].code)) == "roll_is_frozen"
    assert answer(lambda: tickets.void(hall.session_id, late[0].code)) == "box_is_open"
    hall.close()
    assert tickets.hand_out(hall.session_id, late[1].code)
