"""Drafting a vote on each engine: what reaches the paper, and what can no longer."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.ballotbox import service as box_service
from app.ballotbox.canonical import canonical, digest
from app.ballotbox.domain import Secrecy, Stage
from app.ballotbox.models import Box
from app.extensions import db
from app.refused import Refused
from tests.contracts.hall import NOON, make_session, roll
from tests.integration.voting.votes import drafted, hand_out, listed, table
from voting import service
from voting.models import Vote, VoteCandidate
from voting.paper import Paper
from voting.presets import PER_ITEM, with_seats
from voting.readiness import missing

pytestmark = pytest.mark.usefixtures("boxed")


def names(box_id: int) -> list[tuple[int, str]]:
    return [(c.number, c.name) for c in service.get_draft(box_id).candidates]


def ids(box_id: int) -> list[str]:
    return [c.id for c in service.get_draft(box_id).candidates]


def refusal(act: Callable[[], object]) -> tuple[str, dict]:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.reason, dict(caught.value.facts)


def test_what_is_drafted_is_what_is_frozen():
    box_id = drafted(3, 2)
    service.change_vote(
        box_id,
        title=" 2027年度  民生实事项目票决 ",
        secrecy=Secrecy.NAMED,
        adopted="《票决办法》，2026年11月21日通过",
        rule=with_seats(PER_ITEM, 2),
    )
    hand_out(box_id, 2)
    box_service.open_box(box_id, roll(), "o", now=NOON)
    box = box_service.get_box(box_id)
    paper = Paper.from_json(service.compose(box_id))
    assert box.paper == canonical(paper.as_json())
    assert box.paper_digest == paper.digest == digest(box.paper)
    assert (paper.title, paper.secrecy) == ("2027年度 民生实事项目票决", Secrecy.NAMED)
    assert paper.adopted == "《票决办法》，2026年11月21日通过"
    assert paper.rule == with_seats(PER_ITEM, 2)
    assert paper.items == ("p1", "p2", "p3")
    second = paper.candidate("p2")
    assert (second.name, second.unit, second.investment) == ("农村饮用水提标", "市建设局", "200.5")
    assert (second.description, second.completion, second.source) == (
        "内容2",
        "2027年底",
        "群众征集",
    )
    assert (paper.round, paper.previous, paper.rehearsal) == (1, "", False)


@pytest.mark.parametrize(
    "deed",
    [
        lambda box, row: service.import_candidates(box, listed(2), "a.csv"),
        lambda box, row: service.put_candidate(box, {"name": "新项目"}),
        lambda box, row: service.put_candidate(box, {"name": "新名称"}, row),
        service.remove_candidate,
        lambda box, row: service.move_candidate(box, row, 1),
        lambda box, row: service.order_candidates(box, reversed(ids(box))),
        lambda box, row: service.renumber_candidates(box),
        lambda box, row: service.remove_vote(box),
        lambda box, row: service.shorten_supplementary(box, 2),
        lambda box, row: service.change_vote(
            box, title="x", secrecy=Secrecy.SECRET, adopted="", rule=with_seats(PER_ITEM, 1)
        ),
    ],
)
def test_nothing_changes_a_paper_that_is_frozen(deed):
    box_id = drafted(3, 2)
    hand_out(box_id, 1)
    box_service.open_box(box_id, roll(), "o", now=NOON)
    before = (box_service.get_box(box_id).paper, service.compose(box_id))
    assert refusal(lambda: deed(box_id, ids(box_id)[0])) == ("paper_is_frozen", {})
    assert (box_service.get_box(box_id).paper, service.compose(box_id)) == before


def test_an_empty_or_impossible_draft_cannot_open():
    box_id = drafted(0, 3)
    hand_out(box_id, 1)
    assert len(missing(box_id)) == 1
    assert refusal(lambda: box_service.open_box(box_id, roll(), "o", now=NOON))[0] == "not_ready"
    service.import_candidates(box_id, listed(2), "a.csv")
    assert len(missing(box_id)) == 1  # three seats, two projects
    service.put_candidate(box_id, {"name": "第三个"})
    assert missing(box_id) == ()


def test_a_file_with_one_bad_row_changes_nothing_and_names_every_fault():
    box_id = drafted(2, 1)
    before = names(box_id)
    bad = table("1,甲,,三千,,,", "x,乙,,1,,,", "3,甲,,,,,", ",丁,,,,,")
    found = service.import_candidates(box_id, bad, "a.csv")
    assert [(p.row, p.heading, p.reason) for p in found.problems] == [
        (2, "总投资（万元）", "not_an_amount"),
        (3, "序号", "not_a_whole_number"),
        (4, "项目名称", "twice_in_the_file"),
        (5, "序号", "blank"),
    ]
    assert names(box_id) == before


def test_a_second_file_is_the_list_and_projects_are_known_by_name():
    box_id = drafted(3, 1)
    water = ids(box_id)[1]
    again = table("1,农村饮用水提标,300", "2,新建公园,", headings="编号,项目名称,总投资（万元）")
    done = service.import_candidates(box_id, again, "b.csv")
    assert (done.added, done.updated, done.unchanged) == (1, 1, 0)
    assert done.removed == ["老旧小区改造", "学校食堂改建"]
    kept, new = service.get_draft(box_id).candidates
    # The project that is number 1 now was number 2: what it had stays with it.
    assert (kept.id, kept.number, kept.investment, kept.description) == (water, 1, "300", "内容2")
    assert (new.number, new.name, new.description) == (2, "新建公园", "")
    assert service.import_candidates(box_id, again, "b.csv").unchanged == 2


def test_a_list_is_put_in_order_and_its_numbers_rise_along_it():
    box_id = drafted(4, 1)
    a, b, c, d = ids(box_id)
    service.order_candidates(box_id, [d, b, a, c])
    assert ids(box_id) == [d, b, a, c]
    service.move_candidate(box_id, a, -1)
    service.move_candidate(box_id, d, -1)  # at the top already
    service.remove_candidate(box_id, b)
    assert ids(box_id) == [d, a, c]
    assert [number for number, _ in names(box_id)] == [1, 2, 4]
    service.put_candidate(box_id, {"number": "3", "name": "插入的"})
    service.put_candidate(box_id, {"name": "最后的"})
    assert [number for number, _ in names(box_id)] == [1, 2, 3, 4, 5]
    assert names(box_id)[2] == (3, "插入的")
    service.put_candidate(box_id, {"number": "9", "name": "改到末尾"}, a)
    assert names(box_id)[-1] == (9, "改到末尾")
    service.renumber_candidates(box_id)
    assert [number for number, _ in names(box_id)] == [1, 2, 3, 4, 5]


def test_an_order_of_another_list_is_refused():
    box_id = drafted(3, 1)
    old = ids(box_id)
    service.remove_candidate(box_id, old[0])
    assert refusal(lambda: service.order_candidates(box_id, old))[0] == "candidates_changed"
    assert ids(box_id) == old[1:]


@pytest.mark.parametrize(
    ("values", "reason", "field"),
    [
        ({"name": " "}, "blank", "name"),
        ({"name": "农村 饮用水提标"}, "candidate_name_taken", "name"),
        ({"name": "x", "number": "2"}, "candidate_number_taken", "number"),
        ({"name": "x", "number": "0"}, "out_of_range", "number"),
        ({"name": "x", "investment": "3亿元"}, "not_an_amount", "investment"),
        ({"name": "x", "investment": "9999999999999"}, "out_of_range", "investment"),
        ({"name": "x" * 121}, "too_long", "name"),
    ],
)
def test_a_candidate_at_fault_is_refused_beside_its_field(values, reason, field):
    box_id = drafted(2, 1)
    found, facts = refusal(lambda: service.put_candidate(box_id, values))
    assert (found, facts["field"]) == (reason, field)
    assert len(names(box_id)) == 2


def test_a_project_that_is_gone_is_not_brought_back_by_a_late_change():
    box_id = drafted(2, 1)
    first = ids(box_id)[0]
    service.remove_candidate(box_id, first)
    for deed in (
        lambda: service.put_candidate(box_id, {"name": "旧表单"}, first),
        lambda: service.remove_candidate(box_id, first),
        lambda: service.move_candidate(box_id, first, 1),
    ):
        assert refusal(deed)[0] == "candidate_unknown"
    assert len(names(box_id)) == 1


def test_a_draft_is_removed_whole():
    session_id = make_session()
    box_id, other = drafted(3, 1, session_id=session_id), drafted(2, 1, session_id=session_id)
    service.remove_vote(box_id)
    assert db.session.scalars(select(Box.id)).all() == [other]
    assert db.session.scalars(select(Vote.box_id)).all() == [other]
    assert db.session.query(VoteCandidate).count() == 2
    assert refusal(lambda: service.get_draft(box_id))[0] == "unknown_box"


@pytest.mark.parametrize(
    ("given", "reason", "field"),
    [
        ({"title": "  "}, "blank", "title"),
        ({"title": "题" * 81}, "too_long", "title"),
        ({"seats": 0}, "out_of_range", "seats"),
    ],
)
def test_a_vote_that_cannot_be_is_not_drafted(given, reason, field):
    session_id = make_session()
    asked = {"title": "票决", "preset": "per_item", "seats": 2, **given}
    found, facts = refusal(lambda: service.draft_vote(session_id, **asked))
    assert (found, facts["field"]) == (reason, field)
    assert db.session.query(Box).count() == 0
    assert refusal(lambda: service.draft_vote(999, "票决", "per_item", 2))[0] == "session_unknown"


def test_the_box_of_another_instrument_is_no_vote():
    session_id = make_session()
    box = box_service.draft_box(session_id, "probe", "别的")
    box_id = box.id
    assert box.stage == Stage.DRAFTED
    assert refusal(lambda: service.get_draft(box_id))[0] == "unknown_box"
    assert refusal(lambda: service.renumber_candidates(box_id))[0] == "unknown_box"
