from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from smarketing.scheduler.nightly import once_a_night

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


@dataclass
class Marks:
    """Marks in memory."""

    kept: dict[str, datetime] = field(default_factory=dict)

    def all(self) -> dict[str, datetime]:
        return dict(self.kept)

    def claim(self, kind: str, until: datetime) -> bool:
        is_new = kind not in self.kept or self.kept[kind] < until
        if is_new:
            self.kept[kind] = until
        return is_new

    def give_back(self, kind: str, until: datetime, before: datetime) -> None:
        if self.kept[kind] == until:
            self.kept[kind] = before


def test_work_is_done_once_a_night_and_made_up_for_when_it_was_slept_through():
    work = once_a_night("backup", lambda _: "made", Marks(), lambda: "Europe/Berlin")
    asked = [work(NOW + timedelta(hours=hours)) for hours in (0, 1, 16.9, 17, 18, 96, 97)]
    assert asked == ["made", "", "", "made", "", "made", ""]


def test_work_that_fails_is_tried_again_in_the_same_night():
    asked = []

    def fail_once(now: datetime) -> str:
        asked.append(now)
        if len(asked) == 1:
            raise ValueError("no room on the disk")
        return "made"

    work = once_a_night("backup", fail_once, Marks(), lambda: "UTC")
    with pytest.raises(ValueError, match="no room"):
        work(NOW)
    assert (work(NOW), work(NOW)) == ("made", "")
