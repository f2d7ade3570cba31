"""A blinding for the digest of a box's ballots.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch, which would make the table anew and lose its CHECK constraints on SQLite.
    op.add_column(
        "box", sa.Column("blinding", sa.Text(), server_default=sa.text("''"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("box", "blinding")
