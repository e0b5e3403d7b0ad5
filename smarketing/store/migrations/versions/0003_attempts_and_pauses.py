"""Indexes of the sales manager's page: the attempts of a week, and what is or was paused.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes."""
    for name, table, column, where in (
        ("ix_lead_paused", "lead", "paused_until", "paused_until IS NOT NULL"),
        ("ix_lead_event_attempted", "lead_event", "occurred_at", "kind = 'attempted'"),
    ):
        few = sa.text(where)
        op.create_index(name, table, [column], sqlite_where=few, postgresql_where=few)
