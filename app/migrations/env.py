"""How Alembic reaches the application's database: through the application, never by an address."""

from typing import Any

from alembic import context
from flask import current_app

from app.extensions import Model

engine = current_app.extensions["migrate"].db.engine


def drop_empty(_context: object, _revision: object, directives: list[Any]) -> None:
    """Write no migration where nothing changed."""
    if directives and directives[0].upgrade_ops.is_empty():
        directives[:] = []


with engine.execution_options(writing=True).connect() as connection:
    driver: Any = connection.connection.driver_connection
    plain = connection.dialect.name == "sqlite"
    if plain:  # a table is changed by writing it anew, while others point to it
        driver.execute("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
        process_revision_directives=drop_empty,
    )
    with context.begin_transaction():
        context.run_migrations()
        if plain and driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError("a migration would leave rows that point to nothing")
    if plain:
        driver.execute("PRAGMA foreign_keys = ON")
