"""A desk with one member of the staff of each role, and a browser for each."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import service
from app.accounts.roles import Role
from app.extensions import limiter

PASSWORD = "correct horse"

Enter = Callable[[Role], FlaskClient]


@pytest.fixture
def desk(site: Flask) -> Flask:
    with site.app_context():
        for role in Role:
            service.create_staff(
                role.value, role.value.title(), role, PASSWORD, must_change_password=False
            )
    limiter.reset()
    return site


@pytest.fixture
def enter(desk: Flask) -> Enter:
    """Sign somebody of a role in, through the page."""

    def signed_in(role: Role) -> FlaskClient:
        client = desk.test_client()
        answer = client.post("/sign-in", data={"username": role.value, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return client

    return signed_in
