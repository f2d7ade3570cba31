"""The statements that take answers of open questionnaires: one browser, one answer, no ticket.

As in `ballot_store`, unique keys decide. What is kept of whoever answered is a keyed digest of
the random token in their browser's cookie; what is kept of when is whether the answer came in
the least time that the paper asks for, and that stands beside the digest, never beside marks:
the marks of an answer given too fast are not stored at all.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.ballotbox.ballot_store import (
    Answer,
    Envelope,
    Sent,
    insert,
    locked_boxes,
    store,
    store_remarks,
)
from app.ballotbox.domain import Secrecy, Stage
from app.ballotbox.models import Answered, Sample


@dataclass(frozen=True, slots=True)
class OpenEnvelope:
    """An answer on its way: digests of its browser and its receipt, and what it carries.

    in_time: whether the least time had passed since the paper was shown.
    """

    box_id: int
    browser: bytes
    receipt: bytes
    marks: bytes
    in_time: bool
    remarks: tuple[tuple[str, str], ...] = ()

    @property
    def keys(self) -> tuple[object, ...]:
        """What no two of one batch may share."""
        return (self.browser,)


def put_in(connection: Connection, batch: Sequence[Sent]) -> list[Answer]:
    """Put ballots and answers into their boxes within the caller's write transaction.

    Returns what became of each, in order. No part of a batch may hold a key twice: see `apart`.
    """
    ballots = [sent for sent in batch if isinstance(sent, Envelope)]
    opened = [sent for sent in batch if isinstance(sent, OpenEnvelope)]
    became = iter(store(connection, ballots) if ballots else ())
    became_open = iter(store_open(connection, opened) if opened else ())
    return [next(became if isinstance(sent, Envelope) else became_open) for sent in batch]


def store_open(connection: Connection, envelopes: Sequence[OpenEnvelope]) -> list[Answer]:
    """Put answers into their boxes; answer each in order.

    An answer is in, or counted as given too fast, exactly when it is ACCEPTED here or was in the
    transaction that REPEATED speaks of; whether too fast is not told.
    """
    boxes = locked_boxes(connection, {envelope.box_id for envelope in envelopes})
    answers: dict[OpenEnvelope, Answer] = {}
    for envelope in envelopes:
        refusal = _refusal(boxes.get(envelope.box_id), envelope)
        if refusal is not None:
            answers[envelope] = refusal
    # A phone whose thanks was lost may ask again after closing: what is in, is in.
    missed = [envelope for envelope, answer in answers.items() if answer is Answer.CLOSED]
    answers |= _known(connection, missed)
    going = [envelope for envelope in envelopes if envelope not in answers]
    rows = [(e.box_id, e.browser, e.receipt, e.in_time) for e in going]
    new = insert(connection, Answered, ("box_id", "browser", "receipt", "kept"), rows)
    answers |= _known(connection, [e for e in going if (e.box_id, e.browser) not in new])
    going = [envelope for envelope in going if envelope not in answers]
    kept = [envelope for envelope in going if envelope.in_time]
    marked = [(e.box_id, secrets.token_bytes(16), e.marks) for e in kept]
    insert(connection, Sample, ("box_id", "id", "marks"), marked)
    written = ((e.box_id, item, text) for e in kept for item, text in e.remarks)
    store_remarks(connection, written, open_sample=True)
    answers |= dict.fromkeys(going, Answer.ACCEPTED)
    return [answers[envelope] for envelope in envelopes]


def _refusal(box: Any, envelope: OpenEnvelope) -> Answer | None:
    if box is None or box.stage == Stage.DRAFTED or not box.sample:
        return Answer.NOT_OPEN
    if box.stage != Stage.OPEN:
        return Answer.CLOSED
    if len(envelope.marks) != box.width or box.secrecy == Secrecy.NAMED:
        return Answer.BAD_BALLOT
    return None


def _known(
    connection: Connection, envelopes: Sequence[OpenEnvelope]
) -> Mapping[OpenEnvelope, Answer]:
    """Answer those whose browser has answered: a repetition, or another answer was first."""
    if not envelopes:
        return {}
    query = select(Answered.box_id, Answered.browser, Answered.receipt).where(
        Answered.browser.in_([envelope.browser for envelope in envelopes])
    )
    given = {(row.box_id, row.browser): row.receipt for row in connection.execute(query)}
    return {
        e: Answer.REPEATED if given[e.box_id, e.browser] == e.receipt else Answer.ALREADY
        for e in envelopes
        if (e.box_id, e.browser) in given
    }
