"""What an instrument says of a sealed box, ready to be shown: the one source of every renderer.

The hall screen, the official sheet, the notice, the workbook and the charts all print from a
`Statement`, so that no two can disagree; it is read from the Return, nothing is counted here.
"""

from dataclasses import dataclass
from fractions import Fraction

from app.reports.chart import Chart, Fill
from app.reports.record import Record
from app.reports.workbook import Sheet


@dataclass(frozen=True, slots=True)
class Entry:
    """One candidate or subject as a screen or a slide tells of it."""

    number: int
    """Its number on the paper."""
    place: int | None
    """Its rank, shared by equals; None where nothing is ranked."""
    name: str
    unit: str
    """The responsible unit, or the post of an official; '' where there is none."""
    heading: str
    """What the main figure is: 赞成, 满意率."""
    figure: str
    """The main figure in words: 282票, 96.55%."""
    share: Fraction | None
    """The length of its bar, 0 to 1; None where there is nothing to show."""
    beside: tuple[tuple[str, str], ...]
    """Further figures: (heading, in words)."""
    outcome: str
    strong: bool
    """Whether it is to be marked: selected."""
    fill: Fill
    why: str = ""
    """Why it has its outcome, in a sentence; '' where there is nothing to say."""
    quiet: bool = False
    """Whether it is to stand back: not selected."""
    tone: str = ""
    """How its outcome is tagged on a page, in the words of `macros/page.html`."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The public notice (公告) of a result that stands; texts as they are printed."""

    title: tuple[str, ...]
    """Its lines: the session, and the word 公告."""
    paragraphs: tuple[str, ...]
    listed: Sheet | None
    """What is made known as a table; None where the paragraphs say all."""
    closing: str
    """The last words: 现予公告."""
    signed: str
    dated: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The feedback (反馈函) to one rated unit or official: its own aggregate and nothing else."""

    to: str
    title: tuple[str, ...]
    paragraphs: tuple[str, ...]
    table: Sheet | None
    """Its counts and rates; None where they are withheld."""
    outcome: tuple[str, ...]
    """What came of it, and what is proposed."""
    closing: str
    signed: str
    dated: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The result of one round in words and figures."""

    record: Record
    form: str
    """What its official sheet is called: 表决结果报告单."""
    title: str
    rule: str
    """The rule of counting in words."""
    adopted: str
    """The rules adopted, and when; '' where nobody entered them."""
    decided: tuple[str, ...]
    """What is decided, and what the rules ask for next; the first sentence says most."""
    open: bool
    """Whether something is left to be done or does not stand: said as a warning."""
    invalid: tuple[tuple[str, int], ...]
    """Why ballots are invalid, and how many."""
    summary: Sheet
    """Two columns: an item, and what the Return says of it."""
    table: Sheet
    """One row an entry: places and numbers, the name, its unit where there is one, the figures,
    the outcome, and why."""
    annexes: tuple[Sheet, ...]
    """Further tables: of rater groups, of criteria."""
    entries: tuple[Entry, ...]
    """By rank, as announced."""
    line: Fraction | None
    """How far along a bar the threshold stands, 0 to 1; None where there is no such line."""
    line_label: str
    charts: tuple[Chart, ...]
    notes: tuple[str, ...] = ()
    """How the figures of the table are to be read, and what is withheld of them."""
    notice: Notice | None = None
    """None where nothing can be made known: the result does not stand, or decides nothing."""
    minutes: tuple[str, ...] = ()
    """The paragraphs for the minutes of the session."""
    letters: tuple[Letter, ...] = ()
    """A letter a rated subject; none in a vote, and none where the result does not stand."""
