"""An address (HTTPS) from which the export of a CRM can be fetched."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from connectors.content import looks_like_web_page
from connectors.protocol import ConnectorError
from connectors.tabular import FileDelivery, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.http import Fetcher
    from connectors.protocol import Opened


@dataclass(frozen=True)
class Address:
    """A configured address.

    Attributes:
        name: The source's name.
        url: Where the export lies.
        reading: How to read it.
        fetcher: Fetches it.
        every: How often to ask.
        token: Sent with the request; None: none is configured.
        token_name: Name of the setting that holds the token, for messages; None: none is needed.
        token_header: "Authorization" sends a bearer token, any other header the bare token.
        allow_http: Whether the address may be unencrypted beyond this computer.
    """

    name: str
    url: str
    reading: Reading
    fetcher: Fetcher
    every: timedelta = timedelta(hours=1)
    token: str | None = field(default=None, repr=False)
    token_name: str | None = None
    token_header: str = "Authorization"  # noqa: S105 - the name of a header
    allow_http: bool = False

    def __post_init__(self) -> None:
        check_url(self.url, self.label, allow_http=self.allow_http)

    @property
    def label(self) -> str:
        """Return the address without user, query and fragment, which may hold secrets."""
        return without_secrets(self.url)

    def deliveries(self, cursor: str | None) -> Iterator[FetchedDelivery]:
        """Yield the export if it changed since `cursor`.

        Raises:
            ConnectorError: The address gives no usable answer, or the token is not set.
        """
        if self.token_name and not self.token:
            raise ConnectorError(f"source {self.name}: set {self.token_name} to its token")
        answer = self.fetcher.fetch(
            self.url, headers=_conditions(cursor), secret=self._secret(), label=self.label
        )
        if answer.path is None:
            return
        try:
            _refuse_web_page(answer.path, self.label)
        except ConnectorError:
            answer.path.unlink(missing_ok=True)
            raise
        state = {"etag": answer.etag, "last_modified": answer.last_modified}
        file = FileDelivery(answer.path, self.reading, self.label)
        yield FetchedDelivery(file, json.dumps(state, sort_keys=True))

    def _secret(self) -> dict[str, str]:
        if not self.token:
            return {}
        bearer = self.token_header.lower() == "authorization" and " " not in self.token
        return {self.token_header: f"Bearer {self.token}" if bearer else self.token}


@dataclass(frozen=True)
class FetchedDelivery:
    """A file that was fetched, and is deleted once it is settled.

    Attributes:
        file: The fetched file.
        cursor: JSON of `etag` and `last_modified`.
    """

    file: FileDelivery
    cursor: str | None

    @property
    def label(self) -> str:
        """Return the address without secrets."""
        return self.file.label

    def open(self) -> Opened:
        """Return the head and the stream of records.

        Raises:
            ConnectorError: It cannot be read at all.
        """
        return self.file.open()

    def settle(self, *, failed: bool, report: str) -> None:  # noqa: ARG002 - nothing to write
        """Forget the download."""
        self.file.path.unlink(missing_ok=True)


def check_url(url: str, label: str, *, allow_http: bool) -> None:
    """Check that an address is encrypted, or is this computer.

    Raises:
        ConnectorError: It is not, or it is no address.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise ConnectorError(f"'{label}' is no address; write https://host/path") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ConnectorError(f"'{label}' is no address; write https://host/path")
    if parts.username or parts.password:
        raise ConnectorError(f"{label} holds a user or password; put it into token_env instead")
    if parts.scheme == "http" and not (allow_http or _is_this_computer(host)):
        raise ConnectorError(
            f"{label} is not encrypted; use https://, or allow_http = true in a network you trust"
        )


def without_secrets(url: str) -> str:
    """Return an address without user, query and fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the address"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _is_this_computer(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _conditions(cursor: str | None) -> dict[str, str]:
    """Return the headers that ask for the file only if it changed."""
    headers = {"Accept": "text/csv, application/octet-stream, */*;q=0.5"}
    try:
        state = json.loads(cursor) if cursor else {}
    except json.JSONDecodeError:
        state = {}
    if not isinstance(state, dict):
        return headers
    if state.get("etag"):
        headers["If-None-Match"] = str(state["etag"])
    if state.get("last_modified"):
        headers["If-Modified-Since"] = str(state["last_modified"])
    return headers


def _refuse_web_page(path: Path, label: str) -> None:
    with path.open("rb") as file:
        head = file.read(4096)
    if looks_like_web_page(head):
        raise ConnectorError(
            f"{label} answered with a web page, probably to sign in, instead of a file; check the"
            " address and the token"
        )
