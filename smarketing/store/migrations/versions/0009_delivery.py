"""Receipts, suppressed recipients, ways out, frozen reports, findings, how people want reports.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns; what is known of messages becomes their first receipts."""
    _on_messages()
    _beside_messages()
    for name, kind, default in (
        ("digest_weekday", sa.String(), "'monday'"),
        ("digest_minute", sa.Integer(), "480"),
        ("timezone", sa.String(), "''"),
        ("locale", sa.String(), "''"),
        ("skip_quiet", sa.Integer(), "0"),
    ):
        column = sa.Column(name, kind, nullable=False, server_default=sa.text(default))
        op.add_column("person", column)


def _on_messages() -> None:
    op.add_column(
        "outbox", sa.Column("channel", sa.String(), nullable=False, server_default="mail")
    )
    op.add_column(
        "outbox",
        sa.Column("maybe_twice", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    trouble = sa.text("state IN ('held', 'failed')")
    op.create_index(
        "ix_outbox_trouble",
        "outbox",
        ["created_at"],
        sqlite_where=trouble,
        postgresql_where=trouble,
    )
    op.add_column("outbox", sa.Column("due_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_receipt_outbox_id", "receipt", ["outbox_id"])
    op.execute(
        "INSERT INTO receipt (outbox_id, at, what, attempt, said) "
        "SELECT id, COALESCE(sent_at, created_at), state, attempts, COALESCE(last_reply, '') "
        "FROM outbox WHERE state IN ('sent', 'held', 'failed') ORDER BY id"
    )


def _beside_messages() -> None:
    op.create_table(
        "suppression",
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("recipient"),
    )
    op.create_table(
        "breaker",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_until", sa.BigInteger(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("preheader", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("images", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("quiet", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("week", "audience", "locale"),
    )
    op.add_column("person", sa.Column("report_since", sa.BigInteger(), nullable=True))
    op.create_table(
        "report_numbers",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("week"),
    )
    op.create_table(
        "planner_mark",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("planned_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind"),
    )
    op.create_table(
        "finding",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_finding_gone_at", "finding", ["gone_at"])
