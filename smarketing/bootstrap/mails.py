"""The mails of an installation: their heads, and the weekly report."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid5

from reports.locales import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from email.headerregistry import Address

    from reports.digest import Digest
    from reports.mail import Envelope, RenderedDigest
    from smarketing.bootstrap.house import House
    from smarketing.delivery.ports import Transport
    from smarketing.domain.weeks import Week
    from smarketing.services.mail_link.tokens import Link


def mail_transport(house: House) -> Transport:
    """Return the way out of mails: to the server of the settings, or into files without one."""
    from smarketing.delivery.files import FileTransport
    from smarketing.delivery.smtp import SmtpTransport

    settings = house.settings
    if settings.smtp is None:
        return FileTransport(settings.outbox)
    return SmtpTransport(settings.smtp, settings.sender.addr_spec)


def week_digest(
    house: House, week: Week, audience: str, now: datetime, *, as_of: datetime | None = None
) -> Digest:
    """Return the numbers of one week's report for an audience; writes nothing.

    Whoever makes a report catches up before; who only looks sees the breaches that are recorded.
    """
    from reports.digest import Audience
    from smarketing.bootstrap.house import leads_known_until, statement_sources
    from smarketing.services.digest.digest import digest

    return digest(
        house.history,
        house.sources,
        house.book(),
        audience=Audience(audience),
        week=week,
        as_of=as_of,
        generated_at=now,
        base_url=house.settings.base_url,
        known_until=lambda month: leads_known_until(house, month, as_of),
        breaches=house.breach_shelf,
        statements=statement_sources(house),
    )


def rendered_digest(
    house: House,
    week: Week,
    audience: str,
    now: datetime,
    *,
    as_of: datetime | None = None,
    locale: str = DEFAULT,
) -> RenderedDigest:
    """Return one week's report for an audience; draws the charts."""
    from reports.mail import render_digest
    from smarketing.bootstrap.house import catch_up

    catch_up(house, now)
    return render_digest(week_digest(house, week, audience, now, as_of=as_of), locale)


def envelope(
    house: House, key: str, now: datetime, recipient: Address | None = None, what: str = "digest"
) -> Envelope:
    """Return the head of a mail.

    Args:
        house: The installation.
        key: Makes the Message-ID the same each time.
        now: The date of the mail.
        recipient: None: the installation itself, for a report that is only written.
        what: Kind of mail that a reader may sort by.
    """
    settings = house.settings
    domain = urlsplit(settings.base_url).hostname or "localhost"
    unique = uuid5(settings.load_installation_id(), key)
    return {
        "sender": settings.sender,
        "recipient": recipient or settings.sender,
        "message_id": f"<{unique}@{domain}>",
        "date": now,
        "list_id": f"{what}.{domain}",
    }


def alert_envelope(
    house: House, key: str, now: datetime, recipient: Address, *, has_account: bool = True
) -> Envelope:
    """Return the head of a mail about a lead: on the account's page such mails are stopped.

    A contact of an agreement who has no account is offered no such page.
    """
    head = envelope(house, key, now, recipient, "alert")
    if has_account:
        head["unsubscribe_url"] = f"{house.settings.base_url}/account"
        head["one_click"] = False
    return head


def answer_url(house: House) -> Callable[[Link], str] | None:
    """Return what makes the link by which a lead is answered from a mail.

    None: there is no such link; a mail leads to the page of the lead, behind the door.
    """
    from smarketing.services.mail_link.tokens import LinkSigner

    settings = house.settings
    if settings.email_link != "button":
        return None
    signer = LinkSigner(settings.load_signing_keys())
    return lambda link: f"{settings.base_url}/a/{signer.token(link)}"
