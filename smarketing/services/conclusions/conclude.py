"""What follows from what is known of some leads: the one place where it is computed.

Import, portal, worker and the question "as of" all come here, with a frame of one lead or of
fifty thousand: classification, clocks, acceptance, customers. The result is plain columns;
nothing is read or written.

The leads come with `id`, `source_id`, every canonical column of a lead (the acts among them
being the earliest known ones), `seniority`, `extra`, and where they are stored already the
columns that `classify` may keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from smarketing.domain.calendar import due_s
from smarketing.domain.clocks import NEVER, ClockState
from smarketing.domain.days import local_days
from smarketing.domain.facts import BY_DEFAULT, BY_HAND, DIMENSIONS
from smarketing.domain.metrics import CATALOGUE, Metric
from smarketing.services.conclusions.classify import CLASSIFICATION, classified_by
from smarketing.services.conclusions.cycles import with_cycles
from smarketing.services.conclusions.money import won_amounts
from smarketing.services.conclusions.of_clocks import acts_in, clocks_of, no_clocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.conclusions.judged import Knowledge
    from smarketing.services.conclusions.log import Log

CONCLUSIONS: Final = (
    "seniority", "handed_at", "day", "segment_rule", "tier_rule", "value", "accept_due_at",
    "accepted", "rejected", "won_deals", "won_amount", "next_due_at", "next_risk_at",
    "paused_until",
)  # fmt: skip
"""The columns of `Concluded.leads` besides `id`, CELL and `acknowledged`."""

_ACKNOWLEDGED_BY: Final = CATALOGUE[Metric.ACKNOWLEDGED_WITHIN].stopped_by


@dataclass(frozen=True)
class Concluded:
    """What was concluded.

    Attributes:
        leads: `id`, CELL, CONCLUSIONS and `acknowledged` (0 or 1), in the order given.
        clocks: A row a clock, as `of_clocks.CLOCK`.
        unconverted: Currencies of won amounts that the agreements give no rate for, with the
            number of deals left out of the sums.
    """

    leads: pl.DataFrame
    clocks: pl.DataFrame
    unconverted: dict[str, int]


def conclude(leads: pl.DataFrame, log: Log, book: Book, knowledge: Knowledge) -> Concluded:
    """Return what follows for these leads from what is known.

    Args:
        leads: As the module says; instants in seconds of UTC, money in ten-thousandths.
        log: What was told of them besides.
        book: The agreements in force.
        knowledge: The instant that counts as now, and until when each kind of act is known.
    """
    classified = classified_by(leads, book)
    judged = [
        _under(part, log, book.version(version_id), book, knowledge)
        for (version_id,), part in classified.partition_by("version_id", as_dict=True).items()
    ]
    concluded = pl.concat([part for part, _ in judged]) if judged else classified
    money, unconverted = won_amounts(concluded.select("id", "version_id"), log.wins, book)
    clocks = pl.concat([clocks for _, clocks in judged]) if judged else no_clocks()
    ordered = leads.select("id").join(concluded, on="id", how="left", maintain_order="left")
    priced = ordered.join(money, on="id", how="left", maintain_order="left")
    return Concluded(
        leads=_with_next(priced, clocks, log.pauses),
        clocks=clocks,
        unconverted=unconverted,
    )


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
    leads: pl.DataFrame, log: Log, version: InForce | None, book: Book, knowledge: Knowledge
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the conclusions and clocks of leads of one version (None: no agreement)."""
    cycled = with_cycles(leads, log.cycles)
    handed = leads["handed_at"].to_numpy()
    zone = version.agreement.timezone if version else book.timezone
    window, accepted, rejected = _acceptance(leads, version, knowledge)
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
        _acknowledged(leads["id"], cycled),
    ).with_columns(pl.col("accept_due_at").replace(NEVER, None))
    clocks = clocks_of(cycled, log, version, knowledge) if version else no_clocks()
    return concluded, clocks


def _acknowledged(ids: pl.Series, cycled: pl.DataFrame) -> pl.Series:
    """Return 1 for each lead that was acknowledged since it was handed off last, else 0."""
    last = cycled if len(cycled) == len(ids) else cycled.sort("cycle").unique("id", keep="last")
    said = last.select(
        "id",
        pl.any_horizontal(pl.col(_ACKNOWLEDGED_BY).is_not_null())
        .cast(pl.Int64)
        .alias("acknowledged"),
    )
    in_order = ids.to_frame("id").join(said, on="id", how="left", maintain_order="left")
    return in_order["acknowledged"]


def _acceptance(
    leads: pl.DataFrame, version: InForce | None, knowledge: Knowledge
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the end of the rejection window, how accepted, and whether validly rejected.

    A lead that is not rejected within the window is accepted, as far as rejections are known;
    without an agreement there is no window, and only what a source says counts.
    """
    by_hand, rejected_at = acts_in(leads, "accepted_at"), acts_in(leads, "rejected_at")
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
    sources = leads["source_id"]
    told = {source: knowledge.accepted_until(source) for source in sources.unique()}
    over = window < sources.replace_strict(told, return_dtype=pl.Int64).to_numpy()
    how = np.select([rejected, by_hand != NEVER, over], [0, BY_HAND, BY_DEFAULT], 0)
    return window, how.astype(np.int64), rejected.astype(np.int64)


def _reasons(leads: pl.DataFrame) -> pl.Series:
    """Return the reject reasons as codes: lower case, words joined by underscores."""
    return leads["reject_reason"].str.to_lowercase().str.replace_all(r"[\s-]+", "_")
