"""The phone's form as marks: what a rater entered on a paper, and what stands in its way.

Pure of database and request: a paper and the form's fields in, a `Filled` out. The field of an
item is `item-<id>`, its value the letter of a grade or the points; one that is missing or empty
is an item without a mark. The field of a remark is `remark-<id of the subject>`.
"""

import re
from collections.abc import Iterator, Mapping

from flask_babel import gettext as _

from app.ballotbox.domain import NO_MARK
from app.ballotbox.instrument import Filled, Mark
from evaluation.outcomes import Verdict
from evaluation.paper import Cap, Paper
from evaluation.scales import TWO_MARKS, ScaleKind
from evaluation.tally import verdict

FIELD = "item-"
REMARK = "remark-"
LONGEST_REMARK = 500

_LINE_ENDS = re.compile(r"\r\n?")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f]")

CASTABLE = frozenset({Verdict.VALID, Verdict.BLANK, Verdict.BLANK_INVALID})
"""What a phone may put into the box; a blank ballot is for the rater to decide."""


def read_form(paper: Paper, form: Mapping[str, str]) -> Filled:
    """Read what a phone sent for a paper.

    `marks` is one byte an item, in the paper's order, or None where there are faults. `choices`
    maps the ids of marked items to letters or points, in the order of the paper; what could not
    be read is left out of it and has a fault beside its item. Remarks are read only where the
    paper asks for them, and are never more than plain text of `LONGEST_REMARK` characters.
    """
    codes: list[int] = []
    faults: list[Mark] = []
    choices: dict[str, str] = {}
    for item in paper.items:
        code = NO_MARK
        try:
            code = _code(paper, form.get(FIELD + item.id, ""))
        except ValueError:
            faults.append(Mark(item.id, _not_read(paper, item.label)))
        if code != NO_MARK:
            choices[item.id] = paper.scale.write(code)
        codes.append(code)
    marks = bytes(codes)
    faults = faults or list(_faults(paper, marks))
    return Filled(
        marks=None if faults else marks,
        choices=choices,
        faults=tuple(faults),
        blank=not choices and not faults,
        remarks=_remarks(paper, form),
    )


def _code(paper: Paper, value: str) -> int:
    code = paper.scale.read(value)
    if code == TWO_MARKS:  # only a ballot entered from paper can carry two
        raise ValueError(value)
    return code


def _not_read(paper: Paper, name: str) -> str:
    if paper.scale.kind is ScaleKind.POINTS:
        facts = {"name": name, "step": paper.scale.step}
        if paper.scale.step > 1:
            words = _("“%(name)s” needs points from 0 to 100 in steps of %(step)s.", **facts)
        else:
            words = _("“%(name)s” needs a whole number of points from 0 to 100.", **facts)
        return str(words)
    return str(_("The mark on “%(name)s” cannot be read. Please mark it again.", name=name))


def _remarks(paper: Paper, form: Mapping[str, str]) -> dict[str, str]:
    if not paper.remarks:
        return {}
    written = {subject.id: _plain(form.get(REMARK + subject.id, "")) for subject in paper.subjects}
    return {subject: text for subject, text in written.items() if text}


def _plain(written: str) -> str:
    return _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", written)).strip()[:LONGEST_REMARK]


def _faults(paper: Paper, marks: bytes) -> Iterator[Mark]:
    """Say what makes a ballot void that a phone can still mend."""
    match verdict(paper, marks):
        case found if found in CASTABLE:
            return
        case Verdict.MISSING:
            left = marks.count(NO_MARK)
            yield Mark(
                "", _("A ballot with a mark missing is void: %(left)s are still open.", left=left)
            )
        case Verdict.OVER_CAP:
            yield from _over(paper, marks)
        case Verdict.UNIFORM:
            yield Mark("", _("A ballot whose marks are all the same is void. Please look again."))
        case _:
            yield Mark(
                "",
                _(
                    "Nobody is rated under every criterion yet, so the ballot would be void. "
                    "Please complete at least one."
                ),
            )


def _over(paper: Paper, marks: bytes) -> Iterator[Mark]:
    """Name the criterion and the grades of which there are too many."""
    across = len(paper.criteria)
    for cap in paper.caps:
        capped = paper.scale.select(cap.grades)
        for under, criterion in enumerate(paper.criteria):
            given = sum(code in capped for code in marks[under::across])
            if given > cap.at_most:
                yield Mark("", cap_words(paper, cap, criterion.name, given))


def cap_words(paper: Paper, cap: Cap, criterion: str, given: object) -> str:
    """Say that too many subjects have a capped grade, and what to do; `given` may be a mark."""
    grades = str(_(", ")).join(paper.scale.labels_of(cap.grades))
    facts = {"at_most": cap.at_most, "grades": grades, "given": given, "criterion": criterion}
    if criterion:
        words = _(
            "Under “%(criterion)s” at most %(at_most)s may get “%(grades)s”; you gave it to "
            "%(given)s.",
            **facts,
        )
    else:
        words = _("At most %(at_most)s may get “%(grades)s”; you gave it to %(given)s.", **facts)
    return str(words)
