"""A desk and a hall for evaluations: the real instrument, cards in hand."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from app.accounts import service as accounts
from app.accounts.roles import Role
from app.ballotbox import service as box_service
from tests.contracts.hall import NOON, roll
from tests.integration.evaluation.evaluations import drafted, hand_out

PASSWORD = "correct horse battery"

Enter = Callable[[Role], FlaskClient]
Opened = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def enter(site: Flask) -> Enter:
    """Sign in as a role, with a browser of its own."""

    def entered(role: Role) -> FlaskClient:
        with site.app_context():
            accounts.create_staff(role.value, "人员", role, PASSWORD, must_change_password=False)
        client = site.test_client()
        data = {"username": role.value, "password": PASSWORD}
        assert client.post("/sign-in", data=data).status_code in {302, 303}
        return client

    return entered


@pytest.fixture
def organiser(enter: Enter) -> FlaskClient:
    return enter(Role.ORGANISER)


@pytest.fixture
def opened(site: Flask) -> Opened:
    """Open an evaluation with so many subjects and settings; return its box and cards."""

    def made(subjects: int = 3, preset: str = "zhenhai", cards: int = 6, **settings: object):
        with site.app_context(), force_locale("zh_Hans"):
            box_id = drafted(subjects, preset, **settings)
            codes = hand_out(box_id, cards)
            box_service.open_box(box_id, roll(50), "o", now=NOON)
        return box_id, codes

    return made


@pytest.fixture
def phone(site: Flask) -> FlaskClient:
    return site.test_client(use_cookies=False)
