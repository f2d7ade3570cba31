"""Promise 1: what was acknowledged is on the disk, whenever the server is killed."""

import http.client
import random
import signal
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from app.ballotbox import service, tickets
from app.ballotbox.admission import frozen_paper, has_receipt
from app.ballotbox.codes import new_receipt
from app.ballotbox.instrument import instrument
from app.config import Settings
from app.extensions import now
from app.factory import create_app
from app.rehearsal import opened
from tests.integration.service.server import Server

VOTERS = 120
KILLS = 5


class Phone(threading.Thread):
    """Sends one ballot until it is acknowledged, as the page does by itself."""

    def __init__(self, server: Server, code: str, box_id: int, body: str, delay: float) -> None:
        super().__init__()
        self.server, self.code, self.box_id = server, code, box_id
        self.body, self.delay = body, delay
        self.acknowledged = False
        self.answers: list[int] = []

    def run(self) -> None:
        time.sleep(self.delay)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        for _ in range(400):
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5)
            try:
                connection.request("POST", f"/b/{self.code}/{self.box_id}", self.body, headers)
                with connection.getresponse() as answer:
                    status = answer.status
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            finally:
                connection.close()
            self.answers.append(status)
            if status != 503:
                self.acknowledged = status == 303
                return
            time.sleep(0.05)


def test_no_acknowledged_ballot_is_lost_to_a_kill(server: Server, tmp_path: Path) -> None:
    server.start("--demonstration")
    instance = tmp_path / "instance"
    app = create_app(Settings.from_env({"PIAOJUE_INSTANCE": str(instance)}))
    with app.app_context():
        box_id = opened(1)
        codes = (instance / "rehearsals" / "1.txt").read_text().split()[:VOTERS]
        frozen = frozen_paper(box_id)
        kind = instrument(frozen.instrument)
        paper = kind.read_paper(frozen.paper)
        choice = random.Random(5)
        receipts = [new_receipt() for _ in codes]
        phones = [
            Phone(
                server,
                code,
                box_id,
                urlencode({**kind.made_up(paper, choice), "receipt": receipt, "step": "cast"}),
                delay=choice.random() * 3,
            )
            for code, receipt in zip(codes, receipts, strict=True)
        ]
        for phone in phones:
            phone.start()
        for _ in range(KILLS):
            time.sleep(choice.random() * 0.5)
            server.end(signal.SIGKILL)
            server.start()
        for phone in phones:
            phone.join(timeout=120)
        assert all(phone.acknowledged for phone in phones), [p.answers for p in phones]
        assert all(has_receipt(box_id, receipt) for receipt in receipts)
        sealed = service.close_box(box_id, "test", now=now())
        assert sealed.turnout.returned == VOTERS
        assert tickets.reconciliation(1).handed_out == sealed.turnout.issued
    server.end(signal.SIGTERM)
