"""BALLOTS.csv of a closed box, for counting again with `piaojue count`.

Written as docs/formats.md describes and as `voting.formats` reads them, whatever the language.
"""

import csv
from collections.abc import Iterable
from io import StringIO

from voting.marks import written as cell
from voting.paper import Paper, PaperKind

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
    try:
        return cell(kind, letter)
    except ValueError:
        return _NO_MARK_OF_ANY_PAPER
