"""Which mapping fits a file, by the names of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.mapping import listed, rules_for
from connectors.mapping_file import GENERIC, packaged_mappings
from connectors.protocol import REQUIRED, ConnectorError, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.mapping import VendorMapping


def detect(header: Sequence[str], kind: Kind, label: str) -> VendorMapping:
    """Return the vendor's mapping that explains most columns; the generic one where none does.

    Raises:
        ConnectorError: No mapping finds the columns that records of this kind must have.
    """
    usable = [one for one in candidates(header) if fits(one, kind, header)]
    if not usable:
        raise ConnectorError(
            f"{label} is not recognised as {kind}: no column is known as"
            f" {' or '.join(sorted(REQUIRED[kind]))} among: {listed(header)}; name a mapping, and"
            " `smarketing mapping suggest` prints one to begin with"
        )
    return max(usable, key=lambda one: (one.name != GENERIC, score(one, kind, header)))


def candidates(header: Sequence[str]) -> list[VendorMapping]:
    """Return the vendors whose marks a header bears, and the generic mapping last."""
    bears = {_spoken(name) for name in header}
    return [
        one
        for one in packaged_mappings().values()
        if one.name == GENERIC
        or any(bears.issuperset(map(_spoken, mark)) for mark in one.recognised_by)
    ]


def _spoken(header: str) -> str:
    """Return a header whatever its case: a mark is more exact than what it is a mark of."""
    return " ".join(header.split()).casefold()


def fits(mapping: VendorMapping, kind: Kind, header: Sequence[str]) -> bool:
    """Return whether a mapping finds every required column of a kind."""
    known = mapping.kinds.get(kind)
    return known is not None and REQUIRED[kind] <= {*rules_for(known, header), *known.constants}


def score(mapping: VendorMapping, kind: Kind, header: Sequence[str]) -> int:
    """Return how many canonical columns of a kind a mapping fills."""
    known = mapping.kinds.get(kind)
    return len(rules_for(known, header)) if known else 0
