"""The burn-up of a month on a page: the panels of the weekly mail, drawn by the browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import url_for

from reports.advice import cell_name
from reports.charts.burnup import burn_up_of
from reports.facts import last_day, volume
from reports.numbers import compact, count, day, short_day
from reports.outlook import State, aside, finding, range_of, short
from smarketing.domain.targets import next_month
from smarketing.web.charts import Axis, Chart, Colour, Kind, Line, Plot, Point, Series
from smarketing.web.progress_lines import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from reports.charts.burnup import BurnUp, OutlookOf, Panel
    from reports.digest import CellProgress
    from smarketing.domain.forecast import Band
    from smarketing.web.parts import MonthOverview


def burn_up(overview: MonthOverview, cells: Sequence[CellProgress]) -> BurnUp | None:
    """Return what the weekly mail would draw of these cells; None when there is nothing."""
    now = last_day(overview.as_of, overview.zone)
    return burn_up_of(cells, overview.month, now, overview.outlook_of)


def burn_up_chart(
    overview: MonthOverview, cells: Sequence[CellProgress], picture: str
) -> Chart | None:
    """Return the chart of a month; None when there is nothing to draw."""
    shown = burn_up(overview, cells)
    if shown is None:
        return None
    return Chart(
        caption=_likely(cells, overview.outlook_of) or _finding(cells),
        note=shown.caption,
        plots=tuple(_plot(panel, overview.agreement) for panel in shown.panels),
        columns=("By the end of", *(f"{panel.title}, {panel.subtitle}" for panel in shown.panels)),
        lines=tuple(_lines(shown.panels, overview.agreement)),
        table_note="Counted leads so far; in brackets those rejected, on top.",
        picture=picture,
        alt=shown.alt,
    )


def _likely(cells: Iterable[CellProgress], outlook_of: OutlookOf) -> str:
    """Return which target is the least likely; empty while nothing can be said of any."""
    found = [(cell, outlook) for cell in cells if (outlook := outlook_of((cell,)))]
    still = [pair for pair in found if pair[1].is_open]
    if not still:
        return ""
    cell, outlook = min(still, key=lambda pair: pair[1].chance or 0.0)
    if len(found) == 1:
        return f"{cell_name(cell)}: {finding(outlook)}."
    return f"Least likely of {count(len(found))}: {cell_name(cell)}, {finding(outlook)}."


def _finding(cells: Iterable[CellProgress]) -> str:
    plans = [(cell, plan) for cell in cells if (plan := volume([cell]))]
    if not plans:
        return "Nothing was promised here: leads so far, without a target."
    cell, plan = max(plans, key=lambda pair: pair[1].behind)
    if not plan.behind:
        return "Every segment and tier with a target is on plan."
    done = f"{count(plan.counted)} of {count(plan.expected)} expected by now"
    return f"Furthest behind: {cell_name(cell)}, {done}."


def _plot(panel: Panel, agreement: str | None) -> Plot:
    verdict = standing(panel.plan)
    ends = max(panel.working_days, 1)
    return Plot(
        title=panel.title,
        subtitle=panel.subtitle,
        state=(verdict.state, verdict.shape, f"{verdict.words}{_chance(panel)}"),
        href=_month(panel, agreement),
        alt=f"{panel.title}, {panel.subtitle}: {_now(panel)}.",
        axis=Axis(highest=ends, ticks=((0, short_day(panel.first)), (ends, short_day(panel.last)))),
        series=tuple(_series(panel, agreement)),
    )


def _chance(panel: Panel) -> str:
    outlook = panel.outlook
    return f", {short(outlook)}" if outlook and outlook.state is not State.REACHED else ""


def _now(panel: Panel) -> str:
    counted = f"{count(panel.counted[-1])} counted"
    if panel.plan is None:
        return f"{counted}, no target"
    plan = f"{count(panel.plan.expected)} expected, target {count(panel.plan.target)}"
    return f"{counted}, {plan}{aside(panel.outlook)}"


def _series(panel: Panel, agreement: str | None) -> Iterator[Series]:
    yield from _fan(panel)
    if panel.plan is not None:
        goal = (Point(0, 0), Point(panel.working_days, panel.plan.target))
        yield Series(Kind.DASHED, Colour.GREY, goal, compact(panel.plan.target))
    counted = tuple(
        Point(n, so_far, _words(panel, n), _days(panel, n, panel.cell, agreement))
        for n, so_far in zip(panel.days, panel.counted, strict=True)
    )
    yield Series(Kind.LINE, Colour.BLUE, counted, compact(panel.counted[-1]))
    if panel.rejected[-1]:
        rejected = zip(panel.days, panel.rejected, strict=True)
        yield Series(
            Kind.HATCHED, Colour.VERMILLION, tuple(Point(n, number) for n, number in rejected)
        )


def _fan(panel: Panel) -> Iterator[Series]:
    """Yield where 80 % of such months go on to, and half of them; nothing without a forecast."""
    if not panel.fan:
        return
    last, days = panel.fan[-1], panel.fan_days
    wide = tuple(
        Point(n, band.high, _going_on(panel, n, band))
        for n, band in zip(days, panel.fan, strict=True)
    )
    lows, high = tuple(band.low for band in panel.fan), compact(last.high)
    low = compact(last.low) if last.low < last.high else ""
    yield Series(Kind.WIDE_BAND, Colour.BLUE, wide, high, lows, low)
    narrow = tuple(Point(n, band.upper) for n, band in zip(days, panel.fan, strict=True))
    inner = tuple(band.lower for band in panel.fan)
    yield Series(Kind.NARROW_BAND, Colour.BLUE, narrow, lows=inner)


def _going_on(panel: Panel, n: int, band: Band) -> str:
    """Return the words of a day to come; those of the last known day are its counts."""
    if n == panel.days[-1]:
        return ""
    return f"{short_day(_last(panel, n))}: {count(band.low)} to {count(band.high)}, 8 times in 10"


def _words(panel: Panel, n: int) -> str:
    said = f"{short_day(_last(panel, n))}: {count(panel.counted[n])} counted"
    return f"{said}, {count(panel.rejected[n])} rejected" if panel.rejected[n] else said


def _lines(panels: Sequence[Panel], agreement: str | None) -> Iterator[Line]:
    """Yield a line for every point of the panels that has days, and one for their targets.

    The panels of one month have the same days.
    """
    first = panels[0]
    for n in first.days:
        cells = tuple(_so_far(panel, n) for panel in panels)
        if href := _days(first, n, None, agreement):
            yield Line(day(_last(first, n)), cells, href)
    yield Line("Target", tuple(count(one.plan.target) if one.plan else "–" for one in panels))
    if any(panel.fan for panel in panels):
        outlooks = [panel.outlook for panel in panels]
        yield Line("Forecast", tuple(short(one) if one else "–" for one in outlooks))
        ranges = [range_of(one) if one else None for one in outlooks]
        yield Line("End, 8 times in 10", tuple(shown or "–" for shown in ranges))


def _so_far(panel: Panel, n: int) -> str:
    rejected = f" (+{count(panel.rejected[n])})" if panel.rejected[n] else ""
    return f"{count(panel.counted[n])}{rejected}"


def _last(panel: Panel, n: int) -> date:
    """Return the working day that ends a point; for the first point, the day before it."""
    return panel.working[n - 1] if n else _starts(panel, 1) - timedelta(days=1)


def _starts(panel: Panel, n: int) -> date:
    """Return the first day of a point: a working day, with those after it that do not work."""
    edges = (panel.first, *panel.working, panel.last + timedelta(days=1))
    return edges[n]


def _days(panel: Panel, n: int, cell: tuple[str, str] | None, agreement: str | None) -> str:
    """Return the page of the days of a point; the first point may have none."""
    starts, ends = _starts(panel, n), _starts(panel, n + 1)
    return _address(starts, ends, cell, agreement) if starts < ends else ""


def _month(panel: Panel, agreement: str | None) -> str:
    if panel.cell is None:
        return ""
    return _address(panel.first, next_month(panel.first), panel.cell, agreement)


def _address(starts: date, ends: date, cell: tuple[str, str] | None, agreement: str | None) -> str:
    keys = dict(zip(("segment", "tier"), cell, strict=True)) if cell else {}
    keys |= {"agreement": agreement} if agreement else {}
    span = {"from": starts.isoformat(), "to": ends.isoformat()}
    return f"{url_for('progress.show')}?{urlencode(span | keys)}"
