"""The deputy's phone in a real browser: Wi-Fi that fails, taps that repeat, pages that reload."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from app.ballotbox.domain import NO_MARK
from tests.browsing import serving
from tests.conftest import make_app
from tests.web.booth.hall import Hall, make_paper
from voting.paper import PaperKind, Secrecy

pytestmark = pytest.mark.browser
NONE = bytes([NO_MARK])
NewPhone = Callable[..., Page]


@pytest.fixture
def hall(sqlite_url: str, tmp_path: Path) -> Hall:
    return Hall(make_app(sqlite_url, tmp_path))


@pytest.fixture
def served(hall: Hall) -> Iterator[str]:
    with serving(hall.site) as address:
        yield address


@pytest.fixture
def phone(browser: Browser, served: str) -> Iterator[NewPhone]:
    """Make a phone of 360 pixels; it fails the test on any script error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(**options: object) -> Page:
        context = browser.new_context(
            base_url=served,
            viewport={"width": 360, "height": 740},
            has_touch=True,
            is_mobile=True,
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors


def tap(page: Page, *items: int) -> None:
    for item in items:
        page.locator(".card").nth(item - 1).locator(".face").click()


def review(page: Page) -> None:
    page.locator("[name=step][value=review]").click()
    expect(page.locator("[data-cast]")).to_be_visible()


def thanked(page: Page) -> None:
    page.wait_for_url("**/thanks?receipt=*", timeout=20_000)
    expect(page.locator(".receipt")).to_be_visible()


def kept(page: Page) -> int:
    count: int = page.evaluate("Object.keys(localStorage).length")
    return count


def posts(page: Page, answer: Callable[[Route], object]) -> None:
    """Let every POST of the page meet `answer`; the rest goes through."""
    page.route(
        "**/b/**",
        lambda route: answer(route) if route.request.method == "POST" else route.continue_(),
    )


def test_marks_review_confirm_thanks(hall, phone):
    box = hall.open()
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    tap(page, 2, 5, 3)
    tap(page, 3)
    expect(page.locator("[data-n]")).to_have_text("2")
    review(page)
    expect(page.locator(".choices li")).to_have_count(2)
    page.locator("[data-cast]").click()
    thanked(page)
    assert hall.ballots(box) == [NONE + b"x" + NONE * 2 + b"x"]
    assert kept(page) == 0
    assert "号项目" not in page.content()
    assert page.context.cookies() == []


def test_over_voting_is_prevented_as_it_happens_and_said(hall, phone):
    hall.open(make_paper(seats=2))
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    tap(page, 1, 2, 3)
    expect(page.locator("input:checked")).to_have_count(2)
    expect(page.locator("[data-notice]")).not_to_be_empty()
    assert page.locator("[data-notice]").get_attribute("role") == "status"
    tap(page, 1)
    expect(page.locator("[data-notice]")).to_be_empty()
    tap(page, 3)
    expect(page.locator("input:checked")).to_have_count(2)


def test_capped_approvals_go_back_to_what_was_marked_before(hall, phone):
    hall.open(make_paper(PaperKind.PER_ITEM, seats=1, approvals_capped=True))
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    answers = [card.locator(".answer") for card in page.locator(".card").all()]
    answers[0].nth(0).click()
    answers[1].nth(1).click()
    answers[1].nth(0).click()
    expect(page.locator("[data-notice]")).not_to_be_empty()
    marked = page.locator("input:checked").evaluate_all("all => all.map(each => each.value)")
    assert marked == ["approve", "against"]


def test_a_mark_can_be_taken_off(hall, phone):
    hall.open(make_paper(PaperKind.PER_ITEM))
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    card = page.locator(".card").first
    card.locator(".answer").nth(2).click()
    card.locator(".clear").click()
    expect(page.locator("input:checked")).to_have_count(0)
    expect(page.locator("[data-n]")).to_have_text("0")
    review(page)
    expect(page.locator("[data-blank]")).to_be_visible()


def test_ranks_follow_the_taps_and_close_up(hall, phone):
    box = hall.open(make_paper(PaperKind.RANK, seats=3))
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    tap(page, 4, 2, 1)
    tap(page, 5)
    expect(page.locator("[data-notice]")).not_to_be_empty()
    tap(page, 2)
    expect(page.locator(".marked [data-place]")).to_have_text(["2", "1"])
    review(page)
    page.locator("[data-cast]").click()
    thanked(page)
    assert hall.ballots(box) == [b"\x02" + NONE * 2 + b"\x01" + NONE]


def test_a_reload_keeps_the_marks_and_another_card_never_sees_them(hall, phone):
    hall.open()
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    tap(page, 2, 4)
    page.reload()
    expect(page.locator("input:checked")).to_have_count(2)
    expect(page.locator("[data-n]")).to_have_text("2")
    page.goto(f"/b/{hall.codes[1]}")
    expect(page.locator("input:checked")).to_have_count(0)


def test_the_phones_back_button_leaves_the_review_and_finds_the_ballot_in(hall, phone):
    hall.open()
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    tap(page, 2)
    review(page)
    page.go_back()
    expect(page.locator("form.paper")).to_be_visible()
    review(page)
    page.locator("[data-change]").click()
    expect(page.locator("form.paper")).to_be_visible()
    review(page)
    page.locator("[data-cast]").click()
    thanked(page)
    page.go_back()
    expect(page.locator('[data-standing="in"]')).to_be_visible()
    expect(page.locator("form.paper")).to_have_count(0)


def test_a_double_tap_is_one_ballot(hall, phone):
    box = hall.open()
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    tap(page, 1)
    review(page)
    page.evaluate(
        "const b = document.querySelector('[data-cast]'); b.click(); b.click(); b.click()"
    )
    thanked(page)
    assert len(hall.ballots(box)) == 1


def test_every_way_to_lose_an_answer_ends_in_the_same_receipt(hall, phone):
    box = hall.open()
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    receipt = page.input_value("[name=receipt]")
    tap(page, 3)
    review(page)
    sent: list[str] = []

    def bad_wifi(route: Route) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) == 1:  # it reaches the box, the answer does not reach the phone
            route.fetch()
            route.abort()
        elif len(sent) == 2:  # the sign-in page of a hotel's Wi-Fi is a 200 too
            route.fulfill(status=200, content_type="text/html", body="<h1>Wi-Fi</h1>")
        elif len(sent) == 3:
            route.fulfill(status=503, content_type="application/json", body="{}")
        else:
            route.continue_()

    posts(page, bad_wifi)
    page.locator("[data-cast]").click()
    expect(page.locator("[data-again]")).to_be_visible()
    expect(page.locator("[data-delivery]")).to_contain_text("1")
    expect(page.locator("[data-change]")).to_be_hidden()
    expect(page.locator(".choices li")).to_have_count(1)
    thanked(page)
    assert receipt in page.url
    assert len(sent) == 4
    assert len(set(sent)) == 1, "the same ballot and the same receipt every time"
    assert hall.ballots(box) == [NONE * 2 + b"x" + NONE * 2]


def test_a_reload_after_a_lost_answer_brings_the_thanks(hall, phone):
    box = hall.open()
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    receipt = page.input_value("[name=receipt]")
    tap(page, 3)
    review(page)
    lost = threading.Event()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()
        lost.set()

    posts(page, lose)
    page.locator("[data-cast]").click()
    expect(page.locator("[data-again]")).to_be_visible()
    assert lost.is_set()
    page.unroute_all()
    page.goto(f"/b/{hall.codes[0]}")
    thanked(page)
    assert receipt in page.url
    assert len(hall.ballots(box)) == 1
    assert kept(page) == 0


def test_a_confirmed_ballot_that_never_left_is_sent_after_a_reload(hall, phone):
    box = hall.open()
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    tap(page, 2)
    review(page)
    posts(page, lambda route: route.abort())
    page.locator("[data-cast]").click()
    expect(page.locator("[data-again]")).to_be_visible()
    page.unroute_all()
    page.goto(f"/b/{hall.codes[0]}")
    thanked(page)
    assert hall.ballots(box) == [NONE + b"x" + NONE * 3]


def test_a_vote_that_closes_meanwhile_says_that_no_ballot_is_in(hall, phone):
    box = hall.open()
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    tap(page, 2)
    review(page)
    page.context.set_offline(True)
    page.locator("[data-cast]").click()
    expect(page.locator("[data-again]")).to_be_visible()
    hall.close(box)
    page.context.set_offline(False)
    expect(page.locator("[data-refusal=closed]")).to_be_visible(timeout=15_000)
    assert kept(page) == 0
    assert hall.ballots(box) == []


def test_a_name_that_is_not_found_comes_back_to_the_paper_with_the_marks(hall, phone):
    box = hall.open(make_paper(secrecy=Secrecy.NAMED))
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    tap(page, 2)
    page.locator("[name=step]").click()
    expect(page.locator("[name=voter]")).to_be_focused()
    page.fill("[name=voter]", "王小明")
    review(page)
    expect(page.locator("[data-voter]")).to_contain_text("王小明")
    page.locator("[data-cast]").click()
    expect(page.locator(".faults li")).to_have_count(1)
    expect(page.locator("input:checked")).to_have_count(1)
    page.fill("[name=voter]", "张玉书")
    review(page)
    page.locator("[data-cast]").click()
    thanked(page)
    assert list(hall.named(box)) == ["0012 张玉书"]


def test_the_waiting_page_follows_the_chair(hall, phone):
    box = hall.draft()
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    expect(page.locator("[data-follow]")).to_be_visible()
    hall.open_drafted(box)
    expect(page.locator("form.paper")).to_be_visible(timeout=10_000)


def test_the_thanks_page_stays_a_while_and_then_follows_the_chair(hall, phone):
    first, second = hall.open(make_paper(title="第一项")), hall.draft(make_paper(title="第二项"))
    page = phone()
    page.clock.install()
    page.goto(f"/b/{hall.codes[0]}")
    tap(page, 1)
    review(page)
    page.locator("[data-cast]").click()
    thanked(page)
    hall.close(first)
    hall.open_drafted(second)
    page.clock.run_for(6_000)
    expect(page.locator(".receipt")).to_be_visible()
    for _ in range(10):
        page.clock.run_for(1_000)
        page.wait_for_timeout(100)
    expect(page.locator("form.paper h1")).to_have_text("第二项")


def test_a_keyboard_is_enough(hall, phone):
    box = hall.open(make_paper(PaperKind.PER_ITEM))
    page = phone()
    page.goto(f"/b/{hall.codes[0]}")
    page.focus("[name=item-p1][value=approve]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.focus("[name=step]")
    page.keyboard.press("Enter")
    expect(page.locator("#review")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-cast]")).to_be_focused()
    page.keyboard.press("Enter")
    thanked(page)
    assert hall.ballots(box) == [b"n" + NONE * 4]


@pytest.mark.parametrize("kind", PaperKind)
def test_the_walk_without_javascript(hall, phone, kind):
    box = hall.open(make_paper(kind))
    page = phone(java_script_enabled=False)
    page.goto(f"/b/{hall.codes[0]}")
    if kind is PaperKind.SELECT:
        tap(page, 1)
    elif kind is PaperKind.PER_ITEM:
        page.locator(".answer").first.click()
    else:
        page.fill("[name=item-p1]", "1")
    page.click("[value=review]")
    page.click("[value=change]")
    page.click("[value=review]")
    expect(page.locator(".choices li")).to_have_count(1)
    page.click("[value=cast]")
    thanked(page)
    assert len(hall.ballots(box)) == 1
    page.reload()
    thanked(page)
    page.goto(f"/b/{hall.codes[0]}/{box}")
    expect(page.locator("[data-refusal=already_in_the_box]")).to_be_visible()
    assert len(hall.ballots(box)) == 1


@pytest.mark.parametrize("language", ["", "?lang=en"])
@pytest.mark.parametrize("kind", [*PaperKind, Secrecy.NAMED])
def test_a_long_paper_reads_well_at_any_size_and_axe_finds_nothing(
    hall, phone, kind, language, served
):
    if kind is Secrecy.NAMED:
        hall.open(make_paper(candidates=30, seats=24, secrecy=kind))
    else:
        hall.open(make_paper(kind, candidates=30, seats=24))
    page = phone()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(f"/b/{hall.codes[0]}{language}", wait_until="networkidle")
    assert hosts == {served.split("/")[2]}
    fits_and_reads_well(page)
    if kind is Secrecy.NAMED:
        page.fill("[name=voter]", "张玉书")
    review(page)
    fits_and_reads_well(page)
    page.locator("[data-cast]").click()
    thanked(page)
    fits_and_reads_well(page)
    page.goto(f"/b/{hall.codes[0]}{language}")
    fits_and_reads_well(page)


def test_the_other_pages_read_well_too(hall, phone):
    box = hall.draft()
    page = phone()
    for address in (
        "/b",
        "/b/NOTHING",
        f"/b/{hall.spare[0]}",
        f"/b/{hall.codes[0]}",
        f"/b/{hall.codes[0]}/{box}",
    ):
        page.goto(address)
        fits_and_reads_well(page)


def test_a_rehearsal_reads_well(sqlite_url, tmp_path, browser):
    hall = Hall(make_app(sqlite_url, tmp_path), rehearsal=True)
    hall.open()
    html = hall.site.test_client().get(f"/b/{hall.codes[0]}").text
    page = browser.new_page()
    page.set_content(html)
    assert axe(page) == []
    page.close()


def fits_and_reads_well(page: Page) -> None:
    assert axe(page) == []
    for size in ("200%", ""):
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, f"{page.url} is {width} pixels wide at {size or '100%'}"


def axe(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]
