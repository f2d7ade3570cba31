"""The walk of a ballot on a phone without JavaScript: paper, review, cast, thanks."""

import pytest

from app.ballotbox.domain import NO_MARK
from app.refused import Refused
from tests.web.booth.hall import TITLE, Hall, cast, make_paper, receipt_in
from voting.paper import BlankPolicy, PaperKind, Secrecy

NONE = bytes([NO_MARK])


def test_one_open_paper_is_shown_at_once(hall, phone):
    hall.open()
    page = phone.get(f"/b/{hall.codes[0]}")
    assert page.status_code == 200
    assert page.text.count('class="card"') == 5
    assert TITLE in page.text
    assert "无记名" in page.text or "Secret ballot" in page.text
    assert "checked" not in page.text, "nothing is preselected"


def test_the_whole_walk(hall, phone):
    box = hall.open()
    where = f"/b/{hall.codes[0]}/{box}"
    paper = phone.get(f"/b/{hall.codes[0]}").text
    marks = {"item-p2": "ticked", "item-p5": "ticked"}

    review = phone.post(where, data={"receipt": receipt_in(paper), "step": "review", **marks}).text
    assert "第2号项目" in review
    assert "第1号项目" not in review
    assert hall.ballots(box) == []

    change = phone.post(where, data={"receipt": receipt_in(review), "step": "change", **marks}).text
    assert change.count("checked") == 2

    receipt = receipt_in(review)
    answer = cast(phone, hall.codes[0], box, receipt, **marks)
    assert answer.status_code == 303
    assert hall.ballots(box) == [NONE + b"x" + NONE * 2 + b"x"]

    thanks = phone.get(answer.location).text
    assert f"{receipt[:4]}-{receipt[4:8]}-{receipt[8:]}" in thanks
    assert "号项目" not in thanks, "the thanks page never repeats the choices"


@pytest.mark.parametrize(
    ("kind", "marks", "stored"),
    [
        (PaperKind.SELECT, {"item-p1": "ticked"}, b"x" + NONE * 4),
        (PaperKind.PER_ITEM, {"item-p1": "against", "item-p2": "abstain", "item-p3": ""}, b"na" + NONE * 3),
        (PaperKind.RANK, {"item-p3": "1", "item-p1": "2"}, b"\x02" + NONE + b"\x01" + NONE * 2),
    ],
)  # fmt: skip
def test_each_kind_of_paper_stores_what_was_marked(hall, phone, kind, marks, stored):
    box = hall.open(make_paper(kind))
    code = hall.codes[0]
    receipt = receipt_in(phone.get(f"/b/{code}").text)
    assert cast(phone, code, box, receipt, **marks).status_code == 303
    assert hall.ballots(box) == [stored]


def test_a_retry_with_the_same_receipt_gets_the_same_answer(hall, phone):
    box = hall.open()
    receipt = receipt_in(phone.get(f"/b/{hall.codes[0]}").text)
    answers = [cast(phone, hall.codes[0], box, receipt, **{"item-p1": "ticked"}) for _ in range(3)]
    assert {answer.location for answer in answers} == {answers[0].location}
    assert {answer.status_code for answer in answers} == {303}
    assert len(hall.ballots(box)) == 1


def test_another_receipt_is_told_that_the_ballot_is_in_and_not_what_it_says(hall, phone):
    box = hall.open()
    receipt = receipt_in(phone.get(f"/b/{hall.codes[0]}").text)
    cast(phone, hall.codes[0], box, receipt, **{"item-p1": "ticked"})
    late = cast(phone, hall.codes[0], box, "0" * 12, **{"item-p2": "ticked"})
    assert late.status_code == 409
    assert 'data-refusal="already_in_the_box"' in late.text
    assert "号项目" not in late.text
    assert hall.ballots(box) == [b"x" + NONE * 4]


def test_every_review_has_a_receipt_of_its_own(hall, phone):
    """A changed ballot must not be thanked for with the receipt of the one before."""
    box = hall.open()
    where = f"/b/{hall.codes[0]}/{box}"
    first = phone.post(where, data={"step": "review", "item-p1": "ticked"}).text
    cast(phone, hall.codes[0], box, receipt_in(first), **{"item-p1": "ticked"})
    second = phone.post(where, data={"step": "review", "item-p2": "ticked"}).text
    assert receipt_in(first) != receipt_in(second)
    answer = cast(phone, hall.codes[0], box, receipt_in(second), **{"item-p2": "ticked"})
    assert answer.status_code == 409


@pytest.mark.parametrize("step", ["review", "cast"])
def test_over_voting_is_shown_again_with_nothing_lost(hall, phone, step):
    box = hall.open()
    marks = {f"item-p{n}": "ticked" for n in (1, 2, 3, 4)}
    receipt = receipt_in(phone.get(f"/b/{hall.codes[0]}").text)
    page = phone.post(f"/b/{hall.codes[0]}/{box}", data={"step": step, "receipt": receipt, **marks})
    assert page.status_code == 422
    assert page.text.count("checked") == 4
    assert 'role="alert"' in page.text
    assert hall.ballots(box) == []


def test_a_fault_of_one_item_stands_beside_it(hall, phone):
    box = hall.open(make_paper(PaperKind.RANK))
    marks = {"item-p1": "1", "item-p4": "1"}
    page = phone.post(f"/b/{hall.codes[0]}/{box}", data={"step": "review", **marks}).text
    assert page.count("faulty") == 2
    assert page.count('value="1"') == 2


@pytest.mark.parametrize("policy", BlankPolicy)
@pytest.mark.parametrize("kind", PaperKind)
def test_a_blank_ballot_is_confirmed_in_words_of_what_it_counts_as(hall, phone, kind, policy):
    box = hall.open(make_paper(kind, blank=policy))
    page = phone.post(f"/b/{hall.codes[0]}/{box}", data={"step": "review"}).text
    words = {
        (BlankPolicy.INVALID, kind): "无效票",
        (BlankPolicy.ABSTAIN, PaperKind.PER_ITEM): "未投",
    }.get((policy, kind), "弃权")
    english = {"无效票": "counts as invalid", "未投": "not cast on any", "弃权": "an abstention"}
    assert words in page or english[words] in page
    assert cast(phone, hall.codes[0], box, receipt_in(page)).status_code == 303
    assert hall.ballots(box) == [NONE * 5]


@pytest.mark.parametrize("receipt", ["", "x", "0" * 11, "ü" * 12])
def test_a_malformed_receipt_asks_to_confirm_again(hall, phone, receipt):
    box = hall.open()
    page = cast(phone, hall.codes[0], box, receipt, **{"item-p1": "ticked"})
    assert page.status_code == 422
    assert page.text.count("checked") == 1
    again = cast(phone, hall.codes[0], box, receipt_in(page.text), **{"item-p1": "ticked"})
    assert again.status_code == 303


def test_a_full_queue_keeps_the_ballot_and_its_receipt(hall, phone, monkeypatch):
    box = hall.open()
    receipt = receipt_in(phone.get(f"/b/{hall.codes[0]}").text)

    def busy(*_: object, **_more: object) -> None:
        raise Refused("busy")

    with monkeypatch.context() as patch:
        patch.setattr("app.web.booth.views.cast", busy)
        page = cast(phone, hall.codes[0], box, receipt, **{"item-p1": "ticked"})
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert receipt_in(page.text) == receipt
    assert 'name="item-p1"' in page.text
    assert 'value="change"' not in page.text, "it may be in the box: it can no longer be changed"
    assert cast(phone, hall.codes[0], box, receipt, **{"item-p1": "ticked"}).status_code == 303


class TestNamed:
    @pytest.fixture
    def box(self, hall: Hall) -> int:
        return hall.open(make_paper(secrecy=Secrecy.NAMED))

    def test_the_banner_and_the_name_come_before_the_first_mark(self, hall, phone, box):
        page = phone.get(f"/b/{hall.codes[0]}").text
        assert 'class="mode named"' in page
        assert page.index('name="voter"') < page.index('type="checkbox"')

    def test_a_secret_paper_has_no_field_for_a_name(self, hall, phone):
        hall.open()
        page = phone.get(f"/b/{hall.codes[0]}").text
        assert 'name="voter"' not in page
        assert 'class="mode secret"' in page

    def test_an_unknown_name_is_asked_again_with_nothing_lost(self, hall, phone, box):
        where = f"/b/{hall.codes[0]}/{box}"
        data = {"step": "review", "voter": "王小明", "item-p1": "ticked"}
        page = phone.post(where, data=data)
        assert page.status_code == 422
        assert 'value="王小明"' in page.text
        assert page.text.count("checked") == 1

    def test_the_name_stands_on_the_review_and_its_number_in_the_box(self, hall, phone, box):
        where = f"/b/{hall.codes[0]}/{box}"
        data = {"step": "review", "voter": "张玉书", "item-p1": "ticked"}
        review = phone.post(where, data=data).text
        assert "张玉书" in review
        data |= {"step": "cast", "receipt": receipt_in(review)}
        assert phone.post(where, data=data).status_code == 303
        assert hall.named(box) == {"0012 张玉书": b"x" + NONE * 4}

    def test_one_name_votes_once(self, hall, phone, box):
        for code, status in zip(hall.codes[:2], (303, 422), strict=True):
            receipt = receipt_in(phone.get(f"/b/{code}").text)
            answer = cast(phone, code, box, receipt, voter="张玉书", **{"item-p1": "ticked"})
            assert answer.status_code == status
        assert len(hall.named(box)) == 1
