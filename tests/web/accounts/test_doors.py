"""Every door of the whole application has a keeper, and the gate asks."""

import pytest
from flask import Flask

from app.accounts import service
from app.accounts.guards import Keeper, access, assert_all_declared, door_of, public
from app.accounts.roles import Role

READING = "GET"


def doors_of_staff(app: Flask):
    """Every (rule, method, door) that a role keeps; numbers stand for what is between < >."""
    for rule in app.url_map.iter_rules():
        door = door_of(app, rule.endpoint)
        if door.keeper is Keeper.ROLE:
            arguments = dict.fromkeys(rule.arguments, 1)
            with app.test_request_context():
                path = rule.build(arguments)[1]
            for method in sorted(rule.methods & {"GET", "POST", "PUT", "DELETE", "PATCH"}):
                yield path, method, door


def test_the_application_declares_every_door(site):
    assert_all_declared(site)
    assert door_of(site, "accounts.staff").roles == {Role.ADMINISTRATOR}


def test_an_undeclared_door_stops_the_start(site):
    site.view_functions["somewhere.open"] = lambda: "hello"
    with pytest.raises(RuntimeError, match=r"somewhere\.open"):
        assert_all_declared(site)


def test_the_gate_itself_refuses_an_undeclared_door(desk):
    desk.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    desk.config["PROPAGATE_EXCEPTIONS"] = False
    answer = desk.test_client().get("/forgotten")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_strangers_are_led_to_the_sign_in_from_every_door(desk):
    stranger = desk.test_client()
    doors = list(doors_of_staff(desk))
    assert len(doors) > 8
    for path, method, _ in doors:
        answer = stranger.open(path, method=method)
        assert answer.status_code == 302, (path, method)
        assert answer.location.startswith("/sign-in"), (path, method)
        assert ("next=" in answer.location) == (method == READING), (path, method)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_turned_away_from_every_door_not_its_own(desk, enter, role):
    client = enter(role)
    turned_away = [
        (path, method) for path, method, door in doors_of_staff(desk) if not door.admits(role)
    ]
    for path, method in turned_away:
        assert client.open(path, method=method).status_code == 403, (path, method)
    assert turned_away or role is Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ADMINISTRATOR, 200),
        (Role.ORGANISER, 403),
        (Role.SCRUTINEER, 403),
        (Role.VIEWER, 403),
    ],
)
def test_the_staff_is_the_administrators(enter, role, status):
    assert enter(role).get("/staff").status_code == status


def test_only_scrutineers_enter_where_they_certify(desk, enter):
    desk.add_url_rule("/certify", "certify", access(Role.SCRUTINEER)(lambda: "sign here"))
    assert [role for role in Role if enter(role).get("/certify").status_code == 200] == [
        Role.SCRUTINEER
    ]


def test_a_first_password_must_be_changed_before_anything_else(desk):
    with desk.app_context():
        service.create_staff("new", "New", Role.ADMINISTRATOR, "handed over 1")
    client = desk.test_client()
    client.post("/sign-in", data={"username": "new", "password": "handed over 1"})
    for path in ("/staff", "/staff/new"):
        assert client.get(path).location == "/password"
    assert client.post("/staff/1/active", data={"active": "no"}).location == "/password"
    assert client.get("/password").status_code == 200
    changed = client.post(
        "/password",
        data={"current": "handed over 1", "new": "my own words", "again": "my own words"},
    )
    assert changed.location == "/"
    assert client.get("/staff").status_code == 200


def test_a_part_that_follows_along_gets_no_sign_in_page(desk):
    answer = desk.test_client().get("/staff", headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 401


def test_links_stand_only_where_there_is_a_room_to_enter(desk, enter):
    assert 'href="/staff"' in enter(Role.ADMINISTRATOR).get("/password").text
    assert 'href="/staff"' not in enter(Role.VIEWER).get("/password").text


def test_public_pages_are_open(desk):
    desk.add_url_rule("/open", "open", public(lambda: "come in"))
    assert desk.test_client().get("/open").text == "come in"
