"""Draws what was stated against what happened: dots with bars around the diagonal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import style
from reports.charts.calibration import in_percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from reports.charts.calibration import CalibrationPicture, Panel

NAME = "calibration"
_HEIGHT_IN = 3.3
_BOTTOM = 0.12
_TALL = 0.7
_TICKS = (0, 50, 100)
_GAP = 0.08


def image(chart: CalibrationPicture) -> style.ChartImage:
    """Return the chart as a PNG with its words."""
    figure = draw(chart)
    width, height = style.shown_size(figure)
    return style.ChartImage(
        name=NAME,
        title="Stated, and happened",
        png=style.to_png(figure),
        alt=chart.alt,
        caption=chart.caption,
        width=width,
        height=height,
    )


def draw(chart: CalibrationPicture) -> Figure:
    """Return the figure; the first line of each axes is the diagonal, then a bar for each mark."""
    wide = 1 / len(chart.panels)
    with style.house_style():
        figure = style.new_figure(_HEIGHT_IN)
        for place, panel in enumerate(chart.panels):
            left = place * wide + _GAP
            axes = figure.add_axes((left, _BOTTOM, wide - 1.6 * _GAP, _TALL))
            _draw_panel(axes, panel, (wide - _GAP) * style.WIDTH_IN)
    return figure


def _draw_panel(axes: Axes, panel: Panel, width_in: float) -> None:
    style.bare(axes)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xticks(_TICKS, [f"{tick} %" for tick in _TICKS])
    axes.set_yticks(_TICKS, [f"{tick} %" for tick in _TICKS])
    axes.plot((0, 100), (0, 100), color=style.GREY, linestyle=(0, (4, 2.5)), linewidth=1.3)
    for mark in panel.marks:
        colour = style.BLUE if mark.fits else style.VERMILLION
        x, y = in_percent(mark.stated), in_percent(mark.happened)
        ends = in_percent(mark.low), in_percent(mark.high)
        axes.plot((x, x), ends, color=colour, linewidth=1.8, clip_on=False)
        axes.plot((x,), (y,), "o", color=colour, markersize=5.5, clip_on=False, zorder=3)
    lines = ((panel.title, "bold", style.INK, 22), (panel.subtitle, "normal", style.GREY, 8))
    for text, weight, colour, above in lines:
        axes.annotate(
            style.shortened(text, width_in, style.SMALL_PT, weight),
            (0, 1),
            xycoords="axes fraction",
            xytext=(-24, above),
            textcoords="offset points",
            fontsize=style.SMALL_PT,
            fontweight=weight,
            color=colour,
            annotation_clip=False,
        )
