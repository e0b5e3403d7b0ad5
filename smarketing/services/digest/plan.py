"""Weekly reports into the outbox: one a person and week, planned exactly once.

After an outage only the latest slot is made good, and the mail says so; what was left out is
noted in the outbox as `skipped`. A quiet week of somebody who wants no mail then is noted as
`unwanted`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol
from zoneinfo import ZoneInfo

from reports.locales import clock_time, written_as
from reports.mail import to_bytes
from smarketing.domain.messages import Message
from smarketing.domain.slots import WEEKDAYS
from smarketing.domain.weeks import week_named
from smarketing.services.digest.due import KEEPS, KIND, TOO_LATE, latest_reports, left_out
from smarketing.services.people.address import address_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import datetime
    from email.headerregistry import Address

    from reports.mail import Envelope
    from smarketing.services.digest.due import DueReport, Span
    from smarketing.services.digest.frozen import Frozen
    from smarketing.services.people.people import Person

_LATE: Final = timedelta(hours=1)
_CHUNK: Final = 100
"""Messages in one transaction: a hundred with three pictures each are 10 to 20 MB."""

_QUIET: Final = "nothing happened in that week, and no mail is wanted then"


class Outbox(Protocol):
    """Where messages are planned."""

    def planned(self, keys: Collection[str]) -> Collection[str]:
        """Return which of these dedupe keys are planned already."""
        ...

    def plan(self, messages: Sequence[Message]) -> int:
        """Put messages in whose key is not there yet; return how many were new."""
        ...


class Notebook(Outbox, Protocol):
    """Where what was only noted may be planned after all."""

    def plan_noted(self, messages: Sequence[Message]) -> int:
        """Put messages in, also in the place of a note; return how many were."""
        ...


@dataclass(frozen=True)
class Planned:
    """What became of the reports that were due.

    Attributes:
        count: How many mails were new; what is only noted does not count.
        unaddressable: The addresses, as they are kept, that no mail can go to: those people have
            no report, all others have theirs.
    """

    count: int
    unaddressable: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it in a few words; empty where there is nothing to tell."""
        what = "1 report" if self.count == 1 else f"{self.count} reports"
        said = [f"{what} planned"] if self.count else []
        if self.unaddressable:
            whom = ", ".join(repr(one) for one in self.unaddressable)
            said.append(f"no report can be sent to {whom}: correct the address of that person")
        return "; ".join(said)


@dataclass(frozen=True)
class Press:
    """What makes reports and their mails.

    Attributes:
        report: Returns the report of a week for an audience in a locale, None where there is
            nothing to report yet. Called once for each, and only if somebody is due.
        envelope: Returns the head of a mail: dedupe key, address, person and report (None: it is
            only noted). Its Message-ID depends on the dedupe key alone.
    """

    report: Callable[[str, str, str], Frozen | None]
    envelope: Callable[[str, Address, Person, Frozen | None], Envelope]


def plan_reports(people: Iterable[Person], outbox: Outbox, press: Press, span: Span) -> Planned:
    """Plan the reports that are due; a second call plans nothing and makes nothing.

    Args:
        people: Everybody; only active ones with an audience get a report.
        outbox: Where messages are planned.
        press: What makes reports and mails.
        span: When it is, and what counts.
    """
    everybody = tuple(people)
    latest = _new(latest_reports(everybody, span), outbox)
    skipped = [one for one in latest if span.is_too_late(one.slot)]
    skipped += _new(left_out(everybody, span), outbox)
    due = [one for one in latest if not span.is_too_late(one.slot)]
    _note(skipped, outbox, press, now=span.now, state="skipped", said=TOO_LATE)
    return Planned(_plan_all(due, outbox, press, span), _unaddressable(latest))


def plan_by_hand(reports: Iterable[DueReport], outbox: Outbox, press: Press, span: Span) -> Planned:
    """Plan reports of a week, whatever is due; those that are planned or noted stay as they are.

    Raises:
        ConflictError: The week goes on, or only a part of it is known.
    """
    asked = tuple(reports)
    _refuse_parts(asked, span)
    return Planned(_plan_all(_new(asked, outbox), outbox, press, span), _unaddressable(asked))


def plan_asked(report: DueReport, outbox: Notebook, press: Press, span: Span) -> Planned:
    """Plan one report for somebody who asks for it, also if it was noted as left out.

    Raises:
        ConflictError: The week goes on, or only a part of it is known.
    """
    _refuse_parts((report,), span)
    person, address = report.person, address_of(report.person)
    if address is None:
        return Planned(0, _unaddressable((report,)))
    made = press.report(report.slot.week, person.audience, person.preferences.written)
    if made is None:
        return Planned(0)
    return Planned(outbox.plan_noted([_message(report, address, made, press, span)]))


def _refuse_parts(reports: Iterable[DueReport], span: Span) -> None:
    for week in {one.slot.week for one in reports}:
        span.refuse_part(week_named(week))


def _unaddressable(reports: Iterable[DueReport]) -> tuple[str, ...]:
    return tuple(one.person.email for one in reports if address_of(one.person) is None)


def _plan_all(due: Sequence[DueReport], outbox: Outbox, press: Press, span: Span) -> int:
    groups: dict[tuple[str, str, str], list[DueReport]] = defaultdict(list)
    for one in due:
        written = one.person.preferences.written
        groups[one.slot.week, one.person.audience, written].append(one)
    return sum(_plan_group(key, groups[key], outbox, press, span) for key in sorted(groups))


def _plan_group(
    key: tuple[str, str, str], due: list[DueReport], outbox: Outbox, press: Press, span: Span
) -> int:
    """Plan what is due of one report; return how many mails were new."""
    addressed = [(one, address) for one in due if (address := address_of(one.person))]
    report = press.report(*key) if addressed else None
    if report is None:
        return 0
    unwanted = [o for o, _ in addressed if report.quiet and o.person.preferences.skip_quiet]
    _note(unwanted, outbox, press, now=span.now, state="unwanted", said=_QUIET)
    wanted = [pair for pair in addressed if pair[0] not in unwanted]
    return sum(
        outbox.plan([_message(one, address, report, press, span) for one, address in chunk])
        for chunk in _chunks(wanted)
    )


def _new(reports: Iterable[DueReport], outbox: Outbox) -> list[DueReport]:
    """Return those that are neither planned nor noted."""
    by_key = {one.key: one for one in reports}
    done = outbox.planned(by_key.keys()) if by_key else ()
    return [one for key, one in by_key.items() if key not in done]


def _message(due: DueReport, address: Address, report: Frozen, press: Press, span: Span) -> Message:
    head = press.envelope(due.key, address, due.person, report)
    if span.looked_at is not None and span.was_missed(due.slot):
        head["note"] = _delay(due, report.locale, span.now)
    return Message(
        dedupe_key=due.key,
        kind=KIND,
        recipient=address.addr_spec,
        subject=report.rendered.subject,
        message_id=head["message_id"],
        mime=to_bytes(report.rendered, **head),
        not_before=span.now,
        expires_at=span.now + KEEPS,
        created_at=span.now,
        audience=due.person.audience,
        due_at=due.slot.due_at,
    )


def _delay(due: DueReport, locale: str, now: datetime) -> str:
    """Return a sentence about a report that comes more than an hour late; else empty."""
    if now - due.slot.due_at <= _LATE:
        return ""
    local = due.slot.due_at.astimezone(ZoneInfo(due.zone))
    with written_as(locale):
        return f"Delayed: was due {WEEKDAYS[local.weekday()].capitalize()} {clock_time(local)}."


def _note(
    reports: Sequence[DueReport],
    outbox: Outbox,
    press: Press,
    *,
    now: datetime,
    state: str,
    said: str,
) -> None:
    """Note reports that are never sent, so that everybody can see it and nobody plans them."""
    notes = [
        Message(
            dedupe_key=one.key,
            kind=KIND,
            recipient=address.addr_spec,
            subject=f"Weekly report of {one.slot.week}",
            message_id=press.envelope(one.key, address, one.person, None)["message_id"],
            mime=b"",
            not_before=now,
            expires_at=now,
            created_at=now,
            audience=one.person.audience,
            due_at=one.slot.due_at,
            state=state,
            said=said,
        )
        for one in reports
        if (address := address_of(one.person))
    ]
    if notes:
        outbox.plan(notes)


def _chunks(
    due: Sequence[tuple[DueReport, Address]],
) -> Iterator[Sequence[tuple[DueReport, Address]]]:
    for start in range(0, len(due), _CHUNK):
        yield due[start : start + _CHUNK]
