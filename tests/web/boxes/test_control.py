"""The control page: the stages of a box in order, each by whoever may, with nothing skipped."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts.roles import Role
from app.accounts.service import all_staff, create_staff, reset_password
from app.assembly.checkin import attendance_list, check_in
from app.assembly.models import Session
from app.assembly.service import import_roster
from app.ballotbox import second_count, service, tickets
from app.ballotbox.admission import admit
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.extensions import transaction
from tests.contracts.hall import NOON, make_session
from tests.web.tickets.conftest import signed_in
from voting import service as voting

PASSWORD = "correct horse battery"
ROSTER = "代表证号,姓名\n" + "".join(f"{n:03},代表{n}\n" for n in range(1, 6))
PROJECTS = "项目名称\n" + "".join(f"项目{n}\n" for n in range(1, 5))


@dataclass
class Control:
    """The organiser's browser on a drafted vote of four projects, two to be selected."""

    site: Flask
    client: FlaskClient
    session_id: int
    box_id: int
    codes: list[str]

    def url(self, act: str = "") -> str:
        return f"/desk/boxes/{self.box_id}{act}"

    def page(self) -> str:
        return self.client.get(self.url()).text

    def post(self, act: str, **fields: str):
        return self.client.post(self.url(act), data=fields, follow_redirects=True)

    def stage(self) -> str:
        with self.site.app_context():
            return service.get_box(self.box_id).stage

    def vote(self, *ballots: str) -> None:
        with self.site.app_context():
            for code, ballot in zip(self.codes, ballots, strict=False):
                marks = bytes(ord("x") if mark == "x" else 0xFF for mark in ballot)
                cast(admit(code), self.box_id, marks, new_receipt())


def make_control(site: Flask, present: int = 5) -> Control:
    with site.app_context():
        import_roster(ROSTER.encode(), "roster.csv")
        session_id = make_session()
        with transaction() as writing:
            writing.execute(update(Session).values(total_members=5))
        for attendee in attendance_list(session_id)[:present]:
            check_in(session_id, attendee.deputy_id)
        printed = tickets.issue(session_id, "deputy", 5, 0, "o", now=NOON)
        for card in printed[:present]:
            tickets.hand_out(session_id, card.code)
        box_id = voting.draft_vote(session_id, "民生实事项目票决", "local_organic_law", 2)
        voting.import_candidates(box_id, PROJECTS.encode(), "projects.csv")
        for name in ("jian", "piao"):
            create_staff(name, f"{name}女士", Role.SCRUTINEER, PASSWORD, must_change_password=False)
        create_staff("xin", "新来的", Role.SCRUTINEER, PASSWORD)
        create_staff("li", "李会务", Role.ORGANISER, PASSWORD, must_change_password=False)
    client = signed_in(site, Role.ORGANISER)
    return Control(site, client, session_id, box_id, [card.code for card in printed])


@pytest.fixture
def control(site: Flask) -> Control:
    return make_control(site)


def closed(control: Control) -> Control:
    control.post("/open")
    control.vote("xx--", "xx--", "xx--")
    control.post("/close")
    assert control.stage() == "closed"
    return control


def test_a_box_is_led_from_check_to_announcement(control: Control) -> None:
    assert "开启投票" in control.page()
    control.post("/open")
    assert control.stage() == "open"
    control.vote("xx--", "xx--", "x-x-")
    assert "3 / 5" in control.client.get(control.url("/turnout")).text
    assert "当选" not in control.page()
    control.post("/close")
    assert "当选" in control.page()
    control.post("/certify", username="jian", password=PASSWORD)
    assert control.stage() == "closed"
    control.post("/certify", username="piao", password=PASSWORD)
    assert control.stage() == "certified"
    control.post("/announce")
    assert control.stage() == "announced"
    assert "当选" in control.page()


def test_opening_without_a_quorum_asks_for_the_reason_and_keeps_it(site: Flask) -> None:
    control = make_control(site, present=2)
    assert "不足法定人数仍开启的理由" in control.page()
    refused = control.client.post(control.url("/open"), data={"override": " "})
    assert refused.status_code == 422
    assert control.stage() == "drafted"
    control.post("/open", override="主席团决定，仅作试验")
    assert control.stage() == "open"
    control.post("/close")
    assert "主席团决定，仅作试验" in control.page()


def test_what_is_missing_is_said_and_nothing_opens(site: Flask) -> None:
    control = make_control(site)
    with site.app_context():
        control.box_id = voting.draft_vote(control.session_id, "空的", "local_organic_law", 2)
    assert "开启投票</" not in control.page()
    control.post("/open")
    assert control.stage() == "drafted"


@pytest.mark.parametrize(
    ("username", "password"),
    [("jian", "wrong"), ("nobody", PASSWORD), ("li", PASSWORD), ("xin", PASSWORD), ("", "")],
)
def test_only_a_scrutineer_with_a_password_of_their_own_signs(
    control: Control, username: str, password: str
) -> None:
    closed(control)
    answer = control.client.post(
        control.url("/certify"), data={"username": username, "password": password}
    )
    assert answer.status_code == 422
    if username:
        assert f'value="{username}"' in answer.text
    assert password == "" or f'value="{password}"' not in answer.text
    with control.site.app_context():
        assert service.sign_offs(control.box_id) == ()


def test_who_can_sign_is_said_before_the_vote_opens(control: Control) -> None:
    """After closing it would be found out before the whole hall."""
    assert "2名监票人可以签名" in control.page()
    with control.site.app_context():
        reset_password(next(one.id for one in all_staff() if one.username == "piao"))
    page = control.page()
    assert "需要2名监票人签名，目前只有1名可以签名" in page
    assert "开启投票" in page, "it is a warning: the vote can be opened all the same"


@pytest.mark.parametrize("act", ["/open", "/certify", "/void"])
def test_the_address_of_a_faulty_form_leads_back_to_the_box(control: Control, act: str) -> None:
    answer = control.client.get(control.url(act))
    assert answer.status_code == 303
    assert answer.location == control.url()


def test_a_scrutineer_signs_with_their_own_login(control: Control) -> None:
    closed(control)
    scrutineer = signed_in(control.site, Role.SCRUTINEER)
    page = scrutineer.get(control.url()).text
    assert "我确认本次计票结果" in page
    assert "签到、票卡" in page
    scrutineer.post(control.url("/certify"))
    with control.site.app_context():
        assert [sign.username for sign in service.sign_offs(control.box_id)] == ["scrutineer"]
    assert scrutineer.post(control.url("/announce")).status_code == 403


def test_who_signs_twice_is_told_that_it_counts_once(control: Control) -> None:
    closed(control)
    scrutineer = signed_in(control.site, Role.SCRUTINEER)
    assert "已记录" in scrutineer.post(control.url("/certify"), follow_redirects=True).text
    again = scrutineer.post(control.url("/certify"), follow_redirects=True).text
    assert "一人只计一次" in again
    assert "已记录您的签名" not in again
    with control.site.app_context():
        assert len(service.sign_offs(control.box_id)) == 1
        assert service.get_box(control.box_id).stage == "closed"


def test_a_viewer_waits_for_the_announcement(control: Control) -> None:
    closed(control)
    viewer = signed_in(control.site, Role.VIEWER)
    page = viewer.get(control.url()).text
    assert "主持人宣布后显示结果" in page
    assert "当选" not in page
    for name in ("jian", "piao"):
        control.post("/certify", username=name, password=PASSWORD)
    control.post("/announce")
    assert "当选" in viewer.get(control.url()).text


def test_receipts_are_listed_sorted_and_only_after_closing(control: Control) -> None:
    control.post("/open")
    control.vote("xx--", "-xx-")
    assert control.client.get(control.url("/receipts")).status_code == 409
    control.post("/close")
    page = control.client.get(control.url("/receipts")).text
    with control.site.app_context():
        receipts = service.receipts_of(control.box_id)
    places = [page.index("-".join((r[:4], r[4:8], r[8:]))) for r in receipts]
    assert len(places) == 2
    assert places == sorted(places)


def test_a_tie_is_voted_on_again_by_one_click_once_it_is_certified(control: Control) -> None:
    control.post("/open")
    control.vote("xx--", "xx--", "x-x-", "x-x-", "-xx-")
    control.post("/close")
    assert "拟定下一轮" not in control.page()
    for name in ("jian", "piao"):
        control.post("/certify", username=name, password=PASSWORD)
    assert "拟定下一轮" in control.page()
    drafted = control.client.post(control.url("/follow-up"))
    assert drafted.headers["Location"].endswith("/desk/boxes/2")
    with control.site.app_context():
        second = service.get_box(2)
        assert (second.round, second.first_box_id, second.stage) == (2, 1, "drafted")
        assert [item["label"] for item in voting.compose(2)["items"]] == ["项目2", "项目3"]
    assert "拟定下一轮" not in control.page()


def test_a_void_vote_needs_a_reason_and_stays_on_record(control: Control) -> None:
    control.post("/open")
    assert control.client.post(control.url("/void"), data={"reason": ""}).status_code == 422
    assert control.stage() == "open"
    control.post("/void", reason="设备故障")
    assert control.stage() == "voided"
    assert "已宣布本次投票无效" in control.page() or "已宣布无效" in control.page()
    assert "重新组织" in control.page(), "the way on is told"
    assert control.client.get(f"/desk/votes/{control.box_id}").status_code == 200


def test_the_bare_address_of_the_desk_leads_in(control: Control) -> None:
    assert control.client.get("/desk", follow_redirects=True).request.path == "/desk/sessions"
    stranger = control.site.test_client().get("/desk/")
    assert stranger.location == "/sign-in"


@pytest.mark.parametrize("act", ["/open", "/close", "/announce", "/void", "/follow-up"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.SCRUTINEER])
def test_only_organisers_act(control: Control, role: Role, act: str) -> None:
    assert signed_in(control.site, role).post(control.url(act)).status_code == 403


@pytest.mark.parametrize("act", ["", "/turnout", "/receipts"])
def test_nobody_looks_without_signing_in(control: Control, act: str) -> None:
    answer = control.site.test_client().get(control.url(act))
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]


def test_a_count_that_cannot_be_sealed_leaves_a_way_on(control: Control, monkeypatch):
    """Two programs that disagree: no result, no ballot lost, and the same cards vote again."""
    control.post("/open")
    control.vote("xx--", "x-x-", "xx--")
    with monkeypatch.context() as broken:
        broken.setattr(second_count, "counted_again", lambda *_: {})
        for _again in range(2):
            told = control.post("/close").text
            assert "两套程序" in told
            assert "宣布本次无效" in told
            assert control.stage() == "open"
    first = control.box_id
    assert "已宣布" in control.post("/void", reason="两次计票不一致").text
    with control.site.app_context():
        assert service.get_box(first).stage == "voided"
        assert service.live_turnout(first)[1] == 3, "its records are kept"
        control.box_id = voting.draft_vote(
            control.session_id, "民生实事项目票决", "local_organic_law", 2
        )
        voting.import_candidates(control.box_id, PROJECTS.encode(), "projects.csv")
    control.post("/open")
    control.vote("xx--", "x-x-", "xx--")
    control.post("/close")
    assert control.stage() == "closed"
