"""Sessions: called, changed, put away; and the agenda that leads through one."""

import re

import pytest
from sqlalchemy import update

from app.accounts.roles import Role
from app.assembly import checkin, listing, service
from app.ballotbox import service as boxes
from app.ballotbox import tickets
from app.ballotbox.instrument import Instrument
from app.ballotbox.models import Box
from app.extensions import transaction
from tests.contracts.hall import NOON, probe, roll

CALLED = {
    "body": " 明州市人民代表大会 ",
    "body_kind": "congress",
    "term": "第十七届",
    "title": "第六次会议",
    "sitting": "",
    "held_on": "2027-01-12",
    "place": "市人民会堂",
    "total_members": "",
}


def sessions(app):
    with app.app_context():
        return {session.title: session for session in listing.all_sessions()}


def steps(page: str) -> list[tuple[str, str, str]]:
    """Read the agenda: state, label and note of each step."""
    found = re.findall(
        r'<li class="(\w+)".*?class="step-label">(.*?)</div>.*?class="step-note">(.*?)</span>',
        page,
        re.DOTALL,
    )
    bare = [re.sub(r"<[^>]+>", " ", part) for step in found for part in step]
    tidy = [" ".join(part.split()) for part in bare]
    return list(zip(tidy[::3], tidy[1::3], tidy[2::3], strict=True))


def hand_out(app, session_id, count):
    with app.app_context():
        tickets.issue(session_id, "deputy", count, 1, "o", now=NOON)
        batch = tickets.batches(session_id)[-1].batch_id
        tickets.hand_out_pile(batch, count, "o", now=NOON)


def draft(app, session_id, *, key: str = "probe", missing=()) -> int:
    app.extensions["instruments"]["probe"] = probe(lambda _: missing)
    with app.app_context(), transaction():
        return boxes.draft_box(session_id, key, "民生实事项目票决").id


def test_a_session_is_called_with_the_strength_of_the_roster(desk):
    answer = desk.client.post("/desk/sessions/new", data=CALLED)
    called = sessions(desk.app)["第六次会议"]
    assert answer.location == f"/desk/sessions/{called.id}"
    assert (called.body, called.total_members, called.rehearsal) == (
        "明州市人民代表大会",
        6,
        False,
    )
    assert called.held_on.isoformat() == "2027-01-12"


def test_the_committee_has_its_own_strength_and_it_can_be_given(desk):
    desk.client.post("/desk/sessions/new", data={**CALLED, "body_kind": "standing_committee"})
    assert sessions(desk.app)["第六次会议"].total_members == 2
    given = {**CALLED, "title": "第七次会议", "total_members": "330"}
    desk.client.post("/desk/sessions/new", data=given)
    assert sessions(desk.app)["第七次会议"].total_members == 330


def test_a_new_session_knows_the_body_of_the_last_one_and_chooses_nothing(desk):
    page = desk.client.get("/desk/sessions/new").text
    assert 'value="明州市人民代表大会"' in page
    assert 'value="第十七届"' in page
    assert "checked" not in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", ""),
        ("body", "   "),
        ("title", ""),
        ("body_kind", ""),
        ("body_kind", "parliament"),
        ("held_on", ""),
        ("held_on", "2027-02-30"),
        ("total_members", "0"),
        ("total_members", "many"),
        ("total_members", "1000000"),
        ("place", "x" * 121),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(desk, field, value):
    answer = desk.client.post("/desk/sessions/new", data={**CALLED, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert len(re.findall(r'class="field-error"', answer.text)) == 1
    if field != "title":
        assert 'value="第六次会议"' in answer.text
    assert list(sessions(desk.app)) == ["第五次会议"]


def test_a_session_is_changed(desk):
    assert 'value="第五次会议"' in desk.get("/edit").text
    answer = desk.client.post(desk.url("/edit"), data={**CALLED, "rehearsal": "y"})
    assert answer.location == desk.url()
    changed = sessions(desk.app)["第六次会议"]
    assert (changed.id, changed.rehearsal) == (desk.session_id, True)
    wrong = desk.client.post(desk.url("/edit"), data={**CALLED, "title": ""})
    assert wrong.status_code == 422


def test_a_rehearsal_never_becomes_real_once_anything_is_prepared(desk):
    with desk.app.app_context():
        tickets.issue(desk.session_id, "deputy", 1, 0, "o", now=NOON)
    answer = desk.client.post(desk.url("/edit"), data={**CALLED, "rehearsal": "y"})
    assert answer.status_code == 422
    assert 'id="rehearsal-error"' in answer.text
    assert not sessions(desk.app)["第五次会议"].rehearsal
    assert desk.client.post(desk.url("/edit"), data=CALLED).status_code == 302


def test_a_drafted_vote_fixes_a_rehearsal_too(desk):
    draft(desk.app, desk.session_id)
    answer = desk.client.post(desk.url("/edit"), data={**CALLED, "rehearsal": "y"})
    assert 'id="rehearsal-error"' in answer.text


def test_a_rehearsal_is_marked_in_the_list_and_on_its_pages(desk):
    with desk.app.app_context():
        service.update_session(desk.session_id, {"rehearsal": True})
    assert "rehearsing" in desk.client.get("/desk/sessions").text
    for path in ("", "/checkin", "/checkin/list", "/checkin/badges", "/edit"):
        assert "rehearsal-band" in desk.get(path).text, path


def test_an_archived_session_is_put_apart_and_can_be_brought_back(desk):
    archive = desk.url("/archive")
    desk.client.post(archive, data={"archived": "yes"})
    assert sessions(desk.app)["第五次会议"].archived
    assert "Bring back" in desk.client.get("/desk/sessions").text
    assert "data-entry" not in desk.get("/checkin").text
    assert "archived" in desk.enter("001").text
    assert desk.states() == {}
    desk.client.post(archive, data={"archived": "no"})
    assert not sessions(desk.app)["第五次会议"].archived


def test_no_session_is_archived_in_the_middle_of_a_vote(desk):
    box = draft(desk.app, desk.session_id)
    hand_out(desk.app, desk.session_id, 5)
    with desk.app.app_context():
        boxes.open_box(box, roll(6, total=6), "o", now=NOON)
    answer = desk.client.post(desk.url("/archive"), data={"archived": "yes"})
    assert answer.status_code == 409
    assert "Close it first." in answer.text
    assert not sessions(desk.app)["第五次会议"].archived


def test_the_list_leads_to_what_comes_next(desk, site):
    page = desk.client.get("/desk/sessions").text
    assert "Next: Check-in" in page
    assert f'href="{desk.url("/checkin")}"' in page


def test_where_there_is_nothing_the_first_steps_are_offered(organiser):
    page = organiser.get("/desk/sessions").text
    assert 'href="/desk/sessions/new"' in page
    assert 'href="/desk/deputies/import"' in page


def test_an_empty_roster_comes_first(organiser, site):
    organiser.post("/desk/sessions/new", data={**CALLED, "total_members": "6"})
    page = organiser.get("/desk/sessions/1").text
    assert [step[:2] for step in steps(page)] == [
        ("current", "Roster (now)"),
        ("todo", "Check-in"),
        ("todo", "Ballot cards"),
        ("todo", "Votes and evaluations"),
    ]
    assert 'href="/desk/deputies/import"' in page


def test_a_roster_larger_than_the_body_is_pointed_out(desk):
    with desk.app.app_context():
        service.update_session(desk.session_id, {"total_members": 5})
    state, label, note = steps(desk.get().text)[0]
    assert (state, label) == ("blocked", "Roster (something is missing)")
    assert note.startswith("6 people on the roster vote, more than the 5 members")


def test_the_agenda_follows_the_check_in_and_the_cards(desk):
    def now(step: int) -> tuple[str, str]:
        state, _, note = steps(desk.get().text)[step]
        return state, note

    assert now(0) == ("done", "6 due, 1 observers; 6 members in all.")
    assert now(1) == ("current", "6 due, 0 present; the quorum is 4, 4 are lacking.")
    for number in ("001", "002", "003", "004", "L1"):
        desk.press("check_in", number)
    assert now(1) == ("done", "6 due, 4 present; the quorum of 4 is reached.")
    assert now(2) == ("current", "No ballot cards are printed yet.")
    with desk.app.app_context():
        tickets.issue(desk.session_id, "deputy", 3, 0, "o", now=NOON)
    assert now(2) == ("current", "3 cards are printed, none handed out yet.")
    with desk.app.app_context():
        batch = tickets.batches(desk.session_id)[0].batch_id
        tickets.hand_out_pile(batch, 3, "o", now=NOON)
    assert now(2) == (
        "current",
        "3 cards are handed out; 1 of the 4 people checked in have none.",
    )
    hand_out(desk.app, desk.session_id, 1)
    assert now(2) == (
        "done",
        "4 cards handed out, as many as are checked in; 1 spare ones are not voided yet.",
    )
    with desk.app.app_context():
        tickets.void_spare(desk.session_id, "o", now=NOON)
    assert now(2) == ("done", "4 cards handed out, as many as are checked in.")
    desk.press("left_early", "001")
    assert now(2)[0] == "done"
    desk.press("undo", "002")
    state, note = now(2)
    assert state == "blocked"
    assert note.startswith("4 cards are handed out, but only 3 people are checked in: 1 too many.")


def test_each_vote_stands_on_the_agenda_with_its_stage_and_what_it_lacks(desk, sign_in):
    scrutineer = sign_in(Role.SCRUTINEER)

    def vote() -> tuple[str, str, str]:
        return steps(desk.get().text)[3]

    box = draft(desk.app, desk.session_id, missing=("候选项目", "应选数"))
    for number in ("001", "002", "003", "004"):
        desk.press("check_in", number)
    hand_out(desk.app, desk.session_id, 4)
    assert vote() == (
        "current",
        "民生实事项目票决 in preparation (now)",
        "Still missing: 候选项目；应选数",
    )
    desk.app.extensions["instruments"]["probe"] = probe()
    assert vote()[2] == "Ready."
    assert f'href="/desk/boxes/{box}"' in scrutineer.get(desk.url()).text
    with desk.app.app_context():
        boxes.open_box(box, roll(4, total=6), "o", now=NOON)
    assert vote()[1:] == (
        "民生实事项目票决 open (now)",
        "Voting goes on: 0 of 4 ballots are in.",
    )
    with desk.app.app_context():
        boxes.close_box(box, "o", now=NOON)
    assert vote()[2] == "Counted and sealed. The scrutineers have to certify it."
    with desk.app.app_context():
        boxes.certify(box, "a", "甲", 1, now=NOON)
    assert vote()[2] == "Certified. The chair has to announce it."
    with desk.app.app_context():
        boxes.announce(box, "o", now=NOON)
    assert vote()[::2] == ("done", "The result is announced.")
    assert "Everything on the agenda is done." in desk.get().text
    assert "Everything on the agenda is done." in desk.client.get("/desk/sessions").text


def test_a_further_round_and_a_void_vote_are_told_apart(desk):
    box = draft(desk.app, desk.session_id)
    with desk.app.app_context():
        with transaction():
            boxes.draft_box(desk.session_id, "probe", "补选", first=boxes.get_box(box))
        boxes.void_box(box, "印错了", "o", now=NOON)
    first, second = steps(desk.get().text)[3:]
    assert first == ("done", "民生实事项目票决 void (done)", "The vote was declared void.")
    assert second[1].startswith("补选")


def test_instruments_offer_their_papers_to_organisers_and_only_where_they_can_be_made(
    desk, sign_in
):
    shelf = desk.app.extensions["instruments"]
    shelf.clear()

    def on_shelf(endpoint: str) -> Instrument:
        from dataclasses import replace

        return replace(probe(), label="A new paper", create_endpoint=endpoint)

    shelf["probe"] = on_shelf("nowhere.yet")
    assert "A new paper" not in desk.get().text
    shelf["probe"] = on_shelf("assembly.checkin")
    assert "A new paper" in desk.get().text
    assert "A new paper" not in sign_in(Role.VIEWER).get(desk.url()).text


def test_the_line_of_attendance_follows_along_and_says_only_figures(desk):
    line = desk.get("/attendance")
    assert "0 present" in line.text
    again = {"If-None-Match": line.headers["ETag"]}
    assert desk.client.get(desk.url("/attendance"), headers=again).status_code == 304
    desk.press("check_in", "001")
    changed = desk.client.get(desk.url("/attendance"), headers=again)
    assert changed.status_code == 200
    assert "1 present" in changed.text
    assert "张玉书" not in changed.text
    assert "absent: 5" in desk.get("/attendance?brief=yes").text


def test_archiving_forgets_in_what_order_people_came(desk, monkeypatch):
    forgotten = []
    monkeypatch.setattr(checkin, "forget_arrivals", forgotten.append)
    desk.client.post(desk.url("/archive"), data={"archived": "yes"})
    assert forgotten == [desk.session_id]


def test_whoever_renames_a_session_is_told_that_what_was_opened_keeps_its_names(desk):
    told = "keeps the names it was opened with"
    with desk.app.app_context(), transaction() as writing:
        box = Box(session_id=desk.session_id, instrument="voting", title="项目", stage="drafted")
        writing.add(box)
    assert told not in desk.get("/edit").text
    with desk.app.app_context(), transaction() as writing:
        writing.execute(update(Box).values(stage="voided", opened_at=NOON))
    assert told in desk.get("/edit").text
