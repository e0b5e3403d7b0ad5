"""The channels that an installation has configured: `channels.toml` to channels.

A fault is one sentence with the file, the key and the mend. Addresses and keys are asked for by
the name of their setting and never stand in the file.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final

from smarketing.delivery.http import place_of
from smarketing.delivery.signing import parse_secret
from smarketing.domain.channels import Channel, ChannelKind, Occasion
from smarketing.domain.errors import SmarketingError
from smarketing.domain.messages import MAIL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_KEYS: Final = (
    "name", "kind", "sends", "url_env", "secret_env", "agreements", "audience", "allow_private",
)  # fmt: skip
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_SENDS: Final = tuple(one for one in Occasion if one is not Occasion.TEST)
_AUDIENCES: Final = ("marketing", "sales", "both")
_OURS: Final = "SMARKETING_"


class ChannelError(SmarketingError):
    """The file of channels has a fault; the message names the key and the mend."""


def load_channels(path: Path, setting: Callable[[str], str | None]) -> tuple[Channel, ...]:
    """Return the configured channels in the order of the file; none where there is no file.

    Args:
        path: The TOML file.
        setting: Returns what a setting holds, None where it is not set.

    Raises:
        ChannelError: The file has a fault.
    """
    if not path.exists():
        return ()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ChannelError(f"{path.name} cannot be read: {error}") from error
    tables = document.get("channels", [])
    unknown = [key for key in document if key != "channels"]
    if unknown or not isinstance(tables, list):
        raise ChannelError(
            f"{path.name}, key {(unknown or ['channels'])[0]}: unknown; write each channel as "
            "[[channels]]"
        )
    channels: dict[str, Channel] = {}
    for number, table in enumerate(tables, start=1):
        entry = _Entry(table, f"{path.name}, channel {number}", setting)
        channel = entry.channel()
        if channel.name in channels:
            raise entry.fault("name", f"'{channel.name}' is used twice; give each its own")
        channels[channel.name] = channel
    return tuple(channels.values())


class _Entry:
    """One table of the file."""

    def __init__(self, table: object, place: str, setting: Callable[[str], str | None]) -> None:
        self._table: Mapping[str, object] = table if isinstance(table, dict) else {}
        self._place = place
        self._setting = setting

    def fault(self, key: str, mend: str) -> ChannelError:
        return ChannelError(f"{self._place}, key {key}: {mend}")

    def channel(self) -> Channel:
        name = self._name()
        for key in self._table:
            if key not in _KEYS:
                raise self.fault(key, f"unknown; known here are: {', '.join(_KEYS)}")
        kind = ChannelKind(self._one_of("kind", tuple(ChannelKind)))
        allow_private = self._switch("allow_private")
        return Channel(
            name=name,
            kind=kind,
            sends=frozenset(map(Occasion, self._many_of("sends", _SENDS))),
            url=self._url(allow_private=allow_private),
            url_name=self._required("url_env"),
            secrets=self._secrets(kind),
            agreements=frozenset(self._texts("agreements") if "agreements" in self._table else ()),
            audience=self._one_of("audience", _AUDIENCES, "both"),
            allow_private=allow_private,
        )

    def _name(self) -> str:
        name = self._required("name")
        if not _NAME.fullmatch(name):
            raise self.fault("name", "use small letters, digits, - and _ only, at most 50")
        self._place += f" ({name})"
        if name == MAIL:
            raise self.fault("name", f"'{MAIL}' is the way out of mails; choose another one")
        return name

    def _url(self, *, allow_private: bool) -> str:
        name = self._required("url_env")
        url = self._held("url_env", name)
        try:
            place = place_of(url)
        except ValueError as error:
            raise self.fault("url_env", f"{name} {error}") from None
        if not (place.encrypted or allow_private):
            raise self.fault(
                "url_env",
                f"{name} is not encrypted; write https:// in it, or allow_private = true for a "
                "receiver in the own network",
            )
        return url

    def _secrets(self, kind: ChannelKind) -> tuple[bytes, ...]:
        if kind is not ChannelKind.WEBHOOK:
            if "secret_env" in self._table:
                raise self.fault("secret_env", f"{kind} signs nothing; leave it out")
            return ()
        name = self._required("secret_env")
        secrets = self._held("secret_env", name).split()
        if len(secrets) > len(("new", "old")):
            raise self.fault("secret_env", f"{name} holds more than two; keep the two newest")
        try:
            return tuple(map(parse_secret, secrets))
        except ValueError as error:
            raise self.fault("secret_env", f"{name} {error}") from None

    def _held(self, key: str, name: str) -> str:
        """Return what the setting of a name holds."""
        if name.startswith(_OURS):
            raise self.fault(key, f"names beginning with {_OURS} are settings; choose another one")
        value = (self._setting(name) or "").strip()
        if not value:
            raise self.fault(key, f"{name} is not set; set it, or {name}_FILE to a file with it")
        return value

    def _required(self, key: str) -> str:
        value = self._table.get(key)
        if isinstance(value, str) and value.strip():
            return value
        raise self.fault(key, "write a text in quotes" if key in self._table else "missing")

    def _one_of(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        value = self._table.get(key, default)
        if isinstance(value, str) and value in known:
            return value
        raise self.fault(key, f"write {', '.join(known[:-1])} or {known[-1]}, in quotes")

    def _many_of(self, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        values = self._texts(key)
        for value in values:
            if value not in known:
                raise self.fault(key, f"'{value}' is unknown; known are: {', '.join(known)}")
        return values

    def _texts(self, key: str) -> tuple[str, ...]:
        values = self._table.get(key)
        if isinstance(values, list) and values and all(isinstance(one, str) for one in values):
            return tuple(values)
        raise self.fault(key, 'write a list of texts in quotes, as ["digest"]')

    def _switch(self, key: str) -> bool:
        value = self._table.get(key, False)
        if isinstance(value, bool):
            return value
        raise self.fault(key, "write true or false")
