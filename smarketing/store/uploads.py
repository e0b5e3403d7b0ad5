"""Files that people brought to the import page: a row for who and what, the bytes beside it.

A file lies in its folder under the token's name, so that nothing a person calls a file ever
becomes a path.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.calendar import instant
from smarketing.store import bulk
from smarketing.store.engine import reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Engine

_COLUMNS: Final = {"token": pl.String(), "name": pl.String(), "settings": pl.String()}


class UploadShelf:
    """Keeps brought files until they are taken in.

    Args:
        engine: The database.
        folder: Where the bytes are; only this account may read it.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    def bring(
        self, name: str, settings: str, person_id: int, now: int, save: Callable[[Path], None]
    ) -> str:
        """Keep a file; return its token.

        Args:
            name: What the person calls it.
            settings: JSON.
            person_id: Whose it is.
            now: Seconds of UTC.
            save: Writes the bytes to a path.
        """
        token = secrets.token_urlsafe(18)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        save(self.path(token))
        with self._engine.begin() as connection:
            bulk.execute(
                connection,
                "INSERT INTO upload (token, person_id, name, created_at, settings) "
                "VALUES (:token, :person_id, :name, :now, :settings)",
                {
                    "token": token,
                    "person_id": person_id,
                    "name": name,
                    "now": now,
                    "settings": settings,
                },
            )
        return token

    def find(self, token: str, person_id: int) -> dict[str, Any] | None:
        """Return `token, name, settings` of a person's own file; None: there is none such."""
        with reading(self._engine) as connection:
            found = bulk.fetch(
                connection,
                "SELECT token, name, settings FROM upload "
                "WHERE token = :token AND person_id = :person_id",
                _COLUMNS,
                {"token": token, "person_id": person_id},
            )
        return None if found.is_empty() else found.row(0, named=True)

    def change(self, token: str, settings: str, instead_of: str) -> bool:
        """Set the settings where they still are what they were; return whether they were."""
        with self._engine.begin() as connection:
            changed = bulk.execute(
                connection,
                "UPDATE upload SET settings = :settings "
                "WHERE token = :token AND settings = :instead_of",
                {"token": token, "settings": settings, "instead_of": instead_of},
            )
        return changed == 1

    def path(self, token: str) -> Path:
        """Return where the bytes are."""
        return self._folder / token

    def rejected(self, token: str) -> Path:
        """Return where the rows that a dry run rejected are, if there were any."""
        return self._folder / f"{token}.rejected.csv"

    def forget_file(self, token: str) -> None:
        """Drop the bytes; the row stays and tells what became of them."""
        self.path(token).unlink(missing_ok=True)
        self.rejected(token).unlink(missing_ok=True)

    def drop(self, token: str) -> None:
        """Drop a file."""
        with self._engine.begin() as connection:
            bulk.execute(connection, "DELETE FROM upload WHERE token = :token", {"token": token})
        self.forget_file(token)

    def drop_before(self, brought_before: int) -> int:
        """Drop what was brought before an instant (seconds of UTC); return how many files."""
        before = {"before": brought_before}
        with self._engine.begin() as connection:
            old = bulk.fetch(
                connection,
                "DELETE FROM upload WHERE created_at < :before RETURNING token",
                {"token": pl.String()},
                before,
            )["token"]
        for token in old:
            self.forget_file(token)
        self._sweep(brought_before)
        return len(old)

    def _sweep(self, before: int) -> None:
        """Remove bytes without a row: of a process that died between the two."""
        if not self._folder.is_dir():
            return
        with reading(self._engine) as connection:
            held = bulk.fetch(connection, "SELECT token FROM upload", {"token": pl.String()})
        tokens = set(held["token"])
        edge = instant(before).timestamp()
        for path in self._folder.iterdir():
            if path.name.split(".")[0] not in tokens and path.stat().st_mtime < edge:
                path.unlink(missing_ok=True)
