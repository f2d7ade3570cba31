"""PAPER.json and BALLOTS.csv of an evaluation, as docs/formats.md describes them."""

import unicodedata
from typing import Any, BinaryIO

from app.ballotbox.domain import Turnout
from app.ballotbox.stated import stated_turnout
from app.intake.ballot_table import read_ballot_table
from app.intake.documents import (
    MalformedFileError,
    Problem,
    against_schema,
    parse_json,
    read_document,
)
from evaluation.flaws import FlawCode, check, fatal
from evaluation.paper import MalformedPaperError, Paper, paper_schema
from evaluation.rules import shares

_UNREADABLE = {"order": FlawCode.ITEMS_DISAGREE, "threshold": FlawCode.THRESHOLD_OUT_OF_RANGE}


def read_paper(text: str | bytes) -> Paper:
    """Read PAPER.json; raises MalformedFileError with a JSON path for each place at fault.

    Settings that no evaluation can be held with are places at fault too.
    """
    return paper_of(parse_json(text))


def paper_of(parsed: Any) -> Paper:
    """Read a parsed PAPER.json; raises as `read_paper` does."""
    document = against_schema(parsed, paper_schema())
    try:
        paper = Paper.from_json(document)
    except MalformedPaperError as error:  # what no schema can say of thresholds and items
        raise MalformedFileError(
            [Problem(_UNREADABLE[error.reason], f"$.{error.place}")]
        ) from error
    flaws = fatal(check(paper))
    if flaws:
        raise MalformedFileError([Problem(f.code, f"$.{f.field}", facts=f.facts) for f in flaws])
    return paper


def read_turnout(text: str | bytes, paper: Paper, returned: int, **stated: int) -> Turnout:
    """Return the turnout of a count outside the database: of PAPER.json, and what is `stated`.

    returned: the ballots of ticketed raters. `stated` (from a command line) goes before the
    file; see `stated_turnout` for what neither tells.
    """
    known = {**read_document(text, paper_schema()).get("turnout", {}), **stated}
    return stated_turnout(known, returned, (share.of for share in shares(paper.rules)))


def read_ballots(paper: Paper, source: bytes | BinaryIO) -> tuple[list[bytes], list[str]]:
    """Read BALLOTS.csv: the marks of each ballot, and the id of its rater group.

    Columns are the items' ids and `group`, which must be there where the paper has groups; its
    cells are ids or names. Cells of items are letters, labels or points as `Scale.read` takes
    them, empty for no mark. Raises MalformedFileError with every place at fault.
    """
    content = source if isinstance(source, bytes) else source.read()
    items = [item.id for item in paper.items]
    groups = {_plain(name): group.id for group in paper.groups for name in (group.name, group.id)}

    def group(cell: str) -> str:
        if not paper.groups and not _plain(cell):
            return ""
        try:
            return groups[_plain(cell)]
        except KeyError:
            raise ValueError(cell) from None

    return read_ballot_table(content, items, paper.scale.read, group)


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().casefold()
