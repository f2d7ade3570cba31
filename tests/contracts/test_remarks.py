"""Remarks: in with an accepted ballot, once, and joined to nothing (RULES 5, 7)."""

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.ballotbox.models import Remark
from app.ballotbox.remarks import stored_remarks
from app.ballotbox.traces import REWRITTEN
from app.extensions import db
from app.refused import Refused
from tests.contracts.hall import Hall, make_hall

MARKS = b"xx-"


def written(hall: Hall) -> list[tuple[str, str]]:
    with db.engine.connect() as connection:
        query = select(Remark.item, Remark.text).where(Remark.box_id == hall.box_id)
        return sorted((row.item, row.text) for row in connection.execute(query))


def test_a_remark_comes_in_with_its_ballot_and_once_under_retries(hall: Hall) -> None:
    receipt = new_receipt()
    for words in ("答复及时", "换了说法", "再换"):
        cast(hall.admission(0), hall.box_id, MARKS, receipt, remarks={"1": words, "2": "好"})
    assert written(hall) == [("1", "答复及时"), ("2", "好")]
    assert hall.close().turnout.returned == 1
    assert stored_remarks(hall.box_id) == (("1", "答复及时"), ("2", "好"))


def test_a_refused_ballot_leaves_no_remark(hall: Hall) -> None:
    receipt = new_receipt()
    cast(hall.admission(0), hall.box_id, MARKS, receipt)
    refused = [
        ("already_in_the_box", 0, MARKS, new_receipt()),
        ("bad_receipt", 1, MARKS, receipt),
        ("bad_receipt", 1, MARKS, "x"),
        ("bad_ballot", 1, b"x", new_receipt()),
    ]
    for reason, voter, marks, own in refused:
        with pytest.raises(Refused, match=reason):
            cast(hall.admission(voter), hall.box_id, marks, own, remarks={"1": "没有进箱"})
    hall.close()
    with pytest.raises(Refused, match="closed"):
        cast(hall.admission(2), hall.box_id, MARKS, new_receipt(), remarks={"1": "晚了"})
    assert written(hall) == []


def test_nothing_stands_in_the_table_that_could_join(hall: Hall) -> None:
    columns = {column["name"] for column in inspect(db.engine).get_columns("remark")}
    assert columns == {"box_id", "id", "item", "text", "open_sample"}
    assert "remark" in REWRITTEN


def test_sealing_writes_them_anew_under_new_keys(boxed: Flask) -> None:
    hall = make_hall(boxed, voters=8)
    for n in range(8):
        cast(hall.admission(n), hall.box_id, MARKS, new_receipt(), remarks={"1": f"意见{n}"})

    def keys() -> dict[str, bytes]:
        with db.engine.connect() as connection:
            return {row.text: row.id for row in connection.execute(select(Remark.text, Remark.id))}

    before = keys()
    hall.close()
    after = keys()
    assert set(before) == set(after)
    assert not set(before.values()) & set(after.values())
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            writers = connection.execute(text("SELECT count(DISTINCT xmin::text) FROM remark"))
            assert writers.scalar_one() == 1


def test_a_long_paper_full_of_remarks_goes_in_whole(hall: Hall) -> None:
    remarks = {str(n): f"意见{n}" for n in range(260)}
    cast(hall.admission(0), hall.box_id, MARKS, new_receipt(), remarks=remarks)
    assert dict(written(hall)) == remarks


def test_they_are_read_after_closing_only(hall: Hall) -> None:
    with pytest.raises(Refused, match="not_closed"):
        stored_remarks(hall.box_id)
