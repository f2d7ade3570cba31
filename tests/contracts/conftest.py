"""The hall that the contracts of the box are tried in, on each engine in turn."""

import pytest
from flask import Flask

from tests.contracts.hall import Hall, make_hall


@pytest.fixture
def hall(boxed: Flask) -> Hall:
    return make_hall(boxed)
