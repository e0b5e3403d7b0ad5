"""Draws breaches by week: stacked bars from zero, the total on each, a row a party."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reports.charts import style
from reports.numbers import compact

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from reports.charts.breaches import BreachChart, Side

NAME = "breaches"
_LEGEND_IN, _ROW_IN, _TITLE_IN, _WEEKS_IN = 0.36, 1.6, 0.5, 0.26
_FEWEST_SLOTS = 6
# Told apart by lightness and hatch as well as by colour. Any: what matplotlib takes.
_FACES: Final[dict[str, dict[str, Any]]] = {
    "missing": {"facecolor": style.INK},
    "late": {"facecolor": style.VERMILLION},
    "wrong": {"facecolor": style.WHITE, "edgecolor": style.BLUE, "hatch": "////////"},
}


def image(chart: BreachChart) -> style.ChartImage:
    """Return the chart as a PNG with its words."""
    figure = draw(chart)
    width, height = style.shown_size(figure)
    return style.ChartImage(
        name=NAME,
        title="SLA breaches by week",
        png=style.to_png(figure),
        alt=chart.alt,
        caption=chart.caption,
        width=width,
        height=height,
    )


def draw(chart: BreachChart) -> Figure:
    """Return the figure; first the legend, then an axes a party: missing, late and wrong."""
    height_in = _LEGEND_IN + _ROW_IN * len(chart.sides)
    highest = max(sum(week) for side in chart.sides for week in _stacks(side))
    with style.house_style():
        figure = style.new_figure(height_in)
        _legend(figure, height_in)
        for index, side in enumerate(chart.sides):
            bottom = height_in - _LEGEND_IN - (index + 1) * _ROW_IN + _WEEKS_IN
            tall = _ROW_IN - _TITLE_IN - _WEEKS_IN
            axes = figure.add_axes((0.02, bottom / height_in, 0.96, tall / height_in))
            _draw_side(axes, chart, side, highest)
    return figure


def _stacks(side: Side) -> list[tuple[int, int, int]]:
    return [*zip(side.missing, side.late, side.wrong, strict=True)]


def _legend(figure: Figure, height_in: float) -> None:
    axes = figure.add_axes((0.02, 1 - _LEGEND_IN / height_in, 0.96, _LEGEND_IN / height_in))
    axes.set_axis_off()
    axes.set_xlim(0, style.WIDTH_IN * 0.96)
    axes.set_ylim(0, _LEGEND_IN)
    for place, (kind, face) in enumerate(_FACES.items()):
        axes.bar([0.1 + place * 1.3], 0.15, width=0.16, bottom=0.08, linewidth=0.6, **face)
        axes.text(
            0.26 + place * 1.3, 0.155, kind, va="center", fontsize=style.TEXT_PT, color=style.INK
        )


def _draw_side(axes: Axes, chart: BreachChart, side: Side, highest: int) -> None:
    style.bare(axes)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    floor = [0] * len(chart.weeks)
    for kind, face in _FACES.items():
        floor = _stack(axes, floor, getattr(side, kind), face)
    axes.set_xlim(-0.6, max(len(chart.weeks), _FEWEST_SLOTS) - 0.4)
    axes.set_ylim(0, highest * 1.02)
    axes.set_xticks(range(len(chart.weeks)), chart.weeks)
    axes.tick_params(axis="x", length=0, labelsize=style.TEXT_PT, colors=style.INK)
    _title(axes, side.title)
    _number(axes, floor)


def _stack(
    axes: Axes, floor: list[int], counts: tuple[int, ...], face: dict[str, Any]
) -> list[int]:
    """Draw one kind on top of those below it, and return the new tops."""
    # Only where there is something: a bar of no height is still a line.
    places = [place for place, number in enumerate(counts) if number]
    axes.bar(
        places, [counts[place] for place in places], width=0.66,
        bottom=[floor[place] for place in places], linewidth=0.6, **face,
    )  # fmt: skip
    return [low + more for low, more in zip(floor, counts, strict=True)]


def _title(axes: Axes, title: str) -> None:
    axes.annotate(
        style.shortened(title, style.WIDTH_IN - 0.3, style.TEXT_PT, "bold"),
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 16),
        textcoords="offset points",
        fontsize=style.TEXT_PT,
        fontweight="bold",
        color=style.INK,
        annotation_clip=False,
    )


def _number(axes: Axes, totals: list[int]) -> None:
    """Write the total above each bar, the digest's week bold."""
    for place, total in enumerate(totals):
        axes.annotate(
            compact(total),
            (place, total),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            fontsize=style.TEXT_PT,
            fontweight="bold" if place == len(totals) - 1 else "normal",
            color=style.INK,
            annotation_clip=False,
        )
