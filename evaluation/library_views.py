"""The desk's library of papers: what is ready, what was kept, and papers as files."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template
from flask import url_for as url
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.guards import access
from app.accounts.roles import Role
from app.intake.documents import MalformedFileError
from app.refused import Refused
from app.reports.download import file_name
from app.web.drafting import UNPROCESSABLE, Page, beside
from evaluation import library_service, service, words
from evaluation.fault_words import fault_lines
from evaluation.forms import CopyForm, KeepForm, PaperFileForm
from evaluation.library_service import Kept
from evaluation.paper import Paper
from evaluation.presets import PRESETS, with_preset
from evaluation.scales import ScaleKind
from evaluation.views import back_to, copy_form, page

blueprint = Blueprint("library", __name__)

MOST_SHOWN = 60
"""How many faults of a file are said at once."""


@blueprint.get("/papers")
@access(Role.VIEWER)
def library() -> Page:
    """Show what was kept and what is ready, in words."""
    return library_page(PaperFileForm())


def library_page(form: PaperFileForm, faults: tuple[str, ...] = ()) -> str:
    """Render the library; `faults` are those of a file that was refused."""
    ready = {key: in_words(ready_paper(key)) for key in PRESETS}
    return render_template(
        "evaluation/desk/library.html",
        kept=library_service.kept_papers(),
        ready=ready,
        form=form,
        faults=faults[:MOST_SHOWN],
        words=words,
        in_words=in_words,
    )


def in_words(paper: Paper) -> str:
    """Say a paper's rule in one sentence; of one with nobody on its list, grades and outcomes."""
    if paper.subjects:
        return words.rule_sentence(paper)
    points = paper.scale.kind is ScaleKind.POINTS
    grades = _("0 to 100 points") if points else "、".join(g.label for g in paper.scale.grades)
    return str(_("; ")).join((str(grades), *words.outcome_sentences(paper)))


def ready_paper(key: str) -> Paper:
    """Return a paper of one of the ready scales and rules, with nobody on its list."""
    return with_preset(Paper(title="-", subjects=(), scale=PRESETS[key].scale), key)


@blueprint.post("/papers")
@access(Role.ORGANISER)
def import_post() -> Page:
    """Keep the paper of a file; with anything wrong in it, it is refused whole."""
    form = PaperFileForm()
    faults: tuple[str, ...] = ()
    if form.validate():
        try:
            library_service.import_paper(form.file.data.read(), form.name.data)
        except MalformedFileError as malformed:
            faults = fault_lines(malformed)
        except Refused as refused:
            beside(form, refused)
        else:
            return kept_now(form.name.data)
    return library_page(form, faults), UNPROCESSABLE


@blueprint.get("/evaluations/<int:box_id>/keep")
@access(Role.ORGANISER)
def keep(box_id: int) -> Page:
    """Ask under what name the paper of an evaluation is kept."""
    found = service.get_draft(box_id)
    return page("keep.html", found, "copy", form=KeepForm(name=found.box.title[:60]))


@blueprint.post("/evaluations/<int:box_id>/keep")
@access(Role.ORGANISER)
def keep_post(box_id: int) -> Page:
    """Keep the paper of an evaluation."""
    found, form = service.get_draft(box_id), KeepForm()
    if form.validate():
        try:
            library_service.keep_paper(box_id, form.name.data)
        except Refused as refused:
            beside(form, refused)
        else:
            return kept_now(form.name.data)
    return page("keep.html", found, "copy", form=form), UNPROCESSABLE


def kept_now(name: str) -> AnyResponse:
    """Lead to the library after a paper was kept."""
    flash(_("“%(name)s” is kept in the library.", name=name.strip()), "good")
    return redirect(url("evaluation.library.library"), HTTPStatus.SEE_OTHER)


@blueprint.get("/papers/<int:kept_id>/rename")
@access(Role.ORGANISER)
def rename(kept_id: int) -> Page:
    """Ask for another name."""
    kept = library_service.get_kept(kept_id)
    return kept_page("rename.html", kept, KeepForm(name=kept.name))


@blueprint.post("/papers/<int:kept_id>/rename")
@access(Role.ORGANISER)
def rename_post(kept_id: int) -> Page:
    """Give a paper of the library another name."""
    kept, form = library_service.get_kept(kept_id), KeepForm()
    if form.validate():
        try:
            library_service.rename_kept(kept_id, form.name.data)
        except Refused as refused:
            beside(form, refused)
        else:
            return kept_now(form.name.data)
    return kept_page("rename.html", kept, form), UNPROCESSABLE


@blueprint.post("/papers/<int:kept_id>/remove")
@access(Role.ORGANISER)
def remove_kept(kept_id: int) -> Page:
    """Take a paper out of the library."""
    name = library_service.remove_kept(kept_id)
    flash(_("“%(name)s” is taken out of the library.", name=name), "good")
    return redirect(url("evaluation.library.library"), HTTPStatus.SEE_OTHER)


@blueprint.get("/papers/<int:kept_id>/start")
@access(Role.ORGANISER)
def start(kept_id: int) -> Page:
    """Ask what the new evaluation is called, and in which session it is held."""
    kept = library_service.get_kept(kept_id)
    return kept_page("start.html", kept, copy_form(data={"title": kept.paper.title}))


@blueprint.post("/papers/<int:kept_id>/start")
@access(Role.ORGANISER)
def start_post(kept_id: int) -> Page:
    """Draft an evaluation from a paper of the library, and go to it."""
    kept, form = library_service.get_kept(kept_id), copy_form()
    return started(
        form,
        lambda: library_service.start_evaluation(kept_id, form.session.data, form.title.data),
        lambda: kept_page("start.html", kept, form),
    )


@blueprint.get("/papers/ready/<key>/start")
@access(Role.ORGANISER)
def start_ready(key: str) -> Page:
    """Ask what the new evaluation by one of the ready rules is called, and where it is held."""
    return ready_page(key, copy_form())


@blueprint.post("/papers/ready/<key>/start")
@access(Role.ORGANISER)
def start_ready_post(key: str) -> Page:
    """Draft an evaluation by one of the ready rules, and go to it."""
    form = copy_form()
    return started(
        form,
        lambda: service.draft_evaluation(form.session.data, form.title.data, key),
        lambda: ready_page(key, form),
    )


def started(form: CopyForm, draft: Callable[[], int], shown_again: Callable[[], str]) -> Page:
    """Draft what a form asks for and lead to it, or show the form again with what is wrong."""
    if form.validate():
        try:
            return back_to(draft())
        except Refused as refused:
            beside(form, refused)
    return shown_again(), UNPROCESSABLE


def ready_page(key: str, form: CopyForm) -> str:
    """Render the form of an evaluation by ready rules; raises `preset_unknown`."""
    if key not in PRESETS:
        raise Refused("preset_unknown")
    return shown("start.html", words.preset_label(key), ready_paper(key), form)


def kept_page(template: str, kept: Kept, form: Any) -> str:
    """Render a page about one paper of the library."""
    return shown(template, kept.name, kept.paper, form)


def shown(template: str, name: str, paper: Paper, form: Any) -> str:
    """Render a page about a paper: its name, its rule in words, a form."""
    return render_template(
        f"evaluation/desk/{template}",
        name=name,
        paper=paper,
        rule=in_words(paper),
        form=form,
    )


@blueprint.get("/papers/<int:kept_id>/PAPER.json")
@access(Role.VIEWER)
def kept_file(kept_id: int) -> Page:
    """Give a paper of the library as a file."""
    kept = library_service.get_kept(kept_id)
    return as_file(kept.paper, kept.name)


@blueprint.get("/evaluations/<int:box_id>/PAPER.json")
@access(Role.VIEWER)
def draft_file(box_id: int) -> Page:
    """Give the paper of an evaluation as a file, drafted or frozen."""
    found = service.get_draft(box_id)
    return as_file(found.paper, found.box.title)


def as_file(paper: Paper, name: str) -> Response:
    """Give a paper to be saved; the name for programs that cannot read Chinese is PAPER.json."""
    saved = file_name(name, suffix=".json")
    attached = f"attachment; filename=PAPER.json; filename*=UTF-8''{quote(saved)}"
    content = library_service.kept_file(paper)
    headers = {"Content-Disposition": attached}
    return Response(content, mimetype="application/json", headers=headers)
