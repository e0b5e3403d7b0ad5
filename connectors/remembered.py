"""Mappings that a person corrected once: found again by the headers of the next file.

Each is a mapping file like any other, in a folder of the installation's own. Its name holds the
source, the kind, and a sum over the headers: a file with just these headers is read by it.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from connectors.mapping import TOLD
from connectors.mapping_file import load_mapping
from connectors.mapping_text import mapping_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from connectors.mapping import VendorMapping
    from connectors.protocol import Kind


def name_for(source: str, kind: Kind, header: Sequence[str]) -> str:
    """Return the name of the mapping of a source's files with this header."""
    plain = re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-") or "source"
    return f"{plain[:40]}-{kind}-{_sum(header)}"


def remember(mapping: VendorMapping, folder: Path) -> None:
    """Keep a mapping under its name, instead of an earlier one of that name."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{mapping.name}.part"
    draft.write_text(mapping_text(mapping), encoding="utf-8")
    draft.replace(folder / f"{mapping.name}.toml")


def recall(header: Sequence[str], kind: Kind, folder: Path | None) -> VendorMapping | None:
    """Return the latest mapping that was remembered for files with this header; None: none was.

    Raises:
        ConnectorError: Somebody changed the file, and it has faults now.
    """
    if folder is None:
        return None
    found = folder.glob(f"*-{kind}-{_sum(header)}.toml")
    latest = max(found, key=lambda path: path.stat().st_mtime_ns, default=None)
    return None if latest is None else load_mapping(latest)


def _sum(header: Sequence[str]) -> str:
    """Return a sum over the headers, whatever their order; those of ours do not count."""
    names = sorted(name for name in header if name not in TOLD)
    return sha256("\n".join(names).encode()).hexdigest()[:10]
