"""A desk, and a session whose votes are drafted on it."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import service as accounts
from app.accounts.roles import Role
from app.extensions import limiter
from tests.contracts.hall import make_session
from tests.integration.voting.votes import drafted
from voting import service

PASSWORD = "correct horse"

Enter = Callable[[Role], FlaskClient]


@dataclass
class Draft:
    """The organiser's browser on one drafted vote."""

    app: Flask
    client: FlaskClient
    session_id: int
    box_id: int

    def url(self, path: str = "") -> str:
        return f"/desk/votes/{self.box_id}{path}"

    def get(self, path: str = "") -> Any:
        return self.client.get(self.url(path))

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(self.url(path), data=data)

    def upload(self, content: bytes, name: str = "名单.csv") -> Any:
        data = {"file": (BytesIO(content), name)}
        return self.client.post(self.url("/candidates/import"), data=data)

    def listed(self) -> list[tuple[int, str, str]]:
        """The list as it is stored: number, name, id of the row."""
        with self.app.app_context():
            found = service.get_draft(self.box_id).candidates
            return [(row.number, row.name, row.id) for row in found]

    def names(self) -> list[str]:
        return [name for _, name, _ in self.listed()]

    def paper(self) -> Any:
        with self.app.app_context():
            return service.get_draft(self.box_id).paper


@pytest.fixture
def enter(site: Flask) -> Enter:
    """Take somebody of a role on, and sign them in through the page."""
    limiter.reset()

    def signed_in(role: Role) -> FlaskClient:
        with site.app_context():
            name = role.value.title()
            accounts.create_staff(role.value, name, role, PASSWORD, must_change_password=False)
        client = site.test_client()
        answer = client.post("/sign-in", data={"username": role.value, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return client

    return signed_in


@pytest.fixture
def draft(site: Flask, enter: Enter) -> Draft:
    """Four projects, two seats, a session of 50 members."""
    with site.app_context():
        session_id = make_session()
        box_id = drafted(4, 2, session_id=session_id)
    return Draft(site, enter(Role.ORGANISER), session_id, box_id)
