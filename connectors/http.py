"""One careful way to fetch a file over HTTP.

Every call has a timeout. Only 429, server errors and connections that fail are tried again, with
growing, jittered pauses; `Retry-After` is obeyed, and a wait that is too long is handed to the
caller. An answer streams to disk and may not grow beyond a limit. A token goes to the host that it
was meant for only, and neither it nor an address's query ever stands in a message. No public host
may send us on into a private network (SSRF).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

import requests

from connectors.protocol import ConnectorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

_TOO_MANY: Final = 429
_NOT_MODIFIED: Final = 304
_SERVER_ERRORS: Final = range(500, 600)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 5
_PIECE: Final = 1 << 16

_MENDS: Final = {
    400: "did not understand the request (400); check the address",
    401: "refused the token (401); check it, or make a new one",
    403: "does not allow this token to read the file (403); give it the right to export",
    404: "has nothing at this address (404); check it",
    410: "says that the file is gone for good (410); ask for its new address",
}


@dataclass(frozen=True)
class Patience:
    """How long to go on trying.

    Attributes:
        tries: Requests at most.
        first_pause: Seconds before the second try; doubled before each further one.
        longest_pause: Seconds; where `Retry-After` asks for more, the caller is told instead.
        timeout: Seconds to connect, and seconds without a byte.
    """

    tries: int = 4
    first_pause: float = 1.0
    longest_pause: float = 60.0
    timeout: tuple[float, float] = (10.0, 60.0)


@dataclass(frozen=True)
class Answer:
    """What an address answered.

    Attributes:
        path: The file that it was written to; None: nothing has changed (304).
        etag: For the next conditional request; None where none was given.
        last_modified: The same.
    """

    path: Path | None
    etag: str | None
    last_modified: str | None


class _AnonymousAuth(requests.auth.AuthBase):
    """Keeps requests from adding a password out of a .netrc file."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _TryLaterError(Exception):
    """A try failed in a way that another one may mend."""

    def __init__(self, sentence: str, after: float | None = None) -> None:
        super().__init__(sentence)
        self.after = after


@dataclass(frozen=True)
class Fetcher:
    """Fetches files, one request after another.

    Attributes:
        sleep: Waits some seconds.
        random: Returns a number in [0, 1) for the jitter.
        now: Against which a date in `Retry-After` is read.
        is_public: Returns whether a host has only addresses of the public internet.
        patience: How long to go on trying.
        max_bytes: The largest answer that is kept.
        folder: Where answers are written; None: the system's folder for temporary files.
    """

    sleep: Callable[[float], None]
    random: Callable[[], float]
    now: datetime
    is_public: Callable[[str], bool]
    patience: Patience = Patience()
    max_bytes: int = 512 << 20
    folder: Path | None = None

    def fetch(
        self, url: str, *, headers: Mapping[str, str], secret: Mapping[str, str], label: str
    ) -> Answer:
        """Return the answer of an address, written to a file that the caller deletes.

        Args:
            url: Where to ask.
            headers: Sent with every request.
            secret: Headers that are sent to this address's own host only.
            label: What a person calls the address, without secrets.

        Raises:
            ConnectorError: There is no usable answer; `retry_after` says whether to ask again.
        """
        patience = self.patience
        with requests.Session() as session:
            session.auth = _AnonymousAuth()
            for attempt in range(patience.tries):
                try:
                    return self._once(session, url, dict(headers), dict(secret), label)
                except _TryLaterError as problem:
                    pause = self._pause(attempt, problem.after)
                    if pause > patience.longest_pause or attempt + 1 == patience.tries:
                        raise ConnectorError(str(problem), retry_after=pause) from problem
                    self.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _pause(self, attempt: int, asked: float | None) -> float:
        """Return the seconds to wait: what the server asked, else doubled with jitter."""
        if asked is not None:
            return asked
        grown = min(self.patience.first_pause * 2.0**attempt, self.patience.longest_pause)
        return grown * (0.5 + self.random() / 2)

    def _once(
        self,
        session: requests.Session,
        url: str,
        headers: dict[str, str],
        secret: dict[str, str],
        label: str,
    ) -> Answer:
        """Return the answer to one request and its redirects."""
        first, host = url, urlsplit(url).netloc
        for _ in range(_MOST_REDIRECTS + 1):
            own = urlsplit(url).netloc == host
            try:
                with session.get(
                    url,
                    headers={**headers, **(secret if own else {})},
                    timeout=self.patience.timeout,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    if response.status_code not in _REDIRECTS:
                        return self._answer(response, label)
                    url = _target(url, response, label)
                self._may_follow(first, url, label)
            except requests.RequestException as error:
                raise _of_connection(error, label) from error
        raise ConnectorError(f"{label} redirects in a circle; check the address")

    def _may_follow(self, first: str, target: str, label: str) -> None:
        """Refuse a redirect from a public host to one that is not.

        Raises:
            ConnectorError: It is such a one.
        """
        here, there = urlsplit(first).hostname or "", urlsplit(target).hostname or ""
        if here != there and not self.is_public(there) and self.is_public(here):
            raise ConnectorError(
                f"{label} redirects into a private network; check the address, or write the "
                "final one"
            )

    def _answer(self, response: requests.Response, label: str) -> Answer:
        status = response.status_code
        etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        if status == _NOT_MODIFIED:
            return Answer(None, etag, modified)
        if status == _TOO_MANY or status in _SERVER_ERRORS:
            what = "asks to slow down" if status == _TOO_MANY else "has a fault of its own"
            after = retry_after_s(response.headers.get("Retry-After"), self.now)
            raise _TryLaterError(f"{label} {what} ({status}); try again later", after)
        if status != requests.codes.ok:
            mend = _MENDS.get(status, f"answered with status {status}; check the address")
            raise ConnectorError(f"{label} {mend}")
        return Answer(self._written(response, label), etag, modified)

    def _written(self, response: requests.Response, label: str) -> Path:
        """Return the file with the answer's body; it is gone where an error is raised."""
        with tempfile.NamedTemporaryFile(
            dir=self.folder, prefix="smarketing-", suffix=".download", delete=False
        ) as file:
            path = Path(file.name)
            try:
                file.writelines(self._pieces(response, label))
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        return path

    def _pieces(self, response: requests.Response, label: str) -> Iterator[bytes]:
        """Yield the body, of which there must be some, but not too much."""
        size = 0
        for piece in response.iter_content(_PIECE):
            size += len(piece)
            if size > self.max_bytes:
                most = f"{self.max_bytes / 2**20:,.1f} MiB"
                raise ConnectorError(
                    f"{label} sends more than {most}; export it in parts, or raise max_bytes"
                )
            yield piece
        if not size:
            raise ConnectorError(f"{label} answered with an empty file; export it again")


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` header asks to wait; None where it says nothing."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max((moment - now).total_seconds(), 0.0)


def _target(url: str, response: requests.Response, label: str) -> str:
    """Return where a redirect leads.

    Raises:
        ConnectorError: Nowhere, or out of the encrypted connection.
    """
    target = urljoin(url, response.headers.get("Location", ""))
    parts = urlsplit(target)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ConnectorError(f"{label} redirects to nowhere; check the address")
    if urlsplit(url).scheme == "https" and parts.scheme == "http":
        raise ConnectorError(f"{label} redirects to an unencrypted address; check the address")
    return target


def _of_connection(error: requests.RequestException, label: str) -> _TryLaterError | ConnectorError:
    """Return what a failed connection means; the original text may hold the address."""
    match error:
        case requests.exceptions.SSLError():
            return ConnectorError(
                f"{label} has no valid certificate; check the address and the certificate"
            )
        case requests.Timeout():
            return _TryLaterError(f"{label} does not answer in time; try again later")
        case requests.exceptions.InvalidURL() | requests.exceptions.InvalidSchema():
            return ConnectorError(f"{label} is no valid address; check it")
        case requests.exceptions.InvalidHeader():
            return ConnectorError(f"the token for {label} holds characters that no header may have")
        case requests.exceptions.ProxyError():
            return _TryLaterError(f"{label} cannot be reached through the proxy; check the proxy")
        case _:
            return _TryLaterError(
                f"{label} cannot be reached or broke off; check the address and the network"
            )
