"""PAPER.json and BALLOTS.csv of a closed box, for counting again with `piaojue count`.

Written as docs/formats.md describes and as `voting.formats` reads them, whatever the language.
"""

import csv
import json
from collections.abc import Iterable
from io import StringIO

from app.ballotbox.domain import NO_MARK
from app.ballotbox.seal import Return
from voting.marks import ABSTAIN, AGAINST, APPROVE, LETTERS, TICKED
from voting.paper import Paper, PaperKind

_STATED = ("total_members", "due", "on_leave", "present", "issued", "spare")
"""What a recount must be told; returned, valid and invalid it finds itself."""

_SIGNS = {TICKED: "√", APPROVE: "赞成", AGAINST: "反对", ABSTAIN: "弃权", NO_MARK: ""}
_NO_MARK_OF_ANY_PAPER = "?"


def paper_json(paper: Paper, sealed: Return) -> bytes:
    """Write PAPER.json: the frozen paper, and the turnout of the Return beside it.

    Without its `turnout` the canonical text of it has the digest that the Return names.
    """
    turnout = sealed.turnout.as_json()
    document = paper.as_json() | {"turnout": {name: turnout[name] for name in _STATED}}
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def ballots_csv(paper: Paper, ballots: Iterable[bytes]) -> bytes:
    """Write BALLOTS.csv: the ids of the items, then one ballot a row, sorted by their marks.

    UTF-8 with its mark, for spreadsheets. A byte that no paper of this kind knows is written as
    a cell that `piaojue count` refuses: it must be looked at, not read as something else.
    """
    written = StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(paper.items)
    kind = paper.rule.kind
    table.writerows([_sign(kind, letter) for letter in marks] for marks in sorted(ballots))
    return written.getvalue().encode("utf-8-sig")


def _sign(kind: PaperKind, letter: int) -> str:
    if letter == NO_MARK:
        return ""
    if letter not in LETTERS[kind]:
        return _NO_MARK_OF_ANY_PAPER
    return str(letter) if kind is PaperKind.RANK else _SIGNS[letter]
