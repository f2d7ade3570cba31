"""What the whole hall sees: turnout, and nothing of the marks before the chair announces."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, update

from app.ballotbox import service
from app.ballotbox.admission import admit
from app.ballotbox.canonical import canonical, digest
from app.ballotbox.casting import cast as cast_ballot
from app.ballotbox.codes import new_receipt
from app.ballotbox.models import Act, Ballot, Box, Chain, Spent
from app.extensions import db, transaction
from app.hall import service as screens
from app.hall.feed import as_json, snapshot_behind, told_now
from app.hall.scenes import Picture, View, picture_of
from app.hall.watch import Channel
from evaluation.paper import RaterGroup
from tests.conftest import make_app
from tests.contracts.hall import NOON, roll
from tests.integration.evaluation.evaluations import drafted, hand_out
from tests.unit.voting.builders import ballots, paper
from tests.web.voting.polls import Polls

TITLES = ("项目1", "项目2", "项目3")
VIEWS = tuple(View)


class Hall:
    """A session with its screens, and everything that can be read from outside with their key."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.polls = Polls(app, cards=10, total=12, present=10)
        self.session_id = self.polls.session_id
        with app.app_context():
            self.key = screens.screen_of(self.session_id).key

    def told(self, view: View = View.HALL, app: Flask | None = None) -> dict[str, object]:
        with (app or self.app).app_context():
            channel = Channel(self.key, view, "zh_Hans")
            found = as_json(told_now({channel: None})[channel], with_html=True)
            db.session.remove()
        return {name: value for name, value in found.items() if name not in ("at", "acts")}

    def seen(self) -> str:
        """All that the key opens, as one text: both pages, both feeds."""
        db.session.rollback()  # requests of this client read in the context of the test
        client = self.app.test_client()
        pages = [client.get(f"/screen/{self.key}{path}").text for path in ("", "/table")]
        return "\n".join([*pages, *(json.dumps(self.told(view)) for view in VIEWS)])

    def picture(self) -> Picture:
        with self.app.app_context():
            snapshot = snapshot_behind(self.key)
            assert snapshot is not None
            return picture_of(snapshot)


@pytest.fixture
def hall(boxed: Flask) -> Iterator[Hall]:
    with force_locale("zh_Hans"):
        yield Hall(boxed)


def falsify(box_id: int) -> None:
    """Replace whatever in the database depends on a mark by something else."""
    with transaction() as session:
        for ballot in session.scalars(select(Ballot).where(Ballot.box_id == box_id)):
            ballot.marks = bytes(255 - byte for byte in ballot.marks)
        box = session.get_one(Box, box_id)
        if box.sealed:
            sealed = json.loads(box.sealed)
            sealed["result"] = {"falsified": secrets.token_hex(8)}
            sealed["ballots"] = secrets.token_hex(32)
            turnout = sealed["turnout"]
            turnout["valid"], turnout["invalid"] = turnout["invalid"], turnout["valid"]
            text = canonical(sealed)
            session.execute(
                update(Box).where(Box.id == box_id).values(sealed=text, seal=digest(text))
            )
            after = select(Act).where(Act.kind.in_(["seal", "certify"]))
            for act in session.scalars(after):
                facts = json.loads(act.facts)
                act.facts = canonical(facts | {"seal": digest(text)})
                act.digest = secrets.token_hex(32)
            session.execute(update(Chain).values(head=secrets.token_hex(32)))


def test_nothing_that_depends_on_a_mark_is_told_before_the_chair_announces(hall: Hall) -> None:
    polls = hall.polls
    box_id = polls.open(paper(3, seats=1))
    polls.put(box_id, ballots("x..", "x..", "x..", ".x.", "..x", "xx."))

    def compare(stage: Picture) -> None:
        assert hall.picture() is stage
        before = hall.seen()
        assert "民生实事项目票决" in before
        assert ">6<" in before, "the turnout is there"
        falsify(box_id)
        assert hall.seen() == before
        assert not [title for title in TITLES if title in before]

    compare(Picture.VOTING)
    with hall.app.app_context():
        service.close_box(box_id, "o", now=NOON)
    compare(Picture.CLOSED)
    polls.certify(box_id, "赵监票", "钱监票")
    compare(Picture.CLOSED)


def test_the_presiding_table_sees_the_turnout_of_those_who_do_not_sit(boxed: Flask) -> None:
    """Of an evaluation of several rater groups: handed out and returned, before and after closing,
    and nothing more where every mark is another one."""
    groups = (RaterGroup("deputy", "代表", 6), RaterGroup("staff", "干部职工", 4))
    with force_locale("zh_Hans"), boxed.app_context():
        box_id = drafted(2, groups=groups)
        session_id = service.get_box(box_id).session_id
        codes = [*hand_out(box_id, 6), *hand_out(box_id, 7, "staff")]
        service.open_box(box_id, roll(50), "o", now=NOON, members={"deputy"})
        for code, marks in zip(codes[3:12], (b"AB", b"BA", b"CC") * 3, strict=True):
            cast_ballot(admit(code), box_id, marks, new_receipt())
        key = screens.screen_of(session_id).key
        db.session.remove()

        def told(view: View) -> dict[str, object]:
            found = as_json(
                told_now({Channel(key, view, "zh_Hans"): None}).popitem()[1], with_html=True
            )
            db.session.remove()
            return {name: value for name, value in found.items() if name not in ("at", "acts")}

        def compare() -> None:
            seen = [told(view) for view in VIEWS]
            figures = told(View.TABLE)["figures"]
            assert isinstance(figures, dict)
            assert (figures["apart_out"], figures["apart_cast"]) == ("7", "6")
            assert "其他测评主体：发出 / 收回" in str(told(View.TABLE)["html"])
            assert "apart_out" not in str(told(View.HALL)), "the hall sees one turnout"
            falsify(box_id)
            db.session.remove()
            assert [told(view) for view in VIEWS] == seen

        compare()
        service.close_box(box_id, "o", now=NOON)
        compare()


def test_no_line_for_others_where_a_paper_asks_nobody_else(hall: Hall) -> None:
    hall.polls.open(paper(2))
    assert "apart_out" not in str(hall.told(View.TABLE))


def test_the_announced_result_is_told_as_the_statement_says_it(hall: Hall) -> None:
    box_id = hall.polls.open(paper(3, seats=1))
    hall.polls.put(box_id, ballots(*["x.."] * 7, ".x.", "..x"))
    with hall.app.app_context():
        service.close_box(box_id, "o", now=NOON)
        sealed = service.sealed_return(box_id)
    closed = hall.seen()
    hall.polls.announce(box_id)
    assert hall.picture() is Picture.RESULT
    seen = hall.seen()
    assert all(title in seen for title in TITLES)
    assert "7票" in seen
    assert "当选" in seen
    for head in (sealed.chain_open, sealed.chain_close):
        fours = " ".join(head[at : at + 4] for at in range(0, 16, 4))
        assert fours in seen
        assert fours in closed, "the head of the log is shown from the closing on"


def test_nothing_is_called_done_while_a_further_round_is_due(hall: Hall) -> None:
    first = hall.polls.hold(paper(3, seats=1), ballots("x..", ".x."))
    hall.polls.certify(first, "赵监票", "钱监票")
    assert "尚待进行" not in hall.seen()
    with hall.app.app_context():
        service.announce(first, "o", now=NOON)
        due = service.round_due(service.get_box(first))
        assert due is not None
    told = str(hall.told(View.TABLE)["html"])
    assert f"尚待进行：{due.label}" in told
    assert "已全部完成" not in told


def test_a_further_round_is_not_told_of_before_the_first_is_announced(hall: Hall) -> None:
    first = hall.polls.hold(paper(3, seats=1), ballots("x..", ".x."))
    hall.polls.certify(first, "赵监票", "钱监票")
    with hall.app.app_context(), transaction():
        service.draft_box(hall.session_id, "voting", "第二轮决选", first=service.get_box(first))
    assert "第二轮决选" not in hall.seen()
    with hall.app.app_context():
        service.announce(first, "o", now=NOON)
    assert "下一项：第二轮决选" in str(hall.told(View.TABLE)["html"])
    assert "第二轮决选" not in str(hall.told(View.HALL)["html"])


def test_a_result_that_is_not_announced_is_shown_to_nobody_who_asks(hall: Hall) -> None:
    box_id = hall.polls.hold(paper(3, seats=1), ballots("x..", "x.."))
    with hall.app.app_context():
        screens.show(hall.session_id, str(box_id))
    assert hall.picture() is Picture.CLOSED
    assert "项目1" not in hall.seen()


def test_what_was_asked_for_ends_when_the_vote_goes_a_step_on(hall: Hall) -> None:
    first = hall.polls.hold(paper(2), ballots("x.", "x."))
    hall.polls.announce(first)
    for asked, picture in (("waiting", Picture.WAITING), ("check_in", Picture.CHECK_IN)):
        with hall.app.app_context():
            screens.show(hall.session_id, asked)
        assert hall.picture() is picture
    second = hall.polls.open(paper(2))
    assert hall.picture() is Picture.VOTING
    assert hall.told()["box"] == second
    with hall.app.app_context():
        service.close_box(second, "o", now=NOON)
        screens.show(hall.session_id, str(first))
    assert hall.picture() is Picture.RESULT
    assert hall.told()["box"] == first
    hall.polls.announce(second)
    assert hall.told()["box"] == second


def test_figures_after_closing_are_those_of_the_return(hall: Hall) -> None:
    box_id = hall.polls.hold(paper(2), ballots("x.", "x.", ".x"))
    with hall.app.app_context(), transaction() as session:
        session.add(Spent(box_id=box_id, ticket=secrets.token_bytes(16)))
    figures = hall.told()["figures"]
    assert isinstance(figures, dict)
    turnout = hall.polls.sealed(box_id).turnout
    assert (figures["issued"], figures["cast"]) == (str(turnout.issued), str(turnout.returned))
    assert (figures["due"], figures["present"]) == (str(turnout.due), str(turnout.present))


def test_a_draft_that_is_given_up_is_no_picture(hall: Hall) -> None:
    with hall.app.app_context():
        with transaction():
            box_id = service.draft_box(hall.session_id, "voting", "不办了").id
        service.void_box(box_id, "不办了", "o", now=NOON)
    assert hall.picture() is Picture.CHECK_IN
    assert "不办了" not in hall.seen()


def test_every_process_on_one_database_tells_the_same(hall: Hall, tmp_path: Path) -> None:
    box_id = hall.polls.open(paper(2))
    other = make_app(hall.app.config["SQLALCHEMY_DATABASE_URI"], tmp_path)
    other.extensions["settings"] = replace(other.extensions["settings"])
    for cast in (1, 2, 3):
        hall.polls.put(box_id, ballots("x."))
        told = hall.told(app=other)
        assert told["cast"] == cast
        assert told["figures"] == hall.told()["figures"]
    with other.app_context():
        db.engine.dispose()
