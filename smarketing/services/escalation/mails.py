"""The messages of steps: each tells one recipient what one step of one commitment has to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from reports.escalation import EscalatedLead, Escalation, render_escalation
from reports.mail import to_bytes
from reports.notices import escalation_notice
from smarketing.domain.acts import LADDER
from smarketing.domain.calendar import instant
from smarketing.domain.channels import Channel, Occasion
from smarketing.domain.messages import Message
from smarketing.domain.metrics import CATALOGUE
from smarketing.services.agreements.ladders import when_text
from smarketing.services.channels import rooms
from smarketing.services.channels.data import escalation_data
from smarketing.services.leads.queue import cell_titles, lead_name
from smarketing.services.people.policy import Action, may, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from email.headerregistry import Address

    from reports.mail import Envelope
    from smarketing.services.conclusions.book import Book
    from smarketing.services.mail_link.tokens import AnswerUrl, Link
    from smarketing.services.people.people import Person

KIND: Final = LADDER

NEWS: Final = timedelta(days=1)
"""How long a mail about something late is of use."""


@dataclass(frozen=True)
class Run:
    """What is the same for all that one run does.

    Attributes:
        book: The agreements in force.
        envelope: Returns the head of the mail to an address; its Message-ID depends on the dedupe
            key alone.
        now: Decides what is due.
        base_url: Of the portal, without a slash at the end.
        told_until: Of steps that were due until then nobody is told any more; None: of all of them.
        answer: Returns where a lead is answered without signing in; None: nowhere.
        rooms: The channels that are told, too.
    """

    book: Book
    envelope: Callable[[str, Address], Envelope]
    now: datetime
    base_url: str
    told_until: datetime | None = field(default=None, kw_only=True)
    answer: AnswerUrl | None = field(default=None, kw_only=True)
    rooms: rooms.Rooms = field(default_factory=rooms.Rooms, kw_only=True)


class Told(NamedTuple):
    """That a step of a clock tells one recipient.

    Attributes:
        row: The clock and its lead, as `Owing.owed` has them.
        holder: Name of who had it when the step was taken; None: nobody.
        given_to: Name of who got it; empty: the team; None: it stays where it is.
        reader: Who is told; None: a contact without an account.
        answer: The link by which they answer the lead; None: it is not theirs to answer.
    """

    row: dict[str, Any]
    recipient: Address | Channel
    step: int
    holder: str | None
    given_to: str | None
    reader: Person | None = None
    answer: Link | None = None

    @property
    def claim(self) -> tuple[int, int, int, str]:
        """Return what is told of (lead, commitment, cycle), and to whom."""
        row = self.row
        return row["lead_id"], row["commitment_id"], row["cycle"], row["address"]


def mails_of(parts: Iterable[Sequence[Told]], run: Run) -> list[Message]:
    """Return the messages of a run, one for each part: what one step tells one recipient."""
    return [_message(part, run) for part in parts]


def _message(part: Sequence[Told], run: Run) -> Message:
    in_order = sorted(part, key=lambda one: (one.row["due_at"], one.row["lead_id"]))
    claims = tuple(one.claim for one in in_order)
    recipient, step = in_order[0].recipient, in_order[0].step
    digest = sha256(repr((step, claims)).encode()).hexdigest()[:24]
    key = f"{KIND}:{digest}"
    escalation = _escalation(in_order, run)
    last = max(lead.due_at for lead in escalation.leads)
    expires_at = last if last > run.now else run.now + NEWS
    if isinstance(recipient, Channel):
        laddered = run.book.ladders[in_order[0].row["commitment_id"]]
        data = escalation_data(laddered, step, [one.row for one in in_order], escalation.leads)
        notice = escalation_notice(escalation)
        told = rooms.Told(Occasion.ESCALATION, notice, data, run.now, expires_at)
        return run.rooms.message(recipient, key, told)
    return _mail(recipient, key, escalation, run, expires_at)


def _mail(
    recipient: Address, key: str, escalation: Escalation, run: Run, expires_at: datetime
) -> Message:
    head = run.envelope(key, recipient)
    rendered = render_escalation(escalation)
    return Message(
        dedupe_key=key,
        kind=KIND,
        recipient=recipient.addr_spec,
        subject=rendered.subject,
        message_id=head["message_id"],
        mime=to_bytes(rendered, **head),
        not_before=run.now,
        expires_at=expires_at,
        created_at=run.now,
    )


def _escalation(part: Sequence[Told], run: Run) -> Escalation:
    laddered = run.book.ladders[part[0].row["commitment_id"]]
    commitment, agreement = laddered.commitment, laddered.agreement
    step = commitment.ladder[part[0].step]
    return Escalation(
        leads=tuple(_lead(one, run) for one in part),
        now=run.now,
        zone=laddered.calendars[step.in_calendar].timezone,
        done=CATALOGUE[commitment.metric].done,
        party=agreement.parties[commitment.by].title,
        agreement=agreement.title,
        commitment=commitment.title,
        when=when_text(step),
        queue_url=f"{run.base_url}/queue" if _sees_queue(part[0]) else "",
    )


def _lead(one: Told, run: Run) -> EscalatedLead:
    row = one.row
    segment, tier = cell_titles(row, run.book)
    return EscalatedLead(
        name=lead_name(row),
        company=row["company"],
        phone=row["phone"],
        segment=segment,
        tier=tier,
        started_at=instant(row["started_at"]),
        due_at=instant(row["due_at"]),
        holder=one.holder,
        given_to=one.given_to,
        # A page that the reader may not open is no help to them: the facts stand in the mail.
        url=f"{run.base_url}/leads/{row['lead_id']}" if _sees(one) else "",
        answer_url=run.answer(one.answer) if run.answer and one.answer else "",
    )


def _sees_queue(one: Told) -> bool:
    """Return whether the reader may open the queue; who reads a channel has an account."""
    if isinstance(one.recipient, Channel):
        return True
    return one.reader is not None and may(one.reader, Action.SEE_QUEUE)


def _sees(one: Told) -> bool:
    """Return whether the reader may open the page of the lead; as `_sees_queue`."""
    if isinstance(one.recipient, Channel):
        return True
    reader, action = one.reader, Action.SEE_LEADS
    return reader is not None and may(reader, action) and scope_of(reader, action).has(one.row)
