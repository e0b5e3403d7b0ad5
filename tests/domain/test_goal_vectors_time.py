"""The vectors C5 of tests/data/vectors/goals.json: working minutes between two local times."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from smarketing.domain.calendar import seconds, working_time_between
from smarketing.domain.calendar_spec import WEEKDAYS, calendar_from

VECTORS = [
    vector
    for vector in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
    if vector["id"].startswith("C5")
]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_working_minutes_are_counted_in_the_calendars_zone(vector: dict[str, Any]) -> None:
    given, expected = vector["inputs"], vector["expected"]
    assert given["days"] == "Mon-Fri"
    hours = {day: [[given["open"], given["close"]]] for day in WEEKDAYS[:5]}
    calendar = calendar_from(
        {"timezone": given["tz"], "hours": hours, "holidays": given["holidays"]}
    )
    start, end = (
        datetime.fromisoformat(given[key]).replace(tzinfo=ZoneInfo(given["tz"]))
        for key in ("start_local", "end_local")
    )
    worked = working_time_between(start, end, calendar).total_seconds() / 60
    assert worked == pytest.approx(expected["business_minutes"], abs=1e-9)
    # Elapsed time is absolute: over a change of the clocks it is not what the wall shows.
    assert (seconds(end) - seconds(start)) / 60 == expected["elapsed_minutes"]
