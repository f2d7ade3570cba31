"""The words of what is wrong with a paper or a file, each saying what to do about it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from evaluation.files import FileFault, MalformedFileError, Problem
from evaluation.flaws import Flaw, FlawCode

_FLAWS: Mapping[FlawCode, Any] = {
    FlawCode.TITLE_MISSING: _l("The paper has no title."),
    FlawCode.NO_SUBJECTS: _l("There is nobody and nothing to be rated yet."),
    FlawCode.TOO_MANY_SUBJECTS: _l(
        "%(subjects)s are too many for one paper; put at most 60 on one, or make two papers."
    ),
    FlawCode.NO_CRITERIA: _l("There is no criterion to rate by."),
    FlawCode.TOO_MANY_CRITERIA: _l("%(criteria)s criteria are too many; take at most 12."),
    FlawCode.ID_UNUSABLE: _l(
        "“%(id)s” cannot serve as an id: use letters, digits, dashes or underscores, at most 32, "
        "and not “group”."
    ),
    FlawCode.DUPLICATE_ID: _l("The id “%(id)s” is used twice."),
    FlawCode.NAME_MISSING: _l("Number %(number)s has no name."),
    FlawCode.DUPLICATE_NAME: _l(
        "“%(name)s” stands there twice. Tell the two apart by name, post or unit, or nobody can "
        "know which is meant."
    ),
    FlawCode.NO_WEIGHT: _l("Every criterion has the weight 0. Give at least one of them a weight."),
    FlawCode.OVERALL_UNKNOWN: _l("The overall criterion is none of the criteria. Choose it again."),
    FlawCode.TOO_FEW_GRADES: _l("With one grade there is nothing to choose. Add another."),
    FlawCode.GRADES_ALIKE: _l("Two grades are alike, or one is empty. Name each differently."),
    FlawCode.GRADE_UNUSABLE: _l(
        "The grade “%(label)s” cannot be used: its letter is one capital, its points 0 to 100."
    ),
    FlawCode.NO_GRADE_COUNTS: _l("No grade counts as a valid mark. Let at least one count."),
    FlawCode.RATES_ALIKE: _l("Two rates have the same key."),
    FlawCode.BOTH_RATES_NEEDED: _l("Both the satisfied rate and the overall rate are needed."),
    FlawCode.RATE_COUNTS_INVALID: _l(
        "“%(label)s” counts a grade that is no valid mark. Take it out, or let the grade count."
    ),
    FlawCode.OVERALL_BELOW_SATISFIED: _l(
        "The overall rate must count every grade that the satisfied rate counts."
    ),
    FlawCode.UNKNOWN_GRADE: _l("The scale has no such grade: “%(grades)s”."),
    FlawCode.RULES_WITHOUT_END: _l(
        "The last outcome has a condition, so a subject could fit none. End with one that has none."
    ),
    FlawCode.SHARES_NEED_ONE_CRITERION: _l(
        "The outcome is read from shares of grades, and there are several criteria. Say which one "
        "is the overall criterion."
    ),
    FlawCode.NO_POINTS: _l("A score is needed here, and no grade carries points."),
    FlawCode.ROUND_WRONG: _l("Round 1 follows no other paper, and every later round follows one."),
    FlawCode.ITEMS_DISAGREE: _l(
        "The items listed are not, in this order, those that subjects and criteria make."
    ),
    FlawCode.THRESHOLD_OUT_OF_RANGE: _l(
        "A share lies between 0 and 1, and more than all can never be reached."
    ),
    FlawCode.GRADE_WITHOUT_POINTS: _l(
        "A valid grade carries no points: who marks it has no voice in the score."
    ),
    FlawCode.RULE_NEVER_READ: _l(
        "Outcome %(number)s is never reached, since the one before it has no condition."
    ),
    FlawCode.SHARE_OF_OTHERS: _l(
        "A share of the valid marks counts a grade that is no valid mark, so it can exceed all of "
        "them."
    ),
    FlawCode.CAP_NEVER_REACHED: _l(
        "%(at_most)s top grades are allowed for %(subjects)s subjects: that limits nothing."
    ),
    FlawCode.UNIFORM_NEVER_FOUND: _l(
        "There is one mark to make, so “all marks the same” can never be found."
    ),
    FlawCode.UNIFORM_LIKELY: _l(
        "With %(items)s marks to make, an honest ballot often has them all the same, and would be "
        "void."
    ),
    FlawCode.GROUPS_TOO_SMALL_ALLOWED: _l(
        "Figures of %(k)s raters may come out; %(usual)s is usual. Raters could be recognised."
    ),
    FlawCode.GROUP_BELOW_K: _l(
        "“%(name)s” has %(tickets)s tickets, fewer than the %(k)s needed to be shown. Its figures "
        "are withheld, and with weights either the counts or the score as well. Join it to "
        "another group if all figures are wanted."
    ),
    FlawCode.OPEN_SAMPLE_ONLY: _l(
        "Only open samples are asked: every figure will be marked as an open sample."
    ),
    FlawCode.TWO_OPEN_SAMPLES: _l(
        "There is one public address, so there can be one open questionnaire only."
    ),
    FlawCode.OPEN_SAMPLE_NAMED: _l(
        "An open questionnaire takes no names: hold this evaluation as a secret one."
    ),
    FlawCode.SHARE_OF_NOBODY: _l(
        "Only an open questionnaire is held, without members: the outcome can be read from shares "
        "of the answers, from the score, or not at all."
    ),
    FlawCode.GROUP_NOT_ASKED: _l(
        "%(tickets)s cards are handed out to the rater group “%(id)s”, which this paper is not "
        "for: they will not be shown it."
    ),
    FlawCode.GROUP_WITHOUT_TICKETS: _l(
        "Nobody of the rater group “%(name)s” has a card in hand yet."
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


def flaw_words(flaw: Flaw) -> str:
    """Say in one sentence what is wrong with a setting."""
    return _said(_FLAWS[flaw.code], flaw.facts)


def problem_words(problem: Problem) -> str:
    """Say what is wrong at one place of a file, with the place before it."""
    reason = problem.reason
    words = _FLAWS[reason] if isinstance(reason, FlawCode) else _FILE_FAULTS[FileFault(reason)]
    said = _said(words, problem.facts)
    place = _place(problem)
    return str(_("%(place)s: %(words)s", place=place, words=said)) if place else said


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
