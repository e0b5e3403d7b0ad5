"""Conversion rates of small cells: each borrows from its tier, and a tier from the whole.

Empirical Bayes with the Beta-Binomial (DOMAIN 4.1; Casella, Am. Stat. 1985;39:83-87): cells of a
tier are taken as draws from one Beta, fitted to them; a cell of 3 leads says what its tier says,
one of 3,000 what it saw itself. Exposure may be a fraction (leads that had time to close): nothing
is rounded. These floats are estimates; a promise is computed from them by who makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log, log1p
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FEWEST_CELLS: Final = 4
"""With fewer the spread of the cells cannot be told from chance."""
WEAK: Final = 20.0
"""Leads that the prior counts for where its strength cannot be fitted (DOMAIN 4.1)."""
_STRONGEST: Final = 1e4
_RAREST: Final = 15.0  # logit: one of three million
_HALF: Final = 0.5  # Jeffreys: 0 of n is not a rate of 0


@dataclass(frozen=True)
class Cell:
    """What was seen of one segment in one tier.

    Attributes:
        segment: Its name; with the tier it names the cell.
        tier: Whose cells it is like.
        converted: Wins seen.
        exposed: Leads that they came from, or effective leads (`Corrected.exposure`). Where the
            estimate of a development puts it below the wins, it counts as the wins.
    """

    segment: str
    tier: str
    converted: float
    exposed: float


class Basis(StrEnum):
    """How much the cells of a tier were let to differ."""

    FITTED = "fitted"  # as much as they do
    ALIKE = "alike"  # not at all: they differ by no more than chance
    FEW = "few"  # by a fixed, weak prior: there are too few of them to tell


@dataclass(frozen=True)
class Prior:
    """What is thought of a cell before its own leads are looked at.

    Attributes:
        mean: Rate, between 0 and 1.
        strength: Leads that it counts for.
        basis: How the strength was found.
    """

    mean: float
    strength: float
    basis: Basis

    @property
    def alpha(self) -> float:
        """Return the first parameter of the Beta: wins that the prior counts for."""
        return self.mean * self.strength

    @property
    def beta(self) -> float:
        """Return the second parameter of the Beta: leads without a win."""
        return (1 - self.mean) * self.strength


@dataclass(frozen=True)
class Pooled:
    """The rate of a cell, after looking at its own leads: Beta(alpha, beta).

    Attributes:
        raw: Wins / exposure; None where there was none.
        weight: Share of the rate that the cell's own leads decide.
        basis: How its tier was pooled.
    """

    cell: Cell
    raw: float | None
    weight: float
    alpha: float
    beta: float
    basis: Basis

    @property
    def rate(self) -> float:
        """Return the mean of the Beta; above 0 and below 1, also for 0 of 3."""
        return self.alpha / (self.alpha + self.beta)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return what the rate lies between, with as much chance below as above.

        Args:
            confidence: As 0.8 or 0.95.
        """
        from scipy.special import betaincinv  # noqa: PLC0415  (slow to import, rarely asked for)

        tail = (1 - confidence) / 2
        return (
            float(betaincinv(self.alpha, self.beta, tail)),
            float(betaincinv(self.alpha, self.beta, 1 - tail)),
        )


def pooled(cells: Iterable[Cell]) -> tuple[Pooled, ...]:
    """Return the rate of every cell, in the order given; none without cells.

    Tiers shrink to the whole as cells shrink to their tier: with fewer than `FEWEST_CELLS` by a
    weak prior (what all others say), not at all apart where chance explains how they differ.

    Raises:
        InvalidError: A cell has less than nothing; the sentence names it.
    """
    given = [_checked(cell) for cell in cells]
    tiers = _by_tier(given)
    sums = {name: _sum(tier) for name, tier in tiers.items()}
    whole = prior_of(list(sums.values())) if len(sums) > 1 else None
    if whole is not None and whole.basis is Basis.ALIKE:
        everything = prior_of(given)
        return tuple(shrunk(cell, everything) for cell in given)
    priors = {
        name: prior_of(tier, whole) for name, tier in tiers.items() if len(tier) >= FEWEST_CELLS
    }
    return tuple(
        shrunk(cell, priors.get(cell.tier) or _beside(cell, tiers[cell.tier], sums))
        for cell in given
    )


def _beside(cell: Cell, tier: Sequence[Cell], sums: Mapping[str, Cell]) -> Prior:
    """Return what is thought of a cell of a small tier: what the other cells say, weakly.

    Its own leads are no part of it, or they would count twice: 0 of 153 would be almost a proof.
    """
    others = [other for other in tier if other is not cell]
    elsewhere = [total for name, total in sums.items() if name != cell.tier]
    around = prior_of(elsewhere) if elsewhere else None
    if around is None and not others:
        return Prior(_HALF, 2 * _HALF, Basis.FEW)  # Jeffreys: nothing else is known
    wins, losses = (around.alpha, around.beta) if around else (_HALF, _HALF)
    wins += sum(other.converted for other in others)
    losses += sum(other.exposed - other.converted for other in others)
    return Prior(wins / (wins + losses), WEAK, Basis.FEW)


def prior_of(cells: Sequence[Cell], whole: Prior | None = None) -> Prior:
    """Return what the cells of one tier have in common.

    Of cells that differ by no more than chance it is what all of them say together, wins and
    leads: a cell of such a tier adds nothing to it.

    Args:
        cells: At least one.
        whole: What is thought of the tier before; None: it is the only one.
    """
    total = _sum(cells)
    wins, losses = (whole.alpha, whole.beta) if whole else (_HALF, _HALF)
    wins, losses = wins + total.converted, losses + total.exposed - total.converted
    mean = wins / (wins + losses)
    if len(cells) < FEWEST_CELLS:
        return Prior(mean, WEAK, Basis.FEW)
    rho = moment_rho(cells)
    fitted = _fitted(cells, whole, mean, rho) if rho > 0 else None
    if fitted is None or fitted.strength > _STRONGEST:
        return Prior(mean, wins + losses, Basis.ALIKE)
    return fitted


def shrunk(cell: Cell, prior: Prior) -> Pooled:
    """Return the rate of one cell, between what it saw itself and what its tier says."""
    raw = cell.converted / cell.exposed if cell.exposed else None
    if prior.basis is Basis.ALIKE:
        weight = cell.exposed / prior.strength
        return Pooled(cell, raw, weight, prior.alpha, prior.beta, prior.basis)
    return Pooled(
        cell,
        raw,
        weight=cell.exposed / (cell.exposed + prior.strength),
        alpha=prior.alpha + cell.converted,
        beta=prior.beta + cell.exposed - cell.converted,
        basis=prior.basis,
    )


def moment_rho(cells: Sequence[Cell]) -> float:
    """Return how alike leads of one cell are beyond chance, 0: not at all; may be below 0.

    Weighted moments with the exposures as weights: Kleinman, JASA 1973;68:46-54. The strength of
    the prior is 1 / rho - 1.
    """
    total = _sum(cells)
    mean = total.converted / total.exposed if total.exposed else 0.0
    if not 0 < mean < 1:
        return 0.0
    seen = [cell for cell in cells if cell.exposed]
    spread = sum(cell.exposed * (cell.converted / cell.exposed - mean) ** 2 for cell in seen)
    chance = mean * (1 - mean) * (len(seen) - 1)
    free = sum(cell.exposed * (1 - cell.exposed / total.exposed) for cell in seen)
    rest = mean * (1 - mean) * free - chance
    return (spread - chance) / rest if rest > 0 else 0.0


def log_likelihood(cells: Iterable[Cell], mean: float, strength: float) -> float:
    """Return how well a Beta explains the cells: log Beta-Binomial, summed."""
    alpha, beta = mean * strength, (1 - mean) * strength
    none = lgamma(alpha) + lgamma(beta) - lgamma(alpha + beta)
    return sum(
        _log_ways(cell)
        + lgamma(alpha + cell.converted)
        + lgamma(beta + cell.exposed - cell.converted)
        - lgamma(alpha + beta + cell.exposed)
        - none
        for cell in cells
    )


def _log_ways(cell: Cell) -> float:
    lost = cell.exposed - cell.converted
    return lgamma(cell.exposed + 1) - lgamma(cell.converted + 1) - lgamma(lost + 1)


def _fitted(cells: Sequence[Cell], whole: Prior | None, mean: float, rho: float) -> Prior:
    """Return the Beta that explains the cells best, on the scales logit(mean), log(strength)."""
    from scipy.optimize import minimize  # noqa: PLC0415  (slow to import)

    def unlikely(at: Sequence[float]) -> float:
        share, strength = 1 / (1 + exp(-at[0])), exp(at[1])
        doubt = whole.alpha * log(share) + whole.beta * log1p(-share) if whole else 0.0
        return -log_likelihood(cells, share, strength) - doubt

    start = log(mean / (1 - mean)), log(1 / rho - 1) if rho < _HALF else 0.0
    bounds = (-_RAREST, _RAREST), (log(_HALF), log(2 * _STRONGEST))
    best = minimize(
        unlikely,
        [min(max(at, low), high) for at, (low, high) in zip(start, bounds, strict=True)],
        method="Nelder-Mead",
        bounds=bounds,
        options={"xatol": 1e-8, "fatol": 1e-12},
    )
    return Prior(1 / (1 + exp(-best.x[0])), exp(best.x[1]), Basis.FITTED)


def _by_tier(cells: Iterable[Cell]) -> dict[str, list[Cell]]:
    tiers: dict[str, list[Cell]] = {}
    for cell in cells:
        tiers.setdefault(cell.tier, []).append(cell)
    return tiers


def _sum(cells: Iterable[Cell]) -> Cell:
    together = list(cells)
    return Cell(
        "",
        together[0].tier,
        sum(cell.converted for cell in together),
        sum(cell.exposed for cell in together),
    )


def _checked(cell: Cell) -> Cell:
    if not (cell.converted >= 0 and cell.exposed >= 0):
        raise InvalidError(
            f"{cell.segment} / {cell.tier} has {cell.converted} wins of {cell.exposed} leads; "
            "neither may be below 0",
            "cells",
        )
    return Cell(cell.segment, cell.tier, cell.converted, max(cell.exposed, cell.converted))
