"""The check-in desk, on each engine, with several desks at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from app.assembly import checkin, service
from app.assembly.checkin import Arrival
from app.assembly.models import Attendance, Deputy
from app.assembly.quorum import BodyKind, Presence
from app.extensions import db
from app.refused import Refused
from tests.integration.assembly.rosters import called, seated

ROSTER = (
    "1,张玉书,城东,是,",
    "2,单田芳,城东,,",
    "9,买买提·艾力,城西,,",
    "10,张三,城西,是,",
    "11,张三丰,城西,,",
    "L1,列席者,,,是",
)


@pytest.fixture
def session_id(boxed) -> int:
    seated(*ROSTER)
    return called(total_members=6)


def ids() -> dict[str, int]:
    return dict(db.session.execute(select(Deputy.number, Deputy.id)).all())


def refusal(act, *given) -> str:
    with pytest.raises(Refused) as caught:
        act(*given)
    return caught.value.reason


def test_nobody_is_here_before_the_doors_open(session_id):
    count = checkin.attendance(session_id)
    assert (count.total_members, count.due, count.present, count.absent) == (6, 5, 0, 5)
    assert (count.quorum_needed, count.quorum_met) == (4, False)


def test_everybody_is_counted_once_and_observers_apart(session_id):
    who = ids()
    assert checkin.check_in(session_id, who["1"]) is Arrival.CHECKED_IN
    assert checkin.check_in(session_id, who["1"]) is Arrival.ALREADY
    assert checkin.check_in(session_id, who["2"], manual=True) is Arrival.CHECKED_IN
    assert checkin.check_in(session_id, who["L1"], manual=True) is Arrival.CHECKED_IN
    checkin.set_on_leave(session_id, who["9"])
    checkin.check_in(session_id, who["10"])
    checkin.left_early(session_id, who["10"])
    count = checkin.attendance(session_id)
    assert (count.due, count.present, count.on_leave, count.left_early) == (5, 2, 1, 1)
    assert (count.absent, count.observers_present, count.manual) == (1, 1, 1)
    assert count.checked_in == 3


def test_a_badge_scanned_later_does_not_hide_that_it_was_done_by_hand(session_id):
    who = ids()
    checkin.check_in(session_id, who["1"], manual=True)
    assert checkin.check_in(session_id, who["1"]) is Arrival.ALREADY
    assert checkin.attendance(session_id).manual == 1


def test_who_was_on_leave_or_had_left_may_come(session_id):
    who = ids()
    checkin.set_on_leave(session_id, who["1"])
    checkin.set_on_leave(session_id, who["1"])
    assert checkin.check_in(session_id, who["1"], manual=True) is Arrival.CHECKED_IN
    checkin.left_early(session_id, who["1"])
    checkin.left_early(session_id, who["1"])
    assert checkin.check_in(session_id, who["1"]) is Arrival.CHECKED_IN
    assert checkin.attendance(session_id).present == 1


def test_leave_and_leaving_need_the_right_state(session_id):
    who = ids()
    assert refusal(checkin.left_early, session_id, who["1"]) == "not_present"
    checkin.check_in(session_id, who["1"])
    assert refusal(checkin.set_on_leave, session_id, who["1"]) == "present_already"
    checkin.left_early(session_id, who["1"])
    checkin.set_on_leave(session_id, who["1"])
    assert refusal(checkin.left_early, session_id, who["1"]) == "not_present"
    assert checkin.attendance(session_id).on_leave == 1


def test_undo_makes_absent(session_id):
    who = ids()
    checkin.check_in(session_id, who["1"])
    assert checkin.undo(session_id, who["1"]) is True
    assert checkin.undo(session_id, who["1"]) is False
    assert checkin.attendance(session_id).absent == 5


def test_only_who_takes_part_is_checked_in(session_id):
    who = ids()
    committee = called(BodyKind.STANDING_COMMITTEE)
    assert checkin.check_in(committee, who["1"]) is Arrival.CHECKED_IN
    assert checkin.check_in(committee, who["L1"]) is Arrival.CHECKED_IN
    assert refusal(checkin.check_in, committee, who["2"]) == "not_of_this_body"
    count = checkin.attendance(committee)
    assert (count.total_members, count.due, count.present, count.quorum_needed) == (2, 2, 1, 2)
    assert refusal(checkin.check_in, 99, who["1"]) == "session_unknown"
    assert refusal(checkin.check_in, session_id, 99) == "deputy_unknown"
    service.deactivate(who["2"])
    assert refusal(checkin.set_on_leave, session_id, who["2"]) == "not_of_this_body"


def test_an_archived_session_is_closed_to_the_desk(session_id):
    who = ids()
    checkin.check_in(session_id, who["1"])
    service.update_session(session_id, {"archived": True})
    for act in (checkin.check_in, checkin.set_on_leave, checkin.left_early, checkin.undo):
        assert refusal(act, session_id, who["1"]) == "session_archived"
    assert checkin.attendance(session_id).present == 1


def test_the_roster_may_change_after_the_doors_opened(session_id):
    who = ids()
    checkin.check_in(session_id, who["1"])
    checkin.check_in(session_id, who["2"])
    service.deactivate(who["2"])
    seated("12,新代表,城北,,")
    count = checkin.attendance(session_id)
    assert (count.due, count.present, count.absent) == (5, 1, 4)
    service.update_deputy(who["1"], {"observer": True})
    count = checkin.attendance(session_id)
    assert (count.due, count.present, count.observers_present) == (4, 0, 1)


def test_one_field_finds_who_is_meant(session_id):
    expected = {
        "张三": ["10", "11"],
        "三丰": ["11"],
        "zys": ["1"],
        "ZYS": ["1"],
        "ｚｙｓ": ["1"],
        "zs": ["10", "11"],
        "stf": ["2"],
        "dtf": ["2"],
        "买买提艾力": ["9"],
        "买买提•艾力": ["9"],
        "mmt": ["9"],
        "1": ["1", "10", "11"],
        "l1": ["L1"],
        "列席": ["L1"],
        "王": [],
        "  ": [],
        "%": [],
        "_": [],
    }
    found = {
        typed: [attendee.number for attendee in checkin.find_deputies(session_id, typed)]
        for typed in expected
    }
    assert found == expected


def test_a_scanner_finds_exactly_one_however_it_types(session_id):
    badge = db.session.scalars(select(Deputy.badge_code).where(Deputy.number == "9")).one()
    wide = badge.translate({ord(sign): ord(sign) + 0xFEE0 for sign in badge})
    mistaken = badge.replace("0", "O").replace("1", "l")
    for typed in (badge, badge.lower(), f" {badge}\r\n", wide, mistaken):
        (only,) = checkin.find_deputies(session_id, typed)
        assert only.number == "9"


def test_a_name_said_in_full_comes_before_those_that_hold_it(session_id):
    seated("5,张三丰年,,,", "99,张三,,,")
    names = [attendee.number for attendee in checkin.find_deputies(session_id, "张三")]
    assert names == ["10", "99", "5", "11"]
    assert len(checkin.find_deputies(session_id, "张三", limit=3)) == 3


def test_the_list_tells_the_state_of_everybody_in_the_order_of_numbers(session_id):
    who = ids()
    checkin.check_in(session_id, who["9"], manual=True)
    checkin.set_on_leave(session_id, who["10"])
    listed = checkin.attendance_list(session_id)
    assert [(one.number, one.state, one.manual) for one in listed] == [
        ("1", None, False),
        ("2", None, False),
        ("9", Presence.PRESENT, True),
        ("10", Presence.ON_LEAVE, False),
        ("11", None, False),
        ("L1", None, False),
    ]
    assert listed[-1].observer


def test_several_desks_at_once_count_everybody_once(boxed, session_id):
    who = list(ids().values())
    db.session.remove()
    desks = 4
    together = Barrier(desks)

    def desk(_: int) -> list[Arrival]:
        with boxed.app_context():
            together.wait()
            return [checkin.check_in(session_id, deputy_id) for deputy_id in who]

    with ThreadPoolExecutor(desks) as hall:
        told = [answer for desk_told in hall.map(desk, range(desks)) for answer in desk_told]
    assert told.count(Arrival.CHECKED_IN) == len(who)
    assert told.count(Arrival.ALREADY) == len(who) * (desks - 1)
    count = checkin.attendance(session_id)
    assert (count.present, count.observers_present) == (5, 1)


def test_the_order_of_arrival_is_not_kept(boxed, session_id):
    who = ids()
    for number in ("11", "9", "1", "10", "2"):
        checkin.check_in(session_id, who[number])
    if db.engine.dialect.name == "postgresql":
        checkin.forget_arrivals(session_id)
    rows = db.session.execute(select(Attendance.__table__)).all()
    assert [row.deputy_id for row in rows] == sorted(row.deputy_id for row in rows)
    assert set(Attendance.__table__.columns.keys()) == {
        "session_id",
        "deputy_id",
        "state",
        "manual",
    }


def test_forgetting_arrivals_changes_nothing_else(session_id):
    who = ids()
    checkin.forget_arrivals(session_id)
    checkin.check_in(session_id, who["11"], manual=True)
    checkin.set_on_leave(session_id, who["1"])
    other = called()
    checkin.check_in(other, who["2"])
    before = checkin.attendance_list(session_id)
    checkin.forget_arrivals(session_id)
    assert checkin.attendance_list(session_id) == before
    assert checkin.attendance(other).present == 1
