"""Which backups are kept: the newest of each of the last 7 days, 4 weeks and 12 months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_RULES: Final = (("%Y-%m-%d", 7), ("%G-W%V", 4), ("%Y-%m", 12))
"""How a day, an ISO week and a month are named, and of how many of them one is kept."""


def kept(made: Iterable[datetime]) -> frozenset[datetime]:
    """Return which backups are kept, by when they were made.

    Only days, weeks and months with a backup count: after a long pause nothing is dropped that a
    rule still has room for.
    """
    newest_first = sorted(made, reverse=True)
    found: set[datetime] = set()
    for pattern, count in _RULES:
        spans: dict[str, datetime] = {}
        for at in newest_first:
            spans.setdefault(at.strftime(pattern), at)
        found.update(list(spans.values())[:count])
    return frozenset(found)
