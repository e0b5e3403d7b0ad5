from __future__ import annotations

from datetime import date

import pytest

from smarketing.domain.weeks import WEEKS, week_named, week_of, weeks_up_to


@pytest.mark.parametrize(
    ("day", "name", "monday"),
    [
        (date(2018, 3, 5), "2018-W10", date(2018, 3, 5)),
        (date(2018, 3, 11), "2018-W10", date(2018, 3, 5)),
        (date(2027, 1, 3), "2026-W53", date(2026, 12, 28)),
        (date(2024, 12, 30), "2025-W01", date(2024, 12, 30)),
    ],
    ids=["Monday", "Sunday", "of the year before", "of the year after"],
)
def test_a_day_belongs_to_the_iso_week_of_its_thursday(day, name, monday):
    week = week_of(day)
    assert (week.name, week.starts) == (name, monday)
    assert week_named(name) == week
    assert week.starts <= day <= week.last_day < week.ends


@pytest.mark.parametrize("name", ["", "2018", "2018-W54", "2025-W53", "2018-W00", "W10-2018"])
def test_a_name_that_no_week_has_is_refused(name):
    with pytest.raises(ValueError, match=r".*"):
        week_named(name)


def test_a_name_is_told_as_everywhere_else():
    assert week_named("2018-W3").name == "2018-W03"


def test_a_report_looks_back_over_its_own_and_the_weeks_before():
    weeks = weeks_up_to(week_named("2018-W02"))
    assert len(weeks) == WEEKS
    assert (weeks[0].name, weeks[-2].name, weeks[-1].name) == ("2017-W43", "2018-W01", "2018-W02")
