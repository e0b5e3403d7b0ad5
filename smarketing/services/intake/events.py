"""The events of a lead that follow from records: news of its own stamps, and activities.

What a new lead's record tells is written by the store, from the row itself (`record_stamps`).

An event is written once and never changed. `ref` is empty for a stamp of the lead's record;
an activity's key otherwise. News about the same stamp or `ref` is a later event, and the last
one counts; what no longer holds is withdrawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.acts import OWNER, STAMPS, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Iterator

DETAILS: Final = {"rejected": "reject_reason", "closed": "outcome"}
"""A kind of stamp, and the column of the record that its event has as `detail`."""

_ATTEMPTS: Final = ("call", "mail", "meeting")
_OURS: Final = ("call", "meeting")
_OUTBOUND: Final = "outbound"
_REACHED: Final = "#reached"
_CONNECTED: Final = ("connected", "reached", "answered", "held", "completed", "replied")


def news(changed: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return an event for every stamp that changed; one that is gone is withdrawn.

    Args:
        changed: `id`, `owner`, the columns of STAMPS and DETAILS, and the `source_id`,
            `import_id` and `recorded_at` of the import.
        before: The same leads as they were.
    """
    beside = [*STAMPS, *DETAILS.values(), "owner"]
    was = before.select("id", *(pl.col(name).alias(f"{name}_was") for name in beside))
    both = changed.join(was, on="id", how="left", maintain_order="left")
    differs = both.select(_differs(column, kind).alias(column) for column, kind in STAMPS.items())
    told = [_stamped(both.clear(), "created_at", "created")]
    for column, kind in STAMPS.items():
        if differs[column].any():
            told += _changed(both.filter(differs[column]), column, kind)
    told.append(_other_owner(both))
    return pl.concat(told).sort("lead_id", maintain_order=True)


def _differs(column: str, kind: str) -> pl.Expr:
    """Return whether a stamp, or the detail of its event, is another than before."""
    names = [column, DETAILS[kind]] if kind in DETAILS else [column]
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_was")) for name in names)


def _changed(leads: pl.DataFrame, column: str, kind: str) -> Iterator[pl.DataFrame]:
    """Yield the events of a stamp that is another than before, and those of one that is gone."""
    yield _stamped(leads.filter(pl.col(column).is_not_null()), column, kind)
    gone = leads.filter(pl.col(column).is_null() & pl.col(f"{column}_was").is_not_null())
    yield _stamped(gone, f"{column}_was", kind).with_columns(
        pl.lit(WITHDRAWN).alias("kind"), pl.lit(kind).alias("detail")
    )


def _other_owner(both: pl.DataFrame) -> pl.DataFrame:
    """Return an event for every lead that has another owner in its source."""
    other = both.filter(pl.col("owner").ne_missing(pl.col("owner_was")))
    return _stamped(other, "recorded_at", OWNER).with_columns(other["owner"].alias("detail"))


def _stamped(leads: pl.DataFrame, column: str, kind: str) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.String)
    return leads.select(
        pl.col("id").alias("lead_id"),
        pl.lit(kind).alias("kind"),
        pl.col(column).alias("occurred_at"),
        pl.lit("").alias("ref"),
        "recorded_at",
        "source_id",
        "import_id",
        nothing.alias("actor"),
        (pl.col(DETAILS[kind]) if kind in DETAILS else nothing).alias("detail"),
    )


def of_activities(activities: pl.DataFrame) -> pl.DataFrame:
    """Return the events of activities that have their lead.

    An outbound call, mail or meeting is an attempt, and one that reached the person a contact;
    anything inbound is neither. A call or meeting without a direction is taken as outbound.

    Args:
        activities: `lead_id, source_key, kind, direction, occurred_at, result, actor` and the
            `source_id, import_id, recorded_at` of the import.
    """
    direction = pl.col("direction")
    # A mail says who wrote it; a call or meeting without a word was logged by who made it.
    attempt = (pl.col("kind").is_in(_ATTEMPTS) & (direction == _OUTBOUND)).fill_null(
        value=False
    ) | (pl.col("kind").is_in(_OURS) & direction.is_null()).fill_null(value=False)
    reached = pl.col("result").str.to_lowercase().is_in(_CONNECTED).fill_null(value=False)
    told = pl.when(attempt).then(pl.lit("attempted")).otherwise(pl.lit("touched"))
    main = _of_activity(activities, "", told)
    contact = _of_activity(activities.filter(attempt & reached), _REACHED, pl.lit("connected"))
    return pl.concat([main, contact]).sort("lead_id", maintain_order=True)


def withdrawn(activities: pl.DataFrame) -> pl.DataFrame:
    """Return the events that take back what activities told before: they are told of anew.

    Args:
        activities: As they were, with the `import_id` and `recorded_at` of the news.
    """
    parts = (_of_activity(activities, suffix, pl.lit(WITHDRAWN)) for suffix in ("", _REACHED))
    return pl.concat(list(parts)).sort("lead_id", maintain_order=True)


def _of_activity(activities: pl.DataFrame, suffix: str, kind: pl.Expr) -> pl.DataFrame:
    return activities.select(
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
