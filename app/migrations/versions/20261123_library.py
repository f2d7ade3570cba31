"""A library of papers, and which round of an evaluation is held in place of a void one.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("evaluation") as table:
        table.add_column(
            sa.Column("held_again", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_table(
        "kept_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("secrecy", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('official', 'department', 'project', 'work_report', 'review_opinion', "
            "'suggestion', 'station')",
            name=op.f("ck_kept_paper_kind"),
        ),
        sa.CheckConstraint("secrecy IN ('secret', 'named')", name=op.f("ck_kept_paper_secrecy")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_kept_paper_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_paper")),
        sa.UniqueConstraint("name", name=op.f("uq_kept_paper_name")),
    )


def downgrade() -> None:
    op.drop_table("kept_paper")
    with op.batch_alter_table("evaluation") as table:
        table.drop_column("held_again")
