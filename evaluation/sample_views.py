"""The desk's page of the open questionnaire: its rules, its address, its poster."""

from flask import Blueprint, Response, current_app, flash
from flask_babel import gettext as _

from app.accounts.guards import access
from app.accounts.roles import Role
from app.addresses import public_address
from app.ballotbox.codes import printed_key
from app.ballotbox.domain import Secrecy
from app.printing.poster import PosterWords, picture, poster
from app.refused import Refused
from app.web.drafting import UNPROCESSABLE, Page
from app.web.refusals import sentence
from evaluation import service
from evaluation.fault_words import flaw_words
from evaluation.flaws import check, fatal
from evaluation.paper import Paper
from evaluation.sample_forms import SampleForm, as_filled_in
from evaluation.service import Draft
from evaluation.views import back_to, page, sitting_of

blueprint = Blueprint("sample", __name__, url_prefix="/evaluations/<int:box_id>/questionnaire")


def url_of(found: Draft) -> str:
    """Return the public address of an evaluation's questionnaire, as it is printed."""
    base = public_address(current_app.extensions["settings"])
    return f"{base}/q/{printed_key(found.box.public_key)}"


@blueprint.get("")
@access(Role.VIEWER)
def questionnaire(box_id: int) -> Page:
    """Show the questionnaire's rules and where it is found."""
    found = service.get_draft(box_id)
    usual = str(_("The public"))
    return questionnaire_page(found, SampleForm(data=as_filled_in(found.paper, usual)))


@blueprint.post("")
@access(Role.ORGANISER)
def questionnaire_post(box_id: int) -> Page:
    """Save the questionnaire's rules, or say what stands against them."""
    found, form = service.get_draft(box_id), SampleForm()
    if not form.validate():
        return questionnaire_page(found, form), UNPROCESSABLE
    asked = form.paper(found.paper)
    against = of_questionnaire(found.paper, asked)
    if against:
        form.form_errors.extend(against)
        return questionnaire_page(found, form), UNPROCESSABLE
    try:
        service.change_evaluation(
            box_id,
            title=found.box.title,
            secrecy=Secrecy(found.box.secrecy),
            kind=found.kind,
            asked=asked,
        )
    except Refused as refused:
        form.form_errors.append(sentence(refused))
        return questionnaire_page(found, form), UNPROCESSABLE
    flash(_("The open questionnaire is saved."), "good")
    return back_to(box_id, "evaluation.sample.questionnaire")


def of_questionnaire(before: Paper, asked: Paper) -> list[str]:
    """Say what the questionnaire makes impossible, and not what was so before.

    That outcomes are read from shares of members is mended on another page, and said there.
    """
    known = tuple(check(before))  # their facts are no keys of a set
    made = (flaw for flaw in fatal(check(asked)) if flaw not in known)
    return [flaw_words(flaw) for flaw in made if not flaw.field.startswith("rule.")]


def questionnaire_page(found: Draft, form: SampleForm) -> str:
    """Render the page."""
    sample = next((group for group in found.paper.groups if group.open_sample), None)
    return page(
        "questionnaire.html",
        found,
        "questionnaire",
        form=form,
        sample=sample,
        address=url_of(found),
    )


@blueprint.get("/poster.pdf")
@access(Role.ORGANISER)
def poster_pdf(box_id: int) -> Response:
    """Give the poster to be printed and hung up."""
    found = held(box_id)
    session = sitting_of(found.box.session_id)
    notes = [_("No name and no number is asked. One browser answers once.")]
    if not found.paper.open_alone:
        notes.append(
            _("The answers are an open sample, counted apart from the marks of the members.")
        )
    words = PosterWords(
        title=found.box.title,
        body=session.body,
        call=_("Scan with your phone to answer"),
        address=url_of(found),
        notes=tuple(map(str, notes)),
        rehearsal=_("Rehearsal") if session.rehearsal else "",
    )
    return given(poster(url_of(found), words), "application/pdf", "poster.pdf")


@blueprint.get("/code.png")
@access(Role.VIEWER)
def code_png(box_id: int) -> Response:
    """Give the code as a picture, for a chat or a web page."""
    return given(picture(url_of(held(box_id))), "image/png", "questionnaire.png")


def held(box_id: int) -> Draft:
    """Return an evaluation that has a questionnaire; raises Refused("no_questionnaire")."""
    found = service.get_draft(box_id)
    if not any(group.open_sample for group in found.paper.groups):
        raise Refused("no_questionnaire")
    return found


def given(content: bytes, kind: str, name: str) -> Response:
    """Send a file that the browser shows and can save under a name."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, mimetype=kind, headers=headers)
