"""A blind instrument and a session to vote in: the box must not care what is marked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Flask

from app.assembly.models import Session
from app.ballotbox import service, tickets
from app.ballotbox.admission import Admission, admit
from app.ballotbox.domain import Secrecy
from app.ballotbox.instrument import Counted, Filled, Instrument
from app.ballotbox.piles import Piles
from app.ballotbox.seal import Return, RollCall
from app.extensions import transaction

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
WIDTH = 3


def count_letters(paper: Any, piles: Piles, *_: Any) -> Counted:
    letters: dict[str, int] = {}
    for _label, ballot in piles:
        for byte in ballot:
            letters[chr(byte)] = letters.get(chr(byte), 0) + 1
    return Counted(valid=len(piles), invalid=0, result={"letters": letters})


def probe(missing: Callable[[int], tuple[str, ...]] = lambda _: ()) -> Instrument:
    paper: Mapping[str, Any] = {
        "instrument": "probe",
        "items": [{"id": str(n), "label": f"项目{n}"} for n in range(WIDTH)],
    }
    return Instrument(
        key="probe",
        label="probe",
        missing=missing,
        compose=lambda _: paper,
        read_paper=lambda plain: plain,
        count=count_letters,
        read_form=lambda paper, form: Filled(None, {}),
        made_up=lambda paper, random: {},
        rule=lambda paper: "",
        follow_up=lambda result: None,
        create_follow_up=lambda box, actor: 0,
        paper_template="",
        review_template="",
        result_template="",
        result_context=lambda box: {},
        statement=lambda box: None,
        book=lambda box: None,
        ballots=lambda box: b"",
        draft_endpoint="",
        create_endpoint="",
        exports=(),
        blueprint=Blueprint("probe", __name__),
    )


def roll(present: int = 40, *, total: int = 50, override: str = "") -> RollCall:
    return RollCall(
        heading={"body": "明州市人民代表大会", "term": "第十七届", "title": "第五次会议"},
        body_kind="congress",
        total_members=total,
        due=total,
        on_leave=0,
        present=present,
        quorum=-(-total * 2 // 3),
        rehearsal=False,
        override=override,
    )


@dataclass
class Hall:
    """A session with an open box and tickets in hand."""

    app: Flask
    session_id: int
    box_id: int
    codes: list[str]

    def admission(self, index: int) -> Admission:
        return admit(self.codes[index])

    def close(self) -> Return:
        return service.close_box(self.box_id, "organiser", now=NOON)


def make_session() -> int:
    with transaction() as session:
        sitting = Session(
            body="明州市人民代表大会",
            body_kind="congress",
            term="第十七届",
            title="第五次会议",
            sitting="",
            held_on=date(2026, 11, 22),
            place="人民会堂",
            total_members=50,
            rehearsal=False,
        )
        session.add(sitting)
        session.flush()
        return int(sitting.id)


def make_hall(
    app: Flask, voters: int = 10, *, secrecy: Secrecy = Secrecy.SECRET, opened: bool = True
) -> Hall:
    app.extensions["instruments"]["probe"] = probe()
    session_id = make_session()
    printed = tickets.issue(session_id, "deputy", voters, 2, "organiser", now=NOON)
    batch = tickets.batches(session_id)[0]
    tickets.hand_out_pile(batch.batch_id, voters, "organiser", now=NOON)
    with transaction():
        box_id = service.draft_box(session_id, "probe", "民生实事项目票决", secrecy=secrecy).id
    if opened:
        service.open_box(box_id, roll(), "organiser", now=NOON)
    return Hall(app, session_id, box_id, [card.code for card in printed if not card.spare])
