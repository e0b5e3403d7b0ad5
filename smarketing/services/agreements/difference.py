"""What changed from one version of an agreement to another, in sentences made from the data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from smarketing.services.agreements.facts import OF_AGREEMENT, sections_of
from smarketing.services.agreements.remedy_text import remedy_text
from smarketing.services.agreements.text import commitment_text, explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.domain.agreement import Agreement, Commitment
    from smarketing.domain.calendar import Calendar
    from smarketing.services.agreements.facts import Facts

_SAID: Final = frozenset({
    "name", "title", "timezone", "currency", "rates", "starts_on", "ends_on", "applies_when",
    "acceptance_window", "acceptance_calendar", "reject_reasons", "parties", "calendars",
    "segments", "tiers", "commitments", "goal", "text", "extra_columns", "base", "review",
    "notice", "cancellation", "exclusions", "disputes", "fees", "remedies",
    "capacity",
})  # fmt: skip
"""The fields of an agreement that have sentences."""

_SAID_OF_PROMISE: Final = frozenset({
    "name", "title", "metric", "by", "to", "calendar", "period", "promised_rate", "at_risk",
    "recorded_in", "terms", "give_up", "surge", "band", "due_day", "source", "due_weekday",
    "due_time", "origin", "ladder",
})  # fmt: skip
"""The same of a commitment."""

_MOST_DAYS: Final = 6
"""Holidays that are named."""


@dataclass(frozen=True)
class DiffLine:
    """One paragraph of the plain-English text: kept (" "), taken out ("-") or new ("+")."""

    sign: str
    text: str


def changes(before: Agreement, after: Agreement) -> tuple[str, ...]:
    """Return a sentence for everything that is different; none: nothing is."""
    return tuple(_changes(before, after))


def text_difference(before: Agreement, after: Agreement) -> tuple[DiffLine, ...]:
    """Return the plain-English texts, paragraph by paragraph, one against the other."""
    old, new = explain(before), explain(after)
    lines: list[DiffLine] = []
    for kind, *(a, b, c, d) in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += [DiffLine(" ", text) for text in old[a:b]]
            continue
        lines += [DiffLine("-", text) for text in old[a:b]]
        lines += [DiffLine("+", text) for text in new[c:d]]
    return tuple(lines)


def _changes(before: Agreement, after: Agreement) -> Iterator[str]:
    old, new = sections_of(before), sections_of(after)
    for kind, name in dict.fromkeys((*new, *old)):
        key = (kind, name)
        if key not in old:
            yield _new(kind, name, new[key][0], after)
        elif key not in new:
            yield f"No longer: {_of_kind(kind, old[key][0])}."
        else:
            yield from _different(new[key][0], old[key][1], new[key][1])
            if kind == "Calendar":
                yield from _holidays(name, before, after)
    yield from _without_words(OF_AGREEMENT, before, after, _SAID)
    promises = {promise.name: promise for promise in before.commitments}
    for promise in after.commitments:
        if promise.name in promises:
            yield from _without_words(
                promise.title, promises[promise.name], promise, _SAID_OF_PROMISE
            )


def _new(kind: str, name: str, title: str, agreement: Agreement) -> str:
    if kind == "Commitment":
        promise = next(one for one in agreement.commitments if one.name == name)
        return f"New commitment: {title}. {commitment_text(promise, agreement)}"
    if kind == "Remedy":
        remedy = next(one for one in agreement.remedies if one.name == name)
        return f"New remedy: {remedy_text(remedy, agreement)}"
    return f"New: {_of_kind(kind, title)}."


def _of_kind(kind: str, title: str) -> str:
    """Return a part with what it is; a title that says so already stays as it is."""
    return title if title.startswith(kind) else f"{kind} {title}"


def _different(title: str, old: Facts, new: Facts) -> Iterator[str]:
    for label in dict.fromkeys((*new, *old)):
        if label not in old:
            yield f"{title}: {label} {new[label]}, which is new."
        elif label not in new:
            yield f"{title}: no longer {label} {old[label]}."
        elif old[label] != new[label]:
            yield f"{title}: {label} {old[label]} → {new[label]}."


def _holidays(name: str, before: Agreement, after: Agreement) -> Iterator[str]:
    """Yield the days off that came and went in the years that both versions know."""
    old, new = before.calendars[name], after.calendars[name]
    years = _years(old) & _years(new) or _years(old) | _years(new)
    for word, days in (
        ("now also closed on", new.holidays - old.holidays),
        ("no longer closed on", old.holidays - new.holidays),
    ):
        told = sorted(day for day in days if day.year in years and day >= after.starts_on)
        if told:
            more = f" and {len(told) - _MOST_DAYS} days more" if len(told) > _MOST_DAYS else ""
            yield f"Calendar {name}: {word} {', '.join(map(str, told[:_MOST_DAYS]))}{more}."


def _years(calendar: Calendar) -> set[int]:
    return {day.year for day in calendar.holidays}


def _without_words(
    title: str, old: Agreement | Commitment, new: Agreement | Commitment, said: frozenset[str]
) -> Iterator[str]:
    """Yield that something changed which has no sentence of its own."""
    for field in fields(new):
        if field.name not in said and getattr(old, field.name) != getattr(new, field.name):
            yield f"{title}: {field.name.replace('_', ' ')} changed; see the text."
