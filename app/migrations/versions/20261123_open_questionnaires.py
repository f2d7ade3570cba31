"""Open questionnaires: a public address, answers without tickets.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from app.ballotbox.codes import new_key

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answered",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("browser", sa.LargeBinary(length=16), nullable=False),
        sa.Column("receipt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_answered_box_id_box")),
        sa.PrimaryKeyConstraint("box_id", "browser", name=op.f("pk_answered")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sample",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_sample_box_id_box")),
        sa.PrimaryKeyConstraint("box_id", "id", name=op.f("pk_sample")),
        sqlite_with_rowid=False,
    )
    # Not in a batch, which would make the tables anew and lose their CHECK constraints on SQLite.
    op.add_column(
        "remark",
        sa.Column("open_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "box", sa.Column("sample", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column(
        "box", sa.Column("public_key", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    box = sa.table("box", sa.column("id", sa.Integer()), sa.column("public_key", sa.Text()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(box.c.id)).all():
        keyed = box.update().where(box.c.id == row.id).values(public_key=new_key())
        connection.execute(keyed)
    op.create_index(op.f("ix_box_public_key"), "box", ["public_key"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_box_public_key"), table_name="box")
    op.drop_column("box", "public_key")
    op.drop_column("box", "sample")
    op.drop_column("remark", "open_sample")
    op.drop_table("sample")
    op.drop_table("answered")
