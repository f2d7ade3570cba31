"""A desk with every role signed in, and a session whose deputies are checked in."""

from dataclasses import dataclass, replace
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Staff
from app.accounts.roles import Role
from app.assembly import checkin, finding, service
from app.assembly.quorum import BodyKind
from app.ballotbox import tickets
from app.extensions import db, transaction
from tests.contracts.hall import NOON

ADDRESS = "http://192.168.1.10:8000"


@dataclass
class Desk:
    """The organiser's browser, on one session."""

    app: Flask
    client: FlaskClient
    session_id: int
    deputies: list[int]

    def url(self, path: str = "") -> str:
        return f"/desk/sessions/{self.session_id}/tickets{path}"

    def print_cards(self, count: int = 3, spare: int = 1, **data: object):
        sent = {"group": "deputy", "other": "", "count": count, "spare": spare, **data}
        return self.client.post(self.url("/print"), data=sent)

    def issue(self, count: int = 3, spare: int = 1, group: str = "deputy") -> list[str]:
        with self.app.app_context():
            printed = tickets.issue(self.session_id, group, count, spare, "o", now=NOON)
        return [card.code for card in printed]

    def batch_id(self, number: int = 1) -> int:
        with self.app.app_context():
            return tickets.batches(self.session_id)[number - 1].batch_id

    def cards(self) -> tickets.Reconciliation:
        with self.app.app_context():
            return tickets.reconciliation(self.session_id)

    def scan(self, code: str, mode: str = "hand-out", **headers: str):
        return self.client.post(self.url(f"/{mode}"), data={"code": code}, headers=headers)

    def outcome(self, code: str, mode: str = "hand-out") -> str:
        answer = self.scan(code, mode, Accept="application/json")
        assert answer.status_code == 200, answer.text
        return answer.json["outcome"]

    def check_in(self, number: int) -> None:
        with self.app.app_context():
            for deputy in self.deputies[:number]:
                checkin.check_in(self.session_id, deputy)
            db.session.remove()

    def left_early(self, index: int) -> None:
        with self.app.app_context():
            checkin.left_early(self.session_id, self.deputies[index])


def make_session(app: Flask, *, rehearsal: bool = False) -> int:
    with app.app_context():
        return service.create_session(
            body="明州市人民代表大会",
            body_kind=BodyKind.CONGRESS,
            term="第十七届",
            title="第五次会议",
            held_on=date(2026, 11, 22),
            rehearsal=rehearsal,
        )


def archive(app: Flask, session_id: int) -> None:
    with app.app_context():
        service.update_session(session_id, {"archived": True})
        assert finding.session_of(db.session(), session_id).archived


def signed_in(app: Flask, role: Role) -> FlaskClient:
    """Return the browser of somebody of a role; how one signs in is tested elsewhere."""
    client = app.test_client()
    with app.app_context(), transaction() as writing:
        person = Staff(
            username=role.value,
            display_name={"organiser": "王会务"}.get(role.value, role.value),
            role=role,
            password_hash="none",
            must_change_password=False,
        )
        writing.add(person)
        writing.flush()
        login_id = person.get_id()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = login_id, True
    return client


@pytest.fixture
def organiser(site: Flask) -> Desk:
    site.extensions["settings"] = replace(site.extensions["settings"], public_url=ADDRESS)
    with site.app_context():
        deputies = [
            service.add_deputy({"number": f"{number:03}", "name": f"代表{number}"})
            for number in range(1, 11)
        ]
    return Desk(site, signed_in(site, Role.ORGANISER), make_session(site), deputies)


def pages_of(pdf: bytes) -> list[tuple[str, list[str]]]:
    """Return the text and the symbols of each page, as paper and camera have them."""
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for page in document:
        image = page.render(scale=150 / 72, grayscale=True).to_pil()
        symbols = [found.text for found in zxingcpp.read_barcodes(image)]
        pages.append((page.get_textpage().get_text_range().replace("\r\n", "\n"), symbols))
    return pages
