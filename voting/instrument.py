"""The livelihood-project vote as the box knows it: one value made of this package's functions."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from app.ballotbox.domain import Turnout
from app.ballotbox.instrument import Counted, FollowUp, Instrument, Json
from app.ballotbox.piles import Piles
from app.ballotbox.second_count import agreed
from voting import candidate_views, result_views, service
from voting import paper as papers
from voting.booth import read_form
from voting.marks import written
from voting.outcomes import FollowUpKind, Tally
from voting.paper import Paper
from voting.readiness import missing
from voting.robot import made_up
from voting.statement import statement
from voting.tally import count_piles, decide
from voting.views import blueprint
from voting.words import follow_up_words, rule_sentence, title_of_round

VOTED_AGAIN = (
    FollowUpKind.RUNOFF,
    FollowUpKind.SUPPLEMENTARY_VOTE,
    FollowUpKind.HOLD_AGAIN,
)
"""The follow-ups that are a further round; the presidium's decision is none."""


def count_ballots(
    paper: Paper,
    piles: Piles,
    turnout: Turnout,
    issued: Mapping[str, int],
) -> Counted:
    """Count twice and decide; the paper of a vote knows no rater groups.

    Raises Refused("counts_disagree") where the second count finds something else.
    """
    tally = decide(paper, count_piles(paper, piles), turnout)
    found = tally.as_json()
    result = agreed(paper.as_json(), piles, turnout, issued=issued, result=found)
    return Counted(tally.turnout.valid, tally.turnout.invalid, result)


def rule_of(paper: Paper) -> str:
    """Say the rule of a paper in the sentence that stands on it."""
    return rule_sentence(paper.rule, candidates=len(paper.candidates), committee=paper.committee)


def follow_up(result: Json) -> FollowUp | None:
    """Return the further round that a result calls for, with its reason in words."""
    tally = Tally.from_json(result)
    if tally.follow_up.kind not in VOTED_AGAIN:
        return None
    return FollowUp(tally.follow_up.kind.value, follow_up_words(tally))


def create_follow_up(box_id: int, actor: str) -> int:
    """Draft the further round of a closed box; its opening will be logged, with who did it."""
    del actor
    return service.create_follow_up(box_id, title_of_round)


def cell(paper: Paper, byte: int) -> str:
    """Write one mark: √, 赞成, 反对, 弃权 or a place; raises ValueError."""
    return written(paper.rule.kind, byte)


blueprint.register_blueprint(candidate_views.blueprint)
result_views.add_to(blueprint)

INSTRUMENT = Instrument(
    key=papers.INSTRUMENT,
    label=_l("Livelihood-project vote"),
    missing=missing,
    compose=service.compose,
    read_paper=Paper.from_json,
    count=count_ballots,
    read_form=read_form,
    made_up=made_up,
    rule=rule_of,
    follow_up=follow_up,
    create_follow_up=create_follow_up,
    paper_template="voting/paper.html",
    review_template="voting/review.html",
    result_template=result_views.TEMPLATE,
    result_context=result_views.result_context,
    statement=statement,
    book=result_views.book,
    ballots=result_views.ballots,
    draft_endpoint="voting.draft",
    create_endpoint="voting.new_vote",
    exports=result_views.EXPORTS,
    blueprint=blueprint,
    cell=cell,
    opens_ballots=True,
)
