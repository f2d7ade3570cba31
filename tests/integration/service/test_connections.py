"""More connections than a hall has phones: browsers hold several each, and some for nothing."""

import asyncio
import http.client
import signal

import pytest

from tests.integration.service.server import Server
from tests.waiting import waited

MANY = 5_000


async def _hold(port: int, number: int) -> None:
    writers = []
    for _ in range(number):
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
    try:
        await asyncio.to_thread(_ask, port)
    finally:
        for writer in writers:
            writer.close()


def _ask(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/b")
    assert connection.getresponse().status == 200
    connection.close()


def test_idle_connections_keep_nobody_out(server: Server) -> None:
    resource = pytest.importorskip("resource")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    server.start()
    waited(_hold(server.port, min(MANY, most // 2)))
    server.end(signal.SIGTERM)
