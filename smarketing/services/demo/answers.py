"""How sales answers the leads of the sample company.

Mostly within the working day and mostly in time; a slow tail, worst for what comes on Tuesday
afternoons; one rep is away for a week, and what belongs to nobody waits longest. An instant of 0
is one that never comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.services.demo.arrivals import FAIR_WEEK
from smarketing.services.demo.chance import factors, skewed, some, weighted
from smarketing.services.demo.office import DAY_S, HOUR_S, WORKING_DAY_S, after
from smarketing.services.demo.people import ON_LEAVE, REPS

if TYPE_CHECKING:
    import polars as pl
    from numpy.random import Generator
    from numpy.typing import NDArray

    from smarketing.domain.calendar import Calendar
    from smarketing.services.demo.arrivals import Arrivals

_HANDOFF_MINUTES: Final = {
    "website": 7.0, "paid_search": 8.0, "webinar": 75.0, "partner": 20.0, "referral": 12.0,
    "trade_fair": 240.0,
}  # fmt: skip
_LEAVE_WEEK: Final = FAIR_WEEK + 2
_TUESDAY: Final = 1
_NEVER, _NEVER_UNASSIGNED = 0.002, 0.03
_REJECTED: Final = {"Own marketing": 0.04, "Leuchtfeuer Agency": 0.12}
_REASONS: Final = {
    "Wrong tier": 30.0, "Not reachable": 24.0, "Duplicate": 14.0, "Customer already": 11.0,
    "Wrong segment": 9.0, "Out of territory": 7.0, "Competitor": 5.0,
}  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """What was done with each lead, in seconds of UTC; 0: never.

    Attributes:
        handed: The hand-off.
        reasons: Why it was rejected; meant only where it was.
    """

    handed: NDArray[np.int64]
    acknowledged: NDArray[np.int64]
    accepted: NDArray[np.int64]
    rejected: NDArray[np.int64]
    reasons: pl.Series


def answers(random: Generator, come: Arrivals, who: pl.DataFrame, office: Calendar) -> Answers:
    """Return the answers to each lead, also those that lie in the future."""
    size = len(who)
    handed = _handed(random, come, who)
    acknowledged = _acknowledged(random, come, who, handed, office)
    known = acknowledged > 0
    rejected = known & some(random, factors(who["provider"], _REJECTED, 0.0), size)
    accepted = known & ~rejected & some(random, 0.6, size)
    return Answers(
        handed=handed,
        acknowledged=acknowledged,
        accepted=_then(acknowledged, skewed(random, 2.5 * HOUR_S, 0.8, size), accepted, office),
        rejected=_then(acknowledged, skewed(random, 3 * HOUR_S, 1.0, size), rejected, office),
        reasons=weighted(random, _REASONS, size),
    )


def _handed(random: Generator, come: Arrivals, who: pl.DataFrame) -> NDArray[np.int64]:
    minutes = skewed(random, 1.0, 0.6, len(who)) * factors(
        who["lead_source"], _HANDOFF_MINUTES, 10.0
    )
    handed = come.created + np.maximum(minutes * 60, 45).astype(np.int64)
    return np.where(come.waiting_since > 0, come.waiting_since, handed)


def _acknowledged(
    random: Generator,
    come: Arrivals,
    who: pl.DataFrame,
    handed: NDArray[np.int64],
    office: Calendar,
) -> NDArray[np.int64]:
    size, owner = len(who), who["owner"]
    nobody = (owner == "").to_numpy()
    pace = factors(owner, {rep.name: rep.pace for rep in REPS}, 7.0)
    first_rank = ((who["segment"] == "enterprise") & (who["tier"] == "decision_maker")).to_numpy()
    worked = skewed(random, 32 * 60, 0.8, size) * pace * np.where(first_rank, 0.4, 1.0)
    late = some(random, _late(come, owner), size)
    worked = np.where(late, 4 * HOUR_S + random.exponential(7 * HOUR_S, size), worked)
    away = (owner == ON_LEAVE).to_numpy() & (come.week == _LEAVE_WEEK) & some(random, 0.7, size)
    worked += np.where(away, (5 - np.minimum(come.weekday, 4)) * WORKING_DAY_S, 0)
    never = some(random, np.where(nobody, _NEVER_UNASSIGNED, _NEVER), size)
    done = after(handed, worked, office)
    return np.where(never | (come.waiting_since > 0), 0, done)


def _late(come: Arrivals, owner: pl.Series) -> NDArray[np.float64]:
    """Return each lead's chance of a late answer: the rep's, fourfold on Tuesday afternoons."""
    of_day = come.created % DAY_S  # of UTC: an hour or two behind the office
    rush = (come.weekday == _TUESDAY) & (of_day > 11 * HOUR_S) & (of_day < 17 * HOUR_S)
    usual = factors(owner, {rep.name: rep.late for rep in REPS}, 0.3)
    return np.minimum(usual * np.where(rush, 4.0, 0.8), 0.6)


def _then(
    since: NDArray[np.int64],
    worked: NDArray[np.float64],
    happens: NDArray[np.bool_],
    office: Calendar,
) -> NDArray[np.int64]:
    """Return the instants some working time later; 0 where it does not happen."""
    # A lead that never was acknowledged has no instant to count from: any will do.
    begun = np.where(since > 0, since, since.max())
    return np.where(happens, after(begun, worked, office), 0)
