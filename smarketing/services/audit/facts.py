"""Figures that differ from a recount from the events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.domain.findings import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS: Final = (FindingKind.FACTS,)


def wrong_facts(wrong: int) -> Iterator[Finding]:
    """Yield that days and cells have other figures than a recount gives.

    They are never corrected by themselves: a figure that somebody has read does not change in
    silence, and the fault that made it is to be found first.

    Args:
        wrong: How many days and cells.
    """
    if wrong:
        yield Finding(
            "facts",
            FindingKind.FACTS,
            f"{wrong:,} figures of days differ from a recount from the events. Progress and "
            "statements may be wrong on these days: tell the developers, then put the recount in "
            "their place with: smarketing facts --rebuild",
        )
