"""The words of an evaluation for its readers: rules, outcomes, reasons, proposals.

Outside an application the English of the catalogues comes out; the command line forces a
locale. The words of flaws and of malformed files stand in `evaluation.fault_words`. Labels of
grades, rates and outcomes are not here: they are what the place prints on its paper.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.ballotbox.domain import Denominator
from app.thresholds import Comparison, Threshold
from app.writing import points as points_of
from evaluation.consequences import Proposal, Proposer
from evaluation.outcomes import Line, Reason, Tally, Verdict, Withheld
from evaluation.paper import EmptyGroup, Fault, Paper, RankBy, SubjectKind
from evaluation.rules import Condition, OutcomeRule, Score, Standing, Step
from evaluation.sample_words import sample_clauses
from evaluation.scales import HIGHEST_POINTS, ScaleKind
from evaluation.scores import Gap
from evaluation.suggestions import Rating, ReplyClass

_LABELS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    SubjectKind: {
        SubjectKind.OFFICIAL: _l("Official"),
        SubjectKind.DEPARTMENT: _l("Department"),
        SubjectKind.PROJECT: _l("Project"),
        SubjectKind.WORK_REPORT: _l("Work report"),
        SubjectKind.REVIEW_OPINION: _l("Follow-up of review opinions"),
        SubjectKind.SUGGESTION: _l("Handling of a suggestion"),
        SubjectKind.STATION: _l("Liaison station"),
    },
    Fault: {
        Fault.VOID_SUBJECT: _l("Void for that subject"),
        Fault.VOID_BALLOT: _l("The whole ballot is void"),
        Fault.ABSTAIN: _l("An abstention"),
    },
    EmptyGroup: {
        EmptyGroup.RENORMALISE: _l("The weights of the others make up the whole"),
        EmptyGroup.ZERO: _l("It counts as 0 points"),
        EmptyGroup.BLOCK: _l("No score is given"),
    },
    RankBy: {
        RankBy.SCORE: _l("By score"),
        RankBy.SATISFIED_RATE: _l("By satisfied rate"),
        RankBy.OVERALL_RATE: _l("By overall rate"),
        RankBy.NONE: _l("In the order of the paper"),
    },
    Denominator: {
        Denominator.TOTAL_MEMBERS: _l("all members"),
        Denominator.DUE: _l("the members due"),
        Denominator.PRESENT: _l("the members present"),
        Denominator.ISSUED: _l("the ballots issued"),
        Denominator.RETURNED: _l("the ballots returned"),
        Denominator.VALID: _l("the valid marks"),
    },
    Verdict: {
        Verdict.VALID: _l("Valid ballot"),
        Verdict.BLANK: _l("Blank, an abstention"),
        Verdict.BLANK_INVALID: _l("Blank, void"),
        Verdict.UNKNOWN_MARK: _l("A mark that cannot be read"),
        Verdict.MISSING: _l("A subject without a mark"),
        Verdict.DOUBLE: _l("A subject with two marks"),
        Verdict.OVER_CAP: _l("Too many top grades"),
        Verdict.UNIFORM: _l("All marks the same"),
        Verdict.NOTHING_LEFT: _l("Every subject void"),
    },
    Withheld: {
        Withheld.NOTHING: _l("Given in full"),
        Withheld.GROUPS: _l("Small groups not shown apart"),
        Withheld.SCORE: _l("Counts given, score withheld"),
        Withheld.COUNTS: _l("Score given, counts withheld"),
        Withheld.ALL: _l("Withheld"),
    },
    Gap: {
        Gap.NO_MARKS: _l("No marks with points"),
        Gap.EMPTY_GROUP: _l("A rater group is empty"),
    },
    Step: {
        Step.RECTIFY: _l("Rectify, with a list of problems struck off after a re-check"),
        Step.REPORT_AGAIN: _l("Report again at the next meeting"),
        Step.EVALUATE_AGAIN: _l("Be evaluated again"),
        Step.SPECIAL_INQUIRY: _l("Hold a special inquiry"),
        Step.ADMONISHING_TALK: _l("Hold an admonishing talk"),
        Step.REMOVAL: _l("Bring a motion of removal"),
    },
    Proposer: {
        Proposer.COUNCIL_OF_CHAIRMEN: _l("arranged by the council of chairpersons"),
        Proposer.MEMBERS_JOINTLY: _l("brought jointly and in writing by members"),
        Proposer.APPOINTING_BODY: _l("up to the body in charge of the official"),
    },
    Standing: {
        Standing.GOOD: _l("Good"),
        Standing.FAIR: _l("Fair"),
        Standing.POOR: _l("Poor"),
        Standing.GRAVE: _l("Gravely poor"),
    },
    Rating: {
        Rating.SATISFIED: _l("Satisfied"),
        Rating.BASICALLY_SATISFIED: _l("Basically satisfied"),
        Rating.DISSATISFIED: _l("Dissatisfied"),
        Rating.NEVER_ANSWERED: _l("Never answered"),
        Rating.NOT_ASKED: _l("Not asked"),
    },
    ReplyClass: {
        ReplyClass.SOLVED: _l("A: solved"),
        ReplyClass.BEING_SOLVED: _l("B: being solved"),
        ReplyClass.PLANNED: _l("C: planned"),
        ReplyClass.FOR_REFERENCE: _l("D: for reference"),
    },
}

_PRESETS: Mapping[str, Any] = {
    "zhenhai": _l("Satisfied, basically satisfied, dissatisfied: more than half of all members"),
    "jinshi": _l("Passed by more than two thirds of the ballots returned"),
    "dawu": _l("Competent from 80 percent of the ballots, basically competent from 50 percent"),
    "yearly_assessment": _l("Yearly assessment in four grades, shares of the valid marks"),
    "point_bands": _l("Grades turned into points, bands 90, 70 and 60"),
    "review_bands": _l("Points from 0 to 100, bands 90, 70 and 60"),
    "figures_only": _l("Figures only, without an outcome"),
}
_SCALES: Mapping[str, Any] = {
    "satisfaction": _l("Three grades of satisfaction"),
    "satisfaction_dont_know": _l("Three grades and “don't know”, which is no valid mark"),
    "satisfaction_dont_know_counted": _l("Three grades and “don't know”, which is a valid mark"),
    "five_levels": _l("Five grades of satisfaction"),
    "competence": _l("Four grades of competence"),
    "competence_of_three": _l("Three grades of competence"),
    "points": _l("Points from 0 to 100"),
    "points_by_five": _l("Points from 0 to 100 in steps of 5"),
}

_FRACTIONS: Mapping[Fraction, Any] = {
    Fraction(1, 2): _l("half"),
    Fraction(1, 3): _l("one third"),
    Fraction(2, 3): _l("two thirds"),
    Fraction(3, 4): _l("three quarters"),
    Fraction(3, 5): _l("three fifths"),
    Fraction(4, 5): _l("four fifths"),
}

_REASONS: Mapping[Reason, Any] = {
    Reason.NO_RULES: _l("This evaluation gives figures and no outcome."),
    Reason.VOTE_VOID: _l(
        "%(returned)s ballots came back and only %(issued)s were issued: the evaluation is void."
    ),
    Reason.TOO_FEW_RATERS: _l(
        "There were fewer than %(k)s raters, so nothing is given out: one could read from it who "
        "said what."
    ),
    Reason.NO_VALID_MARKS: _l("There is no valid mark, so there is no outcome."),
    Reason.TOO_FEW_RESPONSES: _l("There are too few valid marks for an outcome."),
    Reason.NO_SCORE: _l("The outcome is read from the score, and there is none."),
    Reason.NO_WHOLE: _l("The number that the share is taken of is not known."),
}

_WITHHELD: Mapping[Withheld, Any] = {
    Withheld.GROUPS: _l(
        "Rater groups of fewer than %(k)s are not shown apart, nor others from which they could "
        "be worked out."
    ),
    Withheld.SCORE: _l(
        "A rater group has fewer than %(k)s raters: the counts are given and the score is not, "
        "since both together would show what that group said."
    ),
    Withheld.COUNTS: _l(
        "A rater group has fewer than %(k)s raters: the score is given and the counts are not, "
        "since both together would show what that group said."
    ),
    Withheld.ALL: _l(
        "There were fewer than %(k)s raters, so nothing is given out: one could read from it who "
        "said what."
    ),
}


def label(word: StrEnum) -> str:
    """Return the short name of a setting, verdict, step or kind, for forms and tables."""
    return str(_LABELS[type(word)][word])


def preset_label(key: str) -> str:
    """Return the name of a preset of `evaluation.presets.PRESETS`."""
    return str(_PRESETS[key])


def scale_label(key: str) -> str:
    """Return the name of a scale of `evaluation.presets.SCALES`."""
    return str(_SCALES[key])


def threshold_words(threshold: Threshold, whole: str, *, below: bool = False) -> str:
    """Say a share to be reached of a whole: 超过全体组成人员的半数; or the opposite of it."""
    fraction = threshold.fraction
    share = {
        "whole": whole,
        "fraction": _FRACTIONS.get(fraction)
        or _("%(part)s/%(parts)s", part=fraction.numerator, parts=fraction.denominator),
    }
    match threshold.comparison, below:
        case Comparison.GT, False:
            words = _("more than %(fraction)s of %(whole)s", **share)
        case Comparison.GT, True:
            words = _("not more than %(fraction)s of %(whole)s", **share)
        case _any, False:
            words = _("%(fraction)s or more of %(whole)s", **share)
        case _:
            words = _("less than %(fraction)s of %(whole)s", **share)
    return str(words)


def rule_sentence(paper: Paper) -> str:
    """Explain the whole paper in one sentence, as it is printed on it and under the sheet."""
    return str(_("%(clauses)s.", clauses=str(_("; ")).join(_clauses(paper))))


def outcome_sentences(paper: Paper) -> tuple[str, ...]:
    """Say each outcome rule by itself, in order."""
    return tuple(_rule(paper, at, rule) for at, rule in enumerate(paper.rules))


def reason_words(paper: Paper, tally: Tally, line: Line) -> str:
    """Say in one sentence why a subject has its outcome, or none."""
    if line.rule is not None:
        return str(
            _("%(clauses)s.", clauses=_rule(paper, line.rule - 1, paper.rules[line.rule - 1]))
        )
    return str(_REASONS[line.reason]) % {
        "k": tally.smallest_group,
        "issued": tally.turnout.issued,
        "returned": tally.turnout.returned,
    }


def withheld_words(tally: Tally, line: Line) -> str:
    """Say what is not given of a subject and why; nothing where all is given."""
    if line.withheld is Withheld.NOTHING:
        return ""
    return str(_WITHHELD[line.withheld]) % {"k": tally.smallest_group}


def proposal_words(proposal: Proposal, total_members: int) -> str:
    """Say a proposal with the law's threshold in figures; it proposes, and decides nothing."""
    law = proposal.requirement
    needed = law.needed(total_members)
    clauses = [label(law.proposer)]
    if "signers" in needed:
        clauses.append(_("signed by at least %(signers)s members", **needed))
    if "quorum" in needed:
        clauses.append(_("at a meeting of at least %(quorum)s members", **needed))
    if "passes" in needed:
        clauses.append(
            _("passed by at least %(passes)s of %(total)s", total=total_members, **needed)
        )
    facts = {"step": label(proposal.step), "law": str(_("; ")).join(clauses)}
    if proposal.times > 1:
        times = proposal.times
        return str(_("Proposed (the %(times)s. time): %(step)s (%(law)s)", times=times, **facts))
    return str(_("Proposed: %(step)s (%(law)s)", **facts))


def _clauses(paper: Paper) -> Iterator[str]:
    yield _marking(paper)
    yield from _validity(paper)
    for cap in paper.caps:
        facts = {"at_most": cap.at_most, "grades": _grades(paper, cap.grades)}
        yield str(_("at most %(at_most)s may get %(grades)s, or the ballot is void", **facts))
    yield from sample_clauses(paper)
    yield from _weights(paper)
    yield from outcome_sentences(paper)
    if paper.smallest_group > 1:
        k = paper.smallest_group
        yield str(_("no figure of fewer than %(k)s raters is given out", k=k))


def _marking(paper: Paper) -> str:
    facts: dict[str, Any] = {"subjects": len(paper.subjects), "criteria": len(paper.criteria)}
    if paper.scale.kind is ScaleKind.POINTS:
        facts["points"] = _("0 to 100 points")
        if paper.scale.step > 1:
            facts["points"] = _("0 to 100 points in steps of %(step)s", step=paper.scale.step)
        if paper.plain:
            return str(_("Give each of the %(subjects)s %(points)s", **facts))
        return str(
            _(
                "Give each of the %(subjects)s %(points)s under each of the %(criteria)s criteria",
                **facts,
            )
        )
    facts["grades"] = _grades(paper, [grade.letter for grade in paper.scale.grades])
    if paper.plain:
        return str(_("Mark each of the %(subjects)s with one of %(grades)s", **facts))
    return str(
        _(
            "Mark each of the %(subjects)s under each of the %(criteria)s criteria with one of "
            "%(grades)s",
            **facts,
        )
    )


def _validity(paper: Paper) -> Iterator[str]:
    validity = paper.validity
    missing = {
        Fault.VOID_SUBJECT: _("a subject without a mark is void on that ballot"),
        Fault.VOID_BALLOT: _("a subject without a mark voids the whole ballot"),
        Fault.ABSTAIN: _("a subject without a mark is an abstention"),
    }
    double = {
        Fault.VOID_SUBJECT: _("a subject with two marks is void on that ballot"),
        Fault.VOID_BALLOT: _("a subject with two marks voids the whole ballot"),
        Fault.ABSTAIN: _("a subject with two marks is an abstention"),
    }
    both = {
        Fault.VOID_SUBJECT: _("a subject without a mark or with two is void on that ballot"),
        Fault.VOID_BALLOT: _("a subject without a mark or with two voids the whole ballot"),
        Fault.ABSTAIN: _("a subject without a mark or with two is an abstention"),
    }
    if validity.missing is validity.double:
        yield str(both[validity.missing])
    else:
        yield str(missing[validity.missing])
        yield str(double[validity.double])
    if validity.uniform_invalid:
        yield str(_("a ballot whose marks are all the same is void"))
    if validity.min_responses > 1:
        least = validity.min_responses
        yield str(_("a subject with fewer than %(least)s valid marks has no outcome", least=least))


def _weights(paper: Paper) -> Iterator[str]:
    if not paper.plain and len({criterion.weight for criterion in paper.criteria}) > 1:
        parts = _joined(
            f"{criterion.name} {criterion.weight}"
            for criterion in paper.criteria
            if criterion.weight
        )
        yield str(_("the criteria weigh %(parts)s", parts=parts))
    if paper.weighted:
        parts = _joined(f"{group.name} {group.weight}" for group in paper.groups if group.weight)
        empty = {
            EmptyGroup.RENORMALISE: _("the others make up for a group without marks"),
            EmptyGroup.ZERO: _("a group without marks counts as 0 points"),
            EmptyGroup.BLOCK: _("without marks of every group there is no score"),
        }
        yield str(_("the rater groups weigh %(parts)s", parts=parts))
        yield str(empty[paper.empty_group])
    if paper.trim.highest or paper.trim.lowest:
        facts = {"highest": paper.trim.highest, "lowest": paper.trim.lowest}
        yield str(
            _("the %(highest)s highest and %(lowest)s lowest marks stay out of the score", **facts)
        )


def _rule(paper: Paper, at: int, rule: OutcomeRule) -> str:
    facts = {"outcome": rule.outcome.label}
    if not rule.when:
        return str(_("the outcome is otherwise “%(outcome)s”", **facts))
    facts["conditions"] = str(_(" and ")).join(_condition(paper, each) for each in rule.when)
    if at:
        return str(_("else “%(outcome)s” where %(conditions)s", **facts))
    return str(_("the outcome is “%(outcome)s” where %(conditions)s", **facts))


def _condition(paper: Paper, condition: Condition) -> str:
    if isinstance(condition, Score):
        points = points_of(condition.threshold.fraction * HIGHEST_POINTS).removesuffix(".00")
        if condition.threshold.comparison is Comparison.GT:
            return str(_("the score is over %(points)s", points=points))
        return str(_("the score is %(points)s or more", points=points))
    grades = _grades(paper, condition.grades)
    bar = threshold_words(condition.threshold, label(condition.of), below=condition.below)
    if len(condition.grades) > 1:
        return str(_("%(grades)s together are %(bar)s", grades=grades, bar=bar))
    return str(_("%(grades)s is %(bar)s", grades=grades, bar=bar))


def _grades(paper: Paper, names: Iterable[str]) -> str:
    return _joined(str(_("“%(grade)s”", grade=name)) for name in paper.scale.labels_of(names))


def _joined(parts: Iterable[str]) -> str:
    return str(_(", ")).join(str(part) for part in parts)
