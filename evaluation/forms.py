"""What the pages of a drafted evaluation ask for."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
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

from app.ballotbox.domain import Secrecy
from app.ballotbox.titles import LONGEST_ADOPTED, LONGEST_TITLE
from app.web import dry_run
from app.web.fields import at_most, between, needed, one_of_them, secret_or_named
from evaluation.dry_run import Pattern
from evaluation.library_service import LONGEST_NAME
from evaluation.paper import PLAIN, EmptyGroup, Fault, Paper, SubjectKind, Trim
from evaluation.presets import PRESETS
from evaluation.typed import UnreadableLine, criteria_lines, group_lines, read_criteria, read_groups
from evaluation.words import label, preset_label

MOST_TRIMMED = 1000

PRESET_NOTES: Mapping[str, Any] = {
    "zhenhai": _l(
        "Satisfied is found where more than half of all members mark it; basically satisfied "
        "where the two together are more than half. Exactly half is not enough."
    ),
    "jinshi": _l(
        "Passed where satisfied and basically satisfied together are more than two thirds of the "
        "ballots returned."
    ),
    "dawu": _l(
        "Competent from 80 percent of the ballots returned, basically competent from 50 percent, "
        "else incompetent."
    ),
    "yearly_assessment": _l(
        "Excellent, competent, basically competent, incompetent: an admonishing talk is proposed "
        "where the first two are under two thirds, removal where the last is over one third."
    ),
    "point_bands": _l(
        "Three grades of satisfaction counted as 100, 70 and 30 points; bands from 90, 70 and 60."
    ),
    "review_bands": _l("For performance reviews: points from 0 to 100, bands from 90, 70 and 60."),
    "figures_only": _l("Counts and rates are given, and no outcome is read from them."),
}
"""Each of the ready rules in one sentence."""

FAULT_NOTES: Mapping[Fault, Any] = {
    Fault.VOID_SUBJECT: _l("The rest of the ballot counts."),
    Fault.VOID_BALLOT: _l("The phone asks for every mark before the ballot can be cast."),
    Fault.ABSTAIN: _l("It is among the valid marks that rates are taken of."),
}


def named(setting: StrEnum) -> SelectChoice:
    """Offer a setting under the name it has for people."""
    return SelectChoice(setting.value, LazyString(label, setting))


def what_is_rated() -> SelectField:
    """Ask what the subjects are."""
    return SelectField(
        _l("What is rated"),
        [one_of_them],
        choices=[named(kind) for kind in SubjectKind],
        default=SubjectKind.DEPARTMENT.value,
    )


class NewEvaluationForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """An evaluation to be drafted by one of the rules ready to use."""

    title = StringField(_l("Title of the evaluation"), [needed, at_most(LONGEST_TITLE)])
    kind = what_is_rated()
    preset = RadioField(
        _l("Scale and rules"),
        [one_of_them],
        choices=[SelectChoice(key, LazyString(preset_label, key)) for key in PRESETS],
        default=next(iter(PRESETS)),
    )
    secrecy = secret_or_named(_l("Secret or by name"))


class CopyForm(FlaskForm):  # type: ignore[misc]
    """An evaluation to start from another one, in this session or a later one."""

    title = StringField(_l("Title of the new evaluation"), [needed, at_most(LONGEST_TITLE)])
    session = SelectField(_l("Session"), [one_of_them], coerce=int)


class KeepForm(FlaskForm):  # type: ignore[misc]
    """Under what name a paper is kept in the library."""

    name = StringField(_l("Name in the library"), [needed, at_most(LONGEST_NAME)])


class PaperFileForm(KeepForm):
    """A paper from a file."""

    file = FileField(_l("File (PAPER.json)"), [FileRequired(_l("Please choose a file."))])


class SettingsForm(FlaskForm):  # type: ignore[misc]
    """Everything about an evaluation but its subjects, its scale and its outcome rules."""

    title = StringField(_l("Title of the evaluation"), [needed, at_most(LONGEST_TITLE)])
    adopted = StringField(
        _l("The rules of the evaluation by title, and when they were adopted"),
        [Optional(), at_most(LONGEST_ADOPTED)],
    )
    kind = what_is_rated()
    secrecy = secret_or_named(_l("Secret or by name"))
    criteria = TextAreaField(_l("Criteria, one a line"))
    overall = StringField(_l("Overall criterion"), [Optional(), at_most(60)])
    groups = TextAreaField(_l("Rater groups, one a line"))
    empty_group = SelectField(
        _l("A rater group without marks"),
        [one_of_them],
        choices=[named(policy) for policy in EmptyGroup],
    )
    missing = RadioField(
        _l("One without a mark"),
        [one_of_them],
        choices=[named(fault) for fault in Fault],
    )
    double = RadioField(
        _l("One with two marks, on ballots entered from paper"),
        [one_of_them],
        choices=[named(fault) for fault in Fault],
    )
    uniform_invalid = BooleanField(_l("A ballot whose marks are all the same is void"))
    min_responses = IntegerField(
        _l("Valid marks needed for an outcome"), [needed, between(1, 9999)]
    )
    highest = IntegerField(_l("Highest marks left out"), [Optional(), between(0, MOST_TRIMMED)])
    lowest = IntegerField(_l("Lowest marks left out"), [Optional(), between(0, MOST_TRIMMED)])
    remarks = BooleanField(_l("Ask for remarks"))
    same_for_rest = BooleanField(_l("Offer “the same grade for all the rest”"))
    smallest_group = IntegerField(
        _l("Fewest raters of whom figures come out"), [needed, between(1, 999)]
    )

    def validate_criteria(self, field: Any) -> None:
        """Refuse a line that cannot be read."""
        _lines_or_fault(field, read_criteria)

    def validate_groups(self, field: Any) -> None:
        """Refuse a line that cannot be read."""
        _lines_or_fault(field, read_groups)

    def validate_overall(self, field: Any) -> None:
        """Refuse an overall criterion that is none of them."""
        names = [criterion.name for criterion in _read_or_none(self.criteria.data)]
        if field.data and field.data.strip() not in names:
            field.errors = [*field.errors, _("Write one of the criteria above, letter by letter.")]

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge all fields; the faults of lines stand beside their field."""
        return bool(super().validate(extra_validators)) and not self.errors

    def paper(self, before: Paper) -> Paper:
        """Return the paper as it was filled in, with what other pages change as in the one before.

        Only after `validate`.
        """
        criteria = read_criteria(self.criteria.data or "", before.criteria) or PLAIN
        overall = (self.overall.data or "").strip()
        return replace(
            before,
            title=self.title.data,
            secrecy=Secrecy(self.secrecy.data),
            adopted=self.adopted.data or "",
            criteria=criteria,
            overall_criterion=next((each.id for each in criteria if overall == each.name), "")
            if overall
            else "",
            # The open questionnaire has a page of its own.
            groups=(
                *read_groups(self.groups.data or ""),
                *(group for group in before.groups if group.open_sample),
            ),
            empty_group=EmptyGroup(self.empty_group.data),
            validity=replace(
                before.validity,
                missing=Fault(self.missing.data),
                double=Fault(self.double.data),
                uniform_invalid=self.uniform_invalid.data,
                min_responses=self.min_responses.data,
            ),
            trim=Trim(self.highest.data or 0, self.lowest.data or 0),
            remarks=self.remarks.data,
            same_for_rest=self.same_for_rest.data,
            smallest_group=self.smallest_group.data,
        )


def filled_in(paper: Paper, kind: SubjectKind) -> dict[str, Any]:
    """Return a paper as the fields of `SettingsForm` show it."""
    overall = [each.name for each in paper.criteria if each.id == paper.overall_criterion]
    return {
        "title": paper.title,
        "adopted": paper.adopted,
        "kind": kind.value,
        "secrecy": paper.secrecy.value,
        "criteria": "" if paper.criteria == PLAIN else criteria_lines(paper.criteria),
        "overall": "".join(overall),
        "groups": group_lines(group for group in paper.groups if not group.open_sample),
        "empty_group": paper.empty_group.value,
        "missing": paper.validity.missing.value,
        "double": paper.validity.double.value,
        "uniform_invalid": paper.validity.uniform_invalid,
        "min_responses": paper.validity.min_responses,
        "highest": paper.trim.highest,
        "lowest": paper.trim.lowest,
        "remarks": paper.remarks,
        "same_for_rest": paper.same_for_rest,
        "smallest_group": paper.smallest_group,
    }


def _lines_or_fault(field: Any, read: Any) -> None:
    try:
        read(field.data or "")
    except UnreadableLine as unreadable:
        words = _(
            "Line %(line)s cannot be read. Write a name and its weight after it: 工作实绩 40.",
            line=unreadable.line,
        )
        field.errors = [*field.errors, words]


def _read_or_none(text: str | None) -> tuple[Any, ...]:
    try:
        return read_criteria(text or "")
    except UnreadableLine:
        return ()


PATTERNS: Mapping[Pattern, Any] = {
    Pattern.RANDOM: _l("By chance, better grades more often"),
    Pattern.AGREEMENT: _l("Nearly everybody gives the best grade"),
    Pattern.HALVES: _l("Half give the best grade, half the next one"),
    Pattern.POOR: _l("Nearly everybody gives the lowest grade"),
    Pattern.SPOILT: _l("With many blank and wrongly marked ballots"),
}


class DryRunForm(dry_run.DryRunForm):
    """What ballots to make up."""

    pattern = RadioField(
        _l("How the grades fall"),
        [one_of_them],
        choices=[SelectChoice(pattern.value, PATTERNS[pattern]) for pattern in Pattern],
        default=Pattern.RANDOM.value,
    )


class SubjectForm(FlaskForm):  # type: ignore[misc]
    """One that is rated; its values are read like the cells of an imported table."""

    name = StringField(_l("Name of the one rated"), [needed])
    post_or_unit = StringField(_l("Post or unit"))
    kind = what_is_rated()
    note = TextAreaField(_l("A few words about it"))
    photo = FileField(_l("Photo (JPEG or PNG)"))
    without_photo = BooleanField(_l("Take the photo away"))
    reading = FileField(_l("Reading material (PDF or text)"))
    without_reading = BooleanField(_l("Take the reading material away"))
