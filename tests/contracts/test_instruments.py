"""What every instrument of the shelf promises to the box, the hall and the sheets."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from app.accounts import service as accounts
from app.accounts.roles import Role
from app.ballotbox import casting, service, tickets
from app.ballotbox.admission import admit
from app.ballotbox.canonical import canonical, digest
from app.ballotbox.codes import new_receipt
from app.ballotbox.instrument import Filled, Instrument, instrument, instruments
from app.offline import count_files
from app.refused import Refused
from app.reports.statement import Statement
from tests.conftest import make_app
from tests.contracts.hall import NOON, roll
from tests.integration.evaluation import evaluations
from tests.integration.voting import votes

PASSWORD = "correct horse battery"
CARDS, CAST = 12, 11


@dataclass(frozen=True)
class Kind:
    """How one instrument drafts: a box with nothing to mark yet, and one ready to open."""

    empty: Callable[[], int]
    ready: Callable[[], int]


KINDS: Mapping[str, Kind] = {
    "voting": Kind(lambda: votes.drafted(0), lambda: votes.drafted(6)),
    "evaluation": Kind(lambda: evaluations.drafted(0), lambda: evaluations.drafted(6)),
}


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Flask:
    return make_app(sqlite_url, tmp_path)


@pytest.fixture(params=sorted(KINDS))
def shelf(request: pytest.FixtureRequest, site: Flask) -> Any:
    """The instrument, and how it drafts, inside an application that speaks Chinese."""
    with site.app_context(), force_locale("zh_Hans"):
        yield instrument(request.param), KINDS[request.param]


def test_every_instrument_of_the_shelf_is_under_this_contract(site: Flask):
    with site.app_context():
        assert {kind.key for kind in instruments()} - {"probe"} == set(KINDS)


def _cards(box_id: int) -> list[str]:
    session_id = service.get_box(box_id).session_id
    printed = tickets.issue(session_id, "deputy", CARDS, 0, "o", now=NOON)
    tickets.hand_out_pile(tickets.batches(session_id)[-1].batch_id, CARDS, "o", now=NOON)
    return [card.code for card in printed]


def _paper(kind: Instrument, box_id: int) -> Any:
    return kind.read_paper(json.loads(service.get_box(box_id).paper))


def _filled(kind: Instrument, box_id: int, seed: int) -> Filled:
    paper = _paper(kind, box_id)
    return kind.read_form(paper, kind.made_up(paper, random.Random(seed)))


def _opened(how: Kind) -> tuple[int, list[str]]:
    box_id = how.ready()
    codes = _cards(box_id)
    service.open_box(box_id, roll(50), "o", now=NOON)
    return box_id, codes


def _held(kind: Instrument, how: Kind) -> int:
    """Open a box, let robots cast all but one card, close it."""
    box_id, codes = _opened(how)
    for seed, code in enumerate(codes[:CAST]):
        filled = _filled(kind, box_id, seed)
        assert filled.faults == ()
        assert filled.marks is not None
        casting.cast(admit(code), box_id, filled.marks, new_receipt())
    service.close_box(box_id, "o", now=NOON)
    return box_id


def test_a_draft_that_asks_nothing_is_refused_with_what_is_missing(shelf):
    kind, how = shelf
    box_id = how.empty()
    _cards(box_id)
    missing = kind.missing(box_id)
    assert missing
    assert all(str(line) for line in missing)
    with pytest.raises(Refused, match="not_ready"):
        service.open_box(box_id, roll(50), "o", now=NOON)
    with pytest.raises(Refused, match="not_closed"):
        kind.statement(box_id)


def test_the_paper_is_frozen_as_it_was_composed_and_read_back_the_same(shelf):
    kind, how = shelf
    box_id = how.ready()
    drafted = dict(kind.compose(box_id))
    codes = _cards(box_id)
    service.open_box(box_id, roll(50), "o", now=NOON)
    box = service.get_box(box_id)
    assert json.loads(box.paper) == drafted
    assert digest(box.paper) == box.paper_digest
    paper = kind.read_paper(drafted)
    assert canonical(paper.as_json()) == box.paper
    assert box.width == len(drafted["items"])
    assert kind.rule(paper)
    casting.cast(admit(codes[0]), box_id, _filled(kind, box_id, 1).marks or b"", new_receipt())
    sealed = service.close_box(box_id, "o", now=NOON)
    assert sealed.paper == box.paper_digest


@pytest.mark.parametrize("seed", range(8))
def test_a_form_gives_one_byte_an_item_and_is_shown_again_as_it_was(shelf, seed):
    kind, how = shelf
    box_id, _codes = _opened(how)
    paper = _paper(kind, box_id)
    fields = kind.made_up(paper, random.Random(seed))
    assert fields == kind.made_up(paper, random.Random(seed))
    filled = kind.read_form(paper, fields)
    assert filled.marks is not None
    assert len(filled.marks) == service.get_box(box_id).width
    assert filled.blank is (not fields)
    assert {value for value in filled.choices.values() if value} <= set(fields.values())


def test_a_form_that_says_nonsense_gives_no_ballot(shelf):
    kind, how = shelf
    box_id, _codes = _opened(how)
    fields = kind.made_up(_paper(kind, box_id), random.Random(1))
    filled = kind.read_form(_paper(kind, box_id), dict.fromkeys(fields, "\x00"))
    assert filled.marks is None
    assert filled.faults


def test_a_count_of_the_files_finds_what_was_sealed(shelf, site):
    kind, how = shelf
    box_id = _held(kind, how)
    sealed = service.sealed_return(box_id)
    assert sealed.turnout.returned == CAST
    assert sealed.turnout.valid + sealed.turnout.invalid == CAST
    client = _signed_in(site)
    where = {endpoint.split(".")[1]: endpoint for _label, endpoint in kind.exports}
    files = [
        client.get(_url(site, where[one], box_id)).data
        for one in ("result_paper", "result_ballots")
    ]
    found = count_files(files[0], files[1], {}).result
    assert {name: sealed.result[name] for name in found if name != "groups"} == {
        name: value for name, value in found.items() if name != "groups"
    }


def test_the_statement_says_the_figures_of_the_return(shelf):
    kind, how = shelf
    box_id = _held(kind, how)
    sealed, said = service.sealed_return(box_id), kind.statement(box_id)
    assert isinstance(said, Statement)
    assert said.record.sealed == sealed
    lines = sealed.result["lines"]
    assert len(said.entries) == len(said.table.rows) == len(lines) == 6
    assert [entry.place for entry in said.entries] == [line["place"] for line in lines]
    for entry, row, line in zip(said.entries, said.table.rows, lines, strict=True):
        assert entry.name == line["label"]
        assert entry.name in row
        assert entry.share is None or 0 <= entry.share <= 1
        assert entry.outcome
    cells = {cell for row in said.summary.rows for cell in row}
    assert {sealed.seal, sealed.paper, sealed.ballots, sealed.receipts} <= cells
    for sheet in (said.summary, said.table, *said.annexes):
        assert {len(row) for row in sheet.rows} == {len(sheet.columns)}
    assert said.decided
    assert said.decided[0]
    assert said.charts


def test_a_void_result_says_so_and_calls_for_nothing(shelf):
    kind, how = shelf
    box_id = _held(kind, how)
    service.void_box(box_id, "会场停电", "o", now=NOON)
    said = kind.statement(box_id)
    assert said.open
    assert {entry.outcome for entry in said.entries} == {"—"}
    assert not said.record.stands


def test_every_page_and_file_of_a_result_opens(shelf, site):
    kind, how = shelf
    box_id = _held(kind, how)
    client = _signed_in(site)
    assert len(kind.exports) == 5
    for label, endpoint in kind.exports:
        answer = client.get(_url(site, endpoint, box_id))
        assert answer.status_code == 200, label
        assert answer.data
    page = client.get(f"/desk/boxes/{box_id}")
    assert page.status_code == 200
    assert service.sealed_return(box_id).seal in page.text
    assert client.get(_url(site, f"{kind.key}.result", box_id)).status_code == 200


def test_the_further_round_that_a_result_calls_for_is_drafted_once(shelf):
    kind, how = shelf
    box_id = _held(kind, how)  # 11 of 50: nobody reaches more than half of all members
    due = kind.follow_up(service.sealed_return(box_id).result)
    assert due is not None
    further = kind.create_follow_up(box_id, "o")
    assert kind.create_follow_up(box_id, "o") == further
    box = service.get_box(further)
    assert (box.round, box.first_box_id, box.instrument) == (2, box_id, kind.key)
    assert due.label
    asked = kind.compose(further)["items"]
    assert 0 < len(asked) <= 6
    assert kind.missing(further) == ()


def _signed_in(site: Flask) -> Any:
    accounts.create_staff("o", "组织员", Role.ORGANISER, PASSWORD, must_change_password=False)
    client = site.test_client()
    client.post("/sign-in", data={"username": "o", "password": PASSWORD})
    return client


def _url(site: Flask, endpoint: str, box_id: int) -> str:
    with site.test_request_context():
        return site.url_for(endpoint, box_id=box_id)
