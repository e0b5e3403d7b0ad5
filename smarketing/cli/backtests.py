"""`smarketing goals --backtest`: what would have been promised, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smarketing.cli.parts import put_json, put_table, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from smarketing.bootstrap import House
    from smarketing.services.goals.backtest.calibration import Calibration, Count
    from smarketing.services.goals.backtest.replay import Backtest, MonthThen

_MONTHS: Final = (
    "month", "leads", "expected", "80 % range", "by now", "customers", "held",
    "a month later: plain", "corrected", "in the end",
)  # fmt: skip
_COUNTS: Final = ("what was stated", "stated", "made", "happened", "share", "95 %", "verdict")


def show_backtest(home: House, name: str, at: datetime, *, as_json: bool) -> None:
    """Print the backtest of an agreement, from what is known at an instant."""
    from smarketing.bootstrap import past_forecasts
    from smarketing.services.goals.backtest.as_json import backtest_json
    from smarketing.services.goals.backtest.words import conclusion, findings

    shown = past_forecasts(home, at, name)
    assert shown  # noqa: S101  (the agreement was found by the caller)
    if as_json:
        put_json(backtest_json(shown))
        return
    say(conclusion(shown.found, shown.told))
    for sentence in (*findings(shown.told), *shown.history.problems):
        say(sentence)
    if told := [one for one in shown.found.months if one.all.leads]:
        put_table(_MONTHS, [_month(one, shown.found) for one in told])
    if rows := list(_counts(shown.told)):
        put_table(_COUNTS, rows)


def _month(one: MonthThen, found: Backtest) -> list[Any]:
    promise, look = one.all.promise, found.first_look(one.month)
    held = ("yes" if one.all.holds else "no") if one.is_over else "still open"
    return [
        f"{one.month:%Y-%m}",
        one.all.leads,
        f"{promise.expected:,.1f}",
        f"{promise.low:,} to {promise.high:,}",
        f"{one.all.by_now.low:,} to {one.all.by_now.high:,}",
        one.all.customers,
        held,
        f"{look.then.naive:.1%}" if look else None,
        f"{look.then.corrected:.1%}" if look else None,
        f"{look.final:.1%}" if look and look.final is not None else None,
    ]


def _counts(told: Calibration) -> Iterator[list[Any]]:
    named = [
        ("80 % range, customers of a month", told.range),
        ("the same by the plain rate", told.textbook),
        ("80 % range, one segment and tier", told.cells),
        ("80 % interval, rate of an open month", told.open_rates),
        ("80 % interval, open leads of a segment and tier", told.cell_rates),
        ("80 % range, leads of a month", told.paced),
        *((f"customers at {level.stated:.0%}", level) for level in told.levels),
        *(("chance of a goal of leads", band) for band in told.bands),
    ]
    for name, count in named:
        if count is not None:
            yield [name, *_count(count)]


def _count(count: Count) -> Iterator[Any]:
    from smarketing.services.goals.backtest.words import interval, share

    yield share(count.stated)
    yield count.made
    yield count.happened
    yield share(count.share)
    yield interval(count)
    yield str(count.verdict)
