"""Who may enter: every route and method of the house, in one table, tried with real requests.

The table says what is meant, the declarations in the code say what is so, and the requests say
what happens; the three must agree. A new route fails the first test until it is placed here.

    stranger, holder of a card, holder of an address, viewer, scrutineer, organiser, administrator

The address is that of a hall screen (K) or of an open questionnaire (Q), which hangs on walls.
"""

import sqlite3
from contextlib import closing
from functools import wraps

import pytest

from app.accounts.guards import Keeper, door_of
from app.accounts.roles import Role
from tests.web.door.house import House, is_plain

TABLE = """
* * * * * * *  GET  /
* * * * * * *  GET  /b
* * * * * * *  POST /b
. T . . . . .  GET  /b/<code>
. T . . . . .  GET  /b/<code>/<box_id>
. T . . . . .  POST /b/<code>/<box_id>
. T . . . . .  GET  /b/<code>/<box_id>/enclosed/
. T . . . . .  GET  /b/<code>/<box_id>/enclosed/<key>
. T . . . . .  GET  /b/<code>/<box_id>/receipts
. T . . . . .  GET  /b/<code>/<box_id>/thanks
. T . . . . .  GET  /b/<code>/now
* * * * * * *  GET  /desk/
. . . V S O A  GET  /desk/boxes/<box_id>
. . . . . O A  POST /desk/boxes/<box_id>/announce
. . . V S O A  GET  /desk/boxes/<box_id>/certify
. . . . S O A  POST /desk/boxes/<box_id>/certify
. . . . . O A  POST /desk/boxes/<box_id>/close
. . . V S O A  GET  /desk/boxes/<box_id>/documents/<name>
. . . . . O A  POST /desk/boxes/<box_id>/follow-up
. . . V S O A  GET  /desk/boxes/<box_id>/open
. . . . . O A  POST /desk/boxes/<box_id>/open
. . . V S O A  GET  /desk/boxes/<box_id>/receipts
. . . V S O A  GET  /desk/boxes/<box_id>/receipts.txt
. . . V S O A  GET  /desk/boxes/<box_id>/recount.zip
. . . V S O A  GET  /desk/boxes/<box_id>/slides/<number>.png
. . . V S O A  GET  /desk/boxes/<box_id>/slides/<number>.svg
. . . V S O A  GET  /desk/boxes/<box_id>/turnout
. . . V S O A  GET  /desk/boxes/<box_id>/void
. . . . . O A  POST /desk/boxes/<box_id>/void
. . . . . O A  GET  /desk/deputies
. . . . . O A  GET  /desk/deputies/<deputy_id>
. . . . . O A  POST /desk/deputies/<deputy_id>
. . . . . O A  POST /desk/deputies/<deputy_id>/active
. . . . . O A  GET  /desk/deputies/import
. . . . . O A  POST /desk/deputies/import
. . . . . O A  GET  /desk/deputies/import/template.xlsx
. . . . . O A  GET  /desk/deputies/new
. . . . . O A  POST /desk/deputies/new
. . . V S O A  GET  /desk/evaluations/<box_id>
. . . V S O A  GET  /desk/evaluations/<box_id>/PAPER.json
. . . . . O A  POST /desk/evaluations/<box_id>/again
. . . V S O A  GET  /desk/evaluations/<box_id>/ballots.csv
. . . V S O A  GET  /desk/evaluations/<box_id>/compare
. . . V S O A  GET  /desk/evaluations/<box_id>/compare.xlsx
. . . . . O A  GET  /desk/evaluations/<box_id>/copy
. . . . . O A  POST /desk/evaluations/<box_id>/copy
. . . V S O A  GET  /desk/evaluations/<box_id>/dry-run
. . . . . O A  GET  /desk/evaluations/<box_id>/keep
. . . . . O A  POST /desk/evaluations/<box_id>/keep
. . . V S O A  GET  /desk/evaluations/<box_id>/material/
. . . V S O A  GET  /desk/evaluations/<box_id>/material/<key>
. . . V S O A  GET  /desk/evaluations/<box_id>/outcomes
. . . . . O A  POST /desk/evaluations/<box_id>/outcomes
. . . . . O A  POST /desk/evaluations/<box_id>/outcomes/sentence
. . . V S O A  GET  /desk/evaluations/<box_id>/paper.json
. . . V S O A  GET  /desk/evaluations/<box_id>/preview
. . . V S O A  GET  /desk/evaluations/<box_id>/preview/paper
. . . V S O A  GET  /desk/evaluations/<box_id>/questionnaire
. . . . . O A  POST /desk/evaluations/<box_id>/questionnaire
. . . V S O A  GET  /desk/evaluations/<box_id>/questionnaire/code.png
. . . . . O A  GET  /desk/evaluations/<box_id>/questionnaire/poster.pdf
. . . . . O A  GET  /desk/evaluations/<box_id>/remarks
. . . . . O A  POST /desk/evaluations/<box_id>/remove
. . . V S O A  GET  /desk/evaluations/<box_id>/result
. . . V S O A  GET  /desk/evaluations/<box_id>/result.csv
. . . V S O A  GET  /desk/evaluations/<box_id>/result.xlsx
. . . V S O A  GET  /desk/evaluations/<box_id>/result/print
. . . V S O A  GET  /desk/evaluations/<box_id>/settings
. . . . . O A  POST /desk/evaluations/<box_id>/settings
. . . V S O A  GET  /desk/evaluations/<box_id>/settings/sentence
. . . . . O A  GET  /desk/evaluations/<box_id>/subjects/<subject_id>
. . . . . O A  POST /desk/evaluations/<box_id>/subjects/<subject_id>
. . . . . O A  POST /desk/evaluations/<box_id>/subjects/<subject_id>/move
. . . . . O A  POST /desk/evaluations/<box_id>/subjects/<subject_id>/remove
. . . . . O A  GET  /desk/evaluations/<box_id>/subjects/import
. . . . . O A  POST /desk/evaluations/<box_id>/subjects/import
. . . . . O A  GET  /desk/evaluations/<box_id>/subjects/new
. . . . . O A  POST /desk/evaluations/<box_id>/subjects/new
. . . . . O A  POST /desk/evaluations/<box_id>/subjects/order
. . . V S O A  GET  /desk/evaluations/<box_id>/subjects/template.xlsx
. . . V S O A  GET  /desk/papers
. . . . . O A  POST /desk/papers
. . . V S O A  GET  /desk/papers/<kept_id>/PAPER.json
. . . . . O A  POST /desk/papers/<kept_id>/remove
. . . . . O A  GET  /desk/papers/<kept_id>/rename
. . . . . O A  POST /desk/papers/<kept_id>/rename
. . . . . O A  GET  /desk/papers/<kept_id>/start
. . . . . O A  POST /desk/papers/<kept_id>/start
. . . . . O A  GET  /desk/papers/ready/<key>/start
. . . . . O A  POST /desk/papers/ready/<key>/start
. . . V S O A  GET  /desk/sessions
. . . V S O A  GET  /desk/sessions/<session_id>
. . . . . O A  POST /desk/sessions/<session_id>/archive
. . . . S O A  GET  /desk/sessions/<session_id>/archive.zip
. . . V S O A  GET  /desk/sessions/<session_id>/attendance
. . . . . O A  GET  /desk/sessions/<session_id>/checkin
. . . . . O A  POST /desk/sessions/<session_id>/checkin
. . . . . O A  GET  /desk/sessions/<session_id>/checkin/badges
. . . . . O A  GET  /desk/sessions/<session_id>/checkin/badges.pdf
. . . . . O A  POST /desk/sessions/<session_id>/checkin/find
. . . . . O A  GET  /desk/sessions/<session_id>/checkin/list
. . . . . O A  GET  /desk/sessions/<session_id>/conduct
. . . . . O A  GET  /desk/sessions/<session_id>/conduct/agenda
. . . . . O A  GET  /desk/sessions/<session_id>/conduct/now
. . . . . O A  GET  /desk/sessions/<session_id>/conduct/turnout
. . . V S O A  GET  /desk/sessions/<session_id>/documents
. . . V S O A  GET  /desk/sessions/<session_id>/documents/<name>
. . . . . O A  GET  /desk/sessions/<session_id>/edit
. . . . . O A  POST /desk/sessions/<session_id>/edit
. . . V S O A  GET  /desk/sessions/<session_id>/evaluations
. . . . . O A  GET  /desk/sessions/<session_id>/evaluations/new
. . . . . O A  POST /desk/sessions/<session_id>/evaluations/new
. . . V S O A  GET  /desk/sessions/<session_id>/log
. . . . . O A  GET  /desk/sessions/<session_id>/screen
. . . . . O A  GET  /desk/sessions/<session_id>/screen/emblem
. . . . . O A  POST /desk/sessions/<session_id>/screen/emblem
. . . . . O A  POST /desk/sessions/<session_id>/screen/emblem/remove
. . . . . O A  GET  /desk/sessions/<session_id>/screen/looks
. . . . . O A  POST /desk/sessions/<session_id>/screen/looks
. . . . . O A  POST /desk/sessions/<session_id>/screen/renew
. . . . . O A  POST /desk/sessions/<session_id>/screen/show
. . . V S O A  GET  /desk/sessions/<session_id>/tickets
. . . . . O A  GET  /desk/sessions/<session_id>/tickets/<batch_id>/pile
. . . . . O A  POST /desk/sessions/<session_id>/tickets/<batch_id>/pile
. . . . . O A  POST /desk/sessions/<session_id>/tickets/<batch_id>/void
. . . . . O A  GET  /desk/sessions/<session_id>/tickets/count
. . . V S O A  GET  /desk/sessions/<session_id>/tickets/figures
. . . . . O A  GET  /desk/sessions/<session_id>/tickets/hand-out
. . . . . O A  POST /desk/sessions/<session_id>/tickets/hand-out
. . . . . O A  POST /desk/sessions/<session_id>/tickets/print
. . . . . O A  GET  /desk/sessions/<session_id>/tickets/void
. . . . . O A  POST /desk/sessions/<session_id>/tickets/void
. . . . . O A  POST /desk/sessions/<session_id>/tickets/void-spare
. . . V S O A  GET  /desk/sessions/<session_id>/votes
. . . . . O A  GET  /desk/sessions/<session_id>/votes/new
. . . . . O A  POST /desk/sessions/<session_id>/votes/new
. . . . . O A  GET  /desk/sessions/new
. . . . . O A  POST /desk/sessions/new
. . . V S O A  GET  /desk/votes/<box_id>
. . . . . O A  POST /desk/votes/<box_id>/again
. . . V S O A  GET  /desk/votes/<box_id>/ballots.csv
. . . . . O A  GET  /desk/votes/<box_id>/candidates/<candidate_id>
. . . . . O A  POST /desk/votes/<box_id>/candidates/<candidate_id>
. . . . . O A  POST /desk/votes/<box_id>/candidates/<candidate_id>/move
. . . . . O A  POST /desk/votes/<box_id>/candidates/<candidate_id>/remove
. . . . . O A  GET  /desk/votes/<box_id>/candidates/import
. . . . . O A  POST /desk/votes/<box_id>/candidates/import
. . . . . O A  POST /desk/votes/<box_id>/candidates/length
. . . . . O A  GET  /desk/votes/<box_id>/candidates/new
. . . . . O A  POST /desk/votes/<box_id>/candidates/new
. . . . . O A  POST /desk/votes/<box_id>/candidates/order
. . . . . O A  POST /desk/votes/<box_id>/candidates/renumber
. . . V S O A  GET  /desk/votes/<box_id>/candidates/template.xlsx
. . . V S O A  GET  /desk/votes/<box_id>/dry-run
. . . V S O A  GET  /desk/votes/<box_id>/paper.json
. . . V S O A  GET  /desk/votes/<box_id>/preview
. . . V S O A  GET  /desk/votes/<box_id>/preview/paper
. . . . . O A  POST /desk/votes/<box_id>/remove
. . . V S O A  GET  /desk/votes/<box_id>/result
. . . V S O A  GET  /desk/votes/<box_id>/result.csv
. . . V S O A  GET  /desk/votes/<box_id>/result.xlsx
. . . V S O A  GET  /desk/votes/<box_id>/result/print
. . . V S O A  GET  /desk/votes/<box_id>/rules
. . . . . O A  POST /desk/votes/<box_id>/rules
. . . V S O A  GET  /desk/votes/<box_id>/rules/sentence
* * * * * * *  POST /locale
. . . V S O A  GET  /password
. . . V S O A  POST /password
. . Q . . . .  GET  /q/<key>
. . Q . . . .  POST /q/<key>
. . Q . . . .  GET  /q/<key>/enclosed/
. . Q . . . .  GET  /q/<key>/enclosed/<material>
. . Q . . . .  GET  /q/<key>/no-cookies
. . Q . . . .  GET  /q/<key>/thanks
. . K . . . .  GET  /screen/<key>
. . K . . . .  GET  /screen/<key>/emblem
. . K . . . .  GET  /screen/<key>/feed
. . K . . . .  GET  /screen/<key>/table
. . K . . . .  GET  /screen/<key>/table/feed
* * * * * * *  GET  /sign-in
* * * * * * *  POST /sign-in
. . . V S O A  POST /sign-out
. . . . . . A  GET  /staff
. . . . . . A  GET  /staff/<staff_id>
. . . . . . A  POST /staff/<staff_id>
. . . . . . A  POST /staff/<staff_id>/active
. . . . . . A  POST /staff/<staff_id>/password
. . . . . . A  GET  /staff/new
. . . . . . A  POST /staff/new
* * * * * * *  GET  /static/<filename>
"""

ANYBODY = set("*")
HOLDER = "T"
KEYS = {"K", "Q"}
LETTERS = {
    Role.VIEWER: "V",
    Role.SCRUTINEER: "S",
    Role.ORGANISER: "O",
    Role.ADMINISTRATOR: "A",
}
FEWEST_CLOSED = {Role.ORGANISER: 7, Role.ADMINISTRATOR: 0}
"""How many doors at least are closed to a role: a table that lets everybody in is no table."""
NOWHERE = {404, 308}
SIGN_OUT = ("POST", "/sign-out")
"""Tried after all others: it ends the login that the others are tried with."""


def expected() -> dict[tuple[str, str], set[str]]:
    doors = {}
    for line in TABLE.strip().splitlines():
        *who, method, path = line.split()
        assert len(who) == 7, line
        assert (method, path) not in doors, f"{method} {path} is there twice"
        doors[method, path] = set(who) - {"."}
    return doors


EXPECTED = expected()


@pytest.fixture
def ran(house) -> list[str]:
    """The endpoints whose views ran: what the gate turns away never gets so far."""
    record: list[str] = []

    def recorded(endpoint: str, view):
        @wraps(view)
        def run(*args, **kwargs):
            record.append(endpoint)
            return view(*args, **kwargs)

        return run

    for endpoint, view in house.app.view_functions.items():
        house.app.view_functions[endpoint] = recorded(endpoint, view)
    return record


def rows_of(house: House) -> list[str]:
    with closing(sqlite3.connect(house.file)) as connection:
        return list(connection.iterdump())


def test_every_route_is_in_the_table_and_every_line_is_a_route(house):
    routes = {(method, is_plain(rule)) for rule, method in house.rules()}
    assert {f"{method} {path}" for method, path in routes - EXPECTED.keys()} == set(), (
        "say in TABLE who may enter here"
    )
    assert EXPECTED.keys() - routes == set(), "no route has this line any more"


def test_nothing_answers_to_other_methods(house):
    for rule in house.app.url_map.iter_rules():
        assert rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}, rule


def test_the_declarations_say_what_the_table_says(house):
    assert set(Keeper) == {Keeper.ROLE, Keeper.NOBODY, Keeper.TICKET}, "a new keeper needs a column"
    for rule, method in house.rules():
        door = door_of(house.app, rule.endpoint)
        placed = EXPECTED[method, is_plain(rule)]
        declared = {
            Keeper.NOBODY: placed & KEYS or ANYBODY,
            Keeper.TICKET: {HOLDER},
            Keeper.ROLE: {letter for role, letter in LETTERS.items() if door.admits(role)},
        }[door.keeper]
        assert declared == placed, f"{method} {rule}"


@pytest.mark.parametrize("role", [None, *Role])
def test_who_has_no_business_there_is_turned_away_and_changes_nothing(house, ran, role):
    client, before = house.client(role), rows_of(house)
    tried = 0
    for rule, method in house.rules():
        may = EXPECTED[method, is_plain(rule)]
        if may & {*ANYBODY, HOLDER, *KEYS} or LETTERS.get(role) in may:
            continue
        for path in house.paths(rule):
            answer = client.open(path, method=method)
            assert ran == [], f"{role} entered {method} {path}"
            if role is None:
                assert answer.status_code == 302, f"{method} {path}"
                assert answer.location.startswith("/sign-in"), f"{method} {path}"
            else:
                assert answer.status_code == 403, f"{method} {path}"
            tried += 1
    assert rows_of(house) == before
    assert tried >= FEWEST_CLOSED.get(role, 90)


@pytest.mark.parametrize("role", [None, *Role])
def test_who_has_business_there_is_let_in(house, ran, role):
    client = house.client(role)
    last = sorted(house.rules(), key=lambda door: (door[1], is_plain(door[0])) == SIGN_OUT)
    for rule, method in last:
        may = EXPECTED[method, is_plain(rule)]
        if may != ANYBODY and LETTERS.get(role) not in may:
            continue
        ran.clear()
        statuses = {status(client, path, method) for path in house.paths(rule)}
        assert ran, f"{role} is kept out of {method} {rule}"
        assert statuses - {401, 403}, f"{role} is shown nothing at {method} {rule}"
        assert max(statuses) < 500, f"{method} {rule}"


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_the_booth_opens_to_a_card_and_to_nothing_else(house, role):
    booth = [
        (rule, method)
        for rule, method in house.rules()
        if EXPECTED[method, is_plain(rule)] == {HOLDER}
    ]
    assert len(booth) >= 6
    client, before = house.client(role), rows_of(house)
    for rule, method in booth:
        statuses = set()
        for at in house.plan.sittings.values():
            for box_id in at.boxes.values():
                for code in ("A" * 16, house.plan.foreign_code(at)):
                    path = house.path(rule, at, box_id, code)
                    answer = client.open(path, method=method)
                    if "box_id" in rule.arguments or code == "A" * 16:
                        assert answer.status_code in {403, 404, 409}, f"{method} {path}"
                own = house.path(rule, at, box_id)
                statuses.add(client.open(own, method=method).status_code)
        assert statuses & {200, 302, 303, 409, 422}, f"{method} {rule}: {statuses}"
        assert not statuses & {401, 403, 500}, f"{method} {rule}: {statuses}"
    assert rows_of(house) == before, "looking, and forms without marks, spend nothing"


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_an_address_that_nobody_was_given_leads_nowhere(house, role):
    client, tried = house.client(role), 0
    for rule, method in house.rules():
        if EXPECTED[method, is_plain(rule)] & KEYS:
            own = {status(client, path, method) for path in house.paths(rule)}
            assert own - {404} or rule.rule.endswith("/emblem"), f"{method} {rule} is never found"
            assert max(own) < 500
            for made_up in ("A" * 8, "A" * 16, "0", "%00", "x" * 3000, "..%2f"):
                path = rule.rule.replace("<key>", made_up).replace("<material>", "x")
                assert status(client, path, method) in NOWHERE, f"{method} {path}"
            tried += 1
    assert tried >= 11


def status(client, path: str, method: str) -> int:
    """Return the status of an answer without reading it: some have no end."""
    with client.open(path, method=method) as answer:
        return answer.status_code
