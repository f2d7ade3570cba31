"""Counting two files outside any database: which instrument reads them, and what it says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from app.intake.documents import MalformedFileError
from evaluation import offline as evaluation
from voting import offline as voting

READERS: Mapping[str, ModuleType] = {"voting": voting, "evaluation": evaluation}
"""The instruments whose papers can be counted; each reads and counts its own files."""


class MalformedFiles(ValueError):  # noqa: N818  (named after what was given)
    """A file that is refused whole: `lines` name every place at fault, in the reader's words."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class CountedFiles:
    """A count outside the database: the tally as JSON, and as lines for a terminal."""

    result: Mapping[str, Any]
    lines: tuple[str, ...]


def count_files(paper: bytes, ballots: bytes, stated: Mapping[str, int]) -> CountedFiles:
    """Count the ballots of a CSV on the paper of a JSON file, by the instrument it names.

    `stated` figures of the turnout go before those of the file. Raises MalformedFiles, and
    Refused("counts_disagree") where a second program finds something else.
    """
    reader = READERS.get(_instrument(paper), voting)  # whose reader says what is wrong with it
    try:
        result, lines = reader.count_files(paper, ballots, stated)
    except MalformedFileError as error:
        raise MalformedFiles(reader.fault_lines(error)) from error
    return CountedFiles(result, lines)


def _instrument(paper: bytes) -> str:
    try:
        named = json.loads(paper)
    except ValueError:
        return ""
    return str(named.get("instrument", "")) if isinstance(named, dict) else ""
