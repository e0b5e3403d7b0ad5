"""What a person chose for a file otherwise than was detected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Chosen:
    """What a person chose otherwise than was detected.

    Attributes:
        columns: Canonical column to the file's; "": none fills it.
        source: Whose records they are.
        timezone: Zone of times without an offset.
        date_order: ymd, dmy or mdy.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    timezone: str = ""
    date_order: str = ""

    @property
    def is_nothing(self) -> bool:
        """Return whether all is as detected."""
        return self == Chosen()
