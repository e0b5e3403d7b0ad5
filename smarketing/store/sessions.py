"""Where the sessions of people are kept, by the hash of their token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.domain.calendar import instant
from smarketing.store import bulk
from smarketing.store.engine import reading

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine

_OPEN: Final = {"token_sha256": pl.String(), "created_at": pl.Int64(), "agent": pl.String()}


class SessionShelf:
    """Sessions; `expires_at` is not inclusive. One method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(
        self, token_sha256: str, person_id: int, now: datetime, expires_at: datetime, agent: str
    ) -> None:
        """Keep a new session; those of the person that are over go."""
        told = {
            "token": token_sha256,
            "id": person_id,
            "now": _seconds(now),
            "expires": _seconds(expires_at),
            # PostgreSQL refuses the zero character.
            "agent": agent.replace("\0", ""),
        }
        with self._engine.begin() as connection:
            over = "DELETE FROM portal_session WHERE person_id = :id AND expires_at <= :now"
            bulk.execute(connection, over, told)
            bulk.execute(
                connection,
                "INSERT INTO portal_session (token_sha256, person_id, created_at, expires_at, "
                "agent) VALUES (:token, :id, :now, :expires, :agent)",
                told,
            )

    def open_sessions(self, person_id: int, now: datetime) -> list[dict[str, Any]]:
        """Return `token_sha256, created_at, agent` of those not over, the newest first."""
        sql = (
            "SELECT token_sha256, created_at, agent FROM portal_session "
            "WHERE person_id = :id AND expires_at > :now ORDER BY created_at DESC, token_sha256"
        )
        with reading(self._engine) as connection:
            found = bulk.fetch(connection, sql, _OPEN, {"id": person_id, "now": _seconds(now)})
        return [row | {"created_at": instant(row["created_at"])} for row in found.to_dicts()]

    def signed_in(self, now: datetime) -> list[tuple[int, datetime]]:
        """Return who has a session that is not over, and when their newest one began."""
        sql = (
            "SELECT person_id, MAX(created_at) FROM portal_session "
            "WHERE expires_at > :now GROUP BY person_id"
        )
        schema = {"person_id": pl.Int64(), "created_at": pl.Int64()}
        with reading(self._engine) as connection:
            found = bulk.fetch(connection, sql, schema, {"now": _seconds(now)})
        return [(person_id, instant(at)) for person_id, at in found.iter_rows()]

    def end(self, token_sha256: str) -> None:
        """Forget a session."""
        with self._engine.begin() as connection:
            sql = "DELETE FROM portal_session WHERE token_sha256 = :token"
            bulk.execute(connection, sql, {"token": token_sha256})

    def end_one(self, person_id: int, ref: str) -> bool:
        """End a session of a person by how the hash of its token begins; False: none does."""
        sql = (
            "DELETE FROM portal_session WHERE person_id = :id "
            "AND substr(token_sha256, 1, :length) = :ref"
        )
        with self._engine.begin() as connection:
            told = {"id": person_id, "ref": ref, "length": len(ref)}
            return bulk.execute(connection, sql, told) > 0

    def end_all(self, person_id: int, but: str = "") -> int:
        """End the sessions of a person, but one; return how many."""
        with self._engine.begin() as connection:
            return end_all(connection, person_id, but)

    def drop_expired(self, now: datetime) -> int:
        """Drop sessions that are over; return how many."""
        with self._engine.begin() as connection:
            sql = "DELETE FROM portal_session WHERE expires_at <= :now"
            return bulk.execute(connection, sql, {"now": _seconds(now)})


def end_all(connection: Connection, person_id: int, but: str = "") -> int:
    """End the sessions of a person, but one; return how many."""
    sql = "DELETE FROM portal_session WHERE person_id = :id AND token_sha256 <> :but"
    return bulk.execute(connection, sql, {"id": person_id, "but": but})


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
