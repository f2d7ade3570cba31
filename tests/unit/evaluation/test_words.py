"""Every rule, outcome and refusal can be said; the figures in the sentence are the right ones."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from app.ballotbox.domain import Denominator
from app.intake.documents import FileFault, MalformedFileError, Problem
from app.thresholds import Threshold
from app.writing import points
from evaluation.consequences import Proposer, propose
from evaluation.fault_words import fault_lines, flaw_words
from evaluation.flaws import Flaw, FlawCode, check
from evaluation.outcomes import Reason, Verdict, Withheld
from evaluation.paper import (
    Cap,
    Criterion,
    EmptyGroup,
    Fault,
    RankBy,
    RaterGroup,
    SubjectKind,
    Trim,
    Validity,
)
from evaluation.presets import (
    CONSEQUENCES,
    POINTS,
    POINTS_BY_FIVE,
    PRESETS,
    SCALES,
    YEARLY_ASSESSMENT,
    ZHENHAI,
    with_preset,
)
from evaluation.rules import OutcomeRule, Score, Standing, Step
from evaluation.scores import Gap
from evaluation.suggestions import Rating, ReplyClass
from evaluation.words import (
    label,
    outcome_sentences,
    preset_label,
    proposal_words,
    reason_words,
    rule_sentence,
    scale_label,
    threshold_words,
    withheld_words,
)
from tests.unit.evaluation.builders import paper, tally
from tests.unit.evaluation.strategies import papers_with_piles
from tests.unit.evaluation.test_counting import many, tally_pairs
from tests.unit.evaluation.test_paper import FLAWS

KINDS = (
    SubjectKind,
    Fault,
    EmptyGroup,
    RankBy,
    Denominator,
    Verdict,
    Withheld,
    Gap,
    Step,
    Proposer,
    Standing,
    Rating,
    ReplyClass,
)


def said(problem):
    return fault_lines(MalformedFileError([problem]))[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_has_a_label_of_its_own(kind):
    labels = [label(word) for word in kind]

    assert len(set(labels)) == len(labels)
    assert all(words != word.value for words, word in zip(labels, kind, strict=True))


def test_every_preset_and_scale_has_a_label_of_its_own():
    assert len({preset_label(key) for key in PRESETS}) == len(PRESETS)
    assert len({scale_label(key) for key in SCALES}) == len(SCALES)


@pytest.mark.parametrize(
    ("threshold", "below", "words"),
    [
        ("gt 1/2", False, "more than half of all members"),
        ("ge 2/3", False, "two thirds or more of all members"),
        ("ge 2/3", True, "less than two thirds of all members"),
        ("gt 1/3", True, "not more than one third of all members"),
        ("ge 3/10", False, "3/10 or more of all members"),
    ],
)
def test_a_share_in_words(threshold, below, words):
    assert threshold_words(Threshold.parse(threshold), "all members", below=below) == words


def test_zhenhai_in_one_sentence():
    assert rule_sentence(with_preset(paper(8), "zhenhai")) == (
        "Mark each of the 8 with one of “满意”, “基本满意”, “不满意”; "
        "a subject without a mark or with two is void on that ballot; "
        "the outcome is “满意” where “满意” is more than half of all members; "
        "else “基本满意” where “满意”, “基本满意” together are more than half of all members; "
        "the outcome is otherwise “不满意”; "
        "no figure of fewer than 5 raters is given out."
    )


def test_a_review_with_every_setting_in_one_sentence():
    criteria = (
        Criterion("c1", "依法履职", 3),
        Criterion("c2", "工作实绩", 2),
        Criterion("c3", "总", 0),
    )
    asked = paper(
        3,
        scale=POINTS_BY_FIVE,
        criteria=criteria,
        groups=(RaterGroup("g1", "委员", 60), RaterGroup("g2", "代表", 40)),
        validity=Validity(Fault.ABSTAIN, Fault.VOID_BALLOT, uniform_invalid=True, min_responses=9),
        caps=(Cap(("90-100",), 1),),
        rules=(
            replace(ZHENHAI[0], when=(Score(Threshold.parse("gt 9/10")),)),
            OutcomeRule(ZHENHAI[1].outcome, (Score(Threshold.parse("ge 3/4")),)),
            ZHENHAI[2],
        ),
        trim=Trim(1, 2),
        smallest_group=1,
    )

    assert rule_sentence(asked) == (
        "Give each of the 3 0 to 100 points in steps of 5 under each of the 3 criteria; "
        "a subject without a mark is an abstention; "
        "a subject with two marks voids the whole ballot; "
        "a ballot whose marks are all the same is void; "
        "a subject with fewer than 9 valid marks has no outcome; "
        "at most 1 may get “90-100”, or the ballot is void; "
        "the criteria weigh 依法履职 3, 工作实绩 2; "
        "the rater groups weigh 委员 60, 代表 40; "
        "the others make up for a group without marks; "
        "the 1 highest and 2 lowest marks stay out of the score; "
        "the outcome is “满意” where the score is over 90; "
        "else “基本满意” where the score is 75 or more; "
        "the outcome is otherwise “不满意”."
    )


def test_points_and_criteria_have_their_own_beginnings():
    two = (Criterion("c1", "一"), Criterion("c2", "二"))

    assert rule_sentence(paper(2, scale=POINTS_BY_FIVE)).startswith("Give each of the 2 0 to 100")
    assert rule_sentence(paper(2, scale=POINTS, criteria=two)).startswith(
        "Give each of the 2 0 to 100 points under each of the 2 criteria; "
    )
    assert rule_sentence(paper(2, criteria=two)).startswith(
        "Mark each of the 2 under each of the 2 criteria"
    )
    yearly = outcome_sentences(paper(rules=YEARLY_ASSESSMENT, scale=SCALES["competence"]))
    assert yearly[1] == (
        "else “建议诫勉谈话” where “优秀”, “称职” together are less than two thirds of the valid marks"
    )


@many
@given(papers_with_piles(most=12))
def test_anything_that_comes_out_can_be_said(case):
    asked, pairs = case
    result = tally_pairs(asked, pairs)

    said = [rule_sentence(asked), *outcome_sentences(asked)]
    for line in result.lines:
        said += [reason_words(asked, result, line), withheld_words(result, line)]
    assert not any(re.search(r"%\(\w+\)s", words) for words in said)


def test_why_a_subject_has_its_outcome_or_none():
    asked = with_preset(paper(), "zhenhai")
    held, few, void = (
        tally(asked, [b"A"] * 6),
        tally(asked, [b"A"]),
        tally(asked, [b"A"] * 6, issued=5),
    )

    assert reason_words(asked, held, held.lines[0]) == (
        "the outcome is “满意” where “满意” is more than half of all members."
    )
    assert "fewer than 5 raters" in reason_words(asked, few, few.lines[0])
    assert reason_words(asked, void, void.lines[0]) == (
        "6 ballots came back and only 5 were issued: the evaluation is void."
    )
    assert withheld_words(held, held.lines[0]) == ""
    assert "fewer than 5 raters" in withheld_words(few, few.lines[0])


@pytest.mark.parametrize("reason", [word for word in Reason if word is not Reason.RULE_HOLDS])
@pytest.mark.parametrize("withheld", [word for word in Withheld if word is not Withheld.NOTHING])
def test_every_reason_is_a_sentence(reason, withheld):
    result = tally(paper(), [b"A"] * 6)
    line = replace(result.lines[0], reason=reason, withheld=withheld)

    assert reason_words(paper(), result, line).endswith(".")
    assert withheld_words(result, line).endswith(".")


def test_proposals_say_the_law_in_figures_and_only_propose():
    first = propose(CONSEQUENCES, ZHENHAI[2].outcome)
    second = propose(CONSEQUENCES, ZHENHAI[2].outcome, [Standing.POOR])
    removal = propose(CONSEQUENCES, YEARLY_ASSESSMENT[0].outcome)[0]

    assert proposal_words(first[0], 33) == (
        "Proposed: Rectify, with a list of problems struck off after a re-check "
        "(arranged by the council of chairpersons)"
    )
    assert proposal_words(second[-1], 33) == (
        "Proposed (the 2. time): Hold a special inquiry "
        "(arranged by the council of chairpersons; at a meeting of at least 17 members)"
    )
    assert proposal_words(removal, 33) == (
        "Proposed: Bring a motion of removal (brought jointly and in writing by members; signed by "
        "at least 7 members; at a meeting of at least 17 members; passed by at least 17 of 33)"
    )


def test_points_are_rounded_half_up_for_the_eye_only():
    assert points(Fraction(200, 3)) == "66.67"
    assert points(Fraction(9000500, 100000)) == "90.01"
    assert points(None) == "—"


@pytest.mark.parametrize(("asked", "code"), FLAWS)
def test_every_flaw_is_a_sentence_with_its_figures(asked, code):
    for flaw in check(asked):
        words = flaw_words(flaw)
        assert words.endswith(".")
        assert "%(" not in words
        assert said(Problem(flaw.code, "$.x", facts=flaw.facts)) == f"$.x: {words}"


def test_flaws_found_elsewhere_have_words_too():
    few = Flaw(FlawCode.GROUP_BELOW_K, "groups[0]", {"name": "领导", "tickets": 3, "k": 5})

    assert flaw_words(few).startswith("“领导” has 3 tickets, fewer than the 5 needed")
    for code in (FlawCode.ITEMS_DISAGREE, FlawCode.THRESHOLD_OUT_OF_RANGE):
        assert flaw_words(Flaw(code, "items")).endswith(".")


@pytest.mark.parametrize("fault", FileFault)
def test_every_fault_of_a_file_has_words(fault):
    names = ("line", "character", "figure", "key", "expected", "allowed", "limit")
    facts = dict.fromkeys((*names, "cells", "columns", "cell"), 7)

    words = said(Problem(fault, row=3, column="s1", facts=facts))

    assert words.startswith("row 3, column s1: ")
    assert "%(" not in words


def test_a_long_list_of_faults_ends_with_how_many_more():
    rows = [Problem(FileFault.ROW_LENGTH, row=2, facts={"cells": 1, "columns": 2})]
    error = MalformedFileError([*rows, Problem(FileFault.NOT_A_TABLE)], 9)

    assert fault_lines(error) == (
        "row 2: This row has 1 cells and the first has 2.",
        "This is not a table in text form (CSV).",
        "and 7 more places",
    )
    assert len(fault_lines(MalformedFileError(rows))) == 1
