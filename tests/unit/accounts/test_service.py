"""The staff's own transactions."""

import threading
from contextlib import suppress

import pytest

from app.accounts import service
from app.accounts.models import Staff
from app.accounts.roles import Role
from app.extensions import db
from app.refused import Refused

PASSWORD = "correct horse"


def take_on(username: str, role: Role = Role.ORGANISER) -> Staff:
    return service.create_staff(username, username.title(), role, PASSWORD)


def reason_of(call, *arguments, **named) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments, **named)
    return refused.value.reason


def test_whoever_is_taken_on_can_sign_in_and_must_change_the_password(app):
    staff = take_on("wang")
    assert service.authenticate("wang", PASSWORD).id == staff.id
    assert staff.must_change_password
    assert PASSWORD not in staff.password_hash


@pytest.mark.parametrize("typed", ["WANG", " wang ", "wang", "Wang"])
def test_a_user_name_forgives_case_width_and_spaces(app, typed):
    staff = take_on("wang")
    assert service.authenticate(typed, PASSWORD).id == staff.id
    assert reason_of(take_on, typed) == "username_taken"


def test_an_unknown_name_a_wrong_password_and_a_leaver_get_the_same_answer(app):
    take_on("boss", Role.ADMINISTRATOR)
    leaver = take_on("wang")
    service.deactivate(leaver.id)
    answers = {
        reason_of(service.authenticate, name, password)
        for name, password in [("nobody", PASSWORD), ("boss", "wrong horse"), ("wang", PASSWORD)]
    }
    assert answers == {"sign_in_wrong"}


@pytest.mark.parametrize(("username", "display_name"), [("", "Wang"), ("wang", " ")])
def test_nobody_is_nameless(app, username, display_name):
    assert (
        reason_of(service.create_staff, username, display_name, Role.VIEWER, PASSWORD)
        == "name_missing"
    )


def test_a_refused_newcomer_leaves_nothing_behind(app):
    take_on("wang")
    assert reason_of(take_on, "wang") == "username_taken"
    assert [staff.username for staff in service.all_staff()] == ["wang"]
    take_on("li")


def test_a_new_password_ends_every_login_made_with_the_old_one(app):
    staff = take_on("wang")
    before = staff.get_id()
    assert service.of_login(before) is staff
    service.change_own_password(staff.id, PASSWORD, "another horse")
    assert service.of_login(before) is None
    assert service.of_login(staff.get_id()) is staff
    assert not staff.must_change_password
    assert service.authenticate("wang", "another horse") is staff


def test_a_login_says_nothing_of_the_hash(app):
    staff = take_on("wang")
    assert staff.password_hash[-20:] not in staff.get_id()


@pytest.mark.parametrize("login", ["", ":", "x:y", "999:abc", "1", "1:", "²:abc"])
def test_a_made_up_login_is_worth_nothing(app, login):
    take_on("wang")
    assert service.of_login(login) is None


def test_ones_own_password_needs_the_old_one_and_a_new_one(app):
    staff = take_on("wang")
    change = service.change_own_password
    assert reason_of(change, staff.id, "wrong horse", "another horse") == "password_wrong"
    assert reason_of(change, staff.id, PASSWORD, PASSWORD) == "password_unchanged"
    assert reason_of(change, staff.id, PASSWORD, "short") == "password_too_short"
    assert service.authenticate("wang", PASSWORD)


def test_a_reset_password_works_once_handed_over_and_must_be_changed(app):
    staff = service.create_staff("wang", "Wang", Role.VIEWER, PASSWORD, must_change_password=False)
    password = service.reset_password(staff.id)
    assert reason_of(service.authenticate, "wang", PASSWORD) == "sign_in_wrong"
    assert service.authenticate("wang", password).must_change_password


def test_leaving_ends_the_login_at_once_and_can_be_undone(app):
    take_on("boss", Role.ADMINISTRATOR)
    staff = take_on("wang")
    login = staff.get_id()
    service.deactivate(staff.id)
    assert service.of_login(login) is None
    service.reactivate(staff.id)
    assert service.of_login(login) is staff


def test_the_last_administrator_stays(app):
    boss = take_on("boss", Role.ADMINISTRATOR)
    other = take_on("other", Role.ADMINISTRATOR)
    service.deactivate(other.id)
    assert reason_of(service.deactivate, boss.id) == "last_administrator"
    assert reason_of(service.change_staff, boss.id, "Boss", Role.VIEWER) == "last_administrator"
    assert service.find_staff(boss.id).active
    service.change_staff(boss.id, "The boss", Role.ADMINISTRATOR)
    service.reactivate(other.id)
    service.change_staff(boss.id, "Boss", Role.VIEWER)
    assert service.find_staff(boss.id).role == Role.VIEWER


def test_who_is_no_administrator_may_leave_while_there_is_one_only(app):
    take_on("boss", Role.ADMINISTRATOR)
    service.deactivate(take_on("wang").id)
    service.change_staff(take_on("li").id, "Li", Role.SCRUTINEER)


def test_two_administrators_cannot_let_each_other_go_at_once(boxed, monkeypatch):
    ids = [take_on(name, Role.ADMINISTRATOR).id for name in ("one", "two")]
    db.session.remove()
    both_have_looked = threading.Barrier(2)
    look = service._refuse_without_administrator
    refusals: list[str] = []

    def look_and_wait_for_the_other(*arguments) -> None:
        look(*arguments)
        with suppress(threading.BrokenBarrierError):  # with the lock, the other never gets here
            both_have_looked.wait(timeout=0.5)

    def let_go(staff_id: int) -> None:
        with boxed.app_context():
            try:
                service.deactivate(staff_id)
            except Refused as refused:
                refusals.append(refused.reason)
            db.session.remove()

    monkeypatch.setattr(service, "_refuse_without_administrator", look_and_wait_for_the_other)
    threads = [threading.Thread(target=let_go, args=(staff_id,)) for staff_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refusals == ["last_administrator"]
    assert sum(staff.active for staff in service.all_staff()) == 1


def test_an_unknown_person_is_refused(app):
    assert reason_of(service.find_staff, 99) == "staff_unknown"
