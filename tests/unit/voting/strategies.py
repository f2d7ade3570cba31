"""Papers, piles and turnouts of every kind, small enough that ties and shortfalls are common."""

from fractions import Fraction

from hypothesis import strategies as st

from app.ballotbox.domain import NO_MARK, Denominator, Secrecy, Turnout
from app.thresholds import Comparison, Threshold
from voting.marks import LETTERS
from voting.paper import (
    BlankPolicy,
    Candidate,
    Paper,
    PaperKind,
    Purpose,
    Rule,
    ShortfallPolicy,
    TiePolicy,
)

fractions = st.sampled_from([Fraction(n, d) for d in (1, 2, 3, 5) for n in range(d + 1)])
thresholds = st.builds(Threshold, st.just(Comparison.GE), fractions) | st.builds(
    Threshold, st.just(Comparison.GT), fractions.filter(lambda share: share < 1)
)


@st.composite
def rules(draw: st.DrawFn, candidates: int = 6) -> Rule:
    return Rule(
        kind=draw(st.sampled_from(PaperKind)),
        seats=draw(st.integers(1, candidates)),
        allow_fewer=draw(st.booleans()),
        blank=draw(st.sampled_from(BlankPolicy)),
        denominator=draw(st.sampled_from(Denominator)),
        threshold=draw(thresholds),
        tie=draw(st.sampled_from(TiePolicy)),
        shortfall=draw(st.sampled_from(ShortfallPolicy)),
        approvals_capped=draw(st.booleans()),
    )


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    candidates = draw(st.integers(1, 6))
    words = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    rows = tuple(
        Candidate(f"p{n}", n, f"项目{n}", draw(words), "120.5", completion=draw(words))
        for n in range(1, candidates + 1)
    )
    return Paper(
        title="票决",
        candidates=rows,
        rule=draw(rules(candidates)),
        secrecy=draw(st.sampled_from(Secrecy)),
        rehearsal=draw(st.booleans()),
        round=draw(st.integers(1, 3)),
        purpose=draw(st.sampled_from(Purpose)),
        adopted=draw(words),
        committee=draw(st.booleans()),
    )


@st.composite
def rows_for(draw: st.DrawFn, paper: Paper, most: int = 12) -> list[bytes]:
    """Ballots as deputies mark them, and now and then bytes as nobody should send them."""
    items, kind = len(paper.candidates), paper.rule.kind
    letters = sorted(LETTERS[kind])[: items + 1]
    sensible = st.lists(
        st.sampled_from([*letters, NO_MARK, NO_MARK]), min_size=items, max_size=items
    ).map(bytes)
    ranking = st.tuples(st.permutations(range(1, items + 1)), st.integers(0, items)).map(
        lambda drawn: bytes(place if place <= drawn[1] else NO_MARK for place in drawn[0])
    )
    anything = st.binary(min_size=items, max_size=items)
    usual = ranking if kind is PaperKind.RANK else sensible
    return draw(st.lists(usual | usual | sensible | anything, max_size=most))


@st.composite
def votes(draw: st.DrawFn) -> tuple[Paper, list[bytes]]:
    paper = draw(papers())
    return paper, draw(rows_for(paper))


@st.composite
def turnouts(draw: st.DrawFn, returned: int) -> Turnout:
    """Mostly as it must be; sometimes with fewer issued than returned."""
    issued = draw(st.integers(max(0, returned - 1), returned + 3))
    present = draw(st.integers(issued, issued + 3))
    due = draw(st.integers(present, present + 3))
    return Turnout(
        total_members=draw(st.integers(due, due + 3)),
        due=due,
        on_leave=due - present,
        present=present,
        issued=issued,
        spare=draw(st.integers(0, 3)),
        returned=returned,
        valid=0,
        invalid=0,
    )
