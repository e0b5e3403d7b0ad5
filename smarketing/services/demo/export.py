"""The files of the sample company, as its CRM exports them: `config/mappings/demo.toml` reads them.

Nothing in them lies after now. Times are the wall time of the office, without a zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import polars as pl

from connectors.protocol import Kind
from smarketing.domain.calendar import seconds
from smarketing.services.demo.answers import answers
from smarketing.services.demo.arrivals import arrivals
from smarketing.services.demo.attempts import attempts
from smarketing.services.demo.chance import new_generator
from smarketing.services.demo.deals import deals
from smarketing.services.demo.lead_sheet import lead_sheet
from smarketing.services.demo.office import ZONE, office_around
from smarketing.services.demo.prospects import prospects
from smarketing.services.demo.wall_time import known, wall_time

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

MAPPING: Final = "demo"
"""Name of the mapping that reads the files."""


@dataclass(frozen=True)
class DemoFile:
    """One export.

    Attributes:
        kind: What its records are.
        path: Where it is.
    """

    kind: Kind
    path: Path


def demo_files(now: datetime, folder: Path) -> tuple[DemoFile, ...]:
    """Write the three exports of a sample company that has worked up to now.

    Args:
        now: Aware. One instant always gives the same bytes; another one of the same day the same
            leads, seen at another time, besides those that wait for an answer.
        folder: Where they are written; made where it is missing.

    Returns:
        The files in the order in which they are to be read: leads, activities, deals.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for kind, sheet in _sheets(now).items():
        files.append(DemoFile(kind, folder / f"{kind}.csv"))
        sheet.write_csv(files[-1].path)
    return tuple(files)


def _sheets(now: datetime) -> dict[Kind, pl.DataFrame]:
    random, now_s = new_generator(), seconds(now)
    today = now.astimezone(ZoneInfo(ZONE)).date()
    office = office_around(today)
    come = arrivals(random, today, now_s, office)
    who = prospects(random, come)
    told = answers(random, come, who, office)
    tried = attempts(random, who, told, office)
    sold = deals(random, who, told, office)
    return {
        Kind.LEADS: lead_sheet(come, who, told, sold, now_s),
        Kind.ACTIVITIES: _activity_sheet(tried, now_s),
        Kind.DEALS: _deal_sheet(sold, now_s),
    }


def _activity_sheet(tried: pl.DataFrame, now_s: int) -> pl.DataFrame:
    return tried.filter(pl.col("at") <= now_s).select(
        _numbers("NA").alias("Activity ID"),
        pl.col("lead_id").alias("Lead ID"),
        pl.col("kind").alias("Type"),
        pl.col("direction").alias("Direction"),
        wall_time("at").alias("When"),
        pl.col("result").alias("Result"),
        pl.col("actor").alias("By"),
    )


def _deal_sheet(sold: pl.DataFrame, now_s: int) -> pl.DataFrame:
    over = pl.col("closed") <= now_s
    won = pl.when("won").then(pl.lit("Won")).otherwise(pl.lit("Lost"))
    return sold.filter(pl.col("opened") <= now_s).select(
        _numbers("ND").alias("Deal ID"),
        pl.col("lead_id").alias("Lead ID"),
        pl.when(over).then(won).otherwise(pl.lit("Proposal")).alias("Stage"),
        pl.when(over).then(won).alias("Outcome"),
        pl.col("amount").alias("Amount"),
        pl.col("currency").alias("Currency"),
        wall_time("opened").alias("Opened"),
        wall_time(known("closed", now_s)).alias("Closed"),
        pl.col("owner").alias("Owner"),
    )


def _numbers(prefix: str) -> pl.Expr:
    return prefix + "-" + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(5)
