"""The settings of a drafted evaluation as they are stored: a paper without what others say of it.

Title, secrecy and round are the box's, the rehearsal the session's, the subjects have rows of
their own; the rest of a paper is one canonical JSON text.
"""

import json
from collections.abc import Mapping
from typing import Any

from app.ballotbox.canonical import canonical
from evaluation.paper import INSTRUMENT, Paper, SubjectKind

_SAID_ELSEWHERE = frozenset(
    {"instrument", "title", "items", "subjects", "secrecy", "round", "previous", "rehearsal"}
)

PLACEHOLDER: Mapping[str, Any] = {
    "instrument": INSTRUMENT,
    "title": "-",
    "subjects": [{"id": "s0", "kind": SubjectKind.DEPARTMENT.value, "name": "-"}],
}
"""What makes settings a readable paper before there is a title or a subject."""


def write_settings(paper: Paper) -> str:
    """Return what is stored of a paper."""
    return canonical({k: v for k, v in paper.as_json().items() if k not in _SAID_ELSEWHERE})


def read_settings(stored: str) -> Paper:
    """Return a paper of these settings, whose title and subjects are yet to be put in.

    Raises MalformedPaperError where the text was altered by other hands.
    """
    return Paper.from_json({**PLACEHOLDER, **json.loads(stored)})
