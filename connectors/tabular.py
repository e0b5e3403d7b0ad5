"""A CSV or XLSX file of leads, activities or deals as a delivery."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from connectors.content import Limits
from connectors.date_order import order_of
from connectors.detect import detect
from connectors.mapping import VendorMapping, plan_for, rules_for
from connectors.mapping_file import find_mapping
from connectors.protocol import INSTANTS, ConnectorError, Kind, Opened
from connectors.remembered import recall
from connectors.tables import open_table
from connectors.translate import batches
from connectors.zones import is_zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.instants import DateOrder
    from connectors.raw import Chunk


@dataclass(frozen=True)
class Reading:
    """How files are to be read.

    Attributes:
        kind: What their records are.
        mappings: Folder of the installation's own mappings.
        mapping: A mapping, or the name or path of one; None: found by the headers.
        remembered: Folder of the mappings that people corrected on the import page; they are used
            for files with the same headers. None: there is none.
        source: Whose records they are; None: the mapping's vendor. Leads find their deals and
            activities within one source.
        timezone: Zone of times without an offset, instead of the mapping's.
        fallback_timezone: The same where neither the caller nor the mapping names one; None:
            such a time is an error.
        sheet: Of a workbook; None: the first with data.
        limits: Sizes above which a file is refused.
    """

    kind: Kind
    mappings: Path
    mapping: str | VendorMapping | None = None
    remembered: Path | None = None
    source: str | None = None
    timezone: str | None = None
    fallback_timezone: str | None = None
    sheet: str | None = None
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        for zone in (self.timezone, self.fallback_timezone):
            if zone is not None and not is_zone(zone):
                raise ConnectorError(f"'{zone}' is no time zone; write one like Europe/Berlin")


@dataclass(frozen=True)
class FileDelivery:
    """A file on disk.

    Attributes:
        path: Where it is.
        reading: How to read it.
        name: What a person calls it; "": the file's name.
    """

    path: Path
    reading: Reading
    name: str = ""

    @property
    def label(self) -> str:
        """Return what a person calls it."""
        return self.name or self.path.name

    @property
    def cursor(self) -> str | None:
        """Return None: a file has nothing to go on from."""
        return None

    def settle(self, *, failed: bool, report: str) -> None:
        """Leave the file where it is: it belongs to the person who named it."""

    def open(self) -> Opened:
        """Return the head and the stream of records.

        Raises:
            ConnectorError: It cannot be read, or a required column is missing.
        """
        how = self.reading
        table = open_table(self.path, self.label, how.sheet, how.limits)
        mapping = self._mapping(table.header)
        head = next(table.chunks, None)
        plan = plan_for(
            mapping,
            how.kind,
            table.header,
            label=self.label,
            timezone=how.timezone or mapping.timezone or how.fallback_timezone,
            date_order=mapping.date_order or _order(mapping, how.kind, table.header, head),
        )
        chunks: Iterator[Chunk] = chain([head] if head else [], table.chunks)
        return Opened(
            mapping=mapping.name,
            source=how.source or mapping.vendor,
            kind=how.kind,
            supplied=plan.supplied,
            size=table.size,
            batches=batches(chunks, plan, self.label),
            missing=plan.missing,
        )

    def _mapping(self, header: tuple[str, ...]) -> VendorMapping:
        how = self.reading
        if isinstance(how.mapping, VendorMapping):
            return how.mapping
        if how.mapping:
            return find_mapping(how.mapping, how.mappings, how.remembered)
        known = recall(header, how.kind, how.remembered)
        return known or detect(header, how.kind, self.label)


def _order(
    mapping: VendorMapping, kind: Kind, header: tuple[str, ...], head: Chunk | None
) -> DateOrder:
    """Return the order of dates that the first records show."""
    known = mapping.kinds.get(kind)
    if head is None or known is None:
        return "ymd"
    rules = rules_for(known, header)
    names = {name for key, rule in rules.items() if key in INSTANTS for name in rule.headers}
    return order_of(head.frame.to_series(header.index(name)) for name in sorted(names))


def file_delivery(
    path: Path,
    *,
    kind: Kind,
    mappings_folder: Path,
    mapping: str | None = None,
    remembered: Path | None = None,
    timezone: str | None = None,
    fallback_timezone: str | None = None,
    sheet: str | None = None,
    max_bytes: int | None = None,
) -> FileDelivery:
    """Return one file as a delivery, for an import by hand.

    Args:
        path: A CSV or XLSX file.
        kind: What its records are.
        mappings_folder: Folder of the installation's own mappings.
        mapping: Name or path of a mapping; None: found by the headers.
        remembered: Folder of the mappings that people corrected on the import page.
        timezone: Zone of times without an offset, instead of the mapping's.
        fallback_timezone: The same where neither the caller nor the mapping names one.
        sheet: Name of a sheet of a workbook; None: the first with data.
        max_bytes: The largest file that is read, instead of the limits of its content.

    Raises:
        ConnectorError: A zone is unknown.
    """
    limits = Limits() if max_bytes is None else Limits(csv=max_bytes, workbook=max_bytes)
    reading = Reading(
        kind=kind,
        mappings=mappings_folder,
        mapping=mapping,
        remembered=remembered,
        timezone=timezone,
        fallback_timezone=fallback_timezone,
        sheet=sheet,
        limits=limits,
    )
    return FileDelivery(path, reading)
