"""Whom a box asks: cards of some rater groups, of all, or nobody with a card."""

import pytest

from app.ballotbox.domain import sample_in, takes_tickets, ticketed_groups

STAFF, PUBLIC = {"id": "staff"}, {"id": "public", "open_sample": True}


@pytest.mark.parametrize(
    ("groups", "sample", "ticketed"),
    [
        ("", "", None),
        ("deputy staff", "", ("deputy", "staff")),
        ("deputy public", "public", ("deputy",)),
        ("public", "public", ()),
    ],
)
def test_a_box_asks_the_cards_of_its_groups_and_never_the_open_sample(groups, sample, ticketed):
    assert ticketed_groups(groups, sample) == ticketed


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
