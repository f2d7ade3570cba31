"""The promises of the box over HTTP, past the framework: races, late cards, other groups."""

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request

from app.ballotbox import service, tickets
from app.ballotbox.codes import new_receipt
from app.web.booth.express import Express
from tests.contracts.at_once import at_once
from tests.contracts.hall import NOON
from tests.web.booth.hall import Hall

JSON = "application/json"


@pytest.fixture
def warm(boxed: Flask) -> tuple[Hall, int]:
    """A hall whose express way has learned all it needs, from the card at the end."""
    hall = Hall(boxed)
    box = hall.open()
    sent, path = {"step": "cast", "receipt": new_receipt()}, f"/b/{hall.codes[-1]}/{box}"
    get(boxed, path)
    for accept in (JSON, "text/html"):
        post(boxed, path, sent, accept)
    thanks = f"{path}/thanks?receipt={sent['receipt']}"
    for _twice in range(2):
        get(boxed, thanks)
    assert len(gate(boxed).heads) >= 3
    return hall, box


def gate(app: Flask) -> Express:
    found = app.extensions["express"]
    assert isinstance(found, Express)
    return found


def get(app: Flask, path: str) -> int:
    client = app.test_client(use_cookies=False)
    return client.get(path, headers={"Accept-Encoding": "gzip"}).status_code


def post(app: Flask, path: str, form: dict[str, str], accept: str = JSON) -> tuple[int, bool]:
    """Send a form; return the status, and whether the ballot is in."""
    client = app.test_client(use_cookies=False)
    headers = {"Accept-Encoding": "gzip", "Accept": accept}
    answer = client.post(path, data=form, headers=headers)
    there = bool(answer.json and answer.json.get("done")) if answer.is_json else False
    return answer.status_code, there or "/thanks" in answer.headers.get("Location", "")


def ballot(item: int, receipt: str = "") -> dict[str, str]:
    return {f"item-p{item}": "ticked", "step": "cast", "receipt": receipt or new_receipt()}


def test_other_marks_from_two_phones_at_once_leave_one_ballot(
    boxed: Flask, warm: tuple[Hall, int]
) -> None:
    hall, box = warm
    paths = [f"/b/{code}/{box}" for code in hall.codes[:4]]
    acts: list[Callable[[], object]] = [
        lambda path=path, item=item: post(boxed, path, ballot(item))  # type: ignore[misc]
        for path in paths
        for item in (1, 2, 3)
    ]
    answers = at_once(boxed, *acts)
    assert Counter(answers) == {(200, True): 4, (409, False): 8}
    assert len(hall.ballots(box)) == 5


def test_one_form_sent_many_times_at_once_is_thanked_each_time(
    boxed: Flask, warm: tuple[Hall, int]
) -> None:
    hall, box = warm
    form, path = ballot(2), f"/b/{hall.codes[0]}/{box}"
    answers = at_once(boxed, *[lambda: post(boxed, path, form) for _ in range(8)])
    assert set(answers) == {(200, True)}
    assert len(hall.ballots(box)) == 2


def test_ballots_among_a_closing_are_counted_or_told_that_they_are_late(
    boxed: Flask, warm: tuple[Hall, int]
) -> None:
    hall, box = warm
    acts: list[Callable[[], object]] = [
        lambda code=code: post(boxed, f"/b/{code}/{box}", ballot(1))  # type: ignore[misc]
        for code in hall.codes[:12]
    ]
    acts.insert(6, lambda: service.close_box(box, "o", now=NOON).turnout.returned)
    *sent, counted = sorted(at_once(boxed, *acts), key=lambda answer: isinstance(answer, int))
    told = Counter(sent)
    assert set(told) <= {(200, True), (409, False), (403, False)}
    assert sum(told.values()) == 12
    assert told[200, True] + 1 == counted == len(hall.ballots(box))
    late = ballot(1)
    assert post(boxed, f"/b/{hall.codes[13]}/{box}", late)[1] is False
    assert len(hall.ballots(box)) == counted


def test_a_box_that_was_voided_takes_nothing_more(boxed: Flask, warm: tuple[Hall, int]) -> None:
    hall, box = warm
    service.void_box(box, "投票中断", "o", now=NOON)
    assert post(boxed, f"/b/{hall.codes[0]}/{box}", ballot(1))[1] is False
    assert get(boxed, f"/b/{hall.codes[0]}/{box}") == 404
    again = hall.open()
    assert post(boxed, f"/b/{hall.codes[0]}/{again}", ballot(1)) == (200, True)
    assert post(boxed, f"/b/{hall.codes[-1]}/{again}", ballot(2)) == (200, True)
    assert (len(hall.ballots(box)), len(hall.ballots(again))) == (1, 2)


def test_a_card_that_is_not_handed_out_gets_nothing(boxed: Flask, warm: tuple[Hall, int]) -> None:
    hall, box = warm
    printed = tickets.issue(hall.session_id, "deputy", 1, 0, "o", now=NOON)
    for code in (hall.spare[0], printed[0].code):
        assert post(boxed, f"/b/{code}/{box}", ballot(1)) == (403, False)
    assert len(hall.ballots(box)) == 1


def test_half_a_form_is_no_ballot(boxed: Flask, warm: tuple[Hall, int]) -> None:
    """A phone goes away midway: what came is well-formed, and says less than was marked."""
    hall, box = warm
    marks = {"item-p1": "ticked", "item-p2": "ticked"}
    whole = urlencode({"step": "cast", "receipt": new_receipt()} | marks)
    came = whole[: whole.index("&item-p2")].encode()
    request = Request.from_values(
        f"/b/{hall.codes[0]}/{box}",
        method="POST",
        data=came,
        content_type="application/x-www-form-urlencoded",
        headers={"Accept-Encoding": "gzip"},
    )
    environ = request.environ | {"CONTENT_LENGTH": str(len(whole))}
    _body, status, _headers = run_wsgi_app(gate(boxed), environ, buffered=True)
    assert status.startswith("400")
    assert len(hall.ballots(box)) == 1
