"""What won deals brought, in the currency of the lead's agreement, exactly.

An amount in a currency without a rate is never added up: it is left out and named.
"""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from smarketing.services.conclusions.book import Book

UNNAMED = "(no currency)"
"""How an amount is named that says no currency where none can be assumed."""


def won_amounts(
    leads: pl.DataFrame, wins: pl.DataFrame, book: Book
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return what each lead brought, and the deals left out by currency.

    Args:
        leads: `id, version_id`.
        wins: `lead_id, currency, amount` (ten-thousandths; null: not said), a row a won deal. An
            amount without a currency is in the agreement's.
        book: The agreements, with their currency and rates.

    Returns:
        `id, won_deals, won_amount` of every lead, and currency to the number of deals left out.
    """
    versions = dict(leads.join(wins, left_on="id", right_on="lead_id", how="semi").iter_rows())
    amounts: dict[int, int] = dict.fromkeys(versions, 0)
    deals: Counter[int] = Counter()
    left_out: Counter[str] = Counter()
    for lead_id, currency, amount in wins.select("lead_id", "currency", "amount").iter_rows():
        deals[lead_id] += 1
        if not amount:
            continue
        rate = _rate(book, versions[lead_id], currency)
        if rate is None:
            left_out[currency or UNNAMED] += 1
        else:
            amounts[lead_id] += int((amount * rate).to_integral_value(ROUND_HALF_EVEN))
    brought = pl.DataFrame(
        {
            "id": list(amounts),
            "won_deals": [deals[lead] for lead in amounts],
            "won_amount": list(amounts.values()),
        },
        schema={"id": pl.Int64, "won_deals": pl.Int64, "won_amount": pl.Int64},
    )
    joined = leads.select("id").join(brought, on="id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("won_deals", "won_amount").fill_null(0)), dict(left_out)


def _rate(book: Book, version_id: int, currency: str | None) -> Decimal | None:
    """Return units of the agreement's currency for one of another; None where none is set."""
    version = book.version(version_id)
    if version is None:
        return None
    agreement = version.agreement
    if currency is None or currency.upper() == agreement.currency:
        return Decimal(1)
    return agreement.rates.get(currency.upper())
