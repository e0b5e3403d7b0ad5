"""The events of a lead as a story: what counts, and what was corrected or taken back.

Of the events about one thing (a stamp of the record, or the act that a `ref` names) the last
one counts, unless it was withdrawn; see `store.told`, which says the same in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from smarketing.domain.acts import PAUSED, PRESSED, WITHDRAWN, pause_from
from smarketing.domain.calendar import instant
from smarketing.domain.ways import Doubt, How, Way, how_from

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from smarketing.domain.calendar import Span

Event = dict[str, Any]
"""A stored event: `nth, kind, occurred_at, ref, recorded_at, detail, actor`, and by name `by` (who
acted), `given` (who got the lead), `source` and `label` (of the import)."""

Ways = Mapping[str, tuple[How, Doubt | None]]
"""The reference of an act to how it was done, and why it is in doubt."""

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
        how: By which way it was said; None: as `source` says.
        doubt: Why it is not sure that a person said it; None: nothing speaks against it.
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
    how: How | None = None
    doubt: Doubt | None = None


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
    things = _by_thing(events)
    ways = ways_of(event for about in things for event in about)
    told = [entry for about in things for entry in _entries(about, ways)]
    told.sort(key=lambda one: (one[1].at, one[0]))
    return tuple(entry for _, entry in told)


def ways_of(events: Iterable[Event]) -> Ways:
    """Return by which way each act was done that says so, and why it is in doubt, by its `ref`."""
    told = [(event, how) for event in events if (how := how_from(event["detail"]))]
    contradicted = {how.ref for event, how in told if event["kind"] == PRESSED}
    return {
        act_ref(event["ref"]): (how, _doubt(how, event["ref"], contradicted))
        for event, how in told
        if event["kind"] != PRESSED
    }


def answer_by_link(events: Iterable[Event], actor: str, since: int) -> str:
    """Return the reference of what somebody last answered by the link of a mail; empty: nothing.

    Args:
        events: Of one lead.
        actor: E-mail of who answered.
        since: Only what was told then or later; seconds of UTC.
    """
    last = [about[-1] for about in _by_thing(events)]
    theirs = [
        event["ref"]
        for event in last
        if event["actor"] == actor and event["recorded_at"] >= since and _is_by_link(event)
    ]
    return act_ref(theirs[-1]) if theirs else ""


def _is_by_link(event: Event) -> bool:
    how = how_from(event["detail"])
    return how is not None and how.way is Way.EMAIL_LINK and event["kind"] != PRESSED


def act_ref(ref: str) -> str:
    """Return the reference of the whole act that an event belongs to."""
    return ref.partition("#")[0]


def _doubt(how: How, ref: str, contradicted: Collection[str]) -> Doubt | None:
    if act_ref(ref) in contradicted:
        return Doubt.CONTRADICTED
    return Doubt.TOO_SOON if how.is_too_soon else None


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


def _entries(about: Sequence[Event], ways: Ways) -> list[tuple[int, Entry]]:
    """Return one thing's entries with the number of their event; withdrawals are no entries."""
    told = _without_echoes(about)
    shown = [n for n, event in enumerate(told) if event["kind"] != WITHDRAWN]
    entries: dict[int, Entry] = {}
    for n in reversed(shown):
        later = min(entries, default=None)
        entries[n] = _entry(told[n], ways)
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


def _entry(event: Event, ways: Ways) -> Entry:
    how, doubt = ways.get(act_ref(event["ref"]), (how_from(event["detail"]), None))
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
        how=how,
        doubt=doubt,
    )
