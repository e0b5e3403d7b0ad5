"""One forecast, as it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.outlook import finding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal
    from fractions import Fraction

    from reports.outlook import Outlook
    from smarketing.domain.metrics import Metric
    from smarketing.services.forecast.past import Unevenness


@dataclass(frozen=True)
class ForecastRow:
    """One commitment of volume in one month, or a part of it.

    Attributes:
        commitment: Its name.
        month: First day.
        keys: Segment and tier, as far as it was asked for.
        delivered: Leads handed off, the rejected ones included.
        due: Part of the target that falls on the days before today.
        left_days: Working days that are still to come, today included.
        left: The same in average working days, today as far as it is to come: with what is needed
            a day it makes what is missing.
        outlook: Counted so far, the target, and where it may end.
        unevenness: How much more days differ than chance lets them, and where that is known from.
    """

    agreement: str
    commitment: str
    metric: Metric
    month: date
    keys: Mapping[str, str]
    delivered: int
    due: Fraction
    left_days: int
    left: Fraction
    outlook: Outlook
    unevenness: Unevenness

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain values: parts to hundredths, the chance to four digits."""
        shown = self.outlook
        return {
            "agreement": self.agreement,
            "commitment": self.commitment,
            "metric": str(self.metric),
            "month": f"{self.month:%Y-%m}",
            **self.keys,
            "currency": shown.currency or None,
            "delivered": self.delivered,
            "counted": _plain(shown.done),
            "undecided": shown.undecided,
            "target": _plain(shown.target),
            "expected_by_now": _plain(self.due),
            "expected": _plain(shown.expected),
            "chance": None if shown.chance is None else round(shown.chance, 4),
            "low": _plain(shown.low),
            "high": _plain(shown.high),
            "needed_per_day": _plain(shown.needed_per_day),
            "left_days": self.left_days,
            "left_average_days": _plain(self.left),
            "days_vary": _plain(self.unevenness.factor),
            "days_vary_from": str(self.unevenness.origin),
            "state": str(shown.state),
            "finding": finding(shown),
        }


def _plain(number: Fraction | Decimal | float | None) -> int | float | None:
    """Return a number to hundredths; a whole one as such."""
    if number is None:
        return None
    rounded = round(float(number), 2)
    return int(rounded) if rounded.is_integer() else rounded
