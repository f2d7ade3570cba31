"""The pages on which a vote is prepared."""

import re

import pytest

from app.accounts.roles import Role
from app.ballotbox import service as box_service
from app.extensions import db
from app.thresholds import Threshold
from tests.contracts.hall import NOON, roll
from tests.integration.voting.votes import follow, hand_out, hold, listed, table
from tests.unit.voting.builders import pile
from voting import service
from voting.forms import filled_in

WATER, CANTEEN = "农村饮用水提标", "学校食堂改建"


def rules_of(draft, **changed) -> dict:
    """The fields of the rules' form as a browser would send them."""
    paper = draft.paper()
    fields = {
        **filled_in(paper.rule),
        "title": paper.title,
        "adopted": paper.adopted,
        "secrecy": paper.secrecy.value,
        **changed,
    }
    ticks = {"allow_fewer", "approvals_capped"}
    sent = {key: value for key, value in fields.items() if value not in (None, False)}
    return {key: ("y" if key in ticks else value) for key, value in sent.items()}


def opened(draft) -> None:
    with draft.app.app_context():
        hand_out(draft.box_id, 2)
        box_service.open_box(draft.box_id, roll(), "o", now=NOON)


# The list of votes


def test_a_session_without_votes_says_what_to_do(draft):
    with draft.app.app_context():
        service.remove_vote(draft.box_id)
    page = draft.client.get(f"/desk/sessions/{draft.session_id}/votes")
    assert f"/desk/sessions/{draft.session_id}/votes/new" in page.text
    assert "<table" not in page.text


def test_rounds_stand_under_their_first_vote(draft):
    with draft.app.app_context():
        codes = hand_out(draft.box_id, 50)
        hold(draft.box_id, codes, pile([40, 27, 27, 1], 50))
        runoff = follow(draft.box_id)
        other = service.draft_vote(draft.session_id, "另一次票决", "per_item", 1)
        db.session.remove()
    page = draft.client.get(f"/desk/sessions/{draft.session_id}/votes").text
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["民生实事项目票决", "另一次票决"]
    assert page.index(f"/desk/votes/{runoff}") < page.index(f"/desk/votes/{other}")
    first, second = page.split("<h2>另一次票决")
    assert (first.count('class="round"'), second.count('class="round"')) == (2, 1)


def test_a_new_vote_is_drafted_and_leads_to_its_list(draft):
    url = f"/desk/sessions/{draft.session_id}/votes/new"
    assert draft.client.get(url).status_code == 200
    sent = {"title": "2027年票决", "preset": "by_urgency", "seats": "24", "secrecy": "named"}
    answer = draft.client.post(url, data=sent)
    assert answer.status_code == 303
    draft.box_id = int(answer.location.rsplit("/", 1)[1])
    paper = draft.paper()
    assert (paper.title, paper.rule.kind, paper.rule.seats) == ("2027年票决", "rank", 24)
    assert paper.secrecy == "named"
    assert draft.get().status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "题" * 81}, "title"),
        ({"seats": "0"}, "seats"),
        ({"seats": "好多"}, "seats"),
        ({"preset": "none"}, "preset"),
        ({"secrecy": ""}, "secrecy"),
    ],
)
def test_a_vote_that_cannot_be_is_said_beside_its_field(draft, wrong, field):
    sent = {"title": "票决", "preset": "per_item", "seats": "3", "secrecy": "secret", **wrong}
    page = draft.client.post(f"/desk/sessions/{draft.session_id}/votes/new", data=sent)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    if field != "title":
        assert 'value="票决"' in page.text


def test_a_session_that_is_not_there_is_a_404(draft):
    assert draft.client.get("/desk/sessions/999/votes").status_code == 404
    assert draft.client.get("/desk/votes/999").status_code == 404


# The list of projects


def test_projects_are_added_changed_and_taken_off(draft):
    answer = draft.post("/candidates/new", name="新建公园", investment="1,200.50", unit="市园林局")
    assert answer.status_code == 303
    row = draft.listed()[-1]
    assert row[:2] == (5, "新建公园")
    page = draft.get(f"/candidates/{row[2]}").text
    assert 'value="新建公园"' in page
    assert 'value="1200.5"' in page
    draft.post(f"/candidates/{row[2]}", name="新建公园和绿道", number="2½")
    assert draft.names()[-1] == "新建公园"
    draft.post(f"/candidates/{row[2]}", name="新建公园和绿道", number="5")
    assert draft.names()[-1] == "新建公园和绿道"
    draft.post(f"/candidates/{row[2]}/remove")
    assert "新建公园和绿道" not in draft.names()
    assert draft.get(f"/candidates/{row[2]}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": WATER}, "name"),
        ({"number": "2"}, "number"),
        ({"investment": "三千"}, "investment"),
        ({"source": "长" * 121}, "source"),
    ],
)
def test_a_project_at_fault_comes_back_as_it_was_typed(draft, wrong, field):
    sent = {"name": "新项目", "description": "写了很久的内容", **wrong}
    page = draft.post("/candidates/new", **sent)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "写了很久的内容" in page.text
    assert len(draft.names()) == 4


def test_a_project_moves_and_the_button_stays_in_focus(draft):
    first = draft.listed()[0][2]
    answer = draft.post(f"/candidates/{first}/move", by="1")
    assert answer.status_code == 303
    assert draft.names()[:2] == [WATER, "老旧小区改造"]
    page = draft.client.get(answer.location).text
    (focused,) = re.findall(r"<button[^>]*autofocus[^>]*>", page)
    assert first in focused
    assert 'value="1"' in focused
    draft.post(f"/candidates/{first}/move", by="-1")
    assert draft.names()[0] == "老旧小区改造"


def test_the_whole_list_is_put_in_order_at_once(draft):
    ids = [row[2] for row in draft.listed()]
    assert draft.post("/candidates/order", id=ids[::-1]).status_code == 303
    assert [row[2] for row in draft.listed()] == ids[::-1]
    answer = draft.client.post(
        draft.url("/candidates/order"), data={"id": ids[1:]}, follow_redirects=True
    )
    assert 'class="notice bad"' in answer.text
    assert [row[2] for row in draft.listed()] == ids[::-1]


def test_gaps_in_the_numbers_are_said_and_closed(draft):
    assert "/candidates/renumber" not in draft.get().text
    draft.post(f"/candidates/{draft.listed()[0][2]}/remove")
    assert "/candidates/renumber" in draft.get().text
    draft.post("/candidates/renumber")
    assert [row[0] for row in draft.listed()] == [1, 2, 3]
    assert "/candidates/renumber" not in draft.get().text


def test_a_file_becomes_the_list_and_what_is_gone_is_named(draft):
    assert draft.get("/candidates/import").status_code == 200
    answer = draft.upload(table("1,新建公园,,,,,", f"2,{WATER},市水利局,300,,,"))
    assert answer.status_code == 303
    assert draft.names() == ["新建公园", WATER]
    page = draft.client.get(answer.location).text
    (told,) = re.findall(r'<div class="notice warn"\s*role="alert">.*?</div>', page, re.DOTALL)
    assert CANTEEN in told
    assert WATER not in told


def test_a_file_with_a_bad_row_is_refused_whole(draft):
    before = draft.names()
    page = draft.upload(table("1,甲,,三千,,,", "2,,,,,,"))
    assert page.status_code == 422
    assert page.text.count("<tr>") == 3  # the headings and two problems
    assert draft.names() == before


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 nothing", "姓名,电话\n张三,1".encode(), b"\x00\x01\x02"]
)
def test_a_file_that_is_no_list_is_said_beside_the_field(draft, content):
    page = draft.upload(content)
    assert page.status_code == 422
    assert 'id="file-error"' in page.text
    assert len(draft.names()) == 4


def test_the_template_can_be_filled_in_and_imported(draft):
    answer = draft.get("/candidates/template.xlsx")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert draft.upload(answer.data, "a.xlsx").status_code == 422  # the example is passed over
    assert len(draft.names()) == 4


# The rules


def test_every_setting_is_saved_and_shown_again(draft):
    sent = rules_of(
        draft,
        title="改过的标题",
        adopted="《票决办法》",
        secrecy="named",
        kind="per_item",
        seats="3",
        approvals_capped=True,
        allow_fewer=False,
        blank="invalid",
        denominator="present",
        comparison="ge",
        share="2/3",
        tie="presidium",
        shortfall="accept_fewer",
    )
    assert draft.post("/rules", **sent).status_code == 303
    paper = draft.paper()
    assert paper.rule.as_json() == {
        "kind": "per_item",
        "seats": 3,
        "allow_fewer": False,
        "approvals_capped": True,
        "blank": "invalid",
        "denominator": "present",
        "threshold": "ge 2/3",
        "tie": "presidium",
        "shortfall": "accept_fewer",
    }
    assert (paper.title, paper.adopted, paper.secrecy) == ("改过的标题", "《票决办法》", "named")
    page = draft.get("/rules").text
    for name, value in (("kind", "per_item"), ("tie", "presidium"), ("secrecy", "named")):
        assert re.search(rf'<input checked[^>]*name="{name}"[^>]*value="{value}"', page)
    assert re.search(r'<option selected value="2/3"', page)


def test_rules_may_come_before_the_list(draft):
    with draft.app.app_context():
        draft.box_id = service.draft_vote(draft.session_id, "先定规则", "per_item", 2)
    assert draft.post("/rules", **rules_of(draft, seats="24")).status_code == 303
    assert draft.paper().rule.seats == 24


def test_a_share_of_ones_own_is_exact(draft):
    draft.post("/rules", **rules_of(draft, share="other", part="3", parts="7"))
    assert draft.paper().rule.threshold == Threshold.parse("gt 3/7")
    page = draft.get("/rules").text
    assert re.search(r'<option selected value="other"', page)
    assert re.search(r'id="parts"[^>]*value="7"', page)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"seats": "5"}, "seats"),  # four projects
        ({"seats": "0"}, "seats"),
        ({"seats": ""}, "seats"),
        ({"seats": "4", "allow_fewer": False}, "seats"),  # nothing left to choose
        ({"comparison": "gt", "share": "1/1"}, "share"),
        ({"share": "other", "part": "8", "parts": "7"}, "parts"),
        ({"share": "other", "part": "1", "parts": "0"}, "parts"),
        ({"share": "other"}, "parts"),
        ({"share": "half"}, "share"),
        ({"denominator": "everybody"}, "denominator"),
        ({"kind": "acclamation"}, "kind"),
        ({"tie": ""}, "tie"),
    ],
)
def test_an_impossible_setting_is_said_beside_its_field_and_nothing_is_lost(draft, wrong, field):
    before = draft.paper()
    page = draft.post("/rules", **rules_of(draft, adopted="刚刚填写的办法", **wrong))
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "刚刚填写的办法" in page.text
    assert draft.paper() == before


def test_a_dubious_setting_is_saved_and_shown_as_a_warning(draft):
    draft.post("/rules", **rules_of(draft, denominator="valid", blank="invalid"))
    assert draft.paper().rule.denominator == "valid"
    page = draft.get("/rules").text
    (warned,) = re.findall(r'<div class="notice warn"\s*>.*?</ul>', page, re.DOTALL)
    assert warned.count("<li>") == 2  # weaker than the law, and blanks lower the bar
    assert 'class="notice bad"' not in page


def test_the_sentence_follows_what_is_being_filled_in(draft):
    words = draft.client.get(
        draft.url("/rules/sentence"), query_string=rules_of(draft, kind="rank", seats="3")
    )
    assert words.status_code == 200
    assert words.mimetype == "text/plain"
    assert "3" in words.text
    assert "积分" in words.text
    assert draft.paper().rule.kind == "select"
    unfinished = draft.client.get(
        draft.url("/rules/sentence"), query_string=rules_of(draft, seats="")
    )
    assert (unfinished.status_code, unfinished.text) == (204, "")


def test_of_a_further_round_only_the_policies_are_asked_for(draft):
    with draft.app.app_context():
        codes = hand_out(draft.box_id, 50)
        hold(draft.box_id, codes, pile([40, 27, 27, 1], 50))
        draft.box_id = follow(draft.box_id)
        db.session.remove()
    page = draft.get("/rules").text
    assert 'name="tie"' in page
    assert 'name="seats"' not in page
    assert 'name="share"' not in page
    sent = rules_of(draft, tie="take_fewer", seats="9", kind="rank", share="2/3")
    assert draft.post("/rules", **sent).status_code == 303
    rule = draft.paper().rule
    assert (rule.tie, rule.seats, rule.kind, str(rule.threshold)) == (
        "take_fewer", 1, "select", "ge 0/1",
    )  # fmt: skip
    assert draft.get("/candidates/new").status_code == 409
    assert "/candidates/import" not in draft.get().text


def test_the_presidium_may_shorten_a_supplementary_vote(draft):
    with draft.app.app_context():
        codes = hand_out(draft.box_id, 50)
        hold(draft.box_id, codes, pile([40, 20, 15, 1], 50))
        draft.box_id = follow(draft.box_id)
        db.session.remove()
    assert re.findall(r'<option value="(\d)"', draft.get().text) == ["1", "2", "3"]
    draft.post("/candidates/length", length="2")
    assert draft.names() == [WATER, CANTEEN]
    answer = draft.post("/candidates/length", length="9")
    assert 'class="notice bad"' in draft.client.get(answer.location).text
    assert len(draft.names()) == 2


def test_one_click_drafts_the_round_that_the_result_calls_for(draft):
    with draft.app.app_context():
        codes = hand_out(draft.box_id, 50)
        hold(draft.box_id, codes, pile([40, 27, 27, 1], 50))
        db.session.remove()
    control = f"/desk/boxes/{draft.box_id}"
    assert "就得票相等的2个项目再次投票，应选1个" in draft.client.get(control).text
    first = draft.client.post(f"{control}/follow-up")
    assert draft.client.post(f"{control}/follow-up").location == first.location
    page = draft.client.get(first.location).text
    assert "民生实事项目票决（第2轮·再次投票）" in page


# Frozen


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/candidates/order", {"id": ["x"]}),
        ("/candidates/renumber", {}),
        ("/candidates/{row}/move", {"by": "1"}),
        ("/candidates/{row}/remove", {}),
        ("/remove", {}),
    ],
)
def test_an_act_on_a_frozen_paper_is_refused_in_words(draft, path, sent):
    row = draft.listed()[0][2]
    before = draft.paper()
    opened(draft)
    answer = draft.post(path.format(row=row), **sent)
    assert answer.status_code == 303
    page = draft.client.get(answer.location).text
    assert "票面和规则" in re.search(r'<div class="notice bad".*?</div>', page, re.DOTALL)[0]
    assert draft.paper() == before


def test_the_forms_of_a_frozen_paper_are_refused_in_words(draft):
    row = draft.listed()[0][2]
    rules, before = rules_of(draft, title="另一个标题"), draft.paper()
    opened(draft)
    for path in ("/candidates/new", "/candidates/import", f"/candidates/{row}"):
        assert draft.get(path).status_code == 409
        assert draft.post(path, name="x").status_code == 409
    assert draft.post("/rules", **rules).status_code == 409
    assert draft.paper() == before
    page = draft.get()
    assert page.status_code == 200
    for gone in ("/candidates/new", "data-row", "/move", "/remove"):
        assert gone not in page.text
    assert "data-rules" not in draft.get("/rules").text


def test_a_drafted_vote_is_deleted(draft):
    answer = draft.post("/remove")
    assert answer.location == f"/desk/sessions/{draft.session_id}/votes"
    assert draft.get().status_code == 404


# Who may


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SCRUTINEER])
def test_whoever_only_watches_sees_everything_and_changes_nothing(draft, enter, role):
    draft.client = enter(role)
    for path in ("", "/rules", "/preview", "/preview/paper", "/dry-run"):
        assert draft.get(path).status_code == 200
    page = draft.get().text
    for gone in ("/candidates/new", "data-row", "/move", "/remove"):
        assert gone not in page
    assert 'name="seats"' not in draft.get("/rules").text
    assert "/votes/new" not in draft.client.get(f"/desk/sessions/{draft.session_id}/votes").text
    row = draft.listed()[0][2]
    for path in (
        "/candidates/new", "/candidates/import", "/candidates/order", "/candidates/renumber",
        "/candidates/length", f"/candidates/{row}", f"/candidates/{row}/move",
        f"/candidates/{row}/remove", "/rules", "/remove",
    ):  # fmt: skip
        assert draft.post(path).status_code == 403
    assert draft.client.post(f"/desk/sessions/{draft.session_id}/votes/new").status_code == 403


def test_thirty_projects_for_twenty_four_seats(draft):
    draft.upload(listed(30))
    draft.post("/rules", **rules_of(draft, seats="24"))
    page = draft.get().text
    assert page.count("<tr id=") == 30
    assert 'class="notice bad"' not in page
