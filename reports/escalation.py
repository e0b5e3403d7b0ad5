"""The mail of a step of an escalation ladder: what is owed, since when, and why the reader is told.

Times are in the zone in which the reader works. A link only opens a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reports.alert import Listed
from reports.mail import RenderedDigest, rendered
from reports.numbers import clean, count, instant, leads, moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from reports.alert import Fact

SHOWN: Final = 25
"""Leads that a mail lists; it counts the others."""

_WIDEST_NAME: Final = 40


@dataclass(frozen=True)
class EscalatedLead:
    """One lead that waits for an act.

    Attributes:
        name: What there is to call it by.
        company: None: not told, as phone.
        segment: Title of the segment; tier: of the tier.
        started_at: Since when the act is owed.
        holder: Who had it when the step was taken; None: nobody.
        given_to: Who got it by the step; empty: the team; None: it stays where it is.
        url: Its page; empty: the reader cannot open it.
        answer_url: The page on which the reader says "I have it"; empty: it is not theirs to say.
    """

    name: str
    company: str | None
    phone: str | None
    segment: str
    tier: str
    started_at: datetime
    due_at: datetime
    holder: str | None
    given_to: str | None
    url: str
    answer_url: str = ""


@dataclass(frozen=True)
class Escalation:
    """What one mail tells: one step of one commitment.

    Attributes:
        leads: At least one, the one due first on top.
        now: When the mail is made: decides what "today" is.
        zone: In which the reader works.
        done: What the leads wait for, as `acknowledged`.
        party: Title of who owes it; agreement: of the agreement.
        commitment: Its title.
        when: When the step is taken, as `after 80 % of the time`.
        queue_url: Where the leads that wait are; empty: the reader has no account for it.
    """

    leads: tuple[EscalatedLead, ...]
    now: datetime
    zone: str
    done: str
    party: str
    agreement: str
    commitment: str
    when: str
    queue_url: str


def render_escalation(told: Escalation) -> RenderedDigest:
    """Return the mail, without what is personal."""
    listed = tuple(_listed(lead, told) for lead in told.leads[:SHOWN])
    return rendered(
        "alert",
        subject=subject(told),
        preheader=_preheader(told),
        headline=headline(told),
        listed=listed,
        more=len(told.leads) - len(listed),
        queue_url=told.queue_url,
        reason=_reason(told),
    )


def subject(told: Escalation) -> str:
    """Return what is owed and since when, or until when, in one line."""
    first = told.leads[0]
    what = f"{short(first)}, {clean(first.segment)} · {clean(first.tier)}: {_owed(first, told)}"
    if len(told.leads) == 1:
        return f"[{'Late' if is_late(first, told) else 'Due soon'}] {what}"
    late = sum(is_late(lead, told) for lead in told.leads)
    how = "late" if late == len(told.leads) else "due soon" if not late else "late or due soon"
    return f"[{leads(len(told.leads))} {how}] First {what}"


def _preheader(told: Escalation) -> str:
    first = told.leads[0]
    who = ", ".join(clean(text) for text in (first.name, first.phone) if text)
    return f"{who}. Waits since {moment(first.started_at, told.zone, told.now)}."


def headline(told: Escalation) -> str:
    """Return what is owed and since when, or until when, in a sentence or two."""
    first = told.leads[0]
    if len(told.leads) == 1:
        return f"{short(first)} {_owed(first, told)}.{_moved(first)}"
    moved = sum(lead.given_to is not None for lead in told.leads)
    handed = f" {leads(moved)} changed hands." if moved else ""
    return (
        f"{leads(len(told.leads))} wait to be {told.done}. First {short(first)}, which "
        f"{_owed(first, told)}.{handed}"
    )


def _owed(lead: EscalatedLead, told: Escalation) -> str:
    """Return `is to be acknowledged by today, 14:05`; past that, that it was."""
    verb = "was" if is_late(lead, told) else "is"
    return f"{verb} to be {told.done} by {moment(lead.due_at, told.zone, told.now)}"


def is_late(lead: EscalatedLead, told: Escalation) -> bool:
    """Return whether a lead was due when the message is made."""
    return lead.due_at <= told.now


def _moved(lead: EscalatedLead) -> str:
    if lead.given_to is None:
        return ""
    return (
        f" It was handed to {clean(lead.given_to)}." if lead.given_to else " It went to the team."
    )


def short(lead: EscalatedLead) -> str:
    """Return what a lead is called where there is little room."""
    name = clean(lead.company or lead.name)
    return name if len(name) <= _WIDEST_NAME else f"{name[: _WIDEST_NAME - 1].rstrip()}…"


def _reason(told: Escalation) -> str:
    """Return why the reader gets this: which step of which commitment."""
    many = f" This mail tells of {count(len(told.leads))} at once." if len(told.leads) > 1 else ""
    linked = " Opening a link changes nothing." if told.queue_url else ""
    return (
        f"You get this because {clean(told.party)} promised “{clean(told.commitment)}” in "
        f"{clean(told.agreement)}, and its ladder names you {told.when}.{many}{linked} Times are "
        f"those of {told.zone}."
    )


def _listed(lead: EscalatedLead, told: Escalation) -> Listed:
    owed = _owed(lead, told)
    return Listed(
        title=clean(lead.company or lead.name),
        due=f"{owed[0].upper()}{owed[1:]}",
        is_late=is_late(lead, told),
        facts=tuple(fact for fact in _facts(lead, told) if fact[1]),
        url=lead.url,
        answer_url=lead.answer_url,
    )


def _facts(lead: EscalatedLead, told: Escalation) -> Iterator[Fact]:
    """Yield what there is to tell of a lead; what is not known is empty."""
    phone = clean(lead.phone or "")
    dialled = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    yield "Person", clean(lead.name), ""
    yield "Telephone", phone, f"tel:{dialled}"
    yield "What it is", f"{clean(lead.segment)} · {clean(lead.tier)}", ""
    yield "Waits since", instant(lead.started_at, told.zone), ""
    yield "Due", instant(lead.due_at, told.zone), ""
    yield "Who had it" if lead.given_to is not None else "Who has it", _holder(lead), ""
    if lead.given_to is not None:
        yield "Who has it now", clean(lead.given_to) or "The team", ""


def _holder(lead: EscalatedLead) -> str:
    return clean(lead.holder) if lead.holder else "Nobody"
