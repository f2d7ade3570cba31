"""Before a box is closed no page shows anything of its marks, whoever asks.

Two houses that differ in nothing but the marks and remarks in their open boxes must look the same
from every page, for everybody: what follows from no mark can tell none. (A search for marks in
the pages would have to know in which form they leak.)
"""

import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.accounts.roles import Role
from app.ballotbox.domain import Stage
from tests.contracts.hall import NOON
from tests.web.door.house import ANSWERS, BALLOTS, REMARK, STREAM, House, made_up, read_paper

TOKEN = re.compile(rb'<input[^>]*name="(csrf_token|receipt|shown)"[^>]*>')
ROOMS = {"voting": "votes", "evaluation": "evaluations"}
PILES = (
    ("voting", "ballot", BALLOTS),
    ("evaluation", "ballot", BALLOTS),
    ("evaluation", "sample", ANSWERS),
)


def other_marks(house: House) -> None:
    """Put other marks and other remarks into the open boxes; all else stays."""
    with house.app.app_context(), closing(sqlite3.connect(house.file)) as stored:
        for kind, table, many in PILES:
            box_id = house.plan.box(kind, Stage.OPEN)
            paper = read_paper(kind, box_id)
            rows = stored.execute(f"SELECT id FROM {table} WHERE box_id = ?", (box_id,)).fetchall()
            assert len(rows) == many
            for seed, (ballot,) in enumerate(rows):
                stored.execute(
                    f"UPDATE {table} SET marks = ? WHERE box_id = ? AND id = ?",
                    (made_up(kind, paper, 1000 + seed), box_id, ballot),
                )
            stored.execute("UPDATE remark SET text = 'other' WHERE box_id = ?", (box_id,))
        stored.commit()


def addresses(house: House) -> Iterator[str]:
    """Yield every address to look at of an open box, its session, its cards, and all else."""
    for rule, method in house.rules():
        if method != "GET" or rule.endpoint.endswith(STREAM):
            continue
        for at in house.plan.sittings.values():
            for code in (at.codes[0], at.codes[-1]):  # one has voted, one has not
                yield house.path(rule, at, at.boxes[Stage.OPEN], code)


def seen(house: House, role: Role | None) -> dict[str, bytes]:
    """Return all that a role is answered, by address and status."""
    client, found = house.client(role), {}
    for path in sorted(set(addresses(house))):
        with client.get(path) as answer:
            found[f"{path} {answer.status}"] = comparable(answer.data)
    return found


def comparable(content: bytes) -> bytes:
    """Leave out what is new each time: tokens, and the hour at which a workbook was made."""
    if not content.startswith(b"PK"):
        return TOKEN.sub(b"", content)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = [name for name in book.namelist() if not name.startswith("docProps/")]
        return b"".join(book.read(name) for name in parts)


@pytest.mark.parametrize("role", [None, *Role])
def test_no_page_tells_one_set_of_marks_from_another(house, monkeypatch, role):
    monkeypatch.setattr("app.web.documents.views.now", lambda: NOON)
    before = seen(house, role)
    other_marks(house)
    after = seen(house, role)
    assert len(before) > 90
    assert role is None or sum(path.endswith("200 OK") for path in before) > 40
    assert [path for path in before if before[path] != after.get(path)] == []
    assert before.keys() == after.keys()
    assert not [path for path, page in after.items() if REMARK.encode() in page]


def test_the_same_look_tells_them_apart_once_they_are_closed(house, monkeypatch):
    """So that it cannot go blind: what is compared above is what differs after closing."""

    monkeypatch.setattr("app.web.boxes.views.now", lambda: NOON)
    monkeypatch.setattr("app.ballotbox.service.secrets.token_hex", lambda size: "0" * 2 * size)

    def results() -> dict[str, bytes]:
        shown = {}
        for kind, room in ROOMS.items():
            box_id = house.plan.box(kind, Stage.OPEN)
            client = house.client(Role.ADMINISTRATOR)
            client.post(f"/desk/boxes/{box_id}/close")
            shown[kind] = TOKEN.sub(b"", client.get(f"/desk/{room}/{box_id}/result").data)
        return shown

    first = results()
    house.restore()
    other_marks(house)
    second = results()
    assert all(first[kind] != second[kind] for kind in first)
    house.restore()
    assert results() == first, "and nothing but the marks makes the difference"
