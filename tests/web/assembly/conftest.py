"""An organiser's browser on a roster of six, and a session of them; pages come in English."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.roles import Role
from app.assembly import checkin, service
from app.assembly.finding import Attendee
from app.assembly.models import Deputy
from app.assembly.quorum import BodyKind, Presence
from app.extensions import db
from tests.integration.assembly.rosters import seated
from tests.web.tickets.conftest import signed_in

ROSTER = (
    "001,张玉书,城东代表团,是,",
    "002,王伟,城东代表团,,",
    "003,王伟,城西代表团,,",
    "004,买买提·艾力,城西代表团,,",
    "12,单田芳,城西代表团,是,",
    "120,赵晓梅,城西代表团,,",
    "L1,列席者,,,是",
)

Sign = Callable[[Role], FlaskClient]


@dataclass
class Desk:
    """An organiser's browser on one session, and a look behind it."""

    app: Flask
    client: FlaskClient
    session_id: int

    def url(self, path: str = "") -> str:
        return f"/desk/sessions/{self.session_id}{path}"

    def get(self, path: str = "") -> TestResponse:
        return self.client.get(self.url(path))

    def enter(self, text: str, **headers: str) -> TestResponse:
        """Type something into the field and press Enter."""
        return self.client.post(self.url("/checkin"), data={"text": text}, headers=headers)

    def press(self, deed: str, number: str, **fields: str) -> TestResponse:
        """Press a button beside somebody."""
        data = {"deed": deed, "deputy_id": self.id_of(number), **fields}
        return self.client.post(self.url("/checkin"), data=data)

    def id_of(self, number: str) -> int:
        return self.deputy(number).id

    def deputy(self, number: str) -> Deputy:
        with self.app.app_context():
            return db.session.scalars(select(Deputy).where(Deputy.number == number)).one()

    def attendee(self, number: str) -> Attendee:
        who = self.id_of(number)
        with self.app.app_context():
            return checkin.find_attendee(self.session_id, who)

    def states(self) -> Mapping[str, Presence]:
        """Return everybody of whom something is noted, by number."""
        with self.app.app_context():
            everybody = checkin.attendance_list(self.session_id)
        return {who.number: who.state for who in everybody if who.state}


def in_english(client: FlaskClient) -> FlaskClient:
    with client.session_transaction() as cookie:
        cookie["locale"] = "en"
    return client


@pytest.fixture
def sign_in(site: Flask) -> Sign:
    return lambda role: in_english(signed_in(site, role))


@pytest.fixture
def organiser(site: Flask, sign_in: Sign) -> FlaskClient:
    """The organiser's browser where nothing is prepared yet."""
    return sign_in(Role.ORGANISER)


@pytest.fixture
def desk(site: Flask, organiser: FlaskClient) -> Desk:
    with site.app_context():
        seated(*ROSTER)
        session_id = service.create_session(
            body="明州市人民代表大会",
            body_kind=BodyKind.CONGRESS,
            term="第十七届",
            title="第五次会议",
            held_on=date(2026, 11, 22),
            place="市人民会堂",
        )
    return Desk(site, organiser, session_id)
