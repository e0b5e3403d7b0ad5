"""The lines of the page of past forecasts: text, ready to be read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from reports.numbers import count
from smarketing.services.agreements.scopes import whom
from smarketing.services.agreements.words import per_cent
from smarketing.services.goals.backtest.pacing import DAYS
from smarketing.services.goals.backtest.words import name_of
from smarketing.services.goals.words import interval
from smarketing.web.progress_lines import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smarketing.services.goals.backtest.pacing import Paced
    from smarketing.services.goals.backtest.promises import Promise
    from smarketing.services.goals.backtest.replay import Kept, MonthThen
    from smarketing.services.goals.backtest.shown import Replayed

HELD = Standing("reached", "✔", "held")
MISSED = Standing("behind", "▲", "missed")
OPEN = Standing("none", "–", "still open")


@dataclass(frozen=True)
class RecordLine:
    """One month.

    Attributes:
        promised: The 80 % range of customers, as it was on the first day.
        by_now: The part of it that should have come by now, where that is less.
        came: Customers; of a month that is still open, so far, with what is expected.
        plain: Rate of the month's leads as a CRM showed it at the first look, a month later.
        corrected: The same corrected; `interval`: where four in five such months end.
        final: What it came to.
    """

    month: str
    leads: str
    promised: str
    by_now: str
    came: str
    standing: Standing
    plain: str
    corrected: str
    interval: str
    final: str


@dataclass(frozen=True)
class CellLine:
    """One segment and tier over all months that are over."""

    name: str
    leads: str
    expected: str
    customers: str
    held: str


@dataclass(frozen=True)
class PaceLine:
    """One month while it ran: range and standing on each of `pacing.DAYS`; None: it was shorter."""

    month: str
    leads: str
    forecasts: tuple[tuple[str, Standing] | None, ...]


def months_of(shown: Replayed) -> tuple[RecordLine, ...]:
    """Return a line a month, the newest first."""
    return tuple(_month(one, shown) for one in reversed(shown.found.months) if one.all.leads)


def cells_of(shown: Replayed) -> tuple[CellLine, ...]:
    """Return a line for each segment and tier that had leads in a month that is over."""
    over = [kept for one in shown.found.months if one.is_over for kept in one.cells]
    ordered = sorted(over, key=lambda kept: kept.cell or ("", ""))
    return tuple(
        _cell(whom(segment, tier, shown.agreement), list(kept))
        for (segment, tier), kept in groupby(ordered, key=lambda one: one.cell or ("", ""))
    )


def paces_of(shown: Replayed) -> tuple[PaceLine, ...]:
    """Return a line for each month with a forecast while it ran, the newest first."""
    by_month = groupby(shown.found.paced, key=lambda one: one.month)
    lines = [_pace(name_of(month), list(made)) for month, made in by_month]
    return tuple(reversed(lines))


def _month(one: MonthThen, shown: Replayed) -> RecordLine:
    promise, look = one.all.promise, shown.found.first_look(one.month)
    by_now = _range(one.all.by_now)
    is_final = look is not None and look.final is not None
    return RecordLine(
        month=name_of(one.month),
        leads=count(one.all.leads),
        promised=_range(promise),
        by_now="" if by_now == _range(promise) else f"{by_now} by now",
        came=_came(one),
        standing=(HELD if one.all.holds else MISSED) if one.is_over else OPEN,
        plain=per_cent(look.then.naive) if look else "–",
        corrected=per_cent(look.then.corrected) if look else "–",
        interval=interval(look.then.low, look.then.high) if look else "",
        final=per_cent(look.final or 0.0) if look and is_final else "–",
    )


def _range(promise: Promise) -> str:
    return f"{count(promise.low)} to {count(promise.high)}"


def _came(one: MonthThen) -> str:
    so_far = count(one.all.customers)
    if one.is_over:
        return so_far
    if one.end is None:
        return f"{so_far} so far"
    return f"{so_far} so far, {one.end.corrected * one.end.leads:,.0f} expected"


def _cell(name: str, kept: Sequence[Kept]) -> CellLine:
    return CellLine(
        name=name[:1].upper() + name[1:],
        leads=count(sum(one.leads for one in kept)),
        expected=f"{sum(one.by_now.expected for one in kept):,.1f}",
        customers=count(sum(one.customers for one in kept)),
        held=f"{count(sum(one.holds for one in kept))} of {count(len(kept))}",
    )


def _pace(month: str, made: Sequence[Paced]) -> PaceLine:
    return PaceLine(month, count(made[0].leads), tuple(_forecasts(made)))


def _forecasts(made: Sequence[Paced]) -> Iterator[tuple[str, Standing] | None]:
    by_day = {one.working_days: one for one in made}
    for day in DAYS:
        one = by_day.get(day)
        standing = HELD if one and one.holds else MISSED
        yield (f"{count(one.low)} to {count(one.high)}", standing) if one else None
