"""An open questionnaire on a real phone: scan, answer, reload, lost answers, a second try."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from playwright.sync_api import Browser, Page, Route, expect

from app.ballotbox import service as box_service
from evaluation.paper import RaterGroup
from tests.browsing import faults, page_at, serving
from tests.conftest import make_app
from tests.contracts.hall import NOON, roll
from tests.integration.evaluation.evaluations import drafted

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
PUBLIC = RaterGroup("open_sample", "社会公众", 40, open_sample=True, uniform_invalid=True)


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Flask:
    return make_app(sqlite_url, tmp_path)


@pytest.fixture
def box_id(site: Flask) -> int:
    with site.app_context(), force_locale("zh_Hans"):
        made = drafted(5, "jinshi", groups=(PUBLIC,))
        box_service.open_box(made, roll(0), "o", now=NOON)
        return made


@pytest.fixture
def where(site: Flask, box_id: int) -> str:
    with site.app_context():
        return f"/q/{box_service.get_box(box_id).public_key}"


@pytest.fixture
def page(browser: Browser, site: Flask) -> Iterator[Page]:
    with serving(site) as address, page_at(browser, address, **PHONE) as opened:
        yield opened


def mark(page: Page, grades: str) -> None:
    for number, letter in enumerate(grades, 1):
        page.locator(f"[data-item='s{number}'] .answer:has([value={letter}])").click()


def check(page: Page) -> None:
    page.locator("[name=step][value=review]").click()
    expect(page.locator("[data-cast]")).to_be_visible()


def received(site: Flask, box_id: int) -> int | None:
    with site.app_context():
        return box_service.live_sample(box_id)


def test_the_walk_from_the_code_to_the_thanks(site, page, box_id, where):
    page.goto(where)
    assert faults(page) == []
    mark(page, "ABA")
    page.reload()
    expect(page.locator("[data-n]")).to_have_text("3")
    mark(page, "ABACB")
    check(page)
    assert faults(page) == []
    page.get_by_role("button", name="确认提交").click()
    page.wait_for_url("**/thanks?receipt=*")
    expect(page.get_by_role("heading", name="谢谢，您的问卷已收到")).to_be_visible()
    assert faults(page) == []
    assert received(site, box_id) == 1
    page.goto(where)
    expect(page.get_by_role("heading", name="您已经填过这份问卷")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0, "the phone keeps nothing of what was chosen"
    with site.app_context():
        box_service.close_box(box_id, "o", now=NOON)
        assert box_service.stored_ballots(box_id) == (("open_sample", b"ABACB"),)


def test_a_lost_answer_is_sent_again_and_counts_once(site, page, box_id, where):
    page.goto(where)
    mark(page, "AABBC")
    check(page)
    tries: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        tries.append(route.request.method)
        if len(tries) == 1:
            route.fetch()  # it reached the box; its answer is lost on the way back
            route.abort()
        else:
            route.continue_()

    page.route(f"**{where}*", lose_the_first_answer)
    page.get_by_role("button", name="确认提交").click()
    page.wait_for_url("**/thanks?receipt=*", timeout=20_000)
    assert len(tries) >= 2
    assert received(site, box_id) == 1


def test_a_phone_that_lost_the_thanks_finds_them_by_itself(site, page, box_id, where):
    page.goto(where)
    mark(page, "AABBC")
    check(page)

    def lose_every_answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(f"**{where}*", lose_every_answer)
    page.get_by_role("button", name="确认提交").click()
    expect(page.locator("[data-delivery]")).to_contain_text("正在自动重发")
    page.unroute_all(behavior="ignoreErrors")
    page.goto(where)
    page.wait_for_url("**/thanks?receipt=*")
    assert received(site, box_id) == 1


def test_another_browser_is_another_answer(browser, site, page, box_id, where):
    for opened in (page, None):
        if opened is None:
            with serving(site) as address, page_at(browser, address, **PHONE) as other:
                answer(other, where)
        else:
            answer(opened, where)
    assert received(site, box_id) == 2


def answer(page: Page, where: str) -> None:
    page.goto(where)
    mark(page, "ABCAB")
    check(page)
    page.get_by_role("button", name="确认提交").click()
    page.wait_for_url("**/thanks?receipt=*")


def test_without_cookies_it_says_why(browser, site, where):
    with serving(site) as address, page_at(browser, address, **PHONE) as page:
        page.goto(where)
        mark(page, "ABCAB")
        check(page)
        page.context.clear_cookies()
        page.get_by_role("button", name="确认提交").click()
        page.wait_for_url("**/no-cookies")
        expect(page.get_by_role("heading", name="这个浏览器不保存 Cookie")).to_be_visible()
