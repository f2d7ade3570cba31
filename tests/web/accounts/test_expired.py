"""A login that ends while somebody is typing, in a real browser: sign in, and go on typing."""

import pytest

from app.accounts.roles import Role
from tests.browsing import faults, page_at, serving
from tests.web.accounts.conftest import PASSWORD

pytestmark = pytest.mark.browser
NAME = "欧阳·阿依古丽"


@pytest.mark.parametrize("scripts", [True, False])
def test_who_was_typing_goes_on_typing(desk, browser, scripts):
    desk.config["WTF_CSRF_ENABLED"] = True
    with (
        serving(desk) as address,
        page_at(browser, address, java_script_enabled=scripts) as page,
    ):
        page.goto("/sign-in?next=/desk/deputies/new")
        sign_in(page)
        page.fill("#number", "901")
        page.fill("#name", NAME)
        page.context.clear_cookies()
        page.click("main button[type=submit]")
        assert page.locator("h1").inner_text() == "您的登录已过期"
        if scripts:
            assert faults(page) == []
        sign_in(page)
        if not scripts:
            page.click("main button[type=submit]")
        page.wait_for_selector("#name")
        assert page.url.endswith("/desk/deputies/new")
        assert page.input_value("#name") == NAME
        assert Role.ORGANISER.value.title() in page.locator("main [role=alert]").inner_text()
        page.click("main button[type=submit]")
        page.goto("/desk/deputies")
        assert page.locator("main").inner_text().count(NAME) == 1


def sign_in(page):
    page.fill("#username", Role.ORGANISER.value)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
