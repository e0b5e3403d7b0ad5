"""Draws the burn-up: small multiples, direct labels, no legend."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.charts import labels, style
from reports.numbers import compact, short_day
from reports.outlook import terse_percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from reports.charts.burnup import BurnUp, Panel
    from reports.facts import Volume
    from reports.outlook import Outlook

NAME = "burn-up"
_ROW_IN = {1: 2.9, 2: 2.3}
_TOP_IN = 0.54
_BOTTOM_IN = 0.34
_LEFT_IN = 0.5
_GAP_IN = 0.78
_RIGHT_IN = 0.5
_TITLE_GAP_IN = 0.1
_HEADROOM = 1.18
# From here on the ends of goal and actual may be close: late in the month, near the target.
_LATE = 0.6
_NEAR = 0.85
_PALE, _DARKER = 0.16, 0.24


def image(chart: BurnUp) -> style.ChartImage:
    """Return the chart as a PNG with its words."""
    figure = draw(chart)
    width, height = style.shown_size(figure)
    return style.ChartImage(
        name=NAME,
        title="Leads so far, against the target",
        png=style.to_png(figure),
        alt=chart.alt,
        caption=chart.caption,
        width=width,
        height=height,
    )


def draw(chart: BurnUp) -> Figure:
    """Return the figure; the lines of each axes are the goal, if there is one, and the actual."""
    columns = _columns(len(chart.panels))
    rows = ceil(len(chart.panels) / columns)
    row_in = _ROW_IN[columns]
    with style.house_style():
        figure = style.new_figure(row_in * rows)
        for index, panel in enumerate(chart.panels):
            row, column = divmod(index, columns)
            axes = figure.add_axes(_place(row, column, columns=columns, rows=rows, row_in=row_in))
            _draw_panel(axes, panel)
    return figure


def _columns(panels: int) -> int:
    # Two at most: on a phone the picture is half as wide, and has to be read.
    return min(panels, 2)


def _place(
    row: int, column: int, *, columns: int, rows: int, row_in: float
) -> tuple[float, float, float, float]:
    height_in = row_in * rows
    width_in = (style.WIDTH_IN - _LEFT_IN - _RIGHT_IN - _GAP_IN * (columns - 1)) / columns
    left_in = _LEFT_IN + column * (width_in + _GAP_IN)
    bottom_in = height_in - (row + 1) * row_in + _BOTTOM_IN
    return (
        left_in / style.WIDTH_IN,
        bottom_in / height_in,
        width_in / style.WIDTH_IN,
        (row_in - _TOP_IN - _BOTTOM_IN) / height_in,
    )


def _draw_panel(axes: Axes, panel: Panel) -> None:
    style.bare(axes)
    top = _top(panel)
    axes.set_xlim(0, max(panel.working_days, 1))
    axes.set_ylim(0, top)
    _ticks(axes, panel)
    _title(axes, panel)
    if panel.plan is not None:
        axes.plot(
            (0, panel.working_days),
            (0, panel.plan.target),
            color=style.GREY,
            linestyle=(0, (4, 2.5)),
            linewidth=1.3,
            clip_on=False,
        )
    _draw_fan(axes, panel)
    _draw_rejected(axes, panel)
    axes.plot(panel.days, panel.counted, color=style.BLUE, linewidth=2.2, clip_on=False, zorder=3)
    axes.plot(
        panel.days[-1:], panel.counted[-1:], "o", color=style.BLUE, markersize=4.5, clip_on=False
    )
    _label_ends(axes, panel, top)
    if panel.plan is not None:
        _say_state(axes, panel.plan, panel.outlook)


def _top(panel: Panel) -> float:
    delivered = panel.counted[-1] + panel.rejected[-1]
    highest = max(
        delivered, panel.plan.target if panel.plan else 0, *(band.high for band in panel.fan)
    )
    return max(highest * _HEADROOM, 4)


def _ticks(axes: Axes, panel: Panel) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(style.tick_number))
    axes.set_xticks(panel.week_starts, minor=True)
    axes.tick_params(axis="x", which="minor", length=2.5, color=style.PALE)
    axes.set_xticks(
        (0, max(panel.working_days, 1)), (short_day(panel.first), short_day(panel.last))
    )
    first, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


def _title(axes: Axes, panel: Panel) -> None:
    width_in = axes.get_position().width * style.WIDTH_IN + _GAP_IN - _TITLE_GAP_IN
    lines = ((panel.title, "bold", style.INK, 21), (panel.subtitle, "normal", style.GREY, 6))
    for text, weight, colour, above in lines:
        axes.annotate(
            style.shortened(text, width_in, style.TEXT_PT, weight),
            (0, 1),
            xycoords="axes fraction",
            xytext=(-_LEFT_IN * 72 + 6, above),
            textcoords="offset points",
            fontsize=style.TEXT_PT,
            fontweight=weight,
            color=colour,
            annotation_clip=False,
        )


def _draw_fan(axes: Axes, panel: Panel) -> None:
    """Shade where 80 % of such months go on to, and darker where half of them do."""
    if not panel.fan:
        return
    wide = [band.low for band in panel.fan], [band.high for band in panel.fan]
    narrow = [band.lower for band in panel.fan], [band.upper for band in panel.fan]
    for (lows, highs), alpha in ((wide, _PALE), (narrow, _DARKER)):
        axes.fill_between(
            panel.fan_days, lows, highs, color=style.BLUE, alpha=alpha, linewidth=0, clip_on=False
        )


def _draw_rejected(axes: Axes, panel: Panel) -> None:
    if not panel.rejected[-1]:
        return
    delivered = [one + other for one, other in zip(panel.counted, panel.rejected, strict=True)]
    axes.fill_between(
        panel.days,
        panel.counted,
        delivered,
        facecolor=style.WHITE,
        edgecolor=style.VERMILLION,
        hatch="////////",
        linewidth=0.6,
    )


def _label_ends(axes: Axes, panel: Panel, top: float) -> None:
    """Write the numbers at the ends of the lines, apart from each other where they meet."""
    gap = labels.label_height(axes, style.TEXT_PT)
    now, counted, plan = panel.days[-1], panel.counted[-1], panel.plan
    if panel.fan and plan is not None:
        _label_fan(axes, panel, plan, top)
        return
    heights = [counted / top]
    if plan is not None and _ends_meet(panel, plan):
        heights = labels.spread([counted / top, plan.target / top], gap, gap / 2, 1)
        number = compact(plan.target)
        labels.write(axes, panel.working_days, heights[1], number, colour=style.GREY)
    elif plan is not None:
        _label_goal(axes, panel.working_days, plan.target)
    height = max(heights[0], gap / 2)
    labels.write(axes, now, height, compact(counted), colour=style.BLUE, weight="bold")


def _label_fan(axes: Axes, panel: Panel, plan: Volume, top: float) -> None:
    """Write the range and the target at the month's end, and the actual where it stands now."""
    gap, now, end = labels.label_height(axes, style.TEXT_PT), panel.days[-1], panel.working_days
    last, counted = panel.fan[-1], panel.counted[-1]
    there = [(last.high, style.BLUE), (plan.target, style.GREY)]
    there += [(last.low, style.BLUE)] if last.low < last.high else []
    heights = labels.spread([number / top for number, _ in there], gap, gap / 2, 1)
    for (number, colour), height in zip(there, heights, strict=True):
        labels.write(axes, end, height, compact(number), colour=colour)
    # Left of the end of its line, as the shade goes on to the right, and where no verdict is.
    axes.annotate(
        compact(counted),
        (now, counted),
        xytext=(4, -15) if plan.behind else (-3, 5),
        textcoords="offset points",
        ha="right" if now else "left",
        fontsize=style.TEXT_PT,
        fontweight="bold",
        color=style.BLUE,
        annotation_clip=False,
    )


def _ends_meet(panel: Panel, plan: Volume) -> bool:
    delivered = panel.counted[-1] + panel.rejected[-1]
    is_late = panel.days[-1] >= panel.working_days * _LATE
    return is_late and delivered >= plan.target * _NEAR


def _label_goal(axes: Axes, x: float, y: float) -> None:
    """Write the target above the end of its line, where nothing else is drawn."""
    axes.annotate(
        f"target {compact(y)}",
        (x, y),
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        fontsize=style.TEXT_PT,
        color=style.GREY,
        annotation_clip=False,
    )


def _say_state(axes: Axes, plan: Volume, outlook: Outlook | None) -> None:
    """Write the verdict where the lines cannot be.

    A line behind plan lies below the goal, which leaves the upper left free; one on plan lies
    above it, which leaves the lower right free.
    """
    late = plan.behind
    said = f"{compact(late)} {'behind' if plan.left_days else 'short'}" if late else "on plan"
    if outlook is not None and outlook.is_open and outlook.chance is not None:
        said += f"\n{terse_percent(outlook.chance)} likely"
    x, y, side = (0.03, 0.72, "left") if late else (0.99, 0.05, "right")
    axes.text(
        x,
        y,
        said,
        transform=axes.transAxes,
        ha=side,
        va="bottom",
        fontsize=style.TEXT_PT,
        fontweight="bold",
        color=style.VERMILLION if late else style.BLUE,
    )
