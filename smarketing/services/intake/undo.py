"""Take an import back where nothing was built on it, and tell what was.

Rows that the import made go, with their events, clocks and share of the facts. Rows that it
changed get back what they were: as news, so that what was known when stays true. What another
import told of since, or a person acted on in the portal, stays and is listed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from smarketing.domain.acts import OWNER, WITHDRAWN
from smarketing.domain.errors import ConflictError, NotFoundError
from smarketing.services.conclusions.judged import UNKNOWN, Knowledge
from smarketing.services.conclusions.settle import leave, settle, settle_again
from smarketing.services.conclusions.surge import crowd_of
from smarketing.services.conclusions.watch import mark_due
from smarketing.services.intake.acts import before_lead
from smarketing.services.intake.before import as_before
from smarketing.services.intake.events import news, of_activities, withdrawn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from smarketing.services.conclusions.book import Book
    from smarketing.services.ports import IntakeLedger

UNDO_FOR: Final = timedelta(days=30)
"""How long what an import changed is kept; the worker drops it then."""

STANDING_TOLD: Final = 100
"""How many rows that stay are listed."""

_CHUNK: Final = 20_000
_WHY: Final = {
    "changed": "import {by} changed it since",
    "told": "import {by} told more of it since",
    "acted": "somebody acted on it in the portal",
}


@dataclass(frozen=True)
class Standing:
    """A row that stays.

    Attributes:
        key: Its key in the source.
        name: What a person calls it; else empty.
        why: What was built on it.
    """

    key: str
    name: str
    why: str


@dataclass(frozen=True)
class UndoReport:
    """What undoing an import did.

    Attributes:
        removed: Rows that the import had made.
        restored: Rows that it had changed, and that are again what they were.
        stayed: Rows that stay, because something was built on them.
        standing: The first hundred of them.
    """

    import_id: int
    source: str
    kind: str
    label: str
    removed: int
    restored: int
    stayed: int
    standing: tuple[Standing, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        told = f"{self.removed:,} removed, {self.restored:,} as before, {self.stayed:,} stay"
        return f"import {self.import_id} ({self.label}, {self.kind} of {self.source}): {told}"


class Undoing(Protocol):
    """One import on its way back, in a transaction that alone may change leads."""

    @property
    def run(self) -> dict[str, Any]:
        """Return the import's columns, `source` being the name and `report` JSON."""
        ...

    @property
    def ledger(self) -> IntakeLedger:
        """Return where leads are read and written."""
        ...

    @property
    def table(self) -> str:
        """Return `lead`, `deal` or `activity`."""
        ...

    def made(self) -> pl.Series:
        """Return ids of the rows that the import made and no other import has changed since."""
        ...

    def replaced(self) -> pl.DataFrame:
        """Return `id, before` (JSON) of the rows that it changed, and no other import since."""
        ...

    def standing(self) -> pl.DataFrame:
        """Return `id, why, by` of the rows that must stay; see _WHY."""
        ...

    def rows(self, ids: pl.Series) -> pl.DataFrame:
        """Return the stored rows of the import's table."""
        ...

    def owners(self, ids: pl.Series) -> pl.DataFrame:
        """Return `id, kind, detail, at` for the leads that the import named another owner of.

        That is the last word about who holds them that others told; null where there is none.
        """
        ...

    def remove(self, ids: pl.Series) -> None:
        """Remove rows; with leads go their events and clocks, and what came first waits again."""
        ...

    def forget_images(self, ids: pl.Series) -> None:
        """Drop what was kept of rows that have it back."""
        ...

    def unlearn(self) -> bool:
        """Forget how far the import told of each kind of act; return whether that was news."""
        ...

    def close(self, *, now: int, by: str | None, report: str) -> None:
        """Mark the import as undone, and keep its report."""
        ...


class UndoDesk(Protocol):
    """Where an import is taken back."""

    def undoing(self, import_id: int, *, dry_run: bool) -> AbstractContextManager[Undoing | None]:
        """Begin a transaction; a dry run leaves no trace. None: there is no such import."""
        ...


def undo_import(
    desk: UndoDesk,
    book: Book,
    import_id: int,
    *,
    now: int,
    by: str | None = None,
    dry_run: bool = False,
) -> UndoReport:
    """Take an import back, and return what came of it.

    Args:
        desk: The store.
        book: The agreements in force.
        import_id: Its number.
        now: Seconds of UTC.
        by: E-mail of who does it in the portal; None: the command.
        dry_run: Do everything, and take that back.

    Raises:
        NotFoundError: There is no import of that number.
        ConflictError: It was undone before, or what it changed is not known any more.
    """
    with desk.undoing(import_id, dry_run=dry_run) as undoing:
        if undoing is None:
            raise NotFoundError(
                f"there is no import {import_id}; the portal's page Import lists them",
                str(import_id),
            )
        if why_not := obstacle(undoing.run, now):
            raise ConflictError(why_not)
        report = _undo(undoing, book, now)
        told = json.loads(undoing.run["report"]) | {"undone": report.as_json()}
        undoing.close(now=now, by=by, report=json.dumps(told))
    return report


def obstacle(run: dict[str, Any], now: int) -> str:
    """Return the sentence that says why an import cannot be undone; empty when it can.

    Args:
        run: `id, undone_at, started_at` and `report` (JSON) of the import.
        now: Seconds of UTC.
    """
    report = json.loads(run["report"])
    if run["undone_at"] is not None:
        return f"Import {run['id']} was undone already."
    if now - run["started_at"] > UNDO_FOR.total_seconds():
        return (
            f"Import {run['id']} is more than {UNDO_FOR.days} days old, and what it changed is not"
            " kept so long: import a corrected file instead."
        )
    if report.get("updated") and "replaced" not in report:
        return (
            f"Import {run['id']} was taken in by an older version, which did not keep what it"
            " changed: import a corrected file instead."
        )
    return ""


def _undo(undoing: Undoing, book: Book, now: int) -> UndoReport:
    found = undoing.standing()
    made, replaced = undoing.made(), undoing.replaced()
    free = made.filter(~made.is_in(found["id"].implode()))
    standing = _standing(undoing, found)
    is_news = undoing.unlearn()
    back = _Back(undoing, book, now)
    for n in range(0, len(free), _CHUNK):
        back.remove(free.slice(n, _CHUNK))
    for part in replaced.iter_slices(_CHUNK):
        back.restore(part)
    for ids in undoing.ledger.verdicts(undoing.run["source_id"], UNKNOWN) if is_news else ():
        settle_again(undoing.ledger, book, back.knowledge, ids)
    mark_due(undoing.ledger, book, now)
    run = undoing.run
    return UndoReport(
        import_id=run["id"],
        source=run["source"],
        kind=run["kind"],
        label=run["label"],
        removed=len(free),
        restored=len(replaced),
        stayed=found["id"].n_unique(),
        standing=standing,
    )


def _standing(undoing: Undoing, found: pl.DataFrame) -> tuple[Standing, ...]:
    """Return the first rows that stay, each with all that was built on it."""
    why = found.group_by("id", maintain_order=True).agg("why", "by").head(STANDING_TOLD)
    rows = {row["id"]: row for row in undoing.rows(why["id"]).iter_rows(named=True)}
    return tuple(
        Standing(
            key=rows[number]["source_key"],
            name=_name(rows[number]),
            why="; ".join(
                dict.fromkeys(_WHY[w].format(by=b) for w, b in zip(whys, bys, strict=True))
            ),
        )
        for number, whys, bys in why.iter_rows()
    )


def _name(row: Mapping[str, Any]) -> str:
    """Return what a person calls a lead, or of what kind a deal or activity is."""
    parts = " ".join(filter(None, (row.get("first_name"), row.get("last_name"))))
    found = (row.get(name) for name in ("company", "email", "kind", "stage"))
    return next(filter(None, (row.get("full_name"), parts, *found)), "")


class _Back:
    """Puts rows back as they were before the import, and concludes from it."""

    def __init__(self, undoing: Undoing, book: Book, now: int) -> None:
        self._undoing = undoing
        self._ledger = undoing.ledger
        self._book = book
        self.knowledge = Knowledge(now, self._ledger.known_until())
        self._now = pl.lit(now, dtype=pl.Int64)
        self._of_undoing = (
            pl.lit(undoing.run["id"], dtype=pl.Int64).alias("import_id"),
            self._now.alias("recorded_at"),
        )

    def remove(self, ids: pl.Series) -> None:
        """Remove rows that the import made."""
        if self._undoing.table == "lead":
            leads = self._ledger.leads(ids)
            crowd = self._crowd(leads)
            leave(self._ledger, leads)
            self._undoing.remove(ids)
            self._conclude(crowd)
            return
        gone = self._undoing.rows(ids)
        self._unsay(gone)
        self._undoing.remove(ids)
        self._conclude(gone["lead_id"])

    def _crowd(self, leads: pl.DataFrame) -> pl.Series:
        """Return the leads whose place in their day changes with those that go."""
        if not self._book.relief_after:
            return leads["id"].clear()
        return crowd_of(self._ledger, leads.clear(), leads, self._book).others

    def restore(self, kept: pl.DataFrame) -> None:
        """Give rows back what stood in them, told as news of this instant."""
        if self._undoing.table == "lead":
            self._restore_leads(kept)
        else:
            self._restore_acts(kept)
        self._undoing.forget_images(kept["id"])

    def _restore_leads(self, kept: pl.DataFrame) -> None:
        before = self._ledger.leads(kept["id"])
        restored = as_before(before, kept)
        told = news(restored.with_columns(self._of_undoing), before)
        self._ledger.record_events(told.filter(pl.col("kind") != OWNER))
        self._ledger.record_events(self._owners(restored))
        nothing = before.clear()
        settle(
            self._ledger, self._book, self.knowledge, new=nothing, changed=restored, before=before
        )

    def _owners(self, leads: pl.DataFrame) -> pl.DataFrame:
        """Return events after which the last word about who holds leads is that of others.

        Not simply as news: a word of the CRM of now would take leads from whom they were assigned
        to before the import, or since.
        """
        words = self._undoing.owners(leads["id"])
        is_owner = (pl.col("kind") == OWNER).fill_null(value=False)
        return words.join(leads.select("id", "source_id"), on="id", maintain_order="left").select(
            pl.col("id").alias("lead_id"),
            pl.when(is_owner).then("kind").otherwise(pl.lit(WITHDRAWN)).alias("kind"),
            pl.when(is_owner).then("at").otherwise(self._now).alias("occurred_at"),
            pl.lit("").alias("ref"),
            self._now.alias("recorded_at"),
            "source_id",
            self._of_undoing[0],
            pl.lit(None, dtype=pl.String).alias("actor"),
            pl.when(is_owner).then("detail").otherwise(pl.lit(OWNER)).alias("detail"),
        )

    def _restore_acts(self, kept: pl.DataFrame) -> None:
        before = self._undoing.rows(kept["id"])
        was = as_before(before, kept)
        keys = was["lead_key"].unique()
        leads = self._ledger.lead_ids(self._undoing.run["source_id"], keys)
        restored = was.drop("lead_id").join(leads, on="lead_key", how="left", maintain_order="left")
        if self._undoing.table == "deal":
            restored = restored.with_columns(before_lead().alias("before_lead"))
        self._ledger.write(self._undoing.table, restored.clear(), restored.select(before.columns))
        self._unsay(before)
        self._say(restored)
        self._conclude(pl.concat([before["lead_id"], restored["lead_id"]]))

    def _unsay(self, rows: pl.DataFrame) -> None:
        """Withdraw what activities told of their leads."""
        if self._undoing.table == "activity":
            told = rows.filter(pl.col("lead_id").is_not_null()).with_columns(self._of_undoing)
            self._ledger.record_events(withdrawn(told))

    def _say(self, rows: pl.DataFrame) -> None:
        if self._undoing.table == "activity":
            told = rows.filter(pl.col("lead_id").is_not_null()).with_columns(self._of_undoing)
            self._ledger.record_events(of_activities(told))

    def _conclude(self, leads: pl.Series) -> None:
        settle_again(self._ledger, self._book, self.knowledge, leads.drop_nulls().unique())
