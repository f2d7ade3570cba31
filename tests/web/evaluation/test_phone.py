"""An evaluation on a phone without JavaScript: paper, review, cast; and what lies beside it."""

import gzip
import re

import pytest

from app.ballotbox import service as box_service
from app.ballotbox.domain import NO_MARK
from app.ballotbox.remarks import stored_remarks
from evaluation import service
from evaluation.materials import Slot
from evaluation.paper import Cap, Criterion, Fault, Validity
from evaluation.presets import COMPETENCE, FIVE_LEVELS
from tests.contracts.hall import NOON, roll
from tests.integration.evaluation.evaluations import JPEG, PDF, SMALL, drafted, hand_out
from tests.web.booth.hall import cast, receipt_in

NONE = bytes([NO_MARK])
FIRST_LOAD = 60_000


def ballots(site, box_id):
    with site.app_context():
        box_service.close_box(box_id, "o", now=NOON)
        return [marks for _, marks in box_service.stored_ballots(box_id)]


def test_every_grade_looks_alike_and_none_is_chosen(opened, phone):
    _, codes = opened(3, scale=FIVE_LEVELS, rules=())
    page = phone.get(f"/b/{codes[0]}").text
    assert "checked" not in page
    assert page.count('<label class="answer">') == 15
    shapes = {re.sub(r'value="\w"|name="[\w-]+"|<span>.*?</span>', "", one) for one in re.findall(r'<label class="answer">.*?</label>', page, re.DOTALL)}  # fmt: skip
    assert len(shapes) == 1


def test_it_is_called_an_evaluation_and_a_cap_is_told_before_it_is_broken(site, opened, phone):
    box_id, codes = opened(3, scale=COMPETENCE, rules=(), caps=(Cap(("A",), 2),))
    where = f"/b/{codes[0]}/{box_id}"
    page = phone.get(where).text
    assert "无记名测评" in page
    assert "表决" not in page
    marks = {"item-s1": "A", "item-s2": "B"}
    data = {"step": "review", "receipt": receipt_in(page), **marks}
    review = phone.post(where, data=data).text
    assert "确认提交" in review
    assert "“优秀”已给1个，至多2个" in review


def test_the_walk_says_what_is_missing_and_keeps_what_was_written(site, opened, phone):
    box_id, codes = opened(3, remarks=True)
    where = f"/b/{codes[0]}/{box_id}"
    marks = {"item-s1": "A", "item-s3": "C", "remark-s3": "答复 <b>太慢</b>"}
    receipt = receipt_in(phone.get(where).text)
    review = phone.post(where, data={"step": "review", "receipt": receipt, **marks}).text
    assert "2. 明州市教育局" in review
    assert review.index("2. 明州市教育局") < review.index("1. 明州市发展和改革局")
    assert "答复 &lt;b&gt;太慢&lt;/b&gt;" in review
    changed = phone.post(where, data={"step": "change", **marks}).text
    assert changed.count("checked") == 2
    assert "答复 &lt;b&gt;太慢&lt;/b&gt;</textarea>" in changed
    answer = cast(phone, codes[0], box_id, receipt_in(review), **marks)
    assert answer.status_code == 303
    assert cast(phone, codes[0], box_id, receipt_in(review), **marks).location == answer.location
    assert "太慢" not in phone.get(answer.location).text
    assert ballots(site, box_id) == [b"A" + NONE + b"C"]
    with site.app_context():
        assert stored_remarks(box_id) == (("s3", "答复 <b>太慢</b>"),)


@pytest.mark.parametrize(
    ("settings", "marks"),
    [
        ({"scale": COMPETENCE, "rules": (), "caps": (Cap(("A",), 1),)}, {"item-s1": "A", "item-s2": "A"}),
        ({"validity": Validity(missing=Fault.VOID_BALLOT)}, {"item-s1": "A"}),
        ({"validity": Validity(uniform_invalid=True)}, {"item-s1": "A", "item-s2": "A"}),
        ({}, {"item-s1": "Z", "item-s2": "A"}),
    ],
)  # fmt: skip
def test_what_would_void_it_is_said_and_nothing_is_lost(site, opened, phone, settings, marks):
    box_id, codes = opened(3, **settings)
    for step in ("review", "cast"):
        data = {"step": step, "receipt": "0" * 12, **marks}
        page = phone.post(f"/b/{codes[0]}/{box_id}", data=data)
        assert page.status_code == 422
        assert 'role="alert"' in page.text
        assert page.text.count("checked") == sum(value != "Z" for value in marks.values())
    assert ballots(site, box_id) == []


def test_points_and_criteria_are_marked_item_by_item(site, opened, phone):
    criteria = (Criterion("c1", "政治素质", 40), Criterion("c2", "工作实绩", 60))
    box_id, codes = opened(2, "review_bands", criteria=criteria)
    marks = {"item-s1.c1": "88", "item-s1.c2": "0", "item-s2.c1": "100"}
    page = phone.get(f"/b/{codes[0]}").text
    assert page.count('type="number"') == 4
    assert cast(phone, codes[0], box_id, receipt_in(page), **marks).status_code == 303
    assert ballots(site, box_id) == [bytes([88, 0, 100, NO_MARK])]


def test_sixty_by_twelve_load_in_sixty_kilobytes(site, opened, phone):
    criteria = tuple(Criterion(f"c{n}", f"第{n}项测评指标", 1) for n in range(12))
    _, codes = opened(60, scale=COMPETENCE, rules=(), criteria=criteria, remarks=True)
    answer = phone.get(f"/b/{codes[0]}", headers={"Accept-Encoding": "gzip"})
    sizes = [len(answer.data)]
    page = gzip.decompress(answer.data).decode()
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        asset = phone.get(address.replace("&amp;", "&"), headers={"Accept-Encoding": "gzip"})
        sizes.append(len(asset.data))
        asset.close()
    assert len(sizes) == 4
    assert sum(sizes) < FIRST_LOAD, sizes


class TestBesideTheRow:
    @pytest.fixture
    def boxed(self, site):
        with site.app_context():
            box_id = drafted(2)
            files = {Slot.PHOTO: JPEG, Slot.READING: PDF}
            service.put_subject(box_id, {"name": "张三"}, "s1", files)
            subject = service.get_draft(box_id).paper.subjects[0]
            codes = hand_out(box_id, 6)
            other = hand_out(drafted(1), 1)
            return box_id, subject, codes, other

    def test_it_opens_for_who_holds_a_card_of_the_open_paper(self, site, phone, boxed):
        box_id, subject, codes, other = boxed
        photo = f"/b/{codes[0]}/{box_id}/enclosed/{subject.photo}"
        assert phone.get(photo).status_code == 409, "the paper is not open yet"
        with site.app_context():
            box_service.open_box(box_id, roll(50), "o", now=NOON)
        page = phone.get(f"/b/{codes[0]}").text
        assert photo in page
        assert 'loading="lazy"' in page
        shown = phone.get(photo)
        assert (shown.data, shown.mimetype) == (SMALL, "image/jpeg")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        assert "immutable" in shown.headers["Cache-Control"]
        read = phone.get(f"/b/{codes[0]}/{box_id}/enclosed/{subject.reading}")
        assert (read.data, read.mimetype) == (PDF, "application/pdf")
        assert phone.get(photo.replace(codes[0], other[0])).status_code == 404
        assert phone.get(photo.replace(codes[0], "0" * 16)).status_code == 404
        for key in ("", "0" * 64, "../" + subject.photo):
            assert phone.get(f"/b/{codes[0]}/{box_id}/enclosed/{key}").status_code == 404
        assert not phone.get(photo).headers.getlist("Set-Cookie")
