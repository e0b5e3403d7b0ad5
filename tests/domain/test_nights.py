from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from smarketing.domain.nights import night_of

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("now", "night"),
    [
        pytest.param("2026-11-26T01:00", "2026-11-26T01:00", id="just begun"),
        pytest.param("2026-11-26T00:59", "2026-11-25T01:00", id="not yet begun"),
        pytest.param("2026-11-26T22:00", "2026-11-26T01:00", id="in the evening"),
        pytest.param("2026-03-29T12:00", "2026-03-29T01:00", id="two o'clock is jumped over"),
        pytest.param("2026-10-25T12:00", "2026-10-25T00:00", id="two o'clock comes twice"),
    ],
)
def test_a_night_begins_at_two_o_clock_of_its_zone(now: str, night: str):
    found = night_of(datetime.fromisoformat(now).replace(tzinfo=UTC), BERLIN)
    assert found == datetime.fromisoformat(night).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC"])
def test_every_day_of_two_years_has_one_night(zone: str):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    nights = {night_of(start + timedelta(hours=hour), zone) for hour in range(24 * 730)}
    days = {night.astimezone(ZoneInfo(zone)).date() for night in nights}
    assert len(days) == len(nights)
    assert (max(days) - min(days)).days + 1 == len(days)
