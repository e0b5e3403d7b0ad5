"""Another first day in the text of an agreement; its comments and its order stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smarketing.services.agreements.values import month as month_named

if TYPE_CHECKING:
    from datetime import date

    from tomlkit import TOMLDocument


def redate(document: TOMLDocument, starts_on: date) -> None:
    """Write another first day into an agreement; months of its goal before it go.

    Args:
        document: Of an agreement; where it inherits its term or its months, these stay as they are
            in the other file, and the day stands in this one.
        starts_on: The first day.
    """
    goal: Any = document.get("goal", {})
    term: Any = document.setdefault("term", {})
    term["starts_on"] = starts_on
    months = goal.get("months", {})
    for name in list(months):
        first = month_named(name)
        if first is not None and first < starts_on.replace(day=1):
            del months[name]
