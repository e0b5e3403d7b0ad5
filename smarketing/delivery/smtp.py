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
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smarketing.delivery.dialogue import (
    Dialogue,
    EncryptedDialogue,
    LateError,
    LeavingError,
    spoken,
    words_of,
)
from smarketing.delivery.errors import (
    DoubtfulError,
    LeaseLostError,
    RefusedError,
    UnreachableError,
)
from smarketing.delivery.refusals import recipient_error
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
_LOG_IN_FIRST: Final = 530
_PERMANENT: Final = 500
_NOT_ASCII: Final = (
    "was not logged in at: the user and the password of the settings may have no letters beyond "
    "ASCII"
)


@dataclass(frozen=True)
class Looked:
    """What a server offers.

    Attributes:
        tls: As `TLSv1.3`; None: in clear.
        largest: Bytes of the largest message that it takes; None: it names no limit.
        takes_any_address: Also those beyond ASCII.
    """

    tls: str | None
    largest: int | None
    takes_any_address: bool


class SmtpTransport:
    """Hands messages in at a server, over one connection until `close`.

    Args:
        server: Where.
        sender: The bare address for MAIL FROM; its domain is what we say in EHLO.
        context: Which certificates are trusted; None: those of the system.
        timeout: Seconds for any answer, as a whole, but that to the dot.
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
        self._connection: Dialogue | None = None

    def send(self, message: Claimed, before_dot: Callable[[], bool]) -> str:
        """Hand a message in; return the server's answer to the dot.

        Raises:
            RefusedError: This message was not taken.
            UnreachableError: The server takes nothing, or went away over this message.
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
            except (LeavingError, LateError, TimeoutError) as error:
                raise UnreachableError(self._said(words_of(error)), over_message=True) from error
            except (smtplib.SMTPException, OSError) as error:
                # This message alone: if it is the server, the next connection will tell.
                raise RefusedError(self._said(words_of(error)), permanent=False) from error
            if not before_dot():
                raise LeaseLostError("another drain has taken the message")
            reply = self._dot(connection)
            unless_done.pop_all()
        return reply

    def look(self) -> Looked:
        """Return what the server offers, once connected, encrypted and logged in.

        Raises:
            UnreachableError: One of these failed.
        """
        connection = self._connection = self._connection or self._connect()
        size = connection.esmtp_features.get("size", "")
        return Looked(
            tls=connection.sock.version() if isinstance(connection.sock, ssl.SSLSocket) else None,
            largest=int(size) if size.isdecimal() and int(size) else None,
            takes_any_address=connection.has_extn("smtputf8"),
        )

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

    def _envelope(self, connection: Dialogue, message: Claimed) -> None:
        """Go through MAIL, RCPT and DATA, until the server awaits the body."""
        self._mail(connection, _options(connection, message))
        code, text = connection.rcpt(message.recipient)
        self._expect({_OK, _FORWARDED}, f"refused {message.recipient}", code, text, to_rcpt=True)
        code, text = connection.docmd("DATA")
        self._expect({_GO_AHEAD}, "refused the message", code, text)

    def _mail(self, connection: Dialogue, options: list[str]) -> None:
        """Say who it comes from; whatever is wrong then is about us, not about a message."""
        try:
            code, text = connection.mail(self._sender, options)
        except (LeavingError, LateError) as error:
            raise UnreachableError(self._said(words_of(error))) from error
        if code != _OK:
            sender = f"refused the sender {self._sender}: {spoken(code, text)}"
            raise UnreachableError(self._said(sender))

    def _dot(self, connection: Dialogue) -> str:
        connection.timeout = self._dot_timeout
        text: bytes | str
        try:
            if connection.sock is not None:
                connection.sock.settimeout(self._dot_timeout)
            connection.send(b".\r\n")
            code, text = connection.getreply()
        except LeavingError as error:
            code, text = error.smtp_code, error.smtp_error
        except (smtplib.SMTPException, OSError) as error:
            raise DoubtfulError(
                f"{self._said(words_of(error))} after it had the whole message, before it said "
                "whether it takes it: it may have arrived"
            ) from error
        connection.timeout = self._timeout
        if code >= _TEMPORARY:
            refused = f"refused the message: {spoken(code, text)}"
            raise RefusedError(self._said(refused), permanent=code >= _PERMANENT)
        if code != _OK:
            unknown = f"said {spoken(code, text)} to the whole message"
            raise DoubtfulError(f"{self._said(unknown)}: it may have arrived")
        if connection.sock is not None:
            connection.sock.settimeout(self._timeout)
        return spoken(code, text)

    def _expect(
        self, expected: set[int], refused: str, code: int, text: bytes, *, to_rcpt: bool = False
    ) -> None:
        if code in expected:
            return
        said = self._said(f"{refused}: {spoken(code, text)}")
        if code == _LOG_IN_FIRST:  # it holds for every message
            raise UnreachableError(said)
        if to_rcpt and code >= _PERMANENT:
            raise recipient_error(said, code, text)
        raise RefusedError(said, permanent=code >= _PERMANENT)

    def _connect(self) -> Dialogue:
        """Return a connection, encrypted and logged in as the server's URL asks."""
        with ExitStack() as unless_ready:
            try:
                connection = self._open()
                unless_ready.callback(connection.close)
                connection.ehlo_or_helo_if_needed()
                self._encrypt(connection)
                if self._server.user:
                    self._log_in(connection)
            except (smtplib.SMTPException, OSError, UnicodeError) as error:
                raise UnreachableError(self._said(words_of(error))) from error
            unless_ready.pop_all()
        return connection

    def _open(self) -> Dialogue:
        # Without a name of its own smtplib asks the DNS for one, which may take long.
        name = self._sender.rpartition("@")[2]
        host, port = self._server.host, self._server.port
        if self._server.encryption is not Encryption.TLS:
            return Dialogue(host, port, name, self._timeout)
        return EncryptedDialogue(host, port, name, timeout=self._timeout, context=self._trust())

    def _encrypt(self, connection: Dialogue) -> None:
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

    def _log_in(self, connection: Dialogue) -> None:
        user = self._server.user
        try:
            connection.login(user, self._server.password)
        except smtplib.SMTPAuthenticationError as error:
            answer = spoken(error.smtp_code, error.smtp_error)
            refused = f"refused the login of {user}: {answer}"
            raise UnreachableError(self._said(refused)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise UnreachableError(
                self._said(f"offers no login, but the settings name the user {user}")
            ) from error
        except (LeavingError, smtplib.SMTPServerDisconnected):
            raise
        except UnicodeEncodeError:  # without its cause, which quotes the password
            raise UnreachableError(self._said(_NOT_ASCII)) from None
        except (smtplib.SMTPException, ValueError) as error:
            raise UnreachableError(
                self._said(f"and we found no way to log in as {user}: {error}")
            ) from error

    def _trust(self) -> ssl.SSLContext:
        return self._context or ssl.create_default_context()

    def _said(self, what: str) -> str:
        """Return a sentence that begins with the server's name."""
        return f"{self._server.host}:{self._server.port} {what}"


def _options(connection: Dialogue, message: Claimed) -> list[str]:
    options = []
    if not message.recipient.isascii():
        if not connection.has_extn("smtputf8"):
            raise RefusedError("the server takes no address beyond ASCII", permanent=True)
        options.append("SMTPUTF8")
    if not message.mime.isascii() and connection.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    return options


def _reset(connection: Dialogue) -> bool:
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
