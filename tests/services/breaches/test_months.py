from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.services.breaches.months import record_months
from smarketing.store.breaches import BreachDesk
from smarketing.store.facts import FactsNow
from smarketing.store.levels import LevelDesk
from tests.builders import AGREEMENT, Company, at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

HEAD = "id,created,handed,accepted,rejected,reason,title,employees\n"
PROMISES = """
[commitments.quality]
metric = "acceptance_rate"
by = "marketing"
to = "sales"
calendar = "office"
promised_rate = "80 %"

[commitments.even]
metric = "evenness_of_delivery"
by = "marketing"
to = "sales"
calendar = "office"
band = "40 %"

[commitments.fresh]
metric = "data_fresh_within"
by = "marketing"
to = "sales"
calendar = "office"
promised_rate = "90 %"
source = "crm"
allowance = "8h"

[commitments.report]
metric = "digest_delivered_by"
by = "marketing"
to = "sales"
calendar = "office"
promised_rate = "90 %"
due = "monday 09:00"
"""
TEXT = AGREEMENT.replace(
    'period = "month"\ncalendar = "office"\n',
    'period = "month"\ncalendar = "office"\nband = "20 %"\ndue_day = 20\n',
).replace("[goal]", f"{PROMISES}\n[goal]")


class Room:
    """March 2026: 21 leads promised, of decision makers of large companies, by the 20th."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.company = Company(engine, folder)
        self.company.sign(TEXT)

    def deliver(self, *days: int, now: datetime, rejected: int = 0, first: int = 0) -> None:
        lines = []
        for number, day in enumerate(days, first):
            when = f"2026-03-{day:02} 10:00"
            gone = f"2026-03-{day:02} 11:00,wrong_tier" if number < rejected else ","
            lines.append(f"l{number},{when},{when},,{gone},CEO,900\n")
        # The file tells up to this instant: an intern of a small company, promised by nobody.
        told = f"{now - timedelta(minutes=1):%Y-%m-%d %H:%M}"
        lines.append(f"t{told},{told},{told},,,,Intern,20\n")
        self.company.take("leads", HEAD + "".join(lines), now)

    def judge(self, now: datetime) -> int:
        self.company.watch(now)
        engine = self.company.engine
        store, facts = BreachDesk(engine), FactsNow(engine)
        return record_months(store, LevelDesk(engine), facts, self.company.book, now)

    def said(self, commitment: str) -> list[tuple[str, str, str, str, int]]:
        sql = text(
            "SELECT occasion, record, breach.kind, reason, quantity FROM breach "
            "JOIN commitment ON commitment.id = commitment_id "
            "WHERE commitment.name = :name AND lead_id = 0 ORDER BY occasion, nth"
        )
        with self.company.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sql, {"name": commitment})]


@pytest.fixture
def room(engine: Engine, tmp_path: Path) -> Room:
    return Room(engine, tmp_path)


CELL = "2026-03/enterprise/decision_maker"
APRIL = at("2026-04-10 09:00")


def test_a_month_that_ends_below_its_target_is_missing_by_what_is_short(room: Room):
    room.deliver(2, 3, 4, now=APRIL)
    room.judge(APRIL)
    target = [one for one in room.said("leads") if one[0] == CELL]
    assert target == [(CELL, "recorded", "missing", "below_target", 18 * 10_000)]


def test_a_target_that_is_open_after_its_due_day_is_late_then_reached_late(room: Room):
    room.deliver(*range(2, 12), now=at("2026-03-23 09:00"))
    room.judge(at("2026-03-23 09:00"))
    open_one = [one for one in room.said("leads") if one[0] == CELL]
    assert open_one == [(CELL, "recorded", "late", "still_open", 11 * 10_000)]
    room.deliver(*[24] * 11, now=APRIL, first=10)
    room.judge(APRIL)
    assert room.said("leads")[1][:4] == (CELL, "reclassified", "late", "reached_late")


def test_a_week_that_ends_too_far_behind_the_pace_is_late_once_a_month(room: Room):
    room.deliver(2, now=at("2026-03-16 09:00"))
    room.judge(at("2026-03-16 09:00"))
    room.judge(at("2026-03-30 09:00"))
    pace = [one for one in room.said("leads") if one[0].endswith("@pace")]
    assert [one[1:4] for one in pace] == [("recorded", "late", "behind_pace")]
    # One lead of 21 by the second Sunday, after 10 of 22 working days; by the first it was within.
    assert pace[0][4] == round((21 * 10 / 22 - 1) * 10_000)


def test_a_late_import_that_fills_the_month_withdraws_what_was_missing(room: Room):
    room.deliver(2, 3, 4, now=APRIL)
    room.judge(APRIL)
    room.deliver(*[2 + n % 18 for n in range(21)], now=APRIL, first=3)
    assert room.judge(APRIL)
    assert [one[1] for one in room.said("leads") if one[0] == CELL] == ["recorded", "withdrawn"]


def test_too_many_rejections_are_wrong_beyond_the_allowed_share(room: Room):
    room.deliver(*range(2, 12), now=APRIL, rejected=3)
    room.judge(APRIL)
    # Of ten, eight have to be accepted, and seven were.
    assert room.said("quality") == [
        ("2026-03", "recorded", "wrong", "too_many_rejected", 1 * 10_000)
    ]


def test_a_flood_at_the_end_is_uneven(room: Room):
    room.deliver(*[31] * 21, now=APRIL)
    room.judge(APRIL)
    assert [one[:4] for one in room.said("even")] == [("2026-03", "recorded", "late", "uneven")]


def test_a_source_that_is_read_too_late_is_late_for_each_allowance_that_ran_out(room: Room):
    monday = at("2026-03-02 12:00")
    room.deliver(2, now=monday)
    room.judge(monday + timedelta(days=2))
    assert [one[1:4] for one in room.said("fresh")] == [("recorded", "late", "still_open")]
    room.deliver(3, now=monday + timedelta(days=2), first=1)
    room.judge(monday + timedelta(days=2, hours=1))
    assert [one[1:4] for one in room.said("fresh")] == [
        ("recorded", "late", "still_open"),
        ("reclassified", "late", "came_late"),
    ]


def test_a_report_that_nobody_got_is_late_and_missing_after_a_week(room: Room):
    room.deliver(2, now=at("2026-03-09 10:00"))
    room.judge(at("2026-03-09 10:00"))
    week = [one for one in room.said("report") if one[0] == "2026-W10"]
    assert [one[1:4] for one in week] == [("recorded", "late", "still_open")]
    room.judge(at("2026-03-17 10:00"))
    week = [one for one in room.said("report") if one[0] == "2026-W10"]
    assert [one[1:4] for one in week][1:] == [("reclassified", "missing", "never_came")]


def test_judging_twice_adds_nothing(room: Room):
    room.deliver(2, 3, 4, now=APRIL)
    assert room.judge(APRIL)
    assert room.judge(APRIL) == 0
