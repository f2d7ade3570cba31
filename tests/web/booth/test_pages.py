"""What every page of the phone keeps to: no cookie, no cache, no other host, few bytes, speed."""

import gzip
import re
from pathlib import Path

import pytest

from app.assembly.service import update_session
from app.ballotbox import service
from app.web.booth.papers import init_shelf, preview, shelf
from app.web.booth.phone import NOWHERE
from app.web.boxes.roll import roll_call
from tests.contracts.hall import NOON
from tests.web.booth.hall import TITLE, Hall, cast, make_paper, receipt_in, trial
from voting.paper import PaperKind, Secrecy

STATIC = Path(__file__).resolve().parents[3] / "app" / "static" / "booth"
KB = 1000


@pytest.fixture
def pages(hall, phone):
    """One page of every sort, by name."""
    waiting = hall.draft()
    box = hall.open(make_paper(title="第二项"))
    code = hall.codes[0]
    paper = phone.get(f"/b/{code}")
    where = f"/b/{code}/{box}"
    review = phone.post(where, data={"step": "review", "item-p1": "ticked"})
    cast_answer = cast(phone, code, box, receipt_in(review.text), **{"item-p1": "ticked"})
    return {
        "enter": phone.get("/b"),
        "paper": paper,
        "review": review,
        "cast": cast_answer,
        "thanks": phone.get(cast_answer.location),
        "waiting": phone.get(f"/b/{code}"),
        "now": phone.get(f"/b/{code}/now"),
        "already": phone.get(where),
        "not_open": phone.get(f"/b/{code}/{waiting}"),
        "unknown": phone.get("/b/nothing"),
        "faulty": phone.post(f"/b/{hall.codes[1]}/{box}", data={"step": "review", **{f"item-p{n}": "ticked" for n in range(1, 6)}}),
    }  # fmt: skip


def test_no_page_sets_a_cookie_or_may_be_kept(pages):
    for name, page in pages.items():
        assert "Set-Cookie" not in page.headers, name
        assert page.headers["Cache-Control"] == "no-store", name
        assert page.headers["Referrer-Policy"] == "no-referrer", name


def test_no_page_needs_more_than_its_own_files(pages):
    for name, page in pages.items():
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert not re.search(
            r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|https?://", page.text
        ), name


def test_a_staff_sign_in_on_the_same_phone_changes_nothing(hall, site):
    hall.open()
    staff = site.test_client()
    with staff.session_transaction() as session:
        session["_user_id"] = "1"
    page = staff.get(f"/b/{hall.codes[0]}")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("kind", PaperKind)
def test_the_first_load_is_under_sixty_kilobytes(hall, site, kind):
    hall.open(make_paper(kind, candidates=30, seats=24))
    phone = site.test_client(use_cookies=False)
    page = phone.get(f"/b/{hall.codes[0]}", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["Vary"]
    plain = phone.get(f"/b/{hall.codes[0]}")
    assert "Content-Encoding" not in plain.headers
    assert len(gzip.decompress(page.data)) == len(plain.data)
    files = sum(file.stat().st_size for file in STATIC.iterdir())
    assert len(page.data) + files < 60 * KB
    assert len(plain.data) < 40 * KB


def test_a_paper_is_rendered_once_and_stamped_for_each_card(hall, phone, monkeypatch):
    hall.open()
    first = phone.get(f"/b/{hall.codes[0]}").text

    def rendered_again(*_: object, **__: object) -> str:
        raise AssertionError("a template for every phone is too slow")

    monkeypatch.setattr("app.web.booth.papers.show", rendered_again)
    second = phone.get(f"/b/{hall.codes[1]}").text
    assert receipt_in(first) != receipt_in(second)
    assert hall.codes[1] in second
    assert hall.codes[0] not in second
    same = [re.sub(r"[0-9A-Z]{12,16}", "", page) for page in (first, second)]
    assert same[0] == same[1]


def test_what_is_kept_holds_no_code_and_no_receipt(hall, phone, site):
    hall.open()
    page = phone.get(f"/b/{hall.codes[0]}").text
    with site.app_context():
        (kept,) = shelf().pages.values()
    assert hall.codes[0] not in kept
    assert receipt_in(page) not in kept


def test_each_language_has_its_own_page_and_carries_itself_along(hall, phone):
    box = hall.open()
    code = hall.codes[0]
    for _ in range(2):
        english = phone.get(f"/b/{code}?lang=en").text
        chinese = phone.get(f"/b/{code}").text
        assert '<html lang="en">' in english
        assert f'action="/b/{code}/{box}?lang=en"' in english
        assert 'href="?lang=zh_Hans"' in english
        assert '<html lang="zh-Hans">' in chinese
        assert f'action="/b/{code}/{box}"' in chinese
    answer = phone.post(
        f"/b/{code}/{box}?lang=en",
        data={"step": "cast", "receipt": receipt_in(english), "item-p1": "ticked"},
    )
    assert "lang=en" in answer.location
    assert "Your ballot is in the box" in phone.get(answer.location).text


def test_a_rehearsal_says_so_on_every_page(site, phone):
    hall = Hall(site, rehearsal=True)
    assert "data-rehearsal" in phone.get(f"/b/{hall.codes[0]}").text
    hall.open()
    assert "data-rehearsal" in phone.get(f"/b/{hall.codes[0]}").text


def test_a_real_vote_does_not(hall, phone):
    hall.open()
    assert "rehears" not in phone.get(f"/b/{hall.codes[0]}").text


def test_every_answer_of_an_item_looks_alike(hall, phone):
    hall.open(make_paper(PaperKind.PER_ITEM, candidates=1, seats=1))
    page = phone.get(f"/b/{hall.codes[0]}").text
    answers = re.findall(r'<label class="answer">.*?</label>', page, re.DOTALL)
    assert len(answers) == 3
    bare = {re.sub(r'value="\w+"|<span>.*?</span>', "", answer) for answer in answers}
    assert len(bare) == 1


def test_names_are_shown_as_text(hall, phone):
    hall.open(make_paper(title="<b>\"票决\" & '甲'</b>"))
    page = phone.get(f"/b/{hall.codes[0]}").text
    assert "<b>&#34;票决" not in page
    assert "&lt;b&gt;" in page


class TestSentByItself:
    """The JSON that booth.js lives on."""

    def send(self, phone, hall, box, receipt="0" * 12, code=None, **fields):
        data = {"step": "cast", "receipt": receipt, **fields}
        return phone.post(
            f"/b/{code or hall.codes[0]}/{box}", data=data, headers={"Accept": "application/json"}
        )

    def test_a_ballot_that_is_in_leads_to_its_thanks(self, hall, phone):
        box = hall.open()
        for _ in range(2):
            answer = self.send(phone, hall, box, **{"item-p1": "ticked"})
            assert answer.json == {
                "next": f"/b/{hall.codes[0]}/{box}/thanks?receipt={'0' * 12}",
                "done": True,
            }
        assert len(hall.ballots(box)) == 1

    def test_faults_come_with_a_receipt_to_go_on_with(self, hall, phone):
        box = hall.open(make_paper(secrecy=Secrecy.NAMED))
        answer = self.send(phone, hall, box, voter="王小明", **{"item-p1": "ticked"})
        assert answer.status_code == 422
        assert [fault["item"] for fault in answer.json["faults"]] == ["voter"]
        assert len(answer.json["receipt"]) == 12

    def test_refusals_lead_to_the_page_that_says_them(self, hall, phone):
        box = hall.open()
        hall.close(box)
        answer = self.send(phone, hall, box, **{"item-p1": "ticked"})
        assert (answer.status_code, answer.json) == (
            409,
            {"next": f"/b/{hall.codes[0]}/{box}", "done": False},
        )
        assert 'data-refusal="closed"' in phone.get(answer.json["next"]).text

    def test_an_unknown_card_too(self, hall, phone):
        answer = self.send(phone, hall, 1, code="NOTHING")
        assert (answer.status_code, answer.json["next"]) == (404, "/b/NOTHING/1")

    def test_busy_asks_to_be_sent_again(self, hall, phone, monkeypatch):
        from app.refused import Refused

        box = hall.open()

        def busy(*_: object, **_more: object) -> None:
            raise Refused("busy")

        monkeypatch.setattr("app.web.booth.views.cast", busy)
        answer = self.send(phone, hall, box, **{"item-p1": "ticked"})
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]


def test_the_desk_can_preview_a_paper_that_cannot_be_sent(site):
    papers = {}
    with site.test_request_context():
        paper = make_paper(rehearsal=True)
        page = preview(trial(papers), paper, TITLE, NOWHERE, named=False)
    assert TITLE in page
    assert 'action=""' in page


def test_a_session_that_is_renamed_keeps_its_name_on_what_was_opened(hall, phone):
    """In this process and in any other, and as the Return has it; what opens later has the new."""

    def opened() -> int:
        box = hall.draft()
        with hall.site.app_context():
            service.open_box(box, roll_call(hall.session_id, "x"), "o", now=NOON)
        return box

    def named(*pages: str) -> set[str]:
        return {name for name in ("第五次会议", "第六次会议") for page in pages if name in page}

    code, receipt = hall.codes[0], "0" * 12
    first = opened()
    assert named(phone.get(f"/b/{code}").text) == {"第五次会议"}
    with hall.site.app_context():
        update_session(hall.session_id, {"title": "第六次会议"})
    for _process in range(2):
        form = {"step": "cast", "receipt": receipt, "item-p1": "ticked"}
        thanks = phone.post(f"/b/{code}/{first}", data=form, follow_redirects=True)
        assert named(phone.get(f"/b/{hall.codes[1]}").text, thanks.text) == {"第五次会议"}
        init_shelf(hall.site)
    hall.close(first)
    with hall.site.app_context():
        assert service.sealed_return(first).roll.heading["title"] == "第五次会议"
    assert named(phone.get(f"/b/{hall.codes[1]}").text) == {"第六次会议"}
    opened()
    assert named(phone.get(f"/b/{hall.codes[1]}").text) == {"第六次会议"}
