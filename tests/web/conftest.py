"""Pages are tested from outside: no context stays open from one request to the next."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from tests.conftest import make_app


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite, without a context: each request gets its own, as in service.

    (An open context would carry `g`, and so the signed-in user and the language, from one
    request to the next.)
    """
    application = make_app(sqlite_url, tmp_path)
    yield application
    with application.app_context():
        db.engine.dispose()
