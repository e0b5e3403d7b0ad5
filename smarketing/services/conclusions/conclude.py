"""What follows from what is known of some leads: the one place where it is computed.

Import, portal, worker and the question "as of" all come here, with a frame of one lead or of
fifty thousand: classification, clocks, acceptance, customers. The result is plain columns;
nothing is read or written.

The leads come with `id`, `source_id`, every canonical column of a lead (the acts among them
being the earliest known ones), `seniority`, `extra`, and where they are stored already the
columns that `classify` may keep. `wins` has a row a won deal: `lead_id, currency, amount`;
`pauses` a row for each span in which a lead's clocks stand: `lead_id, starts, ends`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from smarketing.domain.calendar import due_s
from smarketing.domain.clocks import NEVER, ClockState, run_clocks
from smarketing.domain.days import local_days
from smarketing.domain.facts import BY_DEFAULT, BY_HAND, DIMENSIONS
from smarketing.domain.metrics import Metric
from smarketing.domain.pauses import NO_PAUSES, pauses_of
from smarketing.services.conclusions.classify import CLASSIFICATION, classify
from smarketing.services.conclusions.money import won_amounts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smarketing.domain.agreement import Commitment
    from smarketing.domain.clocks import Clocks
    from smarketing.domain.pauses import Pauses
    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.conclusions.judged import Knowledge

CONCLUSIONS: Final = (
    "seniority", "handed_at", "day", "segment_rule", "tier_rule", "value", "accept_due_at",
    "accepted", "rejected", "won_deals", "won_amount", "next_due_at", "next_risk_at",
    "paused_until",
)  # fmt: skip
"""The columns of `Concluded.leads` besides `id`, CELL and `acknowledged`."""

_STOPPED_BY: Final = {
    Metric.ACKNOWLEDGED_WITHIN: ("acknowledged_at", "accepted_at", "rejected_at"),
    Metric.FIRST_ATTEMPT_WITHIN: ("first_attempt_at", "connected_at"),
}
"""The acts that stop the clock of a metric; the earliest one counts."""

_CLOCK: Final[dict[str, pl.DataType]] = {
    "lead_id": pl.Int64(),
    "commitment_id": pl.Int64(),
    "source_id": pl.Int64(),
    "started_at": pl.Int64(),
    "due_at": pl.Int64(),
    "at_risk_at": pl.Int64(),
    "stopped_at": pl.Int64(),
    "state": pl.Int64(),
    "breached_at": pl.Int64(),
    "used_s": pl.Int64(),
    "wall_s": pl.Int64(),
    "metric": pl.String(),
}
_VOIDED_BY: Final = {Metric.FIRST_ATTEMPT_WITHIN: "rejected_at"}


@dataclass(frozen=True)
class Concluded:
    """What was concluded.

    Attributes:
        leads: `id`, CELL, CONCLUSIONS and `acknowledged` (0 or 1), in the order given.
        clocks: A row a clock: the columns of the table, `metric` instead of nothing.
        unconverted: Currencies of won amounts that the agreements give no rate for, with the
            number of deals left out of the sums.
    """

    leads: pl.DataFrame
    clocks: pl.DataFrame
    unconverted: dict[str, int]


def conclude(
    leads: pl.DataFrame, wins: pl.DataFrame, pauses: pl.DataFrame, book: Book, knowledge: Knowledge
) -> Concluded:
    """Return what follows for these leads from what is known.

    Args:
        leads: As the module says; instants in seconds of UTC, money in ten-thousandths.
        wins: Won deals of these leads; a lead without one whose own record says won has it here
            too.
        pauses: Of these leads.
        book: The agreements in force.
        knowledge: The instant that counts as now, and until when each kind of act is known.
    """
    handed = leads.with_columns(pl.coalesce("handed_off_at", "created_at").alias("handed_at"))
    classified = classify(handed, book)
    judged = [
        _under(part, pauses, book.version(version_id), book, knowledge)
        for (version_id,), part in classified.partition_by("version_id", as_dict=True).items()
    ]
    concluded = pl.concat([part for part, _ in judged]) if judged else classified
    money, unconverted = won_amounts(concluded.select("id", "version_id"), wins, book)
    clocks = pl.concat([clocks for _, clocks in judged]) if judged else no_clocks()
    ordered = leads.select("id").join(concluded, on="id", how="left", maintain_order="left")
    priced = ordered.join(money, on="id", how="left", maintain_order="left")
    return Concluded(
        leads=_with_next(priced, clocks, pauses),
        clocks=clocks,
        unconverted=unconverted,
    )


def no_clocks() -> pl.DataFrame:
    """Return a frame of clocks with no row."""
    return pl.DataFrame(schema=_CLOCK)


def no_pauses() -> pl.DataFrame:
    """Return a frame of pauses with no row."""
    return pl.DataFrame(schema={"lead_id": pl.Int64, "starts": pl.Int64, "ends": pl.Int64})


def _with_next(leads: pl.DataFrame, clocks: pl.DataFrame, pauses: pl.DataFrame) -> pl.DataFrame:
    """Return leads with what is owed next, and with the end of their last pause."""
    running = clocks.filter(pl.col("state") == ClockState.RUNNING)
    first = pl.col("due_at").arg_min()
    following = running.group_by(pl.col("lead_id").alias("id")).agg(
        pl.col("due_at").get(first).alias("next_due_at"),
        pl.col("at_risk_at").get(first).alias("next_risk_at"),
    )
    last = pauses.group_by(pl.col("lead_id").alias("id")).agg(
        pl.col("ends").max().alias("paused_until")
    )
    return leads.join(following, on="id", how="left", maintain_order="left").join(
        last, on="id", how="left", maintain_order="left"
    )


def _under(
    leads: pl.DataFrame,
    pauses: pl.DataFrame,
    version: InForce | None,
    book: Book,
    knowledge: Knowledge,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the conclusions and clocks of leads of one version (None: no agreement)."""
    handed = leads["handed_at"].to_numpy()
    zone = version.agreement.timezone if version else book.timezone
    window, accepted, rejected = _acceptance(leads, version, knowledge.now)
    concluded = leads.select(
        "id",
        *CLASSIFICATION,
        "source_id",
        *(pl.col(name).fill_null("") for name in DIMENSIONS),
        "seniority",
        "handed_at",
        pl.Series("day", local_days(handed, zone)),
        pl.Series("accept_due_at", window, strict=False),
        pl.Series("accepted", accepted),
        pl.Series("rejected", rejected),
        pl.any_horizontal(
            pl.col(_STOPPED_BY[Metric.ACKNOWLEDGED_WITHIN]).is_not_null()
        ).cast(pl.Int64).alias("acknowledged"),
    ).with_columns(pl.col("accept_due_at").replace(NEVER, None))  # fmt: skip
    clocks = [no_clocks()]
    if version:
        timed = (c for c in version.agreement.commitments if c.metric in _STOPPED_BY)
        clocks += [_clocks(leads, pauses, version, commitment, knowledge) for commitment in timed]
    return concluded, pl.concat(clocks)


def _acceptance(
    leads: pl.DataFrame, version: InForce | None, now: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the end of the rejection window, how accepted, and whether validly rejected.

    A lead that is not rejected within the window is accepted; without an agreement there is no
    window, and only what a source says counts.
    """
    by_hand, rejected_at = _acts(leads, "accepted_at"), _acts(leads, "rejected_at")
    if version is None:
        rejected = rejected_at != NEVER
        window = np.full(len(leads), NEVER)
    else:
        agreement = version.agreement
        calendar = agreement.calendars[agreement.acceptance_calendar]
        allowance = int(agreement.acceptance_window.total_seconds())
        window = due_s(leads["handed_at"].to_numpy(), allowance, calendar)
        valid = _reasons(leads).is_in(list(agreement.reject_reasons)).fill_null(value=False)
        rejected = (rejected_at <= window) & (rejected_at != NEVER) & valid.to_numpy()
    how = np.select([rejected, by_hand != NEVER, window < now], [0, BY_HAND, BY_DEFAULT], 0)
    return window, how.astype(np.int64), rejected.astype(np.int64)


def _reasons(leads: pl.DataFrame) -> pl.Series:
    """Return the reject reasons as codes: lower case, words joined by underscores."""
    return leads["reject_reason"].str.to_lowercase().str.replace_all(r"[\s-]+", "_")


def _clocks(
    leads: pl.DataFrame,
    pauses: pl.DataFrame,
    version: InForce,
    commitment: Commitment,
    knowledge: Knowledge,
) -> pl.DataFrame:
    """Return the clocks of one commitment; leads of a cell without a term have none."""
    allowed = leads.join(_allowances(leads, commitment), on=["segment", "tier"], how="left")
    owed = allowed.filter(pl.col("allowance_s").is_not_null())
    judged = {source: knowledge.judged(commitment, source) for source in owed["source_id"].unique()}
    voiding = _VOIDED_BY.get(commitment.metric)
    clocks = run_clocks(
        started=owed["handed_at"].to_numpy(),
        allowance_s=owed["allowance_s"].to_numpy(),
        stopping=np.minimum.reduce([_acts(owed, act) for act in _STOPPED_BY[commitment.metric]]),
        voiding=_acts(owed, voiding) if voiding else np.full(len(owed), NEVER),
        judged=owed["source_id"].replace_strict(judged, return_dtype=pl.Int64).to_numpy(),
        calendar=version.agreement.calendars[commitment.calendar],
        warn_after=commitment.at_risk[0] if commitment.at_risk else None,
        pauses=_pauses_of(owed, pauses),
    )
    number = version.commitment_ids[commitment.name]
    return _frame_of_clocks(owed, clocks, number, commitment.metric)


def _pauses_of(leads: pl.DataFrame, pauses: pl.DataFrame) -> Pauses:
    """Return pauses by the position of their lead."""
    if pauses.is_empty():
        return NO_PAUSES
    placed = leads.select(pl.col("id").alias("lead_id")).with_row_index("row")
    return pauses_of(placed.join(pauses, on="lead_id").select("row", "starts", "ends").iter_rows())


def _allowances(leads: pl.DataFrame, commitment: Commitment) -> pl.DataFrame:
    """Return the allowance in seconds of every cell that occurs; null where none is promised."""
    cells = leads.select("segment", "tier").unique()
    terms = [commitment.term(segment, tier) for segment, tier in cells.iter_rows()]
    # Zero is an allowance, too: due at once.
    allowances = [
        int(term.allowance.total_seconds()) if term and term.allowance is not None else None
        for term in terms
    ]
    return cells.with_columns(pl.Series("allowance_s", allowances, dtype=pl.Int64))


def _acts(leads: pl.DataFrame, column: str) -> NDArray[np.int64]:
    return leads[column].fill_null(NEVER).to_numpy()


def _frame_of_clocks(
    leads: pl.DataFrame, clocks: Clocks, commitment_id: int, metric: str
) -> pl.DataFrame:
    """Return clocks as rows of their table, with the metric beside them."""
    values = {
        "lead_id": leads["id"],
        "source_id": leads["source_id"],
        "started_at": clocks.started,
        "due_at": clocks.due,
        "at_risk_at": clocks.at_risk,
        "stopped_at": clocks.stopped,
        "state": clocks.state,
        "breached_at": clocks.breached,
        "used_s": clocks.used_s,
        "wall_s": clocks.wall_s,
    }
    return (
        pl.DataFrame(values)
        .with_columns(
            pl.col("at_risk_at", "stopped_at", "breached_at").replace(NEVER, None),
            pl.lit(commitment_id).alias("commitment_id"),
            pl.lit(metric).alias("metric"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in _CLOCK.items())
    )
