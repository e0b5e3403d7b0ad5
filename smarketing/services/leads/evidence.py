"""Why a lead is in its segment and its tier: the rule that matched, and what it looked at.

Segment and tier are frozen at the hand-off. The values are those of the lead as it is now: what
its source corrected since may fit another rule, and then that is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from connectors.protocol import COLUMNS, Kind
from smarketing.services.rules.columns import SENIORITY, as_seen
from smarketing.services.rules.match import NO_RULE, match_first

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smarketing.domain.agreement import Rule
    from smarketing.services.conclusions.book import Book

_SCHEMA = {**COLUMNS[Kind.LEADS], SENIORITY: pl.String(), "extra": pl.String()}


@dataclass(frozen=True)
class Evidence:
    """How a lead came into its segment, or its tier.

    Attributes:
        title: Of the segment or tier.
        when: The condition of the rule; None: no rule matched.
        position: Of the rule, from 1; 0: none matched.
        rules: How many there are.
        looked_at: Columns and their values, in their order: those of the rule that matched, or of
            all where none did. None is a blank.
        now: Title of what the lead would be today, where that is something else; else None.
    """

    title: str
    when: str | None
    position: int
    rules: int
    looked_at: tuple[tuple[str, str | None], ...]
    now: str | None


def evidence(lead: Mapping[str, Any], book: Book) -> tuple[Evidence, Evidence] | None:
    """Return the evidence of a stored lead's segment and tier; None: it has no agreement."""
    version = book.version(lead["version_id"])
    if version is None:
        return None
    agreement, zone = version.agreement, version.agreement.timezone
    return (
        _evidence(lead, agreement.segments, lead["segment_rule"], zone),
        _evidence(lead, agreement.tiers, lead["tier_rule"], zone),
    )


def _evidence(lead: Mapping[str, Any], rules: Sequence[Rule], index: int, zone: str) -> Evidence:
    frame = pl.DataFrame([{name: lead[name] for name in _SCHEMA if name in lead}], schema=_SCHEMA)
    matched = rules[index] if index != NO_RULE else None
    today = match_first(frame, rules, zone).rules.item()
    return Evidence(
        title=_title(rules, index),
        when=matched.when if matched else None,
        position=index + 1,
        rules=len(rules),
        looked_at=_looked_at(frame, [matched] if matched else rules, zone),
        now=None if today == index else _title(rules, today),
    )


def _title(rules: Sequence[Rule], index: int) -> str:
    return "Other" if index == NO_RULE else rules[index].title


def _looked_at(
    frame: pl.DataFrame, rules: Sequence[Rule], zone: str
) -> tuple[tuple[str, str | None], ...]:
    named = [name for rule in rules for name in pl.sql_expr(rule.when).meta.root_names()]
    used = list(dict.fromkeys(named))
    seen = frame.with_columns(as_seen(used, zone)).select(used).row(0)
    return tuple(
        (name, None if value is None else str(value))
        for name, value in zip(used, seen, strict=True)
    )
