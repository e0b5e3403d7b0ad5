from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reports.content import content
from smarketing.domain.channels import ChannelKind, Occasion
from smarketing.services.channels.digests import Made, plan_digests
from smarketing.services.digest.due import Span
from tests.reports import digests
from tests.services.channels.rooms import channel, rooms
from tests.services.digest.test_plan import Planned

if TYPE_CHECKING:
    from smarketing.services.channels.rooms import Rooms

BERLIN = "Europe/Berlin"
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)  # 08:00 in Berlin
SALES = channel("sales-chat", Occasion.DIGEST, audience="sales")
HOOK = channel("lake", Occasion.DIGEST, kind=ChannelKind.WEBHOOK)


@dataclass
class Maker:
    """Remembers what was asked of it."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    nothing: bool = False

    def __call__(self, week: str, audience: str) -> Made | None:
        self.asked.append((week, audience))
        if self.nothing:
            return None
        digest = digests.digest(audience=audience)
        return Made(digest, content(digest, ()))


def plan(
    those: Rooms, outbox: Planned, maker: Maker, now: datetime = MONDAY, **told: object
) -> int:
    return plan_digests(those, outbox, maker, Span(now, BERLIN, **told))


def test_each_channel_gets_the_week_once_for_its_audience():
    outbox, maker, those = Planned(), Maker(), rooms(SALES, HOOK)
    assert plan(those, outbox, maker) == 2
    assert plan(those, outbox, maker, MONDAY + timedelta(minutes=1)) == 0
    assert sorted(maker.asked) == [("2026-W47", "both"), ("2026-W47", "sales")]
    assert sorted(outbox.messages) == [
        "digest:2026-W47:channel:lake", "digest:2026-W47:channel:sales-chat",
    ]  # fmt: skip
    message = outbox.messages["digest:2026-W47:channel:sales-chat"]
    assert (message.channel, message.recipient, message.kind) == (
        "sales-chat",
        "sales-chat",
        "chat",
    )
    assert message.expires_at == MONDAY + timedelta(hours=48)


@pytest.mark.parametrize(
    ("now", "planned"),
    [(MONDAY - timedelta(seconds=1), 0), (MONDAY, 1), (MONDAY + timedelta(days=5), 1)],
    ids=["the second before", "Monday at eight", "on Saturday"],
)
def test_the_week_comes_on_monday_morning_or_as_soon_as_it_can(now: datetime, planned: int):
    outbox = Planned()
    outbox.plan([])
    last_week = "digest:2026-W46:channel:sales-chat"
    outbox.messages[last_week] = None
    assert plan(rooms(SALES), outbox, Maker(), now) == planned


def test_what_an_outage_left_out_is_noted_and_not_told():
    outbox, maker = Planned(), Maker()
    now = MONDAY + timedelta(days=6, hours=1)
    assert plan(rooms(SALES), outbox, maker, now, looked_at=MONDAY - timedelta(days=8)) == 0
    assert outbox.of("skipped") == [
        "digest:2026-W46:channel:sales-chat", "digest:2026-W47:channel:sales-chat",
    ]  # fmt: skip
    assert maker.asked == []


def test_the_first_week_that_is_told_is_the_first_whole_one():
    for first_day, planned in ((date(2026, 11, 17), 0), (date(2026, 11, 16), 1)):
        assert plan(rooms(SALES), Planned(), Maker(), first_day=first_day) == planned


@pytest.mark.parametrize(("back", "planned"), [(0, 0), (1, 1)], ids=["then", "before"])
def test_after_a_restore_no_week_that_was_due_before_is_told_again(back: int, planned: int):
    until = MONDAY - timedelta(seconds=back)
    outbox, maker = Planned(), Maker()
    assert plan(rooms(SALES), outbox, maker, planned_until=until) == planned


def test_a_channel_that_does_not_ask_for_weeks_gets_none():
    outbox = Planned()
    assert plan(rooms(channel("x", Occasion.ESCALATION)), outbox, Maker()) == 0
    assert outbox.messages == {}


def test_a_channel_that_asks_for_another_agreement_is_noted_once_and_makes_no_report_again():
    other = channel("x", Occasion.DIGEST, agreements=frozenset({"another"}))
    outbox, maker = Planned(), Maker()
    for minutes in range(3):
        assert plan(rooms(other), outbox, maker, MONDAY + timedelta(minutes=minutes)) == 0
    assert outbox.of("unwanted") == ["digest:2026-W47:channel:x"]
    assert len(maker.asked) == 1


def test_while_no_agreement_is_in_force_there_is_nothing_to_tell():
    assert plan(rooms(SALES), Planned(), Maker(nothing=True)) == 0


def test_a_program_gets_the_figures_as_data():
    outbox = Planned()
    plan(rooms(HOOK), outbox, Maker())
    (message,) = outbox.messages.values()
    body = json.loads(message.mime)
    data, made = body["data"], digests.digest()
    assert body["type"] == "digest.ready"
    assert (data["week"], data["agreement"], data["audience"]) == (
        made.week,
        made.agreement,
        "both",
    )
    assert len(data["figures"]) == 4
    assert data["url"] == content(made, ()).home
