"""What auditors ask of the tables: each answer is a look-up in an index, at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from smarketing.domain.calendar import instant, seconds
from smarketing.store.engine import reading
from smarketing.store.outbox_steps import CLOCK, LIVE

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Engine


_LEASES: Final = (
    f"SELECT COUNT(*), MIN(lease_until) FROM outbox WHERE {LIVE} "
    "AND state <> 'pending' AND lease_until < {clock} - :grace"
)
_WAITING: Final = (
    f"SELECT COUNT(*), MIN(not_before) FROM outbox WHERE {LIVE} AND state = 'pending' "
    "AND not_before <= :since AND expires_at > :now"
)
_TROUBLES: Final = (
    "SELECT COUNT(*), MIN(created_at) FROM outbox WHERE state IN ('held', 'failed') "
    "AND state = :state AND created_at >= :since"
)
_SOURCES: Final = (
    "SELECT source.name, source.last_read_at, source.last_error FROM source ORDER BY source.name"
)
_DELIVERIES: Final = (
    "SELECT started_at FROM import_run JOIN source ON source.id = import_run.source_id "
    "WHERE source.name = :name AND undone_at IS NULL ORDER BY import_run.id DESC LIMIT :limit"
)


class WatchDesk:
    """Counts what should not be there."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._clock = CLOCK[engine.dialect.name]

    def stale_leases(self, grace: timedelta) -> tuple[int, datetime | None]:
        """Return how many messages are claimed long after their lease, and the oldest lease's end.

        Args:
            grace: How long after it, by the database's clock as leases run.
        """
        sql = _LEASES.format(clock=self._clock)
        return self._count(sql, {"grace": int(grace.total_seconds())})

    def waiting(self, since: datetime, now: datetime) -> tuple[int, datetime | None]:
        """Return how many messages were due at `since` and still wait, and since when the first."""
        return self._count(_WAITING, {"since": seconds(since), "now": seconds(now)})

    def troubles(self, state: str, since: datetime | None) -> tuple[int, datetime | None]:
        """Return how many messages planned since an instant are in a state, and the first's.

        None: whenever they were planned.
        """
        return self._count(_TROUBLES, {"state": state, "since": seconds(since) if since else 0})

    def sources(self) -> tuple[tuple[str, datetime | None, str], ...]:
        """Return name, last read (None: never) and fault (empty: none) of every source."""
        with reading(self._engine) as connection:
            return tuple(
                (name, None if read is None else instant(read), fault or "")
                for name, read, fault in connection.execute(text(_SOURCES))
            )

    def deliveries(self, source: str, limit: int) -> tuple[datetime, ...]:
        """Return when the last deliveries of a source were taken in, the oldest first."""
        with reading(self._engine) as connection:
            found = connection.scalars(text(_DELIVERIES), {"name": source, "limit": limit}).all()
        return tuple(instant(at) for at in reversed(found))

    def _count(self, sql: str, values: dict[str, object]) -> tuple[int, datetime | None]:
        with reading(self._engine) as connection:
            count, first = connection.execute(text(sql), values).one()
        return int(count), None if first is None else instant(first)
