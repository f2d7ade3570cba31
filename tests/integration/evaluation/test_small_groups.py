"""A rated unit with every published paper in hand, after what a small rater group said."""

from collections.abc import Iterator
from itertools import combinations_with_replacement, product

from app.ballotbox import service as box_service
from app.ballotbox.seal import Return, pile_digest
from evaluation.outcomes import Tally, Withheld
from evaluation.paper import RaterGroup
from tests.integration.evaluation.evaluations import drafted, hand_out, hold

LEADER = (RaterGroup("leader", "主任", 60), RaterGroup("deputy", "代表", 40))
GRADES = (b"A", b"B", b"C", b"\xff")


def piles(deputies: int) -> Iterator[tuple[bytes, list[tuple[str, bytes]]]]:
    """Every way in which one leader and so many deputies can have marked one subject."""
    for own, others in product(GRADES, combinations_with_replacement(GRADES, deputies)):
        yield own, [("leader", own), *(("deputy", mark) for mark in others)]


def guessed(sealed: Return, blinding: str = "") -> list[bytes]:
    """Try what the leader marked until the printed digest of the ballots fits."""
    tried = ((own, pile_digest(pile, blinding)) for own, pile in piles(7))
    return [own for own, digest in tried if digest == sealed.ballots]


def test_the_printed_digest_of_the_ballots_cannot_be_tried_out() -> None:
    box_id = drafted(1, "zhenhai", groups=LEADER)
    leader, deputies = hand_out(box_id, 1, "leader"), hand_out(box_id, 7, "deputy")
    sealed = hold(box_id, leader + deputies, [b"C", *[b"A"] * 5, *[b"B"] * 2])
    line = Tally.from_json(sealed.result).lines[0]

    assert line.withheld is Withheld.SCORE
    assert line.groups == ()
    assert guessed(sealed) == []
    # Whoever may see the ballots has what it takes: the attack itself is a good one.
    assert guessed(sealed, box_service.get_box(box_id).blinding) == [b"C"]
