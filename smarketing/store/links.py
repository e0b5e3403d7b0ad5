"""What the link of a mail names: one lead as it stands, and the words about it that count."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.domain.acts import (
    ANSWERS,
    ASSIGNED,
    HANDED_AGAIN,
    OWNER,
    PRESSED,
    RETURNED,
    WITHDRAWN,
)
from smarketing.domain.clocks import ClockState
from smarketing.store import bulk
from smarketing.store.acts import PORTAL, Acting
from smarketing.store.desk import source_number
from smarketing.store.engine import hold_writer, reading
from smarketing.store.told import last_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

_TEXTS: Final = (
    "full_name", "first_name", "last_name", "email", "company", "job_title", "source_key",
)  # fmt: skip
_NUMBERS: Final = (
    "holder_id", "held_since", "handed_at", "paused_until", "accepted", "rejected",
    "acknowledged", "won_deals", "qualified_at", "closed_at",
)  # fmt: skip
_SEEN: Final = {
    "id": pl.Int64(),
    **dict.fromkeys(_TEXTS, pl.String()),
    **dict.fromkeys(_NUMBERS, pl.Int64()),
    "holder": pl.String(),
    "version_id": pl.Int64(),
    "segment": pl.String(),
    "tier": pl.String(),
    "due_at": pl.Int64(),
    "attempt_due_at": pl.Int64(),
}
_DUE: Final = (
    "(SELECT MIN(clock.due_at) FROM clock JOIN commitment ON commitment.id = clock.commitment_id "
    "WHERE clock.lead_id = lead.id AND commitment.metric = '{metric}' "
    f"AND clock.state = {ClockState.RUNNING:d})"
)
_ELSEWHERE: Final = {
    "holder": "person.name",
    "version_id": "cell.version_id",
    "segment": "cell.segment",
    "tier": "cell.tier",
    "due_at": _DUE.format(metric="acknowledged_within"),
    "attempt_due_at": _DUE.format(metric="first_attempt_within"),
}
_LEAD: Final = (
    "SELECT "
    + ", ".join(_ELSEWHERE.get(name, f"lead.{name}") for name in _SEEN)
    + " FROM lead JOIN cell ON cell.id = lead.cell_id "
    "LEFT JOIN person ON person.id = lead.holder_id WHERE lead.id = :id"
)
_WORD: Final = {
    "nth": pl.Int64(),
    "kind": pl.String(),
    "detail": pl.String(),
    "ref": pl.String(),
    "actor": pl.String(),
    "at": pl.Int64(),
    "recorded_at": pl.Int64(),
    "by": pl.String(),
}
_KINDS: Final = (*ANSWERS, HANDED_AGAIN, ASSIGNED, RETURNED, OWNER, PRESSED)
_WORDS: Final = (
    "SELECT told.nth, told.kind, told.detail, told.ref, told.actor, told.occurred_at, "
    "told.recorded_at, person.name FROM "
    + last_told("(SELECT id FROM lead WHERE id = :id)", f"kind IN {(*_KINDS, WITHDRAWN)}")
    + " AS told LEFT JOIN person ON person.email = told.actor ORDER BY told.nth"
)
_SENT: Final = (
    "SELECT sent_at FROM outbox WHERE created_at = :issued_at AND dedupe_key IN ("
    "SELECT dedupe_key FROM alert WHERE lead_id = :id AND person_id = :person_id "
    "UNION SELECT dedupe_key FROM ladder_told JOIN person ON person.id = :person_id "
    "WHERE ladder_told.lead_id = :id AND lower(address) = person.email) "
    "ORDER BY sent_at LIMIT 1"
)

Row = dict[str, Any]


class LinkActing(Acting):
    """A transaction about the lead of a link, which nobody else changes meanwhile."""

    def seen(self, lead_id: int) -> tuple[Row, list[Row]] | None:
        """Return the lead and the words about it that count; None: there is no such lead."""
        return _seen(self._connection, lead_id)

    def sent_at(self, lead_id: int, person_id: int, issued_at: int) -> tuple[int | None] | None:
        """Return when a server took the mail that told somebody of a lead.

        Returns:
            None: there is no such mail; (None,): no server is known to have taken it yet.
        """
        values = {"id": lead_id, "person_id": person_id, "issued_at": issued_at}
        rows = bulk.fetch(self._connection, _SENT, {"sent_at": pl.Int64()}, values).rows()
        return (rows[0][0],) if rows else None


class LinkDesk:
    """Where links are looked up and pressed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def seen(self, lead_id: int) -> tuple[Row, list[Row]] | None:
        """Return a lead and the words about it that count; None: there is no such lead."""
        with reading(self._engine) as connection:
            return _seen(connection, lead_id)

    @contextmanager
    def acting(self, now: int) -> Iterator[LinkActing]:
        """Begin a transaction that alone may change leads: it reads what the one before left."""
        with self._engine.begin() as connection:
            hold_writer(connection)
            yield LinkActing(connection, source_number(connection, PORTAL, now))


def _seen(connection: Connection, lead_id: int) -> tuple[Row, list[Row]] | None:
    found = bulk.fetch(connection, _LEAD, _SEEN, {"id": lead_id}).to_dicts()
    if not found:
        return None
    return found[0], bulk.fetch(connection, _WORDS, _WORD, {"id": lead_id}).to_dicts()
