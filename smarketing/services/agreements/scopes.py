"""Whom a number of an agreement is for, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.agreement import OTHER

if TYPE_CHECKING:
    from smarketing.domain.agreement import Agreement, Rule


def whom(segment: str | None, tier: str | None, agreement: Agreement) -> str:
    """Return whom a number is for, as `enterprise decision makers` or `leads of all tiers`."""
    if segment is None and tier is None:
        return "all leads"
    whom = _named(tier, agreement.tiers) if tier else "leads"
    of = _named(segment, agreement.segments) if segment else ""
    return f"{of} {'leads of no tier' if tier == OTHER else whom}".strip()


def _named(name: str, rules: tuple[Rule, ...]) -> str:
    if name == OTHER:
        return "other"  # of a segment: other decision makers
    title = next(rule.title for rule in rules if rule.name == name)
    # CRM and SMB keep their capitals; only an ordinary first letter becomes small.
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
