"""The export of leads: one line each, as it stands in the CRM now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.services.demo.wall_time import known, wall_time

if TYPE_CHECKING:
    from smarketing.services.demo.answers import Answers
    from smarketing.services.demo.arrivals import Arrivals

_SAID: Final = {
    "first_name": "First name",
    "last_name": "Last name",
    "email": "E-mail",
    "company": "Company",
    "job_title": "Job title",
    "employees": "Employees",
    "industry": "Industry",
    "country": "Country",
    "region": "Region",
    "phone": "Phone",
    "lead_source": "Lead source",
    "campaign": "Campaign",
    "provider": "Delivered by",
    "owner": "Owner",
    "landing_page": "Landing page",
}
_STAMPS: Final = {
    "created": "Created",
    "handed": "Handed off",
    "acknowledged": "Acknowledged",
    "accepted": "Accepted",
    "rejected": "Rejected",
    "qualified": "Qualified",
}


def lead_sheet(
    come: Arrivals, who: pl.DataFrame, told: Answers, sold: pl.DataFrame, now_s: int
) -> pl.DataFrame:
    """Return the leads that were created up to now, in the order in which they came.

    Args:
        come: When they came.
        who: Who they are.
        told: How they were answered.
        sold: The deals; a lead is qualified when its deal is opened.
        now_s: Now, in seconds of UTC: later stamps are left blank.
    """
    stamped = who.with_columns(
        pl.Series("created", come.created),
        pl.Series("handed", told.handed),
        pl.Series("acknowledged", told.acknowledged),
        pl.Series("accepted", told.accepted),
        pl.Series("rejected", told.rejected),
        told.reasons.alias("reason"),
    ).join(
        sold.select("lead_id", pl.col("opened").alias("qualified")),
        on="lead_id",
        how="left",
        maintain_order="left",
    )
    there = stamped.filter(pl.col("created") <= now_s)
    now_known = there.with_columns(known(name, now_s).alias(name) for name in _STAMPS)
    return now_known.select(
        pl.col("lead_id").alias("Lead ID"),
        *(pl.col(name).alias(header) for name, header in _SAID.items()),
        _status().alias("Status"),
        *(wall_time(name).alias(header) for name, header in _STAMPS.items()),
        pl.when(pl.col("rejected").is_not_null()).then("reason").alias("Reject reason"),
        wall_time(pl.max_horizontal(*_STAMPS)).alias("Last changed"),
    )


def _status() -> pl.Expr:
    """Return the furthest that a lead has come."""
    steps = {
        "qualified": "Opportunity",
        "rejected": "Rejected",
        "accepted": "Accepted",
        "acknowledged": "In work",
        "handed": "Handed off",
    }
    status = pl.lit("New")
    for name, word in reversed(steps.items()):
        status = pl.when(pl.col(name).is_not_null()).then(pl.lit(word)).otherwise(status)
    return status
