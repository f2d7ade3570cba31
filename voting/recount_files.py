"""BALLOTS.csv of a closed box, for counting again with `piaojue count`.

Written as docs/formats.md describes and as `voting.formats` reads them, whatever the language.
"""

import csv
from collections.abc import Iterable
from io import StringIO

from app.ballotbox.domain import NO_MARK
from voting.marks import ABSTAIN, AGAINST, APPROVE, LETTERS, TICKED
from voting.paper import Paper, PaperKind

_SIGNS = {TICKED: "√", APPROVE: "赞成", AGAINST: "反对", ABSTAIN: "弃权", NO_MARK: ""}
_NO_MARK_OF_ANY_PAPER = "?"


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
