"""What escalation asks of the store: small protocols. Instants are seconds of UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    import polars as pl

    from smarketing.domain.holders import Absence
    from smarketing.domain.messages import Message
    from smarketing.services.leads.acts import ActLedger


class DueSteps(Protocol):
    """Clocks whose next step is due."""

    @property
    def ledger(self) -> ActLedger:
        """Return the leads and what follows from them."""
        ...

    def due(self, now: int) -> pl.DataFrame:
        """Return the clocks that run whose next step is due.

        Columns: `lead_id, commitment_id, cycle, started_at, due_at, breached_at, next_step_at`,
        what there is to call the lead by, `owner, holder_id, version_id, segment, tier`.
        """
        ...

    def taken(self, lead_ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, commitment_id, cycle, step` of the steps that were taken of leads."""
        ...


class Hands(Protocol):
    """Who had, has and may have leads."""

    def words(self, lead_ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, nth, kind, detail, at` of every word about who holds leads."""
        ...

    def loads(self) -> Mapping[int, int]:
        """Return how many leads that owe something each person has; who has none is missing."""
        ...

    def absences(self) -> Sequence[Absence]:
        """Return who is on leave when."""
        ...


class Owing(Protocol):
    """What people are still to be told of."""

    def owed(self) -> pl.DataFrame:
        """Return what is owed, the oldest first.

        Columns: `lead_id, commitment_id, cycle, step, address, held_by, given_to`, of the clock
        `started_at, due_at, state, excused` (null where it is gone), `paused_until`, what there is
        to call the lead by, `version_id, segment, tier`, and how it stands: `holder_id,
        held_since, handed_at, acknowledged, provider`.
        """
        ...

    def absences(self) -> Sequence[Absence]:
        """Return who is on leave when."""
        ...

    def told_since(self, since: int) -> pl.DataFrame:
        """Return `address, commitment_id, step, told_at` of the messages after an instant."""
        ...


class Looking(DueSteps, Owing, Protocol):
    """A transaction that looks for what is to be done."""


class Taking(Looking, Hands, Protocol):
    """A transaction in which nobody else takes steps or changes leads."""

    @property
    def source_id(self) -> int:
        """Return the number of the portal as a source of acts."""
        ...

    def record(self, steps: pl.DataFrame, following: pl.DataFrame, owed: pl.DataFrame) -> None:
        """Keep what was done.

        Args:
            steps: `lead_id, commitment_id, cycle, step, taken_at, did`.
            following: `lead_id, commitment_id, cycle, next_step_at` of the clocks it changes for.
            owed: Rows of `ladder_told`, nobody told of them yet.
        """
        ...

    def told(
        self, gone: pl.DataFrame, told: pl.DataFrame, messages: Sequence[Message], now: int
    ) -> None:
        """Keep who was told of what, with the messages, and forget what is no news any more.

        Args:
            gone: `lead_id, commitment_id, cycle, step, address` of rows that are still owed.
            told: The same, with the `dedupe_key` of their message.
            messages: For the outbox.
            now: Seconds of UTC.
        """
        ...


class EscalationStore(Protocol):
    """Where steps are found and taken."""

    def looking(self) -> AbstractContextManager[Looking]:
        """Begin a transaction that only reads."""
        ...

    def taking(self, now: int) -> AbstractContextManager[Taking]:
        """Begin a transaction in which nobody else takes steps or changes leads."""
        ...
