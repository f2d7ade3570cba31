"""Signing in and out, through the pages."""

import re

import pytest

from app.accounts import service
from app.accounts.roles import Role
from app.extensions import limiter
from tests.web.accounts.conftest import PASSWORD

WRONG = {"username": "organiser", "password": "wrong horse"}
RIGHT = {"username": "organiser", "password": PASSWORD}


def test_signing_in_leads_back_to_the_page_that_was_asked_for(desk):
    client = desk.test_client()
    asked = client.get("/password")
    assert asked.location == "/sign-in?next=/password"
    assert client.post(asked.location, data=RIGHT).location == "/password"
    assert client.get("/password").status_code == 200


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_signing_in_never_leads_elsewhere(desk, elsewhere):
    client = desk.test_client()
    answer = client.post("/sign-in", query_string={"next": elsewhere}, data=RIGHT)
    assert answer.location == "/"
    assert client.get("/sign-in", query_string={"next": elsewhere}).location == "/"


def test_a_wrong_password_says_so_keeps_the_name_and_never_the_password(desk):
    answer = desk.test_client().post("/sign-in", data=WRONG)
    assert answer.status_code == 422
    assert 'value="organiser"' in answer.text
    assert "wrong horse" not in answer.text
    assert 'role="alert"' in answer.text


def test_unknown_and_wrong_look_alike(desk):
    client = desk.test_client()
    wrong = client.post("/sign-in", data=WRONG)
    unknown = client.post("/sign-in", data={**WRONG, "username": "nobodyhere"})
    assert wrong.status_code == unknown.status_code
    token = re.compile(r'name="csrf_token"[^>]*')
    plain = [token.sub("", answer.text) for answer in (wrong, unknown)]
    assert plain[0].replace("organiser", "nobodyhere") == plain[1]


def test_an_empty_form_marks_each_field_for_screen_readers(desk):
    page = desk.test_client().post("/sign-in", data={}).text
    for field in ("username", "password"):
        tag = re.search(rf'<input[^>]*id="{field}"[^>]*>', page)[0]
        assert 'aria-invalid="true"' in tag
        assert f'aria-describedby="{field}-error"' in tag
        assert f'id="{field}-error"' in page


def test_what_a_stranger_put_in_the_cookie_does_not_live_on(desk):
    client = desk.test_client()
    with client.session_transaction() as cookie:
        cookie["planted"] = "by a stranger"
        cookie["csrf_token"] = "known to a stranger"
        cookie["locale"] = "en"
    client.post("/sign-in", data=RIGHT)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != "known to a stranger"
        assert cookie["locale"] == "en"


def test_a_copied_cookie_is_worth_nothing_after_the_password_changed(desk, enter):
    owner, thief = enter(Role.ORGANISER), enter(Role.ORGANISER)
    assert thief.get("/password").status_code == 200
    owner.post("/password", data={"current": PASSWORD, "new": "a new word", "again": "a new word"})
    assert owner.get("/password").status_code == 200
    assert thief.get("/password").location == "/sign-in?next=/password"


def test_signing_out_ends_the_login_and_is_no_link(desk, enter):
    client = enter(Role.VIEWER)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/password").status_code == 302


def test_failures_are_throttled_by_name_and_the_rest_of_the_hall_is_not(desk):
    client = desk.test_client()
    statuses = [client.post("/sign-in", data=WRONG).status_code for _ in range(10)]
    assert statuses == [422] * 8 + [429] * 2
    assert client.post("/sign-in", data=RIGHT).status_code == 429
    assert client.post("/sign-in", data={**WRONG, "username": " ORGANISER"}).status_code == 429
    neighbour = {"username": "viewer", "password": PASSWORD}
    assert desk.test_client().post("/sign-in", data=neighbour).status_code == 302


def test_success_is_never_counted(desk):
    limiter.reset()
    for _ in range(30):
        assert desk.test_client().post("/sign-in", data=RIGHT).status_code == 302


def test_guessing_under_many_names_from_one_place_ends_too(desk, monkeypatch):
    monkeypatch.setattr(service, "matches", lambda *_: False)
    client = desk.test_client()
    statuses = [
        client.post("/sign-in", data={"username": f"name{n}", "password": "x"}).status_code
        for n in range(101)
    ]
    assert statuses == [422] * 100 + [429]


def test_ones_own_password_is_changed_with_the_reason_beside_the_field(desk, enter):
    client = enter(Role.SCRUTINEER)
    wrong = client.post(
        "/password", data={"current": "wrong horse", "new": "a new word", "again": "a new word"}
    )
    assert wrong.status_code == 422
    assert 'id="current-error"' in wrong.text
    short = client.post("/password", data={"current": PASSWORD, "new": "short", "again": "short"})
    assert 'id="new-error"' in short.text
    differs = client.post(
        "/password", data={"current": PASSWORD, "new": "a" * 12, "again": "b" * 12}
    )
    assert 'id="again-error"' in differs.text
    with desk.app_context():
        service.authenticate("scrutineer", PASSWORD)


def test_the_language_is_remembered_and_leads_back(desk):
    client = desk.test_client()
    assert 'lang="zh-Hans"' in client.get("/sign-in").text
    answer = client.post("/locale", data={"locale": "en", "next": "/sign-in?next=/staff"})
    assert answer.location == "/sign-in?next=/staff"
    assert '<html lang="en"' in client.get("/sign-in").text
    assert client.post("/locale", data={"locale": "en", "next": "//evil.example"}).location == "/"
    assert client.post("/locale", data={"locale": "tlh"}).status_code == 400


def test_the_front_door_leads_strangers_to_a_choice_and_staff_to_work(desk, enter):
    assert 'href="/sign-in"' in desk.test_client().get("/").text
    assert enter(Role.ADMINISTRATOR).get("/").status_code == 302
