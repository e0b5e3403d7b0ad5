"""What the company's own history says of the cells of an agreement, as columns.

The agreement's rules are applied to all leads ever, as far as they had happened and been told at
an instant. Days are `date.toordinal`, as in `domain.lag`; only whole days of the agreement's zone
count, so the day of the instant itself does not. Money is in the agreement's currency.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import polars as pl

from smarketing.domain.calendar import seconds
from smarketing.domain.days import local_date, local_days
from smarketing.domain.lag import NEVER, recorded_from
from smarketing.domain.moment import Moment
from smarketing.services.agreements.life import in_force
from smarketing.services.conclusions.classify import classified_by
from smarketing.services.conclusions.settle import with_seniority
from smarketing.services.goals.brought import brought_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.lag import Days
    from smarketing.domain.versions import Version
    from smarketing.services.conclusions.book import Book, Cell

_FIRST_DAY: Final = date(1970, 1, 3)
_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAY_S: Final = 86_400
LEADS: Final = {
    "id": pl.Int64(),
    "segment": pl.String(),
    "tier": pl.String(),
    "handed_at": pl.Int64(),
    "rejected_at": pl.Int64(),
    "outcome": pl.String(),
    "closed_at": pl.Int64(),
    "updated_at": pl.Int64(),
    "currency": pl.String(),
    "amount": pl.Int64(),
}
"""What history reads of a lead."""


class Told(Protocol):
    """Where history is read."""

    def known(self, first_day: int, last_day: int, moment: Moment) -> Iterator[pl.DataFrame]:
        """Yield leads of some days (and perhaps others) as they were known."""
        ...

    def closed(self, moment: Moment) -> pl.DataFrame:
        """Return `lead_id, outcome, currency, amount, at` of the deals won or lost by then."""
        ...


@dataclass(frozen=True, eq=False)
class CellHistory:
    """What happened in one cell.

    Attributes:
        lead_days: Day of the hand-off of each lead.
        win_days: Day of its first win, `lag.NEVER` where there is none.
        brought: What each customer brought, in ten-thousandths; those without an amount are
            missing.
    """

    lead_days: Days
    win_days: Days
    brought: Days

    @property
    def leads(self) -> int:
        """Return how many leads there were."""
        return self.lead_days.size

    @property
    def customers(self) -> int:
        """Return how many of them were won."""
        return int(np.count_nonzero(self.win_days != NEVER))


@dataclass(frozen=True, eq=False)
class GoalHistory:
    """What is known of the cells of an agreement at the beginning of a day.

    Attributes:
        cells: Those with a lead. One that was rejected is none, unless it was won: a target counts
            leads without those that are rejected, and so does the rate that it follows from.
        record_from: The first day on which a deal is known to have ended, won or lost, without
            strays (`lag.recorded_from`): before it nobody would have seen a win.
        ends: The day after the last one that is known.
        problems: What was left out or taken for granted, a sentence each.
    """

    cells: Mapping[Cell, CellHistory]
    record_from: int
    ends: int
    problems: tuple[str, ...]

    @property
    def last_day(self) -> date:
        """Return the last day that is known."""
        return date.fromordinal(self.ends - 1)

    @property
    def recorded_on(self) -> date | None:
        """Return the day from which deals are recorded; None: none has ended yet."""
        return date.fromordinal(self.record_from) if self.record_from < self.ends else None

    @property
    def together(self) -> CellHistory:
        """Return all cells as one."""
        nothing = np.empty(0, dtype=np.int64)
        parts = [*self.cells.values()] or [CellHistory(nothing, nothing, nothing)]
        return CellHistory(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("lead_days", "win_days", "brought")
            )
        )


def history_of(
    version: Version, agreement: Agreement, told: Told, book: Book, now: datetime
) -> GoalHistory:
    """Return the history of an agreement's cells.

    Args:
        version: Signed or not; how leads were classified before does not count.
        agreement: What it says.
        told: Where leads and deals are read.
        book: Has the words of job titles.
        now: What happened or was told at it or later is not known.
    """
    today = local_date(now, agreement.timezone).toordinal()
    moment = Moment(seconds(now), seconds(now))
    always = replace(agreement, starts_on=_FIRST_DAY, ends_on=None, commitments=())
    alone = replace(book, versions=(replace(in_force(version), agreement=always),))
    days = (_FIRST_DAY.toordinal() - _EPOCH, today - _EPOCH + 1)
    return of_columns(_leads(told, alone, days, moment), told.closed(moment), agreement, today)


def of_columns(
    leads: pl.DataFrame, closed: pl.DataFrame, agreement: Agreement, ends: int
) -> GoalHistory:
    """Return the history that columns tell.

    Args:
        leads: The columns of LEADS: those of the record as they were known then; instants in
            seconds of UTC, money in ten-thousandths.
        closed: `lead_id, outcome, currency, amount, at`, a row a deal that ended, of whatever lead.
        agreement: Its zone, currency and rates.
        ends: The day after the last one that counts.
    """
    zone = agreement.timezone
    own, undated = _own_ends(leads, closed, ends)
    every = pl.concat([closed, own.select(closed.columns)])
    every = every.with_columns(_days(every["at"], zone).alias("day"))
    first, strays = recorded_from(every.filter(pl.col("day") < ends)["day"].to_numpy())
    counted = leads.with_columns(_days(leads["handed_at"], zone).alias("lead_day")).filter(
        pl.col("lead_day") < ends
    )
    wins = every.filter((pl.col("outcome") == "won") & (pl.col("day") < ends)).join(
        counted.select("id", "lead_day"), left_on="lead_id", right_on="id"
    )
    mine = wins.filter(pl.col("day") >= pl.col("lead_day"))
    before = wins.join(mine, on="lead_id", how="anti")["lead_id"].n_unique()
    brought, problems = brought_by(mine, agreement)
    kept = counted.filter(
        pl.col("rejected_at").is_null() | pl.col("id").is_in(brought["lead_id"].implode())
    )
    joined = kept.join(brought, left_on="id", right_on="lead_id", how="left")
    return GoalHistory(
        cells={
            (segment, tier): _cell(part)
            for (segment, tier), part in joined.partition_by(
                "segment", "tier", as_dict=True
            ).items()
        },
        record_from=ends if first is None else first,
        ends=ends,
        problems=(*problems, *_before(before), *_undated(undated), *_strayed(strays, first)),
    )


def _leads(told: Told, alone: Book, days: tuple[int, int], moment: Moment) -> pl.DataFrame:
    """Return the leads that the agreement is about, as LEADS."""
    parts = [
        classified_by(with_seniority(part.drop("classified_at"), alone), alone)
        .filter(pl.col("version_id") > 0)
        .select(*LEADS)
        for part in told.known(*days, moment)
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=LEADS)


def _own_ends(leads: pl.DataFrame, closed: pl.DataFrame, ends: int) -> tuple[pl.DataFrame, int]:
    """Return what leads without a won deal say of their own end, as rows of `closed`.

    A win without a day is taken as of the last change of its lead, at the latest of the last day;
    their number is the second part.
    """
    last = (ends - _EPOCH) * _DAY_S - _DAY_S // 2
    won = closed.filter(pl.col("outcome") == "won")
    ended = leads.filter(pl.col("outcome").is_in(["won", "lost"])).join(
        won, left_on="id", right_on="lead_id", how="anti"
    )
    undated = ended.filter((pl.col("outcome") == "won") & pl.col("closed_at").is_null())
    guessed = pl.min_horizontal(pl.coalesce("updated_at", pl.lit(last)), pl.lit(last))
    told = pl.concat(
        [
            ended.filter(pl.col("closed_at").is_not_null()).with_columns(at="closed_at"),
            undated.with_columns(at=guessed),
        ]
    )
    return told.rename({"id": "lead_id"}), len(undated)


def _days(at: pl.Series, timezone: str) -> pl.Series:
    return pl.Series(local_days(at.to_numpy(), timezone) + _EPOCH, dtype=pl.Int64)


def _cell(leads: pl.DataFrame) -> CellHistory:
    return CellHistory(
        lead_days=leads["lead_day"].to_numpy(),
        win_days=leads["win_day"].fill_null(NEVER).to_numpy(),
        brought=leads["amount_right"].drop_nulls().to_numpy(),
    )


def _before(count: int) -> Iterator[str]:
    if count:
        leads = f"{count:,} leads were" if count > 1 else "1 lead was"
        yield (
            f"{leads} won before the day of the hand-off only: not counted as won, since who is a "
            "customer already shows no close rate; correct the dates at the source if they are "
            "wrong."
        )


def _undated(count: int) -> Iterator[str]:
    if count:
        several = "s were" if count > 1 else " was"
        yield (
            f"{count:,} lead{several} won without a day, taken as won when last changed; map "
            "closed_at in the import to know."
        )


def _strayed(count: int, first: int | None) -> Iterator[str]:
    if count and first is not None:
        several = "s" if count > 1 else ""
        yield (
            f"{count:,} deal{several} ended long before all others: deals are taken as recorded "
            f"from {date.fromordinal(first)} on; import the others of that time, or none."
        )
