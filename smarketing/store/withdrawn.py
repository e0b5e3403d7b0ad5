"""Messages that wait for somebody who is not to have them any more: they are cancelled.

In the transaction that decides it: who disables a person, stops a report or hands a lead on need
not think of what waits in the outbox. A message that a drain has claimed is cancelled, too: the
drain loses its lease before the last byte. What was handed over but for the last answer has
gone; where that never comes and it would be sent again, it is looked at once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.holders import HOLDING_ROLES
from smarketing.domain.messages import MAIL
from smarketing.store import bulk
from smarketing.store.outbox_steps import CLOCK, LIVE, RECEIPT

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ALERT: Final = "alert"
_DIGEST: Final = "digest"
_DISABLED: Final = "the recipient may not sign in any more"
_STOPPED: Final = "the recipient wants no weekly report by mail any more"
_NOT_TOLD: Final = "the recipient is told of no leads any more"
_HANDED_ON: Final = "somebody else has the lead now"
_WAITS: Final = f"{LIVE} AND state <> 'dot' AND channel = '{MAIL}'"
_COLUMNS: Final = "outbox.id, outbox.kind, outbox.dedupe_key, outbox.attempts"
_SCHEMA: Final = {
    "id": pl.Int64(), "kind": pl.String(), "dedupe_key": pl.String(), "attempts": pl.Int64(),
    "why": pl.String(),
}  # fmt: skip
_NOT_FOR: Final = (
    f"SELECT {_COLUMNS}, CASE WHEN person.active = 0 THEN '{_DISABLED}' "
    f"WHEN kind = '{_DIGEST}' THEN '{_STOPPED}' ELSE '{_NOT_TOLD}' END "
    f"FROM person JOIN outbox ON LOWER(outbox.recipient) = person.email "
    f"WHERE {{which}} AND {_WAITS} AND (person.active = 0 "
    f"OR (kind = '{_DIGEST}' AND (person.audience = '' OR person.digest_weekday = '')) "
    f"OR (kind = '{_ALERT}' AND (person.alerts = 0 OR person.role NOT IN {HOLDING_ROLES}))) "
    "ORDER BY outbox.id"
)
_ANY_ALERT: Final = f"SELECT 1 FROM outbox WHERE {_WAITS} AND kind = '{_ALERT}' LIMIT 1"
_OF_LEADS: Final = (
    f"SELECT {_COLUMNS}, '{_HANDED_ON}' FROM outbox WHERE {_WAITS} AND outbox.dedupe_key IN ("
    "SELECT alert.dedupe_key FROM {leads} AS changed CROSS JOIN alert "
    "JOIN lead ON lead.id = alert.lead_id "
    "WHERE alert.lead_id = changed.id AND lead.holder_id <> alert.person_id) ORDER BY outbox.id"
)
# An alert is owed again to whoever gets the lead back, and of the other leads that it told of.
_CANCEL: Final = (
    "UPDATE outbox SET state = 'cancelled', token = NULL, lease_until = NULL, last_reply = :why, "
    f"dedupe_key = CASE WHEN kind = '{_ALERT}' THEN dedupe_key || ':' || CAST(id AS TEXT) "
    "ELSE dedupe_key END WHERE id = :id"
)
_FORGET: Final = "DELETE FROM alert WHERE dedupe_key = :key"


def withdraw_of_person(connection: Connection, person_id: int) -> int:
    """Cancel what a person is not to have any more, as they stand now; return how many."""
    sql = _NOT_FOR.format(which="person.id = :person")
    return _cancel(connection, _fetched(connection, sql, {"person": person_id}))


def withdraw_if_not_wanted(connection: Connection, message_id: int) -> bool:
    """Cancel a message that waits again, if its recipient is not to have it any more."""
    sql = _NOT_FOR.format(which="outbox.id = :message")
    return _cancel(connection, _fetched(connection, sql, {"message": message_id})) > 0


def withdraw_of_leads(connection: Connection, lead_ids: pl.Series) -> int:
    """Cancel alerts about leads that somebody else has by now; return how many."""
    if bulk.fetch(connection, _ANY_ALERT, {"any": pl.Int64()}).is_empty():
        return 0
    staged = bulk.stage(connection, lead_ids.to_frame("id"), "changed")
    return _cancel(connection, _fetched(connection, _OF_LEADS.format(leads=staged), {}))


def _fetched(connection: Connection, sql: str, values: dict[str, object]) -> pl.DataFrame:
    locked = "" if connection.dialect.name == "sqlite" else " FOR UPDATE OF outbox"
    return bulk.fetch(connection, f"{sql}{locked}", _SCHEMA, values)


def _cancel(connection: Connection, messages: pl.DataFrame) -> int:
    receipt = RECEIPT.replace("{clock}", CLOCK[connection.dialect.name])
    for row in messages.iter_rows(named=True):
        bulk.execute(connection, _CANCEL, {"id": row["id"], "why": row["why"]})
        told = {"id": row["id"], "what": "cancelled", "attempt": row["attempts"]}
        bulk.execute(connection, receipt, told | {"said": row["why"]})
        if row["kind"] == _ALERT:
            bulk.execute(connection, _FORGET, {"key": row["dedupe_key"]})
    return len(messages)
