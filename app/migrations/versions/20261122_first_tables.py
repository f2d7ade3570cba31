"""The first tables: who sits, who may enter, the box, the livelihood-project vote.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("delegation", sa.Text(), nullable=False),
        sa.Column("constituency", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("committee_member", sa.Boolean(), nullable=False),
        sa.Column("observer", sa.Boolean(), nullable=False),
        sa.Column("rater_group", sa.Text(), nullable=False),
        sa.Column("badge_code", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("number <> '' AND name <> ''", name=op.f("ck_deputy_named")),
        sa.CheckConstraint("rater_group <> ''", name=op.f("ck_deputy_rater_group")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
        sa.UniqueConstraint("badge_code", name=op.f("uq_deputy_badge_code")),
        sa.UniqueConstraint("number", name=op.f("uq_deputy_number")),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_kind", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sitting", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("total_members", sa.Integer(), nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.CheckConstraint("body <> '' AND title <> ''", name=op.f("ck_session_named")),
        sa.CheckConstraint(
            "body_kind IN ('congress', 'standing_committee')", name=op.f("ck_session_body_kind")
        ),
        sa.CheckConstraint("total_members >= 0", name=op.f("ck_session_total_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "role IN ('administrator', 'organiser', 'scrutineer', 'viewer')",
            name=op.f("ck_staff_role"),
        ),
        sa.CheckConstraint(
            "length(username) > 0 AND length(display_name) > 0", name=op.f("ck_staff_named")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_username")),
    )
    op.create_table(
        "act",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_act_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_act")),
    )
    op.create_table(
        "attendance",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("manual", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state <> 'on_leave' OR NOT manual", name=op.f("ck_attendance_manual")),
        sa.CheckConstraint(
            "state IN ('on_leave', 'present', 'left_early')", name=op.f("ck_attendance_state")
        ),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["deputy.id"], name=op.f("fk_attendance_deputy_id_deputy")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_attendance_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "deputy_id", name=op.f("pk_attendance")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_deputy_id"), ["deputy_id"], unique=False)

    op.create_table(
        "box",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("secrecy", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("first_box_id", sa.Integer(), nullable=True),
        sa.Column("grouped", sa.Boolean(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("paper_digest", sa.Text(), nullable=False),
        sa.Column("roll", sa.Text(), nullable=False),
        sa.Column("admitted", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.CheckConstraint("secrecy IN ('secret', 'named')", name=op.f("ck_box_secrecy")),
        sa.CheckConstraint(
            "stage = 'drafted' OR stage = 'voided' OR paper <> ''", name=op.f("ck_box_paper")
        ),
        sa.CheckConstraint(
            "stage IN ('drafted', 'open', 'closed', 'certified', 'announced', 'voided')",
            name=op.f("ck_box_stage"),
        ),
        sa.CheckConstraint("round >= 1", name=op.f("ck_box_round")),
        sa.ForeignKeyConstraint(["first_box_id"], ["box.id"], name=op.f("fk_box_first_box_id_box")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_box_session_id_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box")),
    )
    with op.batch_alter_table("box", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_box_first_box_id"), ["first_box_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_box_session_id"), ["session_id"], unique=False)

    op.create_table(
        "chain",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_chain_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_chain")),
    )
    op.create_table(
        "ticket_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("rater_group", sa.Text(), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("spare", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "printed > 0 AND spare >= 0 AND spare <= printed", name=op.f("ck_ticket_batch_counts")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_ticket_batch_session_id_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_batch")),
    )
    with op.batch_alter_table("ticket_batch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ticket_batch_session_id"), ["session_id"], unique=False
        )

    op.create_table(
        "ballot",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("rater_group", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_ballot_box_id_box")),
        sa.PrimaryKeyConstraint("box_id", "id", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "named_ballot",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("rater_group", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_named_ballot_box_id_box")),
        sa.PrimaryKeyConstraint("box_id", "voter", name=op.f("pk_named_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "receipt",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_receipt_box_id_box")),
        sa.PrimaryKeyConstraint("box_id", "code", name=op.f("pk_receipt")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_off",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_sign_off_box_id_box")),
        sa.PrimaryKeyConstraint("box_id", "username", name=op.f("pk_sign_off")),
    )
    op.create_table(
        "spent",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_spent_box_id_box")),
        sa.PrimaryKeyConstraint("box_id", "ticket", name=op.f("pk_spent")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ticket",
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("rater_group", sa.Text(), nullable=False),
        sa.Column("spare", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('printed', 'activated', 'voided')", name=op.f("ck_ticket_state")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["ticket_batch.id"], name=op.f("fk_ticket_batch_id_ticket_batch")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_ticket_session_id_session")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_ticket")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ticket_session_id_state"), ["session_id", "state"], unique=False
        )

    op.create_table(
        "vote",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("allow_fewer", sa.Boolean(), nullable=False),
        sa.Column("approvals_capped", sa.Boolean(), nullable=False),
        sa.Column("blank", sa.Text(), nullable=False),
        sa.Column("denominator", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Text(), nullable=False),
        sa.Column("tie", sa.Text(), nullable=False),
        sa.Column("shortfall", sa.Text(), nullable=False),
        sa.Column("adopted", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("previous_box_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(purpose = 'first_vote') = (previous_box_id IS NULL) AND (previous_box_id IS NULL) = (previous = '')",
            name=op.f("ck_vote_previous"),
        ),
        sa.CheckConstraint("blank IN ('abstain', 'invalid')", name=op.f("ck_vote_blank")),
        sa.CheckConstraint(
            "denominator IN ('total_members', 'due', 'present', 'issued', 'returned', 'valid')",
            name=op.f("ck_vote_denominator"),
        ),
        sa.CheckConstraint("kind IN ('select', 'per_item', 'rank')", name=op.f("ck_vote_kind")),
        sa.CheckConstraint(
            "purpose IN ('first_vote', 'runoff', 'supplementary_vote', 'held_again')",
            name=op.f("ck_vote_purpose"),
        ),
        sa.CheckConstraint(
            "shortfall IN ('supplementary_vote', 'accept_fewer')", name=op.f("ck_vote_shortfall")
        ),
        sa.CheckConstraint(
            "tie IN ('runoff', 'presidium', 'take_fewer')", name=op.f("ck_vote_tie")
        ),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_vote_seats")),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_vote_box_id_box")),
        sa.ForeignKeyConstraint(
            ["previous_box_id"], ["box.id"], name=op.f("fk_vote_previous_box_id_box")
        ),
        sa.PrimaryKeyConstraint("box_id", name=op.f("pk_vote")),
    )
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_vote_previous_box_id"), ["previous_box_id"], unique=False
        )

    op.create_table(
        "vote_candidate",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("investment", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("completion", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_vote_candidate_named")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_vote_candidate_number")),
        sa.ForeignKeyConstraint(
            ["box_id"], ["vote.box_id"], name=op.f("fk_vote_candidate_box_id_vote")
        ),
        sa.PrimaryKeyConstraint("box_id", "id", name=op.f("pk_vote_candidate")),
        sa.UniqueConstraint("box_id", "number", name=op.f("uq_vote_candidate_box_id_number")),
        sa.UniqueConstraint("box_id", "position", name=op.f("uq_vote_candidate_box_id_position")),
    )


def downgrade() -> None:
    op.drop_table("vote_candidate")
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vote_previous_box_id"))

    op.drop_table("vote")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_session_id_state"))
        batch_op.drop_index(batch_op.f("ix_ticket_batch_id"))

    op.drop_table("ticket")
    op.drop_table("spent")
    op.drop_table("sign_off")
    op.drop_table("receipt")
    op.drop_table("named_ballot")
    op.drop_table("ballot")
    with op.batch_alter_table("ticket_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_batch_session_id"))

    op.drop_table("ticket_batch")
    op.drop_table("chain")
    with op.batch_alter_table("box", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_box_session_id"))
        batch_op.drop_index(batch_op.f("ix_box_first_box_id"))

    op.drop_table("box")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_deputy_id"))

    op.drop_table("attendance")
    op.drop_table("act")
    op.drop_table("staff")
    op.drop_table("session")
    op.drop_table("deputy")
