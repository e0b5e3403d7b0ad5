"""Times and due dates in words, with the shape and the colour that say the same.

Working time stands still over night, so hours are only counted down on the day itself; any
other day is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from reports.numbers import WEEKDAYS, count, day, instant, leads, moment, month_name, percent
from smarketing.web.agents import agent_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from typing import Any

    from smarketing.services.leads.queue import QueueItem

_HOUR_S: Final = 3600
_MINUTE_S: Final = 60


@dataclass(frozen=True)
class Due:
    """How a page shows that something is due.

    Attributes:
        state: late, risk, time or paused: the colour.
        shape: One character that says the same without colour.
        words: The time left, or how late it is.
        exact: When it is or was due; empty where the words say so.
    """

    state: str
    shape: str
    words: str
    exact: str


def due_words(item: QueueItem, now: datetime) -> Due:
    """Return how the queue shows a lead's due time; while it is paused, until when."""
    if item.paused_until:
        until = moment(item.paused_until, item.zone, now)
        return Due("paused", "‖", "Paused", f"until {until}, then due {_when(item, now)}")
    when = _when(item, now)
    today = _local(item.due_at, item.zone).date() == _local(now, item.zone).date()
    if item.is_breached:
        if today:
            return Due("late", "▲", f"{duration(now - item.due_at)} late", f"was due {when}")
        return Due("late", "▲", f"Late since {when}", "")
    state, shape = ("risk", "◆") if item.is_at_risk else ("time", "●")
    if today:
        return Due(state, shape, f"{duration(item.due_at - now)} left", f"due {when}")
    return Due(state, shape, f"Due {when}", "")


def _when(item: QueueItem, now: datetime) -> str:
    return moment(item.due_at, item.zone, now)


def tomorrow_morning(now: datetime, zone: str) -> str:
    """Return the next day at nine, as a field for a local time has it: where a pause may end."""
    return f"{_local(now, zone).date() + timedelta(days=1):%Y-%m-%d}T09:00"


def weekday(on: date) -> str:
    """Return a day with its weekday: `Thursday, 24 December 2026`."""
    return f"{WEEKDAYS[on.weekday()]}, {day(on)}"


def plain(name: str) -> str:
    """Return a code as people read it: `wrong_tier` is Wrong tier."""
    return name.replace("_", " ").capitalize()


def leads_moved(moved: int) -> str:
    """Return a sentence, with a space before it, about leads that changed hands; none: empty."""
    return f" {leads(moved)} changed hands." if moved else ""


def away(until: date | None) -> str:
    """Return what stands behind the name of somebody on leave, with a space before it."""
    return f" (away until {day(until)})" if until else ""


def sentence(text: str) -> str:
    """Return a part of a sentence as one of its own: with a capital letter in front.

    An e-mail address in front stays as it is written.
    """
    first = text.partition(" ")[0]
    return text if "@" in first else text[:1].upper() + text[1:]


def phone(number: str) -> str:
    """Return a telephone number as a link dials it."""
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")


def duration(span: timedelta) -> str:
    """Return a span of time in hours and whole minutes, cut off: `1 h 05 min`."""
    total = int(span.total_seconds())
    hours, minutes = total // _HOUR_S, total % _HOUR_S // _MINUTE_S
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min" if minutes else "less than a minute"


def rhythm(every: timedelta) -> str:
    """Return how often something happens: `20 seconds`, `5 minutes`, `day`."""
    total = int(every.total_seconds())
    for unit, size in (("day", 86_400), ("hour", _HOUR_S), ("minute", _MINUTE_S), ("second", 1)):
        if total % size == 0 and total >= size:
            return unit if total == size else f"{total // size} {unit}s"
    return f"{total} seconds"


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "rhythm": rhythm,
    "count": count,
    "percent": percent,
    "leads": leads,
    "moment": moment,
    "plain": plain,
    "sentence": sentence,
    "phone": phone,
    "agent": agent_words,
    "day": day,
    "away": away,
    "weekday": weekday,
    "instant": instant,
    "month_name": month_name,
}
"""What templates may say: `{{ total|leads }}`."""
