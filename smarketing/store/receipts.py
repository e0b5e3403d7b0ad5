"""What became of messages, for people: lists of messages, and the receipts of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.calendar import instant
from smarketing.domain.receipts import Receipt, Resting, SentMessage, Shut
from smarketing.store import bulk
from smarketing.store.engine import reading
from smarketing.store.outbox_steps import CLOCK

if TYPE_CHECKING:
    from sqlalchemy import Engine

_SENT: Final = {
    "id": pl.Int64(), "kind": pl.String(), "channel": pl.String(), "recipient": pl.String(),
    "subject": pl.String(), "state": pl.String(), "attempts": pl.Int64(),
    "maybe_twice": pl.Int64(), "message_id": pl.String(), "said": pl.String(),
    "created_at": pl.Int64(), "not_before": pl.Int64(), "expires_at": pl.Int64(),
    "sent_at": pl.Int64(),
}  # fmt: skip
_SELECT: Final = (
    "SELECT id, kind, channel, recipient, subject, state, attempts, maybe_twice, message_id, "
    "COALESCE(last_reply, ''), created_at, not_before, expires_at, sent_at FROM outbox"
)
_RECEIPT: Final = {
    "at": pl.Int64(), "what": pl.String(), "attempt": pl.Int64(), "said": pl.String(),
}  # fmt: skip
_STOPPED: Final = "('not tried', 'set aside', 'put back', 'in doubt')"
_ITS: Final = (
    "FROM receipt JOIN outbox ON outbox.id = receipt.outbox_id "
    "WHERE outbox.channel = breaker.channel"
)
_SINCE: Final = (
    f"SELECT MIN(receipt.at) {_ITS} AND receipt.what IN {_STOPPED} AND receipt.id > "
    f"COALESCE((SELECT MAX(receipt.id) {_ITS} AND receipt.what = 'sent'), 0)"
)


class Receipts:
    """Reads what became of messages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._clock = CLOCK[engine.dialect.name]

    def messages(
        self,
        most: int,
        *,
        before: int | None = None,
        state: str = "",
        kind: str = "",
        recipient: str = "",
    ) -> tuple[SentMessage, ...]:
        """Return messages, the newest first.

        Args:
            most: At most so many.
            before: Only those with a smaller id; None: from the newest on.
            state: Only in this state; empty: in any.
            kind: Only of this kind.
            recipient: Only to this one; capitals do not matter.
        """
        asked = {"state": state, "kind": kind, "recipient": recipient.casefold()}
        parts = [f"{name} = :{name}" for name in ("state", "kind") if asked[name]]
        parts += ["LOWER(recipient) = :recipient"] if recipient else []
        parts += ["id < :before"] if before is not None else []
        where = f" WHERE {' AND '.join(parts)}" if parts else ""
        values: dict[str, object] = {**asked, "before": before, "most": most}
        return self._messages(f"{_SELECT}{where} ORDER BY id DESC LIMIT :most", values)

    def message(self, number: int) -> SentMessage | None:
        """Return one message; None: there is none of that number."""
        return next(iter(self._messages(f"{_SELECT} WHERE id = :id", {"id": number})), None)

    def planned_as(self, dedupe_key: str) -> SentMessage:
        """Return the message that was planned under a key.

        Raises:
            LookupError: There is none.
        """
        found = self._messages(f"{_SELECT} WHERE dedupe_key = :key", {"key": dedupe_key})
        return found[0]

    def of(self, number: int) -> tuple[Receipt, ...]:
        """Return the receipts of a message in their order, its planning first."""
        sql = (
            "SELECT created_at, 'planned', 0, '' FROM outbox WHERE id = :id UNION ALL "
            "SELECT at, what, attempt, said FROM (SELECT at, what, attempt, said FROM receipt "
            "WHERE outbox_id = :id ORDER BY id) AS ordered"
        )
        with reading(self._engine) as connection:
            found = bulk.fetch(connection, sql, _RECEIPT, {"id": number})
        return tuple(Receipt(instant(at), *rest) for at, *rest in found.iter_rows())

    def counts(self) -> dict[str, int]:
        """Return how many messages are in each state; states without one are left out."""
        schema = {"state": pl.String(), "count": pl.Int64()}
        sql = "SELECT state, COUNT(*) FROM outbox GROUP BY state"
        with reading(self._engine) as connection:
            return dict(bulk.fetch(connection, sql, schema).iter_rows())

    def shut(self) -> tuple[Shut, ...]:
        """Return the recipients to whom nothing is sent, by address."""
        sql = (
            "SELECT recipient, since_at, said FROM suppression WHERE since_at IS NOT NULL "
            "ORDER BY recipient"
        )
        schema = {"recipient": pl.String(), "since_at": pl.Int64(), "said": pl.String()}
        with reading(self._engine) as connection:
            found = bulk.fetch(connection, sql, schema)
        return tuple(Shut(name, instant(at), said) for name, at, said in found.iter_rows())

    def resting(self) -> tuple[Resting, ...]:
        """Return the ways out that are left alone now."""
        now = self._clock
        sql = (
            f"SELECT channel, COALESCE(({_SINCE}), {now}), open_until, said FROM breaker "
            f"WHERE open_until > {now} ORDER BY channel"
        )
        schema = {
            "channel": pl.String(), "since": pl.Int64(), "until": pl.Int64(), "said": pl.String(),
        }  # fmt: skip
        with reading(self._engine) as connection:
            found = bulk.fetch(connection, sql, schema)
        return tuple(
            Resting(name, instant(since), instant(until), said)
            for name, since, until, said in found.iter_rows()
        )

    def _messages(self, sql: str, values: dict[str, object]) -> tuple[SentMessage, ...]:
        with reading(self._engine) as connection:
            found = bulk.fetch(connection, sql, _SENT, values)
        return tuple(
            SentMessage(
                id=row["id"],
                kind=row["kind"],
                channel=row["channel"],
                recipient=row["recipient"],
                subject=row["subject"],
                state=row["state"],
                attempts=row["attempts"],
                maybe_twice=bool(row["maybe_twice"]),
                message_id=row["message_id"],
                said=row["said"],
                created_at=instant(row["created_at"]),
                not_before=instant(row["not_before"]),
                expires_at=instant(row["expires_at"]),
                sent_at=None if row["sent_at"] is None else instant(row["sent_at"]),
            )
            for row in found.iter_rows(named=True)
        )
