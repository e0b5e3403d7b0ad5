"""Mapping files: found by name, read from TOML, every fault named with file, key and mend."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast, get_args

from connectors.instants import DateOrder
from connectors.mapping import KindMapping, Rule, VendorMapping
from connectors.protocol import COLUMNS, ConnectorError, Kind
from connectors.zones import is_zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

_TOP: Final = ("vendor", "timezone", "date_order", "recognised_by", *Kind)
_PARTS: Final = ("columns", "values", "constants")
_RULE: Final = ("join", "first", "any_of", "separator", "split")
_WAYS: Final = frozenset({"join", "first", "any_of"})

GENERIC: Final = "generic"
"""The packaged mapping that guesses by common names; not a vendor's."""


def load_mapping(path: Path | Traversable) -> VendorMapping:
    """Return the mapping in a TOML file; its name is the file's without the suffix.

    Raises:
        ConnectorError: The file cannot be read, or one of its keys is wrong.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConnectorError(f"mapping {path.name} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConnectorError(f"mapping {path.name} is not valid TOML: {error}") from error
    return _Reader(path.name).mapping(document)


def find_mapping(name: str, folder: Path, remembered: Path | None = None) -> VendorMapping:
    """Return a mapping by its name, or by the path of its file.

    A name is looked for in the folder, then among those that people corrected on the import
    page (`remembered`), then among the packaged ones.

    Raises:
        ConnectorError: There is none, or it has faults.
    """
    if name.endswith(".toml") or "/" in name or "\\" in name:
        return load_mapping(Path(name))
    folders = [folder, *([remembered] if remembered else [])]
    for own in (one / f"{name}.toml" for one in folders):
        if own.is_file():
            return load_mapping(own)
    packaged = packaged_mappings()
    if name in packaged:
        return packaged[name]
    owned = [path.stem for one in folders for path in sorted(one.glob("*.toml"))]
    known = ", ".join(dict.fromkeys([*owned, *packaged]))
    raise ConnectorError(
        f"there is no mapping '{name}'; known are: {known}; or name a TOML file by its path"
    )


@cache
def packaged_mappings() -> Mapping[str, VendorMapping]:
    """Return the mappings that come with the program, by name, the generic one last."""
    folder = files("connectors") / "vendors"
    found = [load_mapping(entry) for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return {one.name: one for one in sorted(found, key=lambda one: (one.name == GENERIC, one.name))}


class _Reader:
    """Reads one document; knows the file's name for the messages."""

    def __init__(self, file: str) -> None:
        self._file = file

    def mapping(self, document: dict[str, object]) -> VendorMapping:
        self._known(document, _TOP, "")
        name = self._file.removesuffix(".toml")
        vendor = self._text(document, "vendor") or name
        marks = self._marks(document.get("recognised_by", []))
        zone = self._text(document, "timezone")
        if zone is not None and not is_zone(zone):
            raise self._fault("timezone", f"'{zone}' is no zone; write one like Europe/Berlin")
        order = self._text(document, "date_order")
        if order is not None and order not in get_args(DateOrder):
            raise self._fault("date_order", f"'{order}' is unknown; write ymd, dmy or mdy")
        kinds = {
            kind: self._kind(kind, self._table(document[kind], kind))
            for kind in Kind
            if kind in document
        }
        if not kinds:
            raise self._fault("leads", "nothing is mapped; add [leads.columns]")
        return VendorMapping(
            name=name,
            vendor=vendor,
            timezone=zone,
            date_order=cast("DateOrder | None", order),
            kinds=kinds,
            recognised_by=marks,
        )

    def _marks(self, value: object) -> tuple[tuple[str, ...], ...]:
        if not isinstance(value, list):
            raise self._fault("recognised_by", 'write lists of headers: [["A", "B"]]')
        return tuple(self._headers("recognised_by", one) for one in value)

    def _kind(self, kind: Kind, table: dict[str, object]) -> KindMapping:
        self._known(table, _PARTS, f"{kind}.")
        parts = {part: self._part(kind, part, table.get(part, {})) for part in _PARTS}
        return KindMapping(
            columns={
                column: self._rule(f"{kind}.columns.{column}", value)
                for column, value in parts["columns"].items()
            },
            values={
                column: self._values(f"{kind}.values.{column}", value)
                for column, value in parts["values"].items()
            },
            constants={
                column: self._constant(f"{kind}.constants.{column}", value)
                for column, value in parts["constants"].items()
            },
        )

    def _part(self, kind: Kind, part: str, value: object) -> dict[str, object]:
        table = self._table(value, f"{kind}.{part}")
        self._known(table, tuple(COLUMNS[kind]), f"{kind}.{part}.")
        return table

    def _rule(self, key: str, value: object) -> Rule:
        if not isinstance(value, dict):
            return Rule(self._headers(key, value))
        self._known(value, _RULE, f"{key}.")
        ways = _WAYS.intersection(value)
        if len(ways) != 1:
            raise self._fault(key, "write one of first = [...], any_of = [...] and join = [...]")
        (way,) = ways
        return Rule(
            self._headers(f"{key}.{way}", value[way]),
            join=(self._text(value, "separator", f"{key}.") or " ") if way == "join" else None,
            split=self._text(value, "split", f"{key}."),
            any_of=way == "any_of",
        )

    def _headers(self, key: str, value: object) -> tuple[str, ...]:
        names = value if isinstance(value, list) else [value]
        if not names or not all(isinstance(name, str) and name.strip() for name in names):
            raise self._fault(key, 'write a header in quotes or a list of them: ["A", "B"]')
        return tuple(names)

    def _values(self, key: str, value: object) -> dict[str, str]:
        table = self._table(value, key)
        return {
            found.strip().lower(): self._constant(f'{key}."{found}"', meant)
            for found, meant in table.items()
        }

    def _constant(self, key: str, value: object) -> str:
        match value:
            case bool():
                return "true" if value else "false"
            case str() | int() | float():
                return str(value).strip()
            case dt.datetime():
                return value.isoformat(" ")
            case dt.date():
                return value.isoformat()
            case _:
                raise self._fault(key, "write a text in quotes, a number or a date")

    def _text(self, table: dict[str, object], key: str, above: str = "") -> str | None:
        value = table.get(key)
        if value is None or (isinstance(value, str) and value):
            return value
        raise self._fault(f"{above}{key}", "write a text in quotes, or leave the key out")

    def _table(self, value: object, key: str) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self._fault(key, f"write it as a table: [{key}]")
        return value

    def _known(self, table: dict[str, object], known: tuple[str, ...], above: str) -> None:
        for key in table:
            if key not in known:
                raise self._fault(f"{above}{key}", f"unknown; known here are: {', '.join(known)}")

    def _fault(self, key: str, mend: str) -> ConnectorError:
        return ConnectorError(f"mapping {self._file}, key {key}: {mend}")
