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
from evaluation.presets import CONSEQUENCES, POINT_BANDS, PRESETS, SCALES
from evaluation.scales import TWO_MARKS

TOP = {"points": "90-100", "points_by_five": "90-100"}


open_samples = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {
            "open_sample": st.just(value=True),
            "least_seconds": st.integers(0, 60),
            "uniform_invalid": st.booleans(),
        }
    ),
)
"""What makes a rater group an open sample, or not."""


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
        RaterGroup(f"g{at}", f"主体{at}", draw(st.integers(0, 60)), **draw(open_samples))
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
        rules=draw(st.sampled_from([*rules, POINT_BANDS, ()])),
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
    grades = asked.scale.codes
    items = len(asked.items)
    good = st.sampled_from([*grades[:4] * 2, grades[-1], NO_MARK, TWO_MARKS][:: draw(one_or_back)])
    rows = st.one_of(*(ballots(items, byte) for byte in (good, good, good, st.integers(0, 255))))
    size = draw(st.integers(0, most))
    pair = st.tuples(st.sampled_from(asked.group_ids), rows)
    return draw(st.lists(pair, min_size=size, max_size=size))


one_or_back = st.sampled_from([1, -1])
"""Hypothesis leans to the first of a list: once the best grade stands there, once two marks."""


def ballots(items, byte):
    return st.lists(byte, min_size=items, max_size=items).map(bytes)


def papers_with_piles(most: int = 25):
    return papers().flatmap(lambda asked: st.tuples(st.just(asked), piles(asked, most)))
