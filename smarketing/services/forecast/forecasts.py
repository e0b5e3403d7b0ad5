"""The forecasts of every commitment of volume in the months of a period."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reports.facts import volume
from smarketing.domain.days import local_date
from smarketing.domain.errors import InvalidError, NotFoundError
from smarketing.domain.metrics import Metric
from smarketing.domain.periods import months_of
from smarketing.domain.targets import next_month
from smarketing.services.forecast.month import month_forecast
from smarketing.services.forecast.past import ALL_LEADS
from smarketing.services.forecast.reading import read_once
from smarketing.services.forecast.row import ForecastRow
from smarketing.services.forecast.shares import share_rows
from smarketing.services.levels.promised import promised_of_cells
from smarketing.services.progress.month import month_cells
from smarketing.services.progress.targets import spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from reports.digest import CellProgress
    from smarketing.domain.agreement import Commitment
    from smarketing.services.conclusions.book import Book, Cell
    from smarketing.services.forecast.month import MonthForecast
    from smarketing.services.forecast.shares import ShareRow
    from smarketing.services.progress.month import Held
    from smarketing.services.progress.progress import Facts

    KnownUntil = Callable[[date], datetime | None]
    """Until when the sources have told of the leads of a month, given by its first day."""

BY: Final = ("segment", "tier")
"""What forecasts can be grouped by: a promise is made by these."""


def forecasts(
    facts: Facts,
    book: Book,
    period: str | None,
    now: datetime,
    *,
    agreement: str | None = None,
    by: Sequence[str] = (),
    known_until: KnownUntil = lambda _: None,
) -> tuple[ForecastRow, ...]:
    """Return a row for each commitment of volume, month and group, in the order of the book.

    A quarter or a year is forecast month by month, as it is promised: a target belongs to a month.

    Args:
        facts: As they stand, or as of `now`.
        book: The agreements in force.
        period: As `periods.months_of`; None: the month of now in each agreement's zone.
        now: The instant that counts as now.
        agreement: Only this one's; None: all of them.
        by: Some of BY; empty: each commitment as a whole.
        known_until: Until when leads are known.

    Raises:
        InvalidError: `by` is not of BY.
        NotFoundError: There is no such period or agreement, or nothing is promised in it.
    """
    for key in by:
        if key not in BY:
            raise InvalidError(f"a forecast has no key {key!r}; use segment, tier or both", key)
    rows = [
        row
        for one in _asked(facts, book, period, now, agreement=agreement, known_until=known_until)
        for row in _rows(one, by)
    ]
    if not rows:
        what = agreement or "any agreement"
        raise NotFoundError(
            f"no volume of leads or lead value is promised by {what} in {period or 'this month'}; "
            "see what is: smarketing agreement explain",
            period or "",
        )
    return tuple(rows)


def shares(
    facts: Facts,
    book: Book,
    period: str | None,
    now: datetime,
    *,
    agreement: str | None = None,
    known_until: KnownUntil = lambda _: None,
) -> tuple[ShareRow, ...]:
    """Return a row for each promised share and month that facts tell of; see `shares.share_rows`.

    The arguments and what is raised are those of `forecasts`; without a share there is no row.
    """
    return tuple(
        row
        for one in _asked(facts, book, period, now, agreement=agreement, known_until=known_until)
        if one.held
        for row in share_rows(one.made, one.held[-1][0])
    )


def _asked(
    facts: Facts,
    book: Book,
    period: str | None,
    now: datetime,
    *,
    agreement: str | None,
    known_until: KnownUntil,
) -> list[_Asked]:
    """Return the months that are asked for, of each agreement; their facts are read once."""
    asked = [
        (name, month)
        for name in _names(book, agreement)
        for month in _months(book, name, period, now)
    ]
    read = read_once(facts, [month for _, month in asked], now)
    return [_Asked(read, book, name, month, now, known_until(month)) for name, month in asked]


def _names(book: Book, agreement: str | None) -> Sequence[str]:
    if agreement is not None and agreement not in book.names:
        known = ", ".join(book.names) or "none yet"
        raise NotFoundError(
            f"no agreement in force is named {agreement!r}; there are: {known}", agreement
        )
    return [agreement] if agreement else book.names


def _months(book: Book, agreement: str, period: str | None, now: datetime) -> Sequence[date]:
    if period is not None:
        return months_of(period)
    zone = next(v.agreement.timezone for v in book.versions if v.agreement.name == agreement)
    return [local_date(now, zone).replace(day=1)]


@dataclass(frozen=True)
class _Asked:
    """One month of one agreement."""

    facts: Facts
    book: Book
    agreement: str
    month: date
    now: datetime
    known_until: datetime | None

    @property
    def held(self) -> Held:
        return list(spans(self.book, self.month, next_month(self.month), self.agreement))

    @cached_property
    def made(self) -> MonthForecast:
        return month_forecast(
            self.facts,
            self.book,
            self.agreement,
            month=self.month,
            now=self.now,
            known_until=self.known_until,
        )


def _rows(asked: _Asked, by: Sequence[str]) -> Iterator[ForecastRow]:
    held = asked.held
    promised = {
        metric: found
        for metric in (Metric.LEADS_DELIVERED, Metric.LEAD_VALUE_DELIVERED)
        if (found := next(filter(None, (version.commitment(metric) for version, _ in held)), None))
    }
    if not promised:
        return
    made = asked.made
    cells = _cells(asked, made)
    if promise := promised.get(Metric.LEADS_DELIVERED):
        yield from _of_leads(asked, made, cells, promise, by)
    if promise := promised.get(Metric.LEAD_VALUE_DELIVERED):
        yield from _of_value(asked, made, promise, by)


def _cells(asked: _Asked, made: MonthForecast) -> list[CellProgress]:
    """Return the cells as the page of progress has them."""
    return list(
        month_cells(
            asked.facts,
            asked.book,
            asked.agreement,
            month=asked.month,
            today=made.today,
            monday=asked.month,
        )
    )


def _of_leads(
    asked: _Asked,
    made: MonthForecast,
    cells: Sequence[CellProgress],
    promise: Commitment,
    by: Sequence[str],
) -> Iterator[ForecastRow]:
    groups: dict[Cell, list[CellProgress]] = defaultdict(list)
    for cell in cells:
        if cell.target is not None:
            groups[_key((cell.segment, cell.tier), by)].append(cell)
    for key, some in groups.items():
        outlook, plan = made.of(some), volume(some)
        if outlook is not None and plan is not None:
            yield ForecastRow(
                asked.agreement,
                promise.name,
                promise.metric,
                asked.month,
                _named(key, by),
                delivered=sum(cell.delivered for cell in some),
                due=sum((cell.expected or Fraction(0) for cell in some), Fraction(0)),
                left_days=plan.left_days,
                left=made.left,
                outlook=outlook,
                unevenness=made.past.unevenness([(cell.segment, cell.tier) for cell in some]),
            )


def _of_value(
    asked: _Asked, made: MonthForecast, promise: Commitment, by: Sequence[str]
) -> Iterator[ForecastRow]:
    targets = _amounts(asked, next_month(asked.month))
    due = _amounts(asked, made.today)
    if ALL_LEADS in targets and not by:
        targets = {ALL_LEADS: targets[ALL_LEADS]}
    currency = asked.held[0][0].agreement.currency
    groups: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in targets:
        groups[_key(cell, by)].append(cell)
    for key, some in groups.items():
        target = sum((targets[cell] for cell in some), Fraction(0))
        yield ForecastRow(
            asked.agreement,
            promise.name,
            promise.metric,
            asked.month,
            _named(key, by),
            delivered=made.delivered(some),
            due=sum((due.get(cell, Fraction(0)) for cell in some), Fraction(0)),
            left_days=sum(day >= made.today for day in made.worked),
            left=made.left,
            unevenness=made.past.unevenness(some),
            outlook=made.of_value(some, Decimal(target.numerator) / target.denominator, currency),
        )


def _amounts(asked: _Asked, before: date) -> dict[Cell, Fraction]:
    """Return the lead value promised for each cell in the days of the month before a day."""
    totals: dict[Cell, Fraction] = defaultdict(Fraction)
    for version, (starts, ends) in asked.held:
        promise = version.commitment(Metric.LEAD_VALUE_DELIVERED)
        if promise is not None and starts < before:
            part = promised_of_cells(version, promise, starts, min(ends, before))
            for cell, amount in part.items():
                totals[cell] += amount
    return totals


def _key(cell: Cell, by: Sequence[str]) -> Cell:
    segment, tier = cell
    return (segment if "segment" in by else "", tier if "tier" in by else "")


def _named(key: Cell, by: Sequence[str]) -> dict[str, str]:
    named = dict(zip(BY, key, strict=True))
    return {name: named[name] for name in by}
