"""A real server whose hall is full: who dribbles, who looks on, and how it ends."""

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from app.ballotbox.admission import has_receipt
from app.gate import VIEWS
from app.serving import LAST_SECONDS
from bench.halls import Hall, open_hall
from bench.phones import vote

FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\nstep="
MANY = VIEWS + 20
"""More than there are threads for views."""


@pytest.fixture
def hall() -> Iterator[Hall]:
    with open_hall("sqlite", 12, screens=MANY) as found:
        yield found


@contextmanager
def lines(hall: Hall, request: str, many: int) -> Iterator[list[socket.socket]]:
    """As many connections that have sent this much and wait."""
    with ExitStack() as closing:
        found = []
        for _ in range(many):
            line = socket.create_connection(("127.0.0.1", hall.server.port), timeout=10)
            found.append(closing.enter_context(line))
            line.sendall(request.encode())
        yield found


def looking_on(hall: Hall) -> str:
    return f"GET /screen/{hall.screen}/feed HTTP/1.1\r\nHost: hall\r\n\r\n"


def dribbling(hall: Hall) -> str:
    return f"POST /b/{hall.codes[-1]}/{hall.box_id} HTTP/1.1\r\nHost: hall\r\n{FORM}"


def told(line: socket.socket) -> bytes:
    """Read a stream until its screen was told something."""
    found = b""
    while b"event: told" not in found:
        part = line.recv(65_536)
        assert part, found
        found += part
    return found


def test_more_slow_phones_and_screens_than_threads_hold_up_no_ballot(hall: Hall) -> None:
    with lines(hall, dribbling(hall), MANY), lines(hall, looking_on(hall), MANY) as screens:
        for screen in screens:
            assert told(screen).startswith(b"HTTP/1.1 200")
        journeys, _seconds = vote(hall.walk, hall.codes[:10], 1.0, 10)
    assert all(one.acknowledged for one in journeys)
    assert hall.close() == 10


def test_a_hall_full_of_screens_is_left_soon_and_with_every_ballot(hall: Hall) -> None:
    with lines(hall, looking_on(hall), 20) as screens, lines(hall, dribbling(hall), 5):
        for screen in screens:
            told(screen)
        journeys, _seconds = vote(hall.walk, hall.codes[:5], 0.5, 5)
        begun = time.monotonic()
        hall.server.end(signal.SIGTERM)
        assert time.monotonic() - begun < LAST_SECONDS + 10, "the machine may be busy"
    assert all(one.acknowledged for one in journeys)
    with hall.app.app_context():
        assert all(has_receipt(hall.box_id, one.receipt) for one in journeys)
