"""Deputies and sessions for the tests of this room."""

from datetime import date
from typing import Any

from app.assembly import service
from app.assembly.quorum import BodyKind


def roster(*rows: str, headings: str = "编号,姓名,代表团,常委会组成人员,列席") -> bytes:
    return "\n".join((headings, *rows)).encode()


def seated(*rows: str) -> None:
    assert not service.import_roster(roster(*rows), "名册.csv").problems


def called(kind: BodyKind = BodyKind.CONGRESS, **details: Any) -> int:
    given = {"body": "明州市人民代表大会", "title": "第五次会议", "held_on": date(2026, 1, 20)}
    return service.create_session(body_kind=kind, **given | details)
