"""Who is meant in a named vote, and who is meant by a key pressed at the desk."""

import pytest

from app.assembly import checkin, service
from app.assembly.finding import find_voter
from app.assembly.models import Deputy
from app.assembly.quorum import BodyKind, Presence
from app.extensions import db
from app.refused import Refused
from tests.integration.assembly.rosters import called, seated
from tests.integration.assembly.test_checkin import ids, refusal

ROSTER = (
    "001,王伟,城东,是,",
    "002,王伟,城西,,",
    "003,买买提·艾力,城西,,",
    "12,张三,城西,是,",
    "120,张三丰,城西,,",
    "L1,列席者,,,是",
)


@pytest.fixture
def session_id(boxed) -> int:
    seated(*ROSTER)
    return called(total_members=5)


def come(session_id: int, *numbers: str) -> None:
    for number in numbers:
        checkin.check_in(session_id, ids()[number])


def test_a_voter_is_found_by_whole_name_or_number(session_id):
    come(session_id, "003", "12", "120")
    assert find_voter(session_id, " 买买提•艾力 ") == "003 买买提·艾力"
    assert find_voter(session_id, "００3") == "003 买买提·艾力"
    assert find_voter(session_id, "张三") == "12 张三"
    assert find_voter(session_id, "12") == "12 张三"


@pytest.mark.parametrize("typed", ["", "  ", "张", "zs", "999", "列席者", "L1", "%", "_"])
def test_nobody_is_guessed_and_no_observer_votes(session_id, typed):
    come(session_id, "12", "L1")
    assert refusal(find_voter, session_id, typed) == "voter_unknown"


def test_of_one_name_whoever_is_present_is_meant(session_id):
    assert refusal(find_voter, session_id, "王伟") == "voter_not_present"
    come(session_id, "002")
    assert find_voter(session_id, "王伟") == "002 王伟"
    come(session_id, "001")
    assert refusal(find_voter, session_id, "王伟") == "voter_ambiguous"
    assert find_voter(session_id, "001") == "001 王伟"


def test_who_left_or_is_on_leave_does_not_vote(session_id):
    come(session_id, "003")
    checkin.left_early(session_id, ids()["003"])
    checkin.set_on_leave(session_id, ids()["12"])
    assert refusal(find_voter, session_id, "003") == "voter_not_present"
    assert refusal(find_voter, session_id, "12") == "voter_not_present"


def test_only_members_of_the_committee_vote_in_it_and_only_deputies_on_the_roster(session_id):
    committee = called(BodyKind.STANDING_COMMITTEE)
    assert refusal(find_voter, committee, "002") == "voter_unknown"
    assert refusal(find_voter, committee, "12") == "voter_not_present"
    service.deactivate(ids()["12"])
    assert refusal(find_voter, committee, "12") == "voter_unknown"
    assert refusal(find_voter, 999, "12") == "session_unknown"


def test_a_key_pressed_means_one_person_or_nobody(session_id):
    assert checkin.find_meant(session_id, "12").number == "12"
    assert checkin.find_meant(session_id, "mmt").number == "003"
    assert checkin.find_meant(session_id, "张三丰").number == "120"
    for several_or_none in ("张三", "王伟", "1", "无此人", ""):
        assert checkin.find_meant(session_id, several_or_none) is None


def test_only_a_whole_badge_is_a_scan(session_id):
    badge = db.session.query(Deputy.badge_code).filter_by(number="003").scalar()
    assert checkin.find_scanned(session_id, badge.lower()).number == "003"
    assert checkin.find_scanned(session_id, badge[:-1]) is None
    assert checkin.find_scanned(session_id, "003") is None
    assert checkin.find_scanned(session_id, "") is None


def test_one_attendee_is_known_by_the_desk(session_id):
    who = ids()["003"]
    assert checkin.find_attendee(session_id, who).state is None
    with pytest.raises(Refused, match="deputy_unknown"):
        checkin.find_attendee(session_id, 999)


@pytest.mark.parametrize("manual", [False, True])
@pytest.mark.parametrize("state", [None, *Presence])
def test_whatever_was_noted_can_be_put_back(session_id, state, manual):
    who = ids()["003"]
    checkin.check_in(session_id, who)
    checkin.put_back(session_id, who, state, manual=manual)
    found = checkin.find_attendee(session_id, who)
    assert found.state is state
    assert found.manual == (manual and state in {Presence.PRESENT, Presence.LEFT_EARLY})
