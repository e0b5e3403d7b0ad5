"""What was stated against what happened, as a chart of the page of past forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.calibration import CalibrationPicture, Mark, Panel, in_percent
from reports.numbers import count
from smarketing.services.goals.backtest.words import interval, share
from smarketing.web.charts import Axis, Chart, Colour, Kind, Line, Plot, Point, Series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smarketing.services.goals.backtest.calibration import Calibration, Count

_CUSTOMERS = "Customers of a month’s leads"
_LEADS = "Leads of a month, while it ran"


def picture_of(told: Calibration) -> CalibrationPicture | None:
    """Return what the chart shows; None: nothing was stated yet that can be judged."""
    panels = (
        Panel(_CUSTOMERS, "promised before the month", _marks(told.levels)),
        Panel(_LEADS, "chance of about a usual month", _marks(told.bands)),
    )
    shown = tuple(panel for panel in panels if panel.marks)
    return CalibrationPicture(shown) if shown else None


def chart_of(told: Calibration, picture: str) -> Chart | None:
    """Return the chart; None when there is nothing to draw.

    Args:
        told: What the backtest comes to.
        picture: Address of the same as a picture.
    """
    shown = picture_of(told)
    if shown is None:
        return None
    return Chart(
        caption=_finding(shown),
        note=shown.caption,
        plots=tuple(_plot(panel) for panel in shown.panels),
        columns=("What was stated", "Stated", "Forecasts", "Happened", "Share", "95 %"),
        lines=tuple(_lines(told)),
        table_note="Forecasts of one month count as one for the interval: they hang together.",
        picture=picture,
        alt=shown.alt,
    )


def _marks(counts: Sequence[Count]) -> tuple[Mark, ...]:
    rising = sorted(counts, key=lambda one: one.stated)
    return tuple(Mark(one.stated, one.share, one.low, one.high, _words(one)) for one in rising)


def _words(one: Count) -> str:
    return (
        f"stated {share(one.stated)}, happened {count(one.happened)} of {count(one.made)} "
        f"({share(one.share)})"
    )


def _finding(shown: CalibrationPicture) -> str:
    off = sum(not mark.fits for panel in shown.panels for mark in panel.marks)
    made = sum(len(panel.marks) for panel in shown.panels)
    if not off:
        return "What was stated is what happened, as far as chance lets us see."
    return f"{off} of {made} stated chances differ from what happened by more than chance."


def _plot(panel: Panel) -> Plot:
    off = sum(not mark.fits for mark in panel.marks)
    return Plot(
        title=panel.title,
        subtitle=panel.subtitle,
        state=("behind", "▲", f"{off} off the line") if off else ("plan", "●", "on the line"),
        href="",
        alt=f"{panel.title}: {'; '.join(mark.words for mark in panel.marks)}.",
        axis=Axis(highest=100, ticks=((0, "0 %"), (50, "50 % stated"), (100, "100 %"))),
        series=tuple(_series(panel)),
        highest=100,
    )


def _series(panel: Panel) -> Iterator[Series]:
    yield Series(Kind.DASHED, Colour.GREY, (Point(0, 0), Point(100, 100)))
    for mark in panel.marks:
        x = in_percent(mark.stated)
        ends = Point(x, in_percent(mark.low)), Point(x, in_percent(mark.high))
        yield Series(Kind.LINE, _colour(mark.fits), ends)
    for fits in (True, False):
        dots = tuple(
            Point(in_percent(mark.stated), in_percent(mark.happened), mark.words)
            for mark in panel.marks
            if mark.fits is fits
        )
        if dots:
            yield Series(Kind.DOT, _colour(fits), dots)


def _colour(fits: bool) -> Colour:  # noqa: FBT001  (a colour of a truth)
    return Colour.BLUE if fits else Colour.VERMILLION


def _lines(told: Calibration) -> Iterator[Line]:
    named = [
        *((f"Customers at {share(one.stated)}", one) for one in told.levels),
        *(("A goal of leads", one) for one in told.bands),
    ]
    for name, one in named:
        cells = (
            share(one.stated), count(one.made), count(one.happened), share(one.share),
            interval(one),
        )  # fmt: skip
        yield Line(name, cells)
