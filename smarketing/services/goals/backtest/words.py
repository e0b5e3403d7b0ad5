"""A backtest in sentences: what the page and the command say first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.numbers import month_name
from smarketing.domain.lag import LONG_ENOUGH
from smarketing.domain.targets import next_month
from smarketing.services.goals.backtest.calibration import FEWEST, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from smarketing.services.goals.backtest.calibration import Calibration, Count
    from smarketing.services.goals.backtest.replay import Backtest

_VERDICTS: Final = {
    Verdict.AS_STATED: "as good as stated, as far as {months} can tell",
    Verdict.TOO_SURE: "too sure of itself, by more than chance explains",
    Verdict.TOO_CAREFUL: "more careful than it had to be: what happens varies less than stated",
    Verdict.UNSURE: "cannot be told apart from what was stated yet: {months} leave much room",
    Verdict.TOO_FEW: "too few months to judge",
}


def conclusion(found: Backtest, told: Calibration) -> str:
    """Return how good the forecasts of customers were, in one sentence."""
    if told.range is None or told.range.verdict is Verdict.TOO_FEW:
        return _too_little(found, told.range)
    return _held(told.range)


def findings(told: Calibration) -> tuple[str, ...]:
    """Return what else a backtest comes to, a sentence each."""
    return tuple(_findings(told))


def share(part: float) -> str:
    """Return a share in whole per cent; never none or all of it where it is not."""
    whole = round(100 * part)
    return f"{min(99, max(1, whole)) if 0 < part < 1 else whole} %"


def interval(count: Count) -> str:
    """Return the interval of what happened, as `55-91 %`."""
    return f"{share(count.low).removesuffix(' %')}-{share(count.high)}"


def verdict(count: Count) -> str:
    """Return what counts say, in words."""
    return _VERDICTS[count.verdict].format(months=months(count.months))


def months(number: int) -> str:
    """Return `1 month` or `7 months`."""
    return f"{number:,} month{'s' if number != 1 else ''}"


def name_of(month: date) -> str:
    """Return `March 2026`."""
    return f"{month_name(month)} {month.year}"


def tells_from(found: Backtest) -> date | None:
    """Return the month from which on a verdict can be given; None: nobody can say yet.

    Six months are needed whose leads have had time to close, about three median lags; where none
    came for so long, nobody knows whether any will.
    """
    judged = [one for one in found.months if one.is_over and one.all.leads]
    if len(judged) >= FEWEST or found.median_lag is None or found.waits is None:
        return None
    if _silent_since(found):
        return None
    known = found.known_until + timedelta(days=found.waits)
    first = known if known.day == 1 else next_month(known)
    waiting = [one.month for one in found.months if not one.is_over and one.all.leads]
    needed = FEWEST - len(judged)
    last = [*waiting, *_after(first, needed)][needed - 1]
    ends = next_month(last).toordinal() + LONG_ENOUGH * max(1, found.median_lag)
    return next_month(last.fromordinal(ends))


def _silent_since(found: Backtest) -> date | None:
    """Return the day of the last lead if it is three median lags ago; None: leads still come."""
    last = found.last_lead
    if last is None or found.median_lag is None:
        return None
    waited = (found.known_until - last).days
    return last if waited > LONG_ENOUGH * max(1, found.median_lag) else None


def _after(first: date, count: int) -> Iterator[date]:
    for _ in range(count):
        yield first
        first = next_month(first)


def _too_little(found: Backtest, judged: Count | None) -> str:
    """Return that there is too little history, and from when on there is enough."""
    have = f"{months(judged.months)} can be judged" if judged else "no month can be judged yet"
    when = tells_from(found)
    until = (
        f"from {name_of(when)} on we can tell"
        if when
        else f"we can tell once {months(FEWEST)} have been forecast and had time to close"
    )
    why = f" {found.missing}" if found.missing else ""
    if silent := _silent_since(found):
        why += f" No lead has come since {silent:%-d} {name_of(silent)}."
    so_far = f" So far the 80 % range held in {judged.happened}." if judged else ""
    return f"Too little history to judge forecasts of customers: {have}; {until}.{why}{so_far}"


def _held(count: Count) -> str:
    """Return how often a range held, once a month."""
    return (
        f"In {count.happened:,} of {months(count.months)} the 80 % range of customers held "
        f"({share(count.share)}; 95 %: {interval(count)}): {verdict(count)}."
    )


def _findings(told: Calibration) -> Iterator[str]:
    if told.range and told.textbook and told.range.verdict is not Verdict.TOO_FEW:
        yield (
            "The plain rate of the day, taken as if it were known, would have held in "
            f"{told.textbook.happened:,} of {told.textbook.made:,}: {verdict(told.textbook)}."
        )
    if told.cells and told.cells.verdict is not Verdict.TOO_FEW:
        yield (
            f"In single segments and tiers the range held {told.cells.happened:,} times in "
            f"{told.cells.made:,} ({share(told.cells.share)}; stated: {share(told.cells.stated)}, "
            f"for numbers are small and whole; 95 %: {interval(told.cells)}): "
            f"{verdict(told.cells)}."
        )
    if told.errors:
        yield (
            "Close rates of leads that were still open were wrong by "
            f"{100 * told.errors.naive:.1f} points as a CRM shows them, and by "
            f"{100 * told.errors.corrected:.1f} points corrected "
            f"({told.errors.looks:,} looks at months that have closed since)."
        )
    if told.open_rates:
        yield (
            f"The 80 % interval of the corrected rate held in {told.open_rates.happened:,} of "
            f"{told.open_rates.made:,} ({share(told.open_rates.share)}; 95 %: "
            f"{interval(told.open_rates)}): {verdict(told.open_rates)}."
        )
    yield _pacing(told)


def _pacing(told: Calibration) -> str:
    count = told.paced
    if count is None:
        return "Forecasts of a running month can be judged from the fourth whole month of leads on."
    return (
        "While a month ran, the 80 % range of its leads held in "
        f"{count.happened:,} of {count.made:,} forecasts on its 5th, 10th and 15th working day "
        f"({share(count.share)}; 95 %: {interval(count)}): {verdict(count)}."
    )
