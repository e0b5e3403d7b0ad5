"""What comes of cohorts in the end, though some of their leads had no time to close yet.

Wins seen are a fact and stay; what is added is the rate of the cohort times the part of its leads
that the window has not seen. That rate is weighed by credibility between the cohort's own (wins /
exposure: Cape Cod) and that of its peers (Bornhuetter and Ferguson 1972): a young cohort says what
its peers say, an old one what it saw itself (Hürlimann, ASTIN Bulletin 2009;39:81-99; the weight
is the Beta-Binomial's of `pooling.py`). Where nothing is unseen the corrected rate is the naive
one. Chance is drawn with a fixed seed: the same window gives the same interval at every call.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.good_months import month_spread
from smarketing.domain.pooling import WEAK, Basis, Cell, Prior, prior_of, shrunk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smarketing.domain.lag import Days, Development, Floats

_DRAWS: Final = 2_000
_SEED: Final = 0
_SURELY: Final = 0.999


@dataclass(frozen=True, eq=False)
class Cohort:
    """Leads that are looked at together: those of a month, or of a segment and tier.

    Attributes:
        name: What it is called.
        lead_days: Day of each lead, at least one before the window ends.
        win_days: Day of its first win, or `lag.NEVER`.
    """

    name: str
    lead_days: Days
    win_days: Days


@dataclass(frozen=True)
class Corrected:
    """What was seen of a cohort, and what comes of it in the end.

    Attributes:
        leads: Of the cohort, before the window ends.
        wins: Seen.
        exposure: Leads that had time to close, as an effective number (`Development.exposure`);
            those that were won had it.
        corrected: Share of the leads that is won in the end.
        low: Lower end of its interval, never below what was seen.
        high: Upper end; None where the window is too short to say more than "at least".
        is_fitted: Whether it was seen from its first day. The rate of one that began before the
            window is read from its late wins alone; it tells nothing of its peers.
    """

    name: str
    leads: int
    wins: int
    exposure: float
    corrected: float
    low: float
    high: float | None
    is_fitted: bool

    @property
    def naive(self) -> float:
        """Return wins seen / leads, as if none would come any more."""
        return self.wins / self.leads

    @property
    def at_least(self) -> bool:
        """Return whether nobody can say yet how high the rate may come."""
        return self.high is None


def corrected(
    development: Development, cohorts: Sequence[Cohort], confidence: float = 0.8
) -> tuple[Corrected, ...]:
    """Return what comes of each cohort in the end, in the order given.

    The interval is of the share itself, not of a mean, and holds five doubts: the rate of the
    cohort; the curve, its wins drawn anew; months that are better or worse for everyone; chance;
    and wins at ages that the window does not cover, between none and as many as came in the later
    half of the ages covered (what falls no slower than 1 / age brings no more in its next double).

    Args:
        development: Of all leads; or of more, where these are too few to say how long wins take.
        cohorts: Peers of one another. Those without a lead are left out.
        confidence: Share of cohorts whose end lies within.
    """
    seen = [_seen(development, cohort) for cohort in cohorts]
    known = [one for one in seen if one.leads]
    if not known:
        return ()
    fitted = [one.cell for one in known if one.is_fitted] or [one.cell for one in known]
    prior = prior_of(fitted, Prior(min(development.rate, _SURELY), WEAK, Basis.FEW))
    draws = _drawn(development)
    exposures = draws.increments @ np.column_stack([one.by_age for one in known])  # at once: fast
    return tuple(
        _corrected(development, one, _future(one, prior, draws, exposure), prior, confidence)
        for one, exposure in zip(known, exposures.T, strict=True)
    )


@dataclass(frozen=True)
class _Seen:
    """What the window saw of a cohort.

    Attributes:
        leads: Of it.
        wins: Seen, at whatever age.
        by_age: Leads seen at each age covered.
        cell: Wins and exposure of the ages covered alone, which tell the rate.
    """

    name: str
    leads: int
    wins: int
    by_age: Days
    cell: Cell
    is_fitted: bool

    @property
    def exposure(self) -> float:
        """Return the leads that had time to close; those that were won had it."""
        return min(max(self.cell.exposed, float(self.wins)), float(self.leads))


@dataclass(frozen=True)
class _Drawn:
    """Curves as they might have come, one a row.

    Attributes:
        increments: Share of the wins that comes at each age; rows sum to 1.
        beyond: Share that comes after the last age covered, on top.
        month: Factor that the time to come is better or worse by, for everyone.
    """

    increments: Floats
    beyond: Floats
    month: Floats


def _seen(development: Development, cohort: Cohort) -> _Seen:
    window = development.window
    lead_days = cohort.lead_days[cohort.lead_days < window.ends]
    covered = development.wins_of(cohort.lead_days, cohort.win_days)
    by_age = window.leads_by_age(lead_days, development.covers)
    exposure = max(float(by_age @ development.rates) / development.rate, float(covered))
    return _Seen(
        cohort.name,
        lead_days.size,
        window.wins_seen(cohort.lead_days, cohort.win_days)[0].size,
        by_age,
        Cell(cohort.name, "", covered, min(exposure, float(lead_days.size))),
        is_fitted=bool(lead_days.size) and int(lead_days.min()) >= window.starts,
    )


def shared_doubt(development: Development, lead_days: Days, win_days: Days) -> float:
    """Return how far the rates of all cells may be wrong together, as a standard deviation of 1.

    A Beta of one cell holds neither: months of leads that are better or worse for everyone, and the
    curve by which the exposure of these leads was found.
    """
    by_age = development.window.leads_by_age(lead_days, development.covers)
    exposure = _curves(development, np.random.default_rng(_SEED)) @ by_age
    curve = float(exposure.std() / exposure.mean())
    return hypot(month_spread(development, lead_days, win_days), curve)


def _curves(development: Development, random: np.random.Generator) -> Floats:
    """Return curves as they might have come: the share of wins at each age, rows sum to 1."""
    # A gamma a count: the Bayesian bootstrap (Rubin 1981) of leads won at each age.
    size = (_DRAWS, development.covers)
    rates = random.gamma(development.wins, size=size) / development.leads
    increments: Floats = rates / rates.sum(axis=1, keepdims=True)
    return increments


def _drawn(development: Development) -> _Drawn:
    random = np.random.default_rng(_SEED)
    ages = development.covers
    increments = _curves(development, random)
    spread = development.month_spread**2 * (1 + 1 / development.months)
    month = random.gamma(1 / spread, spread, _DRAWS) if spread else np.ones(_DRAWS)
    beyond = increments[:, ages // 2 :].sum(axis=1) * random.random(_DRAWS)
    return _Drawn(increments, beyond, month)


def _corrected(
    development: Development, seen: _Seen, ends: Floats, prior: Prior, confidence: float
) -> Corrected:
    wins, leads = seen.wins, seen.leads
    rate = (wins + shrunk(seen.cell, prior).rate * (leads - seen.exposure)) / leads
    tail = (1 - confidence) / 2
    low, high = np.quantile((wins + ends) / leads, (tail, 1 - tail))
    return Corrected(
        name=seen.name,
        leads=leads,
        wins=wins,
        exposure=seen.exposure,
        corrected=rate,
        low=min(float(low), rate),
        high=None if development.is_short else max(float(high), rate),
        is_fitted=seen.is_fitted,
    )


def _future(seen: _Seen, prior: Prior, draws: _Drawn, exposures: Floats) -> Floats:
    """Return how many wins the window has not seen, one number a draw.

    Args:
        seen: The cohort.
        prior: What its peers say.
        draws: Curves as they might have come.
        exposures: Of the cohort, by each of them.
    """
    random = np.random.default_rng(_SEED)  # its own: no cohort depends on which others there are
    covered, leads = seen.cell.converted, seen.leads
    exposure = np.clip(exposures, covered, leads)
    if prior.basis is Basis.ALIKE:
        rate = random.beta(prior.alpha, prior.beta, _DRAWS)
    else:
        rate = random.beta(prior.alpha + covered, prior.beta + exposure - covered)
    unseen = leads - np.maximum(exposure, seen.wins) + leads * draws.beyond
    found: Floats = np.minimum(random.poisson(rate * unseen * draws.month), leads - seen.wins)
    return found
