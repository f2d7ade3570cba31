"""Promises 4, 5, 7, 8 and 9: closing is atomic, nothing is lost, what is sealed stays."""

import json
import threading
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import delete, text, update

from app.ballotbox import chain, service, tickets
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.ballotbox.domain import Stage
from app.ballotbox.models import Act, Ballot, Box, Spent
from app.extensions import db, transaction
from app.refused import Refused
from tests.contracts.hall import NOON, Hall, make_hall, probe, roll


def test_accepted_and_late_are_all_that_was_sent(boxed: Flask) -> None:
    hall = make_hall(boxed, voters=60)
    admissions = [hall.admission(n) for n in range(60)]
    answers: list[str] = [""] * 60
    returns: list[int] = []
    start = threading.Barrier(63)

    def vote(index: int) -> None:
        with boxed.app_context():
            start.wait()
            try:
                cast(admissions[index], hall.box_id, b"x--", new_receipt())
                answers[index] = "in"
            except Refused as refused:
                answers[index] = refused.reason

    def close() -> None:
        with boxed.app_context():
            start.wait()
            returns.append(hall.close().turnout.returned)
            db.session.remove()

    threads = [threading.Thread(target=vote, args=(n,)) for n in range(60)]
    threads += [threading.Thread(target=close) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = Counter(answers)
    assert set(counted) <= {"in", "closed"}
    assert sum(counted.values()) == 60
    assert returns == [counted["in"]] * 3
    assert service.sealed_return(hall.box_id).turnout.returned == counted["in"]


def test_closing_twice_returns_the_same(hall: Hall) -> None:
    cast(hall.admission(0), hall.box_id, b"xxx", new_receipt())
    first = hall.close()
    assert hall.close() == first
    assert service.sealed_return(hall.box_id) == first
    assert service.sealed_return(hall.box_id).seal == first.seal


def test_a_closed_box_takes_nothing(hall: Hall) -> None:
    hall.close()
    with pytest.raises(Refused, match="closed"):
        cast(hall.admission(0), hall.box_id, b"xxx", new_receipt())


def test_a_retry_after_closing_says_closed_or_thanks_by_what_is_in(hall: Hall) -> None:
    receipt = new_receipt()
    cast(hall.admission(0), hall.box_id, b"xxx", receipt)
    hall.close()
    cast(hall.admission(0), hall.box_id, b"xxx", receipt)  # it is in: the same thanks
    with pytest.raises(Refused, match="closed"):
        cast(hall.admission(1), hall.box_id, b"xxx", new_receipt())


@pytest.mark.parametrize("model", [Ballot, Spent])
def test_a_missing_row_blocks_the_return(hall: Hall, model: type[Ballot | Spent]) -> None:
    for index in range(3):
        cast(hall.admission(index), hall.box_id, b"x--", new_receipt())
    key = "id" if model is Ballot else "ticket"
    with transaction() as session:
        one = session.scalars(db.select(getattr(model, key)).limit(1)).one()
        session.execute(delete(model).where(getattr(model, key) == one))
    with pytest.raises(Refused) as refused:
        hall.close()
    assert refused.value.reason == "conservation"
    assert service.get_box(hall.box_id).stage == Stage.OPEN


def test_sealing_leaves_the_same_ballots_under_new_ids(hall: Hall) -> None:
    for index in range(5):
        cast(hall.admission(index), hall.box_id, bytes([97 + index]) * 3, new_receipt())
    before = set(db.session.scalars(db.select(Ballot.id)))
    db.session.rollback()
    hall.close()
    after = set(db.session.scalars(db.select(Ballot.id)))
    assert len(after) == 5
    assert not before & after
    assert [marks for _, marks in service.stored_ballots(hall.box_id)] == [
        bytes([97 + index]) * 3 for index in range(5)
    ]


def test_nothing_of_a_box_is_shown_before_it_is_closed(hall: Hall) -> None:
    for ask in (service.sealed_return, service.stored_ballots, service.receipts_of):
        with pytest.raises(Refused, match="not_closed"):
            ask(hall.box_id)


def test_opening_freezes_the_paper(hall: Hall) -> None:
    with transaction(), pytest.raises(Refused, match="paper_is_frozen"):
        service.drafted(hall.box_id)
    box = service.get_box(hall.box_id)
    assert hall.close().paper == box.paper_digest


def test_opening_needs_a_quorum_or_a_recorded_reason(boxed: Flask) -> None:
    hall = make_hall(boxed, opened=False)
    with pytest.raises(Refused, match="no_quorum"):
        service.open_box(hall.box_id, roll(present=33), "organiser", now=NOON)
    service.open_box(hall.box_id, roll(present=33, override="测试"), "organiser", now=NOON)
    last = chain.acts(hall.session_id)[-1]
    assert json.loads(last.facts)["override"] == "测试"
    assert hall.close().roll.override == "测试"


def test_opening_needs_a_ready_paper_and_tickets(boxed: Flask) -> None:
    hall = make_hall(boxed, opened=False)
    boxed.extensions["instruments"]["probe"] = probe(missing=lambda _: ("没有项目",))
    with pytest.raises(Refused) as refused:
        service.open_box(hall.box_id, roll(), "organiser", now=NOON)
    assert refused.value.facts == {"missing": "没有项目"}
    boxed.extensions["instruments"]["probe"] = probe()
    for code in hall.codes:
        tickets.void(hall.session_id, code)
    with pytest.raises(Refused, match="nobody_has_a_ticket"):
        service.open_box(hall.box_id, roll(), "organiser", now=NOON)


def test_one_box_at_a_time(hall: Hall) -> None:
    with transaction():
        other = service.draft_box(hall.session_id, "probe", "第二项").id
    with pytest.raises(Refused, match="another_box_is_open"):
        service.open_box(other, roll(), "organiser", now=NOON)
    hall.close()
    service.open_box(other, roll(), "organiser", now=NOON)


def test_two_scrutineers_certify_then_it_is_announced(hall: Hall) -> None:
    with pytest.raises(Refused, match="not_closed"):
        service.certify(hall.box_id, "jian1", "监票人甲", 2, now=NOON)
    hall.close()
    with pytest.raises(Refused, match="not_certified"):
        service.announce(hall.box_id, "organiser", now=NOON)
    assert service.certify(hall.box_id, "jian1", "监票人甲", 2, now=NOON) == Stage.CLOSED
    assert service.certify(hall.box_id, "jian1", "监票人甲", 2, now=NOON) == Stage.CLOSED
    assert service.certify(hall.box_id, "jian2", "监票人乙", 2, now=NOON) == Stage.CERTIFIED
    service.announce(hall.box_id, "organiser", now=NOON)
    service.announce(hall.box_id, "organiser", now=NOON)
    assert service.get_box(hall.box_id).stage == Stage.ANNOUNCED
    assert [sign.name for sign in service.sign_offs(hall.box_id)] == ["监票人甲", "监票人乙"]
    with pytest.raises(Refused, match="already_announced"):
        service.void_box(hall.box_id, "重来", "organiser", now=NOON)


def test_a_voided_box_takes_no_ballot_and_keeps_its_records(hall: Hall) -> None:
    cast(hall.admission(0), hall.box_id, b"xxx", new_receipt())
    with pytest.raises(Refused, match="reason_missing"):
        service.void_box(hall.box_id, " ", "organiser", now=NOON)
    service.void_box(hall.box_id, "设备故障", "organiser", now=NOON)
    with pytest.raises(Refused, match="closed"):
        cast(hall.admission(1), hall.box_id, b"xxx", new_receipt())
    assert service.live_turnout(hall.box_id) == (10, 1)


def test_a_changed_return_is_found(hall: Hall) -> None:
    hall.close()
    with transaction() as session:
        session.execute(update(Box).values(sealed=text("replace(sealed, '50', '51')")))
    with pytest.raises(Refused, match="seal_broken"):
        service.sealed_return(hall.box_id)


def test_acts_are_chained(hall: Hall) -> None:
    hall.close()
    kinds = [act.kind for act in chain.acts(hall.session_id)]
    assert kinds == ["issue", "hand_out_pile", "open", "close", "seal"]
    assert chain.breaks(hall.session_id) == ()
    assert chain.acts(hall.session_id)[-1].digest == chain.head(hall.session_id)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (update(Act).where(Act.number == 2).values(actor="other"), "changed"),
        (delete(Act).where(Act.number == 3), "missing"),
        (delete(Act).where(Act.number == 5), "head_differs"),
        (update(Act).where(Act.number == 3).values(previous="0" * 64), "does_not_follow"),
    ],
)
def test_a_changed_or_missing_act_is_found(hall: Hall, change: object, fault: str) -> None:
    hall.close()
    with transaction() as session:
        session.execute(change)  # type: ignore[call-overload]
    assert fault in {found.fault for found in chain.breaks(hall.session_id)}


def test_the_heads_shown_at_opening_and_closing_are_the_ones_on_the_return(boxed: Flask) -> None:
    hall = make_hall(boxed)
    shown = chain.head(hall.session_id)
    sealed = hall.close()
    assert sealed.chain_open == shown
    acts = {act.kind: act.digest for act in chain.acts(hall.session_id)}
    assert (sealed.chain_open, sealed.chain_close) == (acts["open"], acts["close"])
