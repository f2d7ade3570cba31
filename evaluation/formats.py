"""PAPER.json and BALLOTS.csv of an evaluation, as docs/formats.md describes them."""

import unicodedata
from typing import BinaryIO

from app.ballotbox.domain import Denominator, Turnout
from evaluation.files import FileFault, MalformedFileError, Problem, read_document, read_table
from evaluation.flaws import FlawCode, check, fatal
from evaluation.paper import MalformedPaperError, Paper, paper_schema
from evaluation.rules import shares

_UNREADABLE = {"order": FlawCode.ITEMS_DISAGREE, "threshold": FlawCode.THRESHOLD_OUT_OF_RANGE}


def read_paper(text: str | bytes) -> Paper:
    """Read PAPER.json; raises MalformedFileError with a JSON path for each place at fault.

    Settings that no evaluation can be held with are places at fault too.
    """
    document = read_document(text, paper_schema())
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
    file. Where neither tells, the least figure that fits is taken: issued what was returned,
    present what was issued, due those present, members those due; on leave and spare none. Those
    that an outcome rule takes its share of are never assumed: MalformedFileError names them.
    valid and invalid are for `decide` to fill in.
    """
    known = {**read_document(text, paper_schema()).get("turnout", {}), **stated}
    told = {Denominator.RETURNED.value, Denominator.VALID.value, *known}
    wanted = dict.fromkeys(share.of.value for share in shares(paper.rules))
    missing = [name for name in wanted if name not in told]
    if missing:
        raise MalformedFileError(
            [Problem(FileFault.MISSING, f"$.turnout.{name}") for name in missing]
        )
    issued = known.get("issued", returned)
    present = known.get("present", issued)
    due = known.get("due", present)
    return Turnout(
        total_members=known.get("total_members", due),
        due=due,
        on_leave=known.get("on_leave", 0),
        present=present,
        issued=issued,
        spare=known.get("spare", 0),
        returned=returned,
        valid=0,
        invalid=0,
    )


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

    return read_table(content, items, paper.scale.read, group)


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().casefold()
