"""One page leads through a session: each step with what is missing and the button that goes on."""

import re

import pytest
from flask import Flask

from app.accounts.roles import Role
from tests.web.boxes.test_control import Control, make_control
from tests.web.tickets.conftest import signed_in

PAGE = "/desk/sessions/1/conduct"


@pytest.fixture
def control(site: Flask) -> Control:
    return make_control(site)


def now(control: Control) -> str:
    answer = control.client.get(f"{PAGE}/now")
    assert answer.status_code == 200
    return str(answer.text)


def go_on(control: Control) -> None:
    """Press the one button of the step, with what stands in its form."""
    found = re.search(r'data-key="g".*?action="([^"]+)"', now(control), re.DOTALL)
    assert found, now(control)
    answer = control.client.post(found[1], data={"back": "conduct"})
    assert answer.location == PAGE


def test_the_page_leads_from_the_first_vote_to_the_last_result(control: Control) -> None:
    page = control.client.get(PAGE).text
    assert "当前步骤：民生实事项目票决" in page
    assert "票面和规则齐全" in page
    go_on(control)
    assert control.stage() == "open"
    control.vote("xx..", "x...")
    assert "结束投票" in now(control)
    assert "2 / 5" in control.client.get(f"{PAGE}/turnout").text
    go_on(control)
    assert control.stage() == "closed"
    assert control.client.get(f"{PAGE}/turnout").text.strip() == ""
    assert "0/2" in now(control)
    assert control.url() in now(control), "the signatures stand on the page of the box"
    for name in ("jian", "piao"):
        control.post("/certify", username=name, password="correct horse battery")
    assert "宣布结果" in now(control)
    go_on(control)
    assert control.stage() == "announced"
    assert "议程已全部完成" in now(control) or "全部" in now(control)
    assert "已宣布" in control.client.get(f"{PAGE}/agenda").text


def test_without_a_quorum_the_step_leads_to_the_check_in(site: Flask) -> None:
    control = make_control(site, present=1)
    assert "签到" in now(control)
    assert "/desk/sessions/1/checkin" in now(control)
    assert "/open" not in now(control)


def test_a_part_changes_only_where_it_shows_something_else(control: Control) -> None:
    go_on(control)
    tags = {
        part: control.client.get(f"{PAGE}/{part}").headers["ETag"]
        for part in ("now", "turnout", "agenda")
    }
    control.vote("xx..")
    for part, tag in tags.items():
        answer = control.client.get(f"{PAGE}/{part}", headers={"If-None-Match": tag})
        expected = 304 if part == "now" else 200
        assert answer.status_code == expected, part


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SCRUTINEER])
@pytest.mark.parametrize("part", ["", "/now", "/turnout", "/agenda"])
def test_only_organisers_conduct(control: Control, role: Role, part: str) -> None:
    assert signed_in(control.site, role).get(PAGE + part).status_code == 403
