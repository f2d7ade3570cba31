"""PAPER.json and BALLOTS.csv of a vote: counting outside any database, as docs/formats.md says.

A malformed file is refused whole, with every place at fault; nothing is guessed or skipped.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, partial
from importlib.resources import files
from typing import Any, BinaryIO

import numpy as np

from app.ballotbox.domain import Turnout
from app.ballotbox.stated import stated_turnout
from app.intake.ballot_table import read_ballot_table
from app.intake.documents import FileFault, MalformedFileError, Problem, read_document
from app.reports import recount_files
from voting.flaws import FlawCode, check, fatal
from voting.marks import encode, written
from voting.paper import MalformedPaperError, Paper, Rule
from voting.tally import Marks

_THRESHOLD = "$.rule.threshold"


@cache
def schema_text() -> str:
    """Return the JSON Schema (2020-12) of PAPER.json, as it stands in the package."""
    return files("voting").joinpath("paper.schema.json").read_text(encoding="utf-8")


def read_paper(text: str | bytes) -> Paper:
    """Read PAPER.json; raises MalformedFileError with a JSON path for each place at fault.

    Settings that no vote can be held with are places at fault too.
    """
    document = _document(text)
    try:
        paper = Paper.from_json(document)
    except MalformedPaperError as error:  # what no schema can say of a threshold
        raise MalformedFileError([Problem(FlawCode(error.reason), f"$.{error.place}")]) from error
    flaws = fatal(check(paper))
    if flaws:
        raise MalformedFileError([Problem(f.code, f"$.{f.field}", facts=f.facts) for f in flaws])
    return paper


def read_turnout(text: str | bytes, rule: Rule, returned: int, **stated: int) -> Turnout:
    """Return the turnout of a count outside the database: of PAPER.json, and what is `stated`.

    `stated` (from a command line) goes before the file; see `stated_turnout` for what neither
    tells.
    """
    known = {**_document(text).get("turnout", {}), **stated}
    return stated_turnout(known, returned, [rule.denominator])


def read_ballots(paper: Paper, source: bytes | BinaryIO) -> tuple[Marks, tuple[str, ...]]:
    """Read BALLOTS.csv: marks of shape (ballots, items) in the paper's order, and the groups.

    See `read_ballot_table`. Cells are words or letters as `voting.marks.encode` reads them. The
    groups are one a ballot, empty texts where the file has none. Raises MalformedFileError with
    every place at fault.
    """
    content = source if isinstance(source, bytes) else source.read()
    letter = partial(encode, paper.rule.kind)
    marks, groups = read_ballot_table(content, paper.items, letter, str.strip)
    laid = np.frombuffer(b"".join(marks), dtype=np.uint8)
    return laid.reshape(len(groups), len(paper.items)), tuple(groups)


def ballots_csv(paper: Paper, ballots: Iterable[bytes]) -> bytes:
    """Write BALLOTS.csv of a pile, as `read_ballots` reads it; see `recount_files.ballots_csv`."""
    unlabelled = (("", marks) for marks in ballots)
    return recount_files.ballots_csv(paper.items, unlabelled, partial(written, paper.rule.kind))


def _document(text: str | bytes) -> dict[str, Any]:
    """Parse PAPER.json and hold it against the schema; a threshold gets the words of its own."""
    try:
        return read_document(text, _schema())
    except MalformedFileError as error:
        problems = [
            replace(problem, reason=FlawCode.THRESHOLD_UNREADABLE, facts={})
            if (problem.place, problem.reason) == (_THRESHOLD, FileFault.OUT_OF_FORM)
            else problem
            for problem in error.problems
        ]
        raise MalformedFileError(problems, error.total) from error


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(schema_text())
    return schema
