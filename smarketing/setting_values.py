"""What each setting may hold: a check a setting, which returns the value.

A `ValueError` is the rest of a sentence that begins with the setting's name, and says how to
mend it; it never repeats a password.
"""

from __future__ import annotations

from difflib import get_close_matches
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from smarketing.delivery.server import parse_server
from smarketing.domain.mail_domains import ascii_domain
from smarketing.domain.messages import KINDS

BACKUPS: Final = ("nightly", "off")
_SHORTEST_KEY: Final = 32
EMAIL_LINKS: Final = ("button", "login_required", "off")
_DATABASES: Final = ("sqlite:///", "postgresql+psycopg://")


def timezone(name: str) -> str:
    """Return an IANA name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = next(iter(get_close_matches(name, available_timezones(), n=1)), "Europe/Berlin")
        raise ValueError(f"is {name!r}, which is no time zone. Write one such as {near}") from None
    return name


def database_url(url: str) -> str:
    """Return the address of a database that we know to drive."""
    if not url.startswith(_DATABASES) or url == _DATABASES[0]:
        raise ValueError(
            "is no database address. Write sqlite:///path/to/smarketing.db or "
            "postgresql+psycopg://user:password@host:5432/name"
        )
    try:
        _ = urlsplit(url).port
    except ValueError:
        raise ValueError(
            "has a port that is no number. Percent-encode : and @ in the password (%3A, %40)"
        ) from None
    return url


def smtp_url(url: str) -> str:
    """Return the URL of a mail server."""
    parse_server(url)
    return url


def secret_key(key: str) -> str:
    """Return a key that nobody guesses."""
    if len(key) < _SHORTEST_KEY:
        raise ValueError(
            f"is shorter than {_SHORTEST_KEY} characters. Leave it out (one is made and kept), or "
            "take the output of: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return key


def secret_keys(keys: str) -> str:
    """Return keys that nobody guesses, between blanks or commas."""
    for key in keys.replace(",", " ").split():
        secret_key(key)
    return keys


def email_link(choice: str) -> str:
    """Return what the link in a mail about a lead is for."""
    if choice not in EMAIL_LINKS:
        raise ValueError(f"is {choice!r}. Write one of {', '.join(EMAIL_LINKS)}")
    return choice


def base_url(url: str) -> str:
    """Return the address of the portal, without a slash at the end."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if not whole or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(
            f"is {url!r}, which is no address of a portal. Write it as "
            "https://smarketing.example.com"
        )
    return url.rstrip("/")


def heartbeat_url(url: str) -> str:
    """Return the address that a service for such watches gave."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(
            "is no web address. Write the one that your monitoring gave, as https://hc-ping.com/..."
        )
    return url


def backup(text: str) -> str:
    """Return when backups are made."""
    if text not in BACKUPS:
        raise ValueError(f"is {text!r}. Write {' or '.join(BACKUPS)}")
    return text


def kinds(text: str) -> str:
    """Return kinds of messages, with commas between them; none is allowed."""
    unknown = sorted(set(kinds_of(text)) - set(KINDS))
    if unknown:
        raise ValueError(
            f"names {', '.join(unknown)}, which is no kind of message. Known are "
            f"{', '.join(KINDS)}; write some of them with commas, or nothing"
        )
    return text


def kinds_of(text: str) -> tuple[str, ...]:
    """Return the kinds that a text names."""
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def mail_from(text: str) -> str:
    """Return a sender."""
    try:
        address(text)
    except (ValueError, IndexError):
        raise ValueError(
            f"is {text!r}, which is no sender. Write it as Name <name@example.com>"
        ) from None
    return text


def mailbox(text: str) -> str:
    """Return a bare e-mail address."""
    try:
        found = address(text)
    except (ValueError, IndexError):
        found = None
    if found is None or found.addr_spec != text or "?" in text:
        raise ValueError(f"is {text!r}, which is no address. Write it as stop@example.com")
    return text


def address(text: str) -> Address:
    """Return `Name <name@example.com>` as an address, its domain as mail servers know it.

    Raises:
        ValueError: It is none.
    """
    if not text.isprintable():
        raise ValueError("a line break or control character")
    name, spec = parseaddr(text)
    found = Address(display_name=name, addr_spec=spec)
    domain = ascii_domain(found.domain)
    if not (found.username and domain):
        raise ValueError("no @, or a domain that is none")
    return Address(found.display_name, found.username, domain)
