"""The roster and the sessions, on each engine."""

import pytest
from sqlalchemy import select

from app.assembly import service
from app.assembly.models import Deputy, Session
from app.assembly.quorum import BodyKind
from app.extensions import db
from app.refused import Refused
from tests.integration.assembly.rosters import called, roster, seated

pytestmark = pytest.mark.usefixtures("boxed")


def deputy(number: str) -> Deputy:
    return db.session.scalars(select(Deputy).where(Deputy.number == number)).one()


def refusal(act, *given, **named) -> tuple[str, dict]:
    with pytest.raises(Refused) as caught:
        act(*given, **named)
    return caught.value.reason, dict(caught.value.facts)


def test_an_import_adds_and_a_second_one_updates_by_number():
    first = service.import_roster(roster("1,单雄,城东,是,", "2,李四,城西,,"), "a.csv")
    assert (first.added, first.updated, first.unchanged) == (2, 0, 0)
    badge = deputy("1").badge_code
    again = roster("1,单雄,城南", "2,李四,城西", "3,王五,城北", headings="编号,姓名,代表团")
    expected = (1, 1, 1)
    seen = service.preview(again, "b.csv")
    assert (seen.added, seen.updated, seen.unchanged) == expected
    assert db.session.query(Deputy).count() == 2
    second = service.import_roster(again, "b.csv")
    assert (second.added, second.updated, second.unchanged) == expected
    moved = deputy("1")
    assert (moved.delegation, moved.committee_member, moved.badge_code) == ("城南", True, badge)
    assert "sx" in moved.initials.split()


def test_nothing_is_written_while_one_row_is_wrong():
    seated("1,张三,城东,,")
    found = service.import_roster(roster("1,张三,城西,,", "2,,城西,也许,"), "a.csv")
    assert [(problem.row, problem.reason) for problem in found.problems] == [
        (3, "blank"),
        (3, "not_yes_or_no"),
    ]
    assert (deputy("1").delegation, db.session.query(Deputy).count()) == ("城东", 1)


def test_a_changed_name_has_new_initials():
    seated("1,张三,,,")
    seated("1,李四,,,")
    assert deputy("1").initials == "ls"
    service.update_deputy(deputy("1").id, {"name": "赵 六"})
    assert (deputy("1").name, deputy("1").initials) == ("赵六", "zl")


def test_who_left_and_is_listed_again_sits_again():
    seated("1,张三,,,")
    service.deactivate(deputy("1").id)
    assert not deputy("1").active
    assert service.import_roster(roster("1,张三,,,"), "a.csv").updated == 1
    assert deputy("1").active


def test_a_number_that_lost_its_zeros_is_pointed_out():
    seated("001,张三,城东,,")
    found = service.preview(roster("1,张三,城东,,"), "a.csv")
    assert [problem.facts for problem in found.doubtful] == [{"other": "001"}]


def test_badges_are_random_and_easy_to_scan():
    seated(*(f"{number},张三,,," for number in range(1, 51)))
    codes = db.session.scalars(select(Deputy.badge_code)).all()
    assert len(set(codes)) == 50
    assert {len(code) for code in codes} == {10}
    assert set("".join(codes)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_one_deputy_is_added_and_changed_by_hand():
    added = service.add_deputy({"number": "７", "name": "张  三", "phone": "139-1234-5678"})
    found = db.session.get_one(Deputy, added)
    assert (found.number, found.name, found.phone) == ("7", "张三", "13912345678")
    assert (found.rater_group, found.active) == ("deputy", True)
    service.update_deputy(added, {"observer": True, "delegation": "列席"})
    assert (found.observer, found.delegation, found.name) == (True, "列席", "张三")


def test_a_number_is_given_once():
    seated("1,张三,,,", "2,李四,,,")
    taken = ("number_taken", {"number": "1"})
    assert refusal(service.add_deputy, {"number": "1", "name": "王五"}) == taken
    assert refusal(service.update_deputy, deputy("2").id, {"number": "1"}) == taken
    assert [deputy("1").name, deputy("2").name] == ["张三", "李四"]


def test_what_a_form_may_not_hold_is_refused():
    assert refusal(service.add_deputy, {"name": "王五"}) == ("blank", {"field": "number"})
    assert refusal(service.update_deputy, 99, {"name": "王五"}) == ("deputy_unknown", {})
    assert refusal(service.deactivate, 99) == ("deputy_unknown", {})


def test_the_strength_of_a_body_is_taken_from_the_roster_or_given():
    seated("1,张三,,是,", "2,李四,,,", "3,王五,,是,是", "4,赵六,,是,")
    service.deactivate(deputy("4").id)
    congress, committee = called(), called(BodyKind.STANDING_COMMITTEE)
    assert db.session.get_one(Session, congress).total_members == 2
    assert db.session.get_one(Session, committee).total_members == 1
    assert db.session.get_one(Session, called(total_members=327)).total_members == 327


def test_a_session_is_changed_and_kept_sound():
    session_id = called(body=" 明州市人大 ", rehearsal=True)
    service.update_session(session_id, {"sitting": " 第三次全体会议 ", "archived": True})
    session = db.session.get_one(Session, session_id)
    assert (session.body, session.sitting) == ("明州市人大", "第三次全体会议")
    assert (session.rehearsal, session.archived) == (True, True)
    assert refusal(called, title=" ") == ("blank", {"field": "title"})
    assert refusal(service.update_session, session_id, {"total_members": -1})[0] == "out_of_range"
    assert session.total_members == 0
    assert refusal(service.update_session, 99, {}) == ("session_unknown", {})
