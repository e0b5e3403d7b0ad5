"""The events of a lead that follow from records: stamps of its own, and activities.

An event is written once and never changed. `ref` is empty for a stamp of the lead's record;
an activity's key otherwise. News about the same `ref` is a later event, and the latest counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

STAMPS: Final[Mapping[str, str]] = {
    "created_at": "created",
    "handed_off_at": "handed_off",
    "acknowledged_at": "acknowledged",
    "first_attempt_at": "attempted",
    "connected_at": "connected",
    "accepted_at": "accepted",
    "rejected_at": "rejected",
    "qualified_at": "qualified",
    "closed_at": "closed",
}
"""A column of a lead's record, and the kind of event that it tells of."""

_DETAIL: Final = {"rejected": "reject_reason", "closed": "outcome"}
_ATTEMPTS: Final = ("call", "mail", "meeting")
_OUTBOUND: Final = "outbound"
_CONNECTED: Final = ("connected", "reached", "answered", "held", "completed", "replied")


def stamps(leads: pl.DataFrame) -> pl.DataFrame:
    """Return an event for every stamp that the records of leads carry.

    Args:
        leads: `id`, the columns of STAMPS, `reject_reason`, `outcome`, and the `source_id`,
            `import_id` and `recorded_at` of the import.
    """
    told = (
        leads.filter(pl.col(column).is_not_null()).select(
            pl.col("id").alias("lead_id"),
            pl.lit(kind).alias("kind"),
            pl.col(column).alias("occurred_at"),
            pl.lit("").alias("ref"),
            "recorded_at",
            "source_id",
            "import_id",
            pl.lit(None, dtype=pl.String).alias("actor"),
            (pl.col(_DETAIL[kind]) if kind in _DETAIL else pl.lit(None, dtype=pl.String)).alias(
                "detail"
            ),
        )
        for column, kind in STAMPS.items()
    )
    # In the order of the key, so that the table grows at its end.
    return pl.concat(list(told)).sort("lead_id", "kind")


def of_activities(activities: pl.DataFrame, *, news: bool = False) -> pl.DataFrame:
    """Return the events of activities that have their lead.

    An outbound call, mail or meeting is an attempt, and one that reached the person a contact;
    anything inbound is neither.

    Args:
        activities: `lead_id, source_key, kind, direction, occurred_at, result, actor` and the
            `source_id, import_id, recorded_at` of the import.
        news: Whether the activities were told of before: one that no longer is a contact then
            withdraws it.
    """
    attempt = pl.col("kind").is_in(_ATTEMPTS) & (pl.col("direction") == _OUTBOUND)
    attempt = attempt.fill_null(value=False)
    reached = attempt & pl.col("result").str.to_lowercase().is_in(_CONNECTED).fill_null(value=False)
    kinds = {
        "": pl.when(attempt).then(pl.lit("attempted")).otherwise(pl.lit("touched")),
        "#reached": pl.when(reached).then(pl.lit("connected")).otherwise(pl.lit("withdrawn")),
    }
    told = (
        activities.select(
            "lead_id",
            kind.alias("kind"),
            "occurred_at",
            (pl.col("source_key") + suffix).alias("ref"),
            "recorded_at",
            "source_id",
            "import_id",
            "actor",
            pl.col("kind").alias("detail"),
        )
        for suffix, kind in kinds.items()
    )
    events = pl.concat(list(told)).sort("lead_id", "kind")
    return events if news else events.filter(pl.col("kind") != "withdrawn")
