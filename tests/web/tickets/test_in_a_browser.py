"""At the desk in a real browser: a scanner as fast as it types, and a file that comes once."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browsing import faults, page_at, serving
from tests.web.tickets.conftest import pages_of

pytestmark = pytest.mark.browser


@pytest.fixture
def page(organiser, browser) -> Iterator[Page]:
    cookie = organiser.client.get_cookie("piaojue").value
    with serving(organiser.app) as address, page_at(browser, address, cookie) as opened:
        yield opened


def test_cards_scanned_in_a_row_are_all_enabled(organiser, page):
    codes = organiser.issue(12, 0)
    organiser.check_in(10)
    page.goto(organiser.url("/hand-out"))
    for code in codes[:10]:
        page.keyboard.type(f"HTTP://192.168.1.10:8000/b/{code}\n")
    handed_out = page.locator("[data-count] .stat.strong .figure")
    handed_out.filter(has_text=re.compile(r"^\s*10\s*$")).wait_for()
    assert organiser.cards().handed_out == 10
    assert page.locator(".telling.good").is_visible()
    assert page.input_value("#code") == ""
    # somebody clicks beside the field, and the scanner goes on
    page.locator("h1").click()
    page.keyboard.type(f"{codes[0]}\n")
    page.locator(".telling.warn").get_by_text("这张已经启用过").wait_for()
    page.keyboard.type(f"{codes[10]}\n")
    page.locator(".telling.warn").get_by_text("发放数超过签到人数").wait_for()
    page.keyboard.type("no card\n")
    page.locator(".telling.bad").get_by_text("不认识").wait_for()
    assert page.evaluate("document.activeElement.id") == "code"
    assert codes[0] not in page.content()


def test_a_scan_that_does_not_arrive_is_told(organiser, page):
    code = organiser.issue(1, 0)[0]
    page.goto(organiser.url("/hand-out"))
    page.route("**/hand-out", lambda route: route.abort())
    page.keyboard.type(f"{code}\n")
    page.locator(".telling.bad").get_by_text("再扫一次").wait_for()
    page.unroute("**/hand-out")
    page.keyboard.type(f"{code}\n")
    page.locator(".telling.warn").wait_for()
    assert organiser.cards().handed_out == 1


def test_the_file_comes_once_and_the_page_stays(organiser, page):
    page.goto(organiser.url())
    make = page.locator("form[data-download] button[type=submit]")
    with page.expect_download() as first:
        make.click()
    assert first.value.suggested_filename.startswith("票卡_")
    assert len(pages_of(first.value.path().read_bytes())) == 2
    page.get_by_text("文件已生成").wait_for()
    page.locator("[data-live]").get_by_text("第 1 批").first.wait_for()
    with page.expect_download() as again:
        page.get_by_text("再保存一次文件").click()
    assert again.value.path().read_bytes() == first.value.path().read_bytes()
    make.click()  # the number is empty now, so nothing is printed by a second click
    assert organiser.cards().printed == 15


def test_a_fault_in_the_form_is_shown_where_it_is(organiser, page):
    page.goto(organiser.url())
    page.select_option("#group", "")
    page.fill("#count", "3")
    page.locator("form[data-download] button[type=submit]").click()
    page.locator("#other-error").wait_for()
    assert page.locator("#other-error").is_visible()
    assert organiser.cards().printed == 0


@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_at_the_desk(organiser, page, width):
    page.set_viewport_size({"width": width, "height": 760})
    page.goto(organiser.url())
    assert faults(page) == []
    codes = organiser.issue()
    organiser.outcome(codes[0])
    log = f"/desk/sessions/{organiser.session_id}/log"
    pile = organiser.url(f"/{organiser.batch_id()}/pile")
    for path in (organiser.url(), organiser.url("/hand-out"), organiser.url("/void"), pile, log):
        page.goto(path)
        assert faults(page) == [], path
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
    for said in ("handed_out", "already_out", "unknown"):
        page.goto(organiser.url(f"/hand-out?said={said}"))
        assert faults(page) == [], said
