"""A paper that names no rater group is for those who sit; cards of others are for other papers."""

import pytest
from flask import Flask

from app.ballotbox import service, tickets
from app.ballotbox.admission import admit, papers_for
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.refused import Refused
from tests.contracts.hall import NOON, make_hall, roll


def test_cards_of_staff_neither_vote_nor_count_where_deputies_vote(boxed: Flask) -> None:
    hall = make_hall(boxed, voters=10, opened=False)
    staff = [card.code for card in tickets.issue(hall.session_id, "staff", 3, 0, "o", now=NOON)]
    tickets.hand_out_pile(tickets.batches(hall.session_id)[1].batch_id, 3, "o", now=NOON)
    service.open_box(hall.box_id, roll(), "o", now=NOON, members={"deputy"})

    assert [card.box_id for card in papers_for(hall.admission(0))] == [hall.box_id]
    assert papers_for(admit(staff[0])) == ()
    cast(hall.admission(0), hall.box_id, b"abc", new_receipt())
    with pytest.raises(Refused, match="not_your_paper"):
        cast(admit(staff[0]), hall.box_id, b"abc", new_receipt())
    turnout = hall.close().turnout
    assert (turnout.issued, turnout.spare, turnout.returned) == (10, 2, 1)

    cards = tickets.reconciliation(hall.session_id, {"deputy"})
    assert (cards.printed, cards.handed_out, cards.apart) == (15, 10, 3)
    assert cards.printed == cards.waiting + cards.handed_out + cards.spare + cards.apart
