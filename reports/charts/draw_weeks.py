"""Draws leads by week: bars from zero, the number on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import style
from reports.numbers import compact

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from reports.charts.weeks import Weeks

NAME = "weeks"
_HEIGHT_IN = 1.9
_FEWEST_SLOTS = 6
_PLACE = (0.02, 0.13, 0.96, 0.76)


def image(chart: Weeks) -> style.ChartImage:
    """Return the chart as a PNG with its words."""
    figure = draw(chart)
    width, height = style.shown_size(figure)
    return style.ChartImage(
        name=NAME,
        title="Leads by week",
        png=style.to_png(figure),
        alt=chart.alt,
        caption=chart.caption,
        width=width,
        height=height,
    )


def draw(chart: Weeks) -> Figure:
    """Return the figure; the first container of bars is counted, the second rejected leads."""
    places = range(len(chart.names))
    with style.house_style():
        figure = style.new_figure(_HEIGHT_IN)
        axes = figure.add_axes(_PLACE)
        style.bare(axes)
        axes.spines["left"].set_visible(False)
        axes.set_yticks([])
        axes.bar(places, chart.counted, width=0.66, color=style.BLUE)
        _stack_rejected(axes, chart)
        axes.set_xlim(-0.6, max(len(chart.names), _FEWEST_SLOTS) - 0.4)
        axes.set_xticks(places, chart.names)
        axes.tick_params(axis="x", length=0, labelsize=style.TEXT_PT, colors=style.INK)
        _number(axes, chart)
    return figure


def _stack_rejected(axes: Axes, chart: Weeks) -> None:
    # Only where there is something: a bar of no height is still a line.
    places = [place for place, rejected in enumerate(chart.rejected) if rejected]
    axes.bar(
        places,
        [chart.rejected[place] for place in places],
        width=0.66,
        bottom=[chart.counted[place] for place in places],
        facecolor=style.WHITE,
        edgecolor=style.VERMILLION,
        hatch="////////",
        linewidth=0.6,
    )


def _number(axes: Axes, chart: Weeks) -> None:
    """Write the counted leads above each bar, the digest's week bold."""
    last = len(chart.names) - 1
    delivered = [one + other for one, other in zip(chart.counted, chart.rejected, strict=True)]
    axes.set_ylim(0, max(delivered) * 1.02)
    for place, counted in enumerate(chart.counted):
        axes.annotate(
            compact(counted),
            (place, delivered[place]),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=style.TEXT_PT,
            fontweight="bold" if place == last else "normal",
            color=style.BLUE,
            annotation_clip=False,
        )
