"""An agreement in plain English, made from the data alone.

What is said here is what is computed: nobody writes these sentences by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import Evidence
from smarketing.domain.metrics import CATALOGUE, Measure, Metric
from smarketing.services.agreements.clauses import clauses
from smarketing.services.agreements.goal_text import goal_text
from smarketing.services.agreements.ladders import ladder_text
from smarketing.services.agreements.remedy_text import remedies_text
from smarketing.services.agreements.scopes import whom
from smarketing.services.agreements.words import amount, hours_of, listed, percent, spoken_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from smarketing.domain.agreement import Agreement, Commitment, Need, Term

WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
EVIDENCE: Final = {Evidence.SOURCE: "the source", Evidence.PORTAL: "the portal"}


def agreement_text(agreement: Agreement) -> str:
    """Return the whole agreement as paragraphs of plain text."""
    return "\n\n".join([agreement.title, *explain(agreement)]) + "\n"


def explain(agreement: Agreement) -> tuple[str, ...]:
    """Return a paragraph for the span, each commitment, the acceptance, the goal, each clause."""
    paragraphs = [
        _span(agreement),
        *(commitment_text(promise, agreement) for promise in agreement.commitments),
        _acceptance(agreement),
    ]
    if agreement.goal:
        paragraphs.append(goal_text(agreement.goal, agreement))
    paragraphs += remedies_text(agreement)
    return (*paragraphs, *_holidays(agreement), *_needs(agreement), *clauses(agreement))


def commitment_text(promise: Commitment, agreement: Agreement) -> str:
    """Return the sentences of one commitment, and where they come from if not from here."""
    said = _TEXT[CATALOGUE[promise.metric].measure](promise, agreement)
    if promise.origin:
        return f"{said} This comes from the agreement {promise.origin}."
    above = {term.origin for term in promise.terms} - {""}
    return (
        f"{said} The time for all leads comes from the agreement {above.pop()}." if above else said
    )


def _span(agreement: Agreement) -> str:
    ends = f"until {agreement.ends_on} (exclusive)" if agreement.ends_on else "until it is ended"
    leads = f"leads for which {agreement.applies_when}" if agreement.applies_when else "every lead"
    base = f" What it leaves out, it has from {agreement.base}." if agreement.base else ""
    return (
        f"This agreement holds from {agreement.starts_on} {ends} and is about {leads}.{base} "
        f"Days and months are those of {agreement.timezone}; amounts are in {agreement.currency}."
    )


def _clock(promise: Commitment, agreement: Agreement) -> str:
    doing = CATALOGUE[promise.metric].does.format(attempts=promise.terms[0].attempts)
    does = f"{doing} at least {_rate(promise)} of the leads handed to it"
    scopes = [_within(term, agreement) for term in promise.terms]
    calendar = _calendar(promise.calendar, agreement)
    first = scopes[0] if promise.terms[0].level == "corporate" else f"for {scopes[0]}"
    more = "".join(f"; {scope}" for scope in scopes[1:])
    sentences = [f"{_title(promise.by, agreement)} {does} {first} of {calendar}{more}."]
    if promise.at_risk:
        shares = listed([percent(share) for share in promise.at_risk], "and again at")
        sentences.append(f"A lead is at risk at {shares} of its time.")
    if promise.surge:
        sentences.append(
            f"Of the leads of one day, those after the first {promise.surge.leads_a_day} have "
            f"{spoken_time(promise.surge.allowance, 'working ')}."
        )
    if promise.give_up:
        after = spoken_time(promise.give_up, "working ")
        sentences.append(f"One that is still open after {after} counts as missing, no longer late.")
    sentences += ladder_text(promise, agreement)
    judged = [EVIDENCE[evidence] for evidence in sorted(promise.recorded_in)]
    sentences.append(f"What counts is what is recorded in {listed(judged, 'or in')}.")
    return " ".join(sentences)


def _within(term: Term, agreement: Agreement) -> str:
    if term.allowance is None:
        return "without a time"
    if term.level == "corporate":
        return f"within {spoken_time(term.allowance, 'working ')}"
    often = f", {term.attempts} attempts" if term.attempts else ""
    scope = whom(term.segment, term.tier, agreement)
    return f"{scope} within {spoken_time(term.allowance)}{often}"


def _rate(promise: Commitment) -> str:
    return percent(promise.promised_rate) if promise.promised_rate is not None else "all"


def _evenness(promise: Commitment, agreement: Agreement) -> str:
    band = percent(promise.band) if promise.band is not None else "0 %"
    return (
        f"{_title(promise.by, agreement)} delivers evenly: on no working day of "
        f"{_calendar(promise.calendar, agreement)} is what was delivered since the month began "
        f"more than {band} of the month's target ahead of what is due by then, or behind it."
    )


def _share(promise: Commitment, agreement: Agreement) -> str:
    return (
        f"{_title(promise.by, agreement)} hands over such leads to "
        f"{_title(promise.to, agreement)} that at least {_rate(promise)} of those decided on in a "
        "month are accepted, by hand or because nobody rejects them in time."
    )


def _occasions(promise: Commitment, agreement: Agreement) -> str:
    by, to = _title(promise.by, agreement), _title(promise.to, agreement)
    if promise.source is not None:
        allowance = promise.terms[0].allowance
        within = spoken_time(allowance, "working ") if allowance is not None else "a day"
        return (
            f"{by} sees to it that the source {promise.source} is read again within {within} of "
            f"{_calendar(promise.calendar, agreement)}, in at least {_rate(promise)} of the "
            "readings of a month."
        )
    hour = agreed_hour(promise)
    day = WEEKDAYS[(promise.due_weekday or 1) - 1]
    return (
        f"{by} sees to it that {to} has the report of each week by {hour} on the {day} after it, "
        f"at least {_rate(promise)} of the reports of a month."
    )


def agreed_hour(promise: Commitment) -> str:
    """Return the local time by which a report is due; empty: none is agreed."""
    return f"{promise.due_time:%H:%M}" if promise.due_time else ""


def _volume(promise: Commitment, agreement: Agreement) -> str:
    agreed = [
        f"{number} {whom(term.segment, term.tier, agreement)}"
        for term in promise.terms
        if (number := volume_of(term, agreement))
    ]
    from_goal = [
        whom(term.segment, term.tier, agreement)
        for term in promise.terms
        if not volume_of(term, agreement)
    ]
    many = "as many" if promise.metric is Metric.LEADS_DELIVERED else "as much value in"
    parts = [f"at least {listed(agreed, 'and')}"] if agreed else []
    if from_goal:
        parts.append(f"{many} {listed(from_goal, 'and')} as the goal asks for")
    pace = _pace(promise)
    return (
        f"{_title(promise.by, agreement)} hands over to {_title(promise.to, agreement)} every "
        f"{promise.period} {'; and '.join(parts)}. The target of a {promise.period} is spread "
        f"evenly over the working days of {_calendar(promise.calendar, agreement)}; a lead that "
        f"is rejected in time for an agreed reason does not count.{pace}"
    )


def volume_of(term: Term, agreement: Agreement) -> str:
    """Return the number of a volume: `60`, `EUR 5,000 of value in`; empty: the goal says it."""
    if term.amount is not None:
        return f"{agreement.currency} {amount(term.amount)} of value in"
    return "" if term.target is None else str(term.target)


def _pace(promise: Commitment) -> str:
    due = f" It is to be reached by day {promise.due_day} of the month." if promise.due_day else ""
    if promise.band is None:
        return due
    band = percent(promise.band)
    return f"{due} More than {band} of it behind that pace at the end of a week is late."


def _acceptance(agreement: Agreement) -> str:
    reasons = listed([r.replace("_", " ") for r in sorted(agreement.reject_reasons)], "or")
    window = spoken_time(agreement.acceptance_window, "working ")
    taken_off = (
        f"Only these reasons take it off marketing's count: {reasons}."
        if reasons
        else "No reason takes it off marketing's count."
    )
    return (
        f"A lead that is not rejected within {window} of "
        f"{_calendar(agreement.acceptance_calendar, agreement)} is accepted. {taken_off}"
    )


def _needs(agreement: Agreement) -> Iterator[str]:
    for party in agreement.parties.values():
        if party.needs:
            needs = "; ".join(_need(need, agreement) for need in party.needs)
            yield f"{party.title} needs from the other side: {needs}."


def _need(need: Need, agreement: Agreement) -> str:
    titles = {promise.name: promise.title for promise in agreement.commitments}
    return f"{need.text} (promised: {titles[need.commitment]})" if need.commitment else need.text


def _holidays(agreement: Agreement) -> Iterator[str]:
    for name, calendar in agreement.calendars.items():
        last = agreement.ends_on or max(calendar.holidays, default=agreement.starts_on)
        free = sum(agreement.starts_on <= day < last for day in calendar.holidays)
        if free:
            yield f"The calendar {name} is closed on {free} holidays from {agreement.starts_on} on."


_TEXT: Final[Mapping[Measure, Callable[[Commitment, Agreement], str]]] = {
    Measure.VOLUME: _volume,
    Measure.EVENNESS: _evenness,
    Measure.SHARE: _share,
    Measure.CLOCK: _clock,
    Measure.OCCASION: _occasions,
}


def _title(party: str, agreement: Agreement) -> str:
    return agreement.parties[party].title


def _calendar(name: str, agreement: Agreement) -> str:
    return f"the calendar {name} ({hours_of(agreement.calendars[name])})"
