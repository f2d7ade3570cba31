"""PAPER.json of a closed box, for counting again with `piaojue count`; of any instrument."""

import json
from collections.abc import Mapping
from typing import Any

from app.ballotbox.seal import Return

_STATED = ("total_members", "due", "on_leave", "present", "issued", "spare")
"""What a recount must be told; returned, valid and invalid it finds itself."""


def paper_json(paper: Mapping[str, Any], sealed: Return) -> bytes:
    """Write PAPER.json: the frozen paper, and the turnout of the Return beside it.

    Without its `turnout` the canonical text of it has the digest that the Return names.
    """
    turnout = sealed.turnout.as_json()
    document = {**paper, "turnout": {name: turnout[name] for name in _STATED}}
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()
