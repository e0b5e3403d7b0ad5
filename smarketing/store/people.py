"""Where people, their sessions and what failed at the door are kept.

One method is one transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.domain.calendar import instant
from smarketing.store import bulk
from smarketing.store.engine import reading

if TYPE_CHECKING:
    from collections.abc import Mapping
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
    "password_hash": pl.String(),
}
_PERSON: Final = "SELECT " + ", ".join(f"person.{name}" for name in _COLUMNS) + " FROM person"

_FAILURES: Final = "SELECT at FROM sign_in_failure WHERE account_sha256 = :account ORDER BY at"


class People:
    """People as rows: the columns of `_COLUMNS`; `active` and `alerts` are 1 or 0."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def everyone(self) -> list[dict[str, Any]]:
        """Return all people, by e-mail."""
        return self._rows(f"{_PERSON} ORDER BY email", {})

    def add(self, person: Mapping[str, object], now: datetime) -> bool:
        """Keep a new person; False: the e-mail is taken."""
        with self._engine.begin() as connection:
            added = bulk.execute(
                connection,
                "INSERT INTO person "
                "(email, name, role, provider, audience, alerts, password_hash, active, "
                "created_at) VALUES (:email, :name, :role, :provider, :audience, 1, "
                ":password_hash, 1, :now) "
                "ON CONFLICT (email) DO NOTHING",
                {**person, "now": _seconds(now)},
            )
        return added > 0

    def disable(self, email: str) -> bool:
        """Let a person in no longer and end all their sessions; False: there is none."""
        with self._engine.begin() as connection:
            bulk.execute(
                connection,
                "DELETE FROM portal_session WHERE person_id IN "
                "(SELECT id FROM person WHERE email = :email)",
                {"email": email},
            )
            sql = "UPDATE person SET active = 0 WHERE email = :email"
            return bulk.execute(connection, sql, {"email": email}) > 0

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
                _end_all(connection, person_id)

    def record_failure(
        self, account_sha256: str, now: datetime, since: datetime, most: int
    ) -> list[datetime]:
        """Keep one failure more of an account; return those before it, oldest first.

        Of all accounts, those until `since` are dropped, inclusive. An account that has `most`
        gets none added. Of two at once, the second one sees the first.
        """
        told = {"account": account_sha256, "now": _seconds(now), "since": _seconds(since)}
        with self._engine.begin() as connection:
            if connection.dialect.name != "sqlite":
                # One at a time, as on SQLite: two that count at once would not see each other.
                bulk.execute(connection, "LOCK TABLE sign_in_failure IN SHARE ROW EXCLUSIVE MODE")
            bulk.execute(connection, "DELETE FROM sign_in_failure WHERE at <= :since", told)
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

    def begin(self, token_sha256: str, person_id: int, now: datetime, expires_at: datetime) -> None:
        """Keep a new session; those of the person that are over go."""
        with self._engine.begin() as connection:
            bulk.execute(
                connection,
                "DELETE FROM portal_session WHERE person_id = :id AND expires_at <= :now",
                {"id": person_id, "now": _seconds(now)},
            )
            bulk.execute(
                connection,
                "INSERT INTO portal_session (token_sha256, person_id, created_at, expires_at) "
                "VALUES (:token, :id, :now, :expires)",
                {
                    "token": token_sha256,
                    "id": person_id,
                    "now": _seconds(now),
                    "expires": _seconds(expires_at),
                },
            )

    def holder(self, token_sha256: str, now: datetime) -> dict[str, Any] | None:
        """Return whose session it is; None: unknown, over, or the person is disabled."""
        rows = self._rows(
            f"{_PERSON} JOIN portal_session ON portal_session.person_id = person.id "
            "WHERE token_sha256 = :token AND expires_at > :now AND active = 1",
            {"token": token_sha256, "now": _seconds(now)},
        )
        return next(iter(rows), None)

    def end(self, token_sha256: str) -> None:
        """Forget a session."""
        with self._engine.begin() as connection:
            sql = "DELETE FROM portal_session WHERE token_sha256 = :token"
            bulk.execute(connection, sql, {"token": token_sha256})

    def drop_expired(self, now: datetime) -> int:
        """Drop sessions that are over; return how many."""
        with self._engine.begin() as connection:
            sql = "DELETE FROM portal_session WHERE expires_at <= :now"
            return bulk.execute(connection, sql, {"now": _seconds(now)})

    def _rows(self, sql: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
        with reading(self._engine) as connection:
            return bulk.fetch(connection, sql, _COLUMNS, parameters).to_dicts()


def _end_all(connection: Connection, person_id: int) -> None:
    sql = "DELETE FROM portal_session WHERE person_id = :id"
    bulk.execute(connection, sql, {"id": person_id})


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
