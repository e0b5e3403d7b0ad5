"""What a statement is made of besides levels: counted breaches, late leads, words on claims."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import polars as pl
from sqlmodel import Session, col, select

from smarketing.domain.claims import ClaimAct, ClaimWord
from smarketing.domain.clocks import ClockState
from smarketing.store import bulk
from smarketing.store.engine import hold_writer, reading
from smarketing.store.lead_lists import RECYCLED_NOW
from smarketing.store.tables.clocks import ClaimWord as ClaimRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Engine

_SUBJECT: Final = ("commitment_id", "lead_id", "cycle", "occasion")
_SAME: Final = " AND ".join(f"{{other}}.{name} = breach.{name}" for name in _SUBJECT)
# A clock has no occasion: those of one commitment are counted, those of occasions told apart.
_BREACHES: Final = (
    "SELECT commitment_id, occasion, kind, record, said, COUNT(*), MAX(known_at) FROM (SELECT "
    "breach.commitment_id, breach.occasion, breach.kind, breach.record, CASE WHEN "
    "breach.occasion <> '' THEN (SELECT MIN(recorded_at) FROM breach AS first "
    f"WHERE {_SAME.format(other='first')} AND first.nth > COALESCE((SELECT MAX(gone.nth) "
    f"FROM breach AS gone WHERE {_SAME.format(other='gone')} AND gone.record = 'withdrawn'), 0)) "
    "END AS known_at, "
    f"(SELECT act FROM breach_word WHERE {_SAME.format(other='breach_word')} "
    "ORDER BY id DESC LIMIT 1) AS said FROM breach WHERE breach.month = :month AND NOT EXISTS "
    f"(SELECT 1 FROM breach AS later WHERE {_SAME.format(other='later')} "
    "AND later.nth > breach.nth)) AS last GROUP BY commitment_id, occasion, kind, record, said"
)
_BREACH: Final = {
    "commitment_id": pl.Int64(),
    **dict.fromkeys(("occasion", "kind", "record", "said"), pl.String()),
    "number": pl.Int64(),
    "known_at": pl.Int64(),
}
_STATES: Final = (int(ClockState.RUNNING), int(ClockState.MET_LATE), int(ClockState.NEVER_MET))
_SUMS: Final = ", ".join(
    f"CAST(COALESCE(SUM({one}), 0) AS BIGINT)"
    for one in (
        "CASE WHEN accepted > 0 THEN 1 ELSE 0 END",
        "rejected",
        "is_recycled",
    )
)
_LATE: Final = (
    f"SELECT COUNT(*), {_SUMS} FROM (SELECT lead.id, lead.accepted, lead.rejected, "
    f"{RECYCLED_NOW} AS is_recycled FROM lead "
    "WHERE lead.day >= :first_day AND lead.day < :last_day AND EXISTS (SELECT 1 FROM clock "
    "WHERE clock.lead_id = lead.id AND clock.commitment_id IN (SELECT id FROM {commitments}) "
    "AND clock.excused = 0 AND clock.breached_at IS NOT NULL "
    f"AND clock.state IN {_STATES})) AS late"
)
_LATE_LEADS: Final = dict.fromkeys(("leads", "accepted", "rejected", "recycled"), pl.Int64())


class StatementDesk:
    """Reads what statements are made of, and keeps what is said about claims."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def breaches(self, month: str) -> pl.DataFrame:
        """Return the breaches of a month: the last record about each, and the last word.

        Columns: `commitment_id, occasion, kind, record, said, number, known_at`; `said` is null
        without a word, `known_at` is when the first record about an occasion was made (since
        it was withdrawn last), in seconds of UTC, null for clocks.
        """
        return self._fetch(_BREACHES, _BREACH, {"month": month})

    def late_leads(
        self, first_day: int, last_day: int, commitments: Sequence[int]
    ) -> Mapping[str, int]:
        """Return how many leads were late by any of some commitments, each lead once.

        Args:
            first_day: Day number of the hand-off, inclusive.
            last_day: Day number, not inclusive.
            commitments: Their numbers; an excused clock makes no lead late.

        Returns:
            `leads`, and how many of them are `accepted`, `rejected` and `recycled`.
        """
        numbers = pl.Series("id", commitments, dtype=pl.Int64()).to_frame()
        with reading(self._engine) as connection:
            staged = bulk.stage(connection, numbers, "late_by")
            sql = _LATE.replace("{commitments}", staged)
            days = {"first_day": first_day, "last_day": last_day}
            return bulk.fetch(connection, sql, _LATE_LEADS, days).row(0, named=True)

    def claims(self, agreement: str) -> tuple[ClaimWord, ...]:
        """Return what was said about claims under an agreement, the oldest first."""
        with reading(self._engine) as connection, Session(connection) as session:
            return _claims(session, agreement)

    @contextmanager
    def claiming(self) -> Iterator[Claiming]:
        """Begin a transaction that alone may add a word about claims."""
        with self._engine.begin() as connection:
            hold_writer(connection)
            with Session(connection) as session:
                yield Claiming(session)

    def _fetch(
        self, sql: str, schema: Mapping[str, pl.DataType], values: Mapping[str, object]
    ) -> pl.DataFrame:
        with reading(self._engine) as connection:
            return bulk.fetch(connection, sql, schema, values)


class Claiming:
    """A transaction in which something is said about a claim."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claims(self, agreement: str) -> tuple[ClaimWord, ...]:
        """Return what was said about claims under an agreement, the oldest first."""
        return _claims(self._session, agreement)

    def say(self, word: ClaimWord) -> None:
        """Add a word."""
        self._session.add(ClaimRow(**{**vars(word), "act": str(word.act)}))
        self._session.flush()


def _claims(session: Session, agreement: str) -> tuple[ClaimWord, ...]:
    asked = select(ClaimRow).where(col(ClaimRow.agreement) == agreement).order_by(col(ClaimRow.id))
    return tuple(
        ClaimWord(
            row.agreement, row.period, row.remedy, ClaimAct(row.act), row.amount, row.unit,
            row.text, row.party, row.by, row.at,
        )
        for row in session.scalars(asked)
    )  # fmt: skip
