"""People and sessions in memory: a fake of the protocols of `services.people`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class Shelf:
    """People and sessions in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.sessions: dict[str, tuple[int, datetime]] = {}
        self.begun: dict[str, tuple[datetime, str]] = {}
        self.failures: dict[str, list[datetime]] = {}

    def everyone(self) -> list[dict[str, Any]]:
        return [self.rows[email] for email in sorted(self.rows)]

    def add(self, person: dict[str, Any], now: datetime) -> bool:  # noqa: ARG002  (the protocol)
        if person["email"] in self.rows:
            return False
        there = {"id": len(self.rows) + 1, "active": 1, "alerts": 1}
        self.rows[person["email"]] = there | person
        return True

    @contextmanager
    def changing(self) -> Iterator[Shelf]:
        yield self

    def set(self, person_id: int, columns: dict[str, object]) -> None:
        self._by_id(person_id).update(columns)

    def end_sessions(self, person_id: int) -> None:
        self.end_all(person_id)

    def account(self, email: str) -> dict[str, Any] | None:
        return self.rows.get(email)

    def set_hash(self, person_id: int, password_hash: str, *, end_sessions: bool) -> None:
        self._by_id(person_id)["password_hash"] = password_hash
        if end_sessions:
            self.end_all(person_id)

    def record_failure(
        self, key_sha256: str, now: datetime, since: datetime, most: int, drop: datetime
    ) -> list[datetime]:
        kept = [at for at in self.failures.get(key_sha256, []) if at > drop]
        before = [at for at in kept if at > since]
        self.failures[key_sha256] = [*kept, *[now][: max(0, most - len(before))]]
        return before

    def forget_failures(self, account_sha256: str) -> None:
        self.failures.pop(account_sha256, None)

    def forget_failure(self, key_sha256: str, at: datetime) -> None:
        self.failures[key_sha256].remove(at)

    def begin(
        self, token_sha256: str, person_id: int, now: datetime, expires_at: datetime, agent: str
    ) -> None:
        self.sessions[token_sha256] = person_id, expires_at
        self.begun[token_sha256] = now, agent

    def open_sessions(self, person_id: int, now: datetime) -> list[dict[str, Any]]:
        found = [
            {
                "token_sha256": token,
                "created_at": self.begun[token][0],
                "agent": self.begun[token][1],
            }
            for token, (who, expires_at) in self.sessions.items()
            if who == person_id and now < expires_at
        ]
        return sorted(found, key=lambda row: row["created_at"], reverse=True)

    def signed_in(self, now: datetime) -> list[tuple[int, datetime]]:
        people = sorted({who for who, _ in self.sessions.values()})
        found = ((who, self.open_sessions(who, now)) for who in people)
        return [(who, rows[0]["created_at"]) for who, rows in found if rows]

    def end_one(self, person_id: int, ref: str) -> bool:
        found = [t for t, (who, _) in self.sessions.items() if who == person_id and t[:16] == ref]
        for token in found:
            self.end(token)
        return bool(found)

    def end_all(self, person_id: int, but: str = "") -> int:
        found = [t for t, (who, _) in self.sessions.items() if who == person_id and t != but]
        for token in found:
            self.end(token)
        return len(found)

    def holder(self, token_sha256: str, now: datetime) -> dict[str, Any] | None:
        person_id, expires_at = self.sessions.get(token_sha256, (0, now))
        row = self._by_id(person_id) if now < expires_at else None
        return row if row and row["active"] else None

    def end(self, token_sha256: str) -> None:
        self.sessions.pop(token_sha256, None)

    def _by_id(self, person_id: int) -> dict[str, Any]:
        return next(row for row in self.rows.values() if row["id"] == person_id)
