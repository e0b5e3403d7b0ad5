"""What customers brought, in the currency of an agreement, and what was left out by name."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from smarketing.domain.agreement import Agreement


def brought_by(wins: pl.DataFrame, agreement: Agreement) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return `lead_id, win_day, amount` of every customer, and what was left out.

    Args:
        wins: `lead_id, currency, amount, day`.
        agreement: Its currency and rates.
    """
    refunds = wins.filter(pl.col("amount") < 0)
    priced, unpriced = _converted(wins.filter(pl.col("amount").fill_null(0) >= 0), agreement)
    customers = priced.group_by("lead_id").agg(
        pl.col("day").min().alias("win_day"),
        pl.when(pl.col("amount").count() > 0).then(pl.col("amount").sum()).alias("amount"),
    )
    unknown = int(customers["amount"].null_count()) - unpriced.select("lead_id").n_unique()
    return customers, tuple(_problems(refunds, unpriced, unknown, agreement))


def _converted(wins: pl.DataFrame, agreement: Agreement) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return wins with their amounts in the agreement's currency, and those without a rate."""
    code = pl.col("currency").fill_null(agreement.currency).str.to_uppercase()
    named = wins.with_columns(code.alias("currency"))
    parts, without = [], [named.clear()]
    for (currency,), part in named.partition_by("currency", as_dict=True).items():
        rate = agreement.rates.get(str(currency))
        if currency == agreement.currency:
            parts.append(part)
        elif rate is None:
            without.append(part.filter(pl.col("amount").is_not_null()))
            parts.append(part.with_columns(amount=pl.lit(None, dtype=pl.Int64)))
        else:
            parts.append(part.with_columns(_at_rate(part["amount"], rate)))
    return pl.concat(parts) if parts else named, pl.concat(without)


def _at_rate(amounts: pl.Series, rate: Decimal) -> pl.Series:
    """Return amounts at a rate, half to even: as `conclusions.money` adds them up."""
    exact = (None if one is None else one * rate for one in amounts)
    rounded = [
        None if one is None else int(one.to_integral_value(ROUND_HALF_EVEN)) for one in exact
    ]
    return pl.Series("amount", rounded, dtype=pl.Int64)


def _problems(
    refunds: pl.DataFrame, unpriced: pl.DataFrame, unknown: int, agreement: Agreement
) -> Iterator[str]:
    if len(refunds):
        lowest = min(refunds["amount"].to_list()) / 10_000
        yield (
            f"{_deals(len(refunds))} below zero, the lowest {lowest:,.2f}, left out: a refund "
            "is no deal; correct the source."
        )
    for (currency,), part in sorted(unpriced.partition_by("currency", as_dict=True).items()):
        yield (
            f"{_deals(len(part))} in {currency}, left out of the average deal: the agreement "
            f'has no rate for it; add {currency} = "1.00" under [rates].'
        )
    if unknown > 0:
        yield (
            f"{unknown:,} customer{'s' if unknown > 1 else ''} without an amount: counted "
            f"for the close rate, left out of the average deal in {agreement.currency}."
        )


def _deals(count: int) -> str:
    return f"{count:,} deal{'s' if count != 1 else ''}"
