"""The three screens while a rehearsal runs: live, never backwards, and back by themselves."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from app.accounts.roles import Role
from app.accounts.service import create_staff
from app.ballotbox.codes import printed
from app.extensions import db
from app.hall import service as screens
from tests.browsing import faults, serving
from tests.conftest import make_app
from tests.contracts.hall import make_session
from tests.integration.service.server import HOUSE, Server

pytestmark = pytest.mark.browser

PASSWORD = "ming-zhou-2026"
SIZE = {"width": 1920, "height": 1080}
SOON = 15_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "instance")
    made.start("--demonstration")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGKILL)


@pytest.fixture
def link(server: Server, tmp_path: Path) -> str:
    """The address of the demonstration session's screens; an operator is taken on besides."""
    app = make_app(f"sqlite:///{tmp_path / 'instance' / 'piaojue.sqlite'}", tmp_path / "aside")
    with app.app_context():
        key = screens.screen_of(1).key
        create_staff("wang", "王会务", Role.ORGANISER, PASSWORD, must_change_password=False)
        db.session.remove()
        db.engine.dispose()
    return f"{server.address}/screen/{printed(key)}"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=SIZE, locale="zh-CN")  # type: ignore[arg-type]
    yield made
    made.close()


def rehearse(server: Server, voters: int, seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "app.cli", "rehearse", "1", "--voters", str(voters)),
            *("--seconds", str(seconds), "--server", server.address),
        ],
        cwd=HOUSE,
        env=server.environ,
        stdout=subprocess.DEVNULL,
    )


WATCHED = """() => {
  window.counts = [];
  const note = () => {
    const cast = document.querySelector("[data-picture=voting] [data-figure=cast]");
    if (cast) window.counts.push(Number(cast.textContent));
  };
  new MutationObserver(note).observe(document.getElementById("picture"),
    { subtree: true, childList: true, characterData: true });
}"""


def fits(page: Page) -> None:
    """Nothing leaves the screen: no scrolling, and no line of a leaf below its frame."""
    assert page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("main, .leaves")]
          .every((one) => one.scrollHeight <= one.clientHeight + 2
            && one.scrollWidth <= one.clientWidth + 2)"""
    ), page.url


def test_the_screens_follow_a_rehearsal(server: Server, link: str, context: BrowserContext) -> None:
    troubles: list[str] = []
    hall, table = context.new_page(), context.new_page()
    for page in (hall, table):
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console", lambda said: troubles.append(said.text) if said.type == "error" else None
        )
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith(server.address) else troubles.append(asked.url)
            ),
        )
    hall.goto(link)
    table.goto(f"{link}/table")
    expect(hall.locator("main")).to_contain_text("实到")
    fits(hall)
    assert faults(hall) == []
    assert faults(table) == []
    hall.evaluate(WATCHED)
    robots = rehearse(server, 200, 6)
    expect(hall.locator("main")).to_contain_text("正在投票", timeout=SOON)
    expect(table.locator("main")).to_contain_text("请主持人询问", timeout=SOON)
    expect(hall.locator("[data-elapsed]")).to_have_text(re.compile(r"00:0[1-9]"), timeout=SOON)
    expect(hall.locator(".heads code")).to_have_count(1)
    fits(hall)
    fits(table)
    assert faults(hall) == []
    expect(hall.locator("main")).to_contain_text("投票已结束", timeout=60_000)
    assert robots.wait(60) == 0
    counts = hall.evaluate("window.counts")
    assert counts == sorted(counts), "a count never goes back"
    assert len(set(counts)) > 5, "it was followed along the way"
    expect(hall.locator(".ring strong")).to_have_text("200")
    expect(hall.locator(".heads code")).to_have_count(2)
    expect(table.locator("main")).to_contain_text("需2人签名，已签0人")
    assert "当选" not in hall.content() + table.content()
    assert troubles == []


def test_the_operator_goes_on_from_the_keyboard_and_the_hall_follows(
    server: Server, link: str, context: BrowserContext
) -> None:
    hall, desk = context.new_page(), context.new_page()
    hall.goto(link)
    desk.goto(f"{server.address}/sign-in")
    desk.fill("[name=username]", "wang")
    desk.fill("[name=password]", PASSWORD)
    desk.locator("main button[type=submit]").click()
    expect(desk).to_have_url(re.compile("/desk/sessions"))
    desk.goto(f"{server.address}/desk/sessions/1")
    desk.get_by_role("navigation").get_by_role("link", name="会议进程").click()
    expect(desk.locator("main")).to_contain_text("当前步骤：2027年度民生实事项目票决")
    assert faults(desk) == []
    fits_across = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert desk.evaluate(fits_across)
    desk.keyboard.press("g")
    expect(desk.locator("dialog[open]")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("dialog[open]")).to_have_count(0)
    expect(hall.locator("main")).to_contain_text("签到")
    desk.keyboard.press("g")
    desk.keyboard.press("y")
    expect(desk.locator("main")).to_contain_text("投票已开启", timeout=SOON)
    expect(hall.locator("main")).to_contain_text("正在投票", timeout=1_000)
    desk.keyboard.press("g")
    expect(desk.locator("dialog[open]")).to_contain_text("结束投票")
    desk.keyboard.press("y")
    expect(desk.locator("main")).to_contain_text("监票人签名确认（0/2）", timeout=SOON)
    expect(hall.locator("main")).to_contain_text("投票已结束", timeout=1_000)
    desk.keyboard.press("w")
    expect(hall.locator(".picture.waiting")).to_be_visible(timeout=SOON)
    desk.goto(f"{server.address}/desk/sessions/1/screen")
    assert faults(desk) == []
    assert desk.evaluate(fits_across)


def test_a_screen_survives_a_restart_and_says_meanwhile_that_it_is_stale(
    server: Server, link: str, context: BrowserContext
) -> None:
    hall = context.new_page()
    hall.goto(link)
    expect(hall.locator("[data-stale]")).to_be_hidden()
    expect(hall.locator("[data-figure=present]").first).to_have_text("327")
    server.end(signal.SIGKILL)
    stale = hall.locator("[data-stale]")
    expect(stale).to_have_text(
        re.compile(r"连接中断，显示的是 \d\d:\d\d:\d\d 的数字"), timeout=SOON
    )
    expect(hall.locator("[data-figure=present]").first).to_have_text("327")
    server.start()
    expect(stale).to_be_hidden(timeout=30_000)
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGSTOP)  # the line is there, and nothing comes any more
    expect(stale).to_be_visible(timeout=SOON)
    os.killpg(server.process.pid, signal.SIGCONT)
    expect(stale).to_be_hidden(timeout=30_000)
    server.end(signal.SIGTERM)  # a service ends although screens are open


@pytest.fixture
def still(sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of the screens of a session in which nothing happens."""
    app = make_app(sqlite_url, tmp_path)
    with app.app_context():
        key = screens.screen_of(make_session()).key
        db.session.remove()
    with serving(app) as address:
        yield f"{address}/screen/{key}"


def test_a_late_message_never_shows_a_smaller_count(still: str, context: BrowserContext) -> None:
    """Streams of made-up messages: an older turn, another process that lags, a new act."""
    hall = context.new_page()
    hall.goto(still)
    shell = hall.locator("body").get_attribute("data-shell")

    def said(epoch: str, turn: int, acts: int, cast: int, **more: object) -> str:
        message = {
            "epoch": epoch, "turn": turn, "acts": acts, "box": 1, "cast": cast, "at": 1000,
            "openedAt": 0, "shell": shell, "picture": "voting",
            "figures": {"cast": str(cast), "ring": "1.0"}, **more,
        }  # fmt: skip
        return f"event: told\ndata: {json.dumps(message)}\n\n"

    html = "<div data-saying='x'><b data-figure='cast'>0</b></div>"
    streams = [
        said("a", 4, 7, 50, html=html) + said("a", 3, 7, 49),
        said("b", 1, 7, 44, html=html),  # another process, which read before the last ballots
        said("b", 1, 6, 50, html="<b>an older picture</b>"),
        said("b", 2, 7, 51),
        said("b", 3, 8, 0, html="<div data-saying='y'><i data-figure='cast'>0</i></div>"),
    ]
    sent: list[str] = []

    def answer(route: Route) -> None:
        stream = streams[min(len(sent), len(streams) - 1)]
        sent.append(stream)
        route.fulfill(content_type="text/event-stream", body=f"retry: 300\n\n{stream}")

    hall.route("**/feed*", answer)
    hall.reload()
    hall.evaluate(
        """() => { window.seen = []; setInterval(() => {
          const at = document.querySelector("[data-figure=cast]");
          const words = at ? at.tagName + at.textContent : "";
          if (words && window.seen.at(-1) !== words) window.seen.push(words); }, 20); }"""
    )
    expect(hall.locator("i[data-figure=cast]")).to_have_text("0", timeout=SOON)
    assert [words for words in hall.evaluate("window.seen") if words != "B50"] == ["B51", "I0"]
    assert "an older picture" not in hall.content()
