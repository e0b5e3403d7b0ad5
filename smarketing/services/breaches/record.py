"""Keep the records of breaches true to the clocks: whoever comes, in whatever order.

An import, an act in the portal and a clock that runs out note whose clocks changed; here the
breaches of those leads are compared with what is recorded, and what differs is recorded further:
nothing is changed or deleted. A breach that a late import disproves is withdrawn, with a trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from smarketing.domain.breaches import Reason, Record
from smarketing.services.breaches.of_clocks import SAID, SUBJECT, breaches_of
from smarketing.services.conclusions.cycles import with_cycles
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.log import pauses_from
from smarketing.services.conclusions.settle import with_acts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from smarketing.services.conclusions.book import Book

_AGAIN_S: Final = 3600
"""What cannot be judged yet is asked for again after so long."""


class BreachLedger(Protocol):
    """The clocks and acts of leads."""

    def leads(self, ids: pl.Series) -> pl.DataFrame:
        """Return leads by id."""
        ...

    def acts(self, ids: pl.Series) -> pl.DataFrame:
        """Return the earliest acts that came apart from the records."""
        ...

    def clocks(self, ids: pl.Series) -> pl.DataFrame:
        """Return the clocks of leads, each with its commitment's `metric`."""
        ...

    def pauses(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, at, detail` of every pause of leads."""
        ...

    def cycles(self, ids: pl.Series) -> pl.DataFrame:
        """Return the acts and further hand-offs of leads that have any, as `log.CYCLES`."""
        ...

    def known_until(self) -> Mapping[tuple[int, str], int]:
        """Return until when each kind of act is known from each source."""
        ...


class Recording(Protocol):
    """A transaction in which breaches are recorded."""

    @property
    def ledger(self) -> BreachLedger:
        """Return the clocks and acts of leads."""
        ...

    def take(self, now: int) -> pl.Series:
        """Return ids of leads to be asked about, some ten thousand at most, and forget them."""
        ...

    def logged(self, ids: pl.Series) -> pl.Series:
        """Return which of these leads have any activity."""
        ...

    def recorded(self, ids: pl.Series) -> pl.DataFrame:
        """Return the last record of each clock of leads: SUBJECT, `nth`, `record` and SAID."""
        ...

    def add(self, records: pl.DataFrame) -> None:
        """Add records: SUBJECT, `nth`, `record`, SAID and `recorded_at`."""
        ...

    def open(self, open_ones: pl.DataFrame, ids: pl.Series) -> None:
        """Let `open_ones` be all that leads have open until `gives_up_at`."""
        ...


class BreachStore(Protocol):
    """Where breaches are recorded."""

    def is_any_waiting(self, now: int) -> bool:
        """Return whether `Recording.take` would return anything; only reads."""
        ...

    def recording(self) -> AbstractContextManager[Recording]:
        """Begin a transaction that alone may change leads and breaches."""
        ...


def record_breaches(store: BreachStore, book: Book, now: int) -> int:
    """Record what clocks say about breaches that is not recorded yet; return how many records.

    Args:
        store: Where breaches are recorded.
        book: The agreements in force.
        now: Seconds of UTC.
    """
    count = 0
    while store.is_any_waiting(now):
        with store.recording() as recording:
            count += _record_some(recording, book, now)
    return count


def _record_some(recording: Recording, book: Book, now: int) -> int:
    ids = recording.take(now)
    ledger = recording.ledger
    knowledge = Knowledge(now, ledger.known_until())
    pauses = pauses_from(ledger.pauses(ids))
    wanted = breaches_of(ledger.clocks(ids), _leads(recording, ids), pauses, book, knowledge)
    records = differing(wanted, recording.recorded(ids))
    told = records.with_columns(pl.lit(now, dtype=pl.Int64).alias("recorded_at"))
    waiting = wanted.filter(pl.col("gives_up_at").is_not_null()).select(
        "lead_id",
        "commitment_id",
        "cycle",
        pl.when(pl.col("gives_up_at") > now)
        .then("gives_up_at")
        .otherwise(now + _AGAIN_S)
        .alias("gives_up_at"),
    )
    recording.add(told)
    recording.open(waiting, ids)
    return len(records)


def _leads(recording: Recording, ids: pl.Series) -> pl.DataFrame:
    """Return the cycles of leads; the reason of a rejection is that of the lead's first one."""
    ledger = recording.ledger
    leads = with_acts(ledger.leads(ids), ledger.acts(ids))
    logged = recording.logged(ids)
    return with_cycles(leads, ledger.cycles(ids)).select(
        "id",
        "cycle",
        "day",
        "first_attempt_at",
        "rejected_at",
        "reject_reason",
        pl.col("id").is_in(logged.implode()).alias("logged"),
    )


def differing(wanted: pl.DataFrame, recorded: pl.DataFrame) -> pl.DataFrame:
    """Return the records that make what is recorded say what is wanted.

    Args:
        wanted: Breaches, as `of_clocks.WANTED`.
        recorded: The last record of each subject: SUBJECT, `nth`, `record` and SAID.

    Returns:
        SUBJECT, `nth`, `record` and SAID of new records.
    """
    was = recorded.rename({name: f"{name}_was" for name in SAID})
    both = wanted.select(*SUBJECT, *SAID).join(was, on=SUBJECT, how="full", coalesce=True)
    stands = pl.col("record").is_not_null() & (pl.col("record") != Record.WITHDRAWN)
    is_wanted = pl.col("kind").is_not_null()
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_was")) for name in SAID)
    act = (
        pl.when(is_wanted & ~stands.fill_null(value=False))
        .then(pl.lit(str(Record.RECORDED)))
        .when(is_wanted & ~same)
        .then(pl.lit(str(Record.RECLASSIFIED)))
        .when(~is_wanted & stands)
        .then(pl.lit(str(Record.WITHDRAWN)))
    )
    news = both.with_columns(act.alias("_act")).filter(pl.col("_act").is_not_null())
    gone = pl.col("_act") == Record.WITHDRAWN
    reason = pl.when(gone).then(pl.lit(str(Reason.DISPROVED))).otherwise("reason")
    said = {name: pl.when(gone).then(f"{name}_was").otherwise(name) for name in SAID}
    return news.select(
        *SUBJECT,
        (pl.col("nth").fill_null(0) + 1).alias("nth"),
        pl.col("_act").alias("record"),
        *(value.alias(name) for name, value in (said | {"reason": reason}).items()),
    ).sort(SUBJECT)
