"""The outbox: messages that are planned once, claimed by one drain, and never silently lost.

States: `pending` → `claimed` (a drain has it, under a token and a lease) → `dot` (everything is
handed over but the final dot) → `sent`. `held`: nobody knows whether it arrived, a person
decides. `failed`: refused for good, or expired. Every step is a compare-and-set of state and
token, so that whoever lost its lease changes nothing. Leases run by the database's clock,
`not_before` and `expires_at` by the caller's. An empty outbox is seen without a write lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import text
from sqlmodel import col, select

from smarketing.domain.messages import Claimed, Settled
from smarketing.store.engine import reading
from smarketing.store.tables.messages import Outbox

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime, timedelta

    from sqlalchemy import Connection, Engine

    from smarketing.domain.messages import Message

_CHUNK: Final = 500
_DOT_LEASE_S: Final = 900
"""How long the answer to the dot may take before it is doubtful; a drain waits 600 s for it."""

CLOCK: Final = {
    "sqlite": "CAST(strftime('%s', 'now') AS INTEGER)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)",
}
"""The database's clock, by which leases run, in seconds of UTC."""

_LIVE: Final = "state IN ('pending', 'claimed', 'dot')"  # as the partial index says it
_OPEN: Final = "(state = 'pending' OR (state = 'claimed' AND lease_until < {clock}))"
_DUE: Final = f"{_LIVE} AND {_OPEN} AND not_before <= :now AND expires_at > :now"
_PLAN: Final = (
    "INSERT INTO outbox (dedupe_key, kind, recipient, audience, subject, message_id, mime, state, "
    "attempts, not_before, expires_at, created_at) VALUES (:dedupe_key, :kind, :recipient, "
    ":audience, :subject, :message_id, :mime, 'pending', 0, :not_before, :expires_at, :created_at) "
    "ON CONFLICT (dedupe_key) DO NOTHING"
)
# The rows are picked in a CTE: PostgreSQL may run a subquery with LIMIT more than once.
_CLAIM: Final = (
    f"WITH picked AS (SELECT id FROM outbox WHERE {_DUE} "
    "ORDER BY not_before, id LIMIT :limit {skip}) "
    "UPDATE outbox SET state = 'claimed', token = :token, lease_until = {clock} + :lease, "
    "attempts = attempts + 1 WHERE id IN (SELECT id FROM picked) "
    "RETURNING id, token, dedupe_key, recipient, mime, attempts"
)
_EXPIRED: Final = f"{_OPEN} AND expires_at <= :now"
_EXPIRE: Final = (
    "UPDATE outbox SET state = 'failed', token = NULL, lease_until = NULL, "
    "last_reply = COALESCE(last_reply || ' - ', '') || 'given up: too old to be of use' "
    f"WHERE {_LIVE} AND {_EXPIRED}"
)
_DOUBTFUL: Final = "state = 'dot' AND lease_until < {clock}"
_SETTLE_DOUBT: Final = (
    "UPDATE outbox SET state = :state, token = NULL, lease_until = NULL, "
    "last_reply = COALESCE(last_reply, 'the drain ended while it waited for the last answer') "
    f"WHERE {_LIVE} AND {_DOUBTFUL}"
)
_STEP: Final = "UPDATE outbox SET {changes} WHERE id = :id AND token = :token AND state IN {states}"
_BEFORE_THE_ANSWER: Final = "('claimed', 'dot')"


@dataclass(frozen=True)
class Trouble:
    """A message that a person should look at: held or failed."""

    id: int
    state: str
    recipient: str
    subject: str
    reply: str


def put(connection: Connection, messages: Iterable[Message]) -> int:
    """Put messages in within a transaction that somebody else ends; return how many were new."""
    # In the order of the keys: two planners that meet wait for each other in one direction.
    rows = sorted(map(_row, messages), key=lambda row: str(row["dedupe_key"]))
    return sum(connection.execute(text(_PLAN), row).rowcount for row in rows)


class OutboxStore:
    """The table `outbox`; each method is one transaction.

    Args:
        engine: The database.
        ambiguous: What happens to a message that may or may not have arrived: `hold` it for a
            person, or `retry` with the same bytes and Message-ID.
    """

    def __init__(self, engine: Engine, ambiguous: Literal["hold", "retry"] = "hold") -> None:
        self._engine = engine
        self._doubt = "held" if ambiguous == "hold" else "pending"
        self._clock = CLOCK[engine.dialect.name]

    def plan(self, messages: Iterable[Message]) -> int:
        """Put messages in; one whose key is there already is left as it is.

        Returns:
            How many were new.
        """
        with self._engine.begin() as connection:
            return put(connection, messages)

    def planned(self, keys: Collection[str]) -> frozenset[str]:
        """Return which of these dedupe keys are planned already."""
        wanted, key = sorted(keys), col(Outbox.dedupe_key)
        found: set[str] = set()
        with reading(self._engine) as connection:
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                found.update(connection.scalars(select(key).where(key.in_(chunk))))
        return frozenset(found)

    def claim(self, *, limit: int, lease: timedelta, now: datetime) -> tuple[Claimed, ...]:
        """Return messages that are due, oldest first, and keep them from every other drain.

        Args:
            limit: At most so many.
            lease: How long they are kept; afterwards another drain may take them.
            now: Decides what is due and what has expired.
        """
        if not self._any(_DUE, now):
            return ()
        values = {
            "now": _seconds(now),
            "limit": limit,
            "lease": int(lease.total_seconds()),
            "token": token_hex(16),
        }
        with self._engine.begin() as connection:
            rows = connection.execute(text(self._filled(_CLAIM)), values).all()
        return tuple(sorted((Claimed(*row) for row in rows), key=lambda claimed: claimed.id))

    def mark_dot(self, id: int, token: str) -> bool:  # noqa: A002  (the column's name)
        """Say that the next byte delivers it; False: the lease was lost, do not send that byte."""
        changes = f"state = 'dot', lease_until = {self._clock} + {_DOT_LEASE_S}"
        return self._step(changes, "('claimed')", id, token)

    def mark_sent(self, id: int, token: str, reply: str, sent_at: datetime) -> bool:  # noqa: A002
        """Say that it was taken; False: the lease was lost."""
        changes = "state = 'sent', lease_until = NULL, last_reply = :reply, sent_at = :at"
        return self._step(changes, _BEFORE_THE_ANSWER, id, token, reply=reply, at=_seconds(sent_at))

    def put_back(self, id: int, token: str, reply: str, not_before: datetime) -> bool:  # noqa: A002
        """Say that it certainly did not arrive and is to be tried again; False: lease lost."""
        changes = (
            "state = 'pending', token = NULL, lease_until = NULL, last_reply = :reply, "
            "not_before = :at"
        )
        return self._step(
            changes, _BEFORE_THE_ANSWER, id, token, reply=reply, at=_seconds(not_before)
        )

    def mark_failed(self, id: int, token: str, reply: str) -> bool:  # noqa: A002
        """Say that it was refused for good; False: the lease was lost."""
        changes = "state = 'failed', token = NULL, lease_until = NULL, last_reply = :reply"
        return self._step(changes, _BEFORE_THE_ANSWER, id, token, reply=reply)

    def mark_doubtful(self, id: int, token: str, reply: str) -> bool:  # noqa: A002
        """Say that nobody knows whether it arrived; False: the lease was lost.

        It is held at once; where the policy is to retry, only when the lease is over.
        """
        changes = "last_reply = :reply"
        if self._doubt == "held":
            changes += ", state = 'held', token = NULL, lease_until = NULL"
        return self._step(changes, "('dot')", id, token, reply=reply)

    def settle(self, now: datetime) -> Settled:
        """Give up what has expired, and decide on what a drain left behind at the dot."""
        if not self._any(f"{_LIVE} AND (({_EXPIRED}) OR ({_DOUBTFUL}))", now):
            return Settled(0, 0)
        at = {"now": _seconds(now)}
        with self._engine.begin() as connection:
            expired = connection.execute(text(self._filled(_EXPIRE)), at)
            doubtful = connection.execute(text(self._filled(_SETTLE_DOUBT)), {"state": self._doubt})
            return Settled(expired.rowcount, doubtful.rowcount)

    def release(self, id: int, *, now: datetime, expires_at: datetime) -> bool:  # noqa: A002
        """Send a held or failed message again, as a person decided; False: it is neither."""
        sql = (
            "UPDATE outbox SET state = 'pending', attempts = 0, not_before = :now, "
            "expires_at = :until WHERE id = :id AND state IN ('held', 'failed')"
        )
        values = {"id": id, "now": _seconds(now), "until": _seconds(expires_at)}
        with self._engine.begin() as connection:
            return connection.execute(text(sql), values).rowcount == 1

    def counts(self) -> dict[str, int]:
        """Return how many messages are in each state; states without one are left out."""
        with reading(self._engine) as connection:
            rows = connection.execute(text("SELECT state, COUNT(*) FROM outbox GROUP BY state"))
            return {str(state): int(count) for state, count in rows}

    def troubles(self, limit: int = 20) -> tuple[Trouble, ...]:
        """Return the latest messages that are held or failed, newest first."""
        sql = (
            "SELECT id, state, recipient, subject, COALESCE(last_reply, '') FROM outbox "
            "WHERE state IN ('held', 'failed') ORDER BY id DESC LIMIT :limit"
        )
        with reading(self._engine) as connection:
            return tuple(Trouble(*row) for row in connection.execute(text(sql), {"limit": limit}))

    def _any(self, condition: str, now: datetime) -> bool:
        sql = self._filled(f"SELECT 1 FROM outbox WHERE {condition} LIMIT 1")
        with reading(self._engine) as connection:
            return connection.execute(text(sql), {"now": _seconds(now)}).first() is not None

    def _step(self, changes: str, states: str, id: int, token: str, **values: object) -> bool:  # noqa: A002
        sql = _STEP.format(changes=changes, states=states)
        with self._engine.begin() as connection:
            found = connection.execute(text(sql), {"id": id, "token": token, **values})
            return found.rowcount == 1

    def _filled(self, sql: str) -> str:
        skip = "FOR UPDATE SKIP LOCKED" if self._engine.dialect.name == "postgresql" else ""
        return sql.format(clock=self._clock, skip=skip)


def _row(message: Message) -> dict[str, object]:
    """Return the values of a new row."""
    instants = ("not_before", "expires_at", "created_at")
    return vars(message) | {name: _seconds(getattr(message, name)) for name in instants}


def _seconds(at: datetime) -> int:
    return int(at.timestamp() // 1)
