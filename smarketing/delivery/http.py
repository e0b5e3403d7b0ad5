"""One careful way to post a few kilobytes to an address that somebody configured.

The connection goes to an address that the guard let pass and to nothing else: no redirect is
followed, no proxy is taken from the environment. TLS still asks for a certificate of the host's
name. An answer may not take longer, nor be longer, than is of use. Neither a body nor the path of
an address, which holds the key of a chat's hook, ever stands in a message.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from smarketing.delivery.errors import DoubtfulError, LeaseLostError, UnreachableError
from smarketing.delivery.guard import addresses_to_connect, system_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from smarketing.delivery.guard import Resolve

_CONNECT_S: Final = 5.0
_ANSWER_S: Final = 15.0
"""As Standard Webhooks asks of senders; twenty that hang fit into the lease of a drain."""
_MOST_READ: Final = 4096
_MOST_SAID: Final = 200
_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Answer:
    """What the other side said.

    Attributes:
        said: The first words of its body, on one line.
        retry_after: Its `Retry-After`, as it stands there.
    """

    status: int
    said: str
    retry_after: str | None


@dataclass(frozen=True)
class Place:
    """Where a request goes, as a URL names it."""

    encrypted: bool
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        """Return host and port: the path is a secret."""
        return f"{self.host}:{self.port}"


def place_of(url: str) -> Place:
    """Return where a URL leads.

    Raises:
        ValueError: A sentence that says what is wrong, without the URL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("is no address; write it as https://host/path") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("is no address; write it as https://host/path")
    if parts.username or parts.password:
        raise ValueError("holds a user or a password, which are not sent; leave them out")
    if not url.isascii() or any(sign.isspace() for sign in url):
        raise ValueError("has a space or a sign beyond ASCII; percent-encode it")
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return Place(parts.scheme == "https", parts.hostname, port or _PORTS[parts.scheme], path)


class HttpSender:
    """Posts messages, each over a connection of its own.

    Args:
        resolve: Looks up the addresses of a host.
        context: Which certificates are trusted; None: those of the system.
        connect_s: Seconds for the connection to one address.
        answer_s: Seconds from the connection to the end of the answer, however slowly it drips.
    """

    def __init__(
        self,
        resolve: Resolve = system_addresses,
        *,
        context: ssl.SSLContext | None = None,
        connect_s: float = _CONNECT_S,
        answer_s: float = _ANSWER_S,
    ) -> None:
        self._resolve = resolve
        self._context = context
        self._connect_s = connect_s
        self._answer_s = answer_s

    def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        before_dot: Callable[[], bool],
        *,
        allow_private: bool = False,
    ) -> Answer:
        """Post a body; return the answer, whatever its status.

        Args:
            url: Where; `https` unless `allow_private`.
            body: Sent as it is.
            headers: Besides `Host` and `Content-Length`.
            before_dot: Called when the connection stands, right before the request.
            allow_private: Whether the own network may be reached, and without encryption.

        Raises:
            UnreachableError: Nothing was sent.
            DoubtfulError: It may have arrived: there was no answer.
            LeaseLostError: `before_dot` returned False; nothing was sent.
        """
        place = place_of(url)
        if not (place.encrypted or allow_private):
            raise UnreachableError(f"{place} is not encrypted; write https:// in the URL")
        with ExitStack() as until_done:
            line = self._line(place, allow_private=allow_private)
            until_done.callback(line.close)
            watch = _Watch(line, self._answer_s)
            until_done.callback(watch.end)
            connection = _spoken_over(line, place)
            if not before_dot():
                raise LeaseLostError("another drain has taken the message")
            try:
                connection.request("POST", place.path, body, {**headers, "Connection": "close"})
                response = connection.getresponse()
                until_done.callback(response.close)
            except (HTTPException, OSError) as error:
                # The watch and the time of the connection itself end together: either is first.
                late = watch.bit or isinstance(error, TimeoutError)
                raise self._doubt(place, "" if late else _reason(error)) from error
            if watch.bit:  # what there is of a head that was cut off reads like a whole one
                raise self._doubt(place)
            return _answer(response)

    def _doubt(self, place: Place, reason: str = "") -> DoubtfulError:
        why = reason or f"no answer within {self._answer_s:g} s"
        return DoubtfulError(f"{place}: {why}; it may have arrived")

    def _line(self, place: Place, *, allow_private: bool) -> socket.socket:
        """Return a connection; an encrypted one is still to shake hands."""
        plain = self._connected(place, allow_private=allow_private)
        plain.settimeout(self._answer_s)
        if not place.encrypted:
            return plain
        context = self._context or ssl.create_default_context()
        try:
            return context.wrap_socket(
                plain, server_hostname=place.host, do_handshake_on_connect=False
            )
        except (OSError, ValueError) as error:
            plain.close()
            raise UnreachableError(f"{place}: {_reason(error)}") from error

    def _connected(self, place: Place, *, allow_private: bool) -> socket.socket:
        """Return a connection to the first address that takes one."""
        failure: OSError = OSError()
        for address in addresses_to_connect(
            place.host, place.port, self._resolve, allow_private=allow_private
        ):
            try:
                return socket.create_connection((address, place.port), self._connect_s)
            except OSError as error:
                failure = error
        raise UnreachableError(f"{place}: {_reason(failure)}") from failure


class _Watch:
    """Ends a connection under the hands of whoever waits for it too long.

    The timeout of a socket is of no help against a byte now and then.

    Attributes:
        bit: Whether it did.
    """

    def __init__(self, line: socket.socket, after_s: float) -> None:
        self.bit = False
        self._line = line
        self._timer = Timer(after_s, self._bite)
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        """Watch no more."""
        self._timer.cancel()

    def _bite(self) -> None:
        self.bit = True
        with suppress(OSError):
            # Not the method of SSLSocket: it would take the encryption away from a read.
            socket.socket.shutdown(self._line, socket.SHUT_RDWR)


def _spoken_over(line: socket.socket, place: Place) -> HTTPConnection:
    """Return what speaks HTTP over a connection, after the handshake where there is one."""
    if not isinstance(line, ssl.SSLSocket):
        connection = HTTPConnection(place.host, place.port)
    else:
        connection = HTTPSConnection(place.host, place.port, context=line.context)
        try:
            line.do_handshake()
        except ssl.SSLCertVerificationError as error:
            raise UnreachableError(
                f"{place} has no valid certificate ({error.verify_message}); check the URL, or "
                "have the certificate renewed"
            ) from error
        except OSError as error:
            raise UnreachableError(f"{place}: no encrypted connection: {_reason(error)}") from error
    connection.sock = line
    return connection


def _answer(response: HTTPResponse) -> Answer:
    body = b""
    # The status has come: the rest is only for the receipt.
    with suppress(HTTPException, OSError):
        body = response.read1(_MOST_READ)
    said = " ".join(body.decode("utf-8", errors="replace").split())
    shown = "".join(sign for sign in said if sign.isprintable())
    return Answer(response.status, shown[:_MOST_SAID], response.headers.get("Retry-After"))


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or "the connection was lost"
