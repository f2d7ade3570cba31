"""A hall of phones: cards, open boxes and made-up papers, on the real forms and templates.

The instrument is one of the tests' own: papers come from a dict, so that a page can be asked for
any paper without the desk that drafts one.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.assembly.checkin import attendance_list, check_in
from app.assembly.models import Session
from app.assembly.service import import_roster
from app.ballotbox import service, tickets
from app.ballotbox.canonical import canonical
from app.ballotbox.instrument import Counted, Instrument
from app.ballotbox.models import Ballot, NamedBallot
from app.extensions import db, transaction
from tests.contracts.hall import NOON, make_session, roll
from voting import booth as form
from voting.paper import Candidate, Paper, PaperKind, Secrecy
from voting.presets import BY_URGENCY, LOCAL_ORGANIC_LAW, PER_ITEM, with_seats
from voting.words import rule_sentence

TITLE = "2027年度民生实事项目票决"
ROSTER = "代表证号,姓名\n0012,张玉书\n0013,李秀兰\n"
"""Who sits in the hall: a named vote asks for one of them."""
PRESETS = {
    PaperKind.SELECT: LOCAL_ORGANIC_LAW,
    PaperKind.PER_ITEM: PER_ITEM,
    PaperKind.RANK: BY_URGENCY,
}


def make_paper(
    kind: PaperKind = PaperKind.SELECT,
    candidates: int = 5,
    seats: int = 3,
    *,
    title: str = TITLE,
    secrecy: Secrecy = Secrecy.SECRET,
    rehearsal: bool = False,
    **rule: Any,
) -> Paper:
    return Paper(
        title=title,
        candidates=tuple(
            Candidate(
                id=f"p{number}",
                number=number,
                name=f"第{number}号项目:老旧小区加装电梯和适老化改造",
                unit="县住房和城乡建设局",
                investment=f"{number}200",
                description="改造建成年代较早、配套不完善的住宅小区,惠及居民约一千二百户。",
                completion="2027年10月底前",
                source="代表联络站征集",
            )
            for number in range(1, candidates + 1)
        ),
        rule=replace(with_seats(PRESETS[kind], seats), **rule),
        secrecy=secrecy,
        rehearsal=rehearsal,
    )


def trial(papers: dict[int, Paper]) -> Instrument:
    return Instrument(
        key="trial",
        label="trial",
        missing=lambda _: (),
        compose=lambda box_id: papers[box_id].as_json(),
        read_paper=Paper.from_json,
        count=lambda _paper, piles, *_: Counted(valid=len(piles), invalid=0, result={}),
        read_form=form.read_form,
        made_up=lambda paper, random: {},
        rule=lambda paper: rule_sentence(paper.rule, candidates=len(paper.candidates)),
        follow_up=lambda _: None,
        create_follow_up=lambda *_: 0,
        paper_template="voting/paper.html",
        review_template="voting/review.html",
        result_template="",
        result_context=lambda box: {},
        statement=lambda box: None,
        book=lambda box: None,
        ballots=lambda box: b"",
        draft_endpoint="",
        create_endpoint="",
        exports=(),
        blueprint=Blueprint("trial", __name__),
    )


@dataclass
class Hall:
    """A session whose cards are handed out; boxes are opened in it one after the other."""

    site: Flask
    rehearsal: bool = False
    papers: dict[int, Paper] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)
    session_id: int = 0

    def __post_init__(self) -> None:
        self.site.extensions["instruments"]["trial"] = trial(self.papers)
        with self.site.app_context():
            self.session_id = make_session()
            import_roster(ROSTER.encode(), "roster.csv")
            for attendee in attendance_list(self.session_id):
                check_in(self.session_id, attendee.deputy_id)
            if self.rehearsal:
                with transaction() as session:
                    session.get_one(Session, self.session_id).rehearsal = True
            printed = tickets.issue(self.session_id, "deputy", 40, 3, "o", now=NOON)
            (batch,) = tickets.batches(self.session_id)
            tickets.hand_out_pile(batch.batch_id, 40, "o", now=NOON)
        self.codes = [card.code for card in printed if not card.spare]
        self.spare = [card.code for card in printed if card.spare]

    def draft(self, paper: Paper | None = None) -> int:
        paper = paper or make_paper(rehearsal=self.rehearsal)
        with self.site.app_context(), transaction():
            box = service.draft_box(self.session_id, "trial", paper.title, secrecy=paper.secrecy)
            self.papers[box.id] = paper
            return int(box.id)

    def open(self, paper: Paper | None = None) -> int:
        box_id = self.draft(paper)
        self.open_drafted(box_id)
        return box_id

    def open_drafted(self, box_id: int) -> None:
        with self.site.app_context():
            at = replace(roll(), rehearsal=self.rehearsal)
            service.open_box(box_id, at, "o", now=NOON)

    def as_stored(self, box_id: int) -> str:
        return canonical(self.papers[box_id].as_json())

    def close(self, box_id: int) -> None:
        with self.site.app_context():
            service.close_box(box_id, "o", now=NOON)

    def ballots(self, box_id: int) -> list[bytes]:
        with self.site.app_context(), db.engine.connect() as connection:
            return sorted(connection.scalars(select(Ballot.marks).where(Ballot.box_id == box_id)))

    def named(self, box_id: int) -> dict[str, bytes]:
        query = select(NamedBallot.voter, NamedBallot.marks).where(NamedBallot.box_id == box_id)
        with self.site.app_context(), db.engine.connect() as connection:
            return {row.voter: row.marks for row in connection.execute(query)}


def receipt_in(page: str) -> str:
    found = re.search(r'name="receipt"\s+value="([0-9A-Z]{12})"', page)
    assert found, "the page carries a receipt"
    return found[1]


def cast(client: FlaskClient, code: str, box_id: int, receipt: str, **fields: str) -> Any:
    data = {"step": "cast", "receipt": receipt, **fields}
    return client.post(f"/b/{code}/{box_id}", data=data)
