"""From counts to findings: rates, scores, places and outcomes, less what may not come out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from app.ballotbox.domain import Denominator, Turnout
from evaluation.outcomes import (
    CriterionLine,
    GroupLine,
    GroupTurnout,
    Line,
    RateShare,
    Reason,
    Tally,
    Withheld,
)
from evaluation.paper import Fault, Paper, RankBy
from evaluation.privacy import hidden, is_small
from evaluation.rules import Outcome, first_match, reads_score, shares
from evaluation.scores import Gap, across_criteria, across_groups, mean, places
from evaluation.tally import Counts

NOT_KNOWN: Mapping[str, int] = MappingProxyType({})


def decide(
    paper: Paper, counts: Counts, turnout: Turnout, issued: Mapping[str, int] = NOT_KNOWN
) -> Tally:
    """Apply the rules of a flawless paper to the counts.

    turnout: of the ticketed raters, or of an open sample alone; its returned must be their
    ballots, or ValueError is raised; its valid and invalid are filled in. Where more came back
    than were issued, no outcome is given, but of an open sample alone, for which none are issued.
    issued: tickets handed out by rater group id, where that is known.

    Counts and rates are of the ticketed groups (of the open samples where there are only such),
    the score is of all groups that have a weight.
    """
    counted = paper.counted_groups
    returned = sum(counts.returned[at] for at in counted)
    if turnout.returned != returned:
        raise ValueError("returned_is_not_what_was_counted")
    valid = sum(counts.valid_by_group[at] for at in counted)
    turnout = replace(turnout, valid=valid, invalid=returned - valid)
    lines = [_line(paper, counts, turnout, at) for at in range(len(paper.subjects))]
    if not _void(paper, turnout):
        keys = [_key(paper.rank_by, line) for line in lines]
        lines = [
            replace(line, place=place) for line, place in zip(lines, places(keys), strict=True)
        ]
        lines.sort(key=lambda line: line.place or len(lines) + 1)
    return Tally(
        turnout=turnout,
        open_sample=paper.open_alone,
        groups=_groups(paper, counts, issued),
        grades=tuple(grade.label for grade in paper.scale.grades),
        rank_by=paper.rank_by,
        smallest_group=paper.smallest_group,
        void_ballots={} if _too_few(paper, turnout) else counts.void_ballots(counted),
        lines=tuple(lines),
    )


def _too_few(paper: Paper, turnout: Turnout) -> bool:
    """Whether all raters together are a small group; where nobody voted, nobody is exposed."""
    k = paper.smallest_group
    return 0 < turnout.returned < k or 0 < turnout.valid < k


def _void(paper: Paper, turnout: Turnout) -> bool:
    """Whether more came back than were issued; for an open sample alone none are issued."""
    return turnout.void and not paper.open_alone


def _key(rank_by: RankBy, line: Line) -> Fraction | None:
    if rank_by is RankBy.SCORE:
        return line.score
    rate = line.rate(rank_by.value)
    return Fraction(rate.part, rate.whole) if rate and rate.whole else None


def _groups(paper: Paper, counts: Counts, issued: Mapping[str, int]) -> tuple[GroupTurnout, ...]:
    unseen = _hidden(paper, counts.returned, counts.returned)
    return tuple(
        GroupTurnout(
            group.id,
            group.name,
            group.weight,
            group.open_sample,
            issued.get(group.id),
            counts.returned[at],
            None if at in unseen else counts.valid_by_group[at],
            counts.void_ballots((at,)) if group.open_sample and at not in unseen else {},
        )
        for at, group in enumerate(paper.groups)
    )


def _hidden(paper: Paper, ballots: Sequence[int], marks: Sequence[int]) -> frozenset[int]:
    """Return the groups that are not broken out: of the counted, by subtraction too.

    Where there is but one group, it is the whole: there is nothing to break out.
    """
    if len(paper.groups) < 2:  # noqa: PLR2004
        return frozenset()
    k, counted = paper.smallest_group, paper.counted_groups
    inside = hidden([ballots[at] for at in counted], [marks[at] for at in counted], k)
    beside = {
        at
        for at in range(len(ballots))
        if at not in counted and is_small(ballots[at], marks[at], k)
    }
    return frozenset({counted[at] for at in inside} | beside)


@dataclass(frozen=True, slots=True)
class _Found:
    """All that is known of one subject, before anything is withheld."""

    criteria: tuple[CriterionLine, ...]
    by_group: tuple[tuple[CriterionLine, ...], ...]
    score: Fraction | Gap

    @property
    def raters(self) -> tuple[int, ...]:
        """Of each group, the ballots that say something of the subject under every criterion."""
        return tuple(
            min(sum(line.grades) + line.abstained for line in lines) for lines in self.by_group
        )


def _find(paper: Paper, counts: Counts, at: int) -> _Found:
    """Add up the items of the subject at a position."""
    every, counted = range(len(paper.group_ids)), paper.counted_groups
    first = at * len(paper.criteria)
    items = range(first, first + len(paper.criteria))
    points = [grade.points for grade in paper.scale.grades]

    def own(columns: Sequence[int]) -> Fraction | None:
        return mean(columns[: len(points)], points, paper.trim)

    by_group = tuple(
        tuple(
            _criterion(paper, under, columns, own(columns))
            for under, columns in enumerate(counts.item(item, (group,)) for item in items)
        )
        for group in every
    )
    sums = [counts.item(item, counted) for item in items]
    scores: list[Fraction | Gap]
    if paper.weighted:
        weights = [group.weight for group in paper.groups]
        scores = [
            across_groups([lines[under].score for lines in by_group], weights, paper.empty_group)
            for under in range(len(items))
        ]
    else:
        scores = [_or_gap(own(columns)) for columns in sums]
    criteria = tuple(
        _criterion(paper, under, columns, None if isinstance(score, Gap) else score)
        for under, (columns, score) in enumerate(zip(sums, scores, strict=True))
    )
    whole = across_criteria(scores, [criterion.weight for criterion in paper.criteria])
    return _Found(criteria, by_group, whole)


def _or_gap(score: Fraction | None) -> Fraction | Gap:
    return Gap.NO_MARKS if score is None else score


def _criterion(
    paper: Paper, under: int, columns: Sequence[int], score: Fraction | None
) -> CriterionLine:
    *grades, missing, double, set_aside = columns
    validity = paper.validity
    abstained = (missing if validity.missing is Fault.ABSTAIN else 0) + (
        double if validity.double is Fault.ABSTAIN else 0
    )
    marks = dict(zip(paper.scale.grades, grades, strict=True))
    valid = sum(n for grade, n in marks.items() if grade.valid) + abstained
    return CriterionLine(
        id=paper.criteria[under].id,
        name=paper.criteria[under].name,
        grades=tuple(grades),
        missing=missing,
        double=double,
        set_aside=set_aside,
        abstained=abstained,
        valid=valid,
        rates=tuple(
            RateShare(rate.key, rate.label, _marks_of(paper, grades, rate.grades), valid)
            for rate in paper.scale.rates
        ),
        score=score,
    )


def _marks_of(paper: Paper, grades: Sequence[int], names: tuple[str, ...]) -> int:
    chosen = paper.scale.select(names)
    return sum(n for code, n in zip(paper.scale.codes, grades, strict=True) if code in chosen)


def _rates(paper: Paper, criteria: tuple[CriterionLine, ...]) -> tuple[RateShare, ...]:
    """Return a subject's rates: of its overall criterion, or pooled where it has none."""
    if paper.overall is not None:
        return criteria[paper.overall].rates
    return tuple(
        replace(
            rates[0],
            part=sum(rate.part for rate in rates),
            whole=sum(rate.whole for rate in rates),
        )
        for rates in zip(*(line.rates for line in criteria), strict=True)
    )


def _line(paper: Paper, counts: Counts, turnout: Turnout, at: int) -> Line:
    found = _find(paper, counts, at)
    unseen = _hidden(paper, counts.valid_by_group, found.raters)
    withheld = _withheld(paper, turnout, found, unseen)
    outcome, reason, rule = _outcome(paper, found, turnout, withheld)
    subject = paper.subjects[at]
    shows_counts = withheld not in {Withheld.COUNTS, Withheld.ALL}
    shows_score = withheld not in {Withheld.SCORE, Withheld.ALL}
    criteria = found.criteria if shows_counts else ()
    if not shows_score:
        criteria = tuple(replace(line, score=None) for line in criteria)
    return Line(
        id=subject.id,
        kind=subject.kind,
        name=subject.name,
        post_or_unit=subject.post_or_unit,
        place=None,
        rates=_rates(paper, criteria) if shows_counts else (),
        criteria=criteria,
        groups=_group_lines(paper, found, unseen) if shows_counts else (),
        score=found.score if shows_score and isinstance(found.score, Fraction) else None,
        gap=found.score if shows_score and isinstance(found.score, Gap) else None,
        outcome=outcome,
        reason=reason,
        rule=rule,
        withheld=withheld,
    )


def _group_lines(paper: Paper, found: _Found, unseen: frozenset[int]) -> tuple[GroupLine, ...]:
    return tuple(
        GroupLine(group.id, group.name, group.open_sample, _rates(paper, lines), lines)
        for at, (group, lines) in enumerate(zip(paper.groups, found.by_group, strict=False))
        if at not in unseen
    )


def _withheld(paper: Paper, turnout: Turnout, found: _Found, unseen: frozenset[int]) -> Withheld:
    """Choose what to keep back, so that what remains tells nothing of a small group.

    Where rater groups have weights and one of them is small, score and counts do not come out
    together: the counts give way, unless the outcome is read from them alone.
    """
    if _too_few(paper, turnout):
        return Withheld.ALL
    if not unseen:
        return Withheld.NOTHING
    counted = paper.counted_groups
    heard = any(at in counted or paper.groups[at].weight for at in unseen)
    if not (paper.weighted and heard) or isinstance(found.score, Gap):
        return Withheld.GROUPS
    by_shares = bool(shares(paper.rules)) and not reads_score(paper.rules)
    return Withheld.SCORE if by_shares else Withheld.COUNTS


def _outcome(
    paper: Paper, found: _Found, turnout: Turnout, withheld: Withheld
) -> tuple[Outcome | None, Reason, int | None]:
    line = found.criteria[paper.overall or 0]
    wholes = {of: turnout.of(of) for of in Denominator} | {Denominator.VALID: line.valid}
    if paper.open_alone:  # what is left out of an open sample did not come back
        wholes[Denominator.RETURNED] = turnout.valid
    valid = line.valid if paper.overall is not None else min(each.valid for each in found.criteria)
    obstacles = (
        (Reason.NO_RULES, not paper.rules),
        (Reason.VOTE_VOID, _void(paper, turnout)),
        (Reason.TOO_FEW_RATERS, withheld is Withheld.ALL),
        (Reason.NO_VALID_MARKS, not valid),
        (Reason.TOO_FEW_RESPONSES, valid < paper.validity.min_responses),
        (Reason.NO_SCORE, reads_score(paper.rules) and isinstance(found.score, Gap)),
        (Reason.NO_WHOLE, any(not wholes[share.of] for share in shares(paper.rules))),
    )
    for reason, stands in obstacles:
        if stands:
            return None, reason, None
    at = first_match(
        paper.rules,
        marks_of=lambda names: _marks_of(paper, line.grades, names),
        whole_of=lambda of: wholes[of],
        score=None if isinstance(found.score, Gap) else found.score,
    )
    return paper.rules[at].outcome, Reason.RULE_HOLDS, at + 1
