"""An index over attempts without those that stand in the lead's own record: an import is faster.

Those are found by the day of their lead, and the few that came long before or after it by an
index of their own.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index anew, smaller, and the one of stamps far from their lead's day."""
    op.drop_index("ix_lead_event_attempted", table_name="lead_event")
    for name, table, column, where in (
        (
            "ix_lead_event_attempted",
            "lead_event",
            "occurred_at",
            "kind = 'attempted' AND ref <> ''",
        ),
        (
            "ix_lead_attempted_later",
            "lead",
            "first_attempt_at",
            "(first_attempt_at - handed_at > 1209600 OR handed_at - first_attempt_at > 86400)",
        ),
    ):
        few = sa.text(where)
        op.create_index(name, table, [column], sqlite_where=few, postgresql_where=few)
