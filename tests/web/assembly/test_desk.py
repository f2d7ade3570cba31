"""The check-in desk without any script: one field, Enter, and the buttons beside each person."""

import re

import pytest

from app.assembly.quorum import Presence

PRESENT, ON_LEAVE, LEFT_EARLY = Presence.PRESENT, Presence.ON_LEAVE, Presence.LEFT_EARLY


def told(page) -> str:
    """Return what the desk says of the last act."""
    found = re.search(r'class="telling-heading">(.*?)</p>', page.text, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def listed(page) -> list[str]:
    return re.findall(r'class="found-who">\s*<strong>(.*?)</strong>', page.text)


def buttons(page, of: int = 0) -> list[str]:
    people = re.findall(r"<li>.*?</li>", page.text.split('class="found"')[1], re.DOTALL)
    return re.findall(r'name="deed" value="(\w+)"', people[of])


def test_enter_checks_in_whoever_alone_is_meant(desk):
    for typed, number in (("zys", "001"), ("买买提", "004"), ("12", "12"), ("赵晓梅", "120")):
        assert "Checked in" in told(desk.enter(typed)), typed
        assert desk.attendee(number).state is PRESENT, typed
    assert set(desk.states()) == {"001", "004", "12", "120"}


def test_a_scanned_badge_checks_in_however_its_letters_come(desk):
    code = desk.deputy("003").badge_code
    page = desk.enter(f" {code.lower()} ")
    assert told(page) == "王伟 · Checked in"
    assert "城西代表团" in page.text
    assert desk.states() == {"003": PRESENT}


def test_the_field_is_empty_and_ready_after_a_check_in(desk):
    field = re.search(r'<input class="input scan"[^>]*>', desk.enter("001").text)[0]
    assert 'value=""' in field
    assert "autofocus" in field


def test_where_several_are_meant_nobody_is_checked_in_and_all_are_shown(desk):
    page = desk.enter("王伟")
    assert told(page) == ""
    assert listed(page) == ["王伟", "王伟"]
    assert 'value="王伟"' in page.text
    assert buttons(page) == ["check_in", "manual_checkin", "on_leave"]
    assert desk.states() == {}


@pytest.mark.parametrize("typed", ["无此人", "%", "<b>", "999"])
def test_where_nobody_is_meant_it_is_said(desk, typed):
    page = desk.enter(typed)
    assert "Nobody found" in page.text
    assert "<b>" not in page.text
    assert desk.states() == {}


def test_nothing_typed_finds_nobody_and_complains_of_nothing(desk):
    page = desk.enter("  ")
    assert "Nobody found" not in page.text
    assert listed(page) == []


def test_a_second_desk_is_told_that_somebody_is_in_already(desk):
    desk.enter("001")
    page = desk.enter("001")
    assert told(page) == "张玉书 · Was checked in already"
    assert "put_back" not in page.text


def test_each_button_does_what_it_says(desk):
    assert "Checked in by hand" in told(desk.press("manual_checkin", "001"))
    assert desk.attendee("001").manual
    assert "Noted as left early" in told(desk.press("left_early", "001"))
    assert desk.states() == {"001": LEFT_EARLY}
    assert "Taken back" in told(desk.press("undo", "001"))
    assert desk.states() == {}
    assert "Noted as on leave" in told(desk.press("on_leave", "001"))
    assert desk.states() == {"001": ON_LEAVE}
    assert "Checked in" in told(desk.press("check_in", "001"))
    assert desk.states() == {"001": PRESENT}


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ([], ["check_in", "manual_checkin", "on_leave"]),
        (["check_in"], ["left_early", "undo"]),
        (["on_leave"], ["check_in", "manual_checkin", "undo"]),
        (["check_in", "left_early"], ["check_in", "manual_checkin", "undo"]),
    ],
)
def test_only_what_can_be_done_is_offered(desk, before, offered):
    for deed in before:
        desk.press(deed, "002")
    assert buttons(desk.enter("王伟")) == offered


@pytest.mark.parametrize(
    ("before", "act"),
    [
        ([], "check_in"),
        ([], "on_leave"),
        (["on_leave"], "check_in"),
        (["manual_checkin"], "left_early"),
        (["manual_checkin"], "undo"),
        (["check_in", "left_early"], "undo"),
        (["check_in", "left_early"], "check_in"),
    ],
)
def test_the_last_act_is_taken_back_right_there_and_nothing_is_lost(desk, before, act):
    for deed in before:
        desk.press(deed, "001")
    then = desk.attendee("001")
    page = desk.press(act, "001")
    assert desk.attendee("001") != then
    outcome = page.text.split('data-part="outcome"')[1].split('data-part="found"')[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)">', outcome))
    assert fields["deed"] == "put_back"
    back = desk.client.post(desk.url("/checkin"), data=fields)
    assert "Taken back" in told(back)
    assert desk.attendee("001") == then
    assert "put_back" not in back.text


def test_an_observer_is_marked_and_never_counted(desk):
    page = desk.enter("L1")
    assert "not counted as present" in page.text
    assert "6 due, 0 present" in page.text


def test_a_refusal_is_told_at_the_desk(desk):
    desk.press("check_in", "001")
    page = desk.press("on_leave", "001")
    assert page.status_code == 200
    assert "This person is checked in" in told(page)
    assert "张玉书" in told(page)
    assert desk.states() == {"001": PRESENT}
    assert "has not checked in" in told(desk.press("left_early", "002"))


def test_who_is_not_of_this_body_is_not_checked_in(desk):
    with desk.app.app_context():
        from app.assembly import service

        service.update_session(desk.session_id, {"body_kind": "standing_committee"})
    page = desk.press("check_in", "002")
    assert "There is no such person on the roster." in told(page)
    assert "Nobody found" in desk.enter("002").text
    assert desk.states() == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"deed": "promote", "deputy_id": "1"},
        {"deed": "check_in"},
        {"deed": "check_in", "deputy_id": "x"},
        {"deed": "put_back", "deputy_id": "1", "state": "asleep"},
    ],
)
def test_what_no_button_of_ours_sends_is_not_done(desk, fields):
    assert desk.client.post(desk.url("/checkin"), data=fields).status_code == 400
    assert desk.states() == {}


def test_the_script_gets_only_what_changed(desk):
    answer = desk.enter("001", **{"X-Requested-With": "fetch"})
    assert "<html" not in answer.text
    assert re.findall(r'data-part="(\w+)"', answer.text) == ["outcome", "found"]


def test_looking_changes_nothing_and_tells_a_badge_from_a_number(desk):
    def look(text: str):
        return desk.client.post(desk.url("/checkin/find"), data={"text": text})

    assert listed(look("wang")) == []
    assert listed(look("ww")) == ["王伟", "王伟"]
    assert listed(look("1")) == ["单田芳", "赵晓梅"]
    assert "data-scanned" not in look("001").text
    scanned = look(desk.deputy("004").badge_code)
    assert "data-scanned" in scanned.text
    assert listed(scanned) == ["买买提·艾力"]
    assert desk.states() == {}


def test_no_name_and_no_number_ever_stands_in_an_address(desk):
    """Whatever logs addresses would keep the order in which people came."""
    for page in (desk.get("/checkin"), desk.enter("王伟"), desk.enter("001")):
        main = page.text.split("<main", 1)[1]
        assert 'method="get"' not in main
        for address in re.findall(r'(?:action|href|data-\w+)="(/[^"]*)"', main):
            assert re.fullmatch(
                rf"/desk/sessions/{desk.session_id}(/[a-z/]+)?(\?brief=yes)?", address
            )


def test_no_time_stands_on_any_page_of_the_desk(desk):
    desk.enter("001")
    for path in ("/checkin", "/checkin/list"):
        assert not re.search(r"\b\d{1,2}:\d{2}\b", desk.get(path).text), path


def test_the_list_is_by_delegation_and_number_whoever_came_first(desk):
    for number in ("004", "002", "L1"):
        desk.press("check_in", number)
    page = desk.get("/checkin/list").text
    captions = re.findall(r"<caption>(.*?)</caption>", page)
    assert captions == ["城西代表团 (4)", "城东代表团 (2)", "Of no delegation (1)"]
    numbers = re.findall(r'<td class="nowrap">(.*?)</td>', page)
    assert numbers == ["12", "003", "004", "120", "001", "002", "L1"]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("absent", {"003", "12", "120"}),
        ("present", {"002"}),
        ("on_leave", {"001"}),
        ("left_early", {"004"}),
        ("nonsense", set()),
    ],
)
def test_the_list_is_narrowed_to_those_who_are_due(desk, asked, numbers):
    desk.press("on_leave", "001")
    desk.press("check_in", "002")
    desk.press("check_in", "004")
    desk.press("left_early", "004")
    desk.press("check_in", "L1")
    page = desk.get(f"/checkin/list?state={asked}").text
    assert set(re.findall(r'<td class="nowrap">(.*?)</td>', page)) == numbers
