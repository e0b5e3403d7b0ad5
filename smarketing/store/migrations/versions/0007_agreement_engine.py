"""Breaches, what is said about them and about claims, ladders, leave, the life of agreements.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _subject() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
    ]


def upgrade() -> None:
    """Add the tables, and what clocks and versions know besides."""
    _breaches()
    _words()
    _others()
    zero = sa.text("0")
    for name in ("excused", "relief"):
        op.add_column("clock", sa.Column(name, sa.Integer(), nullable=False, server_default=zero))
    op.add_column("clock", sa.Column("next_step_at", sa.BigInteger(), nullable=True))
    waiting = sa.text("next_step_at IS NOT NULL")
    op.create_index(
        "ix_clock_step", "clock", ["next_step_at"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.add_column("agreement_version", sa.Column("base_id", sa.Integer(), nullable=True))
    # What was told of attempts in a log counts them, too.
    for table in ("freshness", "freshness_told"):
        columns = "known_until, told" + (", recorded_at" if table == "freshness_told" else "")
        op.execute(
            f"INSERT INTO {table} (source_id, kind, {columns}) "
            f"SELECT source_id, 'activities:attempts', {columns} FROM {table} "
            "WHERE kind = 'activities:attempted'"
        )


def _breaches() -> None:
    op.create_table(
        "breach",
        *_subject(),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("late_s", sa.Integer(), nullable=False),
        sa.Column("wall_s", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "commitment_id", "lead_id", "cycle", "occasion", "nth", name="uq_breach"
        ),
    )
    op.create_index("ix_breach_at", "breach", ["at"])
    op.create_index("ix_breach_month", "breach", ["month", "commitment_id"])
    op.create_index("ix_breach_lead", "breach", ["lead_id"])
    op.create_table(
        "unrecorded",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "open_breach",
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("gives_up_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", "commitment_id", "cycle"),
    )
    op.create_index("ix_open_breach_gives_up_at", "open_breach", ["gives_up_at"])
    # The clocks that are there already.
    op.execute(
        "INSERT INTO unrecorded (first_id, last_id) "
        "SELECT MIN(id), MAX(id) FROM lead HAVING MIN(id) IS NOT NULL"
    )


def _words() -> None:
    op.create_table(
        "breach_word",
        *_subject(),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        *_said(),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_breach_word", "breach_word", ["commitment_id", "lead_id", "cycle", "occasion"]
    )
    op.create_index("ix_breach_word_lead", "breach_word", ["lead_id"])
    op.create_table(
        "claim_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        *_said(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_claim_word", "claim_word", ["agreement", "period", "remedy"])


def _said() -> list[sa.Column[object]]:
    return [
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    ]


def _others() -> None:
    op.create_table(
        "agreement_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["agreement_version.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_agreement_event_version_id", "agreement_event", ["version_id"])
    op.create_table(
        "ladder_step",
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"]),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"]),
        sa.PrimaryKeyConstraint("lead_id", "commitment_id", "cycle", "step"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_leave_person_id", "leave", ["person_id"])
