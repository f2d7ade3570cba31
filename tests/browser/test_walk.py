"""A vote as its users hold it: from the first sign-in to the exported sheet, with two phones."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.accounts.roles import Role
from app.accounts.service import create_staff
from tests.browsing import serving
from tests.conftest import make_app

pytestmark = pytest.mark.browser

ROSTER = "代表证号,姓名,代表团\n001,张玉书,海曙代表团\n002,李秀兰,海曙代表团\n003,买买提·艾力,江北代表团\n"
PROJECTS = "项目名称,责任单位,总投资（万元）\n" + "".join(
    f"民生实事项目{n},市教育局,{n}00.5\n" for n in range(1, 6)
)
PASSWORD = "ming-zhou-2026"


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Flask:
    made = make_app(sqlite_url, tmp_path)
    made.config["WTF_CSRF_ENABLED"] = True
    with made.app_context():
        for name, role in (("wang", Role.ORGANISER), ("jian", Role.SCRUTINEER)):
            create_staff(name, f"{name}先生", role, PASSWORD, must_change_password=False)
        create_staff("piao", "piao女士", Role.SCRUTINEER, PASSWORD, must_change_password=False)
    return made


@pytest.fixture
def served(site: Flask) -> Iterator[str]:
    with serving(site) as address:
        yield address


class Walk:
    """A desk and two phones; every page that is stepped on is asked whether anyone can use it."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.contexts: list[BrowserContext] = []
        self.troubles: list[str] = []
        self.desk = self.open(1366, 768)

    def open(self, width: int, height: int, **options: object) -> Page:
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            accept_downloads=True,
            **options,  # type: ignore[arg-type]
        )
        self.contexts.append(context)
        context.set_default_timeout(8_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda request: self.own(request.url))
        return page

    def own(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.troubles.append(f"asked another host: {url}")

    def look(self, page: Page) -> None:
        """No serious fault of accessibility, and nothing wider than the screen."""
        found = Axe().run(page).response["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        assert [(one["id"], one["nodes"][0]["html"]) for one in serious] == [], page.url
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), page.url

    def press(self, words: str) -> None:
        """Press the button or link of these words, and say yes where that is asked."""
        asked = self.desk.locator("summary").filter(has_text=re.compile(f"^\\s*{words}\\s*$"))
        if asked.count():
            asked.first.click()
            self.look(self.desk)
            self.desk.locator("dialog[open] form button.primary, dialog[open] form button.danger"
                              ).click()  # fmt: skip
        else:
            button = self.desk.get_by_role("button", name=words, exact=True)
            button.first.click()
        self.desk.wait_for_load_state()

    def upload(self, field: str, name: str, content: str) -> None:
        self.desk.set_input_files(
            f"input[name={field}]",
            {"name": name, "mimeType": "text/csv", "buffer": content.encode()},
        )
        self.desk.locator("main form button[type=submit]").first.click()
        self.desk.wait_for_load_state()


@pytest.fixture
def walk(browser: Browser, served: str) -> Iterator[Walk]:
    made = Walk(browser, served)
    yield made
    for context in made.contexts:
        context.close()
    assert made.troubles == []


def sign_in(walk: Walk) -> None:
    walk.desk.goto("/sign-in")
    walk.look(walk.desk)
    walk.desk.fill("[name=username]", "wang")
    walk.desk.fill("[name=password]", PASSWORD)
    walk.desk.locator("main button[type=submit]").click()
    expect(walk.desk).to_have_url(re.compile("/desk/sessions"))
    walk.look(walk.desk)


def prepare(walk: Walk) -> None:
    desk = walk.desk
    desk.goto("/desk/deputies/import")
    walk.look(desk)
    walk.upload("table", "名册.csv", ROSTER)
    expect(desk.locator("main")).to_contain_text("3")
    walk.look(desk)
    desk.goto("/desk/deputies")
    walk.look(desk)
    expect(desk.locator("main")).to_contain_text("买买提·艾力")
    desk.goto("/desk/sessions/new")
    walk.look(desk)
    for field, text in (
        ("body", "明州市人民代表大会"),
        ("term", "第十七届"),
        ("title", "第五次会议"),
    ):
        desk.fill(f"[name={field}]", text)
    desk.check("[name=body_kind][value=congress]")
    desk.fill("[name=held_on]", "2027-01-12")
    desk.locator("main form button[type=submit]").first.click()
    expect(desk).to_have_url(re.compile("/desk/sessions/1"))
    walk.look(desk)


def check_in(walk: Walk) -> None:
    desk = walk.desk
    desk.goto("/desk/sessions/1/checkin")
    for typed in ("zys", "002", "买买提·艾力"):
        desk.fill("[name=text]", typed)
        desk.keyboard.press("Enter")
        expect(desk.locator("[data-slot=outcome]")).to_contain_text("已签到")
    walk.look(desk)
    expect(desk.locator("main")).to_contain_text("实到3人")


def print_cards(walk: Walk) -> list[str]:
    desk = walk.desk
    desk.goto("/desk/sessions/1/tickets")
    walk.look(desk)
    desk.fill("[name=count]", "3")
    desk.fill("[name=spare]", "1")
    with desk.expect_download() as printed:
        walk.press("生成票卡并下载文件")
    document = pypdfium2.PdfDocument(Path(printed.value.path()).read_bytes())
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    codes = re.findall(r"([0-9A-Z]{4}-[0-9A-Z]{4})\s+([0-9A-Z]{4}-[0-9A-Z]{4})", text)
    document.close()
    assert len(codes) == 4
    return ["-".join(halves) for halves in codes]


def hand_out(walk: Walk, codes: list[str]) -> None:
    desk = walk.desk
    desk.goto("/desk/sessions/1/tickets/hand-out")
    walk.look(desk)
    for code in codes[:3]:
        desk.fill("[name=code]", code)
        desk.keyboard.press("Enter")
        expect(desk.locator("[name=code]")).to_have_value("")
    expect(desk.locator("[data-count]")).to_contain_text(re.compile(r"已发放\s*3"))
    desk.goto("/desk/sessions/1/tickets")
    walk.press("全部剩余票作废")
    expect(desk.locator("main")).to_contain_text("票卡核对相符")
    walk.look(desk)


def draft(walk: Walk) -> None:
    desk = walk.desk
    desk.goto("/desk/sessions/1/votes/new")
    walk.look(desk)
    desk.fill("[name=title]", "2027年度民生实事项目票决")
    desk.fill("[name=seats]", "2")
    desk.locator("main form button[type=submit]").first.click()
    expect(desk).to_have_url(re.compile(r"/desk/votes/1$"))
    desk.goto("/desk/votes/1/candidates/import")
    walk.upload("file", "项目.csv", PROJECTS)
    for part in ("", "/rules", "/preview", "/dry-run"):
        desk.goto(f"/desk/votes/1{part}")
        walk.look(desk)


def vote(walk: Walk, code: str, numbers: tuple[int, ...], *, scripts: bool) -> str:
    phone = walk.open(360, 740, is_mobile=True, has_touch=True, java_script_enabled=scripts)
    phone.goto(f"/b/{code}")
    if scripts:
        walk.look(phone)
    for number in numbers:
        phone.locator(f"[name=item-p{number}]").check()
    phone.get_by_role("button", name="下一步：核对").click()
    phone.get_by_role("button", name="确认投票").click()
    expect(phone).to_have_url(re.compile("thanks"))
    page = phone.content()
    assert "民生实事项目1" not in page
    if scripts:
        walk.look(phone)
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)
    assert found
    return found[0]


def test_a_vote_from_the_roster_to_the_announced_result(walk: Walk) -> None:
    sign_in(walk)
    prepare(walk)
    check_in(walk)
    codes = print_cards(walk)
    hand_out(walk, codes)
    draft(walk)
    desk = walk.desk
    desk.goto("/desk/boxes/1")
    walk.look(desk)
    walk.press("开启投票")
    expect(desk.locator("main")).to_contain_text("发出票")
    walk.look(desk)
    receipts = [
        vote(walk, codes[0], (1, 2), scripts=True),
        vote(walk, codes[1], (1, 2), scripts=False),
    ]
    expect(desk.locator("[data-live]")).to_contain_text("2 / 3", timeout=10_000)
    walk.press("结束投票并计票")
    expect(desk.locator("main")).to_contain_text("当选")
    walk.look(desk)
    for scrutineer in ("jian", "piao"):
        desk.fill("[name=username]", scrutineer)
        desk.fill("[name=password]", PASSWORD)
        walk.press("签名确认")
    walk.press("宣布结果")
    expect(desk.locator(".page-header")).to_contain_text("已宣布")
    walk.look(desk)
    with desk.expect_download() as exported:
        desk.locator("a[href$='.xlsx']").first.click()
    book = load_workbook(io.BytesIO(Path(exported.value.path()).read_bytes()))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"民生实事项目1", "当选", 2} <= cells
    desk.goto("/desk/boxes/1/receipts")
    for receipt in receipts:
        expect(desk.locator("main")).to_contain_text(receipt)
    walk.look(desk)
    desk.goto("/desk/sessions/1/log")
    walk.look(desk)
