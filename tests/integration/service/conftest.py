"""A server that is ended with the test, however the test ends."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.service.server import Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "instance")
    yield made
    if made.process is not None and made.process.poll() is None:
        os.killpg(made.process.pid, signal.SIGKILL)
        made.process.wait(timeout=30)
