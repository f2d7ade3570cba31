"""What the pages of a drafted vote ask for."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from app.ballotbox.domain import Denominator, Secrecy
from app.ballotbox.titles import LONGEST_ADOPTED, LONGEST_TITLE
from app.thresholds import Comparison, Threshold
from app.web import dry_run
from app.web.fields import at_most, between, needed, one_of_them, secret_or_named
from voting.candidates import MOST_CANDIDATES
from voting.dry_run import Pattern
from voting.fault_words import flaw_words
from voting.flaws import Flaw, FlawCode
from voting.paper import BlankPolicy, PaperKind, Rule, ShortfallPolicy, TiePolicy
from voting.presets import PRESETS
from voting.words import label, preset_label

OTHER = "other"

SHARES: Mapping[str, Any] = {
    "1/2": _l("half"),
    "3/5": _l("three fifths"),
    "2/3": _l("two thirds"),
    "3/4": _l("three quarters"),
    "4/5": _l("four fifths"),
    "1/1": _l("all of it"),
    "0/1": _l("no share: the most votes win"),
    OTHER: _l("another fraction"),
}
"""The shares to choose from, as `Threshold` writes its fraction."""

PRESET_NOTES: Mapping[str, Any] = {
    "local_organic_law": _l(
        "Tick up to as many projects as are to be selected; those approved by more than half of "
        "all members are selected in the order of their votes, the tied are voted on "
        "again, and seats left go to a supplementary vote."
    ),
    "per_item": _l(
        "Mark approve, against or abstain for each project; those approved by more than half of "
        "all members are selected in the order of their votes, as many as are to be "
        "selected at most."
    ),
    "by_urgency": _l(
        "Put the projects in order of urgency, 1, 2, 3 and so on; those ranked by more than half "
        "of all members are selected in the order of their points."
    ),
}
"""Each rule ready to use in one sentence, before its seats are known."""

KIND_NOTES: Mapping[PaperKind, Any] = {
    PaperKind.SELECT: _l("A tick is an approval; a project without one is not chosen."),
    PaperKind.PER_ITEM: _l("A project without a mark is not cast, which is no abstention."),
    PaperKind.RANK: _l("A project that is ranked at all is approved; its place gives the points."),
}

TIE_NOTES: Mapping[TiePolicy, Any] = {
    TiePolicy.RUNOFF: _l("A further vote among the tied only; the most votes win."),
    TiePolicy.PRESIDIUM: _l("The result names them; no further vote is drafted."),
    TiePolicy.TAKE_FEWER: _l("Fewer are selected than there are seats."),
}

SHORTFALL_NOTES: Mapping[ShortfallPolicy, Any] = {
    ShortfallPolicy.SUPPLEMENTARY_VOTE: _l(
        "A further vote among those not selected, in the order of their votes, by the same rule."
    ),
    ShortfallPolicy.ACCEPT_FEWER: _l("Only those that passed are selected."),
}

PATTERNS: Mapping[Pattern, Any] = {
    Pattern.RANDOM: _l("By chance, some projects liked more than others"),
    Pattern.AGREEMENT: _l("Strong agreement"),
    Pattern.TIE_AT_CUT: _l("Equal votes where the last seat falls"),
    Pattern.SHORTFALL: _l("Fewer pass than are to be selected"),
    Pattern.SPOILT: _l("Many blank and void ballots"),
}
"""What each made-up pile is to show."""

whole = between(1, MOST_CANDIDATES)


def named(setting: StrEnum, *, committee: bool = False) -> SelectChoice:
    """Offer a setting under the name it has for people."""
    return SelectChoice(setting.value, LazyString(label, setting, committee=committee))


class NewVoteForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """A vote to be drafted by one of the rules ready to use."""

    title = StringField(_l("Title of the vote"), [needed, at_most(LONGEST_TITLE)])
    preset = RadioField(
        _l("Rules of the vote"),
        [one_of_them],
        choices=[SelectChoice(key, LazyString(preset_label, key)) for key in PRESETS],
        default=next(iter(PRESETS)),
    )
    seats = IntegerField(_l("How many are to be selected"), [needed, whole])
    secrecy = secret_or_named()


class PoliciesForm(FlaskForm):  # type: ignore[misc]
    """What of a further round may still be settled; the rest follows from the round before."""

    title = StringField(_l("Title of the vote"), [needed, at_most(LONGEST_TITLE)])
    adopted = StringField(
        _l("The rules by title, and when they were adopted"),
        [Optional(), at_most(LONGEST_ADOPTED)],
    )
    allow_fewer = BooleanField(_l("A ballot that marks fewer than are to be selected is valid"))
    blank = RadioField(
        _l("A ballot without any mark"),
        [one_of_them],
        choices=[named(policy) for policy in BlankPolicy],
    )
    tie = RadioField(
        _l("Where equal votes leave the last seats open"),
        [one_of_them],
        choices=[named(policy) for policy in TiePolicy],
    )
    shortfall = RadioField(
        _l("Where fewer pass than are to be selected"),
        [one_of_them],
        choices=[named(policy) for policy in ShortfallPolicy],
    )

    def speak_of_committee(self) -> None:
        """Name the choices as a standing committee does: no presidium, no deputies."""
        self.tie.choices = [named(policy, committee=True) for policy in TiePolicy]

    def rule(self, before: Rule) -> Rule:
        """Return the rule as it was filled in."""
        return Rule(
            kind=before.kind,
            seats=before.seats,
            allow_fewer=self.allow_fewer.data,
            approvals_capped=before.approvals_capped,
            blank=BlankPolicy(self.blank.data),
            denominator=before.denominator,
            threshold=before.threshold,
            tie=TiePolicy(self.tie.data),
            shortfall=ShortfallPolicy(self.shortfall.data),
        )

    def secrecy_of(self, before: Secrecy) -> Secrecy:
        """Return whether it is secret: a further round is held as the first one was."""
        return before


class RulesForm(PoliciesForm):
    """Everything about a first vote but its candidates."""

    secrecy = secret_or_named()
    kind = RadioField(
        _l("How the paper is marked"),
        [one_of_them],
        choices=[named(kind) for kind in PaperKind],
    )
    seats = IntegerField(_l("How many are to be selected"), [needed, whole])
    approvals_capped = BooleanField(
        _l("Item by item: a ballot that approves more than are to be selected is void")
    )
    denominator = SelectField(
        _l("The share is taken of"),
        [one_of_them],
        choices=[named(whole) for whole in Denominator],
    )
    comparison = SelectField(
        _l("To pass, the approvals must be"),
        [one_of_them],
        choices=[
            SelectChoice(Comparison.GT.value, _l("more than (exactly that many is not enough)")),
            SelectChoice(Comparison.GE.value, _l("at least (exactly that many is enough)")),
        ],
    )
    share = SelectField(
        _l("this share"),
        [one_of_them],
        choices=[SelectChoice(share, words) for share, words in SHARES.items()],
    )
    part = IntegerField(_l("so many parts"), [Optional()])
    parts = IntegerField(_l("out of so many"), [Optional()])

    def speak_of_committee(self) -> None:
        """Name the choices as a standing committee does: no presidium, no deputies."""
        super().speak_of_committee()
        self.denominator.choices = [named(whole, committee=True) for whole in Denominator]

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge all fields, then the share they make: not over 1, and not more than all."""
        sound = bool(super().validate(extra_validators))
        if self.comparison.errors or self.share.errors:
            return sound
        try:
            self.threshold()
        except (ValueError, ZeroDivisionError, TypeError) as error:
            named = str(error).startswith("threshold_")
            code = FlawCode(str(error)) if named else FlawCode.THRESHOLD_OUT_OF_RANGE
            fault = self.parts if self.share.data == OTHER else self.share
            fault.errors = [*fault.errors, flaw_words(Flaw(code, "rule.threshold"))]
            return False
        return sound

    def threshold(self) -> Threshold:
        """Return the share to be reached; raises ValueError and its like where it is none."""
        if self.share.data == OTHER:
            fraction = Fraction(self.part.data, self.parts.data)
        else:
            fraction = Fraction(self.share.data)
        return Threshold(Comparison(self.comparison.data), fraction)

    def rule(self, before: Rule) -> Rule:
        """Return the rule as it was filled in."""
        del before
        return Rule(
            kind=PaperKind(self.kind.data),
            seats=self.seats.data,
            allow_fewer=self.allow_fewer.data,
            approvals_capped=self.approvals_capped.data,
            blank=BlankPolicy(self.blank.data),
            denominator=Denominator(self.denominator.data),
            threshold=self.threshold(),
            tie=TiePolicy(self.tie.data),
            shortfall=ShortfallPolicy(self.shortfall.data),
        )

    def secrecy_of(self, before: Secrecy) -> Secrecy:
        """Return whether it is secret, as it was filled in."""
        del before
        return Secrecy(self.secrecy.data)


def filled_in(rule: Rule) -> dict[str, Any]:
    """Return a rule as the fields of `RulesForm` show it."""
    fraction = rule.threshold.fraction
    share = f"{fraction.numerator}/{fraction.denominator}"
    known = share in SHARES
    return {
        **rule.as_json(),
        "comparison": rule.threshold.comparison.value,
        "share": share if known else OTHER,
        "part": None if known else fraction.numerator,
        "parts": None if known else fraction.denominator,
    }


class CandidateForm(FlaskForm):  # type: ignore[misc]
    """One candidate project; its values are read like the cells of an imported table."""

    number = StringField(_l("Number on the paper"))
    name = StringField(_l("Name of the project"), [needed])
    unit = StringField(_l("Responsible unit"))
    investment = StringField(_l("Total investment (10,000 yuan)"))
    description = TextAreaField(_l("What is to be done"))
    completion = StringField(_l("To be done by"))
    source = StringField(_l("Whose idea it was"))


class DryRunForm(dry_run.DryRunForm):
    """What ballots to make up."""

    pattern = RadioField(
        _l("How the votes fall"),
        [one_of_them],
        choices=[SelectChoice(pattern.value, PATTERNS[pattern]) for pattern in Pattern],
        default=Pattern.RANDOM.value,
    )
