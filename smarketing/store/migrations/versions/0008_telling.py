"""Whom ladders tell, for which audience a report was planned, acceptance by source.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_UNANSWERED = sa.text("accepted = 0 AND rejected = 0 AND accept_due_at IS NOT NULL")
_UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    """Add the table and the column, and let each source's rejection windows be found apart."""
    op.create_table(
        "ladder_told",
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("owed_at", sa.BigInteger(), nullable=False),
        sa.Column("held_by", sa.Integer(), nullable=True),
        sa.Column("given_to", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("dedupe_key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"]),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"]),
        sa.PrimaryKeyConstraint("lead_id", "commitment_id", "cycle", "step", "address"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_ladder_told_owed", "ladder_told", ["owed_at"],
        sqlite_where=_UNTOLD, postgresql_where=_UNTOLD,
    )  # fmt: skip
    op.create_index("ix_ladder_told_at", "ladder_told", ["told_at"])
    op.add_column(
        "outbox", sa.Column("audience", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    # What was planned before was planned for what the person gets now, as far as anybody knows.
    op.execute(
        "UPDATE outbox SET audience = COALESCE((SELECT person.audience FROM person "
        "WHERE outbox.dedupe_key LIKE '%:' || CAST(person.id AS TEXT)), '') WHERE kind = 'digest'"
    )
    op.drop_index("ix_lead_acceptance", "lead")
    op.create_index(
        "ix_lead_acceptance", "lead", ["source_id", "accept_due_at"],
        sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED,
    )  # fmt: skip
