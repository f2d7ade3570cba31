"""Editing any stored row afterwards is found; what cannot be found is named here and in the docs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, Connection, Table, create_engine, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from app.ballotbox.models import Box
from app.extensions import Model, db
from app.verification import Verified, verify
from tests.integration.integrity.held import hold_a_session

NOT_FOUND = {
    # who sits and who works here: figures were taken into the sealed roll, names never leave
    "deputy": None,
    "attendance": None,
    "staff": None,
    "screen": None,
    # what was written beside the marks is under no digest: it must stay apart from them
    "remark": {"box_id", "id", "item", "text", "open_sample"},
    # random ids, which mean nothing
    "ballot": {"id"},
    "sample": {"id"},
    "answered": {"browser", "receipt"},
    # order on the agenda, the public address, how many cards may be out
    "box": {"position", "public_key", "admitted"},
    # a card in hand that did not vote in a sealed box
    "ticket": {"digest", "state"},
    # how a file is shown; what it holds is found
    "evaluation_material": {"media_type"},
    "session": {"archived"},
    # what a draft knows and its paper does not: ids, a gap in the order, the kind of new subjects
    "vote_candidate": {"id", "position"},
    "evaluation_subject": {"position"},
    "evaluation": {"kind", "held_again"},
}
"""Columns of which an edit is not found; None: of no column of the table."""


@pytest.fixture
def held(boxed: Flask) -> Iterator[dict[str, int]]:
    with boxed.test_request_context():
        yield hold_a_session()


def test_a_session_that_nobody_touched_is_whole(held: dict[str, int]) -> None:
    verified = verify()
    assert verified.findings == ()
    assert (verified.sessions, verified.boxes, verified.sealed) == (1, 5, 3)
    assert "全部" in verified.lines()[-1]


def test_editing_any_column_of_any_row_is_found(held: dict[str, int]) -> None:
    unfound: dict[str, set[str]] = {}
    tried = 0
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            for row in rows_of(table):
                for mended in edits(column, row[column.name]):
                    verified = after(
                        lambda c, t=table, r=row, m={column.name: mended}: edit(c, t, r, m),
                        table,
                    )
                    if verified is None:
                        continue  # the database itself refuses it
                    tried += 1
                    if not verified.findings:
                        unfound.setdefault(table.name, set()).add(column.name)
                    break
    assert tried > 250
    named = {
        table: columns if columns is not None else set(Model.metadata.tables[table].columns.keys())
        for table, columns in NOT_FOUND.items()
    }
    assert {table: columns - named.get(table, set()) for table, columns in unfound.items()} == {
        table: set() for table in unfound
    }


def test_taking_a_row_away_is_found(held: dict[str, int]) -> None:
    unfound = set()
    for table in Model.metadata.sorted_tables:
        for row in rows_of(table):
            verified = after(
                lambda c, t=table, r=row: c.execute(delete(t).where(*same(t, r))), table
            )
            if verified is not None and not verified.findings:
                unfound.add(table.name)
    assert unfound == {"attendance", "staff", "remark"}


def test_a_ballot_put_in_is_found(held: dict[str, int]) -> None:
    ballot = Model.metadata.tables["ballot"]
    row = {"box_id": held["vote"], "id": b"x" * 16, "rater_group": "", "marks": b"xx\xff\xff"}
    verified = after(lambda connection: connection.execute(insert(ballot).values(row)), ballot)
    assert verified is not None
    assert not verified.whole
    said = "\n".join(verified.lines())
    assert "选票" in said
    assert "处不符" in verified.lines()[-1]


def test_what_was_found_is_gone_once_it_is_put_right(held: dict[str, int]) -> None:
    assert after(lambda _connection: None).findings == ()


# How it is done: outside of the application, with the keys between tables switched off


def rows_of(table: Table) -> list[dict[str, Any]]:
    """Return some rows: every box that was opened, else the first and the last of sealed ones.

    Of a vote that was declared void while it was open nothing is sealed but its opening.
    """
    with db.engine.connect() as connection:
        drafts = set(connection.scalars(select(Box.id).where(Box.sealed == "")))
        never = set(connection.scalars(select(Box.id).where(Box.stage == "drafted")))
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
    rows = [row for row in rows if row.get("box_id") not in drafts]
    if table.name == "box":
        return [row for row in rows if row["id"] not in never]
    return rows[:1] + rows[1:][-1:]


def edits(column: Column[Any], value: Any) -> list[Any]:
    """Return other values for a cell, the likeliest to pass the checks of the table first."""
    match value:
        case None:
            return [1]
        case bool():
            return [not value]
        case int():
            return [value + 1, value - 1]
        case bytes():
            return [value[:-1] + bytes([value[-1] ^ 3])]
        case date():  # and so a datetime
            return [value + timedelta(days=1)]
    words = {
        "stage": ["certified", "announced", "closed", "voided"],
        "state": ["voided", "activated", "printed", "on_leave", "left_early"],
        "secrecy": ["named", "secret"],
        "kind": ["per_item", "rank", "station", "project"],
        "role": ["viewer", "organiser"],
        "body_kind": ["standing_committee"],
        "denominator": ["present"],
        "media_type": ["application/pdf"],
        "tie": ["presidium"],
        "shortfall": ["accept_fewer"],
        "blank": ["invalid"],
        "purpose": ["runoff"],
    }.get(column.name, [])
    swapped = value.replace("1", "2", 1) if "1" in value else f"{value}1"
    return [word for word in (*words, swapped) if word != value]


def same(table: Table, row: dict[str, Any]) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key]


def edit(connection: Connection, table: Table, row: dict[str, Any], change: dict[str, Any]) -> None:
    connection.execute(update(table).where(*same(table, row)).values(change))


@contextmanager
def forger() -> Iterator[Connection]:
    """Give a connection of somebody who owns the files: no key between tables holds them back."""
    engine = create_engine(db.engine.url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET session_replication_role = replica")
            yield connection
    finally:
        engine.dispose()


def after(forge: Any, table: Table | None = None) -> Verified | None:
    """Verify after an act of forgery in a table, and put it back; None where it was refused."""
    before: list[dict[str, Any]] = []
    if table is not None:
        with db.engine.connect() as connection:
            before = [dict(row) for row in connection.execute(select(table)).mappings()]
    db.session.rollback()
    try:
        try:
            with forger() as connection:
                forge(connection)
        except SQLAlchemyError:
            return None
        return verify()
    finally:
        db.session.rollback()
        if table is not None:
            with forger() as connection:
                connection.execute(delete(table))
                if before:
                    connection.execute(insert(table), before)
