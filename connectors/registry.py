"""The sources that an installation has configured: `sources.toml` to connectors.

Errors name the file, the source, the key and the mend. Relative paths start at the folder of the
file. Tokens are asked for by the name of their setting and never stand in the file.
"""

from __future__ import annotations

import random
import re
import time
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from connectors.address import Address, check_url, without_secrets
from connectors.content import Limits
from connectors.folder import Folder
from connectors.http import Fetcher
from connectors.mapping_file import find_mapping
from connectors.protocol import Connector, ConnectorError, Kind
from connectors.tabular import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

_COMMON: Final = (
    "name", "type", "kind", "source", "mapping", "timezone", "every", "sheet", "max_bytes",
)  # fmt: skip
_KEYS: Final = {
    "folder": (*_COMMON, "path", "settle_seconds"),
    "address": (*_COMMON, "url", "token_env", "token_header", "allow_http"),
}
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_EVERY: Final = re.compile(r"(\d{1,4}) ?(s|m|h|d)")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Source(Connector, Protocol):
    """A connector that the scheduler asks at its own rhythm."""

    @property
    def every(self) -> timedelta:
        """Return how often to ask."""
        ...

    @property
    def reading(self) -> Reading:
        """Return how its files are read."""
        ...


@dataclass(frozen=True)
class Surroundings:
    """What sources need from outside their configuration.

    Attributes:
        mappings: Folder of the installation's own mappings.
        token: Returns the token that a setting holds, None where it is not set.
        now: The instant of this pull.
        is_public: Returns whether a host has only addresses of the public internet.
        fallback_timezone: Zone of times where neither source nor mapping names one.
        sleep: Waits some seconds between tries.
        jitter: Returns a number in [0, 1).
        downloads: Folder for downloads; None: the system's.
        remembered: Folder of the mappings that people corrected on the import page.
    """

    mappings: Path
    token: Callable[[str], str | None]
    now: datetime
    is_public: Callable[[str], bool]
    fallback_timezone: str | None = None
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    downloads: Path | None = None
    remembered: Path | None = None


def load_sources(
    path: Path,
    *,
    mappings: Path,
    token: Callable[[str], str | None],
    now: datetime,
    is_public: Callable[[str], bool],
    fallback_timezone: str | None = None,
    downloads: Path | None = None,
    remembered: Path | None = None,
) -> tuple[Source, ...]:
    """Return the configured sources in the order of the file; none where there is no file.

    Args:
        path: The TOML file.
        mappings: Folder of the installation's own mappings.
        token: Returns the token that a setting holds, None where it is not set.
        now: The instant of this pull, aware.
        is_public: Returns whether a host has only addresses of the public internet.
        fallback_timezone: Zone of times where neither source nor mapping names one.
        downloads: Folder for downloads; None: the system's for temporary files.
        remembered: Folder of the mappings that people corrected on the import page.

    Raises:
        ConnectorError: The file has a fault.
    """
    around = Surroundings(
        mappings,
        token,
        now,
        is_public,
        fallback_timezone=fallback_timezone,
        downloads=downloads,
        remembered=remembered,
    )
    if not path.exists():
        return ()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConnectorError(f"{path.name} cannot be read: {error}") from error
    return sources_of(document, path, around)


def sources_of(
    document: Mapping[str, object], path: Path, around: Surroundings
) -> tuple[Source, ...]:
    """Return the sources of a document that was read from `path`.

    Raises:
        ConnectorError: The document has a fault.
    """
    tables = document.get("sources", [])
    unknown = [key for key in document if key != "sources"]
    if unknown or not isinstance(tables, list):
        raise ConnectorError(
            f"{path.name}, key {(unknown or ['sources'])[0]}: unknown; write each source as"
            " [[sources]]"
        )
    sources = []
    names: set[str] = set()
    for number, table in enumerate(tables, start=1):
        entry = _Entry(table, number, path, around)
        source = entry.source()
        if source.name in names:
            raise entry.fault("name", f"'{source.name}' is used twice; give each source its own")
        names.add(source.name)
        sources.append(source)
    return tuple(sources)


class _Entry:
    """One table of the file."""

    def __init__(self, table: object, number: int, path: Path, around: Surroundings) -> None:
        self._file, self._around, self._number = path, around, number
        self._place = f"source {number}"
        self._table: dict[str, object] = table if isinstance(table, dict) else {}

    def fault(self, key: str, mend: str) -> ConnectorError:
        return ConnectorError(f"{self._file.name}, {self._place}, key {key}: {mend}")

    def source(self) -> Source:
        name = self._required("name")
        if not _NAME.fullmatch(name):
            raise self.fault("name", "use small letters, digits, - and _ only, at most 50")
        self._place = f"source {self._number} ({name})"
        sort = self._required("type")
        if sort not in _KEYS:
            raise self.fault("type", f"'{sort}' is unknown; write {' or '.join(_KEYS)}")
        for key in self._table:
            if key not in _KEYS[sort]:
                raise self.fault(key, f"unknown; known here are: {', '.join(_KEYS[sort])}")
        return self._folder(name) if sort == "folder" else self._address(name)

    def _folder(self, name: str) -> Folder:
        return Folder(
            name=name,
            path=self._file.parent / self._required("path"),
            reading=self._reading(),
            now=self._around.now,
            settle_time=timedelta(seconds=self._number_of("settle_seconds", 30)),
            every=self._every("5m"),
        )

    def _address(self, name: str) -> Address:
        url, token_name = self._required("url"), self._text("token_env")
        allow_http = self._switch("allow_http")
        try:
            check_url(url, without_secrets(url), allow_http=allow_http)
        except ConnectorError as error:
            raise self.fault("url", str(error)) from error
        reading = self._reading()
        return Address(
            name=name,
            url=url,
            reading=reading,
            fetcher=self._fetcher(reading),
            every=self._every("1h"),
            token=self._around.token(token_name) if token_name else None,
            token_name=token_name,
            token_header=self._text("token_header") or "Authorization",
            allow_http=allow_http,
        )

    def _fetcher(self, reading: Reading) -> Fetcher:
        around = self._around
        return Fetcher(
            around.sleep,
            around.jitter,
            around.now,
            around.is_public,
            max_bytes=reading.limits.csv,
            folder=around.downloads,
        )

    def _reading(self) -> Reading:
        kind = self._required("kind")
        if kind not in list(Kind):
            raise self.fault("kind", f"'{kind}' is unknown; write {', '.join(Kind)}")
        most = self._number_of("max_bytes", 0)
        try:
            if mapping := self._text("mapping"):
                find_mapping(mapping, self._around.mappings, self._around.remembered)
        except ConnectorError as error:
            raise self.fault("mapping", str(error)) from error
        try:
            return Reading(
                kind=Kind(kind),
                mappings=self._around.mappings,
                mapping=mapping,
                remembered=self._around.remembered,
                source=self._text("source"),
                timezone=self._text("timezone"),
                fallback_timezone=self._around.fallback_timezone,
                sheet=self._text("sheet"),
                limits=Limits(most, most) if most else Limits(),
            )
        except ConnectorError as error:
            raise self.fault("timezone", str(error)) from error

    def _every(self, default: str) -> timedelta:
        text = self._text("every") or default
        found = _EVERY.fullmatch(text)
        if not found or not int(found[1]):
            raise self.fault("every", f"'{text}' is no rhythm; write one like 15m, 1h or 1d")
        return timedelta(**{_UNITS[found[2]]: int(found[1])})

    def _required(self, key: str) -> str:
        value = self._text(key)
        if value is None:
            raise self.fault(key, "missing; write it as a text in quotes")
        return value

    def _text(self, key: str) -> str | None:
        value = self._table.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        raise self.fault(key, "write a text in quotes, or leave it out")

    def _number_of(self, key: str, default: int) -> int:
        value = self._table.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise self.fault(key, "write a whole number, 0 or more")

    def _switch(self, key: str) -> bool:
        value = self._table.get(key, False)
        if isinstance(value, bool):
            return value
        raise self.fault(key, "write true or false")
