"""`smarketing mail`: try the way that mails go, and say what to mend."""

from __future__ import annotations

import sys
from secrets import token_hex
from typing import TYPE_CHECKING, Final

import click

from smarketing.cli.main import FAILED
from smarketing.cli.parts import house, json_option, now, put_json, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.headerregistry import Address

    from smarketing.bootstrap import House
    from smarketing.delivery.sender_records import Told
    from smarketing.settings import Settings

_LARGEST_MAIL: Final = 600_000
"""Twice what a weekly report may have: whatever else a way adds to it."""
_SAID: Final = {True: "OK     ", False: "TO MEND", None: "UNKNOWN"}


@click.group("mail")
def mail_command() -> None:
    """Try the way that mails go, and say what to mend."""


@mail_command.command("test")
@click.argument("address")
def try_out(address: str) -> None:
    """Send one small mail to ADDRESS, now, and print the other side's last answer.

    It goes the way that the settings name, past the outbox: nothing that waits there is sent.
    Exit 1 when it was not taken.
    """
    from smarketing.delivery.errors import DeliveryError
    from smarketing.setting_values import address as address_of

    home = house()
    try:
        recipient = address_of(address)
    except (ValueError, IndexError):
        raise click.UsageError(f"{address!r} is no address; write it as ada@company.com") from None
    say(f"{way(home.settings)}, from {home.settings.sender}")
    try:
        click.echo(_sent(home, recipient))
    except DeliveryError as error:
        say(f"not taken: {error}")
        sys.exit(FAILED)
    if home.settings.smtp:
        say(f"taken; see whether it arrives at {recipient.addr_spec}, and whether in the inbox")


@mail_command.command("doctor")
@click.option("--dkim-selector", default="", help="Under which your mail server signs.")
@json_option
def look(dkim_selector: str, *, as_json: bool) -> None:
    """Look at the settings, the mail server and the sender's domain; send nothing.

    Exit 1 when something is to be mended.
    """
    home = house()
    lines = list(_looked(home.settings, dkim_selector))
    if as_json:
        put_json([line._asdict() for line in lines])
    else:
        for what, ok, said in lines:
            click.echo(f"{_SAID[ok]}  {what}: {said}")
    if any(line.ok is False for line in lines):
        sys.exit(FAILED)


def way(settings: Settings) -> str:
    """Return in a few words where mails go."""
    if settings.smtp is None:
        return f"to a file in {settings.outbox} (SMARKETING_SMTP_URL is not set)"
    return f"by {settings.smtp.host}:{settings.smtp.port}"


def _sent(home: House, recipient: Address) -> str:
    """Return the last answer to a test mail."""
    from reports.trial import trial_mail
    from smarketing.bootstrap import envelope, mail_transport
    from smarketing.domain.messages import Claimed

    key = f"test:{token_hex(8)}"
    head = envelope(home, key, now(), recipient)
    message = Claimed(
        id=0, token="", dedupe_key=key, recipient=head["recipient"].addr_spec,
        mime=trial_mail(home.settings.base_url, head), attempts=1,
    )  # fmt: skip
    transport = mail_transport(home)
    try:
        return transport.send(message, lambda: True)
    finally:
        transport.close()


def _looked(settings: Settings, selector: str) -> Iterator[Told]:
    from smarketing.delivery.sender_records import Told, ask_dns, sender_records

    domain = settings.sender.domain
    local = domain == "localhost" or "." not in domain
    mend = "set SMARKETING_MAIL_FROM to an address of your own domain"
    told = f"{settings.sender.addr_spec}{f': {mend}' if local else ''}"
    yield Told("sender", not local, told)
    if settings.base_url.startswith("http://127.0.0.1"):
        yield Told(
            "links", ok=False,
            said=f"lead to {settings.base_url}, which nobody else can open: set "
            "SMARKETING_BASE_URL to the address of the portal",
        )  # fmt: skip
    else:
        yield Told("links", ok=True, said=f"lead to {settings.base_url}")
    yield from _server(settings)
    if not local:
        yield from sender_records(domain, selector, ask_dns)


def _server(settings: Settings) -> Iterator[Told]:
    from smarketing.delivery.errors import UnreachableError
    from smarketing.delivery.sender_records import Told
    from smarketing.delivery.smtp import SmtpTransport

    if settings.smtp is None:
        told = "none: mails become files; set SMARKETING_SMTP_URL to send them"
        yield Told("mail server", ok=False, said=told)
        return
    transport = SmtpTransport(settings.smtp, settings.sender.addr_spec)
    try:
        found = transport.look()
    except UnreachableError as error:
        yield Told("mail server", ok=False, said=f"{error}")
        return
    finally:
        transport.close()
    logged_in = f", logged in as {settings.smtp.user}" if settings.smtp.user else ", without login"
    yield Told("mail server", ok=True, said=f"{way(settings)[3:]} answers{logged_in}")
    in_clear = "in clear: take a server with TLS, and starttls=required in SMARKETING_SMTP_URL"
    yield Told("encryption", bool(found.tls), found.tls or in_clear)
    yield _size(found.largest)


def _size(largest: int | None) -> Told:
    from smarketing.delivery.sender_records import Told

    if largest is not None and largest < _LARGEST_MAIL:
        said = f"takes {largest:,} bytes, and a weekly report may have {_LARGEST_MAIL:,}: raise it"
        return Told("size", ok=False, said=said)
    return Told("size", ok=True, said=f"{largest:,} bytes" if largest else "the server names none")
