"""Who may enter which page of this room."""

import pytest

from app.accounts.roles import Role

LOOKING = ("/desk/sessions", "/desk/sessions/1", "/desk/sessions/1/attendance")
WORKING = (
    "/desk/sessions/new",
    "/desk/sessions/1/edit",
    "/desk/sessions/1/checkin",
    "/desk/sessions/1/checkin/list",
    "/desk/sessions/1/checkin/badges",
    "/desk/sessions/1/checkin/badges.pdf",
    "/desk/deputies",
    "/desk/deputies/new",
    "/desk/deputies/1",
    "/desk/deputies/import",
    "/desk/deputies/import/template.xlsx",
)
DOING = (
    "/desk/sessions/new",
    "/desk/sessions/1/edit",
    "/desk/sessions/1/archive",
    "/desk/sessions/1/checkin",
    "/desk/sessions/1/checkin/find",
    "/desk/deputies/new",
    "/desk/deputies/1",
    "/desk/deputies/1/active",
    "/desk/deputies/import",
)
ORGANISING = (Role.ORGANISER, Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ORGANISER])
def test_everybody_looks_and_organisers_work(desk, sign_in, role):
    client = sign_in(role)
    working = 200 if role in ORGANISING else 403
    for path in LOOKING:
        assert client.get(path).status_code == 200, path
    for path in WORKING:
        assert client.get(path).status_code == working, path
    for path in DOING:
        assert (client.post(path).status_code == 403) is (role not in ORGANISING), path


def test_the_organiser_enters_every_page(desk):
    for path in (*LOOKING, *WORKING):
        assert desk.client.get(path).status_code == 200, path


def test_strangers_are_led_to_the_sign_in(desk):
    stranger = desk.app.test_client()
    for path in (*LOOKING, *WORKING):
        assert stranger.get(path).location.startswith("/sign-in"), path


def test_who_only_looks_gets_no_button_that_does_anything(desk, sign_in):
    page = sign_in(Role.VIEWER).get("/desk/sessions/1").text.split("<main", 1)[1]
    assert "<form" not in page
    for path in ("checkin", "edit", "archive", "deputies"):
        assert path not in page


def test_every_act_needs_its_token(desk):
    desk.app.config["WTF_CSRF_ENABLED"] = True
    for path in DOING:
        answer = desk.client.post(path, data={"text": "001", "deed": "check_in", "deputy_id": 1})
        assert answer.status_code == 400, path
    assert desk.states() == {}


@pytest.mark.parametrize("path", [*LOOKING[1:], *WORKING[1:6]])
def test_a_session_that_is_not_there_is_a_404_in_words(desk, path):
    answer = desk.client.get(path.replace("/1", "/999"))
    assert answer.status_code == 404
    assert "There is no such session." in answer.text
