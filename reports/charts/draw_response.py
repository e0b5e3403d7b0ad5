"""Draws the share in time by week: dots on a line, the promised share, counts below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter

from reports.charts import labels, style
from reports.numbers import terse

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from reports.charts.response import Point, Response, Responses

NAME = "in-time"
_TOP_IN, _PLOT_IN, _BOTTOM_IN = 0.4, 1.2, 0.78
_LEFT_IN, _RIGHT_IN = 0.85, 1.5
_LINE_PT = 13.5


def image(chart: Responses) -> style.ChartImage:
    """Return the chart as a PNG with its words."""
    figure = draw(chart)
    width, height = style.shown_size(figure)
    return style.ChartImage(
        name=NAME,
        title="Answered in time, week by week",
        png=style.to_png(figure),
        alt=chart.alt,
        caption=chart.caption,
        width=width,
        height=height,
    )


def draw(chart: Responses) -> Figure:
    """Return the figure; the first line of each axes is the share, the second the promise."""
    row_in = _TOP_IN + _PLOT_IN + _BOTTOM_IN
    height_in = row_in * len(chart.rows)
    width = (style.WIDTH_IN - _LEFT_IN - _RIGHT_IN) / style.WIDTH_IN
    with style.house_style():
        figure = style.new_figure(height_in)
        for index, row in enumerate(chart.rows):
            bottom_in = height_in - (index + 1) * row_in + _BOTTOM_IN
            place = (_LEFT_IN / style.WIDTH_IN, bottom_in / height_in, width, _PLOT_IN / height_in)
            _draw_row(figure.add_axes(place), row)
    return figure


def _draw_row(axes: Axes, row: Response) -> None:
    style.bare(axes)
    axes.set_xlim(-0.5, len(row.points) - 0.5)
    axes.set_ylim(0, 1.04)
    axes.set_yticks((0, 0.5, 1))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:.0f} %"))
    axes.set_xticks([])
    places = range(len(row.points))
    shares = [float("nan") if point.is_open else point.share for point in row.points]
    axes.plot(places, shares, color=style.BLUE, linewidth=1.4, alpha=0.55)
    if row.promised is not None:
        axes.plot(
            axes.get_xlim(),
            (row.promised, row.promised),
            color=style.GREY,
            linestyle=(0, (4, 2.5)),
            linewidth=1.3,
        )
    for place, point in zip(places, row.points, strict=True):
        _mark(axes, place, point)
    _title(axes, row.title)
    _counts(axes, row)
    _label_ends(axes, row)


def _mark(axes: Axes, place: int, point: Point) -> None:
    """Mark a week by shape and colour: dot, cross, hollow; a bar as far as it is open."""
    if not point.due and not point.pending:
        return
    if point.is_open:
        axes.plot(
            [place, place],
            [point.share, point.most],
            marker="_",
            markersize=9,
            color=style.BLUE,
            linewidth=4,
            alpha=0.55,
            solid_capstyle="butt",
            clip_on=False,
            zorder=3,
        )
        if point.kept is None or point.few:
            return
    if point.kept is False and not point.few:
        axes.plot(
            [place],
            [point.most],
            marker="X",
            markersize=10,
            color=style.VERMILLION,
            markeredgecolor=style.WHITE,
            clip_on=False,
            zorder=4,
        )
        return
    axes.plot(
        [place],
        [point.share],
        marker="o",
        markersize=6.5,
        color=style.BLUE,
        markerfacecolor=style.WHITE if point.few else style.BLUE,
        markeredgewidth=1.5,
        clip_on=False,
        zorder=4,
    )


def _title(axes: Axes, text: str) -> None:
    axes.annotate(
        style.shortened(text, style.WIDTH_IN - 0.2, style.TEXT_PT, "bold"),
        (0, 1),
        xycoords="axes fraction",
        xytext=(-(_LEFT_IN - 0.08) * 72, 10),
        textcoords="offset points",
        fontsize=style.TEXT_PT,
        fontweight="bold",
        color=style.INK,
        annotation_clip=False,
    )


def _counts(axes: Axes, row: Response) -> None:
    """Write week, due and pending below each mark, as lines of a table."""
    lines = [("week", [point.week.lstrip("W0") for point in row.points], style.INK)]
    lines.append(("due", [terse(point.due) for point in row.points], style.INK))
    if any(point.pending for point in row.points):
        pending = [terse(p.pending) if p.pending else "" for p in row.points]
        lines.append(("pending", pending, style.GREY))
    for number, (name, texts, colour) in enumerate(lines):
        below = -14 - number * _LINE_PT
        _write_below(axes, (0, 0), name, below, colour, left=True)
        for place, text in enumerate(texts):
            _write_below(axes, (place, 0), text, below, colour)


def _write_below(
    axes: Axes, at: tuple[float, float], text: str, below: float, colour: str, *, left: bool = False
) -> None:
    axes.annotate(
        text,
        at,
        xycoords="axes fraction" if left else axes.get_xaxis_transform(),
        xytext=(-(_LEFT_IN - 0.08) * 72 if left else 0, below),
        textcoords="offset points",
        ha="left" if left else "center",
        va="center",
        fontsize=style.SMALL_PT,
        color=colour,
        annotation_clip=False,
    )


def _label_ends(axes: Axes, row: Response) -> None:
    ends: list[tuple[float, str, str, str]] = []
    latest = row.points[-1]
    if latest.text and not latest.few:
        ends.append(((latest.share + latest.most) / 2, latest.text, style.INK, "bold"))
    if row.promised is not None:
        ends.append((row.promised, f"promised {row.promised_text}", style.GREY, "normal"))
    gap = labels.label_height(axes, style.TEXT_PT)
    heights = labels.spread([end[0] / 1.04 for end in ends], gap, gap / 2, 1 + gap / 2)
    right = axes.get_xlim()[1]
    for (_, text, colour, weight), y in zip(ends, heights, strict=True):
        labels.write(axes, right, y, text, colour=colour, weight=weight)
