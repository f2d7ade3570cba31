"""The slot of the box: a bounded queue and one thread that writes what waits, batch by batch.

A ballot is acknowledged only after the commit that holds it reached the disk. One writer a
process waits fairly, where SQLite's own lock would starve somebody for seconds, and batches of
ballots are what keeps neighbours apart (promise 6).
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass, field
from types import MappingProxyType

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.ballotbox.admission import Admission
from app.ballotbox.ballot_store import Answer, Envelope, Sent, apart
from app.ballotbox.codes import browser_digest, is_receipt, receipt_digest
from app.ballotbox.sample_store import OpenEnvelope, put_in
from app.extensions import db, ticket_key
from app.refused import Refused

log = logging.getLogger(__name__)

BATCH = 64
WAITING = 2_000
PATIENCE = 20.0
NO_REMARKS: Mapping[str, str] = MappingProxyType({})

Slot = tuple[Sent, "Future[Answer]"]
NOT_TO_BE_HAD = (OperationalError, PoolTimeout, sqlite3.Error)
"""The database is locked, full, gone or too busy, whatever is written: trying again is right.

sqlite3's own error is what a new connection raises, before SQLAlchemy can wrap it."""


@dataclass(slots=True)
class Writer:
    """The one thread that writes ballots; started with the first of them.

    queue is bounded: when it is full the phone is told to wait and sends again by itself.
    """

    engine: Engine
    batch: int = BATCH
    queue: "queue.Queue[Slot]" = field(default_factory=lambda: queue.Queue(WAITING))
    thread: threading.Thread | None = None
    ailing: str = ""
    starting: threading.Lock = field(default_factory=threading.Lock)

    def put(self, envelope: Sent) -> "Future[Answer]":
        """Hand in a ballot, whose answer is waited for; raises Refused("busy") in a full queue."""
        self._start()
        waiting: Future[Answer] = Future()
        waiting.set_running_or_notify_cancel()  # nobody can take it back, or the writer would fall
        try:
            self.queue.put_nowait((envelope, waiting))
        except queue.Full:
            raise Refused("busy") from None
        return waiting

    def _start(self) -> None:
        if self.thread is not None and self.thread.is_alive():
            return
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, name="ballots", daemon=True)
                self.thread.start()

    def _run(self) -> None:
        while True:
            slots = [self.queue.get()]
            while len(slots) < self.batch:
                try:
                    slots.append(self.queue.get_nowait())
                except queue.Empty:
                    break
            for part in apart(envelope for envelope, _ in slots):
                self._write([slots[index] for index in part])

    def _write(self, slots: list[Slot]) -> None:
        try:
            with self.engine.execution_options(writing=True).begin() as connection:
                answers = put_in(connection, [envelope for envelope, _ in slots])
        except Exception as error:  # noqa: BLE001  (whatever it was, somebody waits for an answer)
            if len(slots) > 1 and not isinstance(error, NOT_TO_BE_HAD):
                for slot in slots:  # one of them cannot be written; the others can
                    self._write([slot])
                return
            self._tell(cause_of(error))
            for _, waiting in slots:
                waiting.set_exception(error)
            return
        self._tell("")
        for (_, waiting), answer in zip(slots, answers, strict=True):
            waiting.set_result(answer)

    def _tell(self, ailing: str) -> None:
        """Log when writing begins to fail, fails for another cause, and works again."""
        if ailing and ailing != self.ailing:
            log.error("ballots cannot be written (%s); the phones keep them and try again", ailing)
        elif self.ailing and not ailing:
            log.warning("ballots are written again")
        self.ailing = ailing


def cause_of(error: Exception) -> str:
    """Name what went wrong, for the log: kinds and codes, never a message that may hold values."""
    driver = getattr(error, "orig", None) or error
    code = getattr(driver, "sqlite_errorname", None) or getattr(driver, "sqlstate", None)
    return " ".join(filter(None, (type(driver).__name__, code)))


def settle(waiting: "Future[Answer]", patience: float = PATIENCE) -> None:
    """Wait until a ballot that was handed in is on the disk.

    Raises Refused as `cast` does; "busy" where the database is not to be had (whatever was begun
    is rolled back), and where the answer is not there after `patience` seconds: the ballot may
    then be in or not, and sending it again with the same receipt tells which.
    """
    try:
        answer = waiting.result(patience)
    except (NotInTime, DBAPIError, *NOT_TO_BE_HAD):
        raise Refused("busy") from None
    if answer not in (Answer.ACCEPTED, Answer.REPEATED):
        raise Refused(answer.value)


def init_casting(app: Flask) -> None:
    """Give the application its writer; its thread starts with the first ballot."""
    with app.app_context():
        app.extensions["ballot_writer"] = Writer(db.engine)


def cast(
    admission: Admission,
    box_id: int,
    marks: bytes,
    receipt: str,
    voter: str | None = None,
    *,
    remarks: Mapping[str, str] = NO_REMARKS,
) -> None:
    """Put a ballot into a box (`hand_in`); return once it is on the disk (`settle`)."""
    settle(hand_in(admission, box_id, marks, receipt, voter, remarks=remarks))


def hand_in(
    admission: Admission,
    box_id: int,
    marks: bytes,
    receipt: str,
    voter: str | None = None,
    *,
    remarks: Mapping[str, str] = NO_REMARKS,
) -> "Future[Answer]":
    """Hand in a ballot for a box; it is in where `settle` says so, and not before.

    marks is one byte an item of the frozen paper; receipt is the random one the paper came
    with; voter names the voter of a named vote and must be None in a secret one; remarks are
    texts by item, which go in with the ballot and are kept apart from it. It settles the same way
    when the same ticket sends the same receipt again, whatever its marks: the first ballot stays,
    with the remarks that came with it.

    Refused, here or when it is settled: "closed", "not_open", "already_in_the_box" (another
    receipt), "bad_receipt" (malformed, or given to another ticket: show the paper anew),
    "bad_ballot" (not of this paper), "not_your_paper" (it is for other rater groups),
    "voter_voted" (named votes), "voided_ticket" (since it was admitted), "busy" (send it again).

    No key joins a receipt to a ticket, so a used ticket that sends the receipt of another used
    one is thanked like a repetition; it has voted, and nothing is stored.
    """
    if not is_receipt(receipt):
        raise Refused("bad_receipt")
    return _writer().put(
        Envelope(
            box_id,
            admission.session_id,
            admission.ticket,
            receipt,
            admission.group,
            marks,
            voter,
            tuple(remarks.items()),
        )
    )


def cast_open(
    box_id: int,
    browser: bytes,
    marks: bytes,
    receipt: str,
    *,
    in_time: bool,
    remarks: Mapping[str, str] = NO_REMARKS,
) -> None:
    """Put an answer into an open questionnaire; return once it is on the disk.

    browser is the random token of whoever answers, of which a keyed digest is stored; in_time
    says whether the least time of the paper had passed. An answer that was too fast is counted
    as one and its marks are dropped. Returns the same way when the same browser sends the same
    receipt again. Raises Refused as `cast` does; "already_in_the_box" for another answer of the
    same browser.
    """
    if not is_receipt(receipt):
        raise Refused("bad_receipt")
    key = ticket_key()
    waiting = _writer().put(
        OpenEnvelope(
            box_id,
            browser_digest(key, box_id, browser),
            receipt_digest(key, box_id, receipt),
            marks,
            in_time,
            tuple(remarks.items()),
        )
    )
    settle(waiting)


def _writer() -> Writer:
    found: Writer = current_app.extensions["ballot_writer"]
    return found
