"""What axe finds on the pages of the staff, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from app.accounts.roles import Role
from tests.browsing import faults, page_at, serving
from tests.web.accounts.conftest import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def page(desk, browser) -> Iterator[Page]:
    with serving(desk) as address, page_at(browser, address) as opened:
        yield opened


@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_on_the_staffs_pages(page, width):
    page.set_viewport_size({"width": width, "height": 760})
    page.goto("/sign-in?next=/staff")
    assert faults(page) == []
    page.fill("#username", Role.ADMINISTRATOR.value)
    page.fill("#password", "wrong horse")
    page.click("main button[type=submit]")
    assert page.locator("[role=alert]").is_visible()
    assert faults(page) == []
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    for path in ("/staff", "/staff/new", "/password", "/no/such/page"):
        page.goto(path)
        assert faults(page) == [], path
        wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wider, path
    page.goto("/staff")
    page.locator(".confirm summary").first.click()
    assert page.locator("dialog[open]").is_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    assert page.locator("dialog").count() == 0
