"""An open questionnaire from outside: one public address, one answer a browser, nothing kept of who."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import func, select

from app.ballotbox import service as box_service
from app.ballotbox.codes import new_receipt
from app.ballotbox.models import Answered, Sample
from app.extensions import db, limiter
from app.web.questionnaire import views
from evaluation.materials import Slot
from evaluation.paper import RaterGroup
from evaluation.service import put_subject
from tests.contracts.hall import NOON, roll
from tests.integration.evaluation.evaluations import PDF, drafted, hand_out
from tests.web.booth.hall import receipt_in

PUBLIC = RaterGroup(
    "public", "社会公众", 40, open_sample=True, least_seconds=20, uniform_invalid=True
)
GROUPS = (RaterGroup("deputy", "人大代表", 60), PUBLIC)
MARKS = {"item-s1": "A", "item-s2": "B"}
JSON = {"Accept": "application/json"}


class Clock:
    """The clock of the views, moved by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def wait(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(views, "now", moved)
    return moved


Opened = Callable[..., tuple[int, str]]


@pytest.fixture
def opened(site: Flask) -> Opened:
    """Open an evaluation with a questionnaire; return its box and its address."""

    def made(groups: tuple[RaterGroup, ...] = GROUPS, **settings: object) -> tuple[int, str]:
        with site.app_context(), force_locale("zh_Hans"):
            box_id = drafted(2, "jinshi", groups=groups, **settings)
            put_subject(box_id, {"name": "明州市发展和改革局"}, "s1", {Slot.READING: PDF})
            if len(groups) > 1:
                hand_out(box_id, 6)
            box_service.open_box(box_id, roll(50), "o", now=NOON)
            return box_id, f"/q/{box_service.get_box(box_id).public_key}"

    return made


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    yield
    limiter.reset()


def shown_in(page: str) -> str:
    found = re.search(r'name="shown"\s+value="([^"]+)"', page)
    assert found
    return found[1]


def fill(client: FlaskClient, where: str, clock: Clock, seconds: float = 30, **more: str):
    page = client.get(where).text
    clock.wait(seconds)
    data = {"receipt": receipt_in(page), "shown": shown_in(page), "step": "cast"}
    return client.post(where, data=data | MARKS | more)


def stored(site: Flask, box_id: int) -> tuple[int, int]:
    """How many answers were received, and how many marks are kept."""
    with site.app_context():
        return tuple(
            db.session.scalar(select(func.count()).select_from(m).where(m.box_id == box_id))
            for m in (Answered, Sample)
        )


def test_the_walk_without_a_script(site, opened, clock):
    box_id, where = opened()
    client = site.test_client()
    page = client.get(where)
    assert "公开问卷，不记姓名" in page.text
    assert "票卡" not in page.text
    assert "checked" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert stored(site, box_id) == (0, 0), "a link preview stores nothing"
    data = {"receipt": receipt_in(page.text), "shown": shown_in(page.text)}
    clock.wait(25)
    review = client.post(where, data=data | MARKS | {"step": "review"})
    assert "请核对您的填写" in review.text
    assert "确认提交" in review.text
    data = {"receipt": receipt_in(review.text), "shown": shown_in(review.text), "step": "cast"}
    sent = client.post(where, data=data | MARKS)
    assert sent.status_code == 303
    thanks = client.get(sent.location)
    assert "谢谢，您的问卷已收到" in thanks.text
    assert "满意</span>" not in thanks.text
    assert stored(site, box_id) == (1, 1)


def test_a_retry_is_thanked_and_a_second_answer_is_told_so(site, opened, clock):
    box_id, where = opened()
    client = site.test_client()
    page = client.get(where).text
    clock.wait(30)
    data = {"receipt": receipt_in(page), "shown": shown_in(page), "step": "cast"} | MARKS
    first, again = client.post(where, data=data), client.post(where, data=data)
    assert first.location == again.location
    second = client.post(where, data=data | {"receipt": new_receipt()})
    assert second.status_code == 409
    assert "您已经填过这份问卷" in second.text
    assert "您已经填过这份问卷" in client.get(where).text
    script = client.post(where, data=data | {"receipt": new_receipt()}, headers=JSON)
    assert script.json == {"next": where, "done": False}
    assert stored(site, box_id) == (1, 1)
    assert fill(site.test_client(), where, clock).status_code == 303
    assert stored(site, box_id) == (2, 2)


def test_an_answer_given_too_fast_is_thanked_and_left_out(site, opened, clock):
    box_id, where = opened()
    for seconds in (19.9, 20):
        sent = fill(site.test_client(), where, clock, seconds)
        assert sent.status_code == 303
    assert stored(site, box_id) == (2, 1)
    with site.app_context():
        sealed = box_service.close_box(box_id, "o", now=NOON)
    assert (sealed.sample.received, sealed.sample.too_fast) == (2, 1)


def test_the_time_runs_from_the_first_look_through_every_step(site, opened, clock):
    box_id, where = opened()
    client = site.test_client()
    page = client.get(where).text
    shown = shown_in(page)
    clock.wait(19)
    data = {"receipt": receipt_in(page), "shown": shown}
    changed = client.post(where, data=data | {"step": "change"} | MARKS).text
    assert shown_in(changed) == shown
    clock.wait(1)
    cast = {"receipt": receipt_in(changed), "shown": shown, "step": "cast"}
    assert client.post(where, data=cast | MARKS).status_code == 303
    assert stored(site, box_id) == (1, 1)


@pytest.mark.parametrize("forged", ["", "x", "1700000000000", "MTcwMDAwMDAwMDAwMA.aaaa"])
def test_a_time_of_ones_own_making_is_none(site, opened, clock, forged):
    box_id, where = opened()
    answer = fill(site.test_client(), where, clock, shown=forged)
    assert answer.status_code == 422
    assert "请再核对一遍" in answer.text
    assert stored(site, box_id) == (0, 0)


def test_the_form_of_one_browser_is_worthless_in_another(site, opened, clock):
    """So another site cannot fill in a form in the name of whoever looks at it."""
    box_id, where = opened()
    page = site.test_client().get(where).text
    other = site.test_client()
    own = other.get(where).text
    clock.wait(30)
    data = {"receipt": receipt_in(page), "shown": shown_in(page), "step": "cast"} | MARKS
    answer = other.post(where, data=data, headers=JSON)
    assert answer.status_code == 422
    assert set(answer.json) == {"faults", "receipt", "shown"}
    assert answer.json["shown"] not in {shown_in(page), shown_in(own)}
    assert stored(site, box_id) == (0, 0)


def test_without_a_cookie_it_says_why(site, opened, clock):
    box_id, where = opened()
    client = site.test_client(use_cookies=False)
    answer = fill(client, where, clock)
    assert answer.status_code == 400
    assert "这个浏览器不保存 Cookie" in answer.text
    script = client.post(where, data=MARKS, headers=JSON)
    assert script.json == {"next": f"{where}/no-cookies", "done": False}
    assert "这个浏览器不保存 Cookie" in client.get(script.json["next"]).text
    assert stored(site, box_id) == (0, 0)


def test_the_cookie_holds_a_random_number_for_this_questionnaire_only(site, opened):
    _, where = opened()
    cookie = site.test_client().get(where).headers["Set-Cookie"]
    assert f"Path={where};" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    again = site.test_client().get(where).headers["Set-Cookie"]
    assert again.split(";")[0] != cookie.split(";")[0]


def test_a_forged_cookie_is_no_browser(site, opened, clock):
    box_id, where = opened()
    client = site.test_client()
    page = client.get(where).text
    client.set_cookie("piaojue-q", '"00000000000000000000000000000000".x', path=where)
    clock.wait(30)
    data = {"receipt": receipt_in(page), "shown": shown_in(page), "step": "cast"} | MARKS
    assert client.post(where, data=data).status_code == 400
    assert stored(site, box_id) == (0, 0)


def test_before_and_after_it_says_so(site, clock, opened):
    box_id, where = opened()
    client = site.test_client()
    page = client.get(where).text
    with site.app_context():
        box_service.close_box(box_id, "o", now=NOON)
        drafted_id = drafted(2, groups=GROUPS)
        waiting = f"/q/{box_service.get_box(drafted_id).public_key}"
    assert "问卷已经结束" in site.test_client().get(where).text
    clock.wait(30)
    data = {"receipt": receipt_in(page), "shown": shown_in(page), "step": "cast"} | MARKS
    late = client.post(where, data=data)
    assert (late.status_code, "问卷已经结束" in late.text) == (409, True)
    early = client.get(waiting)
    assert (early.status_code, "问卷还没有开始" in early.text) == (409, True)
    assert "2026年度政府部门工作满意度测评" not in early.text, "a draft may still change its title"
    assert client.post(waiting, data=MARKS).status_code == 400


def test_an_address_that_leads_nowhere(site, opened):
    _, where = opened()
    client = site.test_client()
    for path in ("/q/00000000", "/q/x", "/q/00000000/thanks", "/q/00000000/enclosed/a"):
        answer = client.get(path)
        assert (answer.status_code, "没有这份问卷" in answer.text) == (404, True)
    with site.app_context():
        box_id = drafted(1)
        hand_out(box_id, 3)
        box_service.open_box(box_id, roll(50), "o", now=NOON)
        plain = box_service.get_box(box_id).public_key
    assert client.get(f"/q/{plain}").status_code == 404, "no questionnaire is on that paper"
    spelled = where[:3] + where[3:7].lower() + "-" + where[7:].lower()
    assert client.get(spelled).status_code == 200


def test_thanks_are_for_the_browser_that_answered(site, opened, clock):
    _, where = opened()
    client = site.test_client()
    thanks = fill(client, where, clock).location
    assert client.get(thanks).status_code == 200
    assert site.test_client().get(thanks).status_code == 302
    assert client.get(f"{where}/thanks?receipt={new_receipt()}").status_code == 302
    assert client.get(f"{where}/thanks").status_code == 302


def test_material_is_shown_while_it_is_open(site, opened):
    box_id, where = opened()
    client = site.test_client()
    key = re.search(rf"{where}/enclosed/(\w+)", client.get(where).text)[1]
    report = client.get(f"{where}/enclosed/{key}")
    assert (report.data, report.mimetype) == (PDF, "application/pdf")
    assert client.get(f"{where}/enclosed/none").status_code == 404
    with site.app_context():
        box_service.close_box(box_id, "o", now=NOON)
    assert client.get(f"{where}/enclosed/{key}").status_code == 409


def test_a_flood_from_one_address_is_held_back_and_the_others_go_on(site, opened, clock, limited, monkeypatch):  # fmt: skip
    del limited
    monkeypatch.setattr(site.extensions["settings"].__class__, "answers_per_address", 3)
    monkeypatch.setattr(site.extensions["settings"].__class__, "answers_in_all", 5)
    box_id, where = opened()
    sent = [fill(site.test_client(), where, clock).status_code for _ in range(4)]
    assert sent == [303, 303, 303, 503]
    assert stored(site, box_id) == (3, 3)

    def from_elsewhere() -> int:
        client = site.test_client()
        page = client.get(where).text
        data = {"receipt": receipt_in(page), "shown": shown_in(page), "step": "cast"} | MARKS
        elsewhere = {"REMOTE_ADDR": "10.0.0.9"}
        return client.post(where, data=data, environ_base=elsewhere, headers=JSON).status_code

    assert [from_elsewhere() for _ in range(3)] == [200, 200, 429]


def test_questionnaire_alone_is_held_without_a_card(site, opened, clock):
    box_id, where = opened((PUBLIC,))
    for number in range(6):
        fill(site.test_client(), where, clock, **{"item-s2": "A" if number == 0 else "C"})
    with site.app_context():
        sealed = box_service.close_box(box_id, "o", now=NOON)
    assert sealed.open_alone
    (group,) = sealed.result["groups"]
    assert (group["returned"], group["valid"], group["left_out"]) == (6, 5, {"uniform": 1})
    assert sealed.result["void"] is False
    assert [line["outcome"]["label"] for line in sealed.result["lines"]]


def test_it_is_small_on_the_air_and_asks_no_other_host(site, opened):
    _, where = opened()
    page = site.test_client().get(where).text
    assert len(page.encode()) < 40_000
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)


def test_receipts_stay_out_of_the_log(site, opened, clock, caplog, monkeypatch):
    _, where = opened()
    monkeypatch.setattr(views, "cast_open", lambda *_, **__: 1 / 0)
    site.config["PROPAGATE_EXCEPTIONS"] = False
    site.testing = False
    with caplog.at_level("INFO"):
        assert fill(site.test_client(), where, clock).status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert where not in caplog.text
    assert "/q/…" in caplog.text
