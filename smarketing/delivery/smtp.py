"""Mail by SMTP in two phases: everything but the final dot, then the dot.

Before the dot every failure is definite: nothing was delivered. From the dot to its answer
nobody knows (RFC 1047), so the caller is asked right before it, and the wait for the answer is
long: a short one makes doubles. A connection is given up without QUIT once a body was begun,
because QUIT would become part of it.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Final

from smarketing.delivery.errors import (
    DoubtfulError,
    LeaseLostError,
    RefusedError,
    UnreachableError,
)
from smarketing.delivery.server import Encryption

if TYPE_CHECKING:
    from collections.abc import Callable

    from smarketing.delivery.server import SmtpServer
    from smarketing.domain.messages import Claimed

_TIMEOUT_S: Final = 30.0
_DOT_TIMEOUT_S: Final = 600.0
"""RFC 5321 section 4.5.3.2.6: ten minutes for the answer to the final dot."""

_OK: Final = 250
_FORWARDED: Final = 251
_GO_AHEAD: Final = 354
_TEMPORARY: Final = 400
_ABOUT_US: Final = frozenset({421, 530})
"""Answers to any command that hold for every message: closing down, log in first."""
_PERMANENT: Final = 500
_NO_MAILBOX: Final = frozenset({550, 551, 553})
_LONGEST_REPLY: Final = 500


class SmtpTransport:
    """Hands messages in at a server, over one connection until `close`.

    Args:
        server: Where.
        sender: The bare address for MAIL FROM; its domain is what we say in EHLO.
        context: Which certificates are trusted; None: those of the system.
        timeout: Seconds for any answer but that to the dot.
        dot_timeout: Seconds for the answer to the dot.
    """

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        *,
        context: ssl.SSLContext | None = None,
        timeout: float = _TIMEOUT_S,
        dot_timeout: float = _DOT_TIMEOUT_S,
    ) -> None:
        self._server = server
        self._sender = sender
        self._context = context
        self._timeout = timeout
        self._dot_timeout = dot_timeout
        self._connection: smtplib.SMTP | None = None

    def send(self, message: Claimed, before_dot: Callable[[], bool]) -> str:
        """Hand a message in; return the server's answer to the dot.

        Raises:
            RefusedError: This message was not taken.
            UnreachableError: The server takes nothing.
            DoubtfulError: The connection was lost after the dot.
            LeaseLostError: `before_dot` returned False.
        """
        connection = self._connection = self._connection or self._connect()
        with ExitStack() as unless_done:
            unless_done.callback(self._abort)
            try:
                self._envelope(connection, message)
                connection.send(_stuffed(message.mime))
            except RefusedError:
                if _reset(connection):
                    unless_done.pop_all()
                raise
            except (smtplib.SMTPException, OSError) as error:
                # This message alone: if it is the server, the next connection will tell.
                raise RefusedError(self._said(error), permanent=False) from error
            if not before_dot():
                raise LeaseLostError("another drain has taken the message")
            reply = self._dot(connection)
            unless_done.pop_all()
        return reply

    def close(self) -> None:
        """Take leave of the server."""
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
        self._abort()

    def _abort(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _envelope(self, connection: smtplib.SMTP, message: Claimed) -> None:
        """Go through MAIL, RCPT and DATA, until the server awaits the body."""
        code, text = connection.mail(self._sender, _options(connection, message))
        if code != _OK:  # it is about us, not about this message
            raise UnreachableError(self._said(_spoken(code, text)))
        code, text = connection.rcpt(message.recipient)
        self._expect({_OK, _FORWARDED}, code, text, is_about_recipient=True)
        code, text = connection.docmd("DATA")
        self._expect({_GO_AHEAD}, code, text)

    def _dot(self, connection: smtplib.SMTP) -> str:
        try:
            if connection.sock is not None:
                connection.sock.settimeout(self._dot_timeout)
            connection.send(b".\r\n")
            code, text = connection.getreply()
            if connection.sock is not None:
                connection.sock.settimeout(self._timeout)
        except (smtplib.SMTPException, OSError) as error:
            raise DoubtfulError(
                f"the connection was lost before the server's last answer ({self._said(error)}): "
                "it may have arrived"
            ) from error
        if code >= _TEMPORARY:
            raise RefusedError(_spoken(code, text), permanent=code >= _PERMANENT)
        if code != _OK:
            raise DoubtfulError(f"the server's last answer is unknown: {_spoken(code, text)}")
        return _spoken(code, text)

    def _expect(
        self, expected: set[int], code: int, text: bytes, *, is_about_recipient: bool = False
    ) -> None:
        if code in _ABOUT_US:
            raise UnreachableError(self._said(_spoken(code, text)))
        if code not in expected:
            bounced = is_about_recipient and _is_unknown(code, text)
            raise RefusedError(_spoken(code, text), permanent=code >= _PERMANENT, bounced=bounced)

    def _connect(self) -> smtplib.SMTP:
        """Return a connection, encrypted and logged in as the server's URL asks."""
        try:
            connection = self._open()
        except (smtplib.SMTPException, OSError) as error:
            raise UnreachableError(self._said(error)) from error
        with ExitStack() as unless_ready:
            unless_ready.callback(connection.close)
            try:
                connection.ehlo_or_helo_if_needed()
                self._encrypt(connection)
                if self._server.user:
                    connection.login(self._server.user, self._server.password)
            except (smtplib.SMTPException, OSError) as error:
                raise UnreachableError(self._said(error)) from error
            unless_ready.pop_all()
        return connection

    def _open(self) -> smtplib.SMTP:
        # Without a name of its own smtplib asks the DNS for one, which may take long.
        name = self._sender.rpartition("@")[2]
        host, port = self._server.host, self._server.port
        if self._server.encryption is not Encryption.TLS:
            return smtplib.SMTP(host, port, name, self._timeout)
        return smtplib.SMTP_SSL(host, port, name, timeout=self._timeout, context=self._trust())

    def _encrypt(self, connection: smtplib.SMTP) -> None:
        encryption = self._server.encryption
        if encryption in {Encryption.TLS, Encryption.NEVER}:
            return
        if connection.has_extn("starttls"):
            connection.starttls(context=self._trust())
            connection.ehlo_or_helo_if_needed()
        elif encryption is Encryption.REQUIRED:
            raise UnreachableError(self._said("offers no STARTTLS, which the settings require"))
        elif self._server.user:
            raise UnreachableError(
                self._said("offers no STARTTLS; the password is not sent in clear")
            )

    def _trust(self) -> ssl.SSLContext:
        return self._context or ssl.create_default_context()

    def _said(self, what: str | Exception) -> str:
        """Return a sentence that begins with the server's name."""
        if isinstance(what, smtplib.SMTPResponseException):
            text = what.smtp_error
            what = _spoken(what.smtp_code, text if isinstance(text, bytes) else text.encode())
        return f"{self._server.host}:{self._server.port}: {what}"[:_LONGEST_REPLY]


def _is_unknown(code: int, text: bytes) -> bool:
    """Return whether an answer to RCPT says that there is no such mailbox, and will be none.

    The enhanced code decides where there is one: 5.1.x is about the address, and 5.2.1 about a
    mailbox that was shut; a full one (5.2.2) or a policy (5.7.x) may be another next week (RFC
    3463). Without one it is 550, 551 and 553 (RFC 5321 section 4.2.3).
    """
    enhanced = re.match(rb"(\d)\.(\d{1,3})\.(\d{1,3})\b", text)
    if enhanced:
        return enhanced.group(1, 2) == (b"5", b"1") or enhanced.group() == b"5.2.1"
    return code in _NO_MAILBOX


def _options(connection: smtplib.SMTP, message: Claimed) -> list[str]:
    options = []
    if not message.recipient.isascii():
        if not connection.has_extn("smtputf8"):
            raise RefusedError("the server takes no address beyond ASCII", permanent=True)
        options.append("SMTPUTF8")
    if not message.mime.isascii() and connection.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    return options


def _reset(connection: smtplib.SMTP) -> bool:
    """Make ready for the next message; False: the connection is of no more use."""
    try:
        return connection.rset()[0] == _OK
    except (smtplib.SMTPException, OSError):
        return False


def _stuffed(mime: bytes) -> bytes:
    """Return the body with lines ended by CRLF and their leading dots doubled."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", mime)
    ended = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended)


def _spoken(code: int, text: bytes) -> str:
    said = " ".join(text.decode("utf-8", errors="replace").split())
    return f"{code} {said}"[:_LONGEST_REPLY]
