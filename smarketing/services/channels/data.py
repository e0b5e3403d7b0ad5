"""What programs are told: names to sort by, and instants in UTC. No telephone, no e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.webhook import utc
from smarketing.domain.calendar import instant
from smarketing.services.agreements.ladders import when_text
from smarketing.services.leads.queue import lead_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from reports.chronic import Chronic
    from reports.content import Content
    from reports.digest import Digest
    from reports.escalation import EscalatedLead
    from smarketing.domain.agreement import Agreement, Commitment
    from smarketing.domain.remedies import Remedy
    from smarketing.services.conclusions.book import Laddered


def escalation_data(
    laddered: Laddered, step: int, rows: Sequence[Mapping[str, Any]], leads: Sequence[EscalatedLead]
) -> dict[str, Any]:
    """Return what is told of a step.

    Args:
        laddered: The commitment.
        step: Position in its ladder.
        rows: The clocks and their leads.
        leads: The same, as they are told.
    """
    commitment = laddered.commitment
    return {
        **_promise(laddered.agreement, commitment),
        "step": {"number": step + 1, "when": when_text(commitment.ladder[step])},
        "leads": [_lead(row, lead) for row, lead in zip(rows, leads, strict=True)],
    }


def _lead(row: Mapping[str, Any], lead: EscalatedLead) -> dict[str, Any]:
    return {
        "id": row["lead_id"],
        "source_id": row["source_key"],
        "name": lead_name(row),
        "company": row["company"],
        "segment": row["segment"],
        "tier": row["tier"],
        "started_at": utc(instant(row["started_at"])),
        "due_at": utc(instant(row["due_at"])),
        "holder": lead.holder,
        "given_to": lead.given_to,
        "url": lead.url,
    }


def chronic_data(
    agreement: Agreement, remedy: Remedy, month: date, told: Chronic
) -> dict[str, Any]:
    """Return what is told of a promise that failed too often; `month` is given by its first day."""
    promise = next(c for c in agreement.commitments if c.name == remedy.commitment)
    return {
        **_promise(agreement, promise),
        "remedy": remedy.name,
        "month": f"{month:%Y-%m}",
        "rule": told.rule,
        "months": [
            {"name": one.name, "level": one.level, "failed": one.failed} for one in told.months
        ],
    }


def digest_data(digest: Digest, content: Content) -> dict[str, Any]:
    """Return what is told of a week."""
    return {
        "week": digest.week,
        "starts": digest.starts.isoformat(),
        "ends": digest.ends.isoformat(),
        "timezone": digest.zone,
        "agreement": digest.agreement or None,
        "audience": str(digest.audience),
        "counted_until": utc(digest.as_of),
        "figures": [
            {"label": one.label, "value": one.value, "unit": one.unit, "notes": list(one.notes)}
            for one in content.figures
        ],
        "advice": [{"text": one.text, "url": one.url} for one in content.advice],
    }


def _promise(agreement: Agreement, commitment: Commitment) -> dict[str, Any]:
    party = agreement.parties[commitment.by]
    return {
        "agreement": {"name": agreement.name, "title": agreement.title},
        "commitment": {
            "name": commitment.name, "title": commitment.title, "metric": str(commitment.metric),
        },
        "party": {"name": party.name, "title": party.title},
    }  # fmt: skip
