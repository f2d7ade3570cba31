"""Whom a box asks: cards of some rater groups, of all, or nobody with a card."""

import pytest

from app.ballotbox.domain import sample_in, takes_tickets, ticketed_groups

STAFF, PUBLIC = {"id": "staff"}, {"id": "public", "open_sample": True}


@pytest.mark.parametrize(
    ("groups", "sample", "members", "ticketed"),
    [
        ("", "", "", None),
        ("", "", "deputy committee_member", ("deputy", "committee_member")),
        ("deputy staff", "", "deputy", ("deputy", "staff")),
        ("deputy public", "public", "deputy", ("deputy",)),
        ("public", "public", "deputy", ()),
    ],
)
def test_a_box_asks_the_cards_of_its_groups_or_of_who_sits_and_never_the_open_sample(
    groups, sample, members, ticketed
):
    assert ticketed_groups(groups, sample, members) == ticketed


@pytest.mark.parametrize(
    ("paper", "sample", "asks_cards"),
    [
        ({}, "", True),
        ({"groups": []}, "", True),
        ({"groups": [STAFF]}, "", True),
        ({"groups": [STAFF, PUBLIC]}, "public", True),
        ({"groups": [PUBLIC]}, "public", False),
    ],
)
def test_a_paper_says_who_answers_without_a_card(paper, sample, asks_cards):
    assert sample_in(paper) == sample
    assert takes_tickets(paper) is asks_cards
