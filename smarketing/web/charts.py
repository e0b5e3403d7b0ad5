"""What a chart of the portal shows: plain numbers and words, drawn by `static/charts.js`.

A chart is a sentence, small plots side by side, and a table with the same numbers. Templates
show it with the macro of `_chart.html`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a series is drawn.

    HATCHED is an area on top of the series before it; DOT has no line; a band is an area between
    `lows` and the points, the wide one pale and the narrow one inside it darker.
    """

    LINE = "line"
    DASHED = "dashed"
    HATCHED = "hatched"
    BAR = "bar"
    DOT = "dot"
    WIDE_BAND = "wide"
    NARROW_BAND = "narrow"


class Colour(StrEnum):
    """Each is a property in `charts.css`, one value for light and one for dark."""

    BLUE = "blue"
    VERMILLION = "vermillion"
    GREY = "grey"


@dataclass(frozen=True)
class Point:
    """One value.

    Attributes:
        words: What is said when somebody points at it; empty: nothing.
        href: Where a press on it leads; empty: nowhere.
    """

    x: float
    y: float
    words: str = ""
    href: str = ""


@dataclass(frozen=True)
class Series:
    """Values that belong together.

    Attributes:
        points: By x, rising.
        end: What is written at the last point; empty: nothing.
        lows: Of a band: where it begins at each point.
        low_end: What is written at the last of `lows`; empty: nothing.
    """

    kind: Kind
    colour: Colour
    points: tuple[Point, ...]
    end: str = ""
    lows: tuple[float, ...] = ()
    low_end: str = ""


@dataclass(frozen=True)
class Axis:
    """What goes along the bottom.

    Attributes:
        names: Of the places 0, 1, 2 … where these are things; empty: x is a number.
        highest: Where a number ends; it begins at 0.
        ticks: The numbers at which something is written, and what.
    """

    names: tuple[str, ...] = ()
    highest: float = 0
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Plot:
    """One of the small plots.

    Attributes:
        state: The verdict, as in `progress_lines.Standing`: its colour, shape and words.
        href: Where the title leads; empty: nowhere.
        alt: What is to be seen, with the numbers.
        highest: Where the numbers to the left end; 0: where the highest of them asks for it.
    """

    title: str
    subtitle: str
    state: tuple[str, str, str]
    href: str
    alt: str
    axis: Axis
    series: tuple[Series, ...]
    highest: float = 0


@dataclass(frozen=True)
class Line:
    """One line of the table; its name leads to `href`, where there is one."""

    name: str
    cells: tuple[str, ...]
    href: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart with everything that stands for it.

    Attributes:
        caption: The finding, in one sentence.
        note: How to read it.
        columns: Headings of the table; the first is that of the lines' names.
        table_note: What stands in the table.
        picture: Address of a picture of the same numbers, for browsers without JavaScript.
        alt: Of that picture.
    """

    caption: str
    note: str
    plots: tuple[Plot, ...]
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    table_note: str
    picture: str = ""
    alt: str = ""

    @property
    def json(self) -> str:
        """Return the plots for the script."""
        return json.dumps([asdict(plot) for plot in self.plots], separators=(",", ":"))
