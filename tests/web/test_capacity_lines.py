from __future__ import annotations

import pytest

from smarketing.services.reaching.heat import HourCell
from smarketing.web.capacity_lines import shade_of


@pytest.mark.parametrize(
    ("rate", "shade"), [(None, 0), (0.0, 1), (0.49, 1), (0.5, 2), (0.79, 3), (0.8, 4), (1.0, 5)]
)
def test_the_darker_the_better(rate: float | None, shade: int):
    assert shade_of(HourCell("", rate, is_open=True)) == shade
