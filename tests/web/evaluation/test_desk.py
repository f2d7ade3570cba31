"""Drafting an evaluation on the desk: nothing typed is lost, nothing frozen changes."""

import re
from io import BytesIO

import pytest
from flask_babel import force_locale

from app.accounts.roles import Role
from app.ballotbox import service as box_service
from evaluation import service
from evaluation.forms import PRESET_NOTES, filled_in
from evaluation.paper import Criterion, Fault, RaterGroup, Trim
from evaluation.presets import COMPETENCE, PRESETS
from evaluation.typed import UnreadableLine, criteria_lines, read_criteria, read_groups
from tests.contracts.hall import NOON, make_session
from tests.integration.evaluation.evaluations import (
    JPEG,
    PDF,
    SMALL,
    drafted,
    hand_out,
    hold,
    listed,
)


@pytest.fixture
def box_id(site):
    with site.app_context(), force_locale("zh_Hans"):
        return drafted(4)


def draft_of(site, box_id):
    with site.app_context():
        return service.get_draft(box_id)


def settings_of(site, box_id, **changed):
    with site.app_context():
        draft = service.get_draft(box_id)
        said = {**filled_in(draft.paper, draft.kind), **changed}
    return {name: value for name, value in said.items() if value not in (None, False)}


def test_a_new_evaluation_leads_to_its_list(site, organiser):
    with site.app_context():
        session_id = make_session()
    assert "还没有测评" in organiser.get(f"/desk/sessions/{session_id}/evaluations").text
    where = f"/desk/sessions/{session_id}/evaluations/new"
    page = organiser.get(where).text
    assert page.count('name="preset"') == len(PRESETS) == len(PRESET_NOTES)
    data = {"title": "", "kind": "official", "preset": "yearly_assessment", "secrecy": "secret"}
    assert organiser.post(where, data=data).status_code == 422
    answer = organiser.post(where, data=data | {"title": "履职评议测评"})
    assert answer.status_code == 303
    box_id = int(answer.location.rsplit("/", 1)[1])
    found = draft_of(site, box_id)
    assert (found.paper.title, found.paper.scale, found.kind.value) == (
        "履职评议测评",
        COMPETENCE,
        "official",
    )
    assert "名单还是空的" in organiser.get(answer.location).text
    assert "履职评议测评" in organiser.get(f"/desk/sessions/{session_id}/evaluations").text


@pytest.mark.parametrize("path", ["", "/outcomes", "/settings", "/preview", "/preview/paper", "/copy", "/subjects/new", "/subjects/import", "/subjects/s1"])  # fmt: skip
def test_every_page_is_shown(organiser, box_id, path):
    page = organiser.get(f"/desk/evaluations/{box_id}{path}")
    assert page.status_code == 200
    assert "2026年度政府部门工作满意度测评" in page.text


def test_the_preview_may_stand_in_our_own_frame_only(organiser, box_id):
    page = organiser.get(f"/desk/evaluations/{box_id}/preview/paper")
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "form-action 'none'" in page.headers["Content-Security-Policy"]


class TestTheList:
    def test_import_add_change_move_take_off(self, site, organiser, box_id):
        where = f"/desk/evaluations/{box_id}/subjects"
        answer = organiser.post(f"{where}/import", data={"file": (BytesIO(listed(6)), "名单.csv")})
        assert answer.status_code == 303
        bad = organiser.post(
            f"{where}/import", data={"file": (BytesIO("测评对象\n甲\n甲\n".encode()), "x.csv")}
        )
        assert bad.status_code == 422
        assert (
            organiser.post(
                f"{where}/new", data={"name": "市档案馆", "kind": "department"}
            ).status_code
            == 303
        )
        assert (
            organiser.post(
                f"{where}/new", data={"name": "市档案馆", "kind": "department"}
            ).status_code
            == 422
        )
        moved = organiser.post(f"{where}/s7/move", data={"by": "-1"})
        assert "autofocus" in organiser.get(moved.location).text
        assert [one.id for one in draft_of(site, box_id).paper.subjects][-2:] == ["s7", "s6"]
        organiser.post(f"{where}/order", data={"id": ["s1", "s2", "s3", "s4", "s5", "s6", "s7"]})
        organiser.post(f"{where}/s2/remove")
        assert [one.id for one in draft_of(site, box_id).paper.subjects] == [
            "s1",
            "s3",
            "s4",
            "s5",
            "s6",
            "s7",
        ]
        assert organiser.get(f"{where}/s2").status_code == 404
        assert organiser.get(f"{where}/template.xlsx").mimetype.endswith("sheet")

    def test_a_photo_and_a_report_come_with_the_form_and_go_with_a_tick(
        self, site, organiser, box_id
    ):
        where = f"/desk/evaluations/{box_id}/subjects/s1"
        said = {"name": "张三", "kind": "official"}
        files = {"photo": (BytesIO(JPEG), "x.bmp"), "reading": (BytesIO(PDF), "报告.docx")}
        assert organiser.post(where, data=said | files).status_code == 303
        subject = draft_of(site, box_id).paper.subjects[0]
        shown = organiser.get(f"/desk/evaluations/{box_id}/material/{subject.photo}")
        assert (shown.data, shown.mimetype) == (SMALL, "image/jpeg")
        assert subject.reading in organiser.get(f"/desk/evaluations/{box_id}/preview/paper").text
        wrong = organiser.post(where, data=said | {"photo": (BytesIO(b"<svg/>"), "x.jpg")})
        assert wrong.status_code == 422
        assert "photo-error" in wrong.text
        assert organiser.post(where, data=said | {"without_photo": "y"}).status_code == 303
        left = draft_of(site, box_id).paper.subjects[0]
        assert (left.photo, left.reading) == ("", subject.reading)
        assert (
            organiser.get(f"/desk/evaluations/{box_id}/material/{subject.photo}").status_code == 404
        )


class TestTheSettings:
    def test_what_was_filled_in_comes_back(self, site, organiser, box_id):
        where = f"/desk/evaluations/{box_id}/settings"
        data = settings_of(
            site, box_id,
            criteria="政治素质 20\n工作实绩（80%）\n",
            overall="工作实绩", groups="常委会组成人员 60\n人大代表 40", missing="abstain",
            uniform_invalid="y", min_responses="10", double="void_ballot", highest="1", lowest="2", remarks="y", same_for_rest="y",
            smallest_group="6", adopted="《测评办法》",
        )  # fmt: skip
        assert organiser.post(where, data=data).status_code == 303
        paper = draft_of(site, box_id).paper
        assert paper.criteria == (Criterion("c1", "政治素质", 20), Criterion("c2", "工作实绩", 80))
        assert paper.overall_criterion == "c2"
        assert paper.groups == (
            RaterGroup("committee_member", "常委会组成人员", 60),
            RaterGroup("deputy", "人大代表", 40),
        )
        assert paper.trim == Trim(1, 2)
        assert paper.validity.double is Fault.VOID_BALLOT
        assert (paper.remarks, paper.same_for_rest, paper.smallest_group) == (True, True, 6)
        assert (paper.validity.min_responses, paper.validity.uniform_invalid) == (10, True)
        again = organiser.post(where, data=settings_of(site, box_id))
        assert again.status_code == 303
        assert draft_of(site, box_id).paper == paper

    @pytest.mark.parametrize(("changed", "field"), [
        ({"criteria": "20 40"}, "criteria"),
        ({"criteria": "甲 1\n乙 1", "overall": "丙"}, "overall"),
        ({"criteria": "甲 1\n乙 1"}, "overall"),
        ({"criteria": "甲 0\n乙 0", "overall": "甲"}, "criteria"),
        ({"groups": "甲级，组 60"}, "groups"),
        ({"highest": "-1"}, "highest"),
        ({"lowest": "many"}, "lowest"),
        ({"min_responses": ""}, "min_responses"),
        ({"title": ""}, "title"),
    ])  # fmt: skip
    def test_what_cannot_be_is_said_beside_its_field(self, site, organiser, box_id, changed, field):
        before = draft_of(site, box_id).paper
        page = organiser.post(
            f"/desk/evaluations/{box_id}/settings", data=settings_of(site, box_id, **changed)
        )
        assert page.status_code == 422
        assert f'id="{field}-error"' in page.text
        assert draft_of(site, box_id).paper == before

    def test_the_sentence_follows_what_is_filled_in(self, site, organiser, box_id):
        where = f"/desk/evaluations/{box_id}/settings/sentence"
        said = organiser.get(where, query_string=settings_of(site, box_id, min_responses="3"))
        assert "有效票少于3张" in said.text or "3" in said.text
        for wrong in ({"highest": "x"}, {"criteria": "甲 1\n乙 1"}):
            query = settings_of(site, box_id, **wrong)
            assert organiser.get(where, query_string=query).status_code == 204


@pytest.mark.parametrize(
    "typed", ["政治素质 20", "政治素质：20%", "政治素质（20）", "  政治素质　２０ "]
)
def test_a_line_is_read_however_an_office_writes_it(typed):
    assert read_criteria(typed) == (Criterion("c1", "政治素质", 20),)


def test_lines_keep_ids_and_name_the_line_at_fault():
    known = (Criterion("c7", "工作实绩", 1),)
    assert [one.id for one in read_criteria("廉洁自律\n\n工作实绩", known)] == ["c1", "c7"]
    assert criteria_lines(read_criteria("甲\n乙 3")) == "甲 1\n乙 3"
    assert read_groups("人大代表")[0].weight == 0
    with pytest.raises(UnreadableLine) as unreadable:
        read_criteria("甲 1\n\n20")
    assert unreadable.value.line == 3


def test_rater_groups_are_called_as_the_office_calls_them(site, organiser, box_id):
    """The cards of a session are printed for 机关干部(局内) as well as for 人大代表."""
    typed = "人大代表 60\n机关干部（局内） 30\n服务对象·企业 10"
    data = settings_of(site, box_id, groups=typed)
    answer = organiser.post(f"/desk/evaluations/{box_id}/settings", data=data)
    assert answer.status_code == 303
    groups = draft_of(site, box_id).paper.groups
    assert [group.id for group in groups] == ["deputy", "机关干部(局内)", "服务对象·企业"]
    data = settings_of(site, box_id, groups="单位，职工 3")
    page = organiser.post(f"/desk/evaluations/{box_id}/settings", data=data)
    assert page.status_code == 422
    assert "不能作为测评主体类别印在票卡上" in page.text
    with pytest.raises(UnreadableLine) as unreadable:
        read_groups(f"人大代表 1\n\n{'部' * 33} 2")
    assert unreadable.value.line == 3


def test_a_copy_is_drafted_in_the_session_chosen(site, organiser, box_id):
    with site.app_context():
        later = make_session()
    data = {"title": "2027年度测评", "session": str(later)}
    answer = organiser.post(f"/desk/evaluations/{box_id}/copy", data=data)
    assert answer.status_code == 303
    assert "2027年度测评" in organiser.get(f"/desk/sessions/{later}/evaluations").text
    assert (
        organiser.post(f"/desk/evaluations/{box_id}/copy", data=data | {"title": ""}).status_code
        == 422
    )


def test_a_draft_is_removed_and_a_frozen_one_is_not(site, organiser, box_id):
    with site.app_context(), force_locale("zh_Hans"):
        held = drafted(2)
        hold(held, hand_out(held, 6), [b"AB"] * 6)
    assert organiser.post(f"/desk/evaluations/{held}/remove").status_code == 303
    assert draft_of(site, held).box.title
    for path in ("/subjects/new", "/subjects/import", "/subjects/s1"):
        assert organiser.get(f"/desk/evaluations/{held}{path}").status_code == 409
    refused = organiser.post(f"/desk/evaluations/{held}/settings", data=settings_of(site, held))
    assert refused.status_code == 422
    organiser.post(f"/desk/evaluations/{box_id}/remove")
    assert organiser.get(f"/desk/evaluations/{box_id}").status_code == 404


class TestTheResult:
    @pytest.fixture
    def held(self, site):
        with site.app_context(), force_locale("zh_Hans"):
            box_id = drafted(2, remarks=True)
            codes = hand_out(box_id, 40)
            hold(box_id, codes, [b"AC"] * 30, {"s2": "请<加快>整改"})
        return box_id

    def test_counts_rates_with_their_response_and_the_outcome(self, organiser, held):
        for where in (f"/desk/evaluations/{held}/result", f"/desk/boxes/{held}"):
            page = organiser.get(where).text
            assert "100.00%" in page
            assert "30/40" in page
            assert re.search(r"不满意\s*</span>", page)
            assert "再次接受测评" in page

    def test_remarks_are_for_the_organiser_and_hold_no_markup(self, organiser, enter, held):
        page = organiser.get(f"/desk/evaluations/{held}/remarks").text
        assert page.count("请&lt;加快&gt;整改") == 30
        scrutineer = enter(Role.SCRUTINEER)
        assert scrutineer.get(f"/desk/evaluations/{held}/remarks").status_code == 403
        assert scrutineer.get(f"/desk/evaluations/{held}/result").status_code == 200

    def test_a_viewer_waits_for_the_announcement(self, site, enter, held):
        viewer = enter(Role.VIEWER)
        assert viewer.get(f"/desk/evaluations/{held}/result").status_code == 403
        with site.app_context():
            assert box_service.get_box(held).stage == "closed"

    def test_one_click_drafts_the_round_that_is_due(self, site, organiser, held):
        answer = organiser.post(f"/desk/boxes/{held}/follow-up")
        further = int(answer.location.rsplit("/", 1)[1])
        assert [one.id for one in draft_of(site, further).paper.subjects] == ["s2"]
        assert draft_of(site, further).paper.round == 2


def test_a_void_evaluation_is_held_again_by_one_click(site, organiser, enter, box_id):
    page = organiser.get(f"/desk/evaluations/{box_id}").text
    assert "照原样重新" not in page
    assert organiser.post(f"/desk/evaluations/{box_id}/again").location.endswith(str(box_id))
    with site.app_context():
        box_service.void_box(box_id, "名单有误", "o", now=NOON)
        session_id = box_service.get_box(box_id).session_id
    for where in (f"/desk/evaluations/{box_id}", f"/desk/sessions/{session_id}/evaluations"):
        assert f"/desk/evaluations/{box_id}/again" in organiser.get(where).text
    answer = organiser.post(f"/desk/evaluations/{box_id}/again")
    further = int(answer.location.rsplit("/", 1)[1])
    found = draft_of(site, further)
    assert "重新测评" in found.box.title
    assert found.paper.subjects == draft_of(site, box_id).paper.subjects
    page = organiser.get(f"/desk/evaluations/{box_id}").text
    assert f"/desk/evaluations/{further}" in page
    assert f"/desk/evaluations/{box_id}/again" not in page
    assert "重新测评" in organiser.get(f"/desk/sessions/{session_id}/evaluations").text
    assert enter(Role.VIEWER).post(f"/desk/evaluations/{box_id}/again").status_code == 403


def test_who_only_looks_changes_nothing(enter, box_id):
    viewer = enter(Role.VIEWER)
    page = viewer.get(f"/desk/evaluations/{box_id}")
    assert page.status_code == 200
    assert "data-row" not in page.text
    for path in (
        "/remove",
        "/settings",
        "/outcomes",
        "/outcomes/sentence",
        "/subjects/new",
        "/subjects/order",
        "/copy",
    ):
        assert viewer.post(f"/desk/evaluations/{box_id}{path}").status_code == 403
