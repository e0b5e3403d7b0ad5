"""People and sessions in memory: a fake of the protocols of `services.people`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


class Shelf:
    """People and sessions in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.sessions: dict[str, tuple[int, datetime]] = {}
        self.failures: dict[str, list[datetime]] = {}

    def everyone(self) -> list[dict[str, Any]]:
        return [self.rows[email] for email in sorted(self.rows)]

    def add(self, person: dict[str, Any], now: datetime) -> bool:  # noqa: ARG002  (the protocol)
        if person["email"] in self.rows:
            return False
        self.rows[person["email"]] = {"id": len(self.rows) + 1, "active": 1, "alerts": 1, **person}
        return True

    def disable(self, email: str) -> bool:
        if email in self.rows:
            self.rows[email]["active"] = 0
        return email in self.rows

    def account(self, email: str) -> dict[str, Any] | None:
        return self.rows.get(email)

    def set_hash(self, person_id: int, password_hash: str, *, end_sessions: bool) -> None:
        self._by_id(person_id)["password_hash"] = password_hash
        if end_sessions:
            self.sessions.clear()

    def record_failure(
        self, account_sha256: str, now: datetime, since: datetime, most: int
    ) -> list[datetime]:
        before = [at for at in self.failures.get(account_sha256, []) if at > since]
        self.failures[account_sha256] = [*before, now][: max(most, len(before))]
        return before

    def forget_failures(self, account_sha256: str) -> None:
        self.failures.pop(account_sha256, None)

    def begin(self, token_sha256: str, person_id: int, now: datetime, expires_at: datetime) -> None:  # noqa: ARG002  (the protocol)
        self.sessions[token_sha256] = person_id, expires_at

    def holder(self, token_sha256: str, now: datetime) -> dict[str, Any] | None:
        person_id, expires_at = self.sessions.get(token_sha256, (0, now))
        row = self._by_id(person_id) if now < expires_at else None
        return row if row and row["active"] else None

    def end(self, token_sha256: str) -> None:
        self.sessions.pop(token_sha256, None)

    def _by_id(self, person_id: int) -> dict[str, Any]:
        return next(row for row in self.rows.values() if row["id"] == person_id)
