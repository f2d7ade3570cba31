"""A result as slides (16:9): what each shows, as plain values for the typesetter.

They print from `Statement.entries`, as the hall screen does; long results go over several.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _

from app.printing.lettering import legible
from app.reports.record import formal_name, marks, turnout_words
from app.reports.statement import Entry, Statement
from app.writing import in_chinese

ROWS = 10
"""Bars a slide: fewer can be read from the last row of the hall."""


def slides(said: Statement) -> tuple[dict[str, Any], ...]:
    """Lay out a result, at most `ROWS` bars a slide, the slides as even as they go."""
    parts = shared_out(said.entries, ROWS)
    turnout = turnout_words(said.record)
    return tuple(
        {
            "language": "zh" if in_chinese() else "en",
            "session": legible(formal_name(said.record)),
            "title": legible(said.title),
            "page": f"{number}/{len(parts)}" if len(parts) > 1 else "",
            "band": " · ".join(marks(said.record)),
            "rows": [_row(entry) for entry in part],
            "heading": legible(part[0].heading) if part else "",
            "line": None if said.line is None else _share(said.line),
            "line_label": said.line_label,
            "decided": legible(said.decided[0]) if said.decided else "",
            "turnout": legible(turnout[1]),
            "seal": str(_("Seal of the return: %(seal)s", seal=said.record.seal)),
        }
        for number, part in enumerate(parts, 1)
    )


def shared_out(entries: Sequence[Entry], most: int) -> tuple[tuple[Entry, ...], ...]:
    """Divide entries over as few pages as hold them, no two pages more than one apart."""
    pages = max(-(-len(entries) // most), 1)
    size, longer = divmod(len(entries), pages)
    cuts = [0]
    for page in range(pages):
        cuts.append(cuts[-1] + size + (page < longer))
    return tuple(tuple(entries[start:end]) for start, end in pairwise(cuts))


def _row(entry: Entry) -> dict[str, Any]:
    place = entry.number if entry.place is None else entry.place
    return {
        "place": str(place),
        "name": legible(entry.name),
        "unit": legible(entry.unit),
        "figure": legible(entry.figure),
        "share": None if entry.share is None else _share(entry.share),
        "outcome": legible(entry.outcome),
        "strong": entry.strong,
        "fill": entry.fill.value,
    }


def _share(share: Fraction) -> float:
    """Return a length for drawing, and for nothing else."""
    return float(min(max(share, Fraction(0)), Fraction(1)))
