"""Where an import begins and ends: one transaction for one file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from smarketing.store import bulk, freshness
from smarketing.store.engine import hold_writer, reading
from smarketing.store.ledger import Ledger
from smarketing.store.rejected import RejectedFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine


class Head(Protocol):
    """What is noted of a file before its records come."""

    @property
    def mapping(self) -> str:
        """Return the mapping's name."""
        ...

    @property
    def kind(self) -> Any:  # noqa: ANN401  (any text-like kind)
        """Return what the records are."""
        ...


class Taking:
    """One import in its transaction."""

    def __init__(
        self, connection: Connection, source_id: int, import_id: int, now: int, folder: Path
    ) -> None:
        self._connection = connection
        self._now = now
        self.source_id = source_id
        self.import_id = import_id
        self.ledger = Ledger(connection)
        self.rejected = RejectedFile(folder / f"rejected-{import_id}.csv")

    def reject(self, batch: Any) -> None:  # noqa: ANN401  (a connector's batch, by its shape)
        """Add the rejected records of a batch to the file of rejected rows."""
        self.rejected.add(batch.rejected, batch.problems)

    def know(self, places: Mapping[str, bool], until: int) -> None:
        """Note until when the file is complete, for each kind of act that it has a place for."""
        freshness.note(self._connection, self.source_id, places, until, self._now)

    def close(self) -> str | None:
        """Return where the rejected rows are; None when there are none."""
        return self.rejected.keep()

    def report(self, text: str) -> None:
        """Keep the report with the import."""
        bulk.execute(
            self._connection,
            "UPDATE import_run SET report = :report WHERE id = :id",
            {"report": text, "id": self.import_id},
        )


class Desk:
    """Begins imports.

    Args:
        engine: The database.
        folder: Where the files of rejected rows are kept.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    @contextmanager
    def take_in(
        self,
        source: str,
        opened: Head,
        label: str,
        now: int,
        *,
        dry_run: bool,
        started_by: str | None = None,
    ) -> Iterator[Taking]:
        """Begin a transaction for one file; a dry run, like an error, leaves no trace in it.

        The rejected rows of a dry run are kept as a file all the same: they are its result.
        """
        taking: Taking | None = None
        try:
            with self._engine.connect() as connection, connection.begin() as transaction:
                taking = self._begin(connection, source, opened, label, now, started_by=started_by)
                yield taking
                if dry_run:
                    transaction.rollback()
        except BaseException:
            if taking:
                taking.rejected.drop()
            raise

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Begin a transaction; it ends with the block, or is taken back by an error."""
        with self._engine.begin() as connection:
            hold_writer(connection)
            yield Ledger(connection)

    @contextmanager
    def looking(self) -> Iterator[Ledger]:
        """Begin a transaction that only reads: it waits for no writer."""
        with reading(self._engine) as connection:
            yield Ledger(connection)

    def _begin(
        self,
        connection: Connection,
        source: str,
        opened: Head,
        label: str,
        now: int,
        *,
        started_by: str | None,
    ) -> Taking:
        hold_writer(connection)
        source_id = source_number(connection, source, now)
        # A source that was only asked before now begins to tell with its first import.
        bulk.execute(
            connection,
            "UPDATE source SET first_recorded_at = :now WHERE id = :id "
            "AND NOT EXISTS (SELECT 1 FROM import_run WHERE source_id = :id AND undone_at IS NULL)",
            {"now": now, "id": source_id},
        )
        bulk.execute(
            connection, "UPDATE source SET last_read_at = :now WHERE id = :id",
            {"now": now, "id": source_id},
        )  # fmt: skip
        import_id = bulk.fetch(
            connection,
            "INSERT INTO import_run (source_id, kind, mapping, label, started_at, started_by, "
            "report) VALUES (:source_id, :kind, :mapping, :label, :now, :started_by, '{}') "
            "RETURNING id",
            {"id": pl.Int64()},
            {
                "source_id": source_id,
                "kind": str(opened.kind),
                "mapping": opened.mapping,
                "label": label,
                "now": now,
                "started_by": started_by,
            },
        ).item()
        return Taking(connection, source_id, import_id, now, self._folder)


def source_number(connection: Connection, name: str, now: int) -> int:
    """Return the number of a source, made where it is new."""
    parameters = {"name": name, "now": now}
    bulk.execute(
        connection,
        "INSERT INTO source (name, first_recorded_at) VALUES (:name, :now) ON CONFLICT DO NOTHING",
        parameters,
    )
    sql = "SELECT id FROM source WHERE name = :name"
    return int(bulk.fetch(connection, sql, {"id": pl.Int64()}, {"name": name}).item())
