"""34 units on a phone of 360 pixels: progress, the next open one, caps, nothing lost, one review."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask_babel import force_locale
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from app.ballotbox import service as box_service
from app.ballotbox.domain import NO_MARK
from app.ballotbox.remarks import stored_remarks
from evaluation.paper import Cap, Criterion, Fault, Validity
from evaluation.presets import COMPETENCE
from tests.conftest import make_app
from tests.contracts.hall import NOON, roll
from tests.integration.evaluation.evaluations import drafted, hand_out

pytestmark = pytest.mark.browser

Open = Callable[..., tuple[int, list[str]]]
NewPhone = Callable[..., Page]
UNITS = 34


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Flask:
    return make_app(sqlite_url, tmp_path)


@pytest.fixture
def opened(site: Flask) -> Open:
    def made(subjects: int = UNITS, preset: str = "zhenhai", **settings: object):
        with site.app_context(), force_locale("zh_Hans"):
            box_id = drafted(subjects, preset, **settings)
            codes = hand_out(box_id, 6)
            box_service.open_box(box_id, roll(50), "o", now=NOON)
        return box_id, codes

    return made


@pytest.fixture
def served(site: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def phone(browser: Browser, served: str) -> Iterator[NewPhone]:
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(**options: object) -> Page:
        viewport = {"width": 360, "height": 740}
        context = browser.new_context(
            **{"base_url": served, "viewport": viewport, "has_touch": True, **options}  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors


def grade(page: Page, subject: int, letter: str, criterion: str = "") -> None:
    item = f"s{subject}.{criterion}" if criterion else f"s{subject}"
    page.locator(f"[data-item='{item}'] .answer:has([value={letter}])").click()


def done(page: Page, number: int) -> None:
    expect(page.locator("[data-n]")).to_have_text(str(number))


def review(page: Page) -> None:
    page.locator("[name=step][value=review]").click()
    expect(page.locator("[data-cast]")).to_be_visible()


def usable(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    assert [(one["id"], one["nodes"][0]["html"]) for one in serious] == []
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def stored(site: Flask, box_id: int) -> list[bytes]:
    with site.app_context():
        box_service.close_box(box_id, "o", now=NOON)
        return [marks for _, marks in box_service.stored_ballots(box_id)]


def test_the_walk_of_a_long_paper(site, opened, phone):
    box_id, codes = opened(remarks=True)
    page = phone()
    page.goto(f"/b/{codes[0]}")
    usable(page)
    done(page, 0)
    assert page.locator("input:checked").count() == 0
    for subject in (1, 2, 4):
        grade(page, subject, "B")
    done(page, 3)
    page.locator("[data-next]").click()
    expect(page.locator("#s5")).to_be_in_viewport()
    page.locator("[data-next]").click()
    expect(page.locator("#s6")).to_be_in_viewport()
    page.locator("#s6 .remark summary").click()
    page.locator("#s6 textarea").fill("答复较慢，望改进。")

    page.reload()
    done(page, 3)
    expect(page.locator("#s6 textarea")).to_have_value("答复较慢，望改进。")
    review(page)
    usable(page)
    expect(page.locator(".open .jump")).to_have_count(UNITS - 3)
    page.locator(".open .jump").first.click()
    expect(page.locator("#s3")).to_be_in_viewport()
    assert page.evaluate("document.activeElement.closest('[data-subject]').id") == "s3"
    for subject in range(1, UNITS + 1):
        if subject not in {1, 2, 4}:
            grade(page, subject, "C" if subject == UNITS else "A")
    done(page, UNITS)
    expect(page.locator("[data-next]")).to_be_hidden()
    review(page)
    expect(page.locator("[data-left]")).to_be_hidden()
    expect(page.locator(".choices li")).to_have_count(UNITS)
    page.locator("[data-cast]").click()
    page.wait_for_url("**/thanks?receipt=*", timeout=20_000)
    assert "望改进" not in page.content()
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert stored(site, box_id) == [b"BBAB" + b"A" * 29 + b"C"]
    with site.app_context():
        assert stored_remarks(box_id) == (("s6", "答复较慢，望改进。"),)


def test_a_cap_is_said_as_it_is_reached_and_takes_nothing_away(opened, phone):
    criteria = (Criterion("c1", "政治素质"), Criterion("c2", "工作实绩"))
    settings = {"scale": COMPETENCE, "rules": (), "criteria": criteria, "caps": (Cap(("A",), 2),)}
    _, codes = opened(4, **settings)
    page = phone()
    page.goto(f"/b/{codes[0]}")
    usable(page)
    for subject in (1, 2):
        grade(page, subject, "A", "c1")
    grade(page, 3, "B", "c1")
    grade(page, 3, "A", "c1")
    expect(page.locator("[data-notice]")).to_contain_text("政治素质")
    expect(page.locator("[data-notice]")).to_contain_text("2")
    expect(page.locator("[data-item='s3.c1'] input[value=B]")).to_be_checked()
    grade(page, 3, "A", "c2")
    expect(page.locator("[data-notice]")).to_be_empty()
    done(page, 1)
    page.locator("[data-item='s1.c1'] .clear").click()
    grade(page, 3, "A", "c1")
    expect(page.locator("[data-item='s3.c1'] input[value=A]")).to_be_checked()


def test_marks_by_many_criteria_fit_the_review(opened, phone):
    names = ("总体评价", "依法履行法定职责", "办理代表建议")
    criteria = tuple(Criterion(f"c{n}", name) for n, name in enumerate(names, 1))
    _, codes = opened(2, rules=(), criteria=criteria)
    page = phone(is_mobile=True)
    page.goto(f"/b/{codes[0]}")
    for subject in (1, 2):
        for criterion in criteria:
            grade(page, subject, "B", criterion.id)
    review(page)
    usable(page)
    assert page.evaluate("innerWidth") == 360, "a phone makes a page that is too wide smaller"


def test_one_grade_for_the_rest_is_offered_for_all_alike_and_taken_back(opened, phone):
    settings = {"scale": COMPETENCE, "rules": (), "same_for_rest": True, "caps": (Cap(("A",), 3),)}
    _, codes = opened(6, **settings)
    page = phone()
    page.goto(f"/b/{codes[0]}")
    grade(page, 2, "D")
    buttons = page.locator("[data-rest] button")
    expect(buttons).to_have_count(4)
    sizes = {
        (round(box["width"]), round(box["height"]))
        for box in (buttons.nth(n).bounding_box() for n in range(4))
    }
    assert len(sizes) == 1
    buttons.nth(0).click()
    done(page, 1)
    expect(page.locator("[data-notice]")).not_to_be_empty()
    buttons.nth(3).click()
    done(page, 6)
    page.locator("[data-undo]").click()
    done(page, 1)
    expect(page.locator("[data-item='s2'] input[value=D]")).to_be_checked()
    expect(page.locator("[data-rest]")).to_be_visible()


def test_points_that_are_none_do_not_count_as_rated(opened, phone):
    _, codes = opened(2, "review_bands")
    page = phone()
    page.goto(f"/b/{codes[0]}")
    usable(page)
    page.locator("#s1 input").fill("120")
    page.locator("#s2 input").fill("87")
    page.locator("#s2 input").blur()
    done(page, 1)
    page.locator("[name=step][value=review]").click()
    expect(page.locator("[data-notice]")).not_to_be_empty()
    expect(page.locator("[data-review]")).to_be_hidden()
    page.locator("#s1 input").fill("100")
    review(page)


def test_what_the_rule_needs_is_asked_for_before_the_review(opened, phone):
    validity = Validity(missing=Fault.VOID_BALLOT, uniform_invalid=True)
    _, codes = opened(3, validity=validity)
    page = phone()
    page.goto(f"/b/{codes[0]}")
    grade(page, 1, "A")
    page.locator("[name=step][value=review]").click()
    expect(page.locator("[data-notice]")).to_contain_text("2")
    grade(page, 2, "A")
    grade(page, 3, "A")
    page.locator("[name=step][value=review]").click()
    expect(page.locator("[data-notice]")).not_to_be_empty()
    grade(page, 3, "B")
    review(page)


def test_the_keyboard_alone_rates_and_type_of_twice_the_size_fits(site, opened, phone):
    box_id, codes = opened(2)
    page = phone()
    page.goto(f"/b/{codes[0]}")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    usable(page)
    page.locator("[data-item=s1] input").first.focus()
    page.keyboard.press("ArrowRight")
    done(page, 1)
    expect(page.locator("[data-item=s1] input[value=B]")).to_be_checked()
    page.locator("[name=step][value=review]").press("Enter")
    page.locator("[data-cast]").press("Enter")
    page.wait_for_url("**/thanks?receipt=*", timeout=20_000)
    assert stored(site, box_id) == [b"B" + bytes([NO_MARK])]
