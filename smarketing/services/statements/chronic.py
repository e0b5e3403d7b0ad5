"""Chronic failure goes to those who may sign and to channels: one message a remedy and month."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol
from urllib.parse import urlencode

from reports.chronic import Chronic, FailedMonth, render_chronic
from reports.mail import to_bytes
from reports.notices import chronic_notice
from reports.numbers import month_name
from smarketing.domain.channels import Channel, Occasion
from smarketing.domain.days import local_date
from smarketing.domain.messages import Message
from smarketing.domain.periods import month_before
from smarketing.domain.targets import next_month
from smarketing.services.agreements.remedy_text import chronic_text
from smarketing.services.channels.data import chronic_data
from smarketing.services.channels.rooms import Rooms, Told
from smarketing.services.people.address import address_from
from smarketing.services.statements.accounts import Accounts
from smarketing.services.statements.after import is_chronic_of, looked_at
from smarketing.services.statements.words import level_words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime
    from email.headerregistry import Address

    from reports.mail import Envelope
    from smarketing.domain.agreement import Agreement
    from smarketing.domain.remedies import Remedy
    from smarketing.services.conclusions.book import Book
    from smarketing.services.statements.accounts import Sources

KIND: Final = "chronic"
_KEEPS: Final = timedelta(days=14)
_LOOKED_BACK: Final = 2
"""Months that are over of which it is told: the data of the last one may be late."""


class Outbox(Protocol):
    """Where messages are planned."""

    def planned(self, keys: Collection[str]) -> Collection[str]:
        """Return which of these dedupe keys are planned already."""
        ...

    def plan(self, messages: Sequence[Message]) -> int:
        """Put messages in whose key is not there yet; return how many were new."""
        ...


class _Case(NamedTuple):
    """A remedy in a month that is over, with who would be told, by dedupe key."""

    agreement: Agreement
    remedy: Remedy
    month: date
    told: dict[str, Address | Channel]


class _Head(NamedTuple):
    """How a mail to somebody begins, and whether they can open what it is about."""

    opens: Callable[[str], bool]
    envelope: Callable[[str, Address], Envelope]


def plan_chronic(
    sources: Sources,
    book: Book,
    outbox: Outbox,
    envelope: Callable[[str, Address], Envelope],
    *,
    now: datetime,
    base_url: str,
    planned_until: datetime | None = None,
    opens: Callable[[str], bool],
    rooms: Rooms | None = None,
) -> int:
    """Plan the messages about promises that have failed too often; a second call plans nothing.

    Args:
        sources: Where months are read; what they are made of is caught up.
        book: The agreements in force.
        outbox: Where messages are planned.
        envelope: Returns the head of the mail to an address, by the dedupe key.
        now: Decides which months are over.
        base_url: Of the portal, without a slash at the end.
        planned_until: Of months that were over then nobody is told; None: of none of them.
        opens: Returns whether who has an e-mail can open statements in the portal.
        rooms: The channels that are told, too; None: there are none.

    Returns:
        How many messages were new.
    """
    rooms = rooms or Rooms()
    accounts = {name: Accounts(sources, book, name, now) for name in book.names}
    count = 0
    for case in _cases(book, rooms, now):
        if planned_until is not None and _is_over(case, planned_until):
            continue
        missing = case.told.keys() - set(outbox.planned(case.told.keys()))
        months = accounts[case.agreement.name]
        if missing and is_chronic_of(months, case.remedy, case.month):
            told = _chronic(case, months, base_url)
            mails = _mails(case, told, missing, _Head(opens, envelope), now)
            count += outbox.plan([*_messages(case, told, missing, rooms, now), *mails])
    return count


def _is_over(case: _Case, at: datetime) -> bool:
    return local_date(at, case.agreement.timezone) >= next_month(case.month)


def _messages(
    case: _Case, told: Chronic, keys: Collection[str], rooms: Rooms, now: datetime
) -> Iterator[Message]:
    """Yield the messages to channels."""
    data = chronic_data(case.agreement, case.remedy, case.month, told)
    said = Told(Occasion.CHRONIC, chronic_notice(told), data, now, now + _KEEPS)
    for key, recipient in case.told.items():
        if key in keys and isinstance(recipient, Channel):
            yield rooms.message(recipient, key, said)


def _mails(
    case: _Case,
    told: Chronic,
    keys: Collection[str],
    heads: _Head,
    now: datetime,
) -> Iterator[Message]:
    """Yield the mails to those who may sign; one who cannot open the portal gets no link to it."""
    linked, bare = render_chronic(told), render_chronic(replace(told, url=""))
    for key, recipient in case.told.items():
        if key not in keys or isinstance(recipient, Channel):
            continue
        head = heads.envelope(key, recipient)
        mail = linked if heads.opens(recipient.addr_spec) else bare
        yield Message(
            dedupe_key=key,
            kind=KIND,
            recipient=recipient.addr_spec,
            subject=mail.subject,
            message_id=head["message_id"],
            mime=to_bytes(mail, **head),
            not_before=now,
            expires_at=now + _KEEPS,
            created_at=now,
        )


def _cases(book: Book, rooms: Rooms, now: datetime) -> Iterator[_Case]:
    """Yield every remedy with such a rule, in the months that were over last."""
    newest = {version.agreement.name: version.agreement for version in reversed(book.versions)}
    for agreement in newest.values():
        month = local_date(now, agreement.timezone).replace(day=1)
        for _ in range(_LOOKED_BACK):
            month = month_before(month)
            if agreement.ends_on is not None and agreement.ends_on <= month:
                continue
            for remedy in agreement.remedies:
                if remedy.chronic:
                    key = f"{KIND}:{agreement.name}:{remedy.name}:{month:%Y-%m}"
                    told = dict(_told(agreement, rooms, key))
                    yield _Case(agreement, remedy, month, told)


def _told(agreement: Agreement, rooms: Rooms, key: str) -> Iterable[tuple[str, Address | Channel]]:
    for channel in rooms.told(Occasion.CHRONIC, agreement.name):
        yield f"{key}:{channel.address}", channel
    signatories = (one for party in agreement.parties.values() for one in party.signatories)
    for email in dict.fromkeys(signatory.lower() for signatory in signatories):
        address = address_from("", email)
        if address is not None:
            yield f"{key}:{email}", address


def _chronic(case: _Case, accounts: Accounts, base_url: str) -> Chronic:
    agreement, remedy = case.agreement, case.remedy
    promise = next(c for c in agreement.commitments if c.name == remedy.commitment)
    assert remedy.chronic is not None  # noqa: S101  (only such remedies are cases)
    asked = urlencode({"party": promise.to, "period": f"{case.month:%Y-%m}"})
    return Chronic(
        agreement=agreement.title,
        commitment=promise.title,
        party=agreement.parties[promise.by].title,
        rule=chronic_text(remedy.chronic),
        months=tuple(
            FailedMonth(
                f"{month_name(one.month)} {one.month.year}",
                "; ".join(level_words(level, agreement.currency) for level in one.levels),
                one.failed,
            )
            for one in looked_at(accounts, remedy, case.month)
        ),
        url=f"{base_url}/statements?{asked}",
    )
