"""What chats are told: the same as mails, in fewer words, without telephone and e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports import escalation as step
from reports.chronic import verdict
from reports.notice import LINES, Fact, Line, Notice
from reports.numbers import clean, leads, moment

if TYPE_CHECKING:
    from reports.chronic import Chronic, FailedMonth
    from reports.content import Content
    from reports.escalation import EscalatedLead, Escalation


def escalation_notice(told: Escalation) -> Notice:
    """Return what is told of a step of a ladder: one lead, or several at once."""
    one = len(told.leads) == 1
    first = told.leads[0]
    return Notice(
        title=f"{_state(told)}: {step.short(first) if one else leads(len(told.leads))}",
        text=step.headline(told),
        link="Open the lead" if one else "Open the queue",
        url=first.url if one else told.queue_url,
        footer=(
            f"{clean(told.party)} promised “{clean(told.commitment)}” in {clean(told.agreement)}; "
            f"its ladder tells people {told.when}. Times are those of {told.zone}."
        ),
        facts=_facts(first, told) if one else (),
        lines=() if one else tuple(_line(lead, told) for lead in told.leads[:LINES]),
        more=0 if one else max(len(told.leads) - LINES, 0),
    )


def _state(told: Escalation) -> str:
    late = sum(step.is_late(lead, told) for lead in told.leads)
    if late == len(told.leads):
        return "Late"
    return "Late or due soon" if late else "Due soon"


def _facts(lead: EscalatedLead, told: Escalation) -> tuple[Fact, ...]:
    return (
        Fact("What it is", f"{clean(lead.segment)} · {clean(lead.tier)}"),
        Fact("Waits since", moment(lead.started_at, told.zone, told.now)),
        Fact("Who has it", _holder(lead)),
    )


def _line(lead: EscalatedLead, told: Escalation) -> Line:
    due = "was due" if step.is_late(lead, told) else "due"
    when = moment(lead.due_at, told.zone, told.now)
    cell = f"{clean(lead.segment)} · {clean(lead.tier)}"
    text = f"({cell}), {due} {when}, {_holder(lead)}"
    return Line(text, lead.url, step.short(lead))


def _holder(lead: EscalatedLead) -> str:
    """Return who has it now, the step being taken."""
    if lead.given_to is not None:
        return clean(lead.given_to) or "the team"
    return clean(lead.holder) if lead.holder else "nobody"


def chronic_notice(told: Chronic) -> Notice:
    """Return what is told of a promise that failed too often."""
    failed = sum(bool(month.failed) for month in told.months)
    return Notice(
        title=f"“{clean(told.commitment)}” failed in {failed} of {len(told.months)} months",
        text=f"{clean(told.party)} promised it in {clean(told.agreement)}. {clean(told.rule)}",
        link="Open the statement",
        url=told.url,
        footer="This comes once for each month in which the rule holds.",
        lines=tuple(Line(f"{month.name}: {_month(month)}") for month in told.months),
    )


def _month(month: FailedMonth) -> str:
    return ", ".join(filter(None, (verdict(month), clean(month.level))))


def digest_notice(content: Content) -> Notice:
    """Return the weekly report: the headline, the four figures, what to do, where to read on."""
    return Notice(
        title=content.subject,
        text=content.headline,
        link="Open the week",
        url=content.home,
        footer=f"{content.title}, {content.period}. {content.provenance[1]}",
        facts=tuple(
            Fact(figure.label, f"{figure.value} {figure.unit}".strip(), figure.notes[0])
            for figure in content.figures
        ),
        lines=tuple(Line(advice.text, advice.url or "") for advice in content.advice),
    )


def trial_notice(channel: str, by: str, base_url: str) -> Notice:
    """Return a message that somebody asked for, to see whether a channel works."""
    return Notice(
        title="smarketing can write here",
        text=f"This is a test of the channel “{clean(channel)}”. There is nothing to do.",
        link="Open the portal",
        url=base_url,
        footer=f"Sent by {clean(by)}.",
    )
