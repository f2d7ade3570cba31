"""The hall screens of a session: their key, looks, and what they are asked to show.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screen",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("theme", sa.Text(), server_default=sa.text("'dignified'"), nullable=False),
        sa.Column("emblem", sa.LargeBinary(), nullable=True),
        sa.Column("emblem_digest", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("shown", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("shown_after", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("theme IN ('dignified', 'contrast')", name=op.f("ck_screen_theme")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_screen_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_screen")),
        sa.UniqueConstraint("key", name=op.f("uq_screen_key")),
    )


def downgrade() -> None:
    op.drop_table("screen")
