"""The mail that says at once that leads were handed off: to whom holds them, or to the team.

The subject carries the point: who it is and until when an answer is in time. Times are of the
lead's agreement, as people say them on the day of the mail. A link only opens a page: also the
one by which a lead is answered without signing in, where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reports.mail import RenderedDigest, rendered
from reports.numbers import clean, count, instant, leads, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

Fact = tuple[str, str, str]
"""Label, value, and where a press on it leads ("": nowhere)."""

SHOWN: Final = 10
"""Leads that a mail lists; it counts the others."""

_WIDEST_NAME: Final = 40


@dataclass(frozen=True)
class AlertLead:
    """One lead that owes its first answer.

    Attributes:
        name: What there is to call it by.
        company: None: not told, as all that follows.
        segment: Title of the segment; tier: of the tier.
        zone: Of its agreement.
        due_at: When "I have it" is late.
        attempt_due_at: When the first attempt is late; None: no such promise.
        url: Its page.
        is_held: Whether the reader holds it; else nobody does, and the whole team is told.
        given_by: Who handed it to the reader; None: it is new.
        answer_url: The page on which the reader says "I have it"; empty: in the portal only.
    """

    name: str
    company: str | None
    job_title: str | None
    phone: str | None
    email: str | None
    segment: str
    tier: str
    zone: str
    handed_at: datetime
    due_at: datetime
    attempt_due_at: datetime | None
    url: str
    is_held: bool
    given_by: str | None = None
    answer_url: str = ""


@dataclass(frozen=True)
class Alert:
    """What one mail tells.

    Attributes:
        leads: At least one, the one due first on top; at most SHOWN of them are listed.
        now: When the mail is made: decides what "today" is.
        queue_url: The reader's queue.
    """

    leads: tuple[AlertLead, ...]
    now: datetime
    queue_url: str


@dataclass(frozen=True)
class Listed:
    """One lead of a mail, as it is shown.

    Attributes:
        title: Company first, then the person.
        due: "answer by today, 14:05", or since when it is late.
        is_late: Whether it was late already when the mail was made.
        facts: What is known of it.
        url: Its page; empty: the reader cannot open it.
        answer_url: Where it is answered without signing in; empty: nowhere.
    """

    title: str
    due: str
    is_late: bool
    facts: tuple[Fact, ...]
    url: str
    answer_url: str = ""


def render_alert(alert: Alert) -> RenderedDigest:
    """Return the mail, without what is personal."""
    facts = _facts if len(alert.leads) == 1 else _few_facts
    listed = tuple(_listed(lead, alert.now, facts(lead)) for lead in alert.leads[:SHOWN])
    return rendered(
        "alert",
        subject=subject(alert),
        preheader=_preheader(alert),
        headline=_headline(alert),
        listed=listed,
        more=len(alert.leads) - len(listed),
        queue_url=alert.queue_url,
        reason=_reason(alert),
    )


def subject(alert: Alert) -> str:
    """Return who waits and until when, in one line."""
    first = alert.leads[0]
    what = (
        f"{_short(first)}, {clean(first.segment)} · {clean(first.tier)}: {_due(first, alert.now)}"
    )
    if len(alert.leads) > 1:
        return f"[{count(len(alert.leads))} new leads] First {what}"
    return f"[{'Now yours' if first.given_by else 'New lead'}] {what}"


def _due(lead: AlertLead, now: datetime) -> str:
    when = moment(lead.due_at, lead.zone, now)
    return f"answer by {when}" if now <= lead.due_at else f"was due {when}"


def _short(lead: AlertLead) -> str:
    name = clean(lead.company or lead.name)
    return name if len(name) <= _WIDEST_NAME else f"{name[: _WIDEST_NAME - 1].rstrip()}…"


def _preheader(alert: Alert) -> str:
    first = alert.leads[0]
    whom = ", ".join(clean(text) for text in (first.name, first.job_title, first.phone) if text)
    return f"{whom}. {_whose(alert)}"


def _headline(alert: Alert) -> str:
    first = alert.leads[0]
    due = _due(first, alert.now)
    if len(alert.leads) == 1:
        if first.given_by:
            return f"{clean(first.given_by)} handed you {_short(first)}: {due}."
        return f"{_short(first)} is {'yours' if first.is_held else 'for your team'}: {due}."
    return f"{leads(len(alert.leads))} {_whose_many(alert)}. First {_short(first)}: {due}."


def _whose_many(alert: Alert) -> str:
    held = sum(lead.is_held for lead in alert.leads)
    if held in (0, len(alert.leads)):
        return "are yours" if held else "are for your team"
    return f"wait, {count(held)} of them yours, the others for your team"


def _whose(alert: Alert) -> str:
    if all(lead.is_held for lead in alert.leads):
        return "The clock stops when you press “I have it”."
    return "Of what nobody has, who says “I have it” first, has it."


def _reason(alert: Alert) -> str:
    """Return why the reader gets this, and that a visit changes nothing."""
    them = "these leads" if len(alert.leads) > 1 else "this lead"
    why = f"{them} came to you, or to your team while nobody has them"
    if len(alert.leads) == 1:
        is_held = alert.leads[0].is_held
        why = f"you hold {them}" if is_held else f"nobody has {them} and you are of the team"
    zones = " and ".join(sorted({lead.zone for lead in alert.leads}))
    return (
        f"You get this because {why}. {_whose(alert)} Opening a link changes nothing. This mail "
        f"tells how it was when it was made, in the time of {zones}; the page tells how it is."
    )


def _listed(lead: AlertLead, now: datetime, facts: Iterable[Fact]) -> Listed:
    due = _due(lead, now)
    return Listed(
        title=clean(lead.company or lead.name),
        due=f"{due[0].upper()}{due[1:]}",
        is_late=lead.due_at < now,
        facts=tuple(fact for fact in facts if fact[1]),
        url=lead.url,
        answer_url=lead.answer_url,
    )


def _facts(lead: AlertLead) -> Iterator[Fact]:
    """Yield everything that there is to tell; what is not known is empty."""
    yield from _few_facts(lead)
    yield "Handed off", instant(lead.handed_at, lead.zone), ""
    yield "Answer due", instant(lead.due_at, lead.zone), ""
    attempt = instant(lead.attempt_due_at, lead.zone) if lead.attempt_due_at else ""
    yield "First attempt due", attempt, ""


def _few_facts(lead: AlertLead) -> Iterator[Fact]:
    """Yield what one lead of several is told by, besides its title and when it is due."""
    phone, email = clean(lead.phone or ""), clean(lead.email or "")
    dialled = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    yield "Person", clean(lead.name), ""
    yield "Job title", clean(lead.job_title or ""), ""
    yield "Telephone", phone, f"tel:{dialled}"
    yield "E-mail", email, f"mailto:{email}"
    yield "What it is", f"{clean(lead.segment)} · {clean(lead.tier)}", ""
    yield "Who has it", "You" if lead.is_held else "Nobody yet", ""
