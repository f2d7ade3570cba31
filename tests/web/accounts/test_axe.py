"""What axe finds on the pages of the staff, in a real browser."""

import shutil
import tempfile
import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from app.accounts.roles import Role
from tests.web.accounts.conftest import PASSWORD

pytestmark = pytest.mark.browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def address(desk) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, desk, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(address):
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium, args=list(FLAGS), base_url=address
        )
        yield context.new_page()
        context.close()


def faults(page) -> list[tuple[str, str]]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found]


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
