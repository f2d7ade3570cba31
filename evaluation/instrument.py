"""The evaluation as the box knows it: one value made of this package's functions."""

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.ballotbox.domain import Turnout
from app.ballotbox.instrument import Counted, FollowUp, HeldWords, Instrument, Json
from app.ballotbox.piles import Piles
from app.ballotbox.second_count import agreed
from evaluation import (
    dry_run_views,
    library_views,
    outcome_views,
    result_views,
    rounds_service,
    sample_views,
    service,
    subject_views,
)
from evaluation import paper as papers
from evaluation.again import AGAIN, sealed_result
from evaluation.booth import read_form
from evaluation.decision import decide
from evaluation.paper import Paper
from evaluation.readiness import missing
from evaluation.robot import made_up
from evaluation.statement import statement
from evaluation.tally import count_piles
from evaluation.views import blueprint
from evaluation.words import rule_sentence


def count_ballots(
    paper: Paper,
    piles: Piles,
    turnout: Turnout,
    issued: Mapping[str, int],
) -> Counted:
    """Count twice and decide; outcomes are read from the ballots of ticketed raters.

    Open samples, where a paper has such a group, are counted beside them, in no figure of the
    turnout; where nobody else is asked, outcomes are read from them. Raises
    Refused("counts_disagree") where the second count finds something else.
    """
    counts = count_piles(paper, piles)
    counted = sum(counts.returned[at] for at in paper.counted_groups)
    tally = decide(paper, counts, replace(turnout, returned=counted), issued)
    ticketed = range(0) if paper.open_alone else paper.counted_groups
    valid = sum(counts.valid_by_group[at] for at in ticketed)
    returned = sum(counts.returned[at] for at in ticketed)
    found = sealed_result(paper, tally)
    result = agreed(paper.as_json(), piles, turnout, issued=issued, result=found)
    return Counted(valid, returned - valid, result, beside=counts.ballots - returned)


def follow_up(result: Json) -> FollowUp | None:
    """Return the further round that a result calls for, with its reason in words."""
    again = len(result[AGAIN])
    if not again:
        return None
    words = _(
        "By their outcome, %(number)s are to be evaluated again after rectifying.", number=again
    )
    return FollowUp("evaluated_again", words)


def cell(paper: Paper, byte: int) -> str:
    """Write one mark: a letter, points, `++` for two marks; raises ValueError."""
    return paper.scale.write(byte)


def title_of_round(title: str, number: int) -> str:
    """Name a further round after the first: 2026年度部门工作测评（第2轮·再次测评）."""
    return str(_("%(title)s (round %(round)s: evaluated again)", title=title, round=number))


def create_follow_up(box_id: int, actor: str) -> int:
    """Draft the further round of a closed box; its opening will be logged, with who did it."""
    del actor
    return rounds_service.create_follow_up(box_id, title_of_round)


blueprint.register_blueprint(subject_views.blueprint)
blueprint.register_blueprint(outcome_views.blueprint)
blueprint.register_blueprint(library_views.blueprint)
blueprint.register_blueprint(dry_run_views.blueprint)
blueprint.register_blueprint(sample_views.blueprint)
result_views.add_to(blueprint)

INSTRUMENT = Instrument(
    key=papers.INSTRUMENT,
    label=_l("Evaluation"),
    missing=missing,
    compose=service.compose,
    read_paper=Paper.from_json,
    count=count_ballots,
    read_form=read_form,
    made_up=made_up,
    rule=rule_sentence,
    follow_up=follow_up,
    create_follow_up=create_follow_up,
    paper_template="evaluation/paper.html",
    review_template="evaluation/review.html",
    result_template="evaluation/result.html",
    result_context=result_views.result_context,
    statement=statement,
    book=result_views.book,
    ballots=result_views.ballots,
    draft_endpoint="evaluation.draft",
    create_endpoint="evaluation.new_evaluation",
    exports=result_views.EXPORTS,
    blueprint=blueprint,
    enclosure=service.enclosure,
    held=HeldWords(
        step=_l("Evaluating"),
        open=_l("Open the evaluation"),
        opened=_l("The evaluation is open. The phones show the paper by themselves."),
        now=_l("Evaluation now"),
        goes_on=_l("Evaluating goes on: %(cast)s of %(issued)s ballots are in."),
        ask=_l("The chair asks whether everybody has handed in; then the evaluation is closed."),
        missing=_l("Not handed in yet"),
        close=_l("Close the evaluation and count"),
        counted=_l("The evaluation is closed, counted and sealed."),
        closed=_l("The evaluation is closed"),
        voided=_l("The evaluation was declared void."),
        ended=_l("The evaluation has ended"),
    ),
    cell=cell,
)
