"""A form whose login ended meanwhile: nothing entered is lost, and nothing is done unasked.

What stands for a browser here sends what browsers send: the fields of the form that a page shows,
and where that page came from.
"""

import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from app.accounts import service
from app.accounts.roles import Role
from app.ballotbox.domain import Stage
from app.extensions import limiter
from app.web.kept import MOST_BYTES, MOST_FIELDS, SECRETS
from tests.web.door.forms import ENDS_THE_LOGIN, Forms

PASSWORD = "correct horse"
OURS = {"Origin": "http://localhost"}
NOTHING_DONE = {303, 400, 403, 404, 405, 409, 422}
PHONES = ("/b", "/q/")
TYPED = {
    "number": "901",
    "name": '雨污"分流"<b>改造',
    "description": "第一行\r\n\r\n第三行 & more",
}


@pytest.fixture
def guarded(house):
    house.app.config["WTF_CSRF_ENABLED"] = True
    return house


@pytest.fixture
def staffed(guarded):
    with guarded.app.app_context():
        for name, role in (("wang", Role.ORGANISER), ("zhao", Role.VIEWER)):
            service.create_staff(name, f"{name}员", role, PASSWORD, must_change_password=False)
    return guarded


@pytest.fixture
def new(guarded):
    """The form of a new candidate project: lines of text, and an area of it."""
    return f"/desk/votes/{guarded.plan.box('voting', Stage.DRAFTED)}/candidates/new"


def rows(house):
    with closing(sqlite3.connect(house.file)) as stored:
        return list(stored.iterdump())


class Filled(HTMLParser):
    """Reads what a browser would send of the form that goes to an action."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.page, self.action, self.inside, self.area = page, action, False, ""
        self.sent: dict[str, str] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.inside = self.action == (named.get("action") or self.page).partition("#")[0]
        if not self.inside:
            return
        if tag == "textarea":
            self.area = named["name"]
            self.sent[self.area] = ""
        unticked = named.get("type") in {"radio", "checkbox"} and "checked" not in named
        if tag == "input" and "name" in named and named.get("type") != "file" and not unticked:
            self.sent[named["name"]] = named.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":  # the first line end belongs to the tag
            self.sent[self.area] = self.sent[self.area].removeprefix("\r\n")
            self.area = ""
        if tag == "form":
            self.inside = False


def form_at(page: str, path: str, action: str) -> dict[str, str]:
    reader = Filled(path, action)
    reader.feed(page)
    assert reader.sent, f"no form on {path} goes to {action}"
    return reader.sent


def signed_in(house, name="wang"):
    client = house.client()
    sign_in(client, name)
    return client


def sign_in(client, name="wang"):
    page = client.get("/sign-in").text
    sent = form_at(page, "/sign-in", "/sign-in") | {"username": name, "password": PASSWORD}
    assert client.post("/sign-in", data=sent, headers=OURS).status_code == 302


def sign_out(client):
    sent = form_at(client.get("/desk/deputies").text, "/desk/deputies", "/sign-out")
    assert client.post("/sign-out", data=sent, headers=OURS).status_code == 302


def expire(client, how):
    if how == "signed out beside":
        sign_out(client)
    elif how == "the cookie is gone":
        client.delete_cookie("piaojue")


@pytest.mark.parametrize("how", ["signed out beside", "the cookie is gone"])
def test_all_of_it_stands_in_its_form_again_and_one_press_saves_it(staffed, new, how):
    client = signed_in(staffed)
    filled = form_at(client.get(new).text, new, new) | TYPED
    expire(client, how)
    before = rows(staffed)
    headers = {**OURS, "Referer": f"http://localhost{new}"}

    asked = client.post(new, data=filled, headers=headers)
    assert asked.status_code == 401
    assert "您的登录已过期" in asked.text
    assert "打开的时间太长" not in asked.text
    carried = form_at(asked.text, new, "/sign-in")
    wrong = client.post(
        "/sign-in", data=carried | {"username": "wang", "password": "wrong"}, headers=OURS
    )
    assert wrong.status_code == 422
    carried = form_at(wrong.text, "/sign-in", "/sign-in")
    way = client.post(
        "/sign-in", data=carried | {"username": "wang", "password": PASSWORD}, headers=OURS
    )
    assert way.status_code == 200
    assert PASSWORD not in way.text
    shown = client.post(new, data=form_at(way.text, "/sign-in", new), headers=OURS)
    assert shown.status_code == 422
    assert "wang员" in shown.text
    assert "CSRF" not in shown.text
    assert rows(staffed) == before, "nothing is done before the button is pressed once more"

    again = form_at(shown.text, new, new)
    assert {name: again[name] for name in TYPED} == TYPED
    saved = client.post(new, data=again, headers=OURS)
    assert "第三行 &amp; more" in client.get(saved.location).text


def test_a_login_begun_beside_it_needs_no_other(staffed, new):
    client = signed_in(staffed)
    filled = form_at(client.get(new).text, new, new) | TYPED
    sign_out(client)
    sign_in(client)
    before = rows(staffed)
    shown = client.post(new, data=filled, headers=OURS)
    assert shown.status_code == 422
    assert rows(staffed) == before
    again = form_at(shown.text, new, new)
    assert {name: again[name] for name in TYPED} == TYPED
    assert client.post(new, data=again, headers=OURS).status_code == 303


def test_who_signs_in_instead_goes_as_far_as_their_own_role(staffed, new):
    client = signed_in(staffed)
    filled = form_at(client.get(new).text, new, new) | TYPED
    sign_out(client)
    sign_in(client, "zhao")
    assert client.post(new, data=filled, headers=OURS).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost.evil.example"},
        {"Referer": "http://evil.example/localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost:8443"},
        {"Origin": "http://["},
        {"Referer": "http://[localhost"},
    ],
)
def test_what_another_site_sends_is_never_kept(staffed, new, headers):
    stranger = staffed.client()
    answer = stranger.post(new, data=TYPED, headers=headers)
    assert answer.status_code in {302, 400}
    assert "901" not in answer.text
    answer = signed_in(staffed).post(new, data=TYPED, headers=headers)
    assert answer.status_code == 400
    assert "901" not in answer.text


def test_behind_tls_a_page_that_came_without_is_not_ours(staffed, new):
    def answer(origin):
        return staffed.client().post(
            new, data=TYPED, headers={"Origin": origin}, base_url="https://localhost"
        )

    assert answer("https://localhost").status_code == 401
    assert "901" not in answer("http://localhost").text


def test_nothing_is_slipped_in_halfway(staffed, new):
    """By a page of another port of our host: its cookie is ours too, so its token fits."""
    client = staffed.client()
    elsewhere = {"Origin": "http://localhost:8080"}
    sent = form_at(client.get("/sign-in").text, "/sign-in", "/sign-in")
    sent |= {"kept-path": new, "kept-page": new, "kept.name": "夹带"}
    asked = client.post("/sign-in", data=sent, headers=elsewhere)
    assert asked.status_code == 422
    assert "夹带" not in asked.text
    way = client.post(
        "/sign-in", data=sent | {"username": "wang", "password": PASSWORD}, headers=elsewhere
    )
    assert way.status_code == 302
    shown = client.post(new, data={"name": "夹带"}, headers=elsewhere)
    assert shown.status_code == 400
    assert "夹带" not in shown.text


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_sign_in_leads_elsewhere(staffed, path):
    client = staffed.client()
    sent = form_at(client.get("/sign-in").text, "/sign-in", "/sign-in")
    sent |= {"username": "wang", "password": PASSWORD, "kept-path": path, "kept-page": path}
    answer = client.post("/sign-in", data=sent, headers=OURS)
    assert answer.status_code == 302
    assert answer.location == "/"


def test_no_password_is_carried_and_a_file_is_asked_for_in_words(staffed):
    client = staffed.client()
    data = dict.fromkeys(SECRETS, "geheim") | {"file": (open(__file__, "rb"), "a.csv")}  # noqa: SIM115, PTH123
    answer = client.post("/desk/deputies/import", data=data, headers=OURS)
    data["file"][0].close()
    assert answer.status_code == 401
    assert "geheim" not in answer.text
    assert "重新选择一次" in answer.text


def test_every_field_of_a_password_is_known(guarded, forms):
    own = Forms("/password")
    own.feed(guarded.client(Role.VIEWER).get("/password").text)
    offered = [*own.found, *forms]
    assert {name for form in offered for name in form.secrets} == SECRETS
    pages = [form for form in offered if len(form.fields) < 60]
    assert not {name for form in pages for name in set(form.fields) - form.secrets} & SECRETS


def test_too_much_to_carry_is_said_in_words(staffed, new):
    answer = staffed.client().post(
        new, data=urlencode({"description": "x" * (MOST_BYTES - 20)}), headers=OURS,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert answer.status_code == 401
    assert "后退" in answer.text
    assert len(answer.text) < 20_000


def test_a_flood_of_fields_is_not_carried(staffed, new):
    """A page of them would be twenty times as long, and anybody could ask for it."""
    largest = "&".join(["a"] * MOST_FIELDS)
    for flood, kept in ((largest, True), (f"{largest}&a", False)):
        answer = staffed.client().post(
            new, data=flood, headers=OURS, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 401
        assert ('name="kept.a"' in answer.text) is kept


def test_no_form_of_the_house_has_too_many_fields(forms):
    assert max(len(form.fields) for form in forms) < MOST_FIELDS / 10


def files(house):
    """Whatever lies beside the database: photos, reports, backups, secrets."""
    lie = {path for path in house.file.parent.rglob("*") if path.is_file()}
    return {path for path in lie if not path.name.startswith(house.file.name)}


def test_no_stale_form_does_anything_but_be_shown(guarded, forms):
    """Every form of the house, as its pages offer it, sent with the token of an earlier login."""
    before, lying = rows(guarded), files(guarded)
    shown = 0
    with closing(sqlite3.connect(guarded.file)) as beside:
        (version,) = beside.execute("PRAGMA data_version").fetchone()
        for form in forms:
            if form.action.startswith(PHONES):
                continue
            limiter.reset()
            data = {name: values[-1] for name, values in form.fields.items()}
            data["csrf_token"] = "of an earlier login"
            client = guarded.client(Role.ADMINISTRATOR)
            answer = client.post(form.action, data=data, headers=OURS)
            assert answer.status_code in NOTHING_DONE, (form.action, answer.status)
            assert "CSRF" not in answer.text, form.action
            shown += answer.status_code == 422
            now = beside.execute("PRAGMA data_version").fetchone()
            assert now == (version,), f"{form.action} did something"
            with client.session_transaction() as cookie:
                said = [str(words) for _, words in cookie.get("_flashes", [])]
            assert len(said) <= 1, (form.action, said)
            assert all("没有执行，请再点一次" in words for words in said), (form.action, said)
    assert shown >= 25
    assert rows(guarded) == before
    assert files(guarded) == lying


def test_ending_a_login_is_not_done_by_a_stale_button(guarded):
    client = guarded.client(Role.ADMINISTRATOR)
    assert "/sign-out" in ENDS_THE_LOGIN
    assert client.post("/sign-out", headers=OURS).status_code == 400
    assert client.get("/staff").status_code == 200


def test_who_signs_out_after_the_login_ended_is_out(guarded):
    answer = guarded.client().post("/sign-out", headers=OURS)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_a_new_password_that_is_due_comes_first(guarded, new):
    with guarded.app.app_context():
        service.create_staff("qian", "钱", Role.ORGANISER, PASSWORD)
    client = guarded.client()
    asked = client.post(new, data=TYPED, headers=OURS)
    carried = form_at(asked.text, new, "/sign-in") | {"username": "qian", "password": PASSWORD}
    way = client.post("/sign-in", data=carried, headers=OURS).text
    assert "data-goes-on" not in way
    assert 'target="_blank"' in way
    assert TYPED["number"] in way
