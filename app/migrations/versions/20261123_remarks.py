"""Remarks apart from marks, and papers for some rater groups.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remark",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_remark_box_id_box")),
        sa.PrimaryKeyConstraint("box_id", "id", name=op.f("pk_remark")),
        sqlite_with_rowid=False,
    )
    # Not in a batch, which would make the table anew and lose its CHECK constraints on SQLite.
    op.add_column(
        "box", sa.Column("rater_groups", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.drop_column("box", "grouped")


def downgrade() -> None:
    op.add_column(
        "box", sa.Column("grouped", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.drop_column("box", "rater_groups")
    op.drop_table("remark")
