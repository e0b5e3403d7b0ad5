"""What is counted of a day, and what a cell is made of."""

from __future__ import annotations

from typing import Final

COUNTS: Final = (
    "delivered", "rejected", "accepted", "acknowledged", "ack_met", "ack_late", "ack_overdue",
    "attempt_met", "attempt_late", "attempt_overdue", "customers", "value", "won_amount",
)  # fmt: skip
"""The figures of a fact; `value` and `won_amount` in ten-thousandths."""

DIMENSIONS: Final = ("lead_source", "provider", "owner", "country")
"""The columns of a lead's record by which its cell is told apart."""

CELL: Final = ("version_id", "segment", "tier", "source_id", *DIMENSIONS)
"""What a cell is made of; blank is the empty text."""

BY_HAND: Final = 1
"""How a lead was accepted: by a person."""

BY_DEFAULT: Final = 2
"""How a lead was accepted: because nobody rejected it in the window."""
