"""Real browsers for tests: one Chromium a process, servers on a free port, what axe finds."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium; the test is skipped where there is none."""
    found = os.environ.get("PIAOJUE_CHROMIUM") or shutil.which("chromium")
    if found is None:
        pytest.skip("no chromium here (tests/browser/need.sh installs it)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def serving(site: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine; yield its address."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def page_at(browser: Browser, address: str, cookie: str = "", **options: Any) -> Iterator[Page]:
    """Open a page of its own, signed in with a cookie of the desk; script errors fail the test."""
    context = browser.new_context(base_url=address, **options)
    if cookie:
        context.add_cookies([{"name": "piaojue", "value": cookie, "url": address}])
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def faults(page: Page) -> list[tuple[str, str]]:
    """What axe has against a page, of any severity: the rule and the place."""
    found = Axe().run(page).response["violations"]
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found]
