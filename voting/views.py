"""The desk's pages of a vote: the list of a session, the draft, its preview and its dry run."""

from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask import url_for as url
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.guards import access
from app.accounts.roles import Role
from app.assembly.finding import session_of
from app.assembly.models import Session
from app.ballotbox.domain import Denominator, Secrecy
from app.ballotbox.instrument import instrument
from app.extensions import db
from app.refused import Refused
from app.web.booth import preview as phone_preview
from app.web.booth.phone import sitting
from app.web.drafting import UNPROCESSABLE, Page, beside, framed, in_words, rounds_of_session
from app.web.dry_run import filled_for, turnout_now
from app.web.refusals import sentence
from voting import lineage, service, words
from voting.candidates import has_gaps
from voting.dry_run import Pattern, came_about, dry_run
from voting.fault_words import flaw_words
from voting.flaws import Flaw, check, fatal
from voting.forms import (
    KIND_NOTES,
    PRESET_NOTES,
    SHORTFALL_NOTES,
    TIE_NOTES,
    DryRunForm,
    NewVoteForm,
    PoliciesForm,
    RulesForm,
    filled_in,
)
from voting.paper import INSTRUMENT, Rule
from voting.presets import preset_of
from voting.readiness import flaws_of, void_before
from voting.service import Draft
from voting.words import rule_sentence, threshold_words, title_of_round

blueprint = Blueprint("voting", __name__, url_prefix="/desk")


def back_to(box_id: int, endpoint: str = "voting.draft", **more: Any) -> AnyResponse:
    """Lead back to a page of a vote after something was done."""
    return redirect(url(endpoint, box_id=box_id, **more), HTTPStatus.SEE_OTHER)


def page(template: str, draft: Draft, step: str, **context: Any) -> str:
    """Render one of the pages of a vote inside their common frame; `step` names it there."""
    session = session_of(db.session(), draft.box.session_id)
    flaws = flaws_of(draft) if draft.changeable else ()
    return render_template(
        f"voting/desk/{template}",
        session=session,
        draft=draft,
        step=step,
        faults=by_page([flaw for flaw in flaws if flaw.fatal]),
        doubts=by_page([flaw for flaw in flaws if not flaw.fatal]),
        words=words,
        rule=sentence_of(draft, draft.paper.rule),
        void_before=void_before(draft.box.id) if draft.changeable else (),
        in_place=lineage.in_place_of(db.session(), draft.box.id) if draft.voided else None,
        **context,
    )


def by_page(flaws: Iterable[Flaw]) -> dict[str, list[str]]:
    """Say flaws on the page where each can be mended."""
    said: dict[str, list[str]] = {"candidates": [], "rules": []}
    for flaw in flaws:
        of_list = flaw.field.startswith("items")
        said["candidates" if of_list else "rules"].append(flaw_words(flaw))
    return said


def sentence_of(draft: Draft, rule: Rule) -> str:
    """Say a rule as it would stand on the paper of this draft."""
    paper = draft.paper
    return rule_sentence(rule, candidates=len(paper.candidates), committee=paper.committee)


# The list of a session, and a new vote


@blueprint.get("/sessions/<int:session_id>/votes")
@access(Role.VIEWER)
def boxes(session_id: int) -> Page:
    """List the votes of a session, the rounds of each side by side."""
    votes = [
        [service.get_draft(box.id) for box in rounds]
        for rounds in rounds_of_session(session_id, INSTRUMENT)
    ]
    return render_template(
        "voting/desk/boxes.html",
        session=sitting_of(session_id),
        votes=votes,
        words=words,
        in_place={
            draft.box.id: lineage.in_place_of(db.session(), draft.box.id)
            for rounds in votes
            for draft in rounds
            if draft.voided
        },
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
    return render_template(
        "voting/desk/new.html", session=sitting_of(session_id), form=form, notes=PRESET_NOTES
    )


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
        gaps=found.first and has_gaps(found.candidates),
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


@blueprint.post("/votes/<int:box_id>/again")
@access(Role.ORGANISER)
def again(box_id: int) -> Page:
    """Draft a vote that was declared void once more, as it was, and go to it."""
    try:
        drafted = service.hold_again(box_id, title_of_round)
    except Refused as refused:
        flash(sentence(refused), "bad")
        return back_to(box_id)
    flash(_("The vote is drafted again as it was. Please check it before opening."), "good")
    return back_to(drafted)


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
    given = {} if source is None else {"formdata": source, "meta": {"csrf": False}}
    form = kind(data=stored, **given)
    if found.paper.committee:
        form.speak_of_committee()
    return form


@blueprint.get("/votes/<int:box_id>/rules")
@access(Role.VIEWER)
def rules(box_id: int) -> Page:
    """Show the rules of a vote, to be changed while it is drafted."""
    found = service.get_draft(box_id)
    return rules_page(found, rules_form(found))


def rules_page(found: Draft, form: RulesForm | PoliciesForm) -> str:
    """Render the rules; the share gets its figure where it is known before the vote opens."""
    rule, share = found.paper.rule, ""
    if rule.denominator is Denominator.TOTAL_MEMBERS and rule.threshold.fraction:
        members = sitting_of(found.box.session_id).total_members
        share = threshold_words(rule, whole=members, committee=found.paper.committee)
    return page(
        "rules.html",
        found,
        "rules",
        form=form,
        preset=preset_of(rule),
        share=share,
        kind_notes=KIND_NOTES,
        tie_notes=TIE_NOTES,
        shortfall_notes=SHORTFALL_NOTES,
    )


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
    return rules_page(found, form), UNPROCESSABLE


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
    return in_words(sentence_of(found, form.rule(found.vote.rule)))


# The preview and the dry run


@blueprint.get("/votes/<int:box_id>/preview")
@access(Role.VIEWER)
def preview(box_id: int) -> Page:
    """Show the paper as the phone will show it, in the frame of a phone."""
    found = service.get_draft(box_id)
    return page("preview.html", found, "preview", preview_language=str(get_locale()))


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
    return framed(shown)


@blueprint.get("/votes/<int:box_id>/dry-run")
@access(Role.VIEWER)
def try_out(box_id: int) -> Page:
    """Count made-up ballots under the rules of the vote; nothing is stored."""
    found = service.get_draft(box_id)
    asked = "pattern" in request.args
    form = filled_for(DryRunForm, found.box.session_id, request.args if asked else None)
    unready = bool(fatal(check(found.paper)))
    if unready or not asked:
        return page("dry_run.html", found, "dry_run", form=form, unready=unready)
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
