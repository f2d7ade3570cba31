"""A hall with cards handed out, and a phone without any cookie."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.booth.hall import Hall


@pytest.fixture
def hall(site: Flask) -> Hall:
    return Hall(site)


@pytest.fixture
def phone(site: Flask) -> FlaskClient:
    return site.test_client(use_cookies=False)
