"""Which events count: of each stamp or `ref` the last one, unless it was withdrawn."""

from __future__ import annotations

from typing import Final

from smarketing.domain.acts import WITHDRAWN

# The instant is given fourteen digits, so that the text of the earliest one is the least.
FIRST_REASON: Final = (
    "NULLIF(substr(MIN(CASE WHEN kind = 'rejected' THEN "
    "CAST(occurred_at + 50000000000000 AS TEXT) || COALESCE(detail, '') END), 15), '')"
)
"""The reason of the earliest rejection among the events of a group."""

_WHAT: Final = (
    "lead_event.lead_id, lead_event.ref, CASE WHEN lead_event.ref <> '' THEN '' "
    f"WHEN lead_event.kind = '{WITHDRAWN}' THEN lead_event.detail ELSE lead_event.kind END"
)
"""What an event is about: the act that its `ref` names, or one stamp of the lead's record."""


def last_told(ids: str, where: str = "true", beside: str = "") -> str:
    """Return a subquery, in brackets, of the events of leads that count.

    Its columns are those of `lead_event`; it wants an alias.

    Args:
        ids: A staged table (or subquery in brackets) with the leads' `id`.
        where: Which events had been told at all: a condition over `lead_event` and `beside`.
            What is true of an event that counts (its kind, its instant) belongs outside.
        beside: More to join, as `JOIN source ON source.id = lead_event.source_id`.
    """
    return (
        f"(SELECT * FROM (SELECT lead_event.*, ROW_NUMBER() OVER (PARTITION BY {_WHAT} "
        f"ORDER BY lead_event.nth DESC) AS back FROM {ids} AS wanted CROSS JOIN lead_event "
        f"{beside} WHERE lead_event.lead_id = wanted.id AND {where}) AS numbered "
        f"WHERE back = 1 AND kind <> '{WITHDRAWN}')"
    )
