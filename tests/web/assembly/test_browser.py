"""The check-in desk in a real browser: keyboard, scanner, a lost network; and what axe finds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app.assembly.quorum import Presence
from tests.browsing import faults, page_at, serving
from tests.web.assembly.conftest import Desk

pytestmark = pytest.mark.browser

PRESENT = Presence.PRESENT


@pytest.fixture
def page(desk: Desk, browser: Browser) -> Iterator[Page]:
    """The organiser's browser; it fails the test on any script error."""
    cookie = desk.client.get_cookie("piaojue")
    with serving(desk.app) as address, page_at(browser, address, cookie.value) as opened:
        yield opened


@pytest.fixture
def at_desk(desk: Desk, page: Page) -> Page:
    page.goto(desk.url("/checkin"))
    expect(page.locator("#text")).to_be_focused()
    return page


def told(page: Page):
    return page.locator("[data-slot=outcome] .telling-heading")


def found(page: Page):
    return page.locator("[data-slot=found] li")


def test_who_is_meant_shows_as_one_types_and_enter_checks_in(desk, at_desk):
    expect(at_desk.locator("#text")).to_be_focused()
    at_desk.keyboard.type("zys")
    expect(found(at_desk)).to_have_count(1)
    assert desk.states() == {}
    at_desk.keyboard.press("Enter")
    expect(told(at_desk)).to_have_text("张玉书 · Checked in")
    expect(at_desk.locator("#text")).to_have_value("")
    expect(at_desk.locator("#text")).to_be_focused()
    expect(found(at_desk)).to_have_count(0)
    assert desk.states() == {"001": PRESENT}


def test_the_line_of_attendance_follows_what_other_desks_do(desk, at_desk):
    line = at_desk.locator("[data-live]")
    expect(line).to_contain_text("0 present")
    desk.enter("001")
    expect(line).to_contain_text("1 present", timeout=8000)


def test_a_scanner_checks_in_one_after_the_other_with_or_without_enter(desk, at_desk):
    codes = [desk.deputy(number).badge_code for number in ("002", "003", "004")]
    at_desk.keyboard.type(codes[0])
    expect(told(at_desk)).to_have_text("王伟 · Checked in")
    at_desk.keyboard.type(codes[1])
    at_desk.keyboard.press("Enter")
    at_desk.keyboard.type(codes[2])
    at_desk.keyboard.press("Enter")
    expect(told(at_desk)).to_have_text("买买提·艾力 · Checked in")
    assert set(desk.states()) == {"002", "003", "004"}
    expect(at_desk.locator("#text")).to_have_value("")


def test_a_typed_number_waits_for_enter(desk, at_desk):
    at_desk.keyboard.type("12")
    expect(found(at_desk)).to_have_count(2)
    at_desk.wait_for_timeout(400)
    assert desk.states() == {}
    at_desk.keyboard.press("Enter")
    expect(told(at_desk)).to_have_text("单田芳 · Checked in")


def test_of_several_one_is_chosen_by_keyboard_alone_and_taken_back(desk, at_desk):
    at_desk.keyboard.type("王伟")
    expect(found(at_desk)).to_have_count(2)
    at_desk.keyboard.press("Enter")
    at_desk.wait_for_timeout(300)
    assert desk.states() == {}
    expect(at_desk.locator("#text")).to_have_value("王伟")
    at_desk.keyboard.press("ArrowDown")
    at_desk.keyboard.press("ArrowDown")
    expect(found(at_desk).nth(1).get_by_role("button").first).to_be_focused()
    at_desk.keyboard.press("Enter")
    expect(told(at_desk)).to_have_text("王伟 · Checked in")
    assert desk.states() == {"003": PRESENT}
    at_desk.get_by_role("button", name="Take it back").click()
    expect(told(at_desk)).to_have_text("王伟 · Taken back")
    assert desk.states() == {}
    expect(at_desk.locator("#text")).to_be_focused()


def test_a_scan_never_presses_the_button_that_has_the_focus(desk, at_desk):
    desk.press("check_in", "002")
    at_desk.keyboard.type("002")
    expect(found(at_desk)).to_have_count(1)
    at_desk.keyboard.press("ArrowDown")
    expect(at_desk.get_by_role("button", name="Left early")).to_be_focused()
    at_desk.keyboard.press("Escape")
    at_desk.keyboard.type("王伟")
    expect(found(at_desk)).to_have_count(2)
    at_desk.keyboard.press("ArrowDown")
    at_desk.evaluate("document.querySelector('#text').value = ''")
    at_desk.keyboard.type(desk.deputy("004").badge_code)
    at_desk.keyboard.press("Enter")
    expect(told(at_desk)).to_have_text("买买提·艾力 · Checked in")
    assert desk.states() == {"002": PRESENT, "004": PRESENT}


def test_a_lost_network_is_said_and_what_was_typed_comes_back(desk, at_desk):
    def cut(route: Route) -> None:
        route.abort()

    at_desk.route("**/checkin", cut)
    at_desk.keyboard.type("zys")
    at_desk.keyboard.press("Enter")
    expect(told(at_desk)).to_contain_text("Not sent")
    expect(at_desk.locator("#text")).to_have_value("zys")
    at_desk.unroute("**/checkin", cut)
    at_desk.keyboard.press("Enter")
    expect(told(at_desk)).to_have_text("张玉书 · Checked in")


def test_who_is_signed_out_meanwhile_is_told(desk, at_desk):
    at_desk.context.clear_cookies()
    at_desk.keyboard.type("001")
    at_desk.keyboard.press("Enter")
    expect(told(at_desk)).to_contain_text("You are signed out.")
    assert desk.states() == {}


@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(desk, page, width):
    page.set_viewport_size({"width": width, "height": 760})
    desk.press("on_leave", "001")
    paths = ("", "/edit", "/checkin", "/checkin/list", "/checkin/badges")
    roster = ("", "/new", "/import", "?gone=yes", f"/{desk.id_of('004')}")
    for path in (
        "/desk/sessions",
        "/desk/sessions/new",
        *map(desk.url, paths),
        *(f"/desk/deputies{path}" for path in roster),
    ):
        page.goto(path)
        assert faults(page) == [], path
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
    page.goto(desk.url("/checkin"))
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("王伟")
    expect(found(page)).to_have_count(2)
    assert faults(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(told(page)).to_be_visible()
    assert faults(page) == []
