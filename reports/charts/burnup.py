"""Counted leads of the month against the goal, a panel for each segment and tier.

The x axis counts working days: a day that does not work is drawn at the working day before it,
so that a weekend neither bends the goal nor shows leads in the future.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

from reports.advice import cell_name
from reports.facts import last_day, least_likely, outlook_of, volume
from reports.numbers import clean, count, leads, month_name, short_day
from reports.outlook import aside, finding
from reports.tables import by_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from reports.digest import CellProgress, Digest
    from reports.facts import Volume
    from reports.outlook import Outlook
    from smarketing.domain.forecast import Band

    OutlookOf = Callable[[tuple[CellProgress, ...]], Outlook | None]
    """Where some cells together may end; None: nothing is promised, or nothing is forecast."""

MOST_PANELS = 9


@dataclass(frozen=True)
class Panel:
    """What one panel shows.

    Attributes:
        days: Working days gone at each point; 0 is the morning of the first.
        counted: Leads so far at each point, up to now only.
        rejected: Rejected leads so far at each point; drawn on top of the counted ones.
        working: The working days of the whole month; point n is what had come by the end of the
            n-th, with the days after it that do not work.
        week_starts: Working days gone when a week begins, for the ticks.
        plan: The goal; None where nothing is promised.
        cell: The one that is shown, by its segment and tier; None: several together.
        outlook: Where it may end; None: no forecast is shown.
    """

    title: str
    subtitle: str
    days: tuple[int, ...]
    counted: tuple[int, ...]
    rejected: tuple[int, ...]
    working: tuple[date, ...]
    week_starts: tuple[int, ...]
    first: date
    last: date
    plan: Volume | None
    cell: tuple[str, str] | None
    outlook: Outlook | None = None

    @property
    def fan(self) -> tuple[Band, ...]:
        """Return where the leads may be at each of `fan_days`; empty: no forecast is shown."""
        return self.outlook.fan if self.outlook else ()

    @property
    def fan_days(self) -> tuple[int, ...]:
        """Return the working days gone at each point of the fan, from now to the month's end."""
        return tuple(range(self.working_days + 1))[self.working_days + 1 - len(self.fan) :]

    @property
    def working_days(self) -> int:
        """Return how many days of the month work."""
        return len(self.working)


@dataclass(frozen=True)
class BurnUp:
    """The panels, the largest target first; with more than nine cells the last one is the rest."""

    panels: tuple[Panel, ...]
    alt: str
    caption: str


def burn_up(digest: Digest) -> BurnUp | None:
    """Return what the mail's chart shows; None when there is no cell with a day or a target."""
    now = last_day(digest.as_of, digest.zone)
    # Where something is promised, what is not stands in the table alone.
    cells = [cell for cell in digest.cells if cell.target is not None] or digest.cells
    found = burn_up_of(cells, digest.month, now, partial(outlook_of, digest))
    least = least_likely(digest)
    if found is None or least is None:
        return found
    said = f"Least likely: {cell_name(least[0])}, {finding(least[1])}."
    return replace(found, caption=f"{said} {found.caption}")


def no_outlook(_: tuple[CellProgress, ...]) -> None:
    """Return nothing: for a month that nothing is forecast of."""


def burn_up_of(
    cells: Iterable[CellProgress], month: date, now: date, outlook_of: OutlookOf = no_outlook
) -> BurnUp | None:
    """Return what the chart of a month shows; None when there is no cell with a day or a target.

    Args:
        cells: In any order.
        month: Its first day.
        now: The last day of which something is known.
        outlook_of: Where cells may end, as of then.
    """
    shown = [cell for cell in by_target(cells) if cell.days]
    if not any(cell.target or cell.counted or cell.rejected for cell in shown):
        return None
    panels = tuple(_panels(shown, now, outlook_of))
    caption = _caption(shown, month, has_fan=any(panel.fan for panel in panels))
    return BurnUp(panels, _alt(shown, month, now, outlook_of), caption)


def _panels(cells: Sequence[CellProgress], now: date, outlook_of: OutlookOf) -> Iterable[Panel]:
    alone = len(cells) if len(cells) <= MOST_PANELS else MOST_PANELS - 1
    for cell in cells[:alone]:
        tier = clean(cell.tier_title)
        subtitle = tier if cell.target is not None else f"{tier}, no target"
        yield _panel(clean(cell.segment_title), subtitle, [cell], now, outlook_of)
    if rest := cells[alone:]:
        yield _panel(f"{len(rest)} others", "all together", rest, now, outlook_of)


def _panel(
    title: str, subtitle: str, cells: Sequence[CellProgress], now: date, outlook_of: OutlookOf
) -> Panel:
    working = [one.day for one in cells[0].days if one.working]
    counted, rejected = _so_far(cells, now)
    # The goal of a sum is only the goal of those that have one: drawn when all have.
    promised = all(cell.target is not None for cell in cells)
    return Panel(
        title=title,
        subtitle=subtitle,
        days=tuple(range(len(counted))),
        counted=counted,
        rejected=rejected,
        working=tuple(working),
        week_starts=_week_starts(working),
        first=cells[0].days[0].day,
        last=cells[0].days[-1].day,
        plan=volume(cells) if promised else None,
        cell=(cells[0].segment, cells[0].tier) if len(cells) == 1 else None,
        outlook=outlook_of(tuple(cells)) if promised else None,
    )


def _so_far(cells: Sequence[CellProgress], now: date) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return counted and rejected leads so far, at 0, 1, 2 … working days gone up to now."""
    counted, rejected, working_days_gone = defaultdict[int, int](int), defaultdict[int, int](int), 0
    for cell in cells:
        gone = 0
        for one in cell.days:
            if one.day > now:
                break
            gone += one.working
            counted[gone] += one.counted
            rejected[gone] += one.rejected
        working_days_gone = max(working_days_gone, gone)
    days = range(working_days_gone + 1)
    return tuple(accumulate(counted[n] for n in days)), tuple(accumulate(rejected[n] for n in days))


def _week_starts(working: Sequence[date]) -> tuple[int, ...]:
    weeks = [on.isocalendar().week for on in working]
    return tuple(n for n in range(1, len(weeks)) if weeks[n] != weeks[n - 1])


def _alt(cells: Sequence[CellProgress], month: date, now: date, outlook_of: OutlookOf) -> str:
    shown = "; ".join(_alt_of(cell, outlook_of((cell,))) for cell in cells[:MOST_PANELS])
    return f"Counted leads of {month_name(month)} up to {short_day(now)}. {shown}."


def _alt_of(cell: CellProgress, outlook: Outlook | None) -> str:
    plan, name = volume([cell]), cell_name(cell)
    if plan is None:
        return f"{name}: {count(cell.counted)}, no target"
    done = f"{count(plan.counted)} of {count(plan.expected)} expected"
    return f"{name}: {done}, target {count(plan.target)}{aside(outlook)}"


def _caption(cells: Sequence[CellProgress], month: date, *, has_fan: bool) -> str:
    said = "Blue: counted leads. Dashed: the target over working days."
    if any(cell.rejected for cell in cells):
        total = leads(sum(cell.rejected for cell in cells))
        said += f" Hatched: rejected ({total} in {month_name(month)})."
    if has_fan:
        said += " Shaded: where 8 of 10 such months go on to, half of them in the darker part."
    return f"{said} Each panel has its own scale." if len(cells) > 1 else said
