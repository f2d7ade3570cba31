"""The desk's pages of a vote: the list of a session, the draft, its preview and its dry run."""

from dataclasses import replace
from http import HTTPStatus
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask import url_for as url
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly.finding import session_of
from app.assembly.models import Session
from app.ballotbox.domain import Secrecy
from app.ballotbox.instrument import instrument
from app.ballotbox.models import Box
from app.ballotbox.service import boxes_of
from app.extensions import db
from app.refused import Refused
from app.web.booth import preview as phone_preview
from app.web.booth.phone import sitting
from app.web.refusals import sentence
from voting import service, words
from voting.candidates import has_gaps
from voting.dry_run import Pattern, came_about, dry_run
from voting.fault_words import flaw_words
from voting.flaws import check, fatal
from voting.forms import DryRunForm, NewVoteForm, PoliciesForm, RulesForm, filled_in
from voting.paper import INSTRUMENT
from voting.presets import preset_of
from voting.readiness import flaws_of, turnout_now
from voting.service import Draft
from voting.words import rule_sentence

blueprint = Blueprint("voting", __name__, url_prefix="/desk")

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
Page = str | AnyResponse | tuple[str, int]

FRAMED = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""The policy of the previewed paper: it may stand in our own page, and can send nothing."""


def back_to(box_id: int, endpoint: str = "voting.draft", **more: Any) -> AnyResponse:
    """Lead back to a page of a vote after something was done."""
    return redirect(url(endpoint, box_id=box_id, **more), HTTPStatus.SEE_OTHER)


def page(template: str, draft: Draft, here: str, **context: Any) -> str:
    """Render one of the pages of a vote inside their common frame; `here` names the step."""
    found = flaws_of(draft) if draft.changeable else ()
    return render_template(
        f"voting/desk/{template}",
        session=session_of(db.session(), draft.box.session_id),
        draft=draft,
        here=here,
        flaws=found,
        flaw_words=flaw_words,
        words=words,
        preset=preset_of(draft.vote.rule),
        gaps=draft.first and has_gaps(draft.candidates),
        rule=sentence_of(draft),
        **context,
    )


def sentence_of(draft: Draft, **changed: Any) -> str:
    """Say the rule of a draft, with the approvals needed where they are known beforehand."""
    paper = draft.paper
    return rule_sentence(changed.get("rule", paper.rule), candidates=len(paper.candidates))


# The list of a session, and a new vote


@blueprint.get("/sessions/<int:session_id>/votes")
@access(Role.VIEWER)
def boxes(session_id: int) -> Page:
    """List the votes of a session, the rounds of each side by side."""
    found = [box for box in boxes_of(session_id) if box.instrument == INSTRUMENT]
    order = {box.id: at for at, box in enumerate(found)}

    def first(box: Box) -> int:
        return box.first_box_id or box.id

    found.sort(key=lambda box: (order.get(first(box), -1), box.round))
    votes = [
        [service.get_draft(box.id) for box in rounds] for _, rounds in groupby(found, key=first)
    ]
    return render_template(
        "voting/desk/boxes.html", session=sitting_of(session_id), votes=votes, words=words
    )


def sitting_of(session_id: int) -> Session:
    """Return a session; raises `session_unknown`."""
    return session_of(db.session(), session_id)


@blueprint.get("/sessions/<int:session_id>/votes/new")
@access(Role.ORGANISER)
def new_vote(session_id: int) -> Page:
    """Ask what the new vote is called and by which rule it is held."""
    return new_vote_page(session_id, NewVoteForm())


@blueprint.post("/sessions/<int:session_id>/votes/new")
@access(Role.ORGANISER)
def new_vote_post(session_id: int) -> Page:
    """Draft a vote and go on to its candidates."""
    form = NewVoteForm()
    if form.validate():
        try:
            box_id = service.draft_vote(
                session_id,
                form.title.data,
                form.preset.data,
                form.seats.data,
                Secrecy(form.secrecy.data),
            )
        except Refused as refused:
            beside(form, refused)
        else:
            return back_to(box_id)
    return new_vote_page(session_id, form), UNPROCESSABLE


def new_vote_page(session_id: int, form: NewVoteForm) -> str:
    """Render the form of a new vote."""
    return render_template("voting/desk/new.html", session=sitting_of(session_id), form=form)


def beside(form: Any, refused: Refused) -> None:
    """Say a refusal beside the field at fault, or above the form where it names none."""
    field = form[refused.facts["field"]] if refused.facts.get("field") in form else None
    if field is None:
        form.form_errors.append(sentence(refused))
    else:
        field.errors = [*field.errors, sentence(refused)]


@blueprint.get("/votes/<int:box_id>")
@access(Role.VIEWER)
def draft(box_id: int) -> Page:
    """Show a vote's candidates, and what is missing before it can open."""
    found = service.get_draft(box_id)
    return page(
        "candidates.html",
        found,
        "candidates",
        moved=request.args.get("moved", ""),
        by=request.args.get("by", ""),
        lengths=service.possible_lengths(box_id) if found.changeable else (),
    )


@blueprint.post("/votes/<int:box_id>/remove")
@access(Role.ORGANISER)
def remove(box_id: int) -> Page:
    """Delete a vote that was never opened."""
    found = service.get_draft(box_id)
    session_id, title = found.box.session_id, found.box.title
    try:
        service.remove_vote(box_id)
    except Refused as refused:
        flash(sentence(refused), "bad")
        return back_to(box_id)
    flash(_("“%(title)s” is removed.", title=title), "good")
    return redirect(url("voting.boxes", session_id=session_id), HTTPStatus.SEE_OTHER)


# The rules


def rules_form(found: Draft, source: Any = None) -> RulesForm | PoliciesForm:
    """Return the form of a draft's rules: whole for a first vote, the policies for the others."""
    stored = {
        **filled_in(found.vote.rule),
        "title": found.box.title,
        "secrecy": found.box.secrecy,
        "adopted": found.vote.adopted,
    }
    kind = RulesForm if found.first else PoliciesForm
    return kind(data=stored) if source is None else kind(source, data=stored, meta={"csrf": False})


@blueprint.get("/votes/<int:box_id>/rules")
@access(Role.VIEWER)
def rules(box_id: int) -> Page:
    """Show the rules of a vote, to be changed while it is drafted."""
    found = service.get_draft(box_id)
    return page("rules.html", found, "rules", form=rules_form(found))


@blueprint.post("/votes/<int:box_id>/rules")
@access(Role.ORGANISER)
def rules_post(box_id: int) -> Page:
    """Change the rules; what is impossible is said beside its field, and nothing typed is lost."""
    found = service.get_draft(box_id)
    form = rules_form(found)
    if form.validate() and possible(found, form):
        try:
            service.change_vote(
                box_id,
                title=form.title.data,
                secrecy=form.secrecy_of(Secrecy(found.box.secrecy)),
                adopted=form.adopted.data or "",
                rule=form.rule(found.vote.rule),
            )
        except Refused as refused:
            beside(form, refused)
        else:
            flash(_("The rules are saved."), "good")
            return back_to(box_id, "voting.rules")
    return page("rules.html", found, "rules", form=form), UNPROCESSABLE


def possible(found: Draft, form: RulesForm | PoliciesForm) -> bool:
    """Whether a vote could be held by what was filled in; says beside the field why not.

    A list that is still empty says nothing against any rule.
    """
    if not found.candidates:
        return True
    wrong = fatal(check(replace(found.paper, rule=form.rule(found.vote.rule))))
    for flaw in wrong:
        if flaw.field == "rule.seats":
            field = form.seats if isinstance(form, RulesForm) else form.allow_fewer
            field.errors = [*field.errors, flaw_words(flaw)]
    return not form.errors


@blueprint.get("/votes/<int:box_id>/rules/sentence")
@access(Role.VIEWER)
def rule_in_words(box_id: int) -> Page:
    """Say what is filled in at the moment as the sentence that it would be on the paper."""
    found = service.get_draft(box_id)
    form = rules_form(found, request.args)
    if not form.validate():
        return "", HTTPStatus.NO_CONTENT
    answer = Response(sentence_of(found, rule=form.rule(found.vote.rule)), mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


# The preview and the dry run


@blueprint.get("/votes/<int:box_id>/preview")
@access(Role.VIEWER)
def preview(box_id: int) -> Page:
    """Show the paper as the phone will show it, in the frame of a phone."""
    return page("preview.html", service.get_draft(box_id), "preview")


@blueprint.get("/votes/<int:box_id>/preview/paper")
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
    )
    answer = make_response(shown)
    answer.headers["Content-Security-Policy"] = FRAMED
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@blueprint.get("/votes/<int:box_id>/dry-run")
@access(Role.VIEWER)
def try_out(box_id: int) -> Page:
    """Count made-up ballots under the rules of the vote; nothing is stored."""
    found = service.get_draft(box_id)
    hall = turnout_now(found.box.session_id)
    asked = "pattern" in request.args
    form = DryRunForm(request.args if asked else None, ballots=hall.present or hall.due or 100)
    if fatal(check(found.paper)) or not asked:
        return page("dry_run.html", found, "dry_run", form=form)
    if not form.validate():
        return page("dry_run.html", found, "dry_run", form=form), UNPROCESSABLE
    pattern = Pattern(form.pattern.data)
    figures = turnout_now(found.box.session_id, form.ballots.data)
    tally = dry_run(found.paper, figures, pattern, form.seed.data)
    return page(
        "dry_run.html",
        found,
        "dry_run",
        form=form,
        tally=tally,
        pattern=pattern,
        came_about=came_about(pattern, tally),
    )
