"""Few leads in the index over creations, and ids that are never given again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index anew, and the table of ids."""
    op.create_table(
        "used_id",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    few = sa.text("(handed_at - created_at > 86400 OR created_at - handed_at > 86400)")
    op.drop_index("ix_lead_created", table_name="lead")
    op.create_index(
        "ix_lead_created", "lead", ["created_at"], sqlite_where=few, postgresql_where=few
    )
