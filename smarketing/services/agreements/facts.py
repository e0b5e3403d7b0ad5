"""An agreement as facts, each a label and words: what two versions are compared by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smarketing.domain.calendar_spec import WEEKDAYS
from smarketing.services.agreements.capacity_terms import capacity_facts
from smarketing.services.agreements.goal_text import goal_facts
from smarketing.services.agreements.ladders import ladder_facts
from smarketing.services.agreements.remedy_text import fee_text, remedy_text
from smarketing.services.agreements.scopes import whom
from smarketing.services.agreements.terms import number_of
from smarketing.services.agreements.text import EVIDENCE, agreed_hour
from smarketing.services.agreements.words import (
    hours_of,
    listed,
    percent,
    spans_of,
    spoken_days,
    spoken_time,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from smarketing.domain.agreement import Agreement, Commitment, Party
    from smarketing.domain.calendar import Calendar

Facts = dict[str, str]
"""Label to words; a label without words is left out."""

OF_AGREEMENT: Final = "Agreement"
_SENTENCE: Final = re.compile(r"(?<=\.) (?=[A-Z])")


def sections_of(agreement: Agreement) -> dict[tuple[str, str], tuple[str, Facts]]:
    """Return (kind, name) to a title and the facts of each part of an agreement."""
    sections: dict[tuple[str, str], tuple[str, Facts]] = {
        (OF_AGREEMENT, ""): ("Agreement", _said(_head(agreement))),
        ("Acceptance", ""): ("Acceptance", _said(_acceptance(agreement))),
    }
    for party in agreement.parties.values():
        sections["Party", party.name] = (party.title, _said(_party(party)))
    for name, calendar in agreement.calendars.items():
        sections["Calendar", name] = (f"Calendar {name}", _said(_calendar(calendar)))
    for kind, rules in (("Segment", agreement.segments), ("Tier", agreement.tiers)):
        for place, rule in enumerate(rules, 1):
            facts = {"title": rule.title, "rule": rule.when, "place": str(place)}
            sections[kind, rule.name] = (f"{kind} {rule.title}", facts)
    for promise in agreement.commitments:
        facts = _said(_commitment(promise, agreement))
        sections["Commitment", promise.name] = (promise.title, facts)
    for clause in agreement.exclusions:
        facts = {"what": clause.title, "kind": clause.kind.replace("_", " ")}
        sections["Exclusion", clause.name] = (f"Exclusion “{clause.title}”", facts)
    for name, fee in agreement.fees.items():
        title = agreement.parties[name].title
        sections["Fee", name] = (f"Fee of {title}", {"is": fee_text(title, fee, agreement)})
    for remedy in agreement.remedies:
        _, _, said = remedy_text(remedy, agreement).partition(": ")
        numbered = enumerate(_SENTENCE.split(said), 1)
        facts = {f"sentence {n}": f"“{sentence}”" for n, sentence in numbered}
        sections["Remedy", remedy.name] = (f"Remedy {remedy.title}", facts)
    return sections | _wanted(agreement)


def _wanted(agreement: Agreement) -> dict[tuple[str, str], tuple[str, Facts]]:
    found: dict[tuple[str, str], tuple[str, Facts]] = {}
    if agreement.goal:
        found["Goal", ""] = ("Goal", _said(goal_facts(agreement.goal, agreement)))
    if agreement.capacity:
        found["Capacity", ""] = ("Capacity", capacity_facts(agreement.capacity))
    return found


def _said(facts: Mapping[str, str | None]) -> Facts:
    return {label: words for label, words in facts.items() if words}


def _head(agreement: Agreement) -> dict[str, str | None]:
    disputes = agreement.disputes
    return {
        "title": agreement.title,
        "zone": agreement.timezone,
        "currency": agreement.currency,
        "first day": str(agreement.starts_on),
        "first day after": str(agreement.ends_on) if agreement.ends_on else "open",
        "about": agreement.applies_when or "every lead",
        "inherits from": agreement.base,
        "extra columns": listed(agreement.extra_columns, "and"),
        "review": agreement.review,
        "notice": spoken_days(agreement.notice) if agreement.notice else None,
        "when cancelled": agreement.cancellation,
        "disputes within": spoken_days(disputes.window) if disputes else None,
        "answers to disputes within": spoken_days(disputes.answer) if disputes else None,
        **{f"worth of one {code}": f"{rate}" for code, rate in agreement.rates.items()},
    }


def _acceptance(agreement: Agreement) -> dict[str, str | None]:
    return {
        "rejected within": spoken_time(agreement.acceptance_window),
        "counted in": f"calendar {agreement.acceptance_calendar}",
        **{
            f"reason {reason.replace('_', ' ')}": "agreed"
            for reason in sorted(agreement.reject_reasons)
        },
    }


def _party(party: Party) -> dict[str, str | None]:
    contacts = (f"{c.name} {c.email} {c.about}".strip() for c in party.contacts)
    return {
        "title": party.title,
        "side": party.side,
        "kind": party.kind,
        "part of": party.parent,
        "name on its leads": party.provider,
        "signatories": listed(party.signatories, "and"),
        "contacts": listed(list(contacts), "and"),
        **{f"need “{need.text}”": need.commitment or "only said" for need in party.needs},
    }


def _calendar(calendar: Calendar) -> dict[str, str | None]:
    return {
        "hours": hours_of(calendar),
        **_dates("hours on", calendar.date_hours),
        **_dates("break on", calendar.breaks),
    }


def _dates(label: str, days: Mapping[date, Iterable[tuple[int, int]]]) -> Facts:
    return {f"{label} {day}": spans_of(list(spans)) or "none" for day, spans in days.items()}


def _commitment(promise: Commitment, agreement: Agreement) -> dict[str, str | None]:
    surge = promise.surge
    weekday = WEEKDAYS[promise.due_weekday - 1] if promise.due_weekday else ""
    return {
        "title": promise.title,
        "metric": promise.metric.replace("_", " "),
        "owed by": agreement.parties[promise.by].title,
        "owed to": agreement.parties[promise.to].title,
        "counted in": f"calendar {promise.calendar}",
        "at least": percent(promise.promised_rate) if promise.promised_rate is not None else None,
        **{
            whom(term.segment, term.tier, agreement): number_of(term, promise, agreement)
            for term in promise.terms
        },
        "at risk at": listed([percent(share) for share in promise.at_risk], "and"),
        "missing after": spoken_time(promise.give_up) if promise.give_up else None,
        "relief": f"{spoken_time(surge.allowance)} after {surge.leads_a_day} leads of a day"
        if surge
        else None,
        "band": percent(promise.band) if promise.band is not None else None,
        "reached by day": str(promise.due_day) if promise.due_day else None,
        "source": promise.source,
        "due": f"{weekday} {agreed_hour(promise)}".strip(),
        **ladder_facts(promise, agreement),
        "judged by": listed([EVIDENCE[one] for one in sorted(promise.recorded_in)], "and"),
        "comes from": promise.origin,
    }
