"""What screens cost a server on which 3,000 phones wait, and how late a ballot is on them.

The same server is measured three times: with 3,000 phones that poll as waiting phones do, with
20 screens alone, and with both. Its CPU is that of its own processes; the lag is from the moment
a ballot was acknowledged to its count on a screen. Figures drift with the machine; the ratios are
of one run. Start it with `python bench/screens.py`; `--postgres ADDRESS --workers 2` measures
two processes on one PostgreSQL.
"""

import argparse
import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.assembly import service as assembly
from app.assembly.quorum import BodyKind
from app.ballotbox import service, tickets
from app.ballotbox.admission import admit, frozen_paper
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.ballotbox.instrument import instrument
from app.config import Settings
from app.extensions import db, now
from app.factory import create_app
from app.hall.service import screen_of
from app.migrating import upgrade
from app.rehearsal import percentile
from app.web.boxes.roll import roll_call
from tests.integration.service.server import free_port
from voting import service as voting

PHONES = 3_000
SCREENS = 20
SECONDS = 20.0
PAUSE = (2.0, 4.0)
"""Seconds that a waiting phone lets pass between two polls (app/static/booth/booth.js)."""
BALLOTS_A_SECOND = 10
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class House:
    """An installation with an open vote, in a folder of its own."""

    settings: Settings
    box_id: int = 0
    key: str = ""
    codes: list[str] = field(default_factory=list)

    def furnish(self) -> None:
        with create_app(self.settings).app_context():
            upgrade(self.settings)
            session_id = assembly.create_session(
                body="明州市人民代表大会", body_kind=BodyKind.CONGRESS, title="第五次会议",
                held_on=date(2027, 1, 12), total_members=PHONES, rehearsal=True,
            )  # fmt: skip
            issued = tickets.issue(session_id, "deputy", PHONES, 0, "bench", now=now())
            batch = tickets.batches(session_id)[-1]
            tickets.hand_out_pile(batch.batch_id, PHONES, "bench", now=now())
            self.codes = [card.code for card in issued]
            self.box_id = voting.draft_vote(session_id, "票决", "local_organic_law", 2)
            projects = "项目名称\n" + "".join(f"项目{n}\n" for n in range(1, 11))
            voting.import_candidates(self.box_id, projects.encode(), "projects.csv")
            service.open_box(self.box_id, roll_call(session_id, "bench"), "bench", now=now())
            self.key = screen_of(session_id).key
            db.session.remove()
            db.engine.dispose()

    def start(self, workers: int) -> subprocess.Popen[bytes]:
        known = {
            "PIAOJUE_INSTANCE": self.settings.instance,
            "PIAOJUE_PORT": self.settings.port,
            "PIAOJUE_HOST": "127.0.0.1",
            "PIAOJUE_DATABASE_URL": self.settings.database_url,
            "PIAOJUE_SECRET_KEY": self.settings.secret_key.hex(),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--workers", str(workers)],
            env=os.environ | {name: str(value) for name, value in known.items()},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )


def cpu_of(group: int) -> float:
    """Seconds of CPU that all processes of a group have used."""
    used = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            used += int(fields[11]) + int(fields[12])
    return used / TICKS


async def phone(port: int, code: str, until: float, asked: list[float]) -> None:
    """Poll as a waiting phone does, on a connection that is kept, with the ETag it was given."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(random.random() * PAUSE[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    tag = ""
    while loop.time() < until:
        begun = loop.time()
        held = f"If-None-Match: {tag}\r\n" if tag else ""
        writer.write(f"GET /b/{code}/now HTTP/1.1\r\nHost: hall\r\n{held}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        tag = (re.search(r"(?im)^etag: (.*?)\r?$", head) or ["", tag])[1]
        length = re.search(r"(?im)^content-length: (\d+)", head)
        if length and " 304 " not in head[:20]:
            await reader.readexactly(int(length[1]))
        asked.append(loop.time() - begun)
        await asyncio.sleep(random.uniform(*PAUSE))
    writer.close()


async def screen(port: int, key: str, seen: list[tuple[int, float]]) -> None:
    """Follow the stream as a screen does; note each count and when it came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    writer.write(f"GET /screen/{key}/feed HTTP/1.1\r\nHost: hall\r\n\r\n".encode())
    try:
        while line := await reader.readline():
            if line.startswith(b"data: "):
                seen.append((json.loads(line[6:])["cast"], time.time()))
    finally:
        writer.close()


def cast_ballots(house: House, seconds: float) -> dict[int, float]:
    """Cast ballots at a steady pace; return when each count was reached."""
    reached: dict[int, float] = {}
    with create_app(house.settings).app_context():
        opened = frozen_paper(house.box_id)
        kind = instrument(opened.instrument)
        paper = kind.read_paper(opened.paper)
        form = kind.made_up(paper, random.Random(1))
        marks = kind.read_form(paper, form).marks or b""
        count = service.live_turnout(house.box_id)[1]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            code = house.codes[count]
            cast(admit(code), house.box_id, marks, new_receipt())
            db.session.remove()
            count += 1
            reached[count] = time.time()
            time.sleep(1 / BALLOTS_A_SECOND)
        db.engine.dispose()
    return reached


async def load(house: House, phones: int, screens: int) -> tuple[list[float], list[float]]:
    """Put the load on the server; return how long each poll took, and the lag of each count."""
    port, asked = house.settings.port, []  # type: tuple[int, list[float]]
    seen: list[list[tuple[int, float]]] = [[] for _ in range(screens)]
    loop = asyncio.get_running_loop()
    until = loop.time() + SECONDS
    streams = [asyncio.create_task(screen(port, house.key, one)) for one in seen]
    waiting = [
        asyncio.create_task(phone(port, code, until, asked)) for code in house.codes[-phones:]
    ] if phones else []  # fmt: skip
    reached = await asyncio.to_thread(cast_ballots, house, SECONDS - 2)
    await asyncio.sleep(2)
    for task in streams + waiting:
        task.cancel()
    await asyncio.gather(*streams, *waiting, return_exceptions=True)
    return asked, list(lags(seen, reached))


def lags(seen: Iterable[Sequence[tuple[int, float]]], reached: dict[int, float]) -> Iterable[float]:
    """For each screen and each ballot: how long until the screen showed at least as many."""
    for one in seen:
        for count, at in reached.items():
            shown = next((when for cast, when in one if cast >= count), None)
            yield (shown - at) if shown is not None else float("inf")


def wait_for(port: int) -> None:
    import http.client

    for _ in range(300):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/b")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the server does not answer")


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--postgres", default="")
    given.add_argument("--workers", type=int, default=1)
    chosen = given.parse_args()
    print(f"{SECONDS:.0f} s each, {BALLOTS_A_SECOND} ballots/s throughout; CPU of the server alone")
    base = 0.0
    for phones, screens in ((0, 0), (PHONES, 0), (0, SCREENS), (PHONES, SCREENS)):
        with tempfile.TemporaryDirectory() as folder:
            url = chosen.postgres or f"sqlite:///{folder}/piaojue.sqlite"
            settings = Settings(Path(folder), url, bytes(range(32)), "127.0.0.1", free_port())
            house = House(settings)
            house.furnish()
            server = house.start(chosen.workers)
            wait_for(settings.port)
            begun = cpu_of(server.pid)
            asked, late = asyncio.run(load(house, phones, screens))
            used = (cpu_of(server.pid) - begun) / SECONDS
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)
        base = used if (phones, screens) == (PHONES, 0) else base
        ratio = f"{used / base:5.2f} x phones alone" if base else ""
        print(f"{phones:5} phones, {screens:2} screens: {100 * used:5.1f} % of a core {ratio}")
        for words, times in (("poll", asked), ("lag ", late)):
            if times:
                shares = " ".join(
                    f"p{share} {1000 * percentile(times, share):6.0f}" for share in (50, 95, 99)
                )
                print(f"    {words} {shares}  most {1000 * max(times):6.0f} ms ({len(times)})")


if __name__ == "__main__":
    main()
