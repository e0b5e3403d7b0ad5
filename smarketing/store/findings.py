"""What auditors found: open until an auditor of its kind looks and does not see it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from smarketing.domain.calendar import instant, seconds
from smarketing.domain.findings import FindingKind, KeptFinding
from smarketing.store.engine import reading

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from smarketing.domain.findings import Finding

_COLUMNS: Final = "key, kind, said, found_at, seen_at, gone_at"
# One that comes back after it was gone is found anew. Two workers that see the same one keep one.
_SEE: Final = (
    f"INSERT INTO finding ({_COLUMNS}) VALUES (:key, :kind, :said, :now, :now, NULL) "
    "ON CONFLICT (key) DO UPDATE SET said = excluded.said, seen_at = excluded.seen_at, "
    "found_at = CASE WHEN finding.gone_at IS NULL THEN finding.found_at ELSE excluded.found_at "
    "END, gone_at = NULL"
)
_GONE: Final = "UPDATE finding SET gone_at = :now WHERE key = :key AND gone_at IS NULL"
_OPEN: Final = f"SELECT {_COLUMNS} FROM finding WHERE gone_at IS NULL ORDER BY found_at, key"
_MENDED: Final = (
    f"SELECT {_COLUMNS} FROM finding WHERE gone_at IS NOT NULL "
    "ORDER BY gone_at DESC, key LIMIT :limit"
)


class FindingShelf:
    """The table `finding`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def see(
        self, findings: Sequence[Finding], kinds: Collection[FindingKind], now: datetime
    ) -> tuple[int, int]:
        """Keep what was found now; whatever else is open of these kinds is gone.

        Nothing is written when nothing was found and nothing is open.

        Args:
            findings: All that the auditors of these kinds miss.
            kinds: What was looked for; findings of other kinds stay as they are.
            now: When.

        Returns:
            How many are new, and how many are gone.
        """
        keys, there = {finding.key for finding in findings}, self.open()
        gone = [one.key for one in there if one.kind in kinds and one.key not in keys]
        if findings or gone:
            with self._engine.begin() as connection:
                see_in(connection, findings, now)
                for key in gone:
                    connection.execute(text(_GONE), {"key": key, "now": seconds(now)})
        return len(keys - {one.key for one in there}), len(gone)

    def open(self) -> tuple[KeptFinding, ...]:
        """Return what is amiss, the oldest first."""
        with reading(self._engine) as connection:
            return tuple(_kept(row) for row in connection.execute(text(_OPEN)))

    def mended(self, limit: int = 20) -> tuple[KeptFinding, ...]:
        """Return what was amiss, the last that went first."""
        with reading(self._engine) as connection:
            return tuple(_kept(row) for row in connection.execute(text(_MENDED), {"limit": limit}))

    def see_to(self, key: str, now: datetime) -> bool:
        """Say that a person saw to a finding; False: it is not open."""
        with self._engine.begin() as connection:
            values = {"key": key, "now": seconds(now)}
            return connection.execute(text(_GONE), values).rowcount == 1

    def drop_before(self, before: datetime) -> int:
        """Forget what was mended before an instant; return how many."""
        with self._engine.begin() as connection:
            sql = text("DELETE FROM finding WHERE gone_at < :before")
            return connection.execute(sql, {"before": seconds(before)}).rowcount


def see_in(connection: Connection, findings: Sequence[Finding], now: datetime) -> None:
    """Keep what was found, within a transaction that somebody else ends."""
    # In the order of the keys: two that meet wait for each other in one direction.
    for one in sorted(findings, key=lambda finding: finding.key):
        values = {"key": one.key, "kind": str(one.kind), "said": one.said, "now": seconds(now)}
        connection.execute(text(_SEE), values)


def _kept(row: Any) -> KeptFinding:  # noqa: ANN401  (a row of the driver)
    key, kind, said, found_at, seen_at, gone_at = row
    return KeptFinding(
        key=key,
        kind=FindingKind(kind),
        said=said,
        found_at=instant(found_at),
        seen_at=instant(seen_at),
        gone_at=None if gone_at is None else instant(gone_at),
    )
