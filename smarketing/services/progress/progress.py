"""Progress: what was delivered and how it was answered, against what was promised.

"Now" is read from the daily facts; a question "as of" an instant is computed from the events
known at it (see `as_of`). Both give rows of the same figures, so that pages, mails and the
command agree. Days are half-open and of the agreement's zone; a lead belongs to the day of
its hand-off.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from smarketing.domain.attainment import due_count
from smarketing.domain.days import day_number
from smarketing.domain.errors import SmarketingError
from smarketing.domain.facts import COUNTS
from smarketing.domain.metrics import CATALOGUE, Metric
from smarketing.domain.weeks import WEEK_FORMAT
from smarketing.services.progress.targets import monthly_targets, targets_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from smarketing.services.conclusions.book import Book

KEYS: Final = (
    "segment", "tier", "source", "lead_source", "provider", "owner", "country", "week", "month",
)  # fmt: skip
"""What progress can be grouped by."""

_MONEY: Final = 10_000
_PROMISED: Final = "promised"
CELL_KEYS: Final = tuple(key for key in KEYS if key not in ("week", "month"))


class UnknownKeyError(SmarketingError):
    """Progress cannot be grouped by that.

    Attributes:
        key: What was asked for.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"progress has no key {key!r}; use some of {', '.join(KEYS)}")
        self.key = key


@dataclass(frozen=True)
class ProgressRow:
    """The figures of one group; what each means is defined in CLOCKS.md "What is counted".

    Attributes:
        keys: Key to its value, in the order asked for; None is a blank.
        acknowledged_due: Clocks met, late or overdue: the denominator of the share in time.
        target: Part of the monthly targets that falls on the days asked for; None where nothing
            is promised or where the keys are finer than the promise.
        attainment: Counted leads of the segments and tiers that have a target / `target`; None
            where nothing was due.
    """

    keys: Mapping[str, str | None]
    delivered: int
    rejected: int
    counted: int
    accepted: int
    acknowledged: int
    acknowledged_in_time: int
    acknowledged_due: int
    attempted_in_time: int
    attempted_due: int
    customers: int
    value: Decimal
    won_amount: Decimal
    target: Fraction | None
    attainment: Fraction | None

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain values: the target to hundredths, attainment to millionths."""
        figures = {name: getattr(self, name) for name in _FIGURES}
        return {
            **self.keys,
            **figures,
            "value": float(self.value),
            "won_amount": float(self.won_amount),
            "target": _plain(self.target, 2),
            "attainment": _plain(self.attainment, 6),
        }


_FIGURES: Final = (
    "delivered", "rejected", "counted", "accepted", "acknowledged", "acknowledged_in_time",
    "acknowledged_due", "attempted_in_time", "attempted_due", "customers",
)  # fmt: skip


class Facts(Protocol):
    """Where the facts of days are read."""

    def daily(self, first_day: int, last_day: int, names: Sequence[str]) -> pl.DataFrame:
        """Return sums of COUNTS by day, `version_id` and some of the cell's columns.

        Args:
            first_day: Day number, inclusive.
            last_day: Day number, not inclusive.
            names: Cell columns besides `day, version_id`; `source` is the source's name.
        """
        ...


def progress(
    facts: Facts,
    book: Book,
    starts: date,
    ends: date,
    *,
    by: Sequence[str] = (),
    agreement: str | None = None,
) -> tuple[ProgressRow, ...]:
    """Return the progress of the days `[starts, ends)`, a row a group, in the order of the keys.

    Args:
        facts: The facts of days, as they stand now or as of an instant.
        book: The agreements in force, with their targets.
        starts: First day.
        ends: First day after the span.
        by: Some of KEYS; empty: one row for all.
        agreement: Only leads of that agreement; None: all leads.

    Raises:
        UnknownKeyError: A key is not one of KEYS.
    """
    for key in by:
        if key not in KEYS:
            raise UnknownKeyError(key)
    columns = [key for key in CELL_KEYS if key in {*by, "segment", "tier"}]
    daily = facts.daily(day_number(starts), day_number(ends), columns)
    if agreement is not None:
        daily = daily.filter(pl.col("version_id").is_in(version_ids(book, agreement)))
    dated = _with_promised(daily, book).with_columns(periods(daily["day"], by))
    sums = pl.col(*COUNTS, _PROMISED).sum()
    summed = dated.group_by(by).agg(sums) if by else dated.select(sums)
    targets = targets_by(book, starts, ends, by, agreement)
    missing = [keys for keys in targets if by] if by else []
    rows = {tuple(row[key] for key in by): row for row in summed.iter_rows(named=True)}
    for keys in missing:
        rows.setdefault(keys, dict.fromkeys((*COUNTS, _PROMISED), 0))
    ordered = sorted(rows, key=lambda keys: tuple(key or "" for key in keys))
    return tuple(_row(by, keys, rows[keys], targets.get(keys)) for keys in ordered)


def _with_promised(daily: pl.DataFrame, book: Book) -> pl.DataFrame:
    """Return facts with the counted leads of those cells that something is promised for."""
    cells = [
        (version.version_id, *cell)
        for version in book.versions
        if (promise := version.commitment(Metric.LEADS_DELIVERED))
        for cell in monthly_targets(version, promise, version.agreement.starts_on)
    ]
    key = {"version_id": pl.Int64, "segment": pl.String, "tier": pl.String}
    promised = pl.DataFrame(cells, schema=key, orient="row").unique().with_columns(_one=pl.lit(1))
    counted = (pl.col("delivered") - pl.col("rejected")) * pl.col("_one").fill_null(0)
    joined = daily.join(promised, on=list(key), how="left", maintain_order="left")
    return joined.with_columns(counted.alias(_PROMISED)).drop("_one")


def version_ids(book: Book, agreement: str) -> tuple[int, ...]:
    """Return the numbers that the leads of an agreement are kept under, whatever its version."""
    return tuple(v.version_id for v in book.versions if v.agreement.name == agreement)


def periods(days: pl.Series, by: Sequence[str]) -> list[pl.Series]:
    """Return the columns `week` (`2018-W10`) and `month` (`2018-01`) of days, where asked for."""
    dates = days.cast(pl.Int32).cast(pl.Date)
    formats = {"week": WEEK_FORMAT, "month": "%Y-%m"}
    return [dates.dt.strftime(form).alias(key) for key, form in formats.items() if key in by]


def _row(
    by: Sequence[str],
    keys: tuple[str | None, ...],
    sums: Mapping[str, Any],
    target: Fraction | None,
) -> ProgressRow:
    counted = sums["delivered"] - sums["rejected"]
    return ProgressRow(
        keys={name: value or None for name, value in zip(by, keys, strict=True)},
        delivered=sums["delivered"],
        rejected=sums["rejected"],
        counted=counted,
        accepted=sums["accepted"],
        acknowledged=sums["acknowledged"],
        acknowledged_in_time=sums["ack_met"],
        acknowledged_due=_due(sums, Metric.ACKNOWLEDGED_WITHIN),
        attempted_in_time=sums["attempt_met"],
        attempted_due=_due(sums, Metric.FIRST_ATTEMPT_WITHIN),
        customers=sums["customers"],
        value=Decimal(sums["value"]) / _MONEY,
        won_amount=Decimal(sums["won_amount"]) / _MONEY,
        target=target,
        attainment=Fraction(sums[_PROMISED]) / target if target else None,
    )


def _due(sums: Mapping[str, Any], metric: Metric) -> int:
    met, late, overdue = (
        sums[f"{CATALOGUE[metric].figures}_{name}"] for name in ("met", "late", "overdue")
    )
    return due_count(met=met, late=late, overdue=overdue)


def _plain(exact: Fraction | None, digits: int) -> int | float | None:
    if exact is None:
        return None
    return int(exact) if exact.denominator == 1 else round(float(exact), digits)
