"""A text of an agreement on its way from loaded to signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True)
class Signed:
    """One signature: for which party, by whom, when."""

    party: str
    email: str
    signed_at: datetime


@dataclass(frozen=True)
class Version:
    """One version of an agreement.

    Attributes:
        version: Counted from 1 within the name.
        text: The TOML that is signed, byte for byte; `sha256` is its hash.
        in_force: Whether every party has signed.
        frozen: JSON of what the last signature fixed; "{}" before.
        signatures: In the order of signing.
        commitment_ids: Commitment's name to the number of its clocks; empty before it is signed.
    """

    id: int
    name: str
    version: int
    text: str
    sha256: str
    in_force: bool
    frozen: str
    signatures: tuple[Signed, ...]
    commitment_ids: Mapping[str, int]
