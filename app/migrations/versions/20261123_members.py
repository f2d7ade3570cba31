"""Whom a paper without rater groups asks: those who sat when its box opened.

Boxes opened before keep what they were opened with, every card of the session.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch, which would make the table anew and lose its CHECK constraints on SQLite.
    op.add_column(
        "box", sa.Column("members", sa.Text(), server_default=sa.text("''"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("box", "members")
