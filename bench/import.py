"""How long a roster of 3,000 deputies takes from the uploaded bytes to the database.

Ours (measure, read, check, compare, write in one transaction) against the plain way: openpyxl
and one ORM object a row, with no check at all. Figures drift with the machine; the ratios are
of one run. Start it with `python bench/import.py`.
"""

import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from openpyxl import load_workbook

from app.assembly import service
from app.assembly.initials import initials_of
from app.assembly.models import Deputy
from app.assembly.roster import COLUMNS, read_roster
from app.config import Settings
from app.extensions import Model, db, transaction
from app.factory import create_app
from app.intake.table import read_table

DEPUTIES = 3_000
RUNS = 5


def roster(delegation: str = "代表团") -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet("代表名册")
        sheet.write(0, 0, "明州市第十七届人大代表名册")
        sheet.write_row(1, 0, [column.headings[0] for column in COLUMNS])
        for at in range(DEPUTIES):
            sheet.write_row(
                at + 2,
                0,
                [
                    at + 1, f"张{chr(0x4E00 + at)}{chr(0x5E00 + at % 900)}",
                    f"第{at % 20}{delegation}", f"第{at % 60}选区", 13_900_000_000 + at,
                    "是" if at % 9 == 0 else "否", "否", "人大代表",
                ],
            )  # fmt: skip
    return written.getvalue()


def plainly(content: bytes) -> None:
    """The way a first version is written: no limits, no checks, one object a row."""
    sheet = load_workbook(io.BytesIO(content)).active
    with transaction() as current:
        for at, row in enumerate(sheet.iter_rows(min_row=3, values_only=True)):
            number, name, delegation, constituency, phone, member, observer, _ = row
            known = current.query(Deputy).filter_by(number=str(number)).one_or_none()
            if known is None:
                known = Deputy(number=str(number), badge_code=f"plain{at}")
                current.add(known)
            known.name = name
            known.initials = initials_of(name)
            known.delegation = delegation
            known.constituency = constituency
            known.phone = str(phone)
            known.committee_member = member == "是"
            known.observer = observer == "是"


def emptied() -> None:
    with transaction() as current:
        current.query(Deputy).delete()


def seconds(act: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Return the median of a few runs."""
    taken = []
    for _ in range(RUNS):
        before()
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    content, moved = roster(), iter([roster(f"代表团{run}") for run in range(RUNS)])
    print(f"{DEPUTIES} deputies, {len(content) / 1000:.0f} kB of XLSX, median of {RUNS} runs")
    reading = seconds(lambda: read_table("a", content))
    checking = seconds(lambda: read_roster(content, "a"))
    first = seconds(lambda: service.import_roster(content, "a"), emptied)
    again = seconds(lambda: service.import_roster(content, "a"))
    changed = seconds(lambda: service.import_roster(next(moved), "a"))
    plain = seconds(lambda: plainly(content), emptied)
    plain_again = seconds(lambda: plainly(content))
    for label, taken in (
        ("measure and read", reading),
        ("read and check every cell", checking),
        ("first import, written", first),
        ("the same again, nothing changed", again),
        ("every row changed", changed),
        ("openpyxl and ORM, first", plain),
        ("openpyxl and ORM, again", plain_again),
    ):
        print(f"  {taken * 1000:8.0f} ms  {label}")
    print(f"ratio, first: {plain / first:.1f}; again: {plain_again / again:.1f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        url = f"sqlite:///{path / 'bench.sqlite'}"
        app = create_app(Settings(instance=path, database_url=url, secret_key=bytes(32)))
        with app.app_context():
            Model.metadata.create_all(db.engine)
            main()
            db.session.remove()
            db.engine.dispose()
