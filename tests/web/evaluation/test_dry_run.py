"""Trying out an evaluation's rules: counted, marked as no result, and nothing stored."""

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from app.ballotbox.models import Box
from app.extensions import db
from evaluation.dry_run import Pattern
from tests.integration.evaluation.evaluations import drafted


@pytest.fixture
def where(site):
    with site.app_context(), force_locale("zh_Hans"):
        return f"/desk/evaluations/{drafted(34)}/dry-run"


@pytest.mark.parametrize("pattern", Pattern)
def test_every_pattern_is_shown_and_says_that_it_is_no_result(organiser, where, pattern):
    asked = {"pattern": pattern.value, "ballots": "40", "seed": "7"}
    page = organiser.get(where, query_string=asked)
    assert page.status_code == 200
    assert "made-up" in page.text
    assert "试算" in page.text
    assert page.text.count('class="why"') == 34
    assert organiser.get(where, query_string=asked).text.count("%<") == page.text.count("%<")


def test_a_score_is_shown_where_the_rule_has_one(site, organiser, where):
    asked = {"pattern": "random", "ballots": "40", "seed": "7"}
    assert "得分" not in organiser.get(where, query_string=asked).text
    with site.app_context(), force_locale("zh_Hans"):
        pointed = f"/desk/evaluations/{drafted(3, 'review_bands')}/dry-run"
    assert organiser.get(pointed, query_string=asked).text.count('data-label="得分"') == 3


def test_it_is_asked_for_first_and_wrong_figures_are_said(site, organiser, where):
    assert "made-up" not in organiser.get(where).text
    wrong = organiser.get(where, query_string={"pattern": "random", "ballots": "0", "seed": "1"})
    assert wrong.status_code == 422
    assert 'id="ballots-error"' in wrong.text
    with site.app_context():
        assert db.session.scalar(select(func.count()).select_from(Box)) == 1


def test_an_empty_list_cannot_be_tried_out(site, organiser):
    with site.app_context(), force_locale("zh_Hans"):
        where = f"/desk/evaluations/{drafted(0)}/dry-run"
    asked = {"pattern": "random", "ballots": "10", "seed": "1"}
    page = organiser.get(where, query_string=asked)
    assert page.status_code == 200
    assert "made-up" not in page.text
