"""How far a source has told, by the kind of file that has a place for an act."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ELSEWHERE = {"attempted": "activities", "connected": "activities", "closed": "deals"}


def upgrade() -> None:
    """Add whether an act was told, and name the file; until now only what was told had a row."""
    for table, columns in (
        ("freshness", "source_id, kind, known_until"),
        ("freshness_told", "source_id, kind, recorded_at, known_until"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN told INTEGER NOT NULL DEFAULT 1")
        # Where it was told is not known: calls and deals are taken for both.
        for act, file in _ELSEWHERE.items():
            named = columns.replace("kind", f"'{file}:{act}'")
            op.execute(
                f"INSERT INTO {table} ({columns}) SELECT {named} FROM {table} WHERE kind = '{act}'"
            )
        op.execute(f"UPDATE {table} SET kind = 'leads:' || kind WHERE kind NOT LIKE '%:%'")
