"""The Return: what a box gives once closed, as canonical JSON under one digest.

Every screen, sheet and export prints from it, so that no two can disagree.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from app.ballotbox.canonical import canonical, digest
from app.ballotbox.domain import Secrecy, Turnout

FORMAT = "piaojue-return-1"


@dataclass(frozen=True, slots=True)
class RollCall:
    """Who sat when the box opened, as counted by the assembly; counts of people.

    heading: the session's printed names (body, term, title, sitting, held_on, place).
    quorum: the fewest that must be present; override: why it was opened without, or ''.
    """

    heading: Mapping[str, str]
    body_kind: str
    total_members: int
    due: int
    on_leave: int
    present: int
    quorum: int
    rehearsal: bool
    override: str = ""

    @property
    def quorate(self) -> bool:
        """Whether enough were present."""
        return self.present >= self.quorum

    def as_json(self) -> dict[str, Any]:
        """Return the value as plain JSON."""
        return {
            "heading": dict(self.heading),
            **{name: getattr(self, name) for name in self.__slots__ if name != "heading"},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(**stored)


@dataclass(frozen=True, slots=True)
class OpenSample:
    """What came in behind the public address of a box: received = kept + too fast.

    group: the rater group of the paper that it is. kept are counted by the instrument, which may
    leave more of them out; those given too fast are left out before. alone: nobody with a ticket
    was asked, so there is no turnout, and no quorum was needed.
    """

    group: str
    received: int
    too_fast: int
    alone: bool

    @property
    def kept(self) -> int:
        """Answers whose marks were kept, and are counted."""
        return self.received - self.too_fast

    def as_json(self) -> dict[str, Any]:
        """Return the value as plain JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Return:
    """The sealed result of one box (计票报告).

    result is the instrument's tally as JSON: integers, fractions as pairs, words. chain_open and
    chain_close are the heads of the log of acts once opening and closing stand in it. ballots
    and receipts are digests of the sorted contents, so that a recount can show it counted the
    same ones. turnout is of ticketed voters; sample is of an open questionnaire, None where the
    paper has none: then the text says nothing of it.
    """

    box: int
    instrument: str
    title: str
    round: int
    secrecy: Secrecy
    roll: RollCall
    turnout: Turnout
    paper: str
    ballots: str
    receipts: str
    chain_open: str
    chain_close: str
    opened_at: str
    closed_at: str
    result: Mapping[str, Any]
    sample: OpenSample | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the value as plain JSON, with the name of its format."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name != "sample"}
        sample = {"sample": self.sample.as_json()} if self.sample else {}
        return (
            plain
            | sample
            | {
                "format": FORMAT,
                "secrecy": self.secrecy.value,
                "roll": self.roll.as_json(),
                "turnout": self.turnout.as_json(),
                "result": dict(self.result),
            }
        )

    @property
    def open_alone(self) -> bool:
        """Whether it is of an open questionnaire alone, without a ticketed voter."""
        return self.sample is not None and self.sample.alone

    @property
    def text(self) -> str:
        """The canonical JSON that is sealed."""
        return canonical(self.as_json())

    @property
    def seal(self) -> str:
        """The SHA-256 of the text, printed on every sheet."""
        return digest(self.text)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a stored Return back; raises ValueError on another format."""
        stored = json.loads(text)
        if stored.pop("format", None) != FORMAT:
            raise ValueError("unknown_return_format")
        return cls(
            **stored
            | {
                "secrecy": Secrecy(stored["secrecy"]),
                "roll": RollCall.from_json(stored["roll"]),
                "turnout": Turnout.from_json(stored["turnout"]),
                "sample": OpenSample(**stored["sample"]) if "sample" in stored else None,
            }
        )


def pile_digest(rows: Iterable[tuple[str, bytes]], blinding: str = "") -> str:
    """Return the digest of ballots or receipts as a pile: the same whatever their order.

    Each row is a label (rater group, voter or '') and bytes; rows are sorted, then hashed with
    their lengths, so that no two piles share a text. blinding: random bytes in hexadecimal that
    are hashed before them. The digest is printed for everybody, and there are few ways in which
    a small hall can have marked its ballots: without the blinding all of them could be tried.
    """
    piles: defaultdict[str, list[bytes]] = defaultdict(list)
    for label, content in rows:
        piles[label].append(content)
    state = hashlib.sha256(bytes.fromhex(blinding))
    for label in sorted(piles):
        encoded = label.encode()
        head = len(encoded).to_bytes(4, "big") + encoded
        for content in sorted(piles[label]):
            state.update(head + len(content).to_bytes(4, "big") + content)
    return state.hexdigest()
