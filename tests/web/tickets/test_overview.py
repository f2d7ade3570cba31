"""The reconciliation: what must agree, what differs in red, and what to do about it."""

import re

import pytest
from flask import Flask

from app.accounts.guards import door_of
from app.accounts.roles import Role
from app.ballotbox import tickets
from app.ballotbox.models import Ticket
from app.extensions import db, transaction
from app.web.tickets.reckoning import Reckoning, lines, steps
from tests.web.tickets.conftest import archive, make_session, signed_in


def reckoning(**given: int) -> Reckoning:
    nothing = dict.fromkeys(
        ("present", "left_early", "printed", "waiting", "handed_out", "spare", "apart"), 0
    )
    return Reckoning(**{**nothing, **given}, batches=())


def tones(app: Flask, counted: Reckoning) -> list[tuple[str, int]]:
    with app.test_request_context():
        return [(line.tone, line.difference) for line in lines(counted)]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, [("", 0), ("", 0), ("", 0)]),
        # half way through check-in: not wrong, not finished
        ({"present": 6, "handed_out": 5, "printed": 12, "waiting": 7}, [("strong", -1), ("", 0), ("strong", 7)]),
        # one card too many is wrong at any time
        ({"present": 5, "handed_out": 6, "printed": 12, "waiting": 6}, [("bad", 1), ("", 0), ("strong", 6)]),
        # nothing waits any more, so somebody stays without a card
        ({"present": 6, "handed_out": 5, "printed": 12, "spare": 7}, [("bad", -1), ("", 0), ("", 0)]),
        # who left early has a card
        ({"present": 5, "left_early": 2, "handed_out": 7, "printed": 10, "spare": 3}, [("", 0), ("", 0), ("", 0)]),
        # a card is gone from the records
        ({"present": 5, "handed_out": 5, "printed": 10, "spare": 4}, [("", 0), ("bad", -1), ("", 0)]),
        # cards of those nobody checks in are not held against the check-in
        ({"present": 5, "handed_out": 5, "printed": 10, "spare": 3, "apart": 2}, [("", 0), ("", 0), ("", 0)]),
    ],
)  # fmt: skip
def test_what_differs_is_told_by_its_gravity(app, given, told):
    assert tones(app, reckoning(**given)) == told


def test_settled_is_only_what_agrees_with_nothing_left(app):
    whole = {"present": 5, "left_early": 1, "handed_out": 6, "printed": 10, "spare": 4}
    assert reckoning(**whole).settled
    for wrong in ({"present": 4}, {"printed": 11}, {"spare": 3, "waiting": 1}, {"handed_out": 7}):
        assert not reckoning(**whole | wrong).settled, wrong
    assert not reckoning().settled


def test_the_steps_follow_the_cards(app):
    def states(**given: int) -> list[str]:
        with app.test_request_context():
            return [step["state"] for step in steps(reckoning(**given))]

    assert states() == ["current", "todo", "todo", "todo"]
    assert states(printed=9, waiting=9) == ["done", "current", "todo", "todo"]
    assert states(printed=9, waiting=4, handed_out=5, present=5)[:2] == ["done", "current"]
    assert states(printed=9, handed_out=5, spare=4, present=4) == ["done"] * 3 + ["current"]
    assert states(printed=9, handed_out=5, spare=4, present=5) == ["done"] * 4


def test_from_printing_to_reconciled(organiser):
    figures = organiser.url("/figures")
    assert "还没有印制票卡" in organiser.client.get(organiser.url()).text
    codes = organiser.issue(4, 2)
    page = organiser.client.get(figures).text
    assert "只生成一次" in page
    organiser.check_in(4)
    organiser.left_early(0)
    for code in codes[:3]:
        assert organiser.outcome(code) == "handed_out"
    page = organiser.client.get(figures).text
    assert "在场 3 + 中途退场 1" in page
    assert "还有 1 位已签到人员没有领卡" in page
    assert "只生成一次" not in page
    organiser.outcome(codes[3])
    organiser.client.post(organiser.url("/void-spare"))
    page = organiser.client.get(figures).text
    assert "票卡核对相符" in page
    assert "签到 4 人 = 发放 4 张；已发放与已作废合计 6 张 = 印制 6 张" in page
    assert 'class="bad"' not in page


def test_too_many_out_is_red_with_what_to_do(organiser):
    codes = organiser.issue()
    organiser.check_in(1)
    organiser.outcome(codes[0])
    organiser.outcome(codes[1])
    page = organiser.client.get(organiser.url()).text
    row = re.search(r'<tr class="bad">.*?</tr>', page, re.DOTALL)[0]
    assert "+1" in row
    assert "请补签到" in row


def test_a_card_gone_from_the_records_is_found(organiser):
    organiser.issue()
    with organiser.app.app_context(), transaction() as session:
        session.delete(session.scalars(db.select(Ticket).limit(1)).one())
    assert "票卡记录与印制数不符" in organiser.client.get(organiser.url()).text


def test_cards_of_raters_who_are_not_on_the_roster_stand_apart(organiser):
    codes = organiser.issue(3, 0, "public")
    for code in codes[:2]:
        assert organiser.outcome(code) == "handed_out"
    page = organiser.client.get(organiser.url("/figures")).text
    assert "另有 2 张发给不在本次会议签到的人员" in page
    assert 'class="bad"' not in page


def test_figures_are_sent_again_only_when_they_changed(organiser):
    codes = organiser.issue()
    for path in ("/figures", "/count"):
        url = organiser.url(path)
        tag = organiser.client.get(url).headers["ETag"]
        assert organiser.client.get(url, headers={"If-None-Match": tag}).status_code == 304
    organiser.client.post("/locale", data={"locale": "en"})
    assert organiser.client.get(url, headers={"If-None-Match": tag}).status_code == 200
    organiser.client.post("/locale", data={"locale": "zh_Hans"})
    organiser.outcome(codes[0])
    assert organiser.client.get(url, headers={"If-None-Match": tag}).status_code == 200


LOOKING = {"tickets.overview", "tickets.figures", "tickets.log"}


def test_who_may_enter(site):
    doors = {
        rule.endpoint: door_of(site, rule.endpoint).roles
        for rule in site.url_map.iter_rules()
        if rule.endpoint.startswith("tickets.")
    }
    assert len(doors) == 13
    assert {endpoint for endpoint, roles in doors.items() if roles == {Role.VIEWER}} == LOOKING
    for endpoint in doors.keys() - LOOKING:
        assert doors[endpoint] == {Role.ORGANISER}, endpoint


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SCRUTINEER, Role.ADMINISTRATOR])
def test_each_role_sees_what_it_may_do(organiser, role):
    codes = organiser.issue()
    client = signed_in(organiser.app, role)
    page = client.get(organiser.url())
    assert page.status_code == 200
    acts = role is Role.ADMINISTRATOR
    for sign in ("data-download", "hand-out", "/void-spare", f"/{organiser.batch_id()}/void"):
        assert (sign in page.text) == acts, sign
    sent = {"code": codes[0], "counted": 3, "group": "deputy", "count": 1, "spare": 0}
    for path in ("/hand-out", "/void", "/print", "/void-spare", f"/{organiser.batch_id()}/void"):
        answer = client.post(organiser.url(path), data=sent)
        assert (answer.status_code == 403) == (not acts), path
    assert (organiser.cards().printed == 4) == (not acts)
    assert (organiser.cards().waiting == 4) == (not acts)


@pytest.mark.parametrize("path", ["", "/figures", "/hand-out", "/void", "/count"])
def test_a_session_that_is_none_is_not_found(organiser, path):
    organiser.session_id = 99
    assert organiser.client.get(organiser.url(path)).status_code == 404


def test_a_rehearsal_is_marked_on_every_page(organiser):
    organiser.session_id = make_session(organiser.app, rehearsal=True)
    organiser.issue()
    log = f"/desk/sessions/{organiser.session_id}/log"
    pile = organiser.url(f"/{organiser.batch_id()}/pile")
    for path in (organiser.url(), organiser.url("/hand-out"), organiser.url("/void"), pile, log):
        assert "rehearsal-band" in organiser.client.get(path).text, path


def test_an_archived_session_is_only_looked_at(organiser):
    organiser.issue()
    archive(organiser.app, organiser.session_id)
    page = organiser.client.get(organiser.url()).text
    for sign in ("data-download", "/hand-out", "/void-spare"):
        assert sign not in page
    with organiser.app.app_context():
        assert tickets.reconciliation(organiser.session_id).waiting == 4
