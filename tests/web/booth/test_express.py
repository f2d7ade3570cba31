"""The express way and the views give the same bytes, and only the ordinary goes past the views."""

import gzip
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from app.ballotbox.codes import new_receipt, printed_receipt
from app.ballotbox.domain import Secrecy
from app.refused import Refused
from app.web.booth.express import Express
from app.web.booth.papers import Shelf
from tests.web.booth.hall import Hall, make_paper

MARKS = {"item-p1": "ticked", "item-p3": "ticked"}
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def ways(site: Flask) -> Iterator[tuple[Express, list[str]]]:
    """The gate of the site, and the paths that went on to the views."""
    gone_on: list[str] = []
    gate: Express = site.extensions["express"]
    views = gate.inner

    def noted(environ, start):
        gone_on.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return views(environ, start)

    gate.inner = noted
    yield gate, gone_on
    gate.inner = views


def ask(site: Flask, path: str, form: dict | None = None, headers: dict | None = None):
    client = site.test_client(use_cookies=False)
    headers = {"Accept-Encoding": "gzip"} | (headers or {})
    if form is None:
        return client.get(path, headers=headers)
    return client.post(path, data=form, headers=headers)


def seen(answer, *names: str) -> tuple:
    """Everything of an answer but what is random in it."""
    body = answer.data
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    text = body.decode()
    for name in names:
        text = text.replace(printed_receipt(name), "RECEIPT").replace(name, "RECEIPT")
    text = re.sub(r'(name="receipt"\s+value=")[0-9A-Z]{12}', r"\1RECEIPT", text)
    headers = sorted(
        (key, re.sub("|".join(names) or "$^", "RECEIPT", value))
        for key, value in answer.headers
        if key not in {"Date", "Content-Length"}
    )
    return answer.status_code, headers, text


@pytest.mark.parametrize("lang", ["", "?lang=en", "?lang=zh_Hans"])
def test_paper_cast_thanks_and_poll_are_the_same_bytes(site, hall: Hall, ways, lang):
    _gate, gone_on = ways
    box = hall.open()
    also = lang.replace("?", "&")
    walks = []
    for code in hall.codes[:4]:  # the first fills the shelf, the second teaches the headers
        receipt, home = new_receipt(), f"/b/{code}"
        answers = [
            ask(site, home + lang),
            ask(site, f"{home}/{box}{lang}"),
            ask(site, f"{home}/now{lang}", headers=SCRIPT),
            ask(site, f"{home}/{box}{lang}", MARKS | {"step": "cast", "receipt": receipt}),
            ask(site, f"{home}/{box}{lang}", MARKS | {"step": "cast", "receipt": receipt}, SCRIPT),
            ask(site, f"{home}/{box}/thanks?receipt={receipt}{also}"),
            ask(site, f"{home}/now{lang}", headers=SCRIPT),
        ]
        tag = answers[-1].headers["ETag"]
        answers.append(ask(site, f"{home}/now{lang}", headers=SCRIPT | {"If-None-Match": tag}))
        walks.append([seen(answer, code, receipt) for answer in answers])
    assert [answer[0] for answer in walks[0]] == [200, 200, 200, 303, 200, 200, 200, 304]
    assert walks[0] == walks[1] == walks[2] == walks[3]
    met = [path for path in gone_on if any(code in path for code in hall.codes[2:4])]
    assert met == [], "the later ones met no view"
    assert len(hall.ballots(box)) == 4


def test_what_is_not_ordinary_goes_on_to_the_views(site, hall: Hall, ways):
    _gate, gone_on = ways
    box = hall.open()
    code, other = hall.codes[0], hall.codes[1]
    warm = {"step": "cast", "receipt": new_receipt()} | MARKS
    for _again in range(2):
        ask(site, f"/b/{other}/{box}")
        ask(site, f"/b/{other}/{box}", warm)
    gone_on.clear()
    fresh = warm | {"receipt": new_receipt()}
    sent = [
        (f"/b/{code.lower()}", None, 200),
        ("/b/0000000000000000", None, 404),
        (f"/b/{hall.spare[0]}", None, 403),
        (f"/b/{other}", None, 200),  # waits
        (f"/b/{other}/{box}", None, 409),
        (f"/b/{code}/999", None, 404),
        (f"/b/{code}/{box}", fresh | {"step": "review"}, 200),
        (f"/b/{code}/{box}", fresh | {"receipt": "x"}, 422),
        (f"/b/{code}/{box}", fresh | {"item-p1": "?"}, 422),
        (f"/b/{other}/{box}", fresh, 409),
        (f"/b/{code}/{box}/thanks?receipt={new_receipt()}", None, 302),
        (f"/b/{code}/now?lang=xx", None, 200),
        (f"/b/{code}/now?lang=en&lang=en", None, 200),
    ]
    statuses = [ask(site, path, form).status_code for path, form, _expected in sent]
    assert statuses == [expected for *_rest, expected in sent]
    assert len(gone_on) == len(sent)
    assert len(hall.ballots(box)) == 1


def test_a_named_vote_is_cast_through_the_views(site, hall: Hall, ways):
    _gate, gone_on = ways
    box = hall.open(make_paper(secrecy=Secrecy.NAMED))
    for code, voter in zip(hall.codes, ("0012", "0013"), strict=False):
        ask(site, f"/b/{code}")
        form = MARKS | {"step": "cast", "receipt": new_receipt(), "voter": voter}
        assert ask(site, f"/b/{code}/{box}", form).status_code == 303
    assert len([path for path in gone_on if path.startswith("POST")]) == 2
    assert len(hall.named(box)) == 2


def test_a_phone_that_takes_no_compressed_page_is_served_by_the_views(site, hall: Hall, ways):
    _gate, gone_on = ways
    hall.open()
    for _again in range(2):
        answer = ask(site, f"/b/{hall.codes[0]}", headers={"Accept-Encoding": "identity"})
        assert b"<form" in answer.data
    assert len(gone_on) == 2


def test_an_error_on_the_express_way_is_the_views_to_tell(site, hall: Hall, ways, monkeypatch):
    _gate, gone_on = ways
    hall.open()
    ask(site, f"/b/{hall.codes[0]}")
    gone_on.clear()

    def fail(_code):
        raise RuntimeError

    monkeypatch.setattr("app.web.booth.express.admitted", fail)
    assert ask(site, f"/b/{hall.codes[0]}").status_code == 200
    assert len(gone_on) == 1


@pytest.mark.parametrize("personal", [("Set-Cookie", "session=of-the-organiser"), ("X-New", "1")])
def test_what_an_answer_says_of_one_reader_is_never_said_to_another(
    site, hall: Hall, ways, personal
):
    """Whoever is signed in at the desk may look at a card too, and be given a cookie anew."""
    gate, _gone_on = ways
    box = hall.open()
    views = gate.inner

    def with_personal(environ, start):
        return views(environ, lambda line, headers: start(line, [*headers, personal]))

    def whole_way(code: str) -> list[bool]:
        receipt = new_receipt()
        form = MARKS | {"step": "cast", "receipt": receipt}
        answers = [
            ask(site, f"/b/{code}"),
            ask(site, f"/b/{code}/now", headers=SCRIPT),
            ask(site, f"/b/{code}/{box}", form, SCRIPT),
            ask(site, f"/b/{code}/{box}", form),
            ask(site, f"/b/{code}/{box}/thanks?receipt={receipt}"),
        ]
        return [personal[0] in answer.headers for answer in answers]

    gate.inner = with_personal
    for code in hall.codes[:3]:
        assert whole_way(code) == [True] * 5, "nothing was learned, so the views were asked"
    assert gate.heads == {}
    gate.inner = views
    for code in hall.codes[3:5]:
        assert whole_way(code) == [False] * 5
    gate.inner = with_personal
    assert whole_way(hall.codes[5]) == [False] * 5


def test_what_is_learned_does_not_grow_with_what_is_asked(site, hall: Hall, ways):
    gate, _gone_on = ways
    box = hall.open()
    asked = [
        f"/b/{code}{way}?lang={lang}{also}"
        for code in [*hall.codes[:4], *hall.spare, "0" * 16, "X" * 16]
        for way in ("", f"/{box}", "/9999", "/now", f"/{box}/thanks")
        for lang in ("en", "zh_Hans", "xx", "EN")
        for also in ("", f"&receipt={new_receipt()}", "&x=1")
    ]
    kept = shelf_of(site)
    for path in asked:
        ask(site, path)
    assert len(gate.heads) <= 12
    assert len(kept.pages) <= 2 * 3
    assert len(kept.papers) == 1


def shelf_of(site: Flask) -> Shelf:
    found = site.extensions["booth_shelf"]
    assert isinstance(found, Shelf)
    return found


def test_a_phone_that_refuses_gzip_and_a_tag_that_a_proxy_weakened(site, hall: Hall, ways):
    _gate, gone_on = ways
    hall.open()
    path = f"/b/{hall.codes[0]}"
    for _again in range(2):
        tag = ask(site, f"{path}/now", headers=SCRIPT).headers["ETag"]
        ask(site, path)
        answer = ask(site, path, headers={"Accept-Encoding": "identity, gzip;q=0"})
        assert "Content-Encoding" not in answer.headers
        assert b"<form" in answer.data
    headers = SCRIPT | {"If-None-Match": f"W/{tag}"}
    for _again in range(2):
        assert ask(site, f"{path}/now", headers=headers).status_code == 304
    assert gone_on


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_a_full_queue_is_stood_in_once(site, hall: Hall, ways, monkeypatch, lang):
    _gate, gone_on = ways
    box = hall.open()
    stood = []

    def full(*_arguments, **_named):
        stood.append(1)
        raise Refused("busy")

    monkeypatch.setattr("app.web.booth.express.hand_in", full)
    monkeypatch.setattr("app.web.booth.views.cast", full)
    answers = []
    for code in hall.codes[:3]:  # the first fills the shelf and goes on, the second teaches
        ask(site, f"/b/{code}/{box}{lang}")
        form = MARKS | {"step": "cast", "receipt": new_receipt()}
        gone_on.clear()
        stood.clear()
        answers.append(seen(ask(site, f"/b/{code}/{box}{lang}", form, SCRIPT), code))
    assert gone_on == []
    assert stood == [1]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 503
    assert ("Retry-After", "2") in answers[0][1]


class Forgetful(dict):
    """A shelf on which somebody else makes room the moment anything is put on it."""

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        self.clear()


def test_room_made_by_somebody_else_costs_nobody_a_page(site, hall: Hall):
    box = hall.open()
    shelf_of(site).pages, shelf_of(site).papers = Forgetful(), Forgetful()
    for code in hall.codes[:2]:
        receipt = new_receipt()
        assert b"<form" in ask(site, f"/b/{code}", headers={"Accept-Encoding": ""}).data
        ask(site, f"/b/{code}/{box}", MARKS | {"step": "cast", "receipt": receipt})
        thanks = ask(site, f"/b/{code}/{box}/thanks?receipt={receipt}")
        assert printed_receipt(receipt) in gzip.decompress(thanks.data).decode()
