"""Chance that repeats: draws as arrays, from one generator with one seed.

Every step draws for all leads, whether it needs the draw or not, so that the hour of the day at
which the sample company is made changes nothing of what went before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

_SEED: Final = 2_718_281


def new_generator() -> Generator:
    """Return the generator that every sample company begins with."""
    return np.random.default_rng(_SEED)


def some(random: Generator, share: NDArray[np.float64] | float, size: int) -> NDArray[np.bool_]:
    """Return which of `size` leads are hit, each with its share 0..1."""
    return random.random(size) < share


def one_of(random: Generator, words: Sequence[str], size: int) -> pl.Series:
    """Return a word for each, all equally likely."""
    return pl.Series(words, dtype=pl.String).gather(random.integers(0, len(words), size))


def weighted(random: Generator, weights: Mapping[str, float], size: int) -> pl.Series:
    """Return a word for each, by weights that need not sum to 1."""
    shares = np.array(list(weights.values()), dtype=np.float64)
    places = random.choice(len(shares), size, p=shares / shares.sum())
    return pl.Series(list(weights), dtype=pl.String).gather(places)


def skewed(random: Generator, middle: float, spread: float, size: int) -> NDArray[np.float64]:
    """Return log-normal numbers: half of them below `middle`, some far above."""
    numbers: NDArray[np.float64] = middle * random.lognormal(0.0, spread, size)
    return numbers


def factors(words: pl.Series, known: Mapping[str, float], otherwise: float) -> NDArray[np.float64]:
    """Return the number that stands for each word."""
    return words.replace_strict(
        list(known), list(known.values()), default=otherwise, return_dtype=pl.Float64
    ).to_numpy()
