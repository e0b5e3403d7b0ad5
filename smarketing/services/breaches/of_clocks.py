"""The breaches that clocks tell of: a pure function of clocks, leads and what is known.

A clock that ran out is late as long as the act may still come; it is missing once it was given up
(after the agreed working time, else when the month of its lead ends, and never before it was due)
as far as that is known. An act after that comes too late: whenever we learn of it, the answer is
the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from smarketing.domain.breaches import Kind, Reason
from smarketing.domain.calendar import due_s, seconds, working_s
from smarketing.domain.clocks import NEVER, ClockState
from smarketing.domain.days import day_of, starts_at
from smarketing.domain.metrics import Metric
from smarketing.domain.targets import next_month
from smarketing.services.conclusions.of_clocks import pauses_in

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from smarketing.domain.agreement import Commitment
    from smarketing.domain.pauses import Pauses
    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.conclusions.judged import Knowledge

SUBJECT: Final = ("commitment_id", "lead_id", "cycle", "occasion")
SAID: Final = ("kind", "reason", "month", "at", "late_s", "wall_s", "quantity")
WANTED: Final[dict[str, pl.DataType]] = {
    "commitment_id": pl.Int64(),
    "lead_id": pl.Int64(),
    "cycle": pl.Int64(),
    "occasion": pl.String(),
    "kind": pl.String(),
    "reason": pl.String(),
    "month": pl.String(),
    "at": pl.Int64(),
    "late_s": pl.Int64(),
    "wall_s": pl.Int64(),
    "quantity": pl.Int64(),
    "gives_up_at": pl.Int64(),
}
"""A row a breach; `gives_up_at` is null unless it is late, open, and may become missing."""


@dataclass(frozen=True)
class Promise:
    """A commitment with the version that it stands in."""

    version: InForce
    commitment: Commitment


def breaches_of(
    clocks: pl.DataFrame, leads: pl.DataFrame, pauses: pl.DataFrame, book: Book,
    knowledge: Knowledge,
) -> pl.DataFrame:  # fmt: skip
    """Return the breaches among clocks, as WANTED.

    Args:
        clocks: Those of some leads.
        leads: `id, cycle, day, first_attempt_at, rejected_at, reject_reason` of their cycles, the
            acts from wherever they came, and `logged`: whether any activity is known of the lead.
        pauses: As `log.PAUSES`: in them no working time goes by.
        book: The agreements in force.
        knowledge: Now, and until when each kind of act is known.
    """
    promises = _promises(book)
    known = clocks.join(
        leads, left_on=["lead_id", "cycle"], right_on=["id", "cycle"], maintain_order="left"
    )
    parts = [pl.DataFrame(schema=WANTED)]
    for (number,), part in known.partition_by("commitment_id", as_dict=True).items():
        if number in promises:
            parts.append(_of_promise(part, pauses, promises[number], knowledge))
    return pl.concat(parts)


def _promises(book: Book) -> dict[int, Promise]:
    return {
        number: Promise(version, commitment)
        for version in book.versions
        for commitment in version.agreement.commitments
        if (number := version.commitment_ids.get(commitment.name))
    }


def _of_promise(
    clocks: pl.DataFrame, pauses: pl.DataFrame, promise: Promise, knowledge: Knowledge
) -> pl.DataFrame:
    commitment = promise.commitment
    calendar = promise.version.agreement.calendars[commitment.calendar]
    unreasoned = _unreasoned(commitment.metric)
    found = clocks.filter(pl.col("breached_at").is_not_null() | unreasoned)
    if found.is_empty():
        return pl.DataFrame(schema=WANTED)
    due, stopped = found["due_at"].to_numpy(), found["stopped_at"].fill_null(NEVER).to_numpy()
    stood = pauses_in(found["lead_id"], pauses)
    gives_up = _gives_up(found, promise, stood)
    judged = {
        source: knowledge.judged(commitment, source) for source in found["source_id"].unique()
    }
    until = found["source_id"].replace_strict(judged, return_dtype=pl.Int64).to_numpy()
    ends = np.where(stopped == NEVER, np.where(gives_up < until, gives_up, due), stopped)
    ends = np.maximum(ends, due)
    placed = found.with_columns(
        pl.Series("gives_up", gives_up),
        pl.Series("until", until),
        pl.Series("late_s", working_s(due, ends, calendar) - stood.worked(due, ends, calendar)),
        pl.Series("wall_s", ends - due),
        pl.col("day").cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m").alias("month"),
    )
    said = placed.with_columns(_reason(commitment.metric).alias("reason"))
    kinds = {str(reason): str(kind) for reason, kind in _KINDS.items()}
    is_open = pl.col("reason") == Reason.STILL_OPEN
    return said.select(
        "commitment_id",
        "lead_id",
        "cycle",
        pl.lit("").alias("occasion"),
        pl.col("reason").replace_strict(kinds, return_dtype=pl.String).alias("kind"),
        "reason",
        "month",
        # A rejection without a reason is wrong from its own instant on.
        pl.coalesce("breached_at", "stopped_at").alias("at"),
        "late_s",
        "wall_s",
        pl.lit(0).alias("quantity"),
        pl.when(is_open).then("gives_up").alias("gives_up_at"),
    ).select(pl.col(name).cast(dtype) for name, dtype in WANTED.items())


_KINDS: Final = {
    Reason.STILL_OPEN: Kind.LATE,
    Reason.DONE_LATE: Kind.LATE,
    Reason.DONE_TOO_LATE: Kind.MISSING,
    Reason.NEVER_DONE: Kind.MISSING,
    Reason.TOO_FEW_ATTEMPTS: Kind.WRONG,
    Reason.DOES_NOT_COUNT: Kind.WRONG,
    Reason.NO_REASON: Kind.WRONG,
}


def _unreasoned(metric: Metric) -> pl.Expr:
    """Return which clocks were stopped by a rejection that gives no reason."""
    if metric is not Metric.DISPOSITION_WITHIN:
        return pl.lit(value=False)
    rejected = pl.col("rejected_at").is_not_null() & (pl.col("rejected_at") == pl.col("stopped_at"))
    return rejected & (pl.col("reject_reason").fill_null("").str.strip_chars() == "")


def _reason(metric: Metric) -> pl.Expr:
    """Return why each clock is a breach."""
    state = pl.col("state")
    given_up = (state == ClockState.NEVER_MET) | (
        (state == ClockState.RUNNING) & (pl.col("gives_up") < pl.col("until"))
    )
    too_late = (state == ClockState.MET_LATE) & (pl.col("stopped_at") > pl.col("gives_up"))
    never = pl.lit(str(Reason.NEVER_DONE))
    if metric is Metric.ATTEMPTS_MADE:
        tried = pl.col("first_attempt_at").is_not_null()
        never = pl.when(tried).then(pl.lit(str(Reason.TOO_FEW_ATTEMPTS))).otherwise(never)
    elif metric is Metric.FIRST_ATTEMPT_WITHIN:
        never = pl.when("logged").then(pl.lit(str(Reason.DOES_NOT_COUNT))).otherwise(never)
    return (
        pl.when(given_up)
        .then(never)
        .when(too_late)
        .then(pl.lit(str(Reason.DONE_TOO_LATE)))
        .when(_unreasoned(metric))
        .then(pl.lit(str(Reason.NO_REASON)))
        .when(state == ClockState.MET_LATE)
        .then(pl.lit(str(Reason.DONE_LATE)))
        .otherwise(pl.lit(str(Reason.STILL_OPEN)))
    )


def _gives_up(clocks: pl.DataFrame, promise: Promise, stood: Pauses) -> NDArray[np.int64]:
    """Return when each clock is given up: when its agreement ends, never before it is due."""
    commitment, agreement = promise.commitment, promise.version.agreement
    due = clocks["due_at"].to_numpy()
    if commitment.give_up is not None:
        allowed = int(commitment.give_up.total_seconds())
        calendar = agreement.calendars[commitment.calendar]
        started = clocks["started_at"].to_numpy()
        gives_up = stood.due(due_s(started, allowed, calendar), started, calendar)
    else:
        ends = {day: _month_ends(day_of(day), agreement.timezone) for day in clocks["day"].unique()}
        gives_up = clocks["day"].replace_strict(ends, return_dtype=pl.Int64).to_numpy()
    if promise.version.over_at is not None:
        gives_up = np.minimum(gives_up, promise.version.over_at)
    return np.asarray(np.maximum(gives_up, due), dtype=np.int64)


def _month_ends(day: date, timezone: str) -> int:
    return seconds(starts_at(next_month(day), timezone))
