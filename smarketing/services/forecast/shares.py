"""How likely the promised shares of a month still are: acknowledged, attempted, accepted in time.

They are counted by the day of the hand-off, as facts of days have them, now or as of an instant.
How many are still to fall due follows from the leads that are there and those that are expected.
What facts do not count (attempts made, dispositions) has no chance here; nor has a metric that an
agreement promises twice, for facts do not tell the two apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from reports.outlook import in_percent
from smarketing.domain.days import day_number
from smarketing.domain.metrics import Metric
from smarketing.domain.share_left import share_left
from smarketing.services.forecast.past import ALL_LEADS, in_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from fractions import Fraction

    from smarketing.domain.agreement import Commitment
    from smarketing.domain.share_left import ShareLeft
    from smarketing.services.conclusions.book import InForce
    from smarketing.services.forecast.month import MonthForecast

_COUNTS: Final = {
    Metric.ACCEPTANCE_RATE: (("accepted",), ("rejected",)),
    Metric.ACKNOWLEDGED_WITHIN: (("ack_met",), ("ack_late", "ack_overdue")),
    Metric.FIRST_ATTEMPT_WITHIN: (("attempt_met",), ("attempt_late", "attempt_overdue")),
}
"""What is kept and what is not, of facts."""


@dataclass(frozen=True)
class ShareRow:
    """One promised share in one month.

    Attributes:
        commitment: Its name.
        month: First day.
        kept: So far; `due`: of these.
        left: Still expected to fall due.
        promised: The least share.
        is_over: Whether the month has ended.
        is_told: Whether the sources have told of all of it.
        found: None: too early to tell.
    """

    agreement: str
    commitment: str
    metric: Metric
    month: date
    kept: int
    due: int
    left: int
    promised: Fraction
    is_over: bool
    is_told: bool
    found: ShareLeft | None

    @property
    def finding(self) -> str:
        """Return how likely the share is kept, in words."""
        promised = f"{float(100 * self.promised):.10g} %"
        if self.found is None:
            return "too early to tell" if self.due else "nothing of it has fallen due yet"
        if self.is_over and not self.is_told:
            return "ended, and not all told yet: import the rest of the month"
        if not self.left:
            ended = "ended: " if self.is_over else ""
            return f"{ended}{promised} {'kept' if self.found.chance else 'not kept'}"
        if not self.found.chance:
            return f"{promised} is out of reach"
        return f"{in_percent(self.found.chance)} to keep {promised}"

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain values; shares and the chance to four digits."""
        found = self.found
        return {
            "agreement": self.agreement,
            "commitment": self.commitment,
            "metric": str(self.metric),
            "month": f"{self.month:%Y-%m}",
            "kept": self.kept,
            "due": self.due,
            "still_to_fall_due": self.left,
            "promised_share": round(float(self.promised), 4),
            "expected_share": found and round(found.expected, 4),
            "chance": found and round(found.chance, 4),
            "finding": self.finding,
        }


def share_rows(made: MonthForecast, version: InForce) -> Iterator[ShareRow]:
    """Yield the promised shares of a month that facts of days tell of.

    Args:
        made: Of the month.
        version: The last one that holds in it.
    """
    promises = version.agreement.commitments
    for promise in promises:
        once = sum(other.metric is promise.metric for other in promises) == 1
        if promise.metric in _COUNTS and promise.promised_rate is not None and once:
            yield _row(made, version, promise, promise.promised_rate)


def _row(
    made: MonthForecast, version: InForce, promise: Commitment, promised: Fraction
) -> ShareRow:
    leads, first = made.known.filter(in_cells({ALL_LEADS})), day_number(made.month)
    daily = _daily(leads, promise.metric)
    now = [one for one in daily if one.day >= first]
    before = [one for one in daily if one.day < first]
    kept, due = sum(one.kept for one in now), sum(one.due for one in now)
    to_come = 0.0 if made.is_over else made.to_come()
    left = 0
    if to_come is not None and not made.is_over:
        left = max(0, round(_falls_due(before) * _all(leads, now, to_come)) - due)
    return ShareRow(
        agreement=version.agreement.name,
        commitment=promise.name,
        metric=promise.metric,
        month=made.month,
        kept=kept,
        due=due,
        left=left,
        promised=promised,
        is_over=made.is_over,
        is_told=made.is_told,
        found=None
        if to_come is None
        else share_left(
            promised,
            [(one.kept, one.due) for one in now],
            [(one.kept, one.due) for one in before],
            left,
        ),
    )


@dataclass(frozen=True)
class _Day:
    """The leads of a day: delivered, those whose share fell due, and those kept of them."""

    day: int
    delivered: int
    due: int
    kept: int


def _daily(leads: pl.DataFrame, metric: Metric) -> list[_Day]:
    kept, missed = (pl.sum_horizontal(names) for names in _COUNTS[metric])
    sums = leads.group_by("day").agg(
        pl.col("delivered").sum(), (kept + missed).sum().alias("due"), kept.sum().alias("kept")
    )
    return [_Day(*row) for row in sums.sort("day").iter_rows()]


def _falls_due(before: Sequence[_Day]) -> float:
    """Return which part of leads falls due in the end: of the months before; all without them."""
    delivered = sum(one.delivered for one in before)
    return sum(one.due for one in before) / delivered if delivered else 1.0


def _all(leads: pl.DataFrame, now: Sequence[_Day], to_come: float) -> float:
    """Return the leads of the month, those included that are expected to come."""
    delivered, counted = leads.select(pl.col("delivered", "counted").sum()).row(0)
    each = delivered / counted if counted > 0 else 1.0  # those to come are without the rejected
    return sum(one.delivered for one in now) + each * to_come
