"""Where people and what failed at the door are kept; their sessions are in `store.sessions`.

One method is one transaction.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.domain.calendar import instant
from smarketing.store import bulk
from smarketing.store.engine import reading
from smarketing.store.sessions import SessionShelf, end_all
from smarketing.store.withdrawn import withdraw_of_person

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Engine

_COLUMNS: Final = {
    "id": pl.Int64(),
    "email": pl.String(),
    "name": pl.String(),
    "role": pl.String(),
    "provider": pl.String(),
    "audience": pl.String(),
    "alerts": pl.Int64(),
    "active": pl.Int64(),
    "digest_weekday": pl.String(),
    "digest_minute": pl.Int64(),
    "timezone": pl.String(),
    "locale": pl.String(),
    "skip_quiet": pl.Int64(),
    "password_hash": pl.String(),
    "created_at": pl.Int64(),
    "report_since": pl.Int64(),
}
_PERSON: Final = "SELECT " + ", ".join(f"person.{name}" for name in _COLUMNS) + " FROM person"

_FAILURES: Final = (
    "SELECT at FROM sign_in_failure WHERE account_sha256 = :account AND at > :since ORDER BY at"
)


class Changing:
    """A transaction in which nobody else changes people."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def everyone(self) -> list[dict[str, Any]]:
        """Return all people, by e-mail."""
        return bulk.fetch(self._connection, f"{_PERSON} ORDER BY email", _COLUMNS).to_dicts()

    def set(self, person_id: int, columns: Mapping[str, object]) -> None:
        """Set columns of a person; what waits for them and is not to reach them is cancelled."""
        told = ", ".join(f"{name} = :{name}" for name in columns)
        sql = f"UPDATE person SET {told} WHERE id = :id"
        bulk.execute(self._connection, sql, {**columns, "id": person_id})
        withdraw_of_person(self._connection, person_id)

    def end_sessions(self, person_id: int) -> None:
        """End all sessions of a person."""
        end_all(self._connection, person_id)


class People(SessionShelf):
    """People as rows: the columns of `_COLUMNS`; `active` and `alerts` are 1 or 0."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._engine = engine

    def everyone(self) -> list[dict[str, Any]]:
        """Return all people, by e-mail."""
        return self._rows(f"{_PERSON} ORDER BY email", {})

    def add(self, person: Mapping[str, object], now: datetime) -> bool:
        """Keep a new person, whose reports begin now; False: the e-mail is taken."""
        with self._engine.begin() as connection:
            added = bulk.execute(
                connection,
                "INSERT INTO person "
                "(email, name, role, provider, audience, alerts, password_hash, active, "
                "created_at, report_since, digest_weekday, digest_minute, timezone, locale, "
                "skip_quiet) "
                "VALUES (:email, :name, :role, :provider, :audience, 1, :password_hash, 1, :now, "
                ":now, :digest_weekday, :digest_minute, :timezone, :locale, :skip_quiet) "
                "ON CONFLICT (email) DO NOTHING",
                {**person, "now": _seconds(now)},
            )
        return added > 0

    @contextmanager
    def changing(self) -> Iterator[Changing]:
        """Begin a transaction that alone may change people."""
        with self._engine.begin() as connection:
            if connection.dialect.name != "sqlite":
                bulk.execute(connection, "LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE")
            yield Changing(connection)

    def account(self, email: str) -> dict[str, Any] | None:
        """Return the person of an e-mail, disabled or not."""
        return next(iter(self._rows(f"{_PERSON} WHERE email = :email", {"email": email})), None)

    def set_hash(self, person_id: int, password_hash: str, *, end_sessions: bool) -> None:
        """Keep another hash of a person's password."""
        with self._engine.begin() as connection:
            bulk.execute(
                connection,
                "UPDATE person SET password_hash = :password_hash WHERE id = :id",
                {"password_hash": password_hash, "id": person_id},
            )
            if end_sessions:
                end_all(connection, person_id)

    def record_failure(
        self, key_sha256: str, now: datetime, since: datetime, most: int, drop: datetime
    ) -> list[datetime]:
        """Keep one failure more of a key; return those after `since` before it, oldest first.

        Of all keys, those until `drop` are dropped, inclusive. A key that has `most` gets none
        added. Of two at once, the second one sees the first.
        """
        told = {"account": key_sha256, "now": _seconds(now), "since": _seconds(since)}
        with self._engine.begin() as connection:
            if connection.dialect.name != "sqlite":
                # One at a time, as on SQLite: two that count at once would not see each other.
                bulk.execute(connection, "LOCK TABLE sign_in_failure IN SHARE ROW EXCLUSIVE MODE")
            old = {"drop": _seconds(drop)}
            bulk.execute(connection, "DELETE FROM sign_in_failure WHERE at <= :drop", old)
            before = bulk.fetch(connection, _FAILURES, {"at": pl.Int64()}, told)["at"].to_list()
            if len(before) < most:
                sql = "INSERT INTO sign_in_failure (account_sha256, at) VALUES (:account, :now)"
                bulk.execute(connection, sql, told)
        return [instant(at) for at in before]

    def forget_failures(self, account_sha256: str) -> None:
        """Forget what failed for an account."""
        with self._engine.begin() as connection:
            sql = "DELETE FROM sign_in_failure WHERE account_sha256 = :account"
            bulk.execute(connection, sql, {"account": account_sha256})

    def forget_failure(self, key_sha256: str, at: datetime) -> None:
        """Forget one failure of that instant."""
        with self._engine.begin() as connection:
            sql = (
                "DELETE FROM sign_in_failure WHERE id = (SELECT MAX(id) FROM sign_in_failure "
                "WHERE account_sha256 = :key AND at = :at)"
            )
            bulk.execute(connection, sql, {"key": key_sha256, "at": _seconds(at)})

    def holder(self, token_sha256: str, now: datetime) -> dict[str, Any] | None:
        """Return whose session it is; None: unknown, over, or the person is disabled."""
        rows = self._rows(
            f"{_PERSON} JOIN portal_session ON portal_session.person_id = person.id "
            "WHERE token_sha256 = :token AND expires_at > :now AND active = 1",
            {"token": token_sha256, "now": _seconds(now)},
        )
        return next(iter(rows), None)

    def _rows(self, sql: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
        with reading(self._engine) as connection:
            return bulk.fetch(connection, sql, _COLUMNS, parameters).to_dicts()


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
