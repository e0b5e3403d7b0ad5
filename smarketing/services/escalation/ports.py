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


class Taking(DueSteps, Hands, Protocol):
    """A transaction in which nobody else takes steps or changes leads."""

    @property
    def source_id(self) -> int:
        """Return the number of the portal as a source of acts."""
        ...

    def record(
        self, steps: pl.DataFrame, following: pl.DataFrame, messages: Sequence[Message]
    ) -> None:
        """Keep what was done.

        Args:
            steps: `lead_id, commitment_id, cycle, step, taken_at, did`.
            following: `lead_id, commitment_id, cycle, next_step_at` of the clocks it changes for.
            messages: For the outbox.
        """
        ...


class EscalationStore(Protocol):
    """Where steps are found and taken."""

    def looking(self) -> AbstractContextManager[DueSteps]:
        """Begin a transaction that only reads."""
        ...

    def taking(self, now: int) -> AbstractContextManager[Taking]:
        """Begin a transaction in which nobody else takes steps or changes leads."""
        ...
