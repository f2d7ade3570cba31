"""Made-up raters: the form that a robot sends in a rehearsal."""

import random
from collections.abc import Mapping

from app.ballotbox.domain import NO_MARK
from evaluation.booth import CASTABLE, FIELD, REMARK
from evaluation.paper import Fault, Paper
from evaluation.scales import Grade, ScaleKind
from evaluation.tally import verdict

LEFT_OUT = 0.03
"""How often a robot leaves a subject out, where that does not void the ballot."""

REMARKED = 0.02
"""How often a robot writes a remark, where the paper asks for them."""

REMARK_WORDS = ("建议进一步压实责任，加快整改进度。", "答复及时，希望落实到位。", "群众反映较好。")
ATTEMPTS = 50


def made_up(paper: Paper, choice: random.Random) -> Mapping[str, str]:
    """Return the fields of a ballot that a phone may cast; earlier grades are given more often.

    The same `choice` gives the same ballots, so that a rehearsal can be repeated.
    """
    marks = castable_marks(paper, choice)
    fields = {FIELD + item: letter for item, letter in marks.items()}
    if paper.remarks:
        fields |= {
            REMARK + subject.id: choice.choice(REMARK_WORDS)
            for subject in paper.subjects
            if choice.random() < REMARKED
        }
    return fields


def castable_marks(paper: Paper, choice: random.Random) -> Mapping[str, str]:
    """Return the letters by item of a ballot that may be cast; a blank one where none is found."""
    for _attempt in range(ATTEMPTS):
        marks = _marks(paper, choice)
        if verdict(paper, ballot_of(paper, marks)) in CASTABLE:
            return marks
    return {}  # no rule leaves a blank ballot out


def _marks(paper: Paper, choice: random.Random) -> dict[str, str]:
    across = len(paper.criteria)
    left = [[cap.at_most] * across for cap in paper.caps]
    capped = [paper.scale.select(cap.grades) for cap in paper.caps]
    may_leave_out = paper.validity.missing is not Fault.VOID_BALLOT
    out = {at for at in range(len(paper.subjects)) if may_leave_out and choice.random() < LEFT_OUT}
    marks: dict[str, str] = {}
    for item in paper.items:
        if item.subject in out:
            continue
        open_grades = [
            grade
            for grade in paper.scale.grades
            if all(
                grade.code not in codes or left[at][item.criterion] > 0
                for at, codes in enumerate(capped)
            )
        ]
        grade = _chosen(paper, open_grades, choice)
        for at, codes in enumerate(capped):
            left[at][item.criterion] -= grade.code in codes
        marks[item.id] = grade.letter
    return marks


def _chosen(paper: Paper, grades: list[Grade], choice: random.Random) -> Grade:
    if paper.scale.kind is ScaleKind.POINTS:
        return choice.choice(grades[: max(2, len(grades) // 3)])
    return choice.choices(grades, [2.0**-place for place in range(len(grades))])[0]


def ballot_of(paper: Paper, marks: Mapping[str, str]) -> bytes:
    """Return the bytes of letters by item; an item without one has no mark."""
    codes = {grade.letter: grade.code for grade in paper.scale.grades}
    return bytes(codes[marks[item.id]] if item.id in marks else NO_MARK for item in paper.items)
