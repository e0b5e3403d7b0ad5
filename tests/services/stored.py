"""Everything that an installation stores of its leads, as lists that can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.domain.moment import FOREVER
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.audit import differing_facts
from smarketing.store.facts import FactsNow
from tests.builders import at

if TYPE_CHECKING:
    from tests.builders import Company

LATER = at("2026-05-08 09:00")
CONTENT = (
    (
        "SELECT source_key, import_id, recorded_at, owner, job_title, created_at, handed_off_at, "
        "acknowledged_at, rejected_at, reject_reason, updated_at, extra, handed_at, day, cell_id, "
        "segment_rule, tier_rule, value, accept_due_at, accepted, rejected, acknowledged, "
        "won_deals, won_amount, holder_id, held_since, next_due_at, next_risk_at, paused_until "
        "FROM lead ORDER BY source_id, source_key"
    ),
    (
        "SELECT activity.source_key, lead_key, lead.source_key, activity.import_id, "
        "activity.recorded_at, kind, direction, occurred_at, result, activity.extra FROM activity "
        "LEFT JOIN lead ON lead.id = lead_id ORDER BY 1"
    ),
    (
        "SELECT deal.source_key, lead_key, lead.source_key, deal.import_id, deal.recorded_at, "
        "deal.outcome, deal.amount, deal.currency, deal.closed_at, before_lead, deal.extra "
        "FROM deal LEFT JOIN lead ON lead.id = lead_id ORDER BY 1"
    ),
    (
        "SELECT lead.source_key, commitment_id, clock.source_id, started_at, due_at, at_risk_at, "
        "stopped_at, state, breached_at, used_s, wall_s FROM clock JOIN lead ON lead.id = lead_id "
        "ORDER BY 1, 2"
    ),
    "SELECT * FROM daily_fact ORDER BY day, cell_id",
    "SELECT source_id, kind, known_until FROM freshness ORDER BY 1, 2",
    "SELECT * FROM freshness_told ORDER BY source_id, kind, recorded_at",
    "SELECT id, name, first_recorded_at FROM source ORDER BY id",
    "SELECT * FROM import_before ORDER BY import_id, kind, row_id",
)
COUNTING = (
    "SELECT lead.source_key, told.ref, told.kind, told.occurred_at, told.detail FROM "
    "(SELECT lead_event.*, ROW_NUMBER() OVER (PARTITION BY lead_id, ref, CASE WHEN ref <> '' "
    "THEN '' WHEN kind = 'withdrawn' THEN detail ELSE kind END ORDER BY nth DESC) AS back "
    "FROM lead_event) AS told JOIN lead ON lead.id = told.lead_id "
    "WHERE back = 1 AND told.kind <> 'withdrawn' ORDER BY 1, 2, 3"
)
"""The events that count."""
SOURCES = 7
"""The place of the sources in CONTENT."""


def state(company: Company) -> list[list[object]]:
    """Everything that is stored but the imports themselves, as after catching up."""
    company.watch(LATER)
    recounted = FactsAsOf(company.history, company.book, seconds(LATER), FOREVER, FOREVER)
    assert differing_facts(FactsNow(company.engine), recounted) == 0
    with company.engine.connect() as connection:
        return [list(connection.execute(text(sql))) for sql in (*CONTENT, COUNTING)]
