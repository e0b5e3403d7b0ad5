from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smarketing.domain.slots import (
    WEEKDAYS,
    Weekly,
    latest_slot,
    next_slot,
    slot_in,
    slots_back,
    zone_names,
)

BERLIN = "Europe/Berlin"
FIRST, LAST = date(2025, 12, 29), date(2028, 1, 3)  # Mondays around two years
HOUR = timedelta(hours=1)
TIMES = (0, 1, 2 * 60, 2 * 60 + 30, 8 * 60, 12 * 60, 23 * 60 + 30, 23 * 60 + 59)
MONDAYS = tuple(FIRST + timedelta(weeks=n) for n in range((LAST - FIRST).days // 7))


def changes(zone: str) -> list[date]:
    """Return the Mondays of the weeks in which the clocks of a zone change."""
    hours = [datetime(2025, 12, 29, tzinfo=UTC) + n * HOUR for n in range(len(MONDAYS) * 7 * 24)]
    offsets = [(at.astimezone(ZoneInfo(zone)), at) for at in hours[::6]]
    changed = {
        local.date()
        for (before, _), (local, _) in pairwise(offsets)
        if before.utcoffset() != local.utcoffset()
    }
    return sorted({day - timedelta(days=day.weekday()) for day in changed})


@pytest.mark.parametrize("zone", sorted(available_timezones()))
def test_every_zone_has_one_slot_a_week_on_its_weekday_whatever_the_clocks_do(zone: str):
    critical = set(changes(zone)) & set(MONDAYS)
    for minute in TIMES:
        for weekday in WEEKDAYS:
            weekly = Weekly(weekday, minute, zone)
            around = {m + timedelta(weeks=n) for m in critical for n in (-1, 0, 1)} or MONDAYS[:2]
            slots = [slot_in(monday, weekly) for monday in sorted(around)]
            assert len({slot.week for slot in slots}) == len(slots)
            assert [s.due_at for s in slots] == sorted({s.due_at for s in slots})
            for monday, slot in zip(sorted(around), slots, strict=True):
                check_one(monday, slot.due_at, weekly)
                assert latest_slot(slot.due_at, weekly) == slot
                assert latest_slot(slot.due_at - timedelta(seconds=1), weekly).week < slot.week


def check_one(monday: date, due_at: datetime, weekly: Weekly) -> None:
    """Its local day is the weekday of that week; its local time the one asked for, if there is."""
    zone = ZoneInfo(weekly.timezone)
    local, day = due_at.astimezone(zone), monday + timedelta(days=WEEKDAYS.index(weekly.weekday))
    wanted = datetime.combine(day, weekly.at, tzinfo=zone)
    if exists(wanted):
        assert local.date() == day
        assert local.time() == weekly.at
        assert local.fold == 0
    else:
        later = local.replace(tzinfo=None) - wanted.replace(tzinfo=None)
        assert timedelta() < later <= timedelta(hours=2)
        # In Greenland Saturday ends at 23:00 when summer begins: half past is half past midnight.
        assert local.date() == (wanted.replace(tzinfo=None) + later).date()


def exists(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(local.tzinfo).time() == local.time()


@pytest.mark.parametrize(
    ("monday", "weekday", "zone", "at", "due_at"),
    [
        pytest.param("2026-11-23", "monday", BERLIN, "08:00", "2026-11-23T07:00", id="winter"),
        pytest.param("2026-07-06", "monday", BERLIN, "08:00", "2026-07-06T06:00", id="summer"),
        pytest.param("2026-11-23", "friday", BERLIN, "16:30", "2026-11-27T15:30", id="Friday"),
        pytest.param("2026-03-23", "sunday", BERLIN, "02:30", "2026-03-29T01:30", id="jumped over"),
        pytest.param("2026-10-19", "sunday", BERLIN, "02:30", "2026-10-25T00:30", id="comes twice"),
        pytest.param(
            "2026-03-23", "saturday", "America/Nuuk", "23:30", "2026-03-29T01:30",
            id="the end of a day jumped over",
        ),
        pytest.param(
            "2026-09-28", "sunday", "Australia/Lord_Howe", "02:15", "2026-10-03T15:45",
            id="half an hour",
        ),
    ],
)  # fmt: skip
def test_a_slot_is_a_local_time(monday: str, weekday: str, zone: str, at: str, due_at: str):
    local = time.fromisoformat(at)
    weekly = Weekly(weekday, local.hour * 60 + local.minute, zone)
    slot = slot_in(date.fromisoformat(monday), weekly)
    assert slot.due_at == datetime.fromisoformat(due_at).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("monday", "week"),
    [("2026-11-23", "2026-W47"), ("2027-01-04", "2026-W53"), ("2018-01-01", "2017-W52")],
)
def test_a_report_covers_the_iso_week_before(monday: str, week: str):
    for weekday in WEEKDAYS:
        assert slot_in(date.fromisoformat(monday), Weekly(weekday, 480, BERLIN)).week == week


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(zone_names()),
    st.sampled_from(WEEKDAYS),
    st.integers(0, 1439),
)
def test_the_latest_slot_has_come_and_the_next_one_has_not(
    now: datetime, zone: str, weekday: str, minute: int
):
    weekly = Weekly(weekday, minute, zone)
    back, coming = slots_back(now, weekly), next_slot(now, weekly)
    latest, before = next(back), next(back)
    assert before.due_at < latest.due_at <= now < coming.due_at
    assert before.week < latest.week < coming.week
    assert coming.due_at - latest.due_at < timedelta(days=7, hours=3)


@pytest.mark.parametrize(("weekday", "minute"), [("mon", 0), ("0", 0), ("", 0), ("monday", 1440)])
def test_only_names_are_weekdays_and_only_a_day_has_minutes(weekday: str, minute: int):
    with pytest.raises(ValueError, match="is no"):
        Weekly(weekday, minute, "UTC")


def test_zones_to_choose_from_are_places():
    names = zone_names()
    assert {"UTC", BERLIN, "America/Argentina/Ushuaia", "Asia/Kathmandu"} <= set(names)
    assert not {"GB", "EST5EDT", "Etc/GMT+5"} & set(names)
