"""What is asked about the open questionnaire of an evaluation, and what it makes of a paper."""

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField

from app.web.fields import at_most, between, needed
from evaluation.paper import Paper, RaterGroup

OPEN_SAMPLE = "open_sample"
"""The id of the group behind the public address; no card is ever asked as this group."""
LONGEST_WAIT = 3600


class SampleForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """The open questionnaire: whether there is one, its voice, and which answers are left out."""

    held = BooleanField(_l("Hold an open questionnaire beside or instead of ballot cards"))
    name = StringField(
        _l("Who answers it"),
        [needed, at_most(40)],
    )
    weight = IntegerField(_l("Its weight in the score"), [needed, between(0, 9999)])
    least_seconds = IntegerField(
        _l("Seconds that an answer takes at least"), [needed, between(0, LONGEST_WAIT)]
    )
    uniform_invalid = BooleanField(_l("Leave out answers whose marks are all the same"))

    def paper(self, before: Paper) -> Paper:
        """Return the paper with the questionnaire as it was filled in; only after `validate`."""
        ticketed = tuple(group for group in before.groups if not group.open_sample)
        sample = RaterGroup(
            OPEN_SAMPLE,
            (self.name.data or "").strip(),
            self.weight.data,
            open_sample=True,
            least_seconds=self.least_seconds.data,
            uniform_invalid=self.uniform_invalid.data,
        )
        return replace(before, groups=(*ticketed, sample) if self.held.data else ticketed)


def as_filled_in(paper: Paper, usual_name: str) -> dict[str, Any]:
    """Return a paper's questionnaire as the fields of `SampleForm` show it.

    Where there is none they stand as usual: 20 seconds, no straight lines, no weight yet.
    """
    found = next((group for group in paper.groups if group.open_sample), None)
    usual = RaterGroup(OPEN_SAMPLE, usual_name, least_seconds=20, uniform_invalid=True)
    shown = found or usual
    return {
        "held": found is not None,
        "name": shown.name,
        "weight": shown.weight,
        "least_seconds": shown.least_seconds,
        "uniform_invalid": shown.uniform_invalid,
    }
