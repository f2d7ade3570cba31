"""A vote counted from PAPER.json and BALLOTS.csv, in words for a terminal."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.ballotbox.second_count import agreed
from app.thresholds import percent
from voting.fault_words import fault_lines
from voting.formats import read_ballots, read_paper, read_turnout, schema_text
from voting.outcomes import Line, Tally
from voting.paper import Paper
from voting.tally import count, decide
from voting.words import follow_up_words, label, reason_words, rule_sentence, score_words

__all__ = ["count_files", "fault_lines", "schema_text"]


def count_files(
    paper_text: bytes, ballots: bytes, stated: Mapping[str, int]
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return the tally as JSON and as lines; raises MalformedFileError.

    Counted twice, as at closing: raises Refused("counts_disagree") where the second count finds
    something else.
    """
    paper = read_paper(paper_text)
    marks, groups = read_ballots(paper, ballots)
    turnout = read_turnout(paper_text, paper.rule, len(marks), **stated)
    tally = decide(paper, count(paper, marks), turnout)
    rows = zip(groups, (row.tobytes() for row in marks), strict=True)
    agreed(paper.as_json(), rows, tally.turnout, issued={}, result=tally.as_json())
    return tally.as_json(), tuple(_lines(paper, tally))


def _lines(paper: Paper, tally: Tally) -> list[str]:
    turnout = tally.turnout
    head = [
        paper.title,
        rule_sentence(paper.rule, candidates=len(paper.candidates), committee=paper.committee),
        _(
            "Ballots: %(returned)s returned, %(valid)s valid, %(invalid)s invalid.",
            returned=turnout.returned,
            valid=turnout.valid,
            invalid=turnout.invalid,
        ),
        _("Counted twice, by two programs that share no code: they agree."),
        "",
    ]
    rows = [_line(paper, tally, line) for line in tally.lines]
    return [*head, *rows, "", follow_up_words(tally, committee=paper.committee)]


def _line(paper: Paper, tally: Tally, line: Line) -> str:
    outcome = label(line.outcome) if line.outcome else "—"
    return "  ".join(
        (
            f"{line.number:>3}",
            line.name,
            score_words(paper.rule.kind, line.votes),
            percent(*line.share),
            outcome,
            reason_words(tally, line),
        )
    )
