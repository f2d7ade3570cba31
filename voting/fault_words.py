"""The words of what is wrong with a paper or a file, each saying what to do about it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from voting.flaws import Flaw, FlawCode
from voting.formats import FileFault, MalformedFileError, Problem

_FLAWS: Mapping[FlawCode, Any] = {
    FlawCode.TITLE_MISSING: _l("The paper has no title."),
    FlawCode.NO_CANDIDATES: _l("There is no candidate project yet."),
    FlawCode.ID_UNUSABLE: _l(
        "“%(id)s” cannot serve as an item id: use letters, digits, dots, dashes or underscores, "
        "at most 64, and not “group”."
    ),
    FlawCode.NUMBER_BELOW_ONE: _l("Numbers on the paper start from 1, not %(number)s."),
    FlawCode.NAME_MISSING: _l("The project with number %(number)s has no name."),
    FlawCode.INVESTMENT_UNREADABLE: _l(
        "The investment “%(investment)s” of project %(number)s is not a number in 10,000 yuan."
    ),
    FlawCode.DUPLICATE_ID: _l("The item id “%(value)s” is used twice."),
    FlawCode.DUPLICATE_NUMBER: _l("The number %(value)s is used twice."),
    FlawCode.DUPLICATE_NAME: _l(
        "“%(value)s” stands on the paper twice. Tell the two apart by their names, or nobody can "
        "know which was meant."
    ),
    FlawCode.SEATS_BELOW_ONE: _l("At least one project must be selected, not %(seats)s."),
    FlawCode.MORE_SEATS_THAN_CANDIDATES: _l(
        "%(seats)s are to be selected, but there are only %(candidates)s candidate projects."
    ),
    FlawCode.TOO_MANY_PLACES: _l("Nobody can rank %(seats)s projects; at most 254 are possible."),
    FlawCode.NO_CHOICE: _l(
        "All %(candidates)s projects would have to be ticked, which leaves nothing to vote on. "
        "Allow fewer, or vote item by item."
    ),
    FlawCode.THRESHOLD_OUT_OF_RANGE: _l("The share to be reached lies between 0 and 1."),
    FlawCode.THRESHOLD_UNREACHABLE: _l("More than all can never be reached."),
    FlawCode.THRESHOLD_UNREADABLE: _l(
        "The share to be reached is written as “gt 1/2” (more than half) or “ge 2/3” (two thirds "
        "or more)."
    ),
    FlawCode.ROUND_WRONG: _l("A first vote is round 1, and any other a later one."),
    FlawCode.UNCONTESTED: _l(
        "There are as many seats as candidate projects (%(seats)s): the vote is uncontested."
    ),
    FlawCode.WEAKER_THAN_LAW: _l(
        "By this rule less than half of all members may be enough; the Local Organic Law asks "
        "for more than half of all of them."
    ),
    FlawCode.NEEDS_EVERYONE: _l("One vote missing is enough to stop a project."),
    FlawCode.BLANKS_LOWER_THE_BAR: _l(
        "Blank ballots are void and the share is taken of the valid ones, so a blank ballot helps "
        "projects to pass."
    ),
    FlawCode.RANK_OF_ONE: _l("With one place to give, ranking is the same as choosing one."),
    FlawCode.APPROVALS_SAY_NOTHING: _l(
        "Every valid ballot must rank all %(candidates)s projects, so none of them can fail."
    ),
    FlawCode.MORE_THAN_PRESENT: _l(
        "%(needed)s approvals are needed and only %(present)s are present: no project can pass."
    ),
}

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
    FileFault.ENCODING_UNKNOWN: _l("The letters of this file cannot be read; save it as UTF-8."),
    FileFault.NOT_A_TABLE: _l("This is not a table in text form (CSV)."),
    FileFault.NO_HEADING: _l("The first row must hold the ids of the items."),
    FileFault.COLUMN_MISSING: _l("This item has no column."),
    FileFault.COLUMN_UNKNOWN: _l("The paper has no item of this id."),
    FileFault.COLUMN_TWICE: _l("This column stands in the file more than once."),
    FileFault.ROW_LENGTH: _l("This row has %(cells)s cells and the first has %(columns)s."),
    FileFault.CELL_UNKNOWN: _l("“%(cell)s” is not a mark of this kind of paper."),
}


def flaw_words(flaw: Flaw) -> str:
    """Say in one sentence what is wrong with a setting."""
    return _said(_FLAWS[flaw.code], flaw.facts)


def problem_words(problem: Problem) -> str:
    """Say what is wrong at one place of a file, with the place before it."""
    reason = problem.reason
    words = _FLAWS[reason] if isinstance(reason, FlawCode) else _FILE_FAULTS[reason]
    words = _said(words, problem.facts)
    place = _place(problem)
    return str(_("%(place)s: %(words)s", place=place, words=words)) if place else words


def file_words(error: MalformedFileError) -> tuple[str, ...]:
    """Say everything that is wrong with a file, one sentence a place, and how many more."""
    more = error.total - len(error.problems)
    said = tuple(problem_words(problem) for problem in error.problems)
    return (*said, str(_("and %(more)s more places", more=more))) if more else said


def _place(problem: Problem) -> str:
    if not problem.row:
        return problem.place
    if not problem.column:
        return str(_("row %(row)s", row=problem.row))
    return str(_("row %(row)s, column %(column)s", row=problem.row, column=problem.column))


def _said(words: Any, facts: Mapping[str, int | str]) -> str:
    return str(words) % facts if facts else str(words)
