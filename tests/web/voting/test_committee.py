"""A standing committee is named as one wherever its vote is spoken of (地方组织法 25, 29)."""

import io
import json

import openpyxl
import pytest
from flask_babel import force_locale

from app.assembly.models import Session
from app.ballotbox import service as box_service
from app.extensions import transaction
from tests.contracts.hall import NOON
from tests.integration.voting.votes import drafted
from tests.unit.voting.builders import pile, tally
from tests.web.voting.polls import Polls
from voting.formats import ballots_csv, read_paper
from voting.offline import count_files
from voting.words import rule_sentence

MEMBERS, PRESENT = 33, 29
CHINESE = {"Accept-Language": "zh-Hans"}
ALL = "常委会全体组成人员"


@pytest.fixture
def committee(draft):
    """镇海, 2022: 29 of 33 members of the standing committee are present; 17 approvals pass."""
    with draft.app.app_context(), transaction() as current:
        sitting = current.get_one(Session, draft.session_id)
        sitting.body, sitting.body_kind = "镇海区人大常委会", "standing_committee"
        sitting.total_members = MEMBERS
    sent = {
        "title": "民生实事项目票决", "secrecy": "secret", "kind": "select", "seats": "2",
        "allow_fewer": "y", "blank": "abstain", "denominator": "total_members",
        "comparison": "gt", "share": "1/2", "tie": "presidium",
        "shortfall": "accept_fewer", "adopted": "",
    }  # fmt: skip
    assert draft.post("/rules", **sent).status_code == 303
    return draft


def read(draft, path: str) -> str:
    answer = draft.client.get(draft.url(path), headers=CHINESE)
    assert answer.status_code == 200
    return answer.text


def test_the_pages_of_its_draft_say_committee_and_chairpersons(committee):
    rules = read(committee, "/rules")
    assert f"超过{ALL}的半数（至少17票）" in rules
    assert "得票相等的由主任会议决定" in rules
    assert "主席团" not in rules
    assert "实到代表" not in rules
    form = {"kind": "select", "seats": "2", "blank": "abstain", "denominator": "total_members"}
    form |= {"comparison": "gt", "share": "1/2", "tie": "presidium", "shortfall": "accept_fewer"}
    form |= {"title": "票决", "secrecy": "secret"}
    said = committee.client.get(
        committee.url("/rules/sentence"), query_string=form, headers=CHINESE
    ).text
    assert ALL in said
    assert "主任会议" in said
    dry = read(committee, "/dry-run?pattern=tie_at_cut&ballots=29&seed=3")
    assert "由主任会议决定" in dry
    assert "主席团" not in dry


def test_its_paper_on_the_phone_says_so_too(committee):
    paper = read(committee, "/preview/paper")
    assert ALL in paper
    assert "全体代表" not in paper


def test_result_sheet_and_exports_of_a_real_sitting(site, enter, committee):
    """29 present of 33: 17 approvals pass, and two who have just those go to the chairpersons."""
    paper = committee.paper()
    assert paper.committee
    polls = Polls(site, cards=PRESENT, total=MEMBERS)
    ballots = pile([24, 17, 17, 0], PRESENT)
    box_id = polls.hold(paper, ballots, body_kind="standing_committee", quorum=17)
    counted = polls.tally(box_id)
    assert (counted.whole, counted.needed) == (MEMBERS, 17)
    assert [str(line.outcome) for line in counted.lines] == [
        "selected", "tied", "tied", "not_selected",
    ]  # fmt: skip
    client = committee.client
    for what in ("result", "result/print"):
        page = client.get(f"/desk/votes/{box_id}/{what}", headers=CHINESE).text
        assert f"超过{ALL}的半数（至少17票）" in page
        assert f"占{ALL}" in page
        assert "由主任会议决定" in page
        assert "主席团" not in page
        assert "全体代表" not in page
    answer = client.get(f"/desk/votes/{box_id}/result.xlsx", headers=CHINESE)
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    cells = " ".join(str(c.value) for sheet in book for row in sheet for c in row if c.value)
    assert ALL in cells
    assert "主席团" not in cells
    assert "全体代表" not in cells
    written = client.get(f"/desk/votes/{box_id}/paper.json").data
    assert json.loads(written)["committee"] is True
    with site.app_context(), force_locale("zh_Hans"):
        stored = [marks for _who, marks in box_service.stored_ballots(box_id)]
        _result, lines = count_files(written, ballots_csv(read_paper(written), stored), {})
    assert any(ALL in line for line in lines)
    assert "由主任会议决定" in lines[-1]


@pytest.mark.parametrize(("members", "passed"), [(33, True), (34, False)])
def test_seventeen_is_more_than_half_of_33_and_exactly_half_of_34(committee, members, passed):
    result = tally(
        committee.paper(), pile([17, 0, 0, 0], PRESENT), total_members=members, present=PRESENT
    )
    assert (result.line("p1").outcome == "selected") is passed
    said = rule_sentence(committee.paper().rule, whole=members, committee=True)
    assert f"at least {17 if passed else 18} votes" in said


def test_a_congress_keeps_its_deputies_and_its_presidium(draft):
    rules = read(draft, "/rules")
    assert "全体代表" in rules
    assert "由主席团决定" in rules
    assert "主任会议" not in rules


def test_the_session_is_marked_on_every_page_of_a_vote(draft):
    """The address of these pages names no session; the side navigation knows where they are."""
    for path in (
        f"/desk/sessions/{draft.session_id}/votes",
        draft.url(),
        draft.url("/rules"),
        draft.url("/candidates/new"),
        f"/desk/boxes/{draft.box_id}",
    ):
        side = draft.client.get(path, headers=CHINESE).text.split('class="side"')[1]
        side = side.split("</nav>")[0]
        (current,) = [part for part in side.split("<a ") if 'aria-current="page"' in part]
        assert f"/desk/sessions/{draft.session_id}/votes" in current, path
    assert draft.client.get("/desk/boxes/999").status_code == 404


def test_a_voided_vote_is_drafted_again_by_one_click(draft):
    assert draft.post("/again").location == draft.url()
    assert "只有已宣布无效的" in read(draft, "")
    with draft.app.app_context():
        other = drafted(3, 1, session_id=draft.session_id)
        box_service.void_box(draft.box_id, "停电", "o", now=NOON)
    listed = f"/desk/sessions/{draft.session_id}/votes"
    for page in (read(draft, ""), draft.client.get(listed, headers=CHINESE).text):
        assert draft.url("/again") in page
        assert f"/desk/votes/{other}/again" not in page
    answer = draft.post("/again")
    assert answer.status_code == 303
    further = int(answer.location.rsplit("/", 1)[1])
    assert draft.post("/again").location == answer.location
    assert f"/desk/votes/{further}" in read(draft, "")
    assert draft.url("/again") not in read(draft, "")
    with draft.app.app_context():
        box_service.void_box(further, "又停电", "o", now=NOON)
    assert draft.url("/again") in read(draft, "")
