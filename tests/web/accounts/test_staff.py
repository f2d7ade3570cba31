"""The administrator's pages."""

import re

import pytest

from app.accounts import service
from app.accounts.models import Staff
from app.accounts.roles import Role
from app.refused import Refused
from tests.web.accounts.conftest import PASSWORD

NEWCOMER = {"username": "Zhao", "display_name": "赵晓梅", "role": "scrutineer"}


@pytest.fixture
def admin(enter):
    return enter(Role.ADMINISTRATOR)


def shown_password(page: str) -> str:
    return re.search(r'class="secret-once">\s*([a-z0-9-]+)\s*<', page)[1]


@pytest.fixture
def person(desk):
    """Read somebody from the database, as they stand now."""

    def read(username: str) -> Staff:
        with desk.app_context():
            return next(one for one in service.all_staff() if one.username == username)

    return read


def test_a_newcomer_signs_in_with_the_password_shown_once(desk, admin, person):
    page = admin.post("/staff/new", data=NEWCOMER)
    assert page.headers["Cache-Control"] == "no-store"
    password = shown_password(page.text)
    zhao = person("zhao")
    assert (zhao.display_name, zhao.role, zhao.must_change_password) == (
        "赵晓梅",
        Role.SCRUTINEER,
        True,
    )
    assert password not in admin.get("/staff").text
    answer = desk.test_client().post("/sign-in", data={"username": "zhao", "password": password})
    assert answer.status_code == 302


def test_the_password_is_in_no_cookie(admin):
    page = admin.post("/staff/new", data=NEWCOMER)
    with admin.session_transaction() as cookie:
        assert shown_password(page.text) not in repr(dict(cookie))


def test_no_role_is_chosen_for_the_administrator(admin):
    assert "checked" not in admin.get("/staff/new").text
    page = admin.post("/staff/new", data={**NEWCOMER, "role": ""})
    assert page.status_code == 422
    assert 'id="role-error"' in page.text


@pytest.mark.parametrize(
    "wrong", [{"role": "emperor"}, {"username": ""}, {"display_name": "x" * 61}]
)
def test_what_cannot_be_is_refused_and_nobody_is_taken_on(desk, admin, wrong):
    assert admin.post("/staff/new", data={**NEWCOMER, **wrong}).status_code == 422
    with desk.app_context():
        assert len(service.all_staff()) == len(Role)


def test_a_taken_name_is_said_beside_the_field(admin):
    page = admin.post("/staff/new", data={**NEWCOMER, "username": "viewer"})
    assert page.status_code == 422
    assert 'id="username-error"' in page.text


def test_a_name_and_a_role_can_be_changed(admin, person):
    viewer = person("viewer").id
    assert "checked" in admin.get(f"/staff/{viewer}").text
    admin.post(f"/staff/{viewer}", data={"display_name": "钱一", "role": "organiser"})
    assert (person("viewer").display_name, person("viewer").role) == ("钱一", Role.ORGANISER)


def test_a_reset_password_replaces_the_old_one(desk, admin, person):
    viewer = person("viewer").id
    password = shown_password(admin.post(f"/staff/{viewer}/password").text)
    with desk.app_context():
        assert service.authenticate("viewer", password).must_change_password
        with pytest.raises(Refused):
            service.authenticate("viewer", PASSWORD)


def test_who_is_let_go_is_out_at_once(admin, enter, person):
    leaver = enter(Role.VIEWER)
    viewer = person("viewer").id
    admin.post(f"/staff/{viewer}/active", data={"active": "no"})
    assert leaver.get("/password").status_code == 302
    admin.post(f"/staff/{viewer}/active", data={"active": "yes"})
    assert person("viewer").active


def test_the_last_administrator_is_told_why_not(admin, person):
    own = person("administrator").id
    page = admin.post(f"/staff/{own}/active", data={"active": "no"})
    assert page.status_code == 409
    assert person("administrator").active
    demoted = admin.post(f"/staff/{own}", data={"display_name": "A", "role": "viewer"})
    assert demoted.status_code == 409


@pytest.mark.parametrize("path", ["/staff/999", "/staff/abc"])
def test_an_unknown_person_is_a_404_in_words(admin, path):
    page = admin.get(path)
    assert page.status_code == 404
    assert "<h1>" in page.text
