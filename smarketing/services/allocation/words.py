"""The cheapest mix in sentences: what it brings, what a limit is worth, what is out of reach."""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Final

from reports.numbers import count, leads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from smarketing.domain.allocation import Mix
    from smarketing.services.allocation.allocation import Allotted

_HOUR: Final = 60
_WORTH: Final = 0.005
"""A price below half a cent is none."""


def mix_headline(found: Allotted) -> str:
    """Return the answer in one or two sentences; of what is missing, that first."""
    allocation = found.allocation
    if allocation is None:
        return found.missing[0]
    if allocation.mix is None:
        hours = in_hours(allocation.minutes_missing)
        return f"Not even the leads that are signed as a number can be worked: {hours} are missing."
    if allocation.shortfall:
        return (
            f"At most {money(allocation.mix.value, found)}; {money(allocation.shortfall, found)} "
            f"short of the {money(found.quota, found)} that marketing's leads are to bring."
        )
    return f"{_brings(allocation.mix, found)}{_beside(allocation.mix, found)}"


def price_sentences(found: Allotted) -> tuple[str, ...]:
    """Return what one more of each limit would change; out of reach, which limit it is."""
    if found.allocation is not None and found.allocation.mix and found.allocation.shortfall:
        return (_limit(found),)
    return tuple(_prices(found))


def money(amount: Fraction | float, found: Allotted) -> str:
    """Return an amount in whole units with its currency: `189,000 EUR`."""
    return f"{float(amount):,.0f} {found.currency}"


def in_hours(minutes: Fraction) -> str:
    """Return minutes as whole hours, rounded up: `12 hours`."""
    hours = ceil(minutes / _HOUR)
    return f"{count(hours)} hour{'' if hours == 1 else 's'}"


def _brings(mix: Mix, found: Allotted) -> str:
    return (
        f"The cheapest mix brings {money(mix.value, found)} a month with "
        f"{leads(sum(mix.leads))} for {money(mix.cost, found)}, in {in_hours(mix.minutes)} of the "
        f"{in_hours(found.minutes)} that reps have for them."
    )


def _beside(mix: Mix, found: Allotted) -> str:
    if found.signed is None:
        return ""
    if found.signed.value < found.quota:
        return f" The signed targets bring {money(found.signed.value, found)}, which is not enough."
    if found.signed.minutes > found.minutes:
        return (
            f" The signed targets take {in_hours(found.signed.minutes)} of them, which is more "
            "than there are."
        )
    saved = found.signed.cost - mix.cost
    if saved <= 0:
        return f" The signed targets cost no more: {money(found.signed.cost, found)}."
    return (
        f" The signed targets cost {money(found.signed.cost, found)}: {money(saved, found)} more."
    )


def _limit(found: Allotted) -> str:
    if all(line.leads == line.buy.most for line in found.lines):
        return "Every cell is at the most leads that there are: more of them would bring more."
    return "The time of the reps is used up: more of it would bring more."


def _prices(found: Allotted) -> Iterator[str]:
    prices = found.allocation.prices if found.allocation else None
    if prices is None:
        return
    unit = found.currency
    if prices.quota > _WORTH:
        yield f"One more {unit} of revenue costs about {_cents(prices.quota)} {unit}."
    if prices.minute > _WORTH:
        yield f"One more minute of a rep saves about {_cents(prices.minute)} {unit}."
    else:
        yield "More time of reps would save nothing: there is enough for this mix."
    for line, price in zip(found.lines, prices.most, strict=True):
        if price > _WORTH:
            yield (
                f"One more lead of {line.buy.name} than there are at most would save about "
                f"{_cents(price)} {unit}."
            )


def _cents(price: float) -> str:
    return f"{Decimal(price):,.2f}"
