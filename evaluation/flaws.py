"""Which settings of an evaluation are impossible, and which are only dubious.

`check` gives codes, places and figures; their sentences stand in `evaluation.words`. A `fatal`
flaw refuses the paper; any other is shown beside it, for the secretariat to mend or to mean.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from enum import StrEnum

from app.ballotbox.domain import Denominator, Secrecy
from app.intake.ballot_table import GROUP_COLUMN
from evaluation.paper import (
    MOST_CRITERIA,
    MOST_SUBJECTS,
    SMALLEST_GROUP,
    Criterion,
    Paper,
    RankBy,
    RaterGroup,
    Subject,
)
from evaluation.rules import reads_score, shares
from evaluation.scales import HIGHEST_POINTS, OVERALL_RATE, SATISFIED_RATE, Scale, ScaleKind

_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_CARD = re.compile(r"[\w.·()-]{1,32}")
"""What cards carry as their rater group: the office's own word, in any script, without blanks."""
_LETTER = re.compile(r"[A-Z]")


class FlawCode(StrEnum):
    """What is wrong, as a stable word."""

    TITLE_MISSING = "title_missing"
    NO_SUBJECTS = "no_subjects"
    TOO_MANY_SUBJECTS = "too_many_subjects"
    NO_CRITERIA = "no_criteria"
    TOO_MANY_CRITERIA = "too_many_criteria"
    ID_UNUSABLE = "id_unusable"
    GROUP_UNUSABLE = "group_unusable"
    """No card can carry the name of this rater group."""
    """Not one to 32 letters, digits, `_`, `-`; or the heading of another column."""
    DUPLICATE_ID = "duplicate_id"
    NAME_MISSING = "name_missing"
    DUPLICATE_NAME = "duplicate_name"
    """Two rows that a rater could not tell apart."""
    NO_WEIGHT = "no_weight"
    """No criterion has a weight: nothing would make up the score."""
    OVERALL_UNKNOWN = "overall_unknown"
    """The overall criterion is none of the criteria."""
    TOO_FEW_GRADES = "too_few_grades"
    GRADES_ALIKE = "grades_alike"
    GRADE_UNUSABLE = "grade_unusable"
    """A letter that is not one capital, or points out of 0 to 100."""
    NO_GRADE_COUNTS = "no_grade_counts"
    RATES_ALIKE = "rates_alike"
    BOTH_RATES_NEEDED = "both_rates_needed"
    RATE_COUNTS_INVALID = "rate_counts_invalid"
    """A rate counts a grade that is no valid mark: it could exceed its whole."""
    OVERALL_BELOW_SATISFIED = "overall_below_satisfied"
    UNKNOWN_GRADE = "unknown_grade"
    """A rate, cap or rule names a grade that the scale does not have."""
    RULES_WITHOUT_END = "rules_without_end"
    """The last outcome rule has a condition: some subjects would have no outcome."""
    SHARES_NEED_ONE_CRITERION = "shares_need_one_criterion"
    """Rules read shares of grades; of several criteria, one must be the overall one."""
    NO_POINTS = "no_points"
    """A rule or the order reads the score, and no grade carries points."""
    ROUND_WRONG = "round_wrong"
    """Round 1 names no paper before it, every later one does."""
    ITEMS_DISAGREE = "items_disagree"
    """The items listed are not, in this order, those of subjects and criteria; found while a
    file is read, before there is a paper."""
    THRESHOLD_OUT_OF_RANGE = "threshold_out_of_range"
    """Over 1, or more than all; found as the one above."""

    GRADE_WITHOUT_POINTS = "grade_without_points"
    """The order or a rule reads the score, and the scale leaves some valid grade out of it."""
    RULE_NEVER_READ = "rule_never_read"
    """A rule after one without a condition."""
    SHARE_OF_OTHERS = "share_of_others"
    """A share of the valid marks counts a grade that is not valid."""
    CAP_NEVER_REACHED = "cap_never_reached"
    """As many top grades allowed as there are subjects."""
    UNIFORM_NEVER_FOUND = "uniform_never_found"
    """Uniform ballots are invalid, and there is one item only."""
    UNIFORM_LIKELY = "uniform_likely"
    """Uniform ballots are invalid, and there are so few items that honest ones often are."""
    GROUPS_TOO_SMALL_ALLOWED = "groups_too_small_allowed"
    """Figures of fewer than five raters may come out."""
    GROUP_BELOW_K = "group_below_k"
    """A rater group has too few tickets to be broken out; its weight hides more."""
    OPEN_SAMPLE_ONLY = "open_sample_only"
    TWO_OPEN_SAMPLES = "two_open_samples"
    """There is one public address, so whoever answers behind it is of one group."""
    OPEN_SAMPLE_NAMED = "open_sample_named"
    """Nobody knows who answers in the open."""
    SHARE_OF_NOBODY = "share_of_nobody"
    """Rules read shares of members, and only an open sample is asked."""
    GROUP_NOT_ASKED = "group_not_asked"
    """Cards are handed out to a group that the paper is not for."""
    GROUP_WITHOUT_TICKETS = "group_without_tickets"
    """The paper is for a group that has no card in hand."""

    @property
    def fatal(self) -> bool:
        """Whether no evaluation can be held with it."""
        return self not in _DUBIOUS


_DUBIOUS = frozenset(
    {
        FlawCode.GRADE_WITHOUT_POINTS,
        FlawCode.RULE_NEVER_READ,
        FlawCode.SHARE_OF_OTHERS,
        FlawCode.CAP_NEVER_REACHED,
        FlawCode.UNIFORM_NEVER_FOUND,
        FlawCode.UNIFORM_LIKELY,
        FlawCode.GROUPS_TOO_SMALL_ALLOWED,
        FlawCode.GROUP_BELOW_K,
        FlawCode.OPEN_SAMPLE_ONLY,
        FlawCode.GROUP_NOT_ASKED,
        FlawCode.GROUP_WITHOUT_TICKETS,
    }
)
_FEW_ITEMS = 5
_OF_ANSWERS = (Denominator.RETURNED, Denominator.VALID)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with a paper: `field` is the JSON path of the place at fault."""

    code: FlawCode
    field: str
    facts: Mapping[str, int | str] = made_by(default_factory=dict)

    @property
    def fatal(self) -> bool:
        """Whether no evaluation can be held with it."""
        return self.code.fatal


def check(paper: Paper) -> tuple[Flaw, ...]:
    """List everything impossible or dubious about a paper, in the order of the paper."""
    return (
        *_heading(paper),
        *_rows(paper),
        *_criteria(paper),
        *_scale(paper.scale),
        *_names(paper),
        *_rules(paper),
        *_settings(paper),
    )


def check_groups(paper: Paper, issued: Mapping[str, int]) -> tuple[Flaw, ...]:
    """Say beforehand which rater groups have too few tickets for their figures to come out."""
    k = paper.smallest_group
    return tuple(
        Flaw(
            FlawCode.GROUP_BELOW_K,
            f"groups[{at}]",
            {"name": group.name, "tickets": issued[group.id], "k": k},
        )
        for at, group in enumerate(paper.groups)
        if 0 < issued.get(group.id, 0) < k and len(paper.groups) > 1
    )


def fatal(flaws: tuple[Flaw, ...]) -> tuple[Flaw, ...]:
    """Keep the flaws that refuse the paper."""
    return tuple(flaw for flaw in flaws if flaw.fatal)


def _heading(paper: Paper) -> Iterator[Flaw]:
    if not paper.title.strip():
        yield Flaw(FlawCode.TITLE_MISSING, "title")
    if paper.round < 1 or (paper.round == 1) is not (not paper.previous):
        yield Flaw(FlawCode.ROUND_WRONG, "round", {"round": paper.round})


def _rows(paper: Paper) -> Iterator[Flaw]:
    subjects, criteria = len(paper.subjects), len(paper.criteria)
    found = (
        (FlawCode.NO_SUBJECTS, "subjects", not subjects),
        (FlawCode.TOO_MANY_SUBJECTS, "subjects", subjects > MOST_SUBJECTS),
        (FlawCode.NO_CRITERIA, "criteria", not criteria),
        (FlawCode.TOO_MANY_CRITERIA, "criteria", criteria > MOST_CRITERIA),
    )
    facts = {"subjects": subjects, "criteria": criteria}
    yield from (Flaw(code, place, facts) for code, place, holds in found if holds)
    yield from _listed(paper.subjects, "subjects", named=True)
    yield from _listed(paper.criteria, "criteria", named=not paper.plain)
    yield from _listed(paper.groups, "groups", named=True)


def _listed(
    rows: Sequence[Subject | Criterion | RaterGroup],
    place: str,
    *,
    named: bool,
) -> Iterator[Flaw]:
    ids: set[str] = set()
    names: set[tuple[str, str]] = set()
    for at, row in enumerate(rows):
        name = (row.name.strip(), row.post_or_unit.strip() if isinstance(row, Subject) else "")
        facts: dict[str, int | str] = {"number": at + 1, "id": row.id, "name": row.name}
        group = isinstance(row, RaterGroup)
        unusable = FlawCode.GROUP_UNUSABLE if group else FlawCode.ID_UNUSABLE
        found = (
            (unusable, "id", not _usable(row.id, _CARD if group else _ID)),
            (FlawCode.DUPLICATE_ID, "id", row.id in ids),
            (FlawCode.NAME_MISSING, "name", named and not name[0]),
            (FlawCode.DUPLICATE_NAME, "name", bool(name[0]) and name in names),
        )
        for code, key, holds in found:
            if holds:
                yield Flaw(code, f"{place}[{at}].{key}", facts)
        ids.add(row.id)
        names.add(name)


def _usable(name: str, form: re.Pattern[str]) -> bool:
    return bool(form.fullmatch(name)) and name.casefold() != GROUP_COLUMN


def _criteria(paper: Paper) -> Iterator[Flaw]:
    if paper.criteria and not any(criterion.weight for criterion in paper.criteria):
        yield Flaw(FlawCode.NO_WEIGHT, "criteria")
    known = {criterion.id for criterion in paper.criteria}
    if paper.overall_criterion and paper.overall_criterion not in known:
        yield Flaw(FlawCode.OVERALL_UNKNOWN, "overall_criterion", {"id": paper.overall_criterion})


def _scale(scale: Scale) -> Iterator[Flaw]:
    if len(scale.grades) < 2:  # noqa: PLR2004  (with one grade there is nothing to choose)
        yield Flaw(FlawCode.TOO_FEW_GRADES, "scale.grades")
    for name in ("letter", "label"):
        seen = [getattr(grade, name).strip() for grade in scale.grades]
        if len(set(seen)) < len(seen) or not all(seen):
            yield Flaw(FlawCode.GRADES_ALIKE, "scale.grades", {"key": name})
    for at, grade in enumerate(scale.grades):
        lettered = scale.kind is ScaleKind.POINTS or _LETTER.fullmatch(grade.letter)
        if not lettered or not (grade.points is None or 0 <= grade.points <= HIGHEST_POINTS):
            yield Flaw(FlawCode.GRADE_UNUSABLE, f"scale.grades[{at}]", {"label": grade.label})
    if not any(grade.valid for grade in scale.grades):
        yield Flaw(FlawCode.NO_GRADE_COUNTS, "scale.grades")
    keys = [rate.key for rate in scale.rates]
    if len(set(keys)) < len(keys):
        yield Flaw(FlawCode.RATES_ALIKE, "scale.rates")
    if not {SATISFIED_RATE, OVERALL_RATE} <= set(keys):
        yield Flaw(FlawCode.BOTH_RATES_NEEDED, "scale.rates")


def _names(paper: Paper) -> Iterator[Flaw]:
    """Look at every list of grades by name: rates, caps, conditions."""
    scale = paper.scale
    named = [
        *((f"scale.rates[{at}]", rate.grades) for at, rate in enumerate(scale.rates)),
        *((f"rule.caps[{at}]", cap.grades) for at, cap in enumerate(paper.caps)),
        *(("rule.outcomes", share.grades) for share in shares(paper.rules)),
    ]
    strange = [
        Flaw(FlawCode.UNKNOWN_GRADE, place, {"grades": ", ".join(names)})
        for place, names in named
        if not _known(scale, names)
    ]
    yield from strange
    if strange:
        return
    members = {rate.key: scale.select(rate.grades) for rate in scale.rates}
    others = {grade.code for grade in scale.grades if not grade.valid}
    for at, rate in enumerate(scale.rates):
        if members[rate.key] & others:
            facts = {"label": rate.label}
            yield Flaw(FlawCode.RATE_COUNTS_INVALID, f"scale.rates[{at}]", facts)
    if not members.get(SATISFIED_RATE, frozenset()) <= members.get(OVERALL_RATE, frozenset()):
        yield Flaw(FlawCode.OVERALL_BELOW_SATISFIED, "scale.rates")
    of_valid = (each for each in shares(paper.rules) if each.of is Denominator.VALID)
    if any(scale.select(share.grades) & others for share in of_valid):
        yield Flaw(FlawCode.SHARE_OF_OTHERS, "rule.outcomes")


def _known(scale: Scale, names: Iterable[str]) -> bool:
    try:
        return bool(scale.select(names))
    except ValueError:
        return False


def _rules(paper: Paper) -> Iterator[Flaw]:
    if paper.rules and paper.rules[-1].when:
        yield Flaw(FlawCode.RULES_WITHOUT_END, f"rule.outcomes[{len(paper.rules) - 1}]")
    for at, rule in enumerate(paper.rules[:-1]):
        if not rule.when:
            yield Flaw(FlawCode.RULE_NEVER_READ, f"rule.outcomes[{at + 1}]", {"number": at + 2})
            break
    if shares(paper.rules) and not paper.plain and not paper.overall_criterion:
        yield Flaw(FlawCode.SHARES_NEED_ONE_CRITERION, "overall_criterion")
    if paper.rank_by is RankBy.SCORE or reads_score(paper.rules):
        valid = [grade for grade in paper.scale.grades if grade.valid]
        with_points = [grade.points is not None for grade in valid]
        if not any(with_points):
            yield Flaw(FlawCode.NO_POINTS, "scale.grades")
        elif not all(with_points):
            yield Flaw(FlawCode.GRADE_WITHOUT_POINTS, "scale.grades")


def _settings(paper: Paper) -> Iterator[Flaw]:
    for at, cap in enumerate(paper.caps):
        if cap.at_most >= len(paper.subjects):
            facts = {"at_most": cap.at_most, "subjects": len(paper.subjects)}
            yield Flaw(FlawCode.CAP_NEVER_REACHED, f"rule.caps[{at}]", facts)
    items = len(paper.subjects) * len(paper.criteria)
    if paper.validity.uniform_invalid and items < _FEW_ITEMS:
        code = FlawCode.UNIFORM_LIKELY if items > 1 else FlawCode.UNIFORM_NEVER_FOUND
        yield Flaw(code, "rule.validity", {"items": items})
    if paper.smallest_group < SMALLEST_GROUP:
        facts = {"k": paper.smallest_group, "usual": SMALLEST_GROUP}
        yield Flaw(FlawCode.GROUPS_TOO_SMALL_ALLOWED, "rule.smallest_group", facts)
    yield from _open_sample(paper)


def _open_sample(paper: Paper) -> Iterator[Flaw]:
    samples = sum(group.open_sample for group in paper.groups)
    if samples > 1:
        yield Flaw(FlawCode.TWO_OPEN_SAMPLES, "groups")
    if samples and paper.secrecy is Secrecy.NAMED:
        yield Flaw(FlawCode.OPEN_SAMPLE_NAMED, "secrecy")
    if paper.open_alone:
        yield Flaw(FlawCode.OPEN_SAMPLE_ONLY, "groups")
        if any(share.of not in _OF_ANSWERS for share in shares(paper.rules)):
            yield Flaw(FlawCode.SHARE_OF_NOBODY, "rule.outcomes")
