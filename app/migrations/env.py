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
