"""The screens from outside: a key opens them to read, and the desk says how they look."""

import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.accounts.roles import Role
from app.hall import service as screens
from tests.unit.voting.builders import ballots, paper
from tests.web.tickets.conftest import signed_in
from tests.web.voting.polls import Polls

DESK = "/desk/sessions/1/screen"


@pytest.fixture
def polls(site: Flask) -> Polls:
    return Polls(site, cards=10, total=12, present=10)


@pytest.fixture
def desk(site: Flask, polls: Polls) -> FlaskClient:
    return signed_in(site, Role.ORGANISER)


@pytest.fixture
def anybody(site: Flask) -> FlaskClient:
    return site.test_client(use_cookies=False)


def key_of(desk: FlaskClient) -> str:
    found = re.search(r"/screen/((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})/table", desk.get(DESK).text)
    assert found
    return found[1]


def first_told(anybody: FlaskClient, address: str) -> dict[str, object]:
    answer = anybody.get(address, buffered=False)
    assert answer.status_code == 200
    assert answer.mimetype == "text/event-stream"
    said = ""
    for piece in answer.response:
        said += piece.decode() if isinstance(piece, bytes) else piece
        if found := re.search(r"event: (\w+)\ndata: (.*)\n\n", said):
            answer.close()
            return {"event": found[1], **json.loads(found[2])}
    raise AssertionError(said)


def test_the_link_on_the_desk_opens_the_screens_without_a_sign_in(
    desk: FlaskClient, anybody: FlaskClient
) -> None:
    key = key_of(desk)
    assert key == key_of(desk), "the link stays the same"
    for spelled in (key, key.replace("-", ""), key.lower()):
        page = anybody.get(f"/screen/{spelled}")
        assert page.status_code == 200
        assert "明州市人民代表大会" in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in page.headers
    assert "主席台" in anybody.get(f"/screen/{key}/table").text
    told = first_told(anybody, f"/screen/{key}/feed")
    assert told["event"] == "told"
    assert told["picture"] == "check_in"
    assert told["shell"] in anybody.get(f"/screen/{key}").text


@pytest.mark.parametrize("path", ["", "/table", "/feed", "/table/feed", "/emblem"])
@pytest.mark.parametrize("key", ["0000-0000-0000-0000", "nothing", "1"])
def test_another_key_opens_nothing(
    desk: FlaskClient, anybody: FlaskClient, key: str, path: str
) -> None:
    assert anybody.get(f"/screen/{key}{path}").status_code == 404


def test_a_renewed_key_closes_the_old_link_and_the_screens_that_run(
    site: Flask, desk: FlaskClient, anybody: FlaskClient
) -> None:
    old = key_of(desk)
    running = anybody.get(f"/screen/{old}/feed", buffered=False)
    pieces = iter(running.response)
    assert b"retry" in next(pieces)
    assert b"event: told" in next(pieces)
    assert desk.post(f"{DESK}/renew").status_code == 303
    rest = b"".join(pieces)
    assert rest.endswith(b"event: gone\ndata: {}\n\n")
    new = key_of(desk)
    assert new != old
    assert anybody.get(f"/screen/{old}").status_code == 404
    assert anybody.get(f"/screen/{old}/feed").status_code == 404
    assert anybody.get(f"/screen/{new}").status_code == 200
    assert site.extensions["hall"].seated == 0


def test_one_screen_too_many_is_told_so(
    site: Flask, desk: FlaskClient, anybody: FlaskClient
) -> None:
    key = key_of(desk)
    site.extensions["hall"].most = 1
    with site.extensions["hall"].seat("somebody else's"):
        full = first_told(anybody, f"/screen/{key}/feed")
    assert full == {"event": "full", "most": 1}
    assert first_told(anybody, f"/screen/{key}/feed")["event"] == "told"


def test_the_looks_are_the_congress_s_own(desk: FlaskClient, anybody: FlaskClient) -> None:
    key = key_of(desk)
    shell = first_told(anybody, f"/screen/{key}/feed")["shell"]
    looks = {"name": "明州市第十七届人大五次会议", "theme": "contrast"}
    assert desk.post(f"{DESK}/looks", data=looks).status_code == 303
    page = anybody.get(f"/screen/{key}").text
    assert looks["name"] in page
    assert 'class="hall contrast' in page
    assert first_told(anybody, f"/screen/{key}/feed")["shell"] != shell, "screens load it anew"
    long = desk.post(f"{DESK}/looks", data={"name": "长" * 41, "theme": "contrast"})
    assert long.status_code == 422
    assert desk.post(f"{DESK}/looks", data={"name": "", "theme": "pink"}).status_code == 422
    assert desk.get(f"{DESK}/looks").location == DESK


def test_an_emblem_is_drawn_anew_and_can_be_taken_away(
    desk: FlaskClient, anybody: FlaskClient
) -> None:
    key = key_of(desk)
    written = io.BytesIO()
    Image.new("RGB", (800, 800), (158, 27, 27)).save(written, "JPEG")
    sent = {"picture": (io.BytesIO(written.getvalue()), "会徽.jpg")}
    assert desk.post(f"{DESK}/emblem", data=sent).status_code == 303
    shown = anybody.get(f"/screen/{key}/emblem")
    assert shown.mimetype == "image/png"
    assert Image.open(io.BytesIO(shown.data)).size == (512, 512)
    assert f"/screen/{key}/emblem" in anybody.get(f"/screen/{key}").text
    drawing = {"picture": (io.BytesIO(b"<svg onload='x'/>"), "会徽.svg")}
    refused = desk.post(f"{DESK}/emblem", data=drawing)
    assert refused.status_code == 422
    assert "这不是 JPEG 或 PNG 图片" in refused.text
    assert desk.post(f"{DESK}/emblem", data={}).status_code == 422
    assert desk.post(f"{DESK}/emblem/remove").status_code == 303
    assert anybody.get(f"/screen/{key}/emblem").status_code == 404
    assert "/emblem" not in anybody.get(f"/screen/{key}").text


def test_a_new_session_takes_over_the_looks_of_the_body_s_latest(
    site: Flask, desk: FlaskClient
) -> None:
    looks = {"name": "明州人大", "theme": "contrast"}
    desk.get(DESK)
    desk.post(f"{DESK}/looks", data=looks)
    Polls(site)
    assert "明州人大" in desk.get("/desk/sessions/2/screen").text
    with site.app_context():
        keys = {screens.screen_of(number).key for number in (1, 2)}
    assert len(keys) == 2


def test_between_two_votes_the_desk_says_what_is_shown(
    polls: Polls, desk: FlaskClient, anybody: FlaskClient
) -> None:
    key = key_of(desk)
    box_id = polls.hold(paper(2), ballots("x.", "x."))
    refused = desk.post(f"{DESK}/show", data={"what": str(box_id)})
    assert refused.status_code == 403, "its result is not announced"
    assert desk.post(f"{DESK}/show", data={"what": "anything"}).status_code == 403
    polls.announce(box_id)
    assert "结果：民生实事项目票决" in desk.get(DESK).text
    for what, picture in (("waiting", "waiting"), (str(box_id), "result"), ("", "result")):
        back = desk.post(f"{DESK}/show", data={"what": what, "back": "conduct"})
        assert back.location == "/desk/sessions/1/conduct"
        assert f'data-picture="{picture}"' in anybody.get(f"/screen/{key}").text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SCRUTINEER])
@pytest.mark.parametrize("path", ["", "/looks", "/emblem", "/emblem/remove", "/renew", "/show"])
def test_only_organisers_set_the_screens(site: Flask, polls: Polls, role: Role, path: str) -> None:
    person = signed_in(site, role)
    answer = person.post(DESK + path) if path else person.get(DESK)
    assert answer.status_code == 403
    assert site.test_client().get(DESK).status_code == 302


def test_the_page_says_in_english_what_it_shows(desk: FlaskClient, anybody: FlaskClient) -> None:
    page = anybody.get(f"/screen/{key_of(desk)}?lang=en").text
    assert "Check-in" in page
    assert "lang=en" in page, "the stream speaks as the page does"


def test_a_session_that_is_not_there_has_no_screen(desk: FlaskClient) -> None:
    assert desk.get("/desk/sessions/99/screen").status_code == 404
