"""One ballot a row: the sheet of the workbook, and BALLOTS.csv for a recount."""

from collections.abc import Callable

from flask_babel import gettext as _

from app.ballotbox.domain import Secrecy
from app.refused import Refused
from app.reports import recount_files
from app.reports.workbook import Cell, Column, Kind, Sheet
from evaluation.anonymous import Ballots, Shown, shown
from evaluation.paper import Paper
from evaluation.report import Report
from evaluation.tally import verdict
from evaluation.words import label

_NARROW = 7
"""Columns of type for one item's marks."""


def ballots_sheet(
    report: Report, ballots: Ballots, shuffle: Callable[[list[int]], None]
) -> Sheet | None:
    """Lay out the marks that may be given out: secret ones in random order, named ones by name.

    None where nothing may: too few raters, or every count withheld.
    """
    paper = report.paper
    open_marks = shown(paper, report.tally, ballots)
    if not open_marks.items:
        return None
    named = paper.secrecy is Secrecy.NAMED
    order = list(range(len(open_marks.ballots)))
    if not named:
        shuffle(order)
    names = {group.id: group.name for group in paper.groups}
    rows = tuple(
        _row(paper, open_marks, number, open_marks.ballots[at], names)
        for number, at in enumerate(order, 1)
    )
    who = _("Rater") if named else _("Rater group")
    items = paper.items
    return Sheet(
        name=_("Ballots by name") if named else _("Anonymous ballots"),
        title=paper.title,
        columns=(
            Column(_("Row no."), Kind.FIGURE, 6),
            *((Column(who),) if open_marks.labelled else ()),
            Column(_("The ballot is")),
            *(Column(items[at].label, Kind.MARK, _NARROW) for at in open_marks.items),
        ),
        rows=rows,
        notes=_notes(paper, open_marks),
        landscape=True,
        pinned=2 + open_marks.labelled,
    )


def _row(
    paper: Paper, open_marks: Shown, number: int, ballot: tuple[str, bytes], names: dict[str, str]
) -> tuple[Cell, ...]:
    who, marks = ballot
    found = verdict(paper, marks)
    said = label(found) if found.is_valid else _("invalid: %(reason)s", reason=label(found))
    return (
        number,
        *((names.get(who, who),) if open_marks.labelled else ()),
        str(said),
        *(_mark(paper, marks[at]) for at in open_marks.items),
    )


def _mark(paper: Paper, code: int) -> str:
    return next(
        (grade.label for grade in paper.scale.grades if grade.code == code),
        recount_files.known_cell(paper.scale.write, code),
    )


def _notes(paper: Paper, open_marks: Shown) -> tuple[str, ...]:
    if paper.secrecy is Secrecy.NAMED:
        said = [_("This was a named evaluation: each ballot stands beside the name of its rater.")]
    else:
        said = [
            _(
                "The ballots stand in random order. They carry no name, no time and no number: the "
                "numbers of the rows are given by this sheet."
            )
        ]
    if paper.groups and not open_marks.labelled:
        said.append(
            _("A rater group is too small to be shown, so no group stands beside the marks.")
        )
    if len(open_marks.items) < len(paper.items):
        said.append(
            _(
                "Some subjects have no column here: their marks, alone or beside the others, would "
                "show what a small rater group said."
            )
        )
    return tuple(map(str, said))


def ballots_csv(report: Report, ballots: Ballots) -> bytes:
    """Write BALLOTS.csv: the ids of the items, the rater group where the paper has any, sorted.

    UTF-8 with its mark. Raises Refused("evaluation_ballots_withheld") where a recount outside
    would need marks or groups that may not be given out. Never names a rater.
    """
    paper = report.paper
    open_marks = shown(paper, report.tally, ballots)
    if not open_marks.complete(paper):
        raise Refused("evaluation_ballots_withheld", k=paper.smallest_group)
    grouped = bool(paper.groups) and paper.secrecy is Secrecy.SECRET
    items = [item.id for item in paper.items]
    return recount_files.ballots_csv(items, open_marks.ballots, paper.scale.write, grouped=grouped)
