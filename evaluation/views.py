"""The desk's pages of an evaluation: the list of a session, the draft, its settings, preview."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask import url_for as url
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly.finding import session_of
from app.assembly.models import Session
from app.ballotbox.domain import Secrecy
from app.ballotbox.instrument import instrument
from app.extensions import db
from app.refused import Refused
from app.web.booth import preview as phone_preview
from app.web.booth.phone import sitting
from app.web.booth.views import ENCLOSED
from app.web.drafting import UNPROCESSABLE, Page, beside, framed, in_words, rounds_of_session
from app.web.refusals import sentence
from evaluation import ballot_face, lineage, rounds_service, service, words
from evaluation.fault_words import flaw_words
from evaluation.flaws import Flaw, check, fatal
from evaluation.forms import (
    FAULT_NOTES,
    PRESET_NOTES,
    CopyForm,
    NewEvaluationForm,
    SettingsForm,
    filled_in,
)
from evaluation.paper import INSTRUMENT, Paper, SubjectKind
from evaluation.presets import preset_of
from evaluation.readiness import flaws_of, void_before
from evaluation.service import Draft
from evaluation.words import rule_sentence

blueprint = Blueprint("evaluation", __name__, url_prefix="/desk")
blueprint.add_app_template_global(ballot_face.paper_caps)
blueprint.add_app_template_global(ballot_face.ballot_rows)
blueprint.add_app_template_global(ballot_face.caps_given)


OF_OUTCOMES = ("scale", "rule.caps", "rule.outcomes")
"""The places of a paper that the page of grades and outcome fills in."""


def back_to(box_id: int, endpoint: str = "evaluation.draft", **more: Any) -> AnyResponse:
    """Lead back to a page of an evaluation after something was done."""
    return redirect(url(endpoint, box_id=box_id, **more), HTTPStatus.SEE_OTHER)


def page(template: str, draft: Draft, step: str, **context: Any) -> str:
    """Render one of the pages of an evaluation inside their common frame; `step` names it there."""
    flaws = flaws_of(draft) if draft.changeable else ()
    return render_template(
        f"evaluation/desk/{template}",
        session=sitting_of(draft.box.session_id),
        draft=draft,
        step=step,
        faults=by_page([flaw for flaw in flaws if flaw.fatal]),
        doubts=by_page([flaw for flaw in flaws if not flaw.fatal]),
        words=words,
        rule=rule_sentence(draft.paper),
        void_before=void_before(draft.box.id) if draft.changeable else (),
        in_place=in_place_of(draft),
        **context,
    )


def in_place_of(draft: Draft) -> int | None:
    """Return the round that stands in the place of a void one; None for any other."""
    return lineage.in_place_of(db.session(), draft.box.id) if draft.voided else None


def by_page(flaws: Iterable[Flaw]) -> dict[str, list[str]]:
    """Say flaws on the page where each can be mended."""
    said: dict[str, list[str]] = {"subjects": [], "outcomes": [], "settings": []}
    for flaw in flaws:
        said[page_of(flaw)].append(flaw_words(flaw))
    return said


def page_of(flaw: Flaw) -> str:
    """Return the step of the page where a flaw can be mended."""
    if flaw.field.startswith("subjects"):
        return "subjects"
    return "outcomes" if flaw.field.startswith(OF_OUTCOMES) else "settings"


def sitting_of(session_id: int) -> Session:
    """Return a session; raises `session_unknown`."""
    return session_of(db.session(), session_id)


# The list of a session, and a new evaluation


@blueprint.get("/sessions/<int:session_id>/evaluations")
@access(Role.VIEWER)
def boxes(session_id: int) -> Page:
    """List the evaluations of a session, the rounds of each side by side."""
    found = [
        [service.get_draft(box.id) for box in rounds]
        for rounds in rounds_of_session(session_id, INSTRUMENT)
    ]
    return render_template(
        "evaluation/desk/boxes.html",
        session=sitting_of(session_id),
        evaluations=found,
        words=words,
        preset_of=preset_of,
        in_place_of=in_place_of,
    )


@blueprint.get("/sessions/<int:session_id>/evaluations/new")
@access(Role.ORGANISER)
def new_evaluation(session_id: int) -> Page:
    """Ask what the new evaluation is called and by which scale and rules it is held."""
    return new_page(session_id, NewEvaluationForm())


@blueprint.post("/sessions/<int:session_id>/evaluations/new")
@access(Role.ORGANISER)
def new_evaluation_post(session_id: int) -> Page:
    """Draft an evaluation and go on to its subjects."""
    form = NewEvaluationForm()
    if form.validate():
        try:
            box_id = service.draft_evaluation(
                session_id,
                form.title.data,
                form.preset.data,
                SubjectKind(form.kind.data),
                Secrecy(form.secrecy.data),
            )
        except Refused as refused:
            beside(form, refused)
        else:
            return back_to(box_id)
    return new_page(session_id, form), UNPROCESSABLE


def new_page(session_id: int, form: NewEvaluationForm) -> str:
    """Render the form of a new evaluation."""
    return render_template(
        "evaluation/desk/new.html", session=sitting_of(session_id), form=form, notes=PRESET_NOTES
    )


@blueprint.get("/evaluations/<int:box_id>")
@access(Role.VIEWER)
def draft(box_id: int) -> Page:
    """Show who is rated, and what is missing before it can open."""
    moved, by = request.args.get("moved", ""), request.args.get("by", "")
    return page("subjects.html", service.get_draft(box_id), "subjects", moved=moved, by=by)


@blueprint.post("/evaluations/<int:box_id>/remove")
@access(Role.ORGANISER)
def remove(box_id: int) -> Page:
    """Delete an evaluation that was never opened."""
    found = service.get_draft(box_id)
    session_id, title = found.box.session_id, found.box.title
    try:
        service.remove_evaluation(box_id)
    except Refused as refused:
        flash(sentence(refused), "bad")
        return back_to(box_id)
    flash(_("“%(title)s” is removed.", title=title), "good")
    return redirect(url("evaluation.boxes", session_id=session_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/evaluations/<int:box_id>/again")
@access(Role.ORGANISER)
def again(box_id: int) -> Page:
    """Draft an evaluation that was declared void once more, as it was, and go to it."""
    try:
        drafted = rounds_service.hold_again(box_id, title_again)
    except Refused as refused:
        flash(sentence(refused), "bad")
        return back_to(box_id)
    flash(_("The evaluation is drafted again as it was. Please check it before opening."), "good")
    return back_to(drafted)


def title_again(title: str, number: int) -> str:
    """Name a round held in place of a void one: 2026年度部门工作测评（第2轮·重新测评）."""
    return str(_("%(title)s (round %(round)s: held again)", title=title, round=number))


# A copy as the start of the next


@blueprint.get("/evaluations/<int:box_id>/copy")
@access(Role.ORGANISER)
def copy(box_id: int) -> Page:
    """Ask what the copy is called, and in which session it is held."""
    found = service.get_draft(box_id)
    data = {"title": found.box.title, "session": found.box.session_id}
    return page("copy.html", found, "copy", form=copy_form(data=data))


@blueprint.post("/evaluations/<int:box_id>/copy")
@access(Role.ORGANISER)
def copy_post(box_id: int) -> Page:
    """Start a new evaluation from this one, and go to it."""
    found, form = service.get_draft(box_id), copy_form()
    if form.validate():
        try:
            started = service.copy_evaluation(box_id, form.session.data, form.title.data)
        except Refused as refused:
            beside(form, refused)
        else:
            flash(_("The copy is drafted; everything in it can be changed."), "good")
            return back_to(started)
    return page("copy.html", found, "copy", form=form), UNPROCESSABLE


def copy_form(**settings: Any) -> CopyForm:
    """Return the form with the sessions that are not archived, the newest first."""
    form = CopyForm(**settings)
    query = select(Session).where(Session.archived.is_(False))
    found = db.session.scalars(query.order_by(Session.held_on.desc(), Session.id.desc()))
    form.session.choices = [(one.id, f"{one.term}{one.title} {one.held_on}") for one in found]
    return form


# Criteria, raters and ballots


def settings_form(found: Draft, source: Any = None) -> SettingsForm:
    """Return the form of a draft's settings, or what of it `source` has filled in."""
    stored = filled_in(found.paper, found.kind)
    if source is None:
        return SettingsForm(data=stored)
    return SettingsForm(source, data=stored, meta={"csrf": False})


@blueprint.get("/evaluations/<int:box_id>/settings")
@access(Role.VIEWER)
def settings(box_id: int) -> Page:
    """Show criteria, raters and what ballots are valid, to be changed while it is drafted."""
    found = service.get_draft(box_id)
    return settings_page(found, settings_form(found))


def settings_page(found: Draft, form: SettingsForm) -> str:
    """Render the settings."""
    return page("settings.html", found, "settings", form=form, fault_notes=FAULT_NOTES)


@blueprint.post("/evaluations/<int:box_id>/settings")
@access(Role.ORGANISER)
def settings_post(box_id: int) -> Page:
    """Change the settings; what is impossible is said beside its field, nothing typed is lost."""
    found = service.get_draft(box_id)
    form = settings_form(found)
    if form.validate() and possible(form, form.paper(found.paper)):
        try:
            service.change_evaluation(
                box_id,
                title=form.title.data,
                secrecy=Secrecy(form.secrecy.data),
                kind=SubjectKind(form.kind.data),
                asked=form.paper(found.paper),
            )
        except Refused as refused:
            if "field" not in refused.facts:
                form.form_errors.append(sentence(refused))
            else:
                beside(form, refused)
        else:
            flash(_("Criteria, raters and ballots are saved."), "good")
            return back_to(box_id, "evaluation.settings")
    return settings_page(found, form), UNPROCESSABLE


BESIDE = {
    "title": "title",
    "criteria": "criteria",
    "overall_criterion": "overall",
    "groups": "groups",
}
"""The field of the form that each place of a paper is filled in by."""


def possible(form: SettingsForm, asked: Paper) -> bool:
    """Whether an evaluation could be held by what was filled in; says beside the field why not.

    What is wrong with the list of subjects or with the scale is said on their pages.
    """
    for flaw in fatal(check(asked)):
        if page_of(flaw) == "settings":
            name = BESIDE.get(flaw.field.partition("[")[0], "title")
            form[name].errors = [*form[name].errors, flaw_words(flaw)]
    return not form.errors


@blueprint.get("/evaluations/<int:box_id>/settings/sentence")
@access(Role.VIEWER)
def rule_in_words(box_id: int) -> Page:
    """Say what is filled in at the moment as the sentence that it would be on the paper."""
    found = service.get_draft(box_id)
    form = settings_form(found, request.args)
    if not form.validate():
        return "", HTTPStatus.NO_CONTENT
    asked = form.paper(found.paper)
    if any(page_of(flaw) != "subjects" for flaw in fatal(check(asked))):
        return "", HTTPStatus.NO_CONTENT
    return in_words(rule_sentence(asked))


# The preview


@blueprint.get("/evaluations/<int:box_id>/preview")
@access(Role.VIEWER)
def preview(box_id: int) -> Page:
    """Show the paper as the phone will show it, in the frame of a phone."""
    found = service.get_draft(box_id)
    return page("preview.html", found, "preview", preview_language=str(get_locale()))


@blueprint.get("/evaluations/<int:box_id>/preview/paper")
@access(Role.VIEWER)
def preview_paper(box_id: int) -> Page:
    """Give the paper itself; only our own preview page may frame it, and it can send nothing."""
    found = service.get_draft(box_id)
    shown = phone_preview(
        instrument(INSTRUMENT),
        found.paper,
        found.paper.title,
        sitting(found.box.session_id),
        named=found.paper.secrecy is Secrecy.NAMED,
        enclosed_url=url("evaluation.material", box_id=box_id, key=""),
        open_sample=found.paper.open_alone,
    )
    return framed(shown)


@blueprint.get("/evaluations/<int:box_id>/material/", defaults={"key": ""})
@blueprint.get("/evaluations/<int:box_id>/material/<key>")
@access(Role.VIEWER)
def material(box_id: int, key: str) -> Page:
    """Give a photo or reading material to the desk."""
    found = service.enclosure(box_id, key)
    if found is None:
        raise Refused("unknown_enclosure")
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": ENCLOSED}
    return Response(found.content, mimetype=found.media_type, headers=headers)
