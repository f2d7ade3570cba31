"""The words of what is wrong with a file, each saying what to do about it.

What is wrong with the settings in it, only its instrument can say: each gives the words of its
own flaws.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.intake.documents import FileFault, MalformedFileError, Problem

Facts = Mapping[str, int | str]
Words = Mapping[Any, Any]
"""The sentence of each code of an instrument's flaws."""

_FILE_FAULTS: Mapping[FileFault, Any] = {
    FileFault.NOT_JSON: _l("This is not JSON (line %(line)s, character %(character)s)."),
    FileFault.NOT_EXACT: _l(
        "%(figure)s is not an exact figure: write integers of at most 15 digits, and fractions "
        "as text."
    ),
    FileFault.KEY_TWICE: _l("“%(key)s” is given twice in one place."),
    FileFault.MISSING: _l("This is missing."),
    FileFault.UNKNOWN_KEY: _l("Nothing of this name is known here."),
    FileFault.WRONG_TYPE: _l("This must be of the type %(expected)s."),
    FileFault.UNKNOWN_VALUE: _l("This must be one of: %(allowed)s."),
    FileFault.OUT_OF_FORM: _l("This is not within what is allowed (%(limit)s)."),
    FileFault.NOT_ONE_OF_THE_FORMS: _l("This has none of the forms that may stand here."),
    FileFault.ENCODING_UNKNOWN: _l("The letters of this file cannot be read; save it as UTF-8."),
    FileFault.NOT_A_TABLE: _l("This is not a table in text form (CSV)."),
    FileFault.NO_HEADING: _l("The first row must hold the ids of the items."),
    FileFault.COLUMN_MISSING: _l("This item has no column."),
    FileFault.COLUMN_UNKNOWN: _l("The paper has no item of this id."),
    FileFault.COLUMN_TWICE: _l("This column stands in the file more than once."),
    FileFault.ROW_LENGTH: _l("This row has %(cells)s cells and the first has %(columns)s."),
    FileFault.CELL_UNKNOWN: _l("“%(cell)s” is not a mark of this kind of paper."),
    FileFault.GROUP_UNKNOWN: _l("“%(cell)s” is no rater group of this paper."),
}


def said(words: Words, code: StrEnum, facts: Facts) -> str:
    """Say one code with its figures."""
    sentence = str(words[code])
    return sentence % facts if facts else sentence


def problem_words(problem: Problem, flaws: Words) -> str:
    """Say what is wrong at one place of a file, with the place before it."""
    words = _FILE_FAULTS if isinstance(problem.reason, FileFault) else flaws
    sentence = said(words, problem.reason, problem.facts)
    place = _place(problem)
    return str(_("%(place)s: %(words)s", place=place, words=sentence)) if place else sentence


def file_words(error: MalformedFileError, flaws: Words) -> tuple[str, ...]:
    """Say everything that is wrong with a file, one sentence a place, and how many more."""
    more = error.total - len(error.problems)
    listed = tuple(problem_words(problem, flaws) for problem in error.problems)
    return (*listed, str(_("and %(more)s more places", more=more))) if more else listed


def _place(problem: Problem) -> str:
    if not problem.row:
        return problem.place
    if not problem.column:
        return str(_("row %(row)s", row=problem.row))
    return str(_("row %(row)s, column %(column)s", row=problem.row, column=problem.column))
