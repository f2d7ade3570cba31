"""Lists for the secretariat, on each engine."""

import pytest

from app.assembly import listing, service
from app.assembly.quorum import BodyKind
from app.refused import Refused
from tests.integration.assembly.rosters import called, seated

ROSTER = (
    "10,张三,城西,是,",
    "2,单田芳,城东,,",
    "1,张玉书,城东,是,",
    "11,买买提·艾力,城西,,",
    "L1,列席者,,,是",
)


@pytest.fixture
def seats(boxed) -> None:
    seated(*ROSTER)


def numbers(people) -> list[str]:
    return [person.number for person in people]


def test_the_roster_is_counted_by_body(seats):
    assert listing.seats_on_roster() == {BodyKind.CONGRESS: 4, BodyKind.STANDING_COMMITTEE: 2}
    assert listing.observers_on_roster() == 1


def test_delegations_come_by_their_first_number_and_those_of_none_last(seats):
    found = [(group.name, group.people) for group in listing.delegations()]
    assert found == [("城东", 2), ("城西", 2), ("", 1)]
    committee = [
        (group.name, group.people) for group in listing.delegations(BodyKind.STANDING_COMMITTEE)
    ]
    assert committee == [("城东", 1), ("城西", 1), ("", 1)]


def test_a_delegation_that_begins_at_2_comes_before_one_that_begins_at_10(boxed):
    seated("2,甲,城东,,", "3,乙,城西,,", "10,丙,城西,,")
    assert [group.name for group in listing.delegations()] == ["城东", "城西"]


def test_a_roster_is_leafed_through(seats):
    first, last = listing.roster_page(size=2), listing.roster_page(page=99, size=2)
    assert (numbers(first.people), first.found, first.page, first.pages) == (["1", "2"], 5, 1, 3)
    assert (numbers(last.people), last.page) == (["L1"], 3)
    assert listing.roster_page(page=-1, size=2).page == 1


def test_a_roster_is_searched_and_narrowed(seats):
    assert numbers(listing.roster_page("zys").people) == ["1"]
    assert numbers(listing.roster_page("张", "城西").people) == ["10"]
    assert numbers(listing.roster_page(delegation="").people) == ["L1"]
    nobody = listing.roster_page("无此人")
    assert (nobody.people, nobody.found, nobody.page, nobody.pages) == ((), 0, 1, 1)


def test_who_no_longer_sits_is_listed_apart(seats):
    gone = listing.roster_page("单田芳").people[0].id
    service.deactivate(gone)
    assert listing.roster_page("单田芳").found == 0
    assert numbers(listing.roster_page(active=False).people) == ["2"]


def test_who_is_missing_from_a_file_is_named(seats):
    assert numbers(listing.not_listed({"1", "10", "L1", "99"})) == ["2", "11"]


def test_badges_are_for_those_who_take_part_by_delegation(seats):
    whole = called()
    assert numbers(listing.badge_holders(whole)) == ["1", "2", "10", "11", "L1"]
    assert numbers(listing.badge_holders(whole, "城西")) == ["10", "11"]
    committee = called(BodyKind.STANDING_COMMITTEE)
    assert numbers(listing.badge_holders(committee)) == ["1", "10", "L1"]
    with pytest.raises(Refused, match="session_unknown"):
        listing.badge_holders(999)


def test_sessions_come_latest_first(seats):
    from datetime import date

    old, new = called(held_on=date(2025, 1, 1)), called(held_on=date(2026, 1, 1))
    assert [session.id for session in listing.all_sessions()] == [new, old]
