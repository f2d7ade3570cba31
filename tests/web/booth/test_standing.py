"""Where a card stands: waiting, choosing, refusals, the poll, the code typed by hand."""

import json

import pytest

from app.ballotbox.codes import printed
from app.ballotbox.models import Box
from app.extensions import transaction
from app.refused import Refused
from app.web.booth.refusals import PAGES, page_of
from tests.web.booth.hall import TITLE, Hall, cast, make_paper, receipt_in

NOT_A_CARD = "0000000000000000"


def vote(hall: Hall, phone, code: str, box: int) -> str:
    receipt = receipt_in(phone.get(f"/b/{code}/{box}").text)
    answer = cast(phone, code, box, receipt, **{"item-p1": "ticked"})
    assert answer.status_code == 303
    return answer.location


def standings(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('data-standing="')[1:]]


def test_nothing_open_is_a_waiting_page_that_follows_along(hall, phone):
    hall.draft()
    page = phone.get(f"/b/{hall.codes[0]}").text
    assert f'data-follow="/b/{hall.codes[0]}/now"' in page
    assert standings(page) == []
    assert TITLE not in page, "a drafted runoff would tell of the tie before the chair does"
    assert "第1号项目" not in page, "what is not open yet is not shown"


def test_an_agenda_without_any_box_waits_too(hall, phone):
    assert "data-follow" in phone.get(f"/b/{hall.codes[0]}").text


def test_the_next_paper_comes_without_another_scan(hall, phone):
    code = hall.codes[0]
    first = hall.open(make_paper(title="第一项"))
    thanks = phone.get(vote(hall, phone, code, first)).text
    assert "data-follow" in thanks
    assert standings(phone.get(f"/b/{code}").text) == ["in"]
    hall.close(first)
    hall.open(make_paper(title="第二项"))
    assert "第二项" in phone.get(f"/b/{code}").text
    assert 'name="receipt"' in phone.get(f"/b/{code}").text


def test_the_poll_is_304_until_something_changes(hall, phone):
    where = f"/b/{hall.codes[0]}/now"
    box = hall.draft()
    first = phone.get(where)
    tag = first.headers["ETag"]
    assert json.loads(first.text) == {"standing": []}
    same = phone.get(where, headers={"If-None-Match": tag})
    assert same.status_code == 304
    assert same.data == b""
    assert f"data-tag={tag}" in phone.get(f"/b/{hall.codes[0]}").text
    hall.open_drafted(box)
    moved = phone.get(where, headers={"If-None-Match": tag})
    assert moved.status_code == 200
    assert moved.json["standing"][0]["standing"] == "to_vote"
    vote(hall, phone, hall.codes[0], box)
    assert phone.get(where).json["standing"][0]["standing"] == "in"
    assert phone.get(f"/b/{hall.codes[1]}/now").json["standing"][0]["standing"] == "to_vote"


def test_several_open_votes_are_offered_for_choice(hall, phone, site):
    """The box opens one at a time; should two ever be open, a card chooses."""
    boxes = [hall.open(make_paper(title="第一项")), hall.draft(make_paper(title="第二项"))]
    code = hall.codes[0]
    with site.app_context(), transaction() as session:
        first, second = (session.get_one(Box, box) for box in boxes)
        second.paper, second.roll = hall.as_stored(boxes[1]), first.roll
        second.stage, second.width = first.stage, first.width
    page = phone.get(f"/b/{code}").text
    assert standings(page) == ["to_vote", "to_vote"]
    assert f'href="/b/{code}/{boxes[1]}"' in page
    assert "data-follow" not in page
    thanks = phone.get(vote(hall, phone, code, boxes[0])).text
    assert "data-lost" not in thanks, "the other vote is offered at once"
    assert "第二项" in phone.get(f"/b/{code}").text


def test_get_spends_nothing(hall, phone):
    box = hall.open()
    code = hall.codes[0]
    for _ in range(3):
        for path in ("", "/now", f"/{box}", f"/{box}/thanks?receipt={'0' * 12}"):
            phone.get(f"/b/{code}{path}")
            phone.head(f"/b/{code}{path}")
    assert hall.ballots(box) == []
    vote(hall, phone, code, box)


def test_a_closed_vote_says_that_no_ballot_is_in(hall, phone):
    box = hall.open()
    receipt = receipt_in(phone.get(f"/b/{hall.codes[0]}").text)
    hall.close(box)
    for page in (
        phone.get(f"/b/{hall.codes[0]}/{box}"),
        cast(phone, hall.codes[0], box, receipt, **{"item-p1": "ticked"}),
    ):
        assert page.status_code == 409
        assert 'data-refusal="closed"' in page.text
    assert standings(phone.get(f"/b/{hall.codes[0]}").text) == ["closed"]


def test_whoever_voted_is_told_so_after_closing_too(hall, phone):
    box = hall.open()
    thanks = vote(hall, phone, hall.codes[0], box)
    hall.close(box)
    page = phone.get(f"/b/{hall.codes[0]}/{box}").text
    assert 'data-refusal="already_in_the_box"' in page
    assert phone.get(thanks).status_code == 200


def test_a_drafted_vote_is_not_open_for_reading_or_casting(hall, phone):
    box = hall.draft()
    for page in (
        phone.get(f"/b/{hall.codes[0]}/{box}"),
        cast(phone, hall.codes[0], box, "0" * 12, **{"item-p1": "ticked"}),
    ):
        assert page.status_code == 409
        assert 'data-refusal="not_open"' in page.text
        assert TITLE not in page.text
        assert "号项目" not in page.text


@pytest.mark.parametrize("box", [0, 99999])
def test_no_such_vote(hall, phone, box):
    for page in (
        phone.get(f"/b/{hall.codes[0]}/{box}"),
        phone.get(f"/b/{hall.codes[0]}/{box}/thanks"),
        cast(phone, hall.codes[0], box, "0" * 12),
    ):
        assert page.status_code == 404
        assert 'data-refusal="unknown_box"' in page.text


def test_a_card_of_another_session_opens_nothing_here(hall, phone, site):
    box = hall.open()
    stranger = Hall(site).codes[0]
    assert phone.get(f"/b/{stranger}/{box}").status_code == 404
    page = cast(phone, stranger, box, "0" * 12, **{"item-p1": "ticked"})
    assert page.status_code == 404
    assert TITLE not in page.text
    assert hall.ballots(box) == []


@pytest.mark.parametrize(
    ("path", "method"),
    [("", "get"), ("/now", "get"), ("/1", "get"), ("/1", "post"), ("/1/thanks", "get")],
)
def test_every_door_asks_for_a_card_that_was_handed_out(hall, phone, path, method):
    hall.open()
    for code, reason, status in (
        (NOT_A_CARD, "unknown_code", 404),
        ("gibberish", "unknown_code", 404),
        (hall.spare[0], "not_handed_out", 403),
    ):
        page = getattr(phone, method)(f"/b/{code}{path}")
        assert page.status_code == status
        assert f'data-refusal="{reason}"' in page.text
        assert TITLE not in page.text


def test_a_spare_that_was_voided_is_told_so(hall, phone, site):
    from app.ballotbox import tickets
    from tests.contracts.hall import NOON

    with site.app_context():
        tickets.void_spare(hall.session_id, "o", now=NOON)
    page = phone.get(f"/b/{hall.spare[0]}")
    assert page.status_code == 403
    assert 'data-refusal="voided_ticket"' in page.text


def test_thanks_need_the_card_and_its_own_receipt(hall, phone):
    box = hall.open()
    mine = vote(hall, phone, hall.codes[0], box)
    theirs = vote(hall, phone, hall.codes[1], box)
    receipt = theirs.split("receipt=")[1]
    assert phone.get(mine).status_code == 200
    for wrong in ("", "x", "0" * 12):
        page = phone.get(f"/b/{hall.codes[0]}/{box}/thanks?receipt={wrong}")
        assert page.location == f"/b/{hall.codes[0]}/{box}"
    not_voted = phone.get(f"/b/{hall.codes[2]}/{box}/thanks?receipt={receipt}")
    assert not_voted.location == f"/b/{hall.codes[2]}/{box}"


class TestTypedByHand:
    def test_the_form(self, phone):
        page = phone.get("/b")
        assert page.status_code == 200
        assert 'name="code"' in page.text

    @pytest.mark.parametrize(
        "spell",
        [str, str.lower, printed, lambda code: f" {printed(code).lower()} ",
         lambda code: code.replace("0", "o").replace("1", "l"),
         lambda code: f"http://10.0.0.1:8000/b/{code}"],
    )  # fmt: skip
    def test_any_spelling_leads_to_the_card(self, hall, phone, spell):
        answer = phone.post("/b", data={"code": spell(hall.codes[0])})
        assert answer.status_code == 303
        assert answer.location == f"/b/{hall.codes[0]}"

    @pytest.mark.parametrize("typed", ["", "ABC", NOT_A_CARD, "<script>"])
    def test_a_wrong_code_is_asked_again(self, hall, phone, typed):
        page = phone.post("/b", data={"code": typed})
        assert page.status_code == 404
        assert 'aria-invalid="true"' in page.text
        assert "<script>" not in page.text

    def test_a_card_not_handed_out_leads_to_its_own_page(self, hall, phone):
        answer = phone.post("/b", data={"code": hall.spare[0]}, follow_redirects=True)
        assert 'data-refusal="not_handed_out"' in answer.text

    def test_any_spelling_in_the_address_leads_to_one_address(self, hall, phone):
        box = hall.open()
        page = phone.get(f"/b/{printed(hall.codes[0]).lower()}").text
        assert f'action="/b/{hall.codes[0]}/{box}"' in page


def test_wrong_codes_are_limited_and_right_ones_never_wait(hall, phone, monkeypatch):
    from limits import parse

    from app.extensions import limiter

    monkeypatch.setattr("app.web.booth.answers.WRONG_CODES", parse("5 per minute"))
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    hall.open()
    right = [phone.get(f"/b/{code}").status_code for code in hall.codes[:10]]
    assert right == [200] * 10
    wrong = [phone.get(f"/b/{NOT_A_CARD}").status_code for _ in range(7)]
    assert wrong == [404] * 5 + [429] * 2
    assert phone.post("/b", data={"code": "ABC"}).status_code == 429
    assert phone.get(f"/b/{hall.codes[0]}").status_code == 200
    assert phone.post("/b", data={"code": hall.codes[1]}).status_code == 303
    limiter.reset()


def test_every_refusal_of_the_box_has_words():
    for reason in ("bad_ballot", "voter_voted", *PAGES):
        page = page_of(Refused(reason))
        assert str(page.heading)
        assert all(str(line) for line in page.words)
