"""What people call the canonical columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMN_TITLES: Final[Mapping[str, str]] = {
    "source_id": "Id in the source",
    "lead_source_id": "Id of the lead",
    "email": "E-mail",
    "first_name": "First name",
    "last_name": "Last name",
    "full_name": "Full name",
    "company": "Company",
    "job_title": "Job title",
    "employees": "Employees",
    "industry": "Industry",
    "country": "Country",
    "region": "Region",
    "phone": "Phone",
    "lead_source": "Lead source",
    "campaign": "Campaign",
    "provider": "Supplier",
    "status": "Status",
    "owner": "Owner",
    "created_at": "Created",
    "handed_off_at": "Handed off",
    "acknowledged_at": "Acknowledged",
    "first_attempt_at": "First attempt",
    "connected_at": "Connected",
    "accepted_at": "Accepted",
    "rejected_at": "Rejected",
    "reject_reason": "Reject reason",
    "qualified_at": "Qualified",
    "closed_at": "Closed",
    "outcome": "Outcome (won, lost)",
    "amount": "Amount",
    "currency": "Currency",
    "updated_at": "Last changed",
    "kind": "Kind (call, mail, meeting)",
    "direction": "Direction",
    "occurred_at": "When it happened",
    "result": "Result",
    "actor": "Who did it",
    "stage": "Stage",
}
"""Canonical column to the words of a page."""
