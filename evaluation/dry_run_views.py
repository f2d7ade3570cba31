"""The desk's page on which an evaluation's rules are tried out."""

from flask import Blueprint, request

from app.accounts.guards import access
from app.accounts.roles import Role
from app.web.drafting import UNPROCESSABLE, Page
from app.web.dry_run import filled_for, turnout_now
from app.writing import points
from evaluation import service
from evaluation.dry_run import Pattern, dry_run
from evaluation.flaws import check, fatal
from evaluation.forms import DryRunForm
from evaluation.scores import shows_score
from evaluation.views import page

blueprint = Blueprint("dry_run", __name__)


@blueprint.get("/evaluations/<int:box_id>/dry-run")
@access(Role.VIEWER)
def try_out(box_id: int) -> Page:
    """Count made-up ballots by the rules of the evaluation; nothing is stored."""
    found = service.get_draft(box_id)
    asked = "pattern" in request.args
    form = filled_for(DryRunForm, found.box.session_id, request.args if asked else None)
    unready = bool(fatal(check(found.paper)))
    if unready or not asked:
        return page("dry_run.html", found, "dry_run", form=form, unready=unready)
    if not form.validate():
        return page("dry_run.html", found, "dry_run", form=form), UNPROCESSABLE
    figures = turnout_now(found.box.session_id, form.ballots.data)
    tally = dry_run(found.paper, figures, Pattern(form.pattern.data), form.seed.data)
    shown = {"tally": tally, "points": points, "scored": shows_score(found.paper)}
    return page("dry_run.html", found, "dry_run", form=form, **shown)
