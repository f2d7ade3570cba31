"""PAPER.json and BALLOTS.csv of a closed box, for counting again; of any instrument."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

from app.ballotbox.seal import Return

_STATED = ("total_members", "due", "on_leave", "present", "issued", "spare")
"""What a recount must be told; returned, valid and invalid it finds itself."""

_NO_MARK_OF_ANY_PAPER = "?"


def paper_json(paper: Mapping[str, Any], sealed: Return) -> bytes:
    """Write PAPER.json: the frozen paper, and the turnout of the Return beside it.

    Without its `turnout` the canonical text of it has the digest that the Return names.
    """
    turnout = sealed.turnout.as_json()
    document = {**paper, "turnout": {name: turnout[name] for name in _STATED}}
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def ballots_csv(
    items: Sequence[str],
    ballots: Iterable[tuple[str, bytes]],
    cell: Callable[[int], str],
    *,
    grouped: bool = False,
) -> bytes:
    """Write BALLOTS.csv: the ids of the items, then one ballot a row, in the order of their cells.

    ballots: (rater group, marks); the groups stand in a last column where `grouped`. UTF-8 with
    its mark, for spreadsheets, whatever the language. A byte that no paper of this kind knows is
    written as a cell that `piaojue count` refuses: it must be looked at, not read as another.
    """
    written = StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow([*items, "group"] if grouped else items)
    table.writerows(
        sorted(
            [known_cell(cell, byte) for byte in marks] + ([group] if grouped else [])
            for group, marks in ballots
        )
    )
    return written.getvalue().encode("utf-8-sig")


def known_cell(cell: Callable[[int], str], byte: int) -> str:
    """Write one mark as `cell` does; `?` where it raises ValueError."""
    try:
        return cell(byte)
    except ValueError:
        return _NO_MARK_OF_ANY_PAPER
