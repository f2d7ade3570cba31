"""The migrations make the tables that the models describe, on both engines."""

from datetime import date
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, inspect, select, text

from app.extensions import Model, db
from app.migrating import upgrade
from tests.conftest import make_app, settings_for


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.sqlite'}"
    request.getfixturevalue("postgres_programs")  # a database in use is backed up first
    return request.getfixturevalue("bare_postgres_url")


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


WRITTEN = {
    "session": {"id": 1, "body_kind": "congress", "held_on": date(2026, 11, 22), "body": "明州市"}
    | {"title": "第五次会议"},
    "box": {"id": 1, "session_id": 1, "instrument": "evaluation", "title": "测评", "round": 1}
    | {"secrecy": "secret", "stage": "drafted"},
    "evaluation": {"box_id": 1, "kind": "department", "settings": "{}"},
    "evaluation_subject": {"box_id": 1, "id": "s1", "kind": "department", "name": "市教育局"},
    "spent": {"box_id": 1, "ticket": b"t" * 16},
    "receipt": {"box_id": 1, "code": "0" * 12},
    "ballot": {"box_id": 1, "id": b"b" * 16, "marks": b"A"},
    "remark": {"box_id": 1, "id": b"r" * 16, "item": "s1", "text": "答复及时"},
}
"""A row of each table that later migrations change or point to, as it could stand at 0003."""


def test_a_database_that_is_in_use_is_brought_up_to_date(new_url: str, tmp_path: Path) -> None:
    app = make_app(new_url, tmp_path)
    with app.app_context():
        flask_migrate.upgrade(directory=str(app.config["MIGRATIONS"]), revision="0003")
        before = MetaData()
        before.reflect(db.engine)
        with db.engine.execution_options(writing=True).begin() as connection:
            for name, known in WRITTEN.items():
                table = before.tables[name]
                plain = {
                    column.name: column.type.python_type()
                    for column in table.columns
                    if not column.nullable and column.server_default is None
                    if column.name not in known
                }
                connection.execute(table.insert().values(**plain, **known))
        upgrade(settings_for(new_url, tmp_path))
        with db.engine.connect() as connection:
            for name, known in WRITTEN.items():
                row = connection.execute(select(Model.metadata.tables[name])).mappings().one()
                assert {key: row[key] for key in known} == known, name
            if new_url.startswith("sqlite"):
                assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        db.engine.dispose()
