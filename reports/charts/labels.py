"""Labels at the ends of lines, moved apart until none covers another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib import patheffects

from reports.charts.style import TEXT_PT, WHITE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

LINE_SPACING = 1.25


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return positions at least `gap` apart, in the given order of size, near the wanted ones.

    Args:
        wanted: Where each label would like to be, in any order.
        gap: Least distance between two labels.
        low: No label is below, if they all fit.
        high: No label is above, if they all fit.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    floor = low
    for index in order:
        placed[index] = floor = max(wanted[index], floor)
        floor += gap
    ceiling = high
    for index in reversed(order):
        placed[index] = ceiling = min(placed[index], ceiling)
        ceiling -= gap
    return placed


def label_height(axes: Axes, size_pt: float) -> float:
    """Return the height of a line of text as a part of the axes' height."""
    figure = axes.get_figure(root=True)
    if figure is None:
        raise AssertionError("an axes without a figure has no height")
    height_in = axes.get_position().height * figure.get_size_inches()[1]
    return float(size_pt * LINE_SPACING / 72 / height_in)


def write(
    axes: Axes, x: float, y: float, text: str, *, colour: str, weight: str = "normal"
) -> None:
    """Write a label right of a point, x in data and y in parts of the axes' height.

    A white seam keeps it legible where it crosses a line.
    """
    label = axes.annotate(
        text,
        (x, y),
        xycoords=axes.get_xaxis_transform(),
        xytext=(5, 0),
        textcoords="offset points",
        color=colour,
        fontsize=TEXT_PT,
        fontweight=weight,
        va="center",
        annotation_clip=False,
    )
    label.set_path_effects([patheffects.withStroke(linewidth=2.5, foreground=WHITE)])
