from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from smarketing.domain.calendar import Calendar, instant, seconds
from smarketing.domain.occasions import readings_due, report_hours

OFFICE = Calendar("UTC", dict.fromkeys(range(5), ((9 * 3600, 17 * 3600),)))
NOW = "2026-03-09 09:00"


def s(text: str) -> int:
    return seconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


def due(*readings: str, allowance: int = 8, now: str = NOW) -> list[tuple[str, bool]]:
    found = readings_due([s(at) for at in readings], timedelta(hours=allowance), OFFICE, s(now))
    return [(f"{instant(at):%m-%d %H:%M}", kept) for at, kept in found]


def test_a_reading_within_the_allowance_of_the_one_before_is_kept() -> None:
    readings = ("2026-03-05 10:00", "2026-03-06 10:00", "2026-03-09 08:00")
    assert due(*readings) == [("03-06 10:00", True), ("03-09 08:00", True)]


def test_a_reading_at_the_very_instant_is_in_time() -> None:
    assert due("2026-03-05 10:00", "2026-03-05 14:00", allowance=4, now="2026-03-05 15:00") == [
        ("03-05 14:00", True)
    ]


def test_a_long_silence_weighs_as_much_after_it_ended_as_before() -> None:
    ran_out = [("03-03 10:00", False), ("03-04 10:00", False), ("03-05 10:00", False)]
    assert due("2026-03-02 10:00", now="2026-03-06 09:30") == ran_out
    assert due("2026-03-02 10:00", "2026-03-06 09:30", now="2026-03-06 10:00") == ran_out


def test_a_weekend_uses_up_no_working_time() -> None:
    assert due("2026-03-06 16:00", now="2026-03-09 09:30") == []


def test_an_allowance_that_runs_out_right_now_is_not_due_yet() -> None:
    assert due("2026-03-05 10:00", allowance=4, now="2026-03-05 14:00") == []


def test_a_source_that_was_never_read_and_a_first_reading_owe_nothing() -> None:
    assert due() == []
    assert due("2026-03-09 08:00") == []


def test_the_report_of_a_week_is_due_in_the_week_after() -> None:
    hours = list(report_hours(date(2026, 3, 1), date(2026, 4, 1), 1, time(9), "Europe/Berlin"))
    assert [week for week, _ in hours] == [f"2026-W{n:02}" for n in (9, 10, 11, 12, 13)]
    assert [f"{instant(at):%m-%d %H:%M}" for _, at in hours][-2:] == ["03-23 08:00", "03-30 07:00"]


def test_a_span_begins_with_its_own_first_day() -> None:
    (first, *_) = report_hours(date(2026, 3, 2), date(2026, 3, 9), 1, time(9), "UTC")
    assert first == ("2026-W09", s("2026-03-02 09:00"))
