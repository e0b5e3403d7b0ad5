"""Agreements as they were known at an earlier instant.

A signature, a proposal or a cancellation counts when it was made before. An agreement that was not
signed by then and was since is taken as its first signed version, and one of which nothing was
known as its oldest: like history that was loaded later (`store.history`), there was nothing to
reproduce then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from smarketing.domain.versions import Version
    from smarketing.services.agreements.life import Versions


@dataclass(frozen=True)
class ShelfThen:
    """Reads versions as they were known before an instant."""

    shelf: Versions
    at: datetime

    def versions(self) -> tuple[Version, ...]:
        """Return every version known then, in the order of the shelf."""
        return known_then(self.shelf.versions(), self.at)


def known_then(versions: Sequence[Version], at: datetime) -> tuple[Version, ...]:
    """Return the versions that were known before an instant, with what had been done with them.

    Args:
        versions: As they stand now, newest first within their name.
        at: What was done at it or later is not known.
    """
    known = [_then(version, at) for version in versions if version.loaded_at < at]
    told = {version.name for version in known}
    signed = {version.name for version in known if version.in_force}
    # Of each name the last one that is put in stays: versions come newest first.
    later = {one.name: one for one in versions if one.name not in told}
    later |= {one.name: one for one in versions if one.in_force and one.name not in signed}
    found = {version.id: version for version in (*known, *later.values())}
    return tuple(found[version.id] for version in versions if version.id in found)


def _then(version: Version, at: datetime) -> Version:
    """Return a version with the signatures and acts of before an instant."""
    signatures = tuple(one for one in version.signatures if one.signed_at < at)
    in_force = version.in_force and len(signatures) == len(version.signatures)
    return replace(
        version,
        signatures=signatures,
        acts=tuple(one for one in version.acts if one.at < at),
        in_force=in_force,
        frozen=version.frozen if in_force else "{}",
    )
