"""Votes held and closed without a phone: papers and piles of ballots go straight into the box."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from sqlalchemy import update

from app.assembly.models import Session
from app.ballotbox import service, tickets
from app.ballotbox.codes import new_receipt
from app.ballotbox.models import Ballot, Box, NamedBallot, Receipt, Spent
from app.ballotbox.seal import Return
from app.extensions import transaction
from tests.contracts.hall import NOON, make_session, roll
from voting.instrument import INSTRUMENT
from voting.outcomes import Tally
from voting.paper import Paper, Secrecy


@dataclass
class Polls:
    """One session whose votes are composed of whatever paper is given."""

    site: Flask
    cards: int = 40
    total: int = 50
    present: int | None = None
    rehearsal: bool = False
    papers: dict[int, Paper] = field(default_factory=dict)
    session_id: int = 0

    def __post_init__(self) -> None:
        self.site.extensions["instruments"]["voting"] = replace(
            INSTRUMENT,
            missing=lambda _: (),
            compose=lambda box_id: self.papers[box_id].as_json(),
        )
        with self.site.app_context():
            self.session_id = make_session()
            with transaction() as session:
                session.get_one(Session, self.session_id).rehearsal = self.rehearsal
            tickets.issue(self.session_id, "deputy", self.cards, 3, "o", now=NOON)
            (batch,) = tickets.batches(self.session_id)
            tickets.hand_out_pile(batch.batch_id, self.cards, "o", now=NOON)

    def open(self, paper: Paper, first: int | None = None, **of_roll: Any) -> int:
        with self.site.app_context():
            with transaction():
                box = service.draft_box(
                    self.session_id,
                    "voting",
                    paper.title,
                    secrecy=paper.secrecy,
                    first=None if first is None else service.get_box(first),
                )
                self.papers[box.id] = paper
                box_id = int(box.id)
            at = roll(self.present or self.cards, total=self.total)
            heading = {**at.heading, "held_on": "2026-11-22", "place": "人民会堂"}
            settings = {"heading": heading, "rehearsal": self.rehearsal, **of_roll}
            service.open_box(box_id, replace(at, **settings), "o", now=NOON)
            return box_id

    def put(self, box_id: int, ballots: list[bytes]) -> None:
        named = self.papers[box_id].secrecy is Secrecy.NAMED
        with self.site.app_context(), transaction() as session:
            for number, marks in enumerate(ballots, 1):
                ticket = secrets.token_bytes(16)
                session.add(Spent(box_id=box_id, ticket=ticket))
                session.add(Receipt(box_id=box_id, code=new_receipt()))
                if named:
                    voter = f"D-{number:03} 代表{number}"
                    session.add(NamedBallot(box_id=box_id, voter=voter, marks=marks))
                else:
                    session.add(Ballot(box_id=box_id, id=ticket, marks=marks))

    def hold(
        self, paper: Paper, ballots: list[bytes], first: int | None = None, **of_roll: Any
    ) -> int:
        """Open, fill and close a box; return its id."""
        box_id = self.open(paper, first, **of_roll)
        self.put(box_id, ballots)
        with self.site.app_context():
            service.close_box(box_id, "o", now=NOON)
        return box_id

    def certify(self, box_id: int, *names: str) -> None:
        with self.site.app_context():
            for name in names:
                service.certify(box_id, name, name, len(names), now=NOON)

    def announce(self, box_id: int) -> None:
        self.certify(box_id, "赵监票", "钱监票")
        with self.site.app_context():
            service.announce(box_id, "o", now=NOON)

    def void(self, box_id: int, reason: str) -> None:
        with self.site.app_context():
            service.void_box(box_id, reason, "o", now=NOON)

    def sealed(self, box_id: int) -> Return:
        with self.site.app_context():
            return service.sealed_return(box_id)

    def tally(self, box_id: int) -> Tally:
        return Tally.from_json(self.sealed(box_id).result)

    def stored(self, box_id: int) -> tuple[tuple[str, bytes], ...]:
        with self.site.app_context():
            return service.stored_ballots(box_id)

    def alter(self, box_id: int, **columns: str) -> None:
        """Change what is stored of a box behind the service's back."""
        with self.site.app_context(), transaction() as session:
            session.execute(update(Box).where(Box.id == box_id).values(**columns))

    def paper_text(self, box_id: int) -> str:
        with self.site.app_context():
            return service.get_box(box_id).paper
