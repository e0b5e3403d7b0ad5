"""ISO weeks: Monday to Sunday, named as `2018-W10` by the year of their Thursday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

WEEK_FORMAT: Final = "%G-W%V"
"""How `strftime` writes the name of a day's week."""

WEEKS: Final = 12
"""How many weeks a report looks back, its own included."""


@dataclass(frozen=True)
class Week:
    """One ISO week.

    Attributes:
        name: As `2018-W10`.
        starts: Its Monday.
    """

    name: str
    starts: date

    @property
    def ends(self) -> date:
        """Return the first day after it."""
        return self.starts + timedelta(days=7)

    @property
    def last_day(self) -> date:
        """Return its Sunday."""
        return self.ends - timedelta(days=1)


def week_of(day: date) -> Week:
    """Return the week that a day belongs to."""
    monday = day - timedelta(days=day.weekday())
    return Week(format(monday, WEEK_FORMAT), monday)


def week_named(name: str) -> Week:
    """Return the week of a name such as `2018-W10`.

    Raises:
        ValueError: There is no such week.
    """
    year, _, number = name.partition("-W")
    return week_of(date.fromisocalendar(int(year), int(number), 1))


def weeks_up_to(week: Week) -> tuple[Week, ...]:
    """Return the WEEKS weeks that a report looks back on, oldest first; the last one is its own."""
    return tuple(week_of(week.starts - timedelta(weeks=n)) for n in reversed(range(WEEKS)))
