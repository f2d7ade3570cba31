"""A real server as a process of its own, on a port that was free a moment ago."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HOUSE = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`piaojue serve` on an instance folder; may be killed and started again."""

    def __init__(self, instance: Path, database_url: str = "") -> None:
        self.port = free_port()
        self.environ = os.environ | {
            "PIAOJUE_INSTANCE": str(instance),
            "PIAOJUE_PORT": str(self.port),
            "PIAOJUE_HOST": "127.0.0.1",
            "PIAOJUE_DATABASE_URL": database_url,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", *options],
            cwd=HOUSE,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}")
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            try:
                connection.request("GET", "/b")
                if connection.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
            finally:
                connection.close()
        raise RuntimeError("the server does not answer")

    def end(self, how: signal.Signals) -> None:
        """Send a signal to the server and all its workers, and wait until they are gone."""
        assert self.process is not None
        os.killpg(self.process.pid, how)
        self.process.wait(timeout=30)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *command],
            cwd=HOUSE,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
