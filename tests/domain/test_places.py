from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smarketing.domain.places import Places

STEPS = st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=60, unique=True).map(sorted)
SHAPES = {
    "one alone": [7],
    "evenly": list(range(0, 900_000, 900)),
    "two close together a day": [day * 86_400 + at for day in range(300) for at in (0, 60)],
    "a crowd far from all others": [*range(50), 10**9, 2 * 10**9],
}


@pytest.mark.parametrize("steps", SHAPES.values(), ids=SHAPES.keys())
def test_many_values_belong_where_a_binary_search_puts_them(steps):
    _same(steps)


@given(steps=STEPS)
def test_any_steps_are_found_by_their_table(steps):
    _same(steps)


def _same(steps: list[int]) -> None:
    ascending = np.array(steps, dtype=np.int64)
    reach = int(ascending[-1] - ascending[0]) // 10 + 2
    spread = np.linspace(ascending[0] - reach, ascending[-1] + reach, 5000).astype(np.int64)
    values = np.concatenate([spread, ascending - 1, ascending, ascending + 1])
    places = Places(ascending)
    assert (places.up_to(values) == np.searchsorted(ascending, values, side="right")).all()
    assert (places.below(values) == np.searchsorted(ascending, values, side="left")).all()
