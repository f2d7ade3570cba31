"""Papers of every setting, and piles of ballots on them, good and bad."""

from hypothesis import strategies as st

from app.ballotbox.domain import NO_MARK
from evaluation.flaws import check, fatal
from evaluation.paper import (
    PLAIN,
    Cap,
    Criterion,
    EmptyGroup,
    Fault,
    Paper,
    RankBy,
    RaterGroup,
    Subject,
    SubjectKind,
    Trim,
    Validity,
)
from evaluation.presets import CONSEQUENCES, PRESETS, SCALES
from evaluation.scales import TWO_MARKS

TOP = {"points": "90-100", "points_by_five": "90-100"}


@st.composite
def papers(draw) -> Paper:
    key = draw(st.sampled_from(sorted(SCALES)))
    scale = SCALES[key]
    subjects = tuple(
        Subject(f"s{at}", draw(st.sampled_from(SubjectKind)), f"对象{at}")
        for at in range(draw(st.integers(1, 3)))
    )
    criteria = PLAIN
    overall = ""
    if draw(st.booleans()):
        weights = draw(st.lists(st.integers(0, 5), min_size=2, max_size=3).filter(any))
        criteria = tuple(Criterion(f"c{at}", f"指标{at}", w) for at, w in enumerate(weights))
        overall = draw(st.sampled_from(["", "c0", "c1"]))
    groups = tuple(
        RaterGroup(f"g{at}", f"主体{at}", draw(st.integers(0, 60)), draw(st.booleans()))
        for at in range(draw(st.integers(0, 3)))
    )
    cap = Cap((TOP.get(key, "A"),), draw(st.integers(0, 2)))
    rules = [preset.rules for preset in PRESETS.values() if preset.scale == scale]
    asked = Paper(
        title="测评",
        subjects=subjects,
        scale=scale,
        criteria=criteria,
        overall_criterion=overall,
        groups=groups,
        validity=Validity(
            draw(st.sampled_from(Fault)),
            draw(st.sampled_from(Fault)),
            draw(st.booleans()),
            draw(st.integers(1, 4)),
        ),
        caps=draw(st.sampled_from([(), (cap,)])),
        rules=draw(st.sampled_from([(), *rules])),
        consequences=CONSEQUENCES,
        empty_group=draw(st.sampled_from(EmptyGroup)),
        trim=Trim(draw(st.integers(0, 2)), draw(st.integers(0, 2))),
        rank_by=draw(st.sampled_from(RankBy)),
        smallest_group=draw(st.integers(1, 6)),
    )
    return asked if not fatal(check(asked)) else draw(papers())


@st.composite
def piles(draw, asked: Paper, most: int = 25):
    """A list of (group, marks), often of few raters, sometimes of bytes that mean nothing."""
    usual = st.sampled_from([*asked.scale.codes[:4], *asked.scale.codes[-1:], NO_MARK, TWO_MARKS])
    byte = st.one_of(usual, usual, usual, st.integers(0, 255))
    items = len(asked.items)
    marks = st.lists(byte, min_size=items, max_size=items).map(bytes)
    return draw(st.lists(st.tuples(st.sampled_from(asked.group_ids), marks), max_size=most))


def papers_with_piles(most: int = 25):
    return papers().flatmap(lambda asked: st.tuples(st.just(asked), piles(asked, most)))
