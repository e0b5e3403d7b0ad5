"""Breaches as they stand, and what is said about them."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.domain.breaches import Act, Breach, FoundBreach, Kind, Reason, Record, Subject, Word
from smarketing.domain.calendar import instant, seconds
from smarketing.domain.moment import FOREVER
from smarketing.store import bulk
from smarketing.store.engine import hold_writer, reading
from smarketing.store.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

_MONEY: Final = 10_000
_SUBJECT: Final = {
    "commitment_id": pl.Int64(),
    "lead_id": pl.Int64(),
    "cycle": pl.Int64(),
    "occasion": pl.String(),
}
_BREACH: Final = {
    "id": pl.Int64(),
    **_SUBJECT,
    "record": pl.String(),
    "kind": pl.String(),
    "reason": pl.String(),
    "month": pl.String(),
    "at": pl.Int64(),
    "recorded_at": pl.Int64(),
    "late_s": pl.Int64(),
    "wall_s": pl.Int64(),
    "quantity": pl.Int64(),
}
_LEAD: Final = {
    **dict.fromkeys(
        ("first_name", "last_name", "full_name", "email", "company", "source_key", "provider"),
        pl.String(),
    ),
    "holder": pl.String(),
}
_WORD: Final = {
    **_SUBJECT,
    **dict.fromkeys(("act", "clause", "text", "party", "by"), pl.String()),
    "at": pl.Int64(),
}
_SAME: Final = " AND ".join(f"{{other}}.{name} = breach.{name}" for name in _SUBJECT)
_IS_LAST: Final = (
    f"NOT EXISTS (SELECT 1 FROM breach AS later WHERE {_SAME.format(other='later')} "
    "AND later.nth > breach.nth)"
)
_TOLD: Final = {
    "commitment_id": pl.Int64(),
    "at": pl.Int64(),
    **dict.fromkeys(("kind", "record", "said"), pl.String()),
}
# The last record and the last word of those that were told; a word about a late one does not
# cover the missing one that it became.
_TOLD_OF: Final = (
    "SELECT breach.commitment_id, breach.at, breach.kind, breach.record, "
    f"(SELECT act FROM breach_word WHERE {_SAME.format(other='breach_word')} "
    "AND breach_word.at < :told AND (breach.record <> 'reclassified' OR breach.kind <> 'missing' "
    "OR breach_word.at >= breach.recorded_at) ORDER BY id DESC LIMIT 1) AS said FROM breach "
    "WHERE breach.at >= :from_s AND breach.at < :to_s AND breach.recorded_at < :told "
    "AND breach.commitment_id IN (SELECT id FROM {commitments}) AND NOT EXISTS "
    f"(SELECT 1 FROM breach AS later WHERE {_SAME.format(other='later')} "
    "AND later.nth > breach.nth AND later.recorded_at < :told)"
)
_NAMES: Final = ", ".join(
    [*(f"breach.{n}" for n in _BREACH), *(f"lead.{n}" for n in list(_LEAD)[:-1]), "person.name"]
)
_READ: Final = (
    f"SELECT {_NAMES} FROM {{subjects}}breach "
    "LEFT JOIN lead ON lead.id = breach.lead_id LEFT JOIN person ON person.id = lead.holder_id "
)
_LISTED: Final = (
    "{which} AND breach.commitment_id IN (SELECT id FROM {commitments}) AND {last} "
    "ORDER BY breach.at DESC, breach.id DESC"
)


class BreachShelf:
    """Reads breaches, and keeps what is said about them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def between(
        self, from_at: datetime, to_at: datetime, commitments: Sequence[int]
    ) -> list[FoundBreach]:
        """Return the breaches of some commitments that began in a span, the newest first."""
        span = {"from_s": seconds(from_at), "to_s": seconds(to_at)}
        return self._listed("breach.at >= :from_s AND breach.at < :to_s", span, commitments)

    def of_month(self, month: str, commitments: Sequence[int]) -> list[FoundBreach]:
        """Return the breaches of some commitments that count for a month, the newest first."""
        return self._listed("breach.month = :month", {"month": month}, commitments)

    def of_lead(self, lead_id: int) -> list[FoundBreach]:
        """Return the breaches of the clocks of a lead, the newest first."""
        sql = (
            f"{_READ.format(subjects='')} WHERE breach.lead_id = :lead_id AND {_IS_LAST} "
            "ORDER BY breach.at DESC, breach.id DESC"
        )
        with reading(self._engine) as connection:
            rows = bulk.fetch(connection, sql, _BREACH | _LEAD, {"lead_id": lead_id})
            return _found(connection, rows)

    def _listed(
        self, which: str, values: Mapping[str, object], commitments: Sequence[int]
    ) -> list[FoundBreach]:
        with reading(self._engine) as connection:
            numbers = pl.Series("id", commitments, dtype=pl.Int64()).to_frame()
            staged = bulk.stage(connection, numbers, "asked")
            where = _LISTED.format(which=which, commitments=staged, last=_IS_LAST)
            sql = f"{_READ.format(subjects='')} WHERE {where}"
            return _found(connection, bulk.fetch(connection, sql, _BREACH | _LEAD, values))

    def told(
        self,
        from_at: datetime,
        to_at: datetime,
        commitments: Sequence[int],
        told_before: datetime | None = None,
    ) -> pl.DataFrame:
        """Return the breaches of some commitments that began in a span, as they stood then.

        Columns: `commitment_id, at, kind, record, said`; a row a breach, `said` is the last word
        about it, null without one.

        Args:
            from_at: Inclusive.
            to_at: Not inclusive.
            commitments: Their numbers.
            told_before: What was recorded or said at it or later does not count; None: all does.
        """
        told = FOREVER if told_before is None else seconds(told_before)
        span = {"from_s": seconds(from_at), "to_s": seconds(to_at), "told": told}
        numbers = pl.Series("id", commitments, dtype=pl.Int64()).to_frame()
        with reading(self._engine) as connection:
            staged = bulk.stage(connection, numbers, "asked")
            return bulk.fetch(connection, _TOLD_OF.format(commitments=staged), _TOLD, span)

    def one(self, breach_id: int) -> FoundBreach | None:
        """Return the breach that a record is about; None: there is no such record."""
        with reading(self._engine) as connection:
            found = _found(connection, _last_of(connection, [breach_id]))
        return found[0] if found else None

    def history(self, breach_id: int) -> list[Breach]:
        """Return every record about that breach, the oldest first; without words."""
        with reading(self._engine) as connection:
            rows = _of_subjects(connection, [breach_id], "TRUE ORDER BY breach.nth")
        return [_breach(row, ()) for row in rows.iter_rows(named=True)]

    @contextmanager
    def speaking(self) -> Iterator[Speaking]:
        """Begin a transaction that alone may change leads and what is said."""
        with self._engine.begin() as connection:
            hold_writer(connection)
            yield Speaking(connection)


class Speaking:
    """A transaction in which something is said about breaches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.ledger = Ledger(connection)

    def breaches(self, ids: Sequence[int]) -> list[Breach]:
        """Return the breaches that records with these ids are about, each once."""
        rows = _last_of(self._connection, ids)
        return [found.breach for found in _found(self._connection, rows)]

    def say(self, subjects: Sequence[Subject], word: Word) -> None:
        """Add one word about each."""
        said = {
            "act": str(word.act),
            "clause": word.clause,
            "text": word.text,
            "party": word.party,
            "by": word.by,
            "at": seconds(word.at),
        }
        rows = [{**subject._asdict(), **said} for subject in subjects]
        frame = pl.DataFrame(rows, schema=_WORD)
        bulk.insert(self._connection, "breach_word", frame)


def _last_of(connection: Connection, ids: Sequence[int]) -> pl.DataFrame:
    return _of_subjects(connection, ids, _IS_LAST)


def _of_subjects(connection: Connection, ids: Sequence[int], where: str) -> pl.DataFrame:
    """Return records about the breaches that some records are about."""
    numbers = pl.Series("id", ids, dtype=pl.Int64()).unique().to_frame()
    staged = bulk.stage(connection, numbers, "asked")
    subjects = (
        f"(SELECT DISTINCT {', '.join(_SUBJECT)} FROM breach "
        f"WHERE id IN (SELECT id FROM {staged})) AS named"
    )
    read = _READ.format(subjects=f"{subjects} CROSS JOIN ")
    same = _SAME.format(other="named")
    return bulk.fetch(connection, f"{read} WHERE {same} AND {where}", _BREACH | _LEAD)


def _found(connection: Connection, rows: pl.DataFrame) -> list[FoundBreach]:
    words = _words(connection, rows)
    return [
        FoundBreach(
            row["id"],
            _breach(row, tuple(words.get(_subject(row), ()))),
            _name(row),
            row["provider"],
            row["holder"],
        )
        for row in rows.iter_rows(named=True)
    ]


def _words(connection: Connection, rows: pl.DataFrame) -> dict[Subject, list[Word]]:
    if rows.is_empty():
        return {}
    staged = bulk.stage(connection, rows.select(list(_SUBJECT)), "said")
    same = " AND ".join(f"breach_word.{name} = said.{name}" for name in _SUBJECT)
    names = ", ".join(f"breach_word.{name}" for name in _WORD)
    sql = f"SELECT {names} FROM {staged} AS said CROSS JOIN breach_word WHERE {same}"
    words: dict[Subject, list[Word]] = {}
    found = bulk.fetch(connection, f"{sql} ORDER BY breach_word.id", _WORD)
    for row in found.iter_rows(named=True):
        word = Word(
            Act(row["act"]), row["clause"], row["text"], row["party"], row["by"], instant(row["at"])
        )
        words.setdefault(_subject(row), []).append(word)
    return words


def _breach(row: dict[str, Any], words: tuple[Word, ...]) -> Breach:
    return Breach(
        subject=_subject(row),
        record=Record(row["record"]),
        kind=Kind(row["kind"]),
        reason=Reason(row["reason"]),
        month=row["month"],
        at=instant(row["at"]),
        recorded_at=instant(row["recorded_at"]),
        late_s=row["late_s"],
        wall_s=row["wall_s"],
        quantity=Decimal(row["quantity"]) / _MONEY,
        words=words,
    )


def _subject(row: dict[str, Any]) -> Subject:
    return Subject(*(row[name] for name in _SUBJECT))


def _name(row: dict[str, Any]) -> str:
    names = " ".join(filter(None, (row["first_name"], row["last_name"])))
    told = (row["full_name"], names, row["email"], row["company"], row["source_key"])
    return next(filter(None, told), "")
