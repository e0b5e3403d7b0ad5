"""Single leads, for pages and explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.domain.acts import ASSIGNED
from smarketing.domain.errors import NotFoundError
from smarketing.store import bulk
from smarketing.store.columns import schema_of
from smarketing.store.engine import reading
from smarketing.store.leave import absences_of
from smarketing.store.ledger import CLASSIFIED
from smarketing.store.tables.clocks import Clock
from smarketing.store.tables.records import Deal, Lead, LeadEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Engine

    from smarketing.domain.holders import Absence

Row = dict[str, Any]
_DIGITS: Final = 18
"""The most digits of a number that every column can hold."""

_LEAD: Final = (
    schema_of(Lead)
    | CLASSIFIED
    | {"source": pl.String(), "label": pl.String(), "holder": pl.String()}
)
_LEAD_SQL: Final = (
    f"SELECT {', '.join(f'lead.{name}' for name in schema_of(Lead))}, "
    "cell.version_id, cell.segment, cell.tier, lead.handed_at, source.name, import_run.label, "
    "person.name FROM lead JOIN cell ON cell.id = lead.cell_id "
    "JOIN source ON source.id = lead.source_id "
    "LEFT JOIN import_run ON import_run.id = lead.import_id "
    "LEFT JOIN person ON person.id = lead.holder_id WHERE lead.id = :id"
)
_CLOCK: Final = schema_of(Clock) | {"commitment": pl.String()}
_CLOCKS_SQL: Final = (
    f"SELECT {', '.join(f'clock.{name}' for name in schema_of(Clock))}, commitment.name "
    "FROM clock JOIN commitment ON commitment.id = clock.commitment_id "
    "WHERE clock.lead_id = :id ORDER BY clock.cycle, commitment.id"
)
_EVENT: Final = schema_of(LeadEvent) | {
    "by": pl.String(),
    "given": pl.String(),
    "source": pl.String(),
    "label": pl.String(),
}
_EVENTS_SQL: Final = (
    f"SELECT {', '.join(f'lead_event.{name}' for name in schema_of(LeadEvent))}, "
    "person.name, given.name, source.name, import_run.label FROM lead_event "
    "LEFT JOIN source ON source.id = lead_event.source_id "
    "LEFT JOIN import_run ON import_run.id = lead_event.import_id "
    "LEFT JOIN person ON person.email = lead_event.actor "
    f"LEFT JOIN person AS given ON lead_event.kind = '{ASSIGNED}' "
    "AND CAST(given.id AS TEXT) = lead_event.detail "
    "WHERE lead_event.lead_id = :id ORDER BY lead_event.nth"
)
_DEAL: Final = schema_of(Deal) | {"source": pl.String()}
_DEALS_SQL: Final = (
    f"SELECT {', '.join(f'deal.{name}' for name in schema_of(Deal))}, source.name FROM deal "
    "JOIN source ON source.id = deal.source_id WHERE deal.lead_id = :id "
    "ORDER BY COALESCE(deal.closed_at, deal.created_at, deal.recorded_at), deal.id"
)
_ALIKE: Final = {
    "id": pl.Int64(),
    **dict.fromkeys(
        ("full_name", "first_name", "last_name", "email", "company", "source_key"), pl.String()
    ),
    "handed_at": pl.Int64(),
    "version_id": pl.Int64(),
    **dict.fromkeys(("segment", "tier", "source"), pl.String()),
}
_ALIKE_SQL: Final = (
    "WITH found AS (SELECT id FROM lead WHERE (:email <> '' AND lower(email) = lower(:email)) "
    "OR (:name <> '' AND :company <> '' AND lower(company) = lower(:company) AND "
    "(lower(full_name) = lower(:name) OR lower(first_name || ' ' || last_name) = lower(:name)))) "
    "SELECT lead.id, lead.full_name, lead.first_name, lead.last_name, lead.email, lead.company, "
    "lead.source_key, lead.handed_at, cell.version_id, cell.segment, cell.tier, source.name "
    "FROM found CROSS JOIN lead JOIN cell ON cell.id = lead.cell_id "
    "JOIN source ON source.id = lead.source_id WHERE lead.id = found.id "
    "ORDER BY lead.handed_at DESC, lead.id DESC LIMIT :limit"
)


class LeadShelf:
    """Finds leads by what people call them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def named(self, name: str) -> pl.Series:
        """Return ids by id, by `SOURCE:SOURCE_ID`, or by e-mail: the first way that finds any."""
        found = pl.Series("id", [], dtype=pl.Int64())
        with reading(self._engine) as connection:
            for where, values in _ways(name):
                found = _ids(connection, where, values)
                if not found.is_empty():
                    break
        return found.unique().sort()

    def whole(self, lead_id: int) -> tuple[Row, list[Row], list[Row], list[Row]]:
        """Return a lead, its clocks, its events and its deals, all as they stood at one moment.

        The lead comes with `version_id, segment, tier, classified_at` of its cell, `source` (a
        name), `label` (of its import) and `holder` (a name); a clock with its `commitment`; an
        event with `by` (the name of who acted), `given` (of who got the lead), `source`, `label`.

        Raises:
            NotFoundError: There is no such lead.
        """
        named = {"id": lead_id}
        with reading(self._engine) as connection:
            lead = bulk.fetch(connection, _LEAD_SQL, _LEAD, named).to_dicts()
            if not lead:
                raise NotFoundError(f"there is no lead {lead_id}", str(lead_id))
            clocks = bulk.fetch(connection, _CLOCKS_SQL, _CLOCK, named).to_dicts()
            events = bulk.fetch(connection, _EVENTS_SQL, _EVENT, named).to_dicts()
            deals = bulk.fetch(connection, _DEALS_SQL, _DEAL, named).to_dicts()
        return lead[0], clocks, events, deals

    def leave_of(self, person_id: int) -> list[Absence]:
        """Return when a person is or was on leave, the first one first."""
        with reading(self._engine) as connection:
            return absences_of(connection, person_id)

    def alike(self, email: str, name: str, company: str, limit: int) -> list[Row]:
        """Return leads with that e-mail, or with that name and company, the newest first.

        Empty text is like nothing. It looks at every lead: no index is worth its price at every
        import for what is asked when one lead is entered by hand.
        """
        values = {"email": email, "name": name, "company": company, "limit": limit}
        with reading(self._engine) as connection:
            return bulk.fetch(connection, _ALIKE_SQL, _ALIKE, values).to_dicts()


def _ways(name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the conditions under which a lead may be meant by a name, the cheapest first."""
    if name.isdecimal() and len(name) <= _DIGITS:
        yield "lead.id = :number", {"number": int(name)}
    source, colon, key = name.partition(":")
    if colon:
        yield (
            "source.name = :source AND lead.source_key = :key",
            {"source": source, "key": key},
        )
    if "@" in name:
        yield "lower(lead.email) = :email", {"email": name.lower()}


def _ids(connection: Connection, where: str, values: Mapping[str, object]) -> pl.Series:
    return bulk.fetch(
        connection,
        f"SELECT lead.id FROM lead JOIN source ON source.id = lead.source_id WHERE {where}",
        {"id": pl.Int64()},
        values,
    )["id"]
