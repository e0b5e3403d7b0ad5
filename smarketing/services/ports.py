"""What the use cases ask of the store: small protocols, all inside one transaction.

Frames carry instants as seconds of UTC and money as ten-thousandths. Columns are named as
the canonical columns are, with the additions that each method tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from smarketing.services.conclusions.holding import HoldingLedger
from smarketing.services.conclusions.log import LogStore
from smarketing.services.conclusions.surge import Arrivals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from smarketing.domain.clocks import Judged


class KnownLeads(LogStore, Arrivals, Protocol):
    """Leads as they are stored, and what was told of them besides."""

    def leads(self, ids: pl.Series) -> pl.DataFrame:
        """Return leads by id, with their cell's `version_id, segment, tier, classified_at`."""
        ...

    def leads_named(self, source_id: int, keys: pl.Series) -> pl.DataFrame:
        """Return the leads of a source by their keys there, as `leads` does."""
        ...

    def acts(self, ids: pl.Series) -> pl.DataFrame:
        """Return `id, reject_reason` and the earliest acts that came apart from the record."""
        ...

    def clocks(self, ids: pl.Series) -> pl.DataFrame:
        """Return the clocks of leads, each with its commitment's `metric`."""
        ...


class Conclusions(Protocol):
    """Where conclusions are written."""

    def cell_ids(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Return distinct cells with their `cell_id`, made where new."""
        ...

    def record(
        self,
        *,
        new: pl.DataFrame,
        changed: pl.DataFrame,
        clocks: pl.DataFrame,
        facts: pl.DataFrame,
    ) -> None:
        """Write what was concluded about some leads.

        Args:
            new: Rows of leads that were not there.
            changed: `id` and the columns to set of leads that were.
            clocks: All clocks of all of these leads.
            facts: What to add to each `day, cell_id`; negative where something left.
        """
        ...

    def redate(self, leads: pl.Series) -> None:
        """Mark the deals of leads anew that are dated before their lead was created."""
        ...


class Ledger(KnownLeads, Conclusions, HoldingLedger, Protocol):
    """Both together: what it takes to conclude about leads anew."""


class Freshness(Protocol):
    """How far the sources have told."""

    def known_until(self) -> Mapping[tuple[int, str], int]:
        """Return until when each kind of act is known from each source, in seconds of UTC."""
        ...


class Records(Protocol):
    """Where the records of a source are kept besides its leads."""

    def new_ids(self, table: str, count: int) -> pl.Series:
        """Return ids for that many new rows of `lead`, `deal` or `activity`."""
        ...

    def record_events(self, events: pl.DataFrame) -> None:
        """Append events in their order; each becomes the next one of its lead."""
        ...

    def record_stamps(self, new: pl.DataFrame, details: Mapping[str, str]) -> None:
        """Write the first events of leads: one for every stamp of their records, as stored.

        Args:
            new: The records of leads that were written just now and have no event yet.
            details: A kind of event to the column that is its `detail`.
        """
        ...

    def named(self, table: str, source_id: int, keys: pl.Series) -> pl.DataFrame:
        """Return the stored rows of `deal` or `activity` of a source by their keys there."""
        ...

    def keep_before(self, table: str, import_id: int, rows: pl.DataFrame) -> None:
        """Keep `row_id, before` (JSON) of rows that an import is about to change."""
        ...

    def write(self, table: str, new: pl.DataFrame, changed: pl.DataFrame) -> None:
        """Insert new rows of `deal` or `activity` and set the columns of changed ones."""
        ...


class Waiting(Protocol):
    """Records that came before their lead."""

    def lead_ids(self, source_id: int, keys: pl.Series) -> pl.DataFrame:
        """Return `lead_key, lead_id, lead_created_at` of the leads that are there."""
        ...

    def has_waiting(self, source_id: int) -> bool:
        """Return whether any deal or activity of a source waits for its lead."""
        ...

    def bind(self, source_id: int, leads: pl.DataFrame) -> pl.DataFrame:
        """Give waiting deals and activities their lead; return the activities that were bound.

        Args:
            source_id: Whose records.
            leads: `id, source_key, created_at` of leads that are new.
        """
        ...

    def bound_leads(self, leads: pl.Series) -> pl.Series:
        """Return which of these leads have any deal or activity."""
        ...


class Marks(Freshness, Protocol):
    """Where what fell due is marked."""

    def source_ids(self) -> tuple[int, ...]:
        """Return every source."""
        ...

    def breach(self, judged: Judged) -> int:
        """Mark the clocks that ran out as far as is known, and count them; return how many."""
        ...

    def is_any_due(self, judged: Sequence[Judged], windows: Mapping[int, int]) -> bool:
        """Return whether any such clock waits, or any rejection window (source: until when)."""
        ...

    def accept_by_default(self, source_id: int, until: int) -> int:
        """Accept a source's leads whose rejection window ended before; return how many."""
        ...

    def verdicts(self, source_id: int, since: int) -> Iterator[pl.Series]:
        """Yield ids of a source's leads that were judged by what it had not told: in portions.

        Args:
            source_id: Whose leads.
            since: Clocks that ran out at it or later, and rejection windows that ended then.
        """
        ...


class Endings(Protocol):
    """Where versions of agreements that have ended are closed."""

    def open_at(
        self, commitment_ids: Sequence[int], over_at: int | None, after_id: int
    ) -> pl.Series:
        """Return ids of leads with a clock of such a commitment that is open.

        Args:
            commitment_ids: The numbers of the commitments.
            over_at: Clocks that were stopped after it count, too, in seconds of UTC; None: only
                those that run.
            after_id: Only greater ids; they come ascending, some ten thousand at once.
        """
        ...

    def close(self, version_id: int, now: int) -> None:
        """Note that a version is closed; a second time changes nothing."""
        ...


class Watched(Ledger, Marks, Endings, Protocol):
    """A transaction in which what falls due is marked."""


class IntakeLedger(Watched, Records, Waiting, Protocol):
    """Everything that an import asks of the transaction that it runs in."""
