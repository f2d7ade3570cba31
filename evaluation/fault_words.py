"""The words of what is wrong with a paper or a file, each saying what to do about it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.intake.documents import MalformedFileError
from app.web import file_words
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
    FlawCode.GROUP_UNUSABLE: _l(
        "“%(name)s” cannot stand on ballot cards as a rater group: use at most 32 characters, "
        "without blanks or commas."
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
        "An open questionnaire takes no names: hold this evaluation as a secret one, or without "
        "the open sample."
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


def flaw_words(flaw: Flaw) -> str:
    """Say in one sentence what is wrong with a setting."""
    return file_words.said(_FLAWS, flaw.code, flaw.facts)


def fault_lines(error: MalformedFileError) -> tuple[str, ...]:
    """Say everything that is wrong with a file, one sentence a place, and how many more."""
    return file_words.file_words(error, _FLAWS)
