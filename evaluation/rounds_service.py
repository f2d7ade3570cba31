"""Further rounds of an evaluation: of those who fell short, and of one that was declared void."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session as DatabaseSession

from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.ballotbox.service import draft_box, get_box, sealed_return
from app.extensions import transaction
from app.refused import Refused
from evaluation import lineage
from evaluation.again import AGAIN
from evaluation.models import Evaluation
from evaluation.paper import Paper, Subject
from evaluation.service import evaluation_of, frozen, get_draft, start_from
from evaluation.settings import write_settings

Titled = Callable[[str, int], str]
"""Makes the title of a further round: of the title of the first, and the round."""


def create_follow_up(box_id: int, titled: Titled) -> int:
    """Draft the evaluation anew of those whose outcome calls for it; return its box's id.

    Twice gives the same box, however quickly; the round before keeps its own record. Raises
    `not_closed`, `evaluation_was_voided`, and `nobody_to_evaluate_again`.
    """
    with _rounds_held(box_id) as (current, box):
        if box.stage == Stage.VOIDED:
            raise Refused("evaluation_was_voided")
        again = frozenset(sealed_return(box_id).result[AGAIN])
        if not again:
            raise Refused("nobody_to_evaluate_again")
        paper = frozen(box)
        rated = [subject for subject in paper.subjects if subject.id in again]
        existing = lineage.standing_after(current, box_id)
        return existing or _draft_round(current, box, paper, rated, titled)


def hold_again(box_id: int, titled: Titled) -> int:
    """Draft an evaluation that was declared void once more, as it was; return its box's id.

    It need not have been closed, nor opened. List, scale and rules stay those of the voided one;
    where it has a round in its place already, that one is returned. Raises `evaluation_not_void`,
    and `round_before_void` where the result that it followed from is void itself.
    """
    with _rounds_held(box_id) as (current, box):
        if box.stage != Stage.VOIDED:
            raise Refused("evaluation_not_void")
        existing = lineage.in_place_of(current, box_id)
        if existing is not None:
            return existing
        if lineage.follows_from_void(current, box_id):
            raise Refused("round_before_void")
        paper = get_draft(box_id).paper
        return _draft_round(current, box, paper, paper.subjects, titled, held_again=True)


@contextmanager
def _rounds_held(box_id: int) -> Iterator[tuple[DatabaseSession, Box]]:
    """Lock the first round, so that of two clicks the second finds what the first drafted."""
    with transaction() as current:
        evaluation_of(current, get_box(box_id).first_box_id or box_id, lock=True)
        yield current, get_box(box_id)


def _draft_round(
    current: DatabaseSession,
    box: Box,
    paper: Paper,
    subjects: Iterable[Subject],
    titled: Titled,
    *,
    held_again: bool = False,
) -> int:
    first = box if box.first_box_id is None else get_box(box.first_box_id)
    further = draft_box(
        box.session_id, box.instrument, box.title, secrecy=paper.secrecy, first=first
    )
    further.title = titled(first.title, further.round)
    followed = Evaluation(
        box_id=further.id,
        kind=evaluation_of(current, box.id).kind,
        settings=write_settings(paper),
        previous=paper.digest,
        previous_box_id=box.id,
        held_again=held_again,
    )
    start_from(current, followed, box.id, subjects)
    return further.id
