"""These tests run on each engine, without a request: the language is said."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale


@pytest.fixture(autouse=True)
def spoken(boxed: Flask) -> Iterator[None]:
    with force_locale("zh_Hans"):
        yield
