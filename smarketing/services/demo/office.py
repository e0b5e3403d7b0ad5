"""When the sample company works: its calendar, and working time forwards and backwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.calendar import due_s, working_s
from smarketing.domain.calendar_spec import calendar_from
from smarketing.services.agreements.holidays_of import public_holidays

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from smarketing.domain.calendar import Calendar

ZONE: Final = "Europe/Berlin"
HOUR_S: Final = 3_600
DAY_S: Final = 86_400
WORKING_DAY_S: Final = 8 * HOUR_S
_OPEN: Final = [["09:00", "17:00"]]
_LOOK_BACK_S: Final = 30 * DAY_S


def office_around(today: date) -> Calendar:
    """Return the calendar of `config/agreements/demo.toml`, with the holidays around a day."""
    years = range(today.year - 1, today.year + 2)
    return calendar_from(
        {
            "timezone": ZONE,
            "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), _OPEN),
            "holidays": sorted(public_holidays("DE", None, years)),
        }
    )


def after(
    started: NDArray[np.int64], worked_s: NDArray[np.float64], office: Calendar
) -> NDArray[np.int64]:
    """Return the instants by which some working time has passed, at least a minute of it."""
    return due_s(started, np.maximum(worked_s, 60).astype(np.int64), office)


def before(now_s: int, worked_s: NDArray[np.int64], office: Calendar) -> NDArray[np.int64]:
    """Return the instants since which just so much working time has passed, up to a month."""
    starts = np.full(len(worked_s), now_s - _LOOK_BACK_S)
    spent = working_s(starts, np.full(len(worked_s), now_s), office)
    return due_s(starts, np.maximum(spent - worked_s, 1), office)
