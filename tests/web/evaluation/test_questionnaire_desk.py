"""The desk's page of an open questionnaire: rules, address, poster, and what came of it."""

import io

import pypdfium2
import zxingcpp
from PIL import Image

from app.ballotbox import service as box_service
from evaluation import service
from evaluation.paper import RaterGroup
from tests.contracts.hall import NOON, roll
from tests.contracts.test_open_questionnaire import answer
from tests.integration.evaluation.evaluations import drafted, hand_out

RULES = {
    "held": "y",
    "name": "社会公众",
    "weight": "40",
    "least_seconds": "15",
    "uniform_invalid": "y",
}
SAMPLE = RaterGroup("open_sample", "社会公众", 40, True, 15, True)


def page_of(box_id):
    return f"/desk/evaluations/{box_id}/questionnaire"


def groups_of(site, box_id):
    with site.app_context():
        return service.get_draft(box_id).paper.groups


def test_it_is_added_beside_the_members_and_taken_away_again(site, organiser):
    with site.app_context():
        box_id = drafted(3, groups=(RaterGroup("deputy", "人大代表", 60),))
    page = organiser.get(page_of(box_id)).text
    assert "/q/" not in page
    saved = organiser.post(page_of(box_id), data=RULES, follow_redirects=True)
    assert saved.status_code == 200
    assert groups_of(site, box_id) == (RaterGroup("deputy", "人大代表", 60), SAMPLE)
    with site.app_context():
        key = box_service.get_box(box_id).public_key
    assert f"/q/{key[:4]}-{key[4:]}" in saved.text
    organiser.post(page_of(box_id), data={k: v for k, v in RULES.items() if k != "held"})
    assert groups_of(site, box_id) == (RaterGroup("deputy", "人大代表", 60),)


def test_it_is_added_to_a_draft_that_is_warned_of(site, organiser):
    with site.app_context():
        box_id = drafted(3, groups=(RaterGroup("deputy", "人大代表", 60),), smallest_group=2)
    assert organiser.post(page_of(box_id), data=RULES).status_code == 303
    assert SAMPLE in groups_of(site, box_id)


def test_the_page_of_the_raters_leaves_it_alone(site, organiser):
    with site.app_context():
        box_id = drafted(3, groups=(RaterGroup("deputy", "人大代表", 60), SAMPLE))
    settings = f"/desk/evaluations/{box_id}/settings"
    page = organiser.get(settings).text
    assert "人大代表 60</textarea>" in page
    assert "社会公众 40</textarea>" not in page
    sent = organiser.post(
        settings,
        data={
            "title": "测评",
            "kind": "department",
            "secrecy": "secret",
            "groups": "常委会组成人员 50",
            "empty_group": "renormalise",
            "missing": "void_subject",
            "double": "void_subject",
            "min_responses": "1",
            "smallest_group": "5",
        },
    )
    assert sent.status_code == 303
    assert [group.name for group in groups_of(site, box_id)] == ["常委会组成人员", "社会公众"]


def test_what_cannot_be_is_said_and_nothing_is_lost(site, organiser):
    with site.app_context():
        box_id = drafted(3)
    bad = organiser.post(page_of(box_id), data=RULES | {"least_seconds": "-1", "name": "市民"})
    assert bad.status_code == 422
    assert 'value="市民"' in bad.text
    assert groups_of(site, box_id) == ()


def test_the_poster_and_the_picture_lead_to_the_questionnaire(site, organiser):
    with site.app_context():
        box_id = drafted(3, groups=(SAMPLE,))
        key = box_service.get_box(box_id).public_key
    pdf = organiser.get(f"{page_of(box_id)}/poster.pdf")
    drawn = pypdfium2.PdfDocument(pdf.data)[0].render(scale=2).to_pil()
    (on_poster,) = zxingcpp.read_barcodes(drawn)
    png = organiser.get(f"{page_of(box_id)}/code.png")
    (on_picture,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.data)).convert("L"))
    assert on_poster.text == on_picture.text
    path = "/q/" + on_poster.text.rpartition("/q/")[2]
    assert path.replace("-", "") == f"/q/{key}"
    assert "问卷还没有开始" in site.test_client().get(path).text
    with site.app_context():
        plain = drafted(3)
    for name in ("poster.pdf", "code.png"):
        assert organiser.get(f"{page_of(plain)}/{name}").status_code == 404


def test_it_opens_alone_shows_how_many_answered_and_says_what_was_left_out(site, organiser):
    with site.app_context():
        box_id = drafted(2, "jinshi", groups=(SAMPLE,))
    control = f"/desk/boxes/{box_id}"
    assert "不需要票卡" in organiser.get(control).text
    opened = organiser.post(f"{control}/open", data={"override": ""}, follow_redirects=True)
    assert opened.status_code == 200
    with site.app_context():
        assert box_service.get_box(box_id).stage == "open"
        for marks in (b"AB", b"AB", b"BA", b"AC", b"BA", b"AB", b"AA", b"AA"):
            answer(_Box(box_id), marks=marks)
        for _ in range(3):
            answer(_Box(box_id), marks=b"AB", in_time=False)
    page = organiser.get(f"{control}/turnout").text
    assert ">11<" in page.replace(" ", "").replace("\n", "")
    assert "已发出" not in page
    with site.app_context():
        box_service.close_box(box_id, "o", now=NOON)
    result = organiser.get(f"/desk/evaluations/{box_id}/result").text
    assert "收到11份，计入6份" in result
    assert "提交过快3份" in result
    assert "各项完全相同2份" in result
    assert "没有回收率" in result
    assert "没有法律效力" not in result


def test_a_mixed_result_says_both_and_mixes_nothing(site, organiser):
    with site.app_context():
        box_id = drafted(2, "jinshi", groups=(RaterGroup("deputy", "人大代表", 60), SAMPLE))
        hand_out(box_id, 40)
        box_service.open_box(box_id, roll(50), "o", now=NOON)
        for _ in range(7):
            answer(_Box(box_id), marks=b"AB")
        box_service.close_box(box_id, "o", now=NOON)
        sealed = box_service.sealed_return(box_id)
    assert (sealed.turnout.issued, sealed.turnout.returned) == (40, 0)
    result = organiser.get(f"/desk/evaluations/{box_id}/result").text
    assert "收到7份，计入7份" in result


class _Box:
    """What `answer` asks of a hall."""

    def __init__(self, box_id: int) -> None:
        self.box_id = box_id
