"""The rows in which a scale, its rates, caps, outcome rules and consequences are typed.

Every field carries plain text, so that a row comes back as it was typed whatever is done to it;
`evaluation.typed_outcomes` reads it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from app.ballotbox.domain import Denominator
from app.web.refusals import sentence
from evaluation.fault_words import flaw_words
from evaluation.flaws import Flaw
from evaluation.forms import named
from evaluation.paper import RankBy
from evaluation.presets import PRESETS, SCALES
from evaluation.rules import Standing, Step
from evaluation.scales import ScaleKind
from evaluation.typed_outcomes import STEPS_OF_POINTS, Place, Unreadable
from evaluation.typed_rows import MOST, SCORE, SHARE, Typed
from evaluation.words import preset_label, scale_label

LISTS = ("grades", "rates", "caps", "rules", "consequences")
RULES_OF, SCALE_OF = "rules:", "scale:"
"""What stands before the key of ready rules, or of a ready scale, in the choice of both."""

_PLACES = {
    "scale.grades": ("grades", "label"),
    "scale.rates": ("rates", "label"),
    "rule.caps": ("caps", "at_most"),
    "rule.outcomes": ("rules", "label"),
}
"""The list, and the column in it, that each place of a paper is typed in."""


class TicksField(SelectMultipleField):  # type: ignore[misc]  # wtforms carries no types
    """Several of few: boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def standing_field() -> SelectField:
    """Ask how well an outcome speaks of its subject."""
    return SelectField(_l("Stands for"), choices=[named(standing) for standing in Standing])


def steps_field() -> TicksField:
    """Ask what is proposed."""
    return TicksField(_l("What is proposed"), choices=[named(step) for step in Step])


def grades_field() -> TicksField:
    """Ask for grades of the scale that stands above."""
    return TicksField(_l("These grades"), choices=[], validate_choice=False)


def span_field() -> StringField:
    """Ask for points of a scale of points."""
    return StringField(_l("These points, for example 90-100"))


class GradeRow(Form):  # type: ignore[misc]
    """One grade."""

    letter = HiddenField()
    label = StringField(_l("Grade"))
    points = StringField(_l("Worth in points"))
    counts = BooleanField(_l("A valid mark"))


class RateRow(Form):  # type: ignore[misc]
    """A named share of the valid marks."""

    key = HiddenField()
    label = StringField(_l("Name of the rate"))
    grades = grades_field()
    span = span_field()


class CapRow(Form):  # type: ignore[misc]
    """How many on one ballot may get certain grades."""

    at_most = StringField(_l("At most so many"))
    grades = grades_field()
    span = span_field()


class ConditionRow(Form):  # type: ignore[misc]
    """A share of grades, or a score."""

    kind = SelectField(
        _l("Read from"),
        choices=[
            SelectChoice(SHARE, _l("a share of marks")),
            SelectChoice(SCORE, _l("the score")),
        ],
    )
    grades = grades_field()
    span = span_field()
    of = SelectField(_l("Taken of"), choices=[named(whole) for whole in Denominator])
    comparison = SelectField(
        _l("Must be"),
        choices=[
            SelectChoice("gt", _l("more than")),
            SelectChoice("ge", _l("at least")),
            SelectChoice("lt", _l("less than")),
            SelectChoice("le", _l("at most")),
        ],
    )
    bar = StringField(_l("Share or points"))


class RuleRow(Form):  # type: ignore[misc]
    """An outcome, and the conditions that must all hold."""

    key = HiddenField()
    label = StringField(_l("Outcome"))
    standing = standing_field()
    steps = steps_field()
    when = FieldList(FormField(ConditionRow), max_entries=MOST["when"])


class ConsequenceRow(Form):  # type: ignore[misc]
    """What is proposed when an outcome came about so often."""

    standing = standing_field()
    times = StringField(_l("For which time"))
    steps = steps_field()


class OutcomeForm(FlaskForm):  # type: ignore[misc]
    """How is graded, and what comes of it."""

    kind = RadioField(
        _l("What raters give"),
        choices=[
            SelectChoice(ScaleKind.GRADES.value, _l("a grade with a name")),
            SelectChoice(ScaleKind.POINTS.value, _l("points from 0 to 100")),
        ],
    )
    step = SelectField(
        _l("In steps of"), choices=[SelectChoice(str(step), str(step)) for step in STEPS_OF_POINTS]
    )
    grades = FieldList(FormField(GradeRow), max_entries=MOST["grades"])
    rates = FieldList(FormField(RateRow), max_entries=MOST["rates"])
    caps = FieldList(FormField(CapRow), max_entries=MOST["caps"])
    rules = FieldList(FormField(RuleRow), max_entries=MOST["rules"])
    consequences = FieldList(FormField(ConsequenceRow), max_entries=MOST["consequences"])
    rank_by = SelectField(
        _l("In what order the result stands"), choices=[named(order) for order in RankBy]
    )
    ready = SelectField(_l("Start from something ready"), validate_choice=False)

    @property
    def rows(self) -> dict[str, Any]:
        """What is typed, as `evaluation.typed_outcomes` takes it."""
        return {name: self[name].data for name in ("kind", "step", "rank_by", *LISTS)}

    def offer_grades(self) -> None:
        """Let every row choose among the grades as they are typed, and offer what is ready."""
        known = [(row["letter"], row["label"] or row["letter"]) for row in self.grades.data]
        conditions = (each for rule in self.rules for each in rule.form.when)
        for row in (*self.rates, *self.caps, *conditions):
            row.form.grades.choices = [SelectChoice(*each) for each in known if each[0]]
        self.ready.choices = {
            str(_("Scale and rules")): [(RULES_OF + key, preset_label(key)) for key in PRESETS],
            str(_("Scale only")): [(SCALE_OF + key, scale_label(key)) for key in SCALES],
        }

    def say_unreadable(self, faults: Iterable[Unreadable]) -> None:
        """Say beside each place why it cannot be read."""
        for fault in faults:
            _say(_at(self, fault.place), sentence(fault.refused))

    def say_flaws(self, flaws: Iterable[Flaw]) -> Mapping[str, list[str]]:
        """Say beside its place why an evaluation cannot be held with it.

        Returns what is said of a list as a whole, by its name; what is of no place here is said
        of the form.
        """
        said: dict[str, list[str]] = {}
        for flaw in flaws:
            place, _bracket, rest = flaw.field.partition("[")
            index = rest.partition("]")[0]
            if place not in _PLACES:
                self.form_errors.append(flaw_words(flaw))
                continue
            name, column = _PLACES[place]
            if index.isdecimal() and int(index) < len(self[name]):
                _say(_at(self, (name, int(index), column)), flaw_words(flaw))
            else:
                said.setdefault(name, []).append(flaw_words(flaw))
        return said


def form_of(rows: Typed) -> OutcomeForm:
    """Return a form that shows rows, whatever was sent."""
    form = OutcomeForm(formdata=None, data=rows)
    form.offer_grades()
    return form


def _at(form: Any, place: Place) -> Any:
    """Return the field at a place."""
    field = form
    for step in place:
        field = field[step] if isinstance(step, int) else getattr(field, "form", field)[step]
    return field


def _say(field: Any, words: str) -> None:
    field.errors = [*field.errors, words]
