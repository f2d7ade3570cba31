"""The furnished house, made once a process; each test gets a copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.extensions import db, limiter
from tests.conftest import make_app
from tests.web.door.forms import Form, forms_of
from tests.web.door.house import House, Plan, furnish


@pytest.fixture(scope="session")
def furnished(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan]:
    folder = tmp_path_factory.mktemp("furnished")
    path = folder / "house.sqlite"
    shutil.copy(empty_database, path)
    return path, furnish(f"sqlite:///{path}", folder)


@pytest.fixture(scope="session")
def forms(furnished: tuple[Path, Plan], tmp_path_factory: pytest.TempPathFactory) -> list[Form]:
    """Every form that a page offers: read once a process."""
    path, plan = furnished
    folder = tmp_path_factory.mktemp("forms")
    app = make_app(f"sqlite:///{shutil.copy(path, folder / 'house.sqlite')}", folder)
    found = forms_of(House(app, plan, path))
    with app.app_context():
        db.engine.dispose()
    return found


@pytest.fixture
def house(furnished: tuple[Path, Plan], tmp_path: Path) -> Iterator[House]:
    path, plan = furnished
    own = tmp_path / "house.sqlite"
    shutil.copy(path, own)
    app = make_app(f"sqlite:///{own}", tmp_path)
    limiter.reset()
    yield House(app, plan, path)
    with app.app_context():
        db.engine.dispose()
