"""Typing a scale and its rules on the desk: rows come and go in place, and then it is saved."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from app.accounts import service as accounts
from app.accounts.roles import Role
from evaluation import service
from tests.conftest import make_app
from tests.integration.evaluation.evaluations import drafted

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Flask:
    return make_app(sqlite_url, tmp_path)


@pytest.fixture
def box_id(site: Flask) -> int:
    with site.app_context(), force_locale("zh_Hans"):
        accounts.create_staff("o", "王秘书", Role.ORGANISER, PASSWORD, must_change_password=False)
        return drafted(4)


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def desk(request: pytest.FixtureRequest, browser: Browser, site: Flask, box_id: int) -> Iterator[Page]:  # fmt: skip
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, java_script_enabled=request.param
    )
    page = context.new_page()
    page.goto(f"{base}/sign-in")
    page.fill("[name=username]", "o")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    page.goto(f"{base}/desk/evaluations/{box_id}/outcomes")
    yield page
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_grade_and_a_rule_are_added_and_saved(desk: Page, site: Flask, box_id: int) -> None:
    desk.click("button[value='add grades']")
    desk.fill("#grades-3-label", "不了解")
    desk.click("button[value='add rules']")
    expect(desk.locator(".rule-row")).to_have_count(4)
    expect(desk.locator("#grades-3-label")).to_have_value("不了解")
    desk.fill("#rules-2-label", "需再议")
    desk.check("input[name='rules-2-when-0-grades'][value=D]")
    desk.fill("#rules-2-when-0-bar", "三分之一")
    desk.click("button[value='remove rules 1']")
    expect(desk.locator(".rule-row")).to_have_count(3)
    expect(desk.locator("#rules-1-label")).to_have_value("需再议")
    desk.locator("form[data-rows] .actions button").last.click()
    expect(desk.locator(".notice.good")).to_be_visible()
    with site.app_context():
        paper = service.get_draft(box_id).paper
    assert [grade.label for grade in paper.scale.grades] == ["满意", "基本满意", "不满意", "不了解"]
    assert [rule.outcome.label for rule in paper.rules] == ["满意", "需再议", "不满意"]
    assert str(paper.rules[1].when[0].threshold) == "gt 1/3"
