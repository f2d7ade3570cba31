"""Open questionnaires keep the promises of the box: a browser stands in the place of a ticket."""

import random
import secrets
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, inspect, select, text, update

from app.ballotbox import service, tickets
from app.ballotbox.admission import papers_for
from app.ballotbox.casting import cast, cast_open
from app.ballotbox.codes import browser_digest, new_receipt, receipt_digest
from app.ballotbox.domain import Stage
from app.ballotbox.instrument import Counted
from app.ballotbox.models import Answered, Sample
from app.ballotbox.piles import Piles
from app.ballotbox.remarks import stored_remarks
from app.ballotbox.seal import OpenSample, Return
from app.ballotbox.traces import REWRITTEN
from app.extensions import db, ticket_key, transaction
from app.refused import Refused
from tests.contracts.at_once import at_once
from tests.contracts.hall import NOON, Hall, count_letters, make_hall, make_session, probe, roll

MARKS = b"xx-"
DEPUTIES = {"id": "deputy", "open_sample": False}
RESIDENTS = {"id": "public", "open_sample": True, "least_seconds": 20}


def asking(*groups: dict[str, Any]) -> Any:
    """A blind instrument whose paper is for these groups."""
    paper = dict(probe().compose(0)) | {"groups": list(groups)}

    def count(read: Any, piles: Piles, *rest: Any) -> Counted:
        found = count_letters(read, piles)
        beside = piles.number("public")
        return replace(found, valid=found.valid - beside, beside=beside)

    return replace(probe(), compose=lambda _: paper, count=count)


def make_open(app: Flask, *groups: dict[str, Any], voters: int = 10) -> Hall:
    hall = make_hall(app, voters, opened=False)
    app.extensions["instruments"]["probe"] = asking(*groups)
    service.open_box(hall.box_id, roll(), "organiser", now=NOON)
    return hall


@pytest.fixture
def mixed(boxed: Flask) -> Hall:
    return make_open(boxed, DEPUTIES, RESIDENTS)


@pytest.fixture
def alone(boxed: Flask) -> Hall:
    """An open questionnaire by itself: nobody sits, no card is printed."""
    session_id = make_session()
    boxed.extensions["instruments"]["probe"] = asking(RESIDENTS)
    with transaction():
        box_id = service.draft_box(session_id, "probe", "社会公众满意度测评").id
    service.open_box(box_id, roll(0), "organiser", now=NOON)
    return Hall(boxed, session_id, box_id, [])


def answer(
    hall: Hall,
    browser: bytes | None = None,
    receipt: str | None = None,
    marks: bytes = MARKS,
    *,
    in_time: bool = True,
) -> None:
    token = browser or secrets.token_bytes(16)
    cast_open(hall.box_id, token, marks, receipt or new_receipt(), in_time=in_time)


def sealed_sample(sealed: Return) -> OpenSample:
    assert sealed.sample is not None
    return sealed.sample


def test_one_browser_answers_once_and_a_retry_is_thanked(mixed: Hall) -> None:
    browser, receipt = secrets.token_bytes(16), new_receipt()
    for marks in (MARKS, MARKS, b"---"):
        answer(mixed, browser, receipt, marks)
    with pytest.raises(Refused, match="already_in_the_box"):
        answer(mixed, browser)
    assert service.live_sample(mixed.box_id) == 1
    sealed = mixed.close()
    assert sealed.sample == OpenSample("public", 1, 0, alone=False)
    assert sealed.turnout.returned == 0
    assert service.stored_ballots(mixed.box_id) == (("public", MARKS),)
    answer(mixed, browser, receipt)  # its thanks was lost; the box has closed meanwhile


def test_one_browser_in_many_tabs_at_once_is_one_answer(mixed: Hall, boxed: Flask) -> None:
    browser = secrets.token_bytes(16)
    acts: list[Callable[[], object]] = [lambda: answer(mixed, browser) for _ in range(8)]
    found = Counter(map(str, at_once(boxed, *acts)))
    assert found == {"None": 1, "already_in_the_box": 7}
    assert sealed_sample(mixed.close()).received == 1


def test_answers_and_ballots_in_one_batch_stay_apart(mixed: Hall, boxed: Flask) -> None:
    admissions = [mixed.admission(n) for n in range(10)]
    acts: list[Callable[[], object]] = [lambda: answer(mixed, marks=b"---") for _ in range(20)]
    acts += [
        lambda card=card: cast(card, mixed.box_id, MARKS, new_receipt()) for card in admissions
    ]  # type: ignore[misc]
    assert set(at_once(boxed, *acts)) == {None}
    sealed = mixed.close()
    assert (sealed.turnout.returned, sealed.turnout.issued) == (10, 10)
    assert sealed_sample(sealed).received == 20
    found = Counter(service.stored_ballots(mixed.box_id))
    assert found == {("deputy", MARKS): 10, ("public", b"---"): 20}


def test_closing_races_with_answers_and_loses_none(mixed: Hall, boxed: Flask) -> None:
    answers: list[str] = []
    start = threading.Barrier(41)

    def send() -> None:
        with boxed.app_context():
            start.wait()
            try:
                answer(mixed)
                answers.append("in")
            except Refused as refused:
                answers.append(refused.reason)

    def close() -> None:
        with boxed.app_context():
            start.wait()
            mixed.close()
            db.session.remove()

    threads = [*(threading.Thread(target=send) for _ in range(40)), threading.Thread(target=close)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {"in", "closed"}
    assert len(answers) == 40
    sealed = service.sealed_return(mixed.box_id)
    assert sealed_sample(sealed).received == answers.count("in")


def test_what_was_too_fast_is_counted_and_its_marks_are_not_kept(mixed: Hall) -> None:
    browser, receipt = secrets.token_bytes(16), new_receipt()
    answer(mixed, browser, receipt, in_time=False)
    answer(mixed, browser, receipt, in_time=True)  # the same answer: it does not become a slow one
    answer(mixed)
    cast_open(
        mixed.box_id,
        secrets.token_bytes(16),
        MARKS,
        new_receipt(),
        in_time=False,
        remarks={"1": "没看就写的"},
    )
    sealed = mixed.close()
    assert sealed.sample == OpenSample("public", 3, 2, alone=False)
    assert len(service.stored_ballots(mixed.box_id)) == 1
    assert stored_remarks(mixed.box_id, open_sample=True) == ()


def test_remarks_of_anybody_are_not_among_those_of_members(mixed: Hall) -> None:
    cast(mixed.admission(0), mixed.box_id, MARKS, new_receipt(), remarks={"1": "代表的意见"})
    token, receipt = secrets.token_bytes(16), new_receipt()
    cast_open(mixed.box_id, token, MARKS, receipt, in_time=True, remarks={"1": "居民的意见"})
    mixed.close()
    assert stored_remarks(mixed.box_id) == (("1", "代表的意见"),)
    assert stored_remarks(mixed.box_id, open_sample=True) == (("1", "居民的意见"),)


def test_what_cannot_be_taken_leaves_nothing(mixed: Hall, boxed: Flask) -> None:
    with pytest.raises(Refused, match="bad_ballot"):
        answer(mixed, marks=b"x")
    with pytest.raises(Refused, match="bad_receipt"):
        answer(mixed, receipt="1")
    plain = make_hall(boxed)
    with pytest.raises(Refused, match="not_open"):
        answer(plain)
    mixed.close()
    with pytest.raises(Refused, match="closed"):
        answer(mixed)
    assert service.live_sample(mixed.box_id) == 0
    assert service.live_sample(plain.box_id) is None


def test_no_sample_is_in_the_return_of_a_box_without_one(hall: Hall) -> None:
    sealed = hall.close()
    assert sealed.sample is None
    assert "sample" not in sealed.as_json()
    assert Return.read(sealed.text) == sealed


def test_lost_and_added_answers_keep_the_box_from_sealing(mixed: Hall) -> None:
    for _ in range(3):
        answer(mixed)
    with transaction() as session:
        one = session.scalars(select(Sample.id).limit(1)).one()
        session.execute(delete(Sample).where(Sample.id == one))
    with pytest.raises(Refused, match="conservation_of_sample"):
        mixed.close()
    with transaction() as session:
        for _ in range(2):
            row = Sample(box_id=mixed.box_id, id=secrets.token_bytes(16), marks=MARKS)
            session.add(row)
    with pytest.raises(Refused, match="conservation_of_sample"):
        mixed.close()
    with transaction() as session:
        kept = select(Answered.browser).limit(1)
        # Nobody can make a lost answer pass for one that was too fast and keep the sum as well.
        session.execute(update(Answered).where(Answered.browser.in_(kept)).values(kept=False))
    with pytest.raises(Refused, match="conservation_of_sample"):
        mixed.close()
    assert service.get_box(mixed.box_id).stage == Stage.OPEN


def test_a_questionnaire_alone_needs_no_ticket_and_no_quorum(alone: Hall) -> None:
    for _ in range(6):
        answer(alone)
    sealed = alone.close()
    assert sealed.sample == OpenSample("public", 6, 0, alone=True)
    assert sealed.open_alone
    assert (sealed.turnout.issued, sealed.turnout.returned, sealed.turnout.void) == (0, 0, False)
    assert Return.read(sealed.text) == sealed


def test_a_mixed_paper_still_needs_its_quorum_and_its_tickets(boxed: Flask) -> None:
    hall = make_hall(boxed, opened=False)
    boxed.extensions["instruments"]["probe"] = asking(DEPUTIES, RESIDENTS)
    with pytest.raises(Refused, match="no_quorum"):
        service.open_box(hall.box_id, roll(10), "organiser", now=NOON)
    other = make_session()
    with transaction():
        box_id = service.draft_box(other, "probe", "测评").id
    with pytest.raises(Refused, match="nobody_has_a_ticket"):
        service.open_box(box_id, roll(), "organiser", now=NOON)


def test_a_ticket_of_the_samples_group_is_not_asked(boxed: Flask) -> None:
    hall = make_hall(boxed, opened=False)
    printed = tickets.issue(hall.session_id, "public", 3, 0, "organiser", now=NOON)
    batch = tickets.batches(hall.session_id)[-1]
    tickets.hand_out_pile(batch.batch_id, 3, "organiser", now=NOON)
    boxed.extensions["instruments"]["probe"] = asking(DEPUTIES, RESIDENTS)
    service.open_box(hall.box_id, roll(), "organiser", now=NOON)
    assert service.live_turnout(hall.box_id) == (10, 0)
    hall.codes.append(printed[0].code)
    assert papers_for(hall.admission(-1)) == ()
    with pytest.raises(Refused, match="not_your_paper"):
        cast(hall.admission(-1), hall.box_id, MARKS, new_receipt())


def test_it_may_stay_open_for_weeks_beside_the_votes_of_its_session(alone: Hall) -> None:
    tickets.issue(alone.session_id, "deputy", 40, 0, "organiser", now=NOON)
    batch = tickets.batches(alone.session_id)[0]
    tickets.hand_out_pile(batch.batch_id, 40, "organiser", now=NOON)
    alone.app.extensions["instruments"]["probe"] = asking(DEPUTIES)
    with transaction():
        vote = service.draft_box(alone.session_id, "probe", "会议表决").id
    service.open_box(vote, roll(), "organiser", now=NOON)
    with transaction():
        second = service.draft_box(alone.session_id, "probe", "另一项").id
    with pytest.raises(Refused, match="another_box_is_open"):
        service.open_box(second, roll(), "organiser", now=NOON)
    assert service.get_box(alone.box_id).stage == Stage.OPEN


def columns_of(table: str) -> set[str]:
    return {column["name"] for column in inspect(db.engine).get_columns(table)}


def test_no_time_no_address_and_no_browser_stands_beside_marks(mixed: Hall) -> None:
    assert columns_of("sample") == {"box_id", "id", "marks"}
    assert columns_of("answered") == {"box_id", "browser", "receipt", "kept"}
    assert {"sample", "answered"} <= set(REWRITTEN)
    browser, receipt = secrets.token_bytes(16), new_receipt()
    answer(mixed, browser, receipt)
    with db.engine.connect() as connection:
        row = connection.execute(select(Answered)).one()
    assert bytes(row.browser) == browser_digest(ticket_key(), mixed.box_id, browser)
    assert bytes(row.receipt) == receipt_digest(ticket_key(), mixed.box_id, receipt)
    # Another questionnaire cannot tell that it is the same browser.
    assert bytes(row.browser) != browser_digest(ticket_key(), mixed.box_id + 1, browser)


def test_sealing_leaves_no_order_in_which_answers_came(mixed: Hall) -> None:
    order = [b"%03d" % n for n in random.sample(range(60), 60)]
    browsers = {secrets.token_bytes(16): marks for marks in order}
    whose = {}
    for browser, marks in browsers.items():
        answer(mixed, browser, marks=marks)
        whose[browser_digest(ticket_key(), mixed.box_id, browser)] = marks
    with db.engine.connect() as connection:
        before = set(connection.scalars(select(Sample.id)))
    mixed.close()
    with db.engine.connect() as connection:
        assert not before & set(connection.scalars(select(Sample.id)))
        place = "ctid" if db.engine.dialect.name == "postgresql" else "id"
        at = "ctid" if place == "ctid" else "browser"
        marks = list(
            connection.execute(text(f"SELECT marks FROM sample ORDER BY {place}")).scalars()
        )
        found = connection.execute(text(f"SELECT browser FROM answered ORDER BY {at}")).scalars()
        mine = [whose[bytes(browser)] for browser in found]
        stored = [bytes(each) for each in marks]
        for one, other in ((stored, mine), (stored, order), (mine, order)):
            assert sum(a == b for a, b in zip(one, other, strict=True)) <= 10
        if place == "ctid":
            for table in ("sample", "answered"):
                writers = text(f"SELECT count(DISTINCT xmin::text) FROM {table}")
                assert connection.execute(writers).scalar_one() == 1
