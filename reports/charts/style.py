"""What all charts share: colours, sizes, an empty figure, the way to a small PNG.

Sizes are inches at 200 dots an inch: 6.4 in is 1,280 px of file, shown 640 px wide, so a point
in the file is 1.4 px on the screen. Colours are those of DOMAIN section 5: at least 3:1 on
white and on #121212, and far apart for every kind of colour vision.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from PIL import Image, ImageColor

from reports.numbers import compact
from reports.pictures import ChartImage as ChartImage  # noqa: PLC0414  (charts name it here)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREY = "#6B6B6B"
PALE = "#D0D0D0"
INK = "#1A1A1A"
WHITE = "#FFFFFF"

WIDTH_IN = 6.4
DPI = 200
SHOWN_WIDTH = 640
TEXT_PT = 12.5
SMALL_PT = 11.0
_SHADES = 10
# Any: matplotlib types the keys as a list of literals that each release changes.
_STYLE: Any = {"font.family": "DejaVu Sans", "hatch.linewidth": 0.7, "text.parse_math": False}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw and save within our settings, whatever matplotlibrc lies about.

    A title in letters that DejaVu Sans lacks shows boxes; that is no reason for a warning a
    letter, and the table below the picture has the title in full.
    """
    with rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def new_figure(height_in: float) -> Figure:
    """Return an empty white figure of the full width."""
    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, facecolor=WHITE)
    FigureCanvasAgg(figure)
    return figure


def bare(axes: Axes) -> None:
    """Leave an axes its left and bottom line, in grey, with short ticks."""
    axes.set_facecolor(WHITE)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(PALE)
    axes.tick_params(labelsize=SMALL_PT, colors=GREY, color=PALE, length=2.5, width=0.8, pad=2)


def tick_number(value: float, _position: int | None = None) -> str:
    """Return the label of a tick that counts leads."""
    return compact(value)


def to_png(figure: Figure) -> bytes:
    """Return the figure as a PNG of few colours; equal figures give equal bytes."""
    raw = BytesIO()
    with house_style():
        figure.savefig(raw, format="png", dpi=DPI, metadata={"Software": None})
    small = BytesIO()
    with Image.open(raw) as picture:
        flat = picture.convert("RGB").quantize(palette=_palette(), dither=Image.Dither.NONE)
        flat.save(small, format="PNG", optimize=True)
    return small.getvalue()


@cache
def _palette() -> Image.Image:
    """Return our colours and their blends with white.

    A palette taken from the picture would mix a rare colour, the vermillion of one cross, with
    its neighbours.
    """
    ours = [ImageColor.getrgb(colour)[:3] for colour in (BLUE, VERMILLION, GREY, INK)]
    shades = [
        round(255 - (255 - part) * step / _SHADES)
        for colour in ours
        for step in range(_SHADES + 1)
        for part in colour
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette(shades)
    return palette


def shown_size(figure: Figure) -> tuple[int, int]:
    """Return width and height in CSS pixels."""
    height = figure.get_figheight() / WIDTH_IN * SHOWN_WIDTH
    return SHOWN_WIDTH, round(height)


def shortened(text: str, width_in: float, size_pt: float, weight: str = "normal") -> str:
    """Return `text`, cut with an ellipsis where it is wider than `width_in`."""
    if text_width(text, size_pt, weight) <= width_in:
        return text
    # Bisect on the length: a title may be a whole paragraph.
    short, long = 0, len(text)
    while long - short > 1:
        middle = (short + long) // 2
        fits = text_width(f"{text[:middle]}…", size_pt, weight) <= width_in
        short, long = (middle, long) if fits else (short, middle)
    return f"{text[:short].rstrip()}…"


@cache
def _font(weight: str) -> FontProperties:
    return FontProperties(family="DejaVu Sans", weight=weight)


def text_width(text: str, size_pt: float, weight: str = "normal") -> float:
    """Return the width of a line of text in inches."""
    if not text.strip():
        return 0.0
    path = TextPath((0, 0), text, size=size_pt, prop=_font(weight))
    return float(path.get_extents().width) / 72
