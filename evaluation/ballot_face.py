"""What the templates of the phone ask of a paper besides its own fields: caps, and a ballot's rows.

Pure but for the words.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.ballotbox.instrument import Filled
from evaluation.paper import Cap, Paper, Subject
from evaluation.scales import ScaleKind


@dataclass(frozen=True, slots=True)
class BallotRows:
    """A filled-in paper for its review.

    left: the names of those not fully rated; rows: (name, marks in words, remark) of each that
    has a mark or a remark.
    """

    left: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]


def paper_caps(paper: Paper) -> list[dict[str, Any]]:
    """Return the caps as the phone's script holds them: values, how many, and words if exceeded.

    `said` (too many) and `given` (how many are, as {n}) have one sentence for each criterion of
    the paper.
    """
    return [
        {
            "values": [
                grade.letter
                for grade in paper.scale.grades
                if grade.code in paper.scale.select(cap.grades)
            ],
            "at_most": cap.at_most,
            "said": [_cap_words(paper, cap, criterion.name) for criterion in paper.criteria],
            "given": [given_words(paper, cap, criterion.name) for criterion in paper.criteria],
        }
        for cap in paper.caps
    ]


def ballot_rows(paper: Paper, filled: Filled) -> BallotRows:
    """Return what the review of a filled-in paper says, in the order of the paper."""
    items: dict[str, dict[str, str]] = {subject.id: {} for subject in paper.subjects}
    for item in paper.items:
        if item.id in filled.choices:
            subject = paper.subjects[item.subject]
            name = paper.criteria[item.criterion].name
            items[subject.id][name] = mark_words(paper, filled.choices[item.id])
    numbered = [
        (_numbered(at, subject), subject.id) for at, subject in enumerate(paper.subjects, 1)
    ]
    return BallotRows(
        left=tuple(name for name, key in numbered if len(items[key]) < len(paper.criteria)),
        rows=tuple(
            (name, _together(items[key]), filled.remarks.get(key, ""))
            for name, key in numbered
            if items[key] or key in filled.remarks
        ),
    )


def caps_given(paper: Paper, filled: Filled) -> list[str]:
    """Say of each cap how many have its grades, under each criterion, for the review."""
    across = len(paper.criteria)
    marks = [filled.choices.get(item.id, "") for item in paper.items]
    return [
        given_words(paper, cap, criterion.name).replace(
            "{n}", str(sum(mark in values for mark in marks[under::across]))
        )
        for cap, values in zip(
            paper.caps, (each["values"] for each in paper_caps(paper)), strict=True
        )
        for under, criterion in enumerate(paper.criteria)
    ]


def given_words(paper: Paper, cap: Cap, criterion: str) -> str:
    """Say how many have a capped grade so far ({n}), and how many may."""
    grades = str(_(", ")).join(paper.scale.labels_of(cap.grades))
    facts = {"at_most": cap.at_most, "grades": grades, "criterion": criterion, "n": "{n}"}
    if criterion:
        words = _("“%(grades)s” under “%(criterion)s”: %(n)s of at most %(at_most)s", **facts)
    else:
        words = _("“%(grades)s”: %(n)s of at most %(at_most)s", **facts)
    return str(words)


def mark_words(paper: Paper, letter: str) -> str:
    """Say a mark as it stands on the paper: the label of its grade, or its points."""
    if paper.scale.kind is ScaleKind.POINTS:
        return str(_("%(points)s points", points=letter))
    (label,) = paper.scale.labels_of([letter])
    return label


def _numbered(at: int, subject: Subject) -> str:
    return f"{at}. {subject.name}"


def _together(marks: dict[str, str]) -> str:
    return " · ".join(f"{name} {mark}".strip() for name, mark in marks.items())


def _cap_words(paper: Paper, cap: Cap, criterion: str) -> str:
    grades = str(_(", ")).join(paper.scale.labels_of(cap.grades))
    facts = {"at_most": cap.at_most, "grades": grades, "criterion": criterion}
    if criterion:
        return str(
            _(
                "Under “%(criterion)s” at most %(at_most)s may get “%(grades)s”. To give it to "
                "another, first change one.",
                **facts,
            )
        )
    return str(
        _(
            "At most %(at_most)s may get “%(grades)s”. To give it to another, first change one.",
            **facts,
        )
    )
