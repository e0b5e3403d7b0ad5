"""A picture of a report as it is kept and sent; drawing one is for `reports.charts`."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class ChartImage:
    """A picture with the words that stand for it.

    Attributes:
        name: Of its file without the ending, and the beginning of its content id.
        alt: What the picture shows, with the numbers.
        caption: One sentence on how to read it.
        width: As shown, in CSS pixels; the file has twice as many.
        height: The same.
    """

    name: str
    title: str
    png: bytes
    alt: str
    caption: str
    width: int
    height: int

    @property
    def cid(self) -> str:
        """Return the content id: of its bytes, so that no mail shows another one's picture."""
        return f"{self.name}.{sha256(self.png).hexdigest()[:16]}@smarketing"
