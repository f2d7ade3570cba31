"""The desk's page of how is graded and what comes of it: scale, rates, caps, rules, proposals."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from app.accounts.guards import access
from app.accounts.roles import Role
from app.ballotbox.domain import Secrecy
from app.refused import Refused
from app.web.drafting import UNPROCESSABLE, Page, in_words
from app.web.refusals import sentence
from evaluation import service
from evaluation.flaws import Flaw, check, fatal
from evaluation.outcome_forms import RULES_OF, SCALE_OF, OutcomeForm, form_of
from evaluation.paper import Paper
from evaluation.presets import PRESETS, SCALES, with_preset
from evaluation.service import Draft
from evaluation.typed_outcomes import read_typed, typed
from evaluation.typed_rows import FIXED_RATES, SCORE, lettered, rearranged, without_blanks
from evaluation.views import back_to, page, page_of
from evaluation.words import rule_sentence

blueprint = Blueprint("outcomes", __name__, url_prefix="/evaluations/<int:box_id>/outcomes")

READY = "ready"
"""The deed of the button that takes over something ready."""


@blueprint.get("")
@access(Role.VIEWER)
def outcomes(box_id: int) -> Page:
    """Show scale and outcome rules, to be changed while it is drafted."""
    found = service.get_draft(box_id)
    return outcomes_page(found, form_of(typed(found.paper)))


@blueprint.post("")
@access(Role.ORGANISER)
def outcomes_post(box_id: int) -> Page:
    """Save what is typed; or, by the button pressed, add, move or take away a row and go on.

    What is impossible is said beside its place, and nothing typed is lost.
    """
    found, sent = service.get_draft(box_id), OutcomeForm()
    sent.offer_grades()
    if not sent.validate():  # no button of ours sends a choice that is not offered
        return outcomes_page(found, sent), UNPROCESSABLE
    rows, deed = sent.rows, request.form.get("do", "")
    if deed:
        done = taken_over(found.paper, rows, sent.ready.data) if deed == READY else rows
        return outcomes_page(found, form_of(lettered(rearranged(done, deed))), unsaved=True)
    rows = lettered(without_blanks(rows))
    form = form_of(rows)
    asked, unreadable = read_typed(found.paper, rows)
    form.say_unreadable(unreadable)
    listed = form.say_flaws(() if unreadable else of_outcomes(asked))
    if unreadable or of_outcomes(asked):
        return outcomes_page(found, form, listed=listed, refused=True), UNPROCESSABLE
    return saved(found, form, asked)


def taken_over(paper: Paper, rows: dict[str, Any], ready: str) -> dict[str, Any]:
    """Return the rows with a ready scale, or with ready rules on their scale, in their place."""
    kind, key = ready[: len(RULES_OF)], ready[len(RULES_OF) :]
    if kind == RULES_OF and key in PRESETS:
        return typed(replace(with_preset(paper, key), caps=()))
    if kind != SCALE_OF or key not in SCALES:
        return rows
    scale = typed(replace(paper, scale=SCALES[key], caps=(), rules=(), consequences=()))
    return {**rows, **{name: scale[name] for name in ("kind", "step", "grades", "rates")}}


def of_outcomes(asked: Paper) -> tuple[Flaw, ...]:
    """Return what makes this half of a paper impossible; other pages say what is theirs."""
    return tuple(flaw for flaw in fatal(check(asked)) if page_of(flaw) == "outcomes")


def saved(found: Draft, form: OutcomeForm, asked: Paper) -> Page:
    """Store the paper and come back, or say why it cannot be."""
    try:
        service.change_evaluation(
            found.box.id,
            title=found.box.title,
            secrecy=Secrecy(found.box.secrecy),
            kind=found.kind,
            asked=asked,
        )
    except Refused as refused:
        form.form_errors.append(sentence(refused))
        return outcomes_page(found, form, refused=True), UNPROCESSABLE
    flash(_("Grades and outcome are saved."), "good")
    return back_to(found.box.id, "evaluation.outcomes.outcomes")


@blueprint.post("/sentence")
@access(Role.ORGANISER)
def in_one_sentence(box_id: int) -> Page:
    """Say what is typed at the moment as the sentence that it would be on the paper."""
    found, sent = service.get_draft(box_id), OutcomeForm()
    sent.offer_grades()
    if not sent.validate():
        return "", 204
    asked, unreadable = read_typed(found.paper, lettered(without_blanks(sent.rows)))
    if unreadable or of_outcomes(asked):
        return "", 204
    return in_words(rule_sentence(asked))


def outcomes_page(
    found: Draft,
    form: OutcomeForm,
    *,
    listed: Mapping[str, list[str]] | None = None,
    unsaved: bool = False,
    refused: bool = False,
) -> str:
    """Render the page. `listed` is what is wrong with whole lists, by their names."""
    return page(
        "outcomes.html",
        found,
        "outcomes",
        form=form,
        listed=listed or {},
        unsaved=unsaved,
        refused=refused,
        fixed_rates=FIXED_RATES,
        score=SCORE,
    )
