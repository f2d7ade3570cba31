"""An evaluation counted from PAPER.json and BALLOTS.csv, in words for a terminal."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Any

from flask_babel import gettext as _

from app.ballotbox.second_count import agreed
from app.thresholds import percent
from app.writing import points
from evaluation.again import sealed_result
from evaluation.decision import decide
from evaluation.fault_words import fault_lines
from evaluation.formats import read_ballots, read_paper, read_turnout
from evaluation.outcomes import Line, Tally
from evaluation.paper import Paper
from evaluation.scales import ScaleKind
from evaluation.tally import array, count, group_array
from evaluation.words import reason_words, rule_sentence, withheld_words

__all__ = ["count_files", "fault_lines", "schema_text"]


def schema_text() -> str:
    """Return the JSON Schema (2020-12) of PAPER.json, as it stands in the package."""
    return files("evaluation").joinpath("paper.schema.json").read_text(encoding="utf-8")


def count_files(
    paper_text: bytes, ballots: bytes, stated: Mapping[str, int]
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return the tally as JSON and as lines; raises MalformedFileError.

    Counted twice, as at closing: raises Refused("counts_disagree") where the second count finds
    something else.
    """
    paper = read_paper(paper_text)
    marks, groups = read_ballots(paper, ballots)
    counts = count(paper, array(marks, len(paper.items)), group_array(paper, groups))
    returned = sum(counts.returned[at] for at in paper.counted_groups)
    turnout = read_turnout(paper_text, paper, returned, **stated)
    tally = decide(paper, counts, replace(turnout, returned=returned))
    found = sealed_result(paper, tally)
    rows = zip(groups, marks, strict=True)
    agreed(paper.as_json(), rows, tally.turnout, issued={}, result=found)
    return tally.as_json(), tuple(_lines(paper, tally))


def _lines(paper: Paper, tally: Tally) -> list[str]:
    turnout = tally.turnout
    head = [
        paper.title,
        rule_sentence(paper),
        _(
            "Ballots: %(returned)s returned, %(valid)s valid, %(invalid)s invalid.",
            returned=turnout.returned,
            valid=turnout.valid,
            invalid=turnout.invalid,
        ),
        _("Counted twice, by two programs that share no code: they agree."),
        "",
    ]
    return [*head, *(said for line in tally.lines for said in _line(paper, tally, line))]


def _line(paper: Paper, tally: Tally, line: Line) -> list[str]:
    """Say one subject: its place, name, rates with their figures, score and outcome; its marks."""
    rates = [
        f"{rate.label} {percent(rate.part, rate.whole)} ({rate.part}/{rate.whole})"
        for rate in line.rates
    ]
    score = [_("score %(points)s", points=points(line.score))] if line.score is not None else []
    outcome = line.outcome.label if line.outcome else "—"
    said = [f"{line.place or '—':>3}", line.name, *rates, *score, outcome]
    why = withheld_words(tally, line) or reason_words(paper, tally, line)
    return ["  ".join(said), *_marks(paper, line), f"       {why}"]


def _marks(paper: Paper, line: Line) -> list[str]:
    """Say how often each grade was given; of points only the rates and the score are said."""
    if paper.scale.kind is ScaleKind.POINTS:
        return []
    names = {criterion.id: criterion.name for criterion in paper.criteria}
    return [
        "  ".join(
            (
                "      ",
                *([names[row.id]] if names[row.id] else []),
                *(
                    f"{grade.label} {number}"
                    for grade, number in zip(paper.scale.grades, row.grades, strict=True)
                ),
            )
        )
        for row in line.criteria
    ]
