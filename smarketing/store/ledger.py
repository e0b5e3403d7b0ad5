"""The one transaction in which records become leads, clocks and facts.

Everything here is set-based: a frame goes in, a frame comes out. Instants are seconds of UTC
and money ten-thousandths, as they lie in the tables. CROSS JOIN keeps SQLite from walking the
large table to find the few rows that are wanted; PostgreSQL plans it like any other join.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.acts import APART, ASSIGNED, OWNER, RETURNED, STAMPS
from smarketing.domain.clocks import ClockState
from smarketing.domain.facts import BY_DEFAULT, CELL
from smarketing.domain.versions import Act
from smarketing.store import bulk, freshness, logs
from smarketing.store.columns import schema_of
from smarketing.store.holders import holders_in
from smarketing.store.stamps import first_events
from smarketing.store.tables.clocks import Clock
from smarketing.store.tables.records import Activity, Deal, Lead
from smarketing.store.told import FIRST_REASON, last_told
from smarketing.store.withdrawn import withdraw_of_leads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection
    from sqlmodel import SQLModel

    from smarketing.domain.clocks import Judged
    from smarketing.domain.holders import Holders

CLASSIFIED: Final = {
    "version_id": pl.Int64(),
    "segment": pl.String(),
    "tier": pl.String(),
    "classified_at": pl.Int64(),
}
_DUE: Final = (
    "clock.state IN (0, 3) AND clock.breached_at IS NULL AND clock.source_id = :source_id "
    "AND clock.commitment_id = :commitment_id AND clock.due_at < :until"
)
_UNANSWERED: Final = (
    "accepted = 0 AND rejected = 0 AND source_id = :source_id AND accept_due_at < :until"
)
_VERDICTS: Final = (
    "SELECT lead_id FROM clock WHERE source_id = :source_id AND state IN (0, 3) "
    "AND breached_at >= :since AND lead_id > :after UNION SELECT id FROM lead "
    f"WHERE source_id = :source_id AND accepted = {BY_DEFAULT} AND accept_due_at >= :since "
    "AND id > :after ORDER BY 1 LIMIT :limit"
)
_BEFORE_LEAD: Final = (
    "CASE WHEN COALESCE(deal.created_at, deal.closed_at) < arrived.created_at "
    "OR deal.closed_at < arrived.created_at THEN 1 ELSE 0 END"
)
_CHUNK: Final = 20_000
TABLES: Final[dict[str, type[SQLModel]]] = {"lead": Lead, "deal": Deal, "activity": Activity}
_ACTS_SCHEMA: Final = (
    {"id": pl.Int64()} | dict.fromkeys(APART, pl.Int64()) | {"reject_reason": pl.String()}
)
_WINS_SCHEMA: Final = {"lead_id": pl.Int64(), "currency": pl.String(), "amount": pl.Int64()}
_ACTS_SQL: Final = (
    "SELECT lead_id, "
    + ", ".join(f"MIN(CASE WHEN kind = '{kind}' THEN occurred_at END)" for kind in APART.values())
    + f", {FIRST_REASON} FROM {{told}} AS told GROUP BY lead_id"
)


class Ledger:
    """Reads and writes leads inside a transaction that its maker begins and ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cells: pl.DataFrame | None = None
        self._holders: Holders | None = None

    def leads(self, ids: pl.Series) -> pl.DataFrame:
        """Return stored leads, each with its cell's `version_id, segment, tier, classified_at`."""
        return self._stored("lead.id = wanted.id", ids.to_frame("id"))

    def leads_named(self, source_id: int, keys: pl.Series) -> pl.DataFrame:
        """Return the stored leads of a source by their keys there, as `leads` does."""
        return self._stored(
            "lead.source_id = :source_id AND lead.source_key = wanted.source_key",
            keys.to_frame("source_key"),
            source_id=source_id,
        )

    def acts(self, ids: pl.Series) -> pl.DataFrame:
        """Return the earliest acts of leads that did not come with their own record.

        Columns: `id`, the canonical instants of acts, and `reject_reason` of the rejection. Of
        several events with one `ref` the last one counts.
        """
        if ids.is_empty():
            return pl.DataFrame(schema=_ACTS_SCHEMA)
        staged = bulk.stage(self._connection, ids.to_frame("id"), "wanted")
        told = last_told(staged, "lead_event.ref <> ''")
        return bulk.fetch(self._connection, _ACTS_SQL.format(told=told), _ACTS_SCHEMA)

    def wins(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, currency, amount` of every won deal of these leads."""
        if ids.is_empty():
            return pl.DataFrame(schema=_WINS_SCHEMA)
        staged = bulk.stage(self._connection, ids.to_frame("id"), "wanted")
        return bulk.fetch(
            self._connection,
            f"SELECT deal.lead_id, deal.currency, deal.amount FROM {staged} AS wanted "
            "CROSS JOIN deal WHERE deal.lead_id = wanted.id AND deal.outcome = 'won'",
            _WINS_SCHEMA,
        )

    def pauses(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, at, detail` of every pause of leads."""
        return logs.pauses(self._connection, ids)

    def attempts(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, at` of the attempts that were logged apart from the records."""
        return logs.attempts(self._connection, ids)

    def cycles(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, kind, at`: the acts of leads that were handed off more than once."""
        return logs.cycles(self._connection, ids)

    def excuses(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, commitment_id, cycle` of the clocks of leads that are excused."""
        return logs.excuses(self._connection, ids)

    def arrivals(self, days: pl.DataFrame) -> pl.DataFrame:
        """Return the leads of `version_id, day`: id, both, and what their order rests on."""
        staged = bulk.stage(self._connection, days.select("version_id", "day"), "wanted")
        whole = dict.fromkeys(("id", "version_id", "day", "handed_at", "source_id"), pl.Int64())
        return bulk.fetch(
            self._connection,
            "SELECT lead.id, cell.version_id, lead.day, lead.handed_at, lead.source_id, "
            f"lead.source_key FROM {staged} AS wanted CROSS JOIN lead "
            "JOIN cell ON cell.id = lead.cell_id "
            "WHERE lead.day = wanted.day AND cell.version_id = wanted.version_id",
            whole | {"source_key": pl.String()},
        )

    def handed_on(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, kind, detail, at` of the last word about who holds each lead."""
        told = logs.told_of(self._connection, ids, (ASSIGNED, RETURNED, OWNER))
        last = told.sort("lead_id", "nth").unique("lead_id", keep="last", maintain_order=True)
        return last.select("lead_id", "kind", "detail", "at")

    def holders(self) -> Holders:
        """Return who may hold leads."""
        if self._holders is None:
            self._holders = holders_in(self._connection)
        return self._holders

    def clocks(self, ids: pl.Series) -> pl.DataFrame:
        """Return the clocks of leads, each with its commitment's `metric`."""
        staged = bulk.stage(self._connection, ids.to_frame("id"), "wanted")
        columns = schema_of(Clock)
        names = ", ".join(f"clock.{name}" for name in columns)
        return bulk.fetch(
            self._connection,
            f"SELECT {names}, commitment.metric FROM {staged} AS wanted "
            "CROSS JOIN clock JOIN commitment ON commitment.id = clock.commitment_id "
            "WHERE clock.lead_id = wanted.id",
            columns | {"metric": pl.String()},
        )

    def new_ids(self, table: str, count: int) -> pl.Series:
        """Return ids for that many new rows of a table, none of which a row ever had."""
        if self._connection.dialect.name == "sqlite":
            sql = (
                f"SELECT MAX(COALESCE((SELECT MAX(id) FROM {table}), 0), "
                "COALESCE((SELECT last FROM used_id WHERE name = :name), 0))"
            )
            last = bulk.fetch(self._connection, sql, {"id": pl.Int64()}, {"name": table}).item()
            return pl.int_range(last + 1, last + 1 + count, eager=True).alias("id")
        sql = f"SELECT nextval('{table}_id_seq') FROM generate_series(1, :count)"
        return bulk.fetch(self._connection, sql, {"id": pl.Int64()}, {"count": count})["id"]

    def cell_ids(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Return distinct cells (columns CELL) with their `cell_id`, made where new.

        A cell never changes: one that was found once in a transaction is not asked for again.
        """
        wanted = cells.select(CELL)
        known = self._cells
        missing = wanted if known is None else wanted.join(known, on=CELL, how="anti")
        if known is None or not missing.is_empty():
            found = self._made_cells(missing)
            known = self._cells = found if known is None else pl.concat([known, found])
        return wanted.join(known, on=CELL, how="left", maintain_order="left")

    def _made_cells(self, cells: pl.DataFrame) -> pl.DataFrame:
        bulk.insert_new(self._connection, "cell", cells)
        staged = bulk.stage(self._connection, cells, "wanted")
        same = " AND ".join(f"cell.{name} = wanted.{name}" for name in CELL)
        names = ", ".join(f"wanted.{name}" for name in CELL)
        schema = {name: cells[name].dtype for name in CELL}
        return bulk.fetch(
            self._connection,
            f"SELECT {names}, cell.id FROM {staged} AS wanted CROSS JOIN cell WHERE {same}",
            schema | {"cell_id": pl.Int64()},
        )

    def record(
        self,
        *,
        new: pl.DataFrame,
        changed: pl.DataFrame,
        clocks: pl.DataFrame,
        facts: pl.DataFrame,
    ) -> None:
        """Write leads, let them have just these clocks, and add to the facts."""
        self.write("lead", new, changed)
        if not changed.is_empty():
            staged = bulk.stage(self._connection, changed.select("id"), "wanted")
            bulk.execute(
                self._connection,
                f"DELETE FROM clock WHERE lead_id IN (SELECT id FROM {staged} AS those)",
            )
        # In the order of the key, so that the table grows at its end.
        in_order = clocks.sort("lead_id", "commitment_id", "cycle")
        bulk.insert(self._connection, "clock", in_order)
        self._to_record(new["id"], changed["id"])
        bulk.add(self._connection, "daily_fact", ("day", "cell_id"), facts)
        self._drop_empty(facts.filter(pl.col("delivered") < 0))

    def _to_record(self, new: pl.Series, changed: pl.Series) -> None:
        """Note whose breaches are to be recorded; the ids of new leads are one span."""
        spans = changed.to_frame("first_id").with_columns(last_id=pl.col("first_id"))
        if not new.is_empty():
            whole = pl.DataFrame({"first_id": [new.min()], "last_id": [new.max()]})
            spans = pl.concat([spans, whole.cast(pl.Int64)])
        bulk.insert(self._connection, "unrecorded", spans)

    def _drop_empty(self, left: pl.DataFrame) -> None:
        """Drop the facts of days and cells that their last lead has left."""
        if left.is_empty():
            return
        staged = bulk.stage(self._connection, left.select("day", "cell_id"), "left")
        bulk.execute(
            self._connection,
            "DELETE FROM daily_fact WHERE delivered = 0 "
            f"AND (day, cell_id) IN (SELECT day, cell_id FROM {staged} AS those)",
        )

    def replace_facts(self, facts: pl.DataFrame) -> None:
        """Put other facts of days (`day, cell_id` and COUNTS) in the place of all there are."""
        bulk.execute(self._connection, "DELETE FROM daily_fact")
        bulk.insert(self._connection, "daily_fact", facts.sort("day", "cell_id"))

    def write(self, table: str, new: pl.DataFrame, changed: pl.DataFrame) -> None:
        """Insert new rows and set the columns of changed ones (by `id`).

        Where leads get another holder, alerts that wait for the one before are cancelled.
        """
        known = schema_of(TABLES[table])
        bulk.insert(self._connection, table, new.select(n for n in new.columns if n in known))
        columns = [name for name in changed.columns if name in known]
        bulk.update(self._connection, table, changed.select(columns))
        if "holder_id" in columns and not changed.is_empty():
            withdraw_of_leads(self._connection, changed["id"])

    def keep_before(self, table: str, import_id: int, rows: pl.DataFrame) -> None:
        """Keep `row_id, before` (JSON) of rows that an import is about to change."""
        kept = rows.select(
            pl.lit(import_id, dtype=pl.Int64).alias("import_id"),
            pl.lit(table).alias("kind"),
            "row_id",
            "before",
        )
        bulk.insert(self._connection, "import_before", kept)

    def record_stamps(self, new: pl.DataFrame, details: Mapping[str, str]) -> None:
        """Write the first events of leads: one for every stamp of their records, as stored.

        Args:
            new: The records of leads that were written just now and have no event yet; their
                ids come from one call of `new_ids`.
            details: A kind of event to the column that is its `detail`.
        """
        if new.is_empty():
            return
        told = [column for column in STAMPS if new[column].null_count() < len(new)]
        span = {"first": new["id"].min(), "last": new["id"].max()}
        bulk.execute(self._connection, first_events(told, details), span)

    def record_events(self, events: pl.DataFrame) -> None:
        """Append events in their order; each becomes the next one of its lead.

        Args:
            events: The columns of `lead_event` without `nth`.
        """
        if events.is_empty():
            return
        # Counted from the first row of each lead: a window function over the leads took far longer.
        row = pl.int_range(pl.len())
        first = pl.when(pl.col("lead_id").is_first_distinct()).then(row).forward_fill()
        counted = events.sort("lead_id", maintain_order=True).with_columns(nth=row - first + 1)
        before = self._last_event(events["lead_id"].unique())
        numbered = counted.join(before, on="lead_id", how="left", maintain_order="left")
        last = pl.col("last").fill_null(0)
        numbered = numbered.with_columns(pl.col("nth") + last).drop("last")
        bulk.insert(self._connection, "lead_event", numbered)

    def _last_event(self, leads: pl.Series) -> pl.DataFrame:
        staged = bulk.stage(self._connection, leads.to_frame("id"), "wanted")
        return bulk.fetch(
            self._connection,
            f"SELECT lead_id, MAX(nth) FROM {staged} AS wanted CROSS JOIN lead_event "
            "WHERE lead_event.lead_id = wanted.id GROUP BY lead_id",
            {"lead_id": pl.Int64(), "last": pl.Int64()},
        )

    def named(self, table: str, source_id: int, keys: pl.Series) -> pl.DataFrame:
        """Return the stored deals or activities of a source by their keys there."""
        columns = schema_of(TABLES[table])
        names = ", ".join(f"{table}.{name}" for name in columns)
        staged = bulk.stage(self._connection, keys.to_frame("source_key"), "wanted")
        return bulk.fetch(
            self._connection,
            f"SELECT {names} FROM {staged} AS wanted CROSS JOIN {table} "
            f"WHERE {table}.source_id = :source_id AND {table}.source_key = wanted.source_key",
            columns,
            {"source_id": source_id},
        )

    def lead_ids(self, source_id: int, keys: pl.Series) -> pl.DataFrame:
        """Return `lead_key, lead_id, lead_created_at` of the leads of a source that are there."""
        staged = bulk.stage(self._connection, keys.to_frame("source_key"), "wanted")
        return bulk.fetch(
            self._connection,
            f"SELECT lead.source_key, lead.id, lead.created_at FROM {staged} AS wanted "
            "CROSS JOIN lead "
            "WHERE lead.source_id = :source_id AND lead.source_key = wanted.source_key",
            {"lead_key": pl.String(), "lead_id": pl.Int64(), "lead_created_at": pl.Int64()},
            {"source_id": source_id},
        )

    def has_waiting(self, source_id: int) -> bool:
        """Return whether any deal or activity of a source waits for its lead."""
        return any(
            self._exists(
                f"{table} WHERE lead_id IS NULL AND source_id = :source_id",
                {"source_id": source_id},
            )
            for table in ("deal", "activity")
        )

    def redate(self, leads: pl.Series) -> None:
        """Mark the deals of leads anew that are dated before their lead was created."""
        if leads.is_empty():
            return
        staged = bulk.stage(self._connection, leads.to_frame("id"), "redated")
        bulk.execute(
            self._connection,
            f"UPDATE deal SET before_lead = {_BEFORE_LEAD} FROM lead AS arrived "
            "WHERE arrived.id = deal.lead_id "
            f"AND deal.lead_id IN (SELECT id FROM {staged} AS those)",
        )

    def bind(self, source_id: int, leads: pl.DataFrame) -> pl.DataFrame:
        """Give waiting deals and activities their lead; return the activities that were bound."""
        staged = bulk.stage(self._connection, leads, "arrived")
        deals = self._waiting("deal", staged, source_id, {"before_lead": _BEFORE_LEAD})
        bulk.update(self._connection, "deal", deals.select("id", "lead_id", "before_lead"))
        activities = self._waiting("activity", staged, source_id, {})
        bulk.update(self._connection, "activity", activities.select("id", "lead_id"))
        return activities

    def _waiting(
        self, table: str, arrived: str, source_id: int, instead: Mapping[str, str]
    ) -> pl.DataFrame:
        """Return the waiting rows of leads that arrived, with the `lead_id` that they get."""
        columns = schema_of(TABLES[table])
        given = {"lead_id": "arrived.id", **instead}
        names = ", ".join(given.get(name, f"{table}.{name}") for name in columns)
        return bulk.fetch(
            self._connection,
            f"SELECT {names} FROM {arrived} AS arrived CROSS JOIN {table} "
            f"WHERE {table}.source_id = :source_id AND {table}.lead_key = arrived.source_key "
            f"AND {table}.lead_id IS NULL ORDER BY {table}.id",
            columns,
            {"source_id": source_id},
        )

    def bound_leads(self, leads: pl.Series) -> pl.Series:
        """Return which of these leads have any deal or activity."""
        staged = bulk.stage(self._connection, leads.to_frame("id"), "wanted")
        return bulk.fetch(
            self._connection,
            f"SELECT id FROM {staged} AS w WHERE EXISTS (SELECT 1 FROM deal WHERE lead_id = w.id) "
            "OR EXISTS (SELECT 1 FROM activity WHERE lead_id = w.id)",
            {"id": pl.Int64()},
        )["id"]

    def known_until(self) -> dict[tuple[int, str], int]:
        """Return until when each kind of act is known from each source, in seconds of UTC."""
        return freshness.known_until(self._connection)

    def without_agreement(self, from_s: int, to_s: int | None, after_id: int) -> pl.Series:
        """Return ids of leads without an agreement, handed off in `[from_s, to_s)`, ascending."""
        until = "AND lead.handed_at < :to_s" if to_s is not None else ""
        return bulk.fetch(
            self._connection,
            "SELECT lead.id FROM lead JOIN cell ON cell.id = lead.cell_id "
            "WHERE cell.version_id = 0 AND lead.id > :after_id "
            f"AND lead.handed_at >= :from_s {until} "
            f"ORDER BY lead.id LIMIT {_CHUNK}",
            {"id": pl.Int64()},
            {"from_s": from_s, "to_s": to_s, "after_id": after_id},
        )["id"]

    def source_ids(self) -> tuple[int, ...]:
        """Return every source."""
        rows = bulk.fetch(self._connection, "SELECT id FROM source", {"id": pl.Int64()})
        return tuple(rows["id"])

    def open_at(
        self, commitment_ids: Sequence[int], over_at: int | None, after_id: int
    ) -> pl.Series:
        """Return ids of leads with a clock of such a commitment that runs, or stopped after."""
        numbers = ", ".join(map(str, commitment_ids)) or "NULL"
        if over_at is None:
            # By the index over what is owed next: a lead with a clock that runs owes something.
            found = (
                "SELECT DISTINCT lead.id FROM lead JOIN clock ON clock.lead_id = lead.id "
                f"WHERE lead.next_due_at IS NOT NULL AND clock.state = {ClockState.RUNNING:d}"
            )
        else:
            found = (
                "SELECT DISTINCT clock.lead_id FROM clock WHERE "
                f"(clock.state = {ClockState.RUNNING:d} OR clock.stopped_at > :over_at)"
            )
        return bulk.fetch(
            self._connection,
            f"{found} AND clock.commitment_id IN ({numbers}) AND clock.lead_id > :after "
            f"ORDER BY 1 LIMIT {_CHUNK}",
            {"id": pl.Int64()},
            {"after": after_id} | ({} if over_at is None else {"over_at": over_at}),
        )["id"]

    def close(self, version_id: int, now: int) -> None:
        """Note that the clocks of a version that has ended are void."""
        bulk.execute(
            self._connection,
            "INSERT INTO agreement_event (version_id, act, by, at, text) "
            f"SELECT :id, '{Act.ENDED}', '', :now, '' WHERE NOT EXISTS (SELECT 1 "
            f"FROM agreement_event WHERE version_id = :id AND act = '{Act.ENDED}')",
            {"id": version_id, "now": now},
        )

    def breach(self, judged: Judged) -> int:
        """Mark the clocks that ran out as far as is known, and count them in their fact."""
        count = 0
        while not (due := self._due(judged)).is_empty():
            staged = bulk.stage(self._connection, due, "run_out")
            if judged.figures:
                self._count_missed(judged.figures, staged)
            bulk.execute(
                self._connection,
                "INSERT INTO unrecorded (first_id, last_id) "
                f"SELECT DISTINCT lead_id, lead_id FROM {staged} AS those",
            )
            count += bulk.execute(
                self._connection,
                f"UPDATE clock SET breached_at = due_at FROM {staged} AS due "
                "WHERE clock.lead_id = due.lead_id AND clock.cycle = due.cycle "
                "AND clock.commitment_id = :commitment_id",
                {"commitment_id": judged.commitment_id},
            )
        return count

    def _due(self, judged: Judged) -> pl.DataFrame:
        """Return some of the clocks that ran out; in the order of the index that holds them.

        Without the order PostgreSQL may walk the whole table: it takes most clocks to be due.
        """
        numbers = dict.fromkeys(("lead_id", "cycle", "state", "excused"), pl.Int64())
        sql = (
            f"SELECT lead_id, cycle, state, excused FROM clock WHERE {_DUE} "
            f"ORDER BY source_id, commitment_id, due_at LIMIT {_CHUNK}"
        )
        return bulk.fetch(self._connection, sql, numbers, _bounds(judged)).sort("lead_id")

    def _count_missed(self, figures: str, due: str) -> None:
        """Count the clocks that run out as overdue, or late where they cannot be met any more."""
        facts = {f"{figures}_overdue": 0, f"{figures}_late": 3}
        counted = ", ".join(
            f"CASE WHEN state = {state} THEN 1 ELSE 0 END AS {fact}"
            for fact, state in facts.items()
        )
        self._count(
            tuple(facts), f"SELECT lead_id AS id, {counted} FROM {due} WHERE excused = 0", {}
        )

    def accept_by_default(self, source_id: int, until: int) -> int:
        """Accept a source's leads whose rejection window ended before an instant."""
        values = {"source_id": source_id, "until": until}
        due = f"SELECT id, 1 AS accepted FROM lead WHERE {_UNANSWERED}"
        self._count(("accepted",), due, values)
        sql = f"UPDATE lead SET accepted = {BY_DEFAULT} WHERE {_UNANSWERED}"
        return bulk.execute(self._connection, sql, values)

    def verdicts(self, source_id: int, since: int) -> Iterator[pl.Series]:
        """Yield ids of a source's leads that were judged by what it had not told, in portions."""
        ids, after = {"id": pl.Int64()}, 0
        while True:
            values = {"source_id": source_id, "since": since, "after": after, "limit": _CHUNK}
            found = bulk.fetch(self._connection, _VERDICTS, ids, values)["id"]
            if found.is_empty():
                return
            yield found
            after = int(found[-1])

    def is_any_due(self, judged: Sequence[Judged], windows: Mapping[int, int]) -> bool:
        """Return whether any such clock waits, or any rejection window (source: until when)."""
        clocks = f"clock WHERE {_DUE} ORDER BY source_id, commitment_id, due_at"
        return any(self._exists(clocks, _bounds(one)) for one in judged) or any(
            self._exists(f"lead WHERE {_UNANSWERED}", {"source_id": source, "until": until})
            for source, until in windows.items()
        )

    def _exists(self, where: str, values: Mapping[str, object]) -> bool:
        found = bulk.fetch(
            self._connection, f"SELECT 1 FROM {where} LIMIT 1", {"one": pl.Int64()}, values
        )
        return not found.is_empty()

    def _count(self, facts: Sequence[str], due: str, parameters: Mapping[str, object]) -> None:
        """Add what a query counts to facts of the days and cells of its leads.

        Args:
            facts: The figures.
            due: A query for `id` of leads and, by the name of its figure, what each one adds.
            parameters: The query's.
        """
        sums = ", ".join(f"CAST(SUM(due.{fact}) AS BIGINT)" for fact in facts)
        # MATERIALIZED: or SQLite walks every lead in the order of the groups, at every tick. In
        # the order of leads: many of them, read as they come, would fetch each page many times.
        found = bulk.fetch(
            self._connection,
            f"WITH due AS MATERIALIZED ({due} ORDER BY 1) SELECT lead.day, lead.cell_id, {sums} "
            "FROM due CROSS JOIN lead WHERE lead.id = due.id GROUP BY 1, 2 ORDER BY 1, 2",
            {"day": pl.Int64(), "cell_id": pl.Int64()} | dict.fromkeys(facts, pl.Int64()),
            parameters,
        )
        if found.is_empty():
            return
        staged = bulk.stage(self._connection, found, "counted")
        added = ", ".join(f"{fact} = daily_fact.{fact} + counted.{fact}" for fact in facts)
        bulk.execute(
            self._connection,
            f"UPDATE daily_fact SET {added} FROM {staged} AS counted "
            "WHERE daily_fact.day = counted.day AND daily_fact.cell_id = counted.cell_id",
        )

    def _stored(self, same: str, wanted: pl.DataFrame, **parameters: object) -> pl.DataFrame:
        staged = bulk.stage(self._connection, wanted, "wanted")
        columns = schema_of(Lead)
        names = ", ".join(f"lead.{name}" for name in columns)
        return bulk.fetch(
            self._connection,
            f"SELECT {names}, cell.version_id, cell.segment, cell.tier, lead.handed_at "
            f"FROM {staged} AS wanted CROSS JOIN lead JOIN cell ON cell.id = lead.cell_id "
            f"WHERE {same}",
            columns | CLASSIFIED,
            parameters,
        )


def _bounds(judged: Judged) -> dict[str, object]:
    return {
        "source_id": judged.source_id,
        "commitment_id": judged.commitment_id,
        "until": judged.until,
    }
