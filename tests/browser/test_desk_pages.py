"""Desk pages that the walks do not step on: usable for everybody, and on a phone of 360 pixels."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from playwright.sync_api import Browser, Page, expect

from app.accounts.roles import Role
from app.ballotbox import service as box_service
from app.extensions import db
from tests.browsing import faults, page_at, serving
from tests.conftest import make_app
from tests.contracts.hall import NOON
from tests.integration.evaluation.evaluations import drafted, hand_out, hold
from tests.web.tickets.conftest import signed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Flask:
    return make_app(sqlite_url, tmp_path)


@pytest.fixture
def boxes(site: Flask) -> tuple[int, int]:
    """A drafted evaluation, and one of the same session whose result is announced."""
    with site.app_context(), force_locale("zh_Hans"):
        held = drafted(4)
        session_id = box_service.get_box(held).session_id
        hold(held, hand_out(held, 8), [b"AABC"] * 7)
        for name in ("赵监票", "钱监票"):
            box_service.certify(held, name, name, 2, now=NOON)
        box_service.announce(held, "o", now=NOON)
        draft = drafted(3, session_id=session_id)
        db.session.remove()
    return draft, held


@pytest.fixture(params=[1366, 360])
def page(
    request: pytest.FixtureRequest, site: Flask, boxes: tuple[int, int], browser: Browser
) -> Iterator[Page]:
    cookie = signed_in(site, Role.ORGANISER).get_cookie("piaojue")
    assert cookie is not None
    size = {"width": request.param, "height": 740}
    with (
        serving(site) as address,
        page_at(browser, address, cookie.value, viewport=size, locale="zh-CN") as opened,
    ):
        yield opened


def usable(page: Page) -> None:
    """Axe finds nothing, and nothing is wider than the screen."""
    assert faults(page) == []
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    ), page.url


def test_the_outcomes_of_an_evaluation_are_typed_by_anybody(
    page: Page, boxes: tuple[int, int]
) -> None:
    page.goto(f"/desk/evaluations/{boxes[0]}/outcomes")
    usable(page)
    page.click("button[value='add grades']")
    page.click("button[value='add rules']")
    expect(page.locator(".rule-row")).to_have_count(4)
    usable(page)
    page.locator("form[data-rows] .actions button").last.click()
    expect(page.locator("[role=alert], .notice.bad").first).to_be_visible()
    usable(page)


def test_the_documents_are_there_for_anybody(page: Page, site: Flask) -> None:
    page.goto("/desk/sessions/1/documents")
    expect(page.locator("main")).to_contain_text("2026年度政府部门工作满意度测评")
    usable(page)
