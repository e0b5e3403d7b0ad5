"""Who holds a lead and what it owes next; owners, alerts, and what undoing an import needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LEAD = (
    "holder_id INTEGER REFERENCES person (id)",
    "held_since BIGINT",
    "next_due_at BIGINT",
    "next_risk_at BIGINT",
    "paused_until BIGINT",
)
_NEXT = "SELECT {what} FROM clock WHERE clock.lead_id = lead.id AND clock.state = 0"


def upgrade() -> None:
    """Add the columns and tables, and fill them from what is there."""
    _add_columns()
    _add_tables()
    op.execute(
        "INSERT INTO owner_name (name, person_id, tied_at) "
        "SELECT owner, MIN(id), MIN(created_at) FROM person WHERE owner <> '' GROUP BY owner"
    )
    op.execute("ALTER TABLE person DROP COLUMN owner")
    op.execute(
        "UPDATE lead SET holder_id = owner_name.person_id, held_since = lead.handed_at "
        "FROM owner_name JOIN person ON person.id = owner_name.person_id "
        "WHERE owner_name.name = lead.owner AND person.active = 1 "
        "AND person.role IN ('administrator', 'sales_manager', 'rep')"
    )
    op.execute(
        f"UPDATE lead SET next_due_at = ({_NEXT.format(what='MIN(clock.due_at)')}), "
        f"next_risk_at = ({_NEXT.format(what='clock.at_risk_at')} "
        "ORDER BY clock.due_at, clock.commitment_id LIMIT 1)"
    )
    op.drop_index("ix_lead_open", table_name="lead")
    op.drop_index("ix_clock_open", table_name="clock")
    waiting = sa.text("next_due_at IS NOT NULL")
    for name, columns in (
        ("ix_lead_held", ["holder_id", "next_due_at"]),
        ("ix_lead_next", ["next_due_at"]),
    ):
        op.create_index(name, "lead", columns, sqlite_where=waiting, postgresql_where=waiting)


def _add_columns() -> None:
    # Plain statements: a copy of the table, as batches make it, breaks what refers to it on SQLite.
    for column in _LEAD:
        op.execute(f"ALTER TABLE lead ADD COLUMN {column}")
    for table, column in (
        ("person", "provider VARCHAR"),
        ("person", "alerts INTEGER NOT NULL DEFAULT 1"),
        ("import_run", "started_by VARCHAR"),
        ("import_run", "undone_at BIGINT"),
        ("import_run", "undone_by VARCHAR"),
        ("portal_session", "agent VARCHAR NOT NULL DEFAULT ''"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def _add_tables() -> None:
    op.create_table(
        "owner_name",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("tied_at", sa.BigInteger(), nullable=False),
        sa.Column("tied_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index("ix_owner_name_person_id", "owner_name", ["person_id"])
    op.create_table(
        "alert",
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("held_since", sa.BigInteger(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("lead_id", "person_id", "held_since"),
    )
    op.create_table(
        "import_before",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"]),
        sa.PrimaryKeyConstraint("import_id", "kind", "row_id"),
    )
    op.create_table(
        "upload",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_upload_person_id", "upload", ["person_id"])
