"""Measures a goal plan: 40 cells on a history of 100,000 leads, from columns to targets.

The leads are those of the benchmark's CSV (`lead_csv.py`): their days and companies; cells, wins
and deals are drawn with a fixed seed. scipy is imported before: a plan pays for it once.

    .venv/bin/python bench/goals.py [LEADS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

_ROOT: Final = Path(__file__).parents[1]
sys.path[0] = str(_ROOT)  # not this folder: the standard library has modules of our files' names

import numpy as np  # noqa: E402  (bench is a folder of scripts, and the project not installed)
import polars as pl  # noqa: E402
import scipy.optimize  # noqa: E402  (imported before the clock runs)
import scipy.special  # noqa: E402, F401

from bench.lead_csv import write_leads  # noqa: E402
from bench.made_agreement import HEAD  # noqa: E402
from smarketing.services.agreements.file import parse_agreement  # noqa: E402
from smarketing.services.goals.history import LEADS, of_columns  # noqa: E402
from smarketing.services.goals.plan import plan_of  # noqa: E402
from smarketing.services.goals.rates import statistics_of  # noqa: E402
from smarketing.services.goals.words import conclusion  # noqa: E402

if TYPE_CHECKING:
    from datetime import date


SEGMENTS, TIERS = 10, 4
_RATES: Final = (0.09, 0.06, 0.03, 0.01)
_LAG_DAYS: Final = 45
_DAY_S: Final = 86_400
_GOAL: Final = """
[goal]
revenue = 4000000
marketing_share = "100 %"
"""


def main(count: int) -> None:
    """Print what each part of a plan costs, in seconds of CPU."""
    agreement = parse_agreement(_agreement())
    cells = [(f"s{n}", f"t{m}") for n in range(SEGMENTS) for m in range(TIERS)]
    with tempfile.TemporaryDirectory() as folder:
        leads, closed, ends = _columns(Path(folder), count)
    began = time.process_time()
    history = of_columns(leads, closed, agreement, ends.toordinal())
    read = time.process_time()
    found = statistics_of(history, cells)
    known = time.process_time()
    plan = plan_of(agreement, found, ends.replace(day=1))
    done = time.process_time()
    print(f"{count:,} leads, {len(history.cells)} cells, {history.together.customers:,} customers")
    print(f"columns to history    {read - began:6.2f} s")
    print(f"rates, lags, deals    {known - read:6.2f} s")
    print(f"targets and chances   {done - known:6.2f} s")
    print(f"together              {done - began:6.2f} s of CPU (to reach: below 2)")
    print(conclusion(plan))


def _columns(folder: Path, count: int) -> tuple[pl.DataFrame, pl.DataFrame, date]:
    """Return leads, deals that ended, and the day after the last one."""
    write_leads(folder / "leads.csv", count)
    text = pl.read_csv(folder / "leads.csv", infer_schema=False)
    handed = text["Handed Off"].str.to_datetime(strict=False).dt.epoch("s").drop_nulls().to_numpy()
    random = np.random.default_rng(20260112)
    size = len(handed)
    segment, tier = random.integers(0, SEGMENTS, size), random.integers(0, TIERS, size)
    won = random.random(size) < np.array(_RATES)[tier]
    at = handed + (random.exponential(_LAG_DAYS, size) * _DAY_S).astype(np.int64)
    seen = won & (at < handed.max())
    leads = pl.DataFrame(
        {
            "id": np.arange(size),
            "segment": [f"s{n}" for n in segment],
            "tier": [f"t{n}" for n in tier],
            "handed_at": handed,
        }
    ).with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in list(LEADS.items())[4:])
    amounts = (random.lognormal(9, 1, int(seen.sum())) * 10_000).astype(np.int64)
    closed = pl.DataFrame({"lead_id": np.flatnonzero(seen)}).with_columns(
        pl.lit("won").alias("outcome"),
        pl.lit("EUR").alias("currency"),
        pl.Series("amount", amounts),
        pl.Series("at", at[seen]),
    )
    return leads, closed, _day(int(handed.max()))


def _day(at: int) -> date:
    day: date = pl.from_epoch(pl.Series([at]), time_unit="s").dt.date()[0]
    return day


def _agreement() -> str:
    """Return an agreement of 40 cells that leaves every number to history."""
    rules = [f'[[segments]]\nname = "s{n}"\nwhen = "region = \'{n}\'"' for n in range(SEGMENTS)]
    rules += [f'[[tiers]]\nname = "t{n}"\nwhen = "industry = \'{n}\'"' for n in range(TIERS)]
    cells = [
        f'[[goal.cells]]\nsegment = "s{n}"\ntier = "t{m}"\nshare = "2.5 %"'
        for n in range(SEGMENTS)
        for m in range(TIERS)
    ]
    return "\n".join([HEAD, *rules, _GOAL, *cells])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
