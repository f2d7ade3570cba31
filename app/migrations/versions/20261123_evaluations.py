"""Evaluations: their settings, their subjects, what lies beside them.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evaluation",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("previous_box_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(previous_box_id IS NULL) = (previous = '')", name=op.f("ck_evaluation_previous")
        ),
        sa.CheckConstraint(
            "kind IN ('official', 'department', 'project', 'work_report', 'review_opinion', 'suggestion', 'station')",
            name=op.f("ck_evaluation_kind"),
        ),
        sa.CheckConstraint("settings <> ''", name=op.f("ck_evaluation_settings")),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_evaluation_box_id_box")),
        sa.ForeignKeyConstraint(
            ["previous_box_id"], ["box.id"], name=op.f("fk_evaluation_previous_box_id_box")
        ),
        sa.PrimaryKeyConstraint("box_id", name=op.f("pk_evaluation")),
    )
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_previous_box_id"), ["previous_box_id"], unique=False
        )

    op.create_table(
        "evaluation_material",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "media_type IN ('image/jpeg', 'image/png', 'application/pdf', 'text/plain')",
            name=op.f("ck_evaluation_material_media_type"),
        ),
        sa.ForeignKeyConstraint(
            ["box_id"], ["evaluation.box_id"], name=op.f("fk_evaluation_material_box_id_evaluation")
        ),
        sa.PrimaryKeyConstraint("box_id", "key", name=op.f("pk_evaluation_material")),
    )
    op.create_table(
        "evaluation_subject",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post_or_unit", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("photo", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('official', 'department', 'project', 'work_report', 'review_opinion', 'suggestion', 'station')",
            name=op.f("ck_evaluation_subject_kind"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_evaluation_subject_named")),
        sa.ForeignKeyConstraint(
            ["box_id"], ["evaluation.box_id"], name=op.f("fk_evaluation_subject_box_id_evaluation")
        ),
        sa.PrimaryKeyConstraint("box_id", "id", name=op.f("pk_evaluation_subject")),
        sa.UniqueConstraint(
            "box_id", "position", name=op.f("uq_evaluation_subject_box_id_position")
        ),
    )


def downgrade() -> None:
    op.drop_table("evaluation_subject")
    op.drop_table("evaluation_material")
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_previous_box_id"))

    op.drop_table("evaluation")
