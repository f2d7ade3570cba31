"""Somebody who owns the files and forges all of it: what they cannot reach is what tells."""

import random

from sqlalchemy import delete, update

from app.ballotbox import service
from app.ballotbox.models import Act, Ballot, Box, Chain, SignOff
from app.extensions import db
from app.reports.bundle import bundled, evidence_of
from app.verification import verify
from recount.recount import examine
from tests.integration.voting.votes import NOON, drafted, hand_out, hold

FIRST, SECOND = b"x\xff", b"\xffx"


def certified(box_id: int) -> None:
    for who in ("jian", "piao"):
        service.certify(box_id, who, f"{who}女士", 2, now=NOON)


def bundle(box_id: int) -> dict[str, bytes]:
    evidence = evidence_of(service.get_box(box_id))
    return bundled(evidence, random.Random(1).shuffle)


def test_a_result_forged_with_all_its_digests_differs_from_what_was_handed_out(boxed) -> None:
    with boxed.test_request_context():
        box_id = drafted(2, 1)
        honest = hold(box_id, hand_out(box_id, 40), [FIRST] * 30 + [SECOND] * 10)
        certified(box_id)
        in_hand = bundle(box_id)
        # The vote is opened again behind the log's back, turned round, and closed a second time.
        session_id = service.get_box(box_id).session_id
        opened = honest.chain_open
        with db.engine.begin() as owner:
            last = owner.execute(Act.__table__.select().where(Act.digest == opened)).one().number
            after = (Act.session_id == session_id, Act.number > last)
            owner.execute(delete(Act).where(*after))
            owner.execute(update(Chain).values(length=last, head=opened))
            owner.execute(delete(SignOff))
            owner.execute(update(Box).values(stage="open", sealed="", seal="", closed_at=None))
            for was, becomes in ((FIRST, b"-"), (SECOND, FIRST), (b"-", SECOND)):
                owner.execute(update(Ballot).where(Ballot.marks == was).values(marks=becomes))
        db.session.remove()
        forged = service.close_box(box_id, "o", now=NOON)
        certified(box_id)

        assert verify().whole, "the files alone can no longer tell: the threat model says so"
        for files in (bundle(box_id), in_hand):
            checks, _sealed, _again = examine(files)
            assert all(check.agrees for check in checks)
        assert {line["id"]: line["votes"] for line in forged.result["lines"]} != {
            line["id"]: line["votes"] for line in honest.result["lines"]
        }
        # On the sheets, on the hall's screen after closing, in the scrutineers' hands:
        assert forged.seal != honest.seal
        assert forged.ballots != honest.ballots
        assert forged.text.encode() != in_hand["RETURN.json"]
        # The closing was logged with the same facts at the same second by the same person, so
        # the head that the hall was shown is the same; the seal alone tells.
        assert forged.chain_open == honest.chain_open
        assert forged.chain_close == honest.chain_close
