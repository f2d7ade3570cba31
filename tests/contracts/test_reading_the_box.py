"""Piles that the database joins hold the same ballots as its rows, and seal to the same Return."""

import json
import random
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.ballotbox import chain, count
from app.ballotbox.canonical import canonical, digest
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.ballotbox.domain import Secrecy
from app.ballotbox.instrument import Instrument
from app.ballotbox.models import Answered, Ballot, Box, NamedBallot, Receipt, Sample, Spent
from app.ballotbox.piles import Piles
from app.ballotbox.seal import Return
from app.extensions import db, transaction
from app.refused import Refused
from recount.recount import pile_digest
from tests.contracts.hall import NOON, Hall, make_session, probe
from tests.elections import BLINDING, Election, evaluation, roll, vote

SEEDS = 40


def fill(session: Session, session_id: int, held: Election) -> Box:
    """Put a made-up election into the tables as it lies there before closing."""
    plain = held.paper.as_json()
    groups = [group["id"] for group in plain.get("groups", ())]
    named = held.paper.secrecy == Secrecy.NAMED
    box = Box(
        session_id=session_id,
        instrument=held.instrument.key,
        title=held.paper.title,
        secrecy=held.paper.secrecy,
        stage="open",
        rater_groups=" ".join(groups),
        sample=held.sample.group if held.sample else "",
        width=len(plain["items"]),
        paper=canonical(plain),
        paper_digest=digest(canonical(plain)),
        roll=canonical(roll(held.turnout).as_json() | {"chain": "0" * 64}),
        blinding=BLINDING,
    )
    session.add(box)
    session.flush()

    def put(model: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            session.execute(insert(model), [{"box_id": box.id, **row} for row in rows])

    def key() -> bytes:
        return random.randbytes(16)

    kept = [marks for label, marks in held.ballots if box.sample and label == box.sample]
    sent = [(who, marks) for who, marks in held.ballots if not box.sample or who != box.sample]
    put(Spent, [{"ticket": key()} for _ in sent])
    put(Receipt, [{"code": new_receipt()} for _ in sent])
    put(Sample, [{"id": key(), "marks": marks} for marks in kept])
    put(Answered, [{"browser": key(), "receipt": key(), "kept": True} for _ in kept])
    if named:
        who = held.groups
        rows = [{"voter": v, "rater_group": who.get(v, ""), "marks": m} for v, m in sent]
        put(NamedBallot, rows)
    else:
        put(Ballot, [{"id": key(), "rater_group": label, "marks": m} for label, m in sent])
    return box


def sealed(session: Session, box: Box, kind: Instrument) -> Return:
    """Count and forget it again: the log of acts stands as before."""
    with session.begin_nested() as tried:
        found = count.counted_return(session, box, kind, "organiser", NOON)
        tried.rollback()
    return found


@pytest.mark.parametrize("make", [vote, evaluation])
def test_the_same_return_as_by_reading_row_by_row(
    boxed: Flask, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = make_session()
    secrecies = set()
    for seed in range(SEEDS):
        held = make(seed)
        secrecies.add((held.paper.secrecy, bool(held.sample)))
        with transaction() as session:
            chain.hold(session, session_id)
            box = fill(session, session_id, held)
            rows = count.ballots_in(session, box)
            piles = count.piles_in(session, box)
            assert Counter(piles) == Counter(rows) == Counter(held.ballots)
            now = sealed(session, box, held.instrument)
            with monkeypatch.context() as before:
                before.setattr(count, "piles_in", lambda *_, b=box, r=rows: Piles.of(b.width, r))
                assert sealed(session, box, held.instrument).text == now.text
            labelled = count.pile_rows(rows, held.groups)
            assert now.ballots == pile_digest(labelled, bytes.fromhex(BLINDING))
    assert len(secrecies) == (2 if make is vote else 3)


def test_every_byte_comes_through(hall: Hall) -> None:
    every = [bytes([byte, 0, 255 - byte]) for byte in range(256)]
    with transaction() as session:
        rows = [{"box_id": hall.box_id, "id": bytes(15) + m[:1], "marks": m} for m in every]
        session.execute(insert(Ballot), rows)
        box = session.get_one(Box, hall.box_id)
        assert Counter(count.piles_in(session, box)) == Counter(("", marks) for marks in every)


def test_an_empty_box_has_no_pile(hall: Hall) -> None:
    box = db.session.get_one(Box, hall.box_id)
    assert count.piles_in(db.session(), box) == Piles(box.width, {})
    assert (
        json.loads(hall.close().text)["result"] == probe().count({}, Piles(3, {}), None, {}).result
    )


def test_a_ballot_of_another_length_is_not_counted(hall: Hall) -> None:
    for index, marks in enumerate((b"x--", b"--x")):
        cast(hall.admission(index), hall.box_id, marks, new_receipt())
    with transaction() as session:
        longer = update(Ballot).where(Ballot.marks == b"x--").values(marks=b"x--x--")
        session.execute(longer)
    with pytest.raises(ValueError, match="wrong_length"):
        hall.close()


def test_a_ballot_too_many_is_refused_whatever_its_length(hall: Hall) -> None:
    with transaction() as session:
        row = {"box_id": hall.box_id, "id": bytes(16), "marks": b"x--x--"}
        session.execute(insert(Ballot), [row])
    with pytest.raises(Refused, match="conservation"):
        hall.close()
