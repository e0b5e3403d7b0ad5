"""A second opinion on the ultimate rate: the mixture cure model, in which some leads never win.

A share c of leads is won after a lag with density f, the others never; an open lead is either
(Boag 1949, Farewell 1982, DOMAIN 4.2). The development of `lag.py` takes no form of the lag for
granted but ends where the window does; this one goes on beyond, as far as its form is right. It
checks the other and replaces it nowhere. A lost lead is an open one with the age of today.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, gamma, inf, isfinite, log, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.lag import FEWEST_WINS, LONG_ENOUGH, NEVER, Finding, Missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from smarketing.domain.lag import Days, Floats, Window

    Surprise = Callable[[Floats], float]

_HALF_DAY: Final = 0.5
_STEP: Final = 1e-3
_FARTHEST: Final = 30.0  # on a logarithmic scale; beyond, a likelihood is flat


class Form(StrEnum):
    """How long a win takes."""

    EXPONENTIAL = "exponential"
    WEIBULL = "weibull"


@dataclass(frozen=True, eq=False)
class FollowUp:
    """Leads as a cure model needs them; ages in days, fractions allowed.

    Attributes:
        won_after: Age at the win, above 0, of each win seen.
        open_from: Age at which the window began to see each other lead; 0: from its first day.
        open_until: Age up to which it was seen without a win.
    """

    won_after: Floats
    open_from: Floats
    open_until: Floats


@dataclass(frozen=True)
class Cure:
    """A mixture cure model, fitted.

    Attributes:
        form: Of the lag.
        rate: Share of leads that is won in the end.
        low: Lower end of the interval of that share; high: the upper one.
        per_day: Lambda of exp(-(lambda t)^shape).
        shape: 1 of an exponential.
        log_likelihood: Of the fit.
    """

    form: Form
    rate: float
    low: float
    high: float
    per_day: float
    shape: float
    log_likelihood: float

    @property
    def mean_lag(self) -> float:
        """Return the mean lag of the leads that are won, in days."""
        return gamma(1 + 1 / self.shape) / self.per_day

    @property
    def median_lag(self) -> float:
        """Return the lag within which half of them are won, in days."""
        return exp(log(log(2)) / self.shape) / self.per_day


def follow_up(window: Window, lead_days: Days, win_days: Days) -> FollowUp:
    """Return what a window sees of leads, in days; a win falls into the middle of its day.

    Of a lead from before the window it is known only that no win came while the window saw it.
    """
    known = lead_days < window.ends
    days, wins = lead_days[known], win_days[known]
    won = (wins != NEVER) & window.sees(np.maximum(days, wins))
    after = np.maximum(wins[won] - days[won], 0) + _HALF_DAY
    still = days[~won]
    return FollowUp(
        won_after=after.astype(np.float64),
        open_from=np.maximum(window.starts - still, 0).astype(np.float64),
        open_until=(window.ends - still).astype(np.float64),
    )


def cured(leads: FollowUp, form: Form = Form.WEIBULL, confidence: float = 0.8) -> Cure | Finding:
    """Return the model that explains the leads best (E7), or why none is to be believed.

    The share of leads that never win is not identified when follow-up is short: many slow wins and
    few quick ones look the same. So the longest follow-up has to reach three fitted median lags.

    Args:
        leads: What was seen of them.
        form: An exponential is a Weibull of shape 1.
        confidence: Of the interval, by the curvature of the likelihood on the logit scale.
    """
    wins = leads.won_after.size
    if wins < FEWEST_WINS:
        return Finding(
            Missing.WINS,
            f"Wins seen: {wins}; it takes {FEWEST_WINS} to check the rates in a second way.",
        )
    found = _fitted(leads, form, confidence)
    longest = max(float(leads.won_after.max()), float(leads.open_until.max(initial=0.0)))
    if found is None:
        return Finding(
            Missing.CERTAINTY,
            "The rates cannot be checked in a second way yet: whether many leads are won slowly "
            "or few quickly, these wins look the same. A longer history will tell.",
        )
    if longest < LONG_ENOUGH * found.median_lag:
        return Finding(
            Missing.FOLLOW_UP,
            f"The oldest lead was followed for {longest:.0f} days, and half of the wins may take "
            f"{found.median_lag:.0f} days or more: to check the rates in a second way it takes "
            f"{LONG_ENOUGH * found.median_lag:.0f} days.",
        )
    return found


def disagree(cure: Cure, rate: float, low: float, high: float | None) -> bool:
    """Return whether the second opinion differs by more than both doubt themselves.

    It does when each of the two rates lies outside of the other's interval. Both are read from the
    same leads, so two intervals that merely touch would already be far apart.

    Args:
        cure: Of the same leads.
        rate: Corrected by the development.
        low: Lower end of its interval.
        high: Upper end; None: "at least", so only a second opinion below `low` disagrees.
    """
    outside = cure.rate < low or (high is not None and cure.rate > high)
    return outside and not cure.low <= rate <= cure.high


def _fitted(leads: FollowUp, form: Form, confidence: float) -> Cure | None:
    from scipy.optimize import minimize  # noqa: PLC0415  (slow to import)

    surprise = _surprise_of(leads)
    count = leads.won_after.size + leads.open_until.size
    start = [_logit((leads.won_after.size + 0.5) / (count + 1)), -log(leads.won_after.mean())]
    if form is Form.WEIBULL:
        start.append(0.0)
    best = minimize(
        surprise,
        start,
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 4_000},
    )
    error = _error_of_first(surprise, best.x)
    if not best.success or error is None:
        return None
    rate, per_day, shape = _parameters(best.x)
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return Cure(
        form=form,
        rate=rate,
        low=_share(best.x[0] - reach),
        high=_share(best.x[0] + reach),
        per_day=per_day,
        shape=shape,
        log_likelihood=-float(best.fun),
    )


def _surprise_of(leads: FollowUp) -> Surprise:
    """Return minus the log-likelihood by (logit of the rate, log lambda[, log shape]).

    Leads that were seen from and until the same ages are computed once.
    """
    after, wins = np.unique(leads.won_after, return_counts=True)
    spans, open_leads = np.unique(
        np.stack([leads.open_from, leads.open_until]), axis=1, return_counts=True
    )

    ages = np.log(after)

    def surprise(at: Floats) -> float:
        rate, per_day, shape = _parameters(at)
        with np.errstate(over="ignore", under="ignore"):
            since = log(per_day) + ages
            density = log(rate) + log(shape * per_day) + (shape - 1) * since - np.exp(shape * since)
            unwon = np.exp(-((per_day * spans) ** shape))
            never = np.log1p(-rate * (unwon[0] - unwon[1]))
            found = -float(wins @ density + open_leads @ never)
        return found if isfinite(found) else inf

    return surprise


def _error_of_first(surprise: Surprise, at: Floats) -> float | None:
    """Return the standard error of the first parameter; None where the likelihood is flat."""
    size = len(at)
    steps = np.eye(size) * _STEP
    bend = np.array(
        [
            [
                surprise(at + one + two)
                - surprise(at + one - two)
                - surprise(at - one + two)
                + surprise(at - one - two)
                for two in steps
            ]
            for one in steps
        ]
    ) / (4 * _STEP**2)
    if not np.isfinite(bend).all() or np.linalg.eigvalsh(bend).min() <= _STEP:
        return None
    error = sqrt(float(np.linalg.inv(bend)[0, 0]))
    return error if isfinite(error) else None


def _parameters(at: Floats) -> tuple[float, float, float]:
    """Return the rate, lambda and the shape; an exponential has no third number."""
    rate, per_day, *shape = at
    return _share(rate), _exp(per_day), _exp(shape[0]) if shape else 1.0


def _exp(logarithm: float) -> float:
    return exp(max(-_FARTHEST, min(_FARTHEST, logarithm)))


def _share(logit: float) -> float:
    return 1 / (1 + _exp(-logit))


def _logit(share: float) -> float:
    return log(share / (1 - share))
