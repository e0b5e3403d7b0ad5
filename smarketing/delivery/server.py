"""The mail server that an installation sends through, as its URL names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_EXAMPLE: Final = "smtp://user:password@mail.example.com:587?starttls=required"


class Encryption(StrEnum):
    """How the connection is protected."""

    TLS = "tls"
    """From the first byte (smtps://)."""
    REQUIRED = "required"
    """STARTTLS, or nothing is sent."""
    OPTIONAL = "optional"
    """STARTTLS where it is offered."""
    NEVER = "never"
    """In clear, the password too."""


_PORTS: Final = {
    Encryption.TLS: 465,
    Encryption.REQUIRED: 587,
    Encryption.OPTIONAL: 25,
    Encryption.NEVER: 25,
}


@dataclass(frozen=True)
class SmtpServer:
    """Where mail is handed in.

    Attributes:
        user: Empty: no login.
    """

    host: str
    port: int
    encryption: Encryption
    user: str = ""
    password: str = field(default="", repr=False)


def parse_server(url: str) -> SmtpServer:
    """Return the server that a URL names; user and password are percent-decoded.

    Without `starttls=` it is required where there is a user, so that no password travels in
    clear unless somebody asks for `starttls=never`; else it is optional.

    Raises:
        ValueError: A sentence that says what is wrong, without the password.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError(f"is no address. Write it as {_EXAMPLE}") from None
    if parts.scheme not in {"smtp", "smtps"}:
        raise ValueError(f"begins with neither smtp:// nor smtps://. Write it as {_EXAMPLE}")
    if not parts.hostname:
        raise ValueError(f"names no host. Write it as {_EXAMPLE}")
    if parts.path.strip("/") or parts.fragment:
        raise ValueError(
            "has something after the host and port. Percent-encode / # and ? in the password "
            "(%2F, %23, %3F)"
        )
    encryption = _encryption(parts)
    return SmtpServer(
        host=parts.hostname,
        port=_port(parts) or _PORTS[encryption],
        encryption=encryption,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError(
            "has a port that is no number from 1 to 65535. Usual are 587 (smtp://) and 465 "
            "(smtps://); percent-encode : and @ in the password (%3A, %40)"
        )
    return port


def _encryption(parts: SplitResult) -> Encryption:
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    asked = query.pop("starttls", None)
    if query:
        raise ValueError(f"has an unknown option {next(iter(query))!r}. The one option is starttls")
    if parts.scheme == "smtps":
        if asked is not None:
            raise ValueError("asks for starttls on smtps://, which is encrypted already. Drop it")
        return Encryption.TLS
    if asked is None:
        return Encryption.REQUIRED if parts.username else Encryption.OPTIONAL
    if asked not in {"required", "optional", "never"}:
        raise ValueError(f"has starttls={asked}. Write required, optional or never")
    return Encryption(asked)
