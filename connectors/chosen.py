"""A file whose detected mapping a person may have corrected, as a delivery."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from connectors.look import Look, look_at
from connectors.mapping import KindMapping, Rule
from connectors.protocol import Kind
from connectors.remembered import name_for, remember
from connectors.tabular import FileDelivery, Reading

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.choice import Chosen
    from connectors.instants import DateOrder
    from connectors.mapping import VendorMapping


def chosen_mapping(look: Look, chosen: Chosen) -> VendorMapping:
    """Return the mapping that was detected, with what a person chose instead."""
    if chosen.is_nothing:
        return look.mapping
    base = look.mapping.kinds[look.kind]
    rules = dict(look.rules) | {
        name: Rule((header,)) for name, header in chosen.columns.items() if header
    }
    emptied = {name for name, header in chosen.columns.items() if not header}
    source = chosen.source or look.mapping.vendor
    return replace(
        look.mapping,
        name=name_for(source, look.kind, look.header),
        vendor=source,
        timezone=chosen.timezone or look.mapping.timezone,
        date_order=cast("DateOrder | None", chosen.date_order or look.mapping.date_order),
        kinds={
            look.kind: KindMapping(
                columns={name: rule for name, rule in rules.items() if name not in emptied},
                values={name: v for name, v in base.values.items() if name not in emptied},
                constants={name: c for name, c in base.constants.items() if name not in emptied},
            )
        },
        recognised_by=(),
    )


@dataclass(frozen=True)
class Files:
    """Files that people bring, read with what they chose.

    Attributes:
        mappings: Folder of the installation's own mappings.
        remembered: Folder of those that people corrected.
        timezone: Zone of times where neither a mapping nor a person names one.
        most_records: The most that a file may have here.
    """

    mappings: Path
    remembered: Path
    timezone: str
    most_records: int

    def look(self, path: Path, label: str, kind: str, sheet: str) -> Look:
        """Return what a file shows; "" for a kind or sheet that is to be found out.

        Raises:
            ConnectorError: It cannot be read.
        """
        return look_at(
            path,
            label,
            kind=Kind(kind) if kind else None,
            sheet=sheet or None,
            remembered=self.remembered,
            most=self.most_records,
        )

    def delivery(self, path: Path, label: str, look: Look, chosen: Chosen) -> FileDelivery:
        """Return the file as it is to be read.

        Raises:
            ConnectorError: The zone is unknown.
        """
        reading = Reading(
            kind=look.kind,
            mappings=self.mappings,
            mapping=chosen_mapping(look, chosen),
            timezone=chosen.timezone or None,
            fallback_timezone=self.timezone,
            sheet=look.shape.sheet,
        )
        return FileDelivery(path, reading, label)

    def remember(self, look: Look, chosen: Chosen) -> None:
        """Keep what was chosen for the next file with the same headers."""
        if not chosen.is_nothing:
            remember(chosen_mapping(look, chosen), self.remembered)
