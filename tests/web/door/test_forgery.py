"""No form is taken from another site: every POST asks for its token, but for the booth's.

A phone has no cookie that could speak for it: the code in the address is all there is. Nor is
anybody signed in at an open questionnaire, whose form is signed together with its own cookie.
"""

import re
import sqlite3
from contextlib import closing

import pytest

from app.accounts.roles import Role

WITHOUT = {"booth.entered", "booth.ballot", "questionnaire.answer"}


@pytest.fixture
def guarded(house):
    house.app.config["WTF_CSRF_ENABLED"] = True
    return house


def posts(house):
    return [
        (rule, path)
        for rule, method in house.rules()
        if method == "POST"
        for path in house.paths(rule)
    ]


@pytest.mark.parametrize("token", ["", "made-up", "IjEyMyI.ZZZZZZ.x"])
def test_every_form_asks_for_its_token(guarded, token):
    client = guarded.client(Role.ADMINISTRATOR)
    with closing(sqlite3.connect(guarded.file)) as stored:
        before = list(stored.iterdump())
    asked = 0
    for rule, path in posts(guarded):
        if rule.endpoint not in WITHOUT:
            answer = client.post(path, data={"csrf_token": token})
            assert answer.status_code == 400, path
            asked += 1
    assert asked > 100
    with closing(sqlite3.connect(guarded.file)) as stored:
        assert list(stored.iterdump()) == before


def test_only_phones_do_without(guarded):
    rooms = {rule.endpoint for rule, _ in posts(guarded)}
    assert {name for name in rooms if name.startswith(("booth.", "questionnaire."))} == WITHOUT


def test_a_token_is_good_in_its_own_login_only(guarded):
    mine, theirs = guarded.client(Role.ORGANISER), guarded.client(Role.ADMINISTRATOR)
    form = theirs.get("/password").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)[1]
    data = {"csrf_token": token, "number": "901", "name": "外人"}
    assert mine.post("/desk/deputies/new", data=data).status_code == 400
    assert theirs.post("/desk/deputies/new", data=data).status_code == 302
