"""The migrations make the tables that the models describe, on both engines."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from app.extensions import Model, db
from app.migrating import upgrade
from tests.conftest import make_app, settings_for


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.sqlite'}"
    return request.getfixturevalue("postgres_url")


def test_an_empty_database_gets_the_tables_of_the_models(new_url: str, tmp_path: Path) -> None:
    app = make_app(new_url, tmp_path)
    with app.app_context():
        upgrade(settings_for(new_url, tmp_path))
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Model.metadata) == []
            if new_url.startswith("sqlite"):
                kept = "SELECT count(*) FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'"
                declared = [
                    table
                    for table in Model.metadata.tables.values()
                    if table.dialect_options["sqlite"]["with_rowid"] is False
                ]
                assert connection.execute(text(kept)).scalar_one() == len(declared)
        assert "up to date" in upgrade(settings_for(new_url, tmp_path))
        db.engine.dispose()


def test_checks_are_in_the_database(new_url: str, tmp_path: Path) -> None:
    app = make_app(new_url, tmp_path)
    with app.app_context():
        upgrade(settings_for(new_url, tmp_path))
        asked = inspect(db.engine)
        for name, table in Model.metadata.tables.items():
            wanted = {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}
            assert {check["name"] for check in asked.get_check_constraints(name)} >= wanted, name
        db.engine.dispose()
