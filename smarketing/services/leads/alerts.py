"""Who is told by mail that a lead was handed off: its holder, or the team while nobody has it.

A lead is told of while its clock to be acknowledged runs. Until the answer is due it is news,
whenever it was handed off and became known: who works on Monday has Friday evening's leads to
answer. One that is late is news if it was handed off within a day, or handed on in the portal
within one, and is not late by more than that: an import of old leads tells nobody anything. Each
person is told once of a lead as long as it stays where it is, and never of what they did
themselves.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from reports.alert import Alert, AlertLead, render_alert
from reports.mail import to_bytes
from smarketing.domain.acts import ASSIGNED, LADDER, RETURNED
from smarketing.domain.calendar import instant, seconds
from smarketing.domain.messages import Message
from smarketing.services.leads.queue import cell_titles, lead_name
from smarketing.services.mail_link.tokens import Link
from smarketing.services.people.address import address_of
from smarketing.services.people.people import Role, everyone
from smarketing.services.people.policy import HOLDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from email.headerregistry import Address

    import polars as pl

    from reports.mail import Envelope
    from smarketing.services.conclusions.book import Book
    from smarketing.services.mail_link.tokens import AnswerUrl
    from smarketing.services.people.people import Directory, Person

KIND: Final = "alert"

NEWS: Final = timedelta(days=1)
"""What is late and older is no news: the queue and the weekly report tell of it."""

APART: Final = 3
"""Leads that one person is told of in mails of their own; more at once become one mail."""


class Claim(NamedTuple):
    """That one person is told of one lead, since it is where it is (seconds of UTC)."""

    lead_id: int
    person_id: int
    held_since: int


class AlertStore(Protocol):
    """Where it is kept who was told of what."""

    def handed_off(self, now: int, since: int, told_until: int) -> pl.DataFrame:
        """Return leads whose clock to be acknowledged runs, and that are news.

        Handed off or on after `told_until`; of those late now, from `since` on.

        Columns: `id`, what there is to call it by, `version_id, segment, tier, holder_id,
        held_since` (since when it is where it is), `handed_at, due_at, attempt_due_at`, and of
        the last word about who holds it `kind, actor` (null: the record's own).
        """
        ...

    def told(self, lead_ids: Sequence[int]) -> Collection[tuple[int, int, int]]:
        """Return what was told of leads: lead, person, held since."""
        ...

    def plan(self, claims: Sequence[Claim], message: Message) -> bool:
        """Put a message in if nothing of what it tells was told; else leave all as it is."""
        ...


@dataclass(frozen=True)
class _Mail:
    """Leads that one person is told of in one mail."""

    person: Person
    address: Address
    rows: tuple[dict[str, Any], ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Return what it tells, in the order in which it is to be claimed."""
        return tuple(
            sorted(Claim(row["id"], self.person.id, row["held_since"]) for row in self.rows)
        )

    @property
    def key(self) -> str:
        """Return what makes it the same mail when it is planned again."""
        told = sha256(repr([tuple(claim) for claim in self.claims]).encode()).hexdigest()[:24]
        return f"{KIND}:{self.person.id}:{told}"


def plan_alerts(
    store: AlertStore,
    directory: Directory,
    book: Book,
    envelope: Callable[[str, Address], Envelope],
    *,
    now: datetime,
    base_url: str,
    planned_until: datetime | None = None,
    answer: AnswerUrl | None = None,
) -> int:
    """Plan the mails about leads that were handed off; a second call plans nothing.

    Args:
        store: The leads, and who was told of them.
        directory: Everybody.
        book: The agreements in force: titles and zones.
        envelope: Returns the head of the mail to an address; its Message-ID depends on the dedupe
            key alone.
        now: Decides what is news.
        base_url: Of the portal, without a slash at the end.
        planned_until: What was handed off until then counts as told; None: nothing does.
        answer: Returns where a lead is answered without signing in; None: nowhere.

    Returns:
        How many mails were new.
    """
    told_until = 0 if planned_until is None else seconds(planned_until)
    leads = store.handed_off(seconds(now), seconds(now - NEWS), told_until)
    if leads.is_empty():
        return 0
    people = everyone(directory)
    names = {person.email: person.name for person in people}
    count = 0
    for mail in _mails(leads, people, store.told(leads["id"].to_list())):
        alert = _alert(mail, book, names, now, base_url)
        if answer is not None:
            alert = _answered_by(alert, mail, answer)
        head = envelope(mail.key, mail.address)
        count += store.plan(mail.claims, _message(mail, alert, head))
    return count


def _mails(
    leads: pl.DataFrame, people: Iterable[Person], told: Collection[tuple[int, int, int]]
) -> Iterator[_Mail]:
    """Yield the mails that are owed: up to APART leads in one each, more of them in one."""
    reached = {person.id: person for person in people if _is_reached(person)}
    team = [person for person in reached.values() if person.role is Role.REP]
    owed: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in leads.iter_rows(named=True):
        for person in _whom(row, reached, team):
            if (row["id"], person.id, row["held_since"]) not in told:
                owed[person.id].append(row)
    for number, rows in sorted(owed.items()):
        person, address = reached[number], address_of(reached[number])
        if address:
            parts = [rows] if len(rows) > APART else [[row] for row in rows]
            yield from (_Mail(person, address, tuple(part)) for part in parts)


def _is_reached(person: Person) -> bool:
    return person.active and person.alerts and person.role in HOLDS


def _whom(
    row: Mapping[str, Any], reached: Mapping[int, Person], team: Iterable[Person]
) -> list[Person]:
    """Return who is to be told of a lead: who has it, without who put it there."""
    if row["holder_id"] is None:
        those = list(team)
    else:
        those = [reached[row["holder_id"]]] if row["holder_id"] in reached else []
    by = row["actor"] if row["kind"] in (ASSIGNED, RETURNED) else None
    return [person for person in those if person.email != by]


def _alert(
    mail: _Mail,
    book: Book,
    names: Mapping[str, str],
    now: datetime,
    base_url: str,
) -> Alert:
    return Alert(
        leads=tuple(_lead(row, book, names, base_url) for row in mail.rows),
        now=now,
        queue_url=f"{base_url}/queue",
    )


def _answered_by(alert: Alert, mail: _Mail, answer: AnswerUrl) -> Alert:
    """Return what a mail tells, each lead with the link by which its reader answers it."""
    leads = zip(alert.leads, mail.rows, strict=True)
    issued_at, reader = seconds(alert.now), mail.person.id
    return replace(
        alert,
        leads=tuple(
            replace(lead, answer_url=answer(Link(row["id"], row["held_since"], reader, issued_at)))
            for lead, row in leads
        ),
    )


def _lead(row: Mapping[str, Any], book: Book, names: Mapping[str, str], base_url: str) -> AlertLead:
    segment, tier = cell_titles(row, book)
    attempt = row["attempt_due_at"]
    return AlertLead(
        name=lead_name(row),
        company=row["company"],
        job_title=row["job_title"],
        phone=row["phone"],
        email=row["email"],
        segment=segment,
        tier=tier,
        zone=book.timezone_of(row["version_id"]),
        handed_at=instant(row["handed_at"]),
        due_at=instant(row["due_at"]),
        attempt_due_at=None if attempt is None else instant(attempt),
        url=f"{base_url}/leads/{row['id']}",
        is_held=row["holder_id"] is not None,
        given_by=_giver(row["actor"], names) if row["kind"] == ASSIGNED else None,
    )


def _giver(actor: str, names: Mapping[str, str]) -> str:
    return "The escalation ladder" if actor == LADDER else names.get(actor, actor)


def _message(mail: _Mail, alert: Alert, head: Envelope) -> Message:
    rendered = render_alert(alert)
    return Message(
        dedupe_key=mail.key,
        kind=KIND,
        recipient=mail.address.addr_spec,
        subject=rendered.subject,
        message_id=head["message_id"],
        mime=to_bytes(rendered, **head),
        not_before=alert.now,
        expires_at=_expires_at(alert),
        created_at=alert.now,
    )


def _expires_at(alert: Alert) -> datetime:
    """Return from when on the mail is of no use: what it asks for is late then.

    Of leads that are late already when it is made, a day later.
    """
    last = max(lead.due_at for lead in alert.leads)
    return last if last > alert.now else alert.now + NEWS
