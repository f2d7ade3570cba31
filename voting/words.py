"""The words of a vote for its readers: rules, outcomes, reasons, marks, in either language.

Outside an application the English of the catalogues comes out; the command line forces a
locale. The words of flaws and of malformed files stand in `voting.fault_words`.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.ballotbox.domain import NO_MARK, Denominator
from app.extensions import LOCALES
from app.thresholds import Comparison
from voting.marks import ABSTAIN, AGAINST, APPROVE, Verdict
from voting.outcomes import FollowUpKind, Line, Outcome, Reason, Tally
from voting.paper import BlankPolicy, PaperKind, Purpose, Rule, ShortfallPolicy, TiePolicy

_LABELS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    PaperKind: {
        PaperKind.SELECT: _l("Choose among the candidates (tick)"),
        PaperKind.PER_ITEM: _l("Item by item (approve, against, abstain)"),
        PaperKind.RANK: _l("Rank by urgency (1, 2, 3 …)"),
    },
    BlankPolicy: {
        BlankPolicy.ABSTAIN: _l("A blank ballot is a valid abstention"),
        BlankPolicy.INVALID: _l("A blank ballot is void"),
    },
    TiePolicy: {
        TiePolicy.RUNOFF: _l("The tied are voted on again"),
        TiePolicy.PRESIDIUM: _l("The presidium decides among the tied"),
        TiePolicy.TAKE_FEWER: _l("None of the tied is selected"),
    },
    ShortfallPolicy: {
        ShortfallPolicy.SUPPLEMENTARY_VOTE: _l("Supplementary vote on the seats left"),
        ShortfallPolicy.ACCEPT_FEWER: _l("The seats left stay empty"),
    },
    Purpose: {
        Purpose.FIRST_VOTE: _l("First vote"),
        Purpose.RUNOFF: _l("Runoff"),
        Purpose.SUPPLEMENTARY_VOTE: _l("Supplementary vote"),
        Purpose.HELD_AGAIN: _l("Vote held again"),
    },
    Denominator: {
        Denominator.TOTAL_MEMBERS: _l("all deputies"),
        Denominator.DUE: _l("the deputies due"),
        Denominator.PRESENT: _l("the deputies present"),
        Denominator.ISSUED: _l("the ballots issued"),
        Denominator.RETURNED: _l("the ballots returned"),
        Denominator.VALID: _l("the valid ballots"),
    },
    Outcome: {
        Outcome.SELECTED: _l("Selected"),
        Outcome.NOT_SELECTED: _l("Not selected"),
        Outcome.TIED: _l("Tied, undecided"),
        Outcome.SHORT: _l("To the supplementary vote"),
    },
    FollowUpKind: {
        FollowUpKind.NONE: _l("Nothing more to vote on"),
        FollowUpKind.RUNOFF: _l("Runoff"),
        FollowUpKind.PRESIDIUM_DECIDES: _l("The presidium decides"),
        FollowUpKind.SUPPLEMENTARY_VOTE: _l("Supplementary vote"),
        FollowUpKind.HOLD_AGAIN: _l("Vote held again"),
    },
    Verdict: {
        Verdict.VALID: _l("Valid ballot"),
        Verdict.BLANK: _l("Blank, an abstention"),
        Verdict.BLANK_INVALID: _l("Blank, void"),
        Verdict.UNKNOWN_MARK: _l("A mark that cannot be read"),
        Verdict.OVER: _l("Too many chosen"),
        Verdict.FEWER: _l("Too few chosen"),
        Verdict.DUPLICATE_RANK: _l("The same place given twice"),
        Verdict.GAP_IN_RANK: _l("A place left out"),
    },
}

_OF_COMMITTEE: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    TiePolicy: {TiePolicy.PRESIDIUM: _l("The chairpersons decide among the tied")},
    Denominator: {
        Denominator.TOTAL_MEMBERS: _l("all members of the standing committee"),
        Denominator.DUE: _l("the committee members due"),
        Denominator.PRESENT: _l("the committee members present"),
    },
}
"""What is called otherwise where a standing committee votes: it has no presidium."""

_PRESETS: Mapping[str, Any] = {
    "local_organic_law": _l("By the Local Organic Law (tick, more than half of all)"),
    "per_item": _l("Item by item, more than half of all"),
    "by_urgency": _l("By urgency, more than half of all"),
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
    Reason.PASSED_WITHIN_SEATS: _l(
        "%(got)s approvals reach the %(needed)s needed; with %(score)s it stands in place "
        "%(place)s, within the %(seats)s seats."
    ),
    Reason.MOST_VOTES: _l(
        "With %(score)s it stands in place %(place)s; the most votes win the %(seats)s seats."
    ),
    Reason.BELOW_THRESHOLD: _l("%(got)s approvals do not reach the %(needed)s needed."),
    Reason.OUTSIDE_SEATS: _l(
        "%(got)s approvals reach the %(needed)s needed, but with %(score)s it stands in place "
        "%(place)s, outside the %(seats)s seats."
    ),
    Reason.TIED_AT_CUT: _l(
        "%(among)s projects have %(score)s each, and %(seats_left)s seats are left for them."
    ),
    Reason.TIE_TAKE_FEWER: _l(
        "%(among)s projects have %(score)s each, and only %(seats_left)s seats were left; by the "
        "rules none of them is selected."
    ),
    Reason.GOES_TO_SUPPLEMENTARY: _l(
        "%(got)s approvals do not reach the %(needed)s needed; a supplementary vote is held for "
        "the %(seats_left)s seats left."
    ),
    Reason.VOTE_VOID: _l(
        "%(returned)s ballots came back and only %(issued)s were issued: the vote is void."
    ),
}

_FOLLOW_UPS: Mapping[FollowUpKind, Any] = {
    FollowUpKind.NONE: _l("Nothing more is to be voted on."),
    FollowUpKind.RUNOFF: _l(
        "%(among)s projects with equal votes are voted on again for %(seats_left)s seats; the "
        "most votes win."
    ),
    FollowUpKind.PRESIDIUM_DECIDES: _l(
        "%(among)s projects have equal votes; the presidium decides which take the "
        "%(seats_left)s seats left."
    ),
    FollowUpKind.SUPPLEMENTARY_VOTE: _l(
        "%(seats_left)s seats are left; a supplementary vote is held among the %(among)s projects "
        "not selected."
    ),
    FollowUpKind.HOLD_AGAIN: _l(
        "%(returned)s ballots came back and only %(issued)s were issued: the vote is void and is "
        "held again."
    ),
}

_CHAIRPERSONS_DECIDE = _l(
    "%(among)s projects have equal votes; the chairpersons decide which take the %(seats_left)s "
    "seats left."
)


def title_of_round(title: str, purpose: Purpose, number: int) -> str:
    """Name a further round after the first vote: 2027年度民生实事项目票决（第2轮·再次投票）."""
    facts = {"title": title, "purpose": label(purpose), "round": number}
    return str(_("%(title)s (round %(round)s: %(purpose)s)", **facts))


def tells_round(title: str, purpose: Purpose, number: int) -> bool:
    """Whether a title ends as `title_of_round` named it, in whichever language that was."""
    for locale in LOCALES:
        with force_locale(locale):
            if title.endswith(title_of_round("", purpose, number).strip()):
                return True
    return False


def label(word: StrEnum, *, committee: bool = False) -> str:
    """Return the short name of a setting, outcome, verdict or step, for forms and tables."""
    own = _OF_COMMITTEE.get(type(word), {}) if committee else {}
    return str(own.get(word) or _LABELS[type(word)][word])


def preset_label(key: str) -> str:
    """Return the name of a preset of `voting.presets.PRESETS`."""
    return str(_PRESETS[key])


def mark_words(kind: PaperKind, letter: int) -> str:
    """Return what one mark says: 赞成, 未投, 第3位."""
    if letter == NO_MARK:
        nothing = {
            PaperKind.SELECT: _("not ticked"),
            PaperKind.PER_ITEM: _("not cast"),
            PaperKind.RANK: _("not ranked"),
        }
        return str(nothing[kind])
    if kind is PaperKind.RANK:
        return str(_("place %(place)s", place=letter))
    words = {APPROVE: _("approve"), AGAINST: _("against"), ABSTAIN: _("abstain")}
    return str(_("ticked") if kind is PaperKind.SELECT else words[letter])


def score_words(kind: PaperKind, votes: int) -> str:
    """Return what the order goes by with its unit: 281票, or 96分 on a `rank` paper."""
    if kind is PaperKind.RANK:
        return str(_("%(points)s points", points=votes))
    return str(_("%(votes)s votes", votes=votes))


def reason_words(tally: Tally, line: Line) -> str:
    """Say in one sentence, with its figures, why a candidate's outcome is what it is."""
    score = score_words(tally.kind, line.votes)
    return str(_REASONS[line.reason]) % {**tally.facts(line), "score": score}


def follow_up_words(tally: Tally, *, committee: bool = False) -> str:
    """Say in one sentence what the rules ask for after this count."""
    kind = tally.follow_up.kind
    by_chairpersons = committee and kind is FollowUpKind.PRESIDIUM_DECIDES
    return str(_CHAIRPERSONS_DECIDE if by_chairpersons else _FOLLOW_UPS[kind]) % {
        "among": len(tally.follow_up.ids),
        "seats_left": tally.follow_up.seats_left,
        "issued": tally.turnout.issued,
        "returned": tally.turnout.returned,
    }


def rule_sentence(
    rule: Rule, *, candidates: int | None = None, whole: int | None = None, committee: bool = False
) -> str:
    """Explain any rule in one sentence, as it is printed on the paper and under the sheet.

    `candidates` is how many there are and `whole` the number that shares are taken of; with them
    the sentence has their figures, such as the approvals needed. `committee` words it for a
    standing committee: its members for deputies, its council of chairpersons for a presidium.
    """
    clauses = (
        _choosing(rule, candidates),
        _passing(rule, whole, committee=committee),
        _tie(rule, committee=committee),
        _shortfall(rule),
        _blank(rule),
    )
    return str(_("%(clauses)s.", clauses=str(_("; ")).join(clauses)))


def threshold_words(rule: Rule, *, whole: int | None = None, committee: bool = False) -> str:
    """Say the share to be reached: 超过全体代表的半数（至少164票）."""
    fraction = rule.threshold.fraction
    share = {
        "whole": label(rule.denominator, committee=committee),
        "fraction": _FRACTIONS.get(fraction)
        or _("%(part)s/%(parts)s", part=fraction.numerator, parts=fraction.denominator),
    }
    if fraction == 1:
        bar = _("every one of %(whole)s", **share)
    elif rule.threshold.comparison is Comparison.GT:
        bar = _("more than %(fraction)s of %(whole)s", **share)
    else:
        bar = _("%(fraction)s or more of %(whole)s", **share)
    if whole is None:
        return str(bar)
    return str(_("%(bar)s (at least %(needed)s votes)", bar=bar, needed=rule.needed(whole)))


def _choosing(rule: Rule, candidates: int | None) -> str:
    pool = _("the candidate projects")
    if candidates is not None:
        pool = _("the %(candidates)s candidate projects", candidates=candidates)
    facts = {"pool": pool, "seats": rule.seats}
    match rule.kind, rule.allow_fewer, rule.approvals_capped:
        case PaperKind.SELECT, True, _any:
            words = _("Of %(pool)s choose at most %(seats)s, or the ballot is void", **facts)
        case PaperKind.SELECT, False, _any:
            words = _("Of %(pool)s choose exactly %(seats)s, or the ballot is void", **facts)
        case PaperKind.RANK, True, _any:
            words = _(
                "Of %(pool)s put at most %(seats)s in order of urgency from 1 on, each place "
                "once and none left out, or the ballot is void",
                **facts,
            )
        case PaperKind.RANK, False, _any:
            words = _(
                "Of %(pool)s put exactly %(seats)s in order of urgency from 1 on, each place "
                "once and none left out, or the ballot is void",
                **facts,
            )
        case _kind, _any, True:
            words = _(
                "For each of %(pool)s mark approve, against or abstain, where one without a mark "
                "is not cast and no abstention, and approve at most %(seats)s, or the ballot is "
                "void",
                **facts,
            )
        case _:
            words = _(
                "For each of %(pool)s mark approve, against or abstain, where one without a mark "
                "is not cast and no abstention",
                **facts,
            )
    return str(words)


def _passing(rule: Rule, whole: int | None, *, committee: bool) -> str:
    facts = {
        "seats": rule.seats,
        "bar": threshold_words(rule, whole=whole, committee=committee),
    }
    match rule.threshold.fraction > 0, rule.kind:
        case True, PaperKind.RANK:
            words = _(
                "those ranked by %(bar)s are selected in the order of their points, %(seats)s at "
                "most (place 1 gives as many points as there are projects, each place after it "
                "one less, no place none)",
                **facts,
            )
        case True, _:
            words = _(
                "those approved by %(bar)s are selected in the order of their votes, %(seats)s at "
                "most",
                **facts,
            )
        case False, PaperKind.RANK:
            words = _("the %(seats)s with the most points are selected", **facts)
        case _:
            words = _("the %(seats)s with the most votes are selected", **facts)
    return str(words)


def _tie(rule: Rule, *, committee: bool) -> str:
    facts = {"equal": _("equal points") if rule.kind is PaperKind.RANK else _("equal votes")}
    match rule.tie:
        case TiePolicy.RUNOFF:
            words = _("where %(equal)s leave it open, those tied are voted on again", **facts)
        case TiePolicy.TAKE_FEWER:
            words = _("where %(equal)s leave it open, none of those tied is selected", **facts)
        case _ if committee:
            words = _("where %(equal)s leave it open, the chairpersons decide", **facts)
        case _:
            words = _("where %(equal)s leave it open, the presidium decides", **facts)
    return str(words)


def _shortfall(rule: Rule) -> str:
    if rule.shortfall is ShortfallPolicy.ACCEPT_FEWER:
        words = _("where fewer than %(seats)s are selected, it stays at those", seats=rule.seats)
    else:
        words = _(
            "where fewer than %(seats)s are selected, a supplementary vote is held among the "
            "others",
            seats=rule.seats,
        )
    return str(words)


def _blank(rule: Rule) -> str:
    if rule.blank is BlankPolicy.INVALID:
        return str(_("a ballot without any mark is void"))
    if rule.kind is PaperKind.PER_ITEM:
        return str(_("a ballot without any mark is valid and not cast on every item"))
    return str(_("a ballot without any mark is an abstention"))
