"""The words of what is wrong with a paper or a file, each saying what to do about it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.intake.documents import MalformedFileError
from app.web import file_words
from voting.flaws import Flaw, FlawCode

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


def flaw_words(flaw: Flaw) -> str:
    """Say in one sentence what is wrong with a setting."""
    return file_words.said(_FLAWS, flaw.code, flaw.facts)


def fault_lines(error: MalformedFileError) -> tuple[str, ...]:
    """Say everything that is wrong with a file, one sentence a place, and how many more."""
    return file_words.file_words(error, _FLAWS)
