"""Histories made of columns, and agreements with a goal, for the tests of the plan."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from smarketing.services.agreements.file import parse_agreement
from smarketing.services.goals.history import LEADS, of_columns
from smarketing.services.goals.rates import statistics_of
from tests.builders import AGREEMENT

if TYPE_CHECKING:
    from datetime import date

    from smarketing.domain.agreement import Agreement
    from smarketing.services.goals.history import GoalHistory
    from smarketing.services.goals.rates import Statistics

CELL = ("enterprise", "decision_maker")
SMALL = ("small", "decision_maker")
HUBSPOT = (
    AGREEMENT.replace('revenue = "100000"', 'revenue = "70000"')
    .replace('marketing_share = "0.5"', 'marketing_share = "1"')
    .replace('close_rate = "0.1"', 'close_rate = "5 %"')
)
"""7 customers of 10,000 at 5 %: the 140 leads of the textbook."""
OPEN = HUBSPOT.replace('average_deal = "10000"\n', "").replace('close_rate = "5 %"\n', "")
TWO = HUBSPOT.replace(
    'share = "1"\naverage_deal = "10000"\nclose_rate = "5 %"',
    'share = "0.6"\n\n[[goal.cells]]\nsegment = "small"\ntier = "decision_maker"\nshare = "0.4"',
)
"""Two cells that leave everything to history."""
CLOSED = {"lead_id": pl.Int64, "outcome": pl.String, "currency": pl.String, "amount": pl.Int64,
          "at": pl.Int64}  # fmt: skip


def agreement(text: str) -> Agreement:
    return parse_agreement(text)


def day_s(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


def leads_of(*rows: tuple[tuple[str, str], int]) -> pl.DataFrame:
    """Rows of a cell and the second of the hand-off; nothing else is said of them."""
    return pl.DataFrame(
        [
            (number, *cell, at, None, None, None, None, None, None)
            for number, (cell, at) in enumerate(rows)
        ],
        schema=LEADS,
        orient="row",
    )


def deals_of(*rows: tuple[int, str, str | None, int | None, int]) -> pl.DataFrame:
    """Rows of a lead's number, outcome, currency, amount in whole units, second of the end."""
    return pl.DataFrame(
        [
            (lead, outcome, currency, None if amount is None else amount * 10_000, at)
            for lead, outcome, currency, amount, at in rows
        ],
        schema=CLOSED,
        orient="row",
    )


def a_year(
    until: date,
    rate: float = 0.08,
    *,
    leads: int = 3_000,
    lag: float = 40.0,
    cells: tuple[tuple[str, str], ...] = (CELL, SMALL),
    text: str = TWO,
    currency: str = "EUR",
) -> GoalHistory:
    """A year of leads, spread evenly, won after an exponential lag; deals are lognormal."""
    random = np.random.default_rng(7)
    now = day_s(until) - 43_200
    handed = now - random.integers(3_600, 365 * 86_400, leads)
    won = random.random(leads) < rate
    at = handed + (random.exponential(lag, leads) * 86_400).astype(np.int64)
    amounts = random.lognormal(9, 0.8, leads)
    seen = won & (at < now)
    lead_rows = [(cells[n % len(cells)], int(handed[n])) for n in range(leads)]
    deals = [(n, "won", currency, int(amounts[n]), int(at[n])) for n in range(leads) if seen[n]]
    return of_columns(leads_of(*lead_rows), deals_of(*deals), agreement(text), until.toordinal())


def found(history: GoalHistory, *cells: tuple[str, str]) -> Statistics:
    return statistics_of(history, cells or (CELL, SMALL))


def nothing(until: date) -> GoalHistory:
    return of_columns(leads_of(), deals_of(), agreement(HUBSPOT), until.toordinal())
