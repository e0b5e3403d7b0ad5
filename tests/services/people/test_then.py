from __future__ import annotations

from datetime import date
from typing import Any

from smarketing.domain.calendar import seconds
from smarketing.services.people.people import everyone
from smarketing.services.people.preferences import Preferences
from smarketing.services.people.then import LeaveThen, PeopleThen
from tests.builders import at

EARLY, LATE = at("2026-03-01 09:00"), at("2026-05-01 09:00")


class Directory:
    def everyone(self) -> list[dict[str, Any]]:
        return [
            {
                "id": number, "email": f"{number}@example.com", "name": "", "role": "rep",
                "provider": None, "audience": "", "alerts": 1, "active": 1, "password_hash": "",
                "created_at": seconds(created), **Preferences().columns,
            }
            for number, created in ((1, EARLY), (2, LATE))
        ]  # fmt: skip


class Absences:
    def coming(self, today: date) -> list[dict[str, Any]]:
        told = ((1, EARLY), (2, LATE))
        return [{"id": number, "told_at": at_, "ends_on": today} for number, at_ in told]


def test_who_was_added_later_was_not_there_yet():
    then = PeopleThen(Directory(), at("2026-04-01 00:00"))
    assert [person.id for person in everyone(then)] == [1]
    assert [person.id for person in everyone(PeopleThen(Directory(), at("2026-06-01 00:00")))] == [
        1, 2,
    ]  # fmt: skip


def test_where_nobody_had_been_added_everybody_was_there():
    assert len(everyone(PeopleThen(Directory(), at("2018-06-01 00:00")))) == 2


def test_leave_that_was_told_of_later_was_not_known():
    known = LeaveThen(Absences(), at("2026-04-01 00:00")).coming(date(2026, 4, 1))
    assert [row["id"] for row in known] == [1]
