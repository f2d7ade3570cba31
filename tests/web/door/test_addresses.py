"""Hosts, proxies, numbers and names that are made up to lead somewhere else."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from urllib.parse import unquote

import pytest
from flask import request

from app.accounts.guards import own_path
from app.accounts.roles import Role
from app.config import Settings
from app.factory import create_app
from tests.conftest import make_app, settings_for

NO_HOSTS = (
    "a" * 64,
    "a" * 5000,
    "a." * 3000,
    "bad host",
    "bad\thost",
    "[::1",
    "host:abc",
    "host:99999999",
    "主机",
    "a\x00b",
    "a/b",
    "a@b",
    "user:pw@evil.example",
    "evil.example/..",
    "..",
)
HOSTS = ("192.168.1.10:8000", "票决.local".encode("idna").decode(), "[fe80::1]:8000", "HALL_PC", "")
NASTY = 'x"; filename=evil.exe\r\nSet-Cookie: a=b\r\n\r\n<script>../..\\..\\\x1b\u202egpj'
ELSEWHERE = (
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "http:evil.example",
    "evil.example",
    "/\u0000/evil",
)


@pytest.fixture
def outside(house):
    house.app.testing = False
    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    return house


@pytest.mark.parametrize("host", NO_HOSTS)
def test_a_host_that_can_be_none_gets_a_short_answer(outside, host):
    client = outside.client()
    for path in ("/", "/desk", "/sign-in", "/no/such/page", "/b", f"/b/{'A' * 16}", "/static/x"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert host not in answer.text
        assert "网址" in answer.text


@pytest.mark.parametrize("host", HOSTS)
def test_whatever_name_a_hall_gives_the_machine_is_answered(outside, host):
    assert outside.client().get("/sign-in", headers={"Host": host}).status_code == 200


def test_no_answer_carries_the_host_on(outside):
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    for role in (None, Role.ADMINISTRATOR):
        client = outside.client(role)
        for _, path in outside.tries():
            for spelled in {path, path.rstrip("/") or "/", path.replace("/", "//")}:
                with client.get(spelled, headers=evil) as answer:
                    assert "evil" not in answer.headers.get("Location", ""), spelled
                    assert b"evil.example" not in answer.data, spelled
                    assert answer.headers.get("Location", "/").startswith("/")
                    assert not answer.headers.get("Location", "/").startswith("//")
    assert outside.client().get("/desk", headers=evil).location == "/desk/"


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_proxy_is_believed_only_where_one_stands(tmp_path, proxies):
    settings = settings_for(f"sqlite:///{tmp_path / 'x.sqlite'}", tmp_path)
    app, addresses = create_app(replace(settings, trusted_proxies=proxies)), []
    app.before_request(lambda: addresses.append(request.remote_addr))
    said = {
        "X-Forwarded-For": "6.6.6.6, 7.7.7.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "a" * 300,
    }
    answer = app.test_client().get("/sign-in", headers=said)
    assert answer.status_code == (400 if proxies else 200), "a garbled host behind a proxy too"
    answer = app.test_client().get("/sign-in", headers={**said, "X-Forwarded-Host": "hall.example"})
    assert ("Strict-Transport-Security" in answer.headers) is bool(proxies)
    assert addresses[-1:] == ["7.7.7.7" if proxies else "127.0.0.1"]


@pytest.mark.parametrize("asked", ELSEWHERE)
def test_nothing_leads_to_another_host(asked):
    assert own_path(asked) == "/"


@pytest.mark.parametrize(
    "number", ["9" * 30, str(2**63), str(2**31), "-1", "1e3", "٣", "%00", "1;2"]
)
def test_a_number_beyond_any_row_is_a_page_that_is_not_there(outside, number):
    client, tried = outside.client(Role.ADMINISTRATOR), 0
    for rule, method in outside.rules():
        for argument in rule.arguments - {"code", "key", "filename"}:
            if argument.endswith("_id"):
                path = outside.paths(rule)[0]
                spelled = "/".join(
                    number if part == f"<int:{argument}>" else own
                    for part, own in zip(rule.rule.split("/"), path.split("/"), strict=False)
                )
                if spelled != path:
                    answer = client.open(spelled, method=method)
                    assert answer.status_code in {404, 405, 308}, f"{method} {spelled}"
                    tried += 1
    assert tried > 80


def test_names_leave_their_headers_alone(outside):
    with closing(sqlite3.connect(outside.file)) as stored:
        stored.execute("UPDATE session SET title = ?, body = ?, term = ?", (NASTY, NASTY, NASTY))
        stored.execute("UPDATE box SET title = ?", (NASTY,))
        stored.execute("UPDATE deputy SET name = ?, delegation = ?", (NASTY, NASTY))
        stored.commit()
    client, files = outside.client(Role.ADMINISTRATOR), 0
    sent = {"group": "deputy", "other": "", "count": 1, "spare": 0}
    looked = [("GET", path) for _, path in outside.tries()]
    printing = f"/desk/sessions/{outside.plan.sittings['voting'].session_id}/tickets/print"
    for method, path in [*looked, ("POST", printing)]:
        with client.open(path, method=method, data=sent if method == "POST" else None) as got:
            assert got.status_code < 500, path
            assert "Set-Cookie" not in got.headers or "a=b" not in got.headers["Set-Cookie"]
            assert got.mimetype != "text/html" or b"<script>.." not in got.data
            attached = unquote(got.headers.get("Content-Disposition", "inline"))
            files += attached.startswith("attachment")
            name = attached.partition("UTF-8''")[2]
            assert not set(name) & set('/\\:*?"<>|\r\n\x1b\u202e'), path
            assert not name.startswith("."), path
    assert files >= 8


@pytest.mark.postgres
def test_no_text_reaches_postgresql_that_it_cannot_store(postgres_url, tmp_path):
    from app.extensions import db
    from tests.web.door.house import House, build

    app = make_app(postgres_url, tmp_path)
    house = House(app, build(app), tmp_path)
    client, tried = house.client(Role.ADMINISTRATOR), 0
    for rule, method in house.rules():
        for path in house.paths(rule)[:2]:
            if "<code>" in rule.rule or method == "GET":
                answer = client.open(path + "%00", method=method)
                assert answer.status_code < 500, path
            if method == "POST":
                sent = {"name": "张\0三", "username": "\0", "code": "\0", "text": "a\0", "id": "\0"}
                assert client.post(path, data=sent).status_code < 500, path
            tried += 1
    assert tried > 150
    name = {"title": "第\0次", "body": "x", "body_kind": "congress", "held_on": "2026-11-22"}
    assert client.post("/desk/sessions/new", data=name).status_code == 400
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_settings_of_a_proxy_are_a_number():
    with pytest.raises(ValueError, match="PIAOJUE_TRUSTED_PROXIES"):
        Settings.from_env({"PIAOJUE_TRUSTED_PROXIES": "all", "PIAOJUE_INSTANCE": "/tmp"})
