"""What was stated against what happened: a panel for each kind of forecast."""

from __future__ import annotations

from dataclasses import dataclass

_HUNDRED = 100


@dataclass(frozen=True)
class Mark:
    """Statements that were alike; shares of 0 to 1.

    Attributes:
        stated: How likely.
        happened: How often.
        low: Lower end of what that count is compatible with; `high` is the upper end.
        words: The same for people.
    """

    stated: float
    happened: float
    low: float
    high: float
    words: str

    @property
    def fits(self) -> bool:
        """Return whether what was stated lies within what the count is compatible with."""
        return self.low <= self.stated <= self.high


@dataclass(frozen=True)
class Panel:
    """One kind of forecast; the marks rise by what was stated."""

    title: str
    subtitle: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class CalibrationPicture:
    """The panels, at least one, each with at least one mark."""

    panels: tuple[Panel, ...]

    @property
    def alt(self) -> str:
        """Return what is to be seen, with the numbers."""
        return " ".join(
            f"{panel.title}: {'; '.join(mark.words for mark in panel.marks)}."
            for panel in self.panels
        )

    @property
    def caption(self) -> str:
        """Return how to read it."""
        return (
            "Across: how likely a forecast said it was. Up: how often it happened. On the dashed "
            "line both are the same. A bar is what chance alone may explain (95 %); one that "
            "misses the line is vermillion."
        )


def in_percent(share: float) -> float:
    """Return a share as the axes count it."""
    return round(_HUNDRED * share, 1)
