"""Answers in time by the hour of the week at which the lead came, in the zone of those who answer.

Cells with few leads stay blank (`domain.hours.FEWEST`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from smarketing.domain.hours import hour_counts

if TYPE_CHECKING:
    from smarketing.domain.agreement import Commitment
    from smarketing.domain.calendar import Calendar
    from smarketing.domain.hours import HourCounts
    from smarketing.services.conclusions.book import InForce

QUARTER_S: Final = 900
"""Seconds of the quarters of an hour that the store counts clocks in."""

_HOUR_S: Final = 3_600


@dataclass(frozen=True)
class Heat:
    """How one promise of time went, hour by hour of the week.

    Attributes:
        zone: Of the hours: that of the promise's calendar.
        opened: 7 x 24, Monday first: whether the calendar has working time in that hour of a
            usual week.
    """

    commitment: Commitment
    zone: str
    counts: HourCounts
    opened: tuple[tuple[bool, ...], ...]

    @property
    def due(self) -> int:
        """Return the leads whose answer was due."""
        return int(self.counts.due.sum())

    @property
    def in_time(self) -> int:
        """Return those of them that were answered in time."""
        return int(self.counts.in_time.sum())


@dataclass(frozen=True)
class HourCell:
    """One hour of one weekday.

    Attributes:
        words: `5/7`, in time of due; empty: too few to say.
        rate: In time / due; None: too few to say.
        is_open: Whether the calendar works then.
    """

    words: str
    rate: float | None
    is_open: bool


@dataclass(frozen=True)
class HourRow:
    """One hour of the day, as `09:00`, with its cells from Monday to Sunday."""

    hour: str
    cells: tuple[HourCell, ...]


def hours_shown(heat: Heat) -> tuple[HourRow, ...]:
    """Return the hours from the first to the last that are open or have a rate on some weekday."""
    due, kept, rates = heat.counts.due, heat.counts.in_time, heat.counts.rates()
    cells = [
        [
            HourCell(
                "" if rate is None else f"{kept[day, hour]}/{due[day, hour]}",
                rate,
                heat.opened[day][hour],
            )
            for day, rate in enumerate(row)
        ]
        for hour, row in enumerate(zip(*rates, strict=True))
    ]
    used = [hour for hour, row in enumerate(cells) if any(c.words or c.is_open for c in row)]
    return tuple(
        HourRow(f"{hour:02}:00", tuple(cells[hour]))
        for hour in (range(used[0], used[-1] + 1) if used else ())
    )


def heat_of(counted: pl.DataFrame, version: InForce, commitment: Commitment) -> Heat:
    """Return the map of a commitment.

    Args:
        counted: `quarter, due, met` of its clocks, those of earlier versions included.
        version: Whose calendar is framed.
        commitment: Of that version.
    """
    calendar = version.agreement.calendars[commitment.calendar]
    at = pl.from_epoch(counted["quarter"] * QUARTER_S, time_unit="s")
    local = at.dt.replace_time_zone("UTC").dt.convert_time_zone(calendar.timezone)
    hours = (24 * (local.dt.weekday().cast(pl.Int64) - 1) + local.dt.hour()).to_numpy()
    met, due = (counted[name].to_numpy() for name in ("met", "due"))
    each = np.concatenate([np.repeat(hours, met), np.repeat(hours, due - met)])
    in_time = np.arange(len(each)) < met.sum()
    return Heat(commitment, calendar.timezone, hour_counts(each, in_time), _opened(calendar))


def _opened(calendar: Calendar) -> tuple[tuple[bool, ...], ...]:
    return tuple(
        tuple(
            any(opens < (hour + 1) * _HOUR_S and hour * _HOUR_S < closes for opens, closes in spans)
            for hour in range(24)
        )
        for spans in (calendar.hours.get(weekday, ()) for weekday in range(7))
    )
