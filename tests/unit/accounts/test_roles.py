"""Who may enter where, as a table: the rows are people, the columns doors."""

import pytest

from app.accounts.guards import Door, Keeper, access, door_of, own_path, public, ticket_holder
from app.accounts.roles import Role, opens

A, O, S, V = Role.ADMINISTRATOR, Role.ORGANISER, Role.SCRUTINEER, Role.VIEWER  # noqa: E741


@pytest.mark.parametrize(
    ("person", "doors"),
    [(A, {A, O, V}), (O, {O, V}), (S, {S, V}), (V, {V})],
)
def test_each_role_opens_its_doors_and_no_others(person, doors):
    assert {door for door in Role if opens(person, frozenset({door}))} == doors


def test_certifying_is_for_scrutineers_only():
    assert [role for role in Role if opens(role, frozenset({S}))] == [S]


def test_a_door_for_several_roles_admits_each():
    door = Door(Keeper.ROLE, frozenset({O, S}))
    assert {role for role in Role if door.admits(role)} == {A, O, S}


def test_a_door_without_roles_is_a_mistake():
    with pytest.raises(TypeError):
        access()


def test_marks_stay_on_the_view():
    def view() -> str:
        return ""

    assert public(view).door.keeper is Keeper.NOBODY
    assert ticket_holder(view).door.keeper is Keeper.TICKET
    assert access(O)(view).door == Door(Keeper.ROLE, frozenset({O}), shown_again=True)


@pytest.mark.parametrize(
    "asked", ["/", "/sessions/3?page=2", "/b/%2F%2Fx", "/会议", "/a//b", "/a?next=//host/x"]
)
def test_own_paths_are_followed(asked):
    assert own_path(asked, "/home") == asked


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "",
        "sessions",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        " /sessions",
    ],
)
def test_the_way_back_never_leaves_the_house(asked):
    assert own_path(asked, "/home") == "/home"


def test_static_files_are_public_and_the_unknown_has_no_door(app):
    assert door_of(app, "static").keeper is Keeper.NOBODY
    assert door_of(app, "anything.static").keeper is Keeper.NOBODY
    assert door_of(app, "anything.else") is None
