from __future__ import annotations

from datetime import date

import pytest

from smarketing.domain.errors import NotFoundError
from smarketing.domain.periods import month_before, months_of


def test_a_month_a_quarter_and_a_year_are_their_months() -> None:
    assert months_of("2026-11") == (date(2026, 11, 1),)
    assert months_of("2026-Q2") == (date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1))
    year = months_of("2026")
    assert (len(year), year[0], year[-1]) == (12, date(2026, 1, 1), date(2026, 12, 1))


@pytest.mark.parametrize("name", ["2026-13", "2026-Q5", "2026-W03", "1900", "", "November"])
def test_anything_else_is_no_period(name: str) -> None:
    with pytest.raises(NotFoundError, match="2026-Q4"):
        months_of(name)


def test_before_january_comes_december() -> None:
    assert month_before(date(2026, 1, 31)) == date(2025, 12, 1)
    assert month_before(date(2026, 3, 1)) == date(2026, 2, 1)
