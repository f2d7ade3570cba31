"""At the check-in desk: each scan is answered at once, in words, and kept nowhere by itself."""

import re

import pytest

from app.ballotbox import service
from app.ballotbox.codes import printed
from app.extensions import transaction
from app.web.refusals import SENTENCES
from app.web.tickets.scanning import REFUSALS, TELLINGS, Outcome, outcome_of
from tests.contracts.hall import NOON, probe, roll
from tests.web.tickets.conftest import ADDRESS, archive, make_session


def open_a_box(organiser, present: int = 2) -> int:
    app = organiser.app
    app.extensions["instruments"]["probe"] = probe()
    with app.app_context():
        with transaction():
            box_id = service.draft_box(organiser.session_id, "probe", "民生实事项目票决").id
        service.open_box(box_id, roll(present, total=2), "o", now=NOON)
    return box_id


def close(organiser, box_id: int) -> None:
    with organiser.app.app_context():
        service.close_box(box_id, "o", now=NOON)


@pytest.mark.parametrize(
    "spelled",
    [
        lambda code: f"{ADDRESS}/b/{code}",
        printed,
        str.lower,
        lambda code: f"  {code[:4]} {code[4:8]}—{code[8:12]}．{code[12:]} ",
    ],
)
def test_a_card_is_enabled_however_its_code_comes(organiser, spelled):
    code = organiser.issue()[0]
    organiser.check_in(3)
    assert organiser.outcome(spelled(code)) == "handed_out"
    assert organiser.outcome(code) == "already_out"
    assert organiser.cards().handed_out == 1


def test_every_other_card_is_told_apart(organiser):
    codes = organiser.issue()
    elsewhere = make_session(organiser.app)
    organiser.session_id, here = elsewhere, organiser.session_id
    foreign = organiser.issue()[0]
    organiser.session_id = here
    organiser.check_in(3)
    assert organiser.outcome(foreign) == "other_session"
    assert organiser.outcome("0000-0000-0000-0000") == "unknown"
    assert organiser.outcome("ABCDE12345") == "unknown"
    assert organiser.outcome(codes[0], "void") == "voided"
    assert organiser.outcome(codes[0], "void") == "already_void"
    assert organiser.outcome(codes[0]) == "is_void"
    assert organiser.outcome(codes[1]) == "handed_out"
    assert organiser.outcome(codes[1], "void") == "taken_back"
    assert organiser.cards().handed_out == 0


def test_more_cards_than_people_are_warned_of_and_given_all_the_same(organiser):
    codes = organiser.issue()
    organiser.check_in(1)
    assert organiser.outcome(codes[0]) == "handed_out"
    answer = organiser.scan(codes[1], Accept="application/json").json
    assert (answer["outcome"], answer["tune"]) == ("one_too_many", "warn")
    assert "多发 1 张" in answer["count"]
    assert organiser.cards().handed_out == 2
    organiser.check_in(2)
    organiser.left_early(0)
    assert "多发" not in organiser.client.get(organiser.url("/count")).text


def test_while_a_vote_is_open_nobody_gets_a_card_too_many(organiser):
    codes = organiser.issue()
    organiser.check_in(2)
    organiser.outcome(codes[0])
    organiser.outcome(codes[1])
    box_id = open_a_box(organiser)
    assert organiser.outcome(codes[2]) == "frozen"
    assert organiser.outcome(codes[0], "void") == "may_have_voted"
    assert organiser.outcome(codes[3], "void") == "voided"
    close(organiser, box_id)
    organiser.check_in(3)
    assert organiser.outcome(codes[2]) == "handed_out"


def test_without_a_script_the_page_comes_back_with_the_answer(organiser):
    code = organiser.issue()[0]
    organiser.check_in(1)
    answer = organiser.scan(code, Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert answer.status_code == 303
    assert code not in answer.location
    page = organiser.client.get(answer.location)
    assert '<p class="telling-heading">已启用</p>' in page.text
    assert code not in page.text
    assert re.search(r'id="code"[^>]*autofocus', page.text)


@pytest.mark.parametrize("said", ["", "nothing", "<b>"])
def test_an_address_that_tells_nothing_is_a_fresh_page(organiser, said):
    page = organiser.client.get(organiser.url("/hand-out"), query_string={"said": said})
    assert "请扫第一张票卡" in page.text


def test_an_empty_scan_is_no_scan(organiser):
    organiser.issue()
    assert organiser.scan(" ").status_code == 303
    assert organiser.outcome(" ") is None
    assert organiser.cards().handed_out == 0


def test_an_answer_carries_no_code_and_no_other_card(organiser):
    codes = organiser.issue(4, 0)
    organiser.check_in(4)
    answers = [organiser.scan(code, Accept="application/json").json for code in codes]
    assert len({answer["telling"] for answer in answers}) == 1
    figures = [re.sub(r"\d+", "n", answer["count"]) for answer in answers[:3]]
    assert len(set(figures)) == 1
    for code in codes:
        assert code not in str(answers)
        assert printed(code) not in str(answers)


def test_every_outcome_looks_and_reads_different(organiser):
    assert set(TELLINGS) == set(Outcome)
    words = [str(telling.heading) for telling in TELLINGS.values()]
    assert len(set(words)) == len(words)
    assert {telling.tone for telling in TELLINGS.values()} == {"good", "warn", "bad"}
    assert set(REFUSALS) <= set(SENTENCES)
    assert outcome_of("handed_out") is Outcome.HANDED_OUT
    icons = {}
    for telling in TELLINGS.values():
        icons.setdefault(telling.icon, set()).add(telling.tone)
    assert icons["check"] == {"good"}


def test_a_pile_is_enabled_when_it_was_counted_right(organiser):
    codes = organiser.issue(4, 2)
    pile = organiser.url(f"/{organiser.batch_id()}/pile")
    page = organiser.client.get(pile).text
    assert "共数得多少张" in page
    assert "4" not in re.sub(
        r"<[^>]+>", "", page.split('<main id="content"')[1].split("第 1 批")[0]
    )
    wrong = organiser.client.post(pile, data={"counted": 3})
    assert wrong.status_code == 422
    assert "您清点的是 3 张，待发放的是 4 张" in wrong.text
    assert "扫码作废" in wrong.text
    assert organiser.cards().handed_out == 0
    assert organiser.outcome(codes[0], "void") == "voided"
    right = organiser.client.post(pile, data={"counted": 3}, follow_redirects=True)
    assert "已启用 3 张票卡" in right.text
    assert organiser.cards().handed_out == 3
    assert organiser.cards().waiting == 2


@pytest.mark.parametrize("counted", ["", "0", "many"])
def test_a_pile_needs_a_number(organiser, counted):
    organiser.issue()
    pile = organiser.url(f"/{organiser.batch_id()}/pile")
    assert organiser.client.post(pile, data={"counted": counted}).status_code == 422
    assert organiser.cards().handed_out == 0


def test_a_batch_of_another_session_is_out_of_reach(organiser):
    organiser.issue()
    foreign = organiser.batch_id()
    organiser.session_id = make_session(organiser.app)
    for path in (f"/{foreign}/pile", f"/{foreign}/void", "/99/pile"):
        answer = organiser.client.post(organiser.url(path), data={"counted": 3})
        assert answer.status_code == 404, path
    assert organiser.client.get(organiser.url(f"/{foreign}/pile")).status_code == 404


def test_a_lost_batch_is_voided_whole(organiser):
    codes = organiser.issue()
    url = organiser.url(f"/{organiser.batch_id()}/void")
    done = organiser.client.post(url, follow_redirects=True)
    assert "第 1 批已整批作废，共 4 张" in done.text
    assert "整批作废" in done.text
    assert organiser.outcome(codes[0]) == "is_void"


def test_a_batch_that_may_have_voted_is_kept(organiser):
    codes = organiser.issue()
    organiser.check_in(2)
    organiser.outcome(codes[0])
    open_a_box(organiser)
    url = organiser.url(f"/{organiser.batch_id()}/void")
    refused = organiser.client.post(url, follow_redirects=True)
    assert "这一批有 1 张已经发放" in refused.text
    assert organiser.cards().handed_out == 1


def test_all_that_is_left_is_voided_at_once(organiser):
    codes = organiser.issue()
    organiser.check_in(1)
    organiser.outcome(codes[0])
    done = organiser.client.post(organiser.url("/void-spare"), follow_redirects=True)
    assert "剩余票 3 张已全部作废" in done.text
    assert (organiser.cards().spare, organiser.cards().handed_out) == (3, 1)


def test_nothing_is_done_in_an_archived_session(organiser):
    codes = organiser.issue()
    batch = organiser.batch_id()
    before = organiser.cards()
    archive(organiser.app, organiser.session_id)
    for path, data in (
        ("/hand-out", {"code": codes[0]}),
        ("/void", {"code": codes[0]}),
        (f"/{batch}/pile", {"counted": 3}),
        (f"/{batch}/void", {}),
        ("/void-spare", {}),
    ):
        assert organiser.client.post(organiser.url(path), data=data).status_code == 409, path
    assert organiser.cards() == before
    assert organiser.client.get(organiser.url()).status_code == 200
