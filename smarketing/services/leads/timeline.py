"""The events of a lead as a story: what counts, and what was corrected or taken back.

Of the events about one thing (a stamp of the record, or the act that a `ref` names) the last
one counts, unless it was withdrawn; see `store.told`, which says the same in SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from smarketing.domain.acts import PAUSED, WITHDRAWN, pause_from
from smarketing.domain.calendar import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from smarketing.domain.calendar import Span

Event = dict[str, Any]
"""A stored event: `nth, kind, occurred_at, ref, recorded_at, detail, actor`, and by name `by` (who
acted), `given` (who got the lead), `source` and `label` (of the import)."""

_SAME_S: Final = 60
"""Told within a minute is told at once."""

_SAID: Final = ("kind", "occurred_at", "detail", "actor")


@dataclass(frozen=True)
class Gone:
    """Why something that was told does not count any more.

    Attributes:
        at: When that was told.
        by: Who said so; None: the source.
        source: Where they said it.
        instead: What counts instead; None: it was taken back.
    """

    at: datetime
    by: str | None
    source: str
    instead: Entry | None


@dataclass(frozen=True)
class Entry:
    """One thing that was told of a lead.

    Attributes:
        at: When it happened.
        learned_at: When it was told, where that is more than a minute away; else None.
        by: Who did it, by name or as the source calls them; None: the source does not say.
        given: Who got the lead, by name; None: it was not handed to a person that is known.
        source: Where it was told.
        label: What the source's file is called; None: it was no import.
        gone: None: it counts.
    """

    kind: str
    detail: str | None
    at: datetime
    learned_at: datetime | None
    by: str | None
    given: str | None
    source: str
    label: str | None
    gone: Gone | None = None


@dataclass(frozen=True)
class Pause:
    """A span in which the clocks of a lead stand.

    Attributes:
        by: Who paused it; None: nobody is named.
        ends: Not inclusive.
    """

    reason: str
    by: str | None
    starts: datetime
    ends: datetime


def timeline(events: Iterable[Event]) -> tuple[Entry, ...]:
    """Return what was told of a lead, the oldest first; what does not count stays, marked.

    What was told twice alike stands once, as it was told first.
    """
    told = [entry for about in _by_thing(events) for entry in _entries(about)]
    told.sort(key=lambda one: (one[1].at, one[0]))
    return tuple(entry for _, entry in told)


def pauses(events: Iterable[Event]) -> tuple[Pause, ...]:
    """Return the pauses that count, the earliest first."""
    last = [about[-1] for about in _by_thing(events)]
    told = sorted((e for e in last if e["kind"] == PAUSED), key=lambda e: int(e["occurred_at"]))
    return tuple(_pause(event) for event in told)


def spans_of(told: Iterable[Pause]) -> tuple[Span, ...]:
    """Return pauses as spans of seconds of UTC."""
    return tuple((int(one.starts.timestamp()), int(one.ends.timestamp())) for one in told)


def _pause(event: Event) -> Pause:
    until, reason = pause_from(event["detail"])
    by = event["by"] or event["actor"]
    return Pause(reason, by, instant(event["occurred_at"]), instant(until))


def _by_thing(events: Iterable[Event]) -> list[list[Event]]:
    """Return the events about each thing, in the order in which they were told."""
    things: dict[tuple[str, str], list[Event]] = {}
    for event in sorted(events, key=lambda one: int(one["nth"])):
        things.setdefault(_thing(event), []).append(event)
    return list(things.values())


def _thing(event: Mapping[str, Any]) -> tuple[str, str]:
    if event["ref"]:
        return event["ref"], ""
    return "", event["detail"] if event["kind"] == WITHDRAWN else event["kind"]


def _entries(about: Sequence[Event]) -> list[tuple[int, Entry]]:
    """Return one thing's entries with the number of their event; withdrawals are no entries."""
    told = _without_echoes(about)
    shown = [n for n, event in enumerate(told) if event["kind"] != WITHDRAWN]
    entries: dict[int, Entry] = {}
    for n in reversed(shown):
        later = min(entries, default=None)
        entries[n] = _entry(told[n])
        if later is not None:
            entries[n] = replace(entries[n], gone=_gone(told[later], entries[later]))
        elif n + 1 < len(told):
            entries[n] = replace(entries[n], gone=_gone(told[n + 1], None))
    return [(told[n]["nth"], entries[n]) for n in shown]


def _without_echoes(about: Sequence[Event]) -> list[Event]:
    """Return the events without those that say what was said before, and what lies between."""
    told: list[Event] = []
    for event in about:
        before = next((e for e in reversed(told) if e["kind"] != WITHDRAWN), None)
        if before and all(before[name] == event[name] for name in _SAID):
            told = told[: told.index(before) + 1]
        else:
            told.append(event)
    return told


def _gone(news: Event, instead: Entry | None) -> Gone:
    by = news["by"] or news["actor"]
    return Gone(instant(news["recorded_at"]), by, news["source"], instead)


def _entry(event: Event) -> Entry:
    late = event["recorded_at"] - event["occurred_at"] > _SAME_S
    return Entry(
        kind=event["kind"],
        detail=event["detail"],
        at=instant(event["occurred_at"]),
        learned_at=instant(event["recorded_at"]) if late else None,
        by=event["by"] or event["actor"],
        given=event["given"],
        source=event["source"] or "",
        label=event["label"],
    )
