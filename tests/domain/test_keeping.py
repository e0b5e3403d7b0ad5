from __future__ import annotations

from datetime import UTC, datetime, timedelta

from smarketing.domain.keeping import kept

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)


def test_of_two_years_of_nights_seven_days_four_weeks_and_twelve_months_stay():
    nights = [NOW - timedelta(days=days) for days in range(730)]
    staying = sorted(kept(nights), reverse=True)
    assert staying[:7] == nights[:7]
    # The newest of a week or month may be one of the days: 7 + 2 older weeks + 11 older months.
    sundays = [datetime(2026, 11, 15, 2, tzinfo=UTC), datetime(2026, 11, 8, 2, tzinfo=UTC)]
    assert staying[7:9] == sundays
    assert [(at.year, at.month) for at in staying[9:]] == [
        (2026, month) for month in range(10, 0, -1)
    ] + [(2025, 12)]


def test_backups_of_long_ago_stay_as_long_as_no_newer_ones_come():
    old = [NOW - timedelta(days=days) for days in range(300, 305)]
    assert kept(old) == set(old)


def test_of_one_day_the_newest_stays():
    twice = [NOW, NOW - timedelta(hours=1)]
    assert kept(twice) == {NOW}
    assert kept([]) == frozenset()
