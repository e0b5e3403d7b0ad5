from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import SMTP
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import personal
from reports.mail import RenderedDigest
from smarketing.services.digest.plan import UnaddressableError, latest_slot, plan_reports, slot_on
from smarketing.services.people.people import Person, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reports.mail import Envelope
    from smarketing.domain.messages import Message

BERLIN = "Europe/Berlin"
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)  # 08:00 in Berlin
ODD_ZONES = [
    "Australia/Lord_Howe",  # half an hour of summer time
    "Africa/Casablanca",  # its winter time is Ramadan
    "America/Sao_Paulo",  # changed at midnight
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/New_York",
    "Antarctica/Troll",  # two hours
    BERLIN,
]


def somebody(number: int, name: str, role: Role, audience: str) -> Person:
    email = f"{name.split(maxsplit=1)[0].lower()}@example.com"
    return Person(number, email, name, role, None, audience, alerts=True, active=True)


ANNA = somebody(1, "Anna Bērziņa", Role.MARKETING_MANAGER, "marketing")
BERT = somebody(2, "Bert", Role.SALES_MANAGER, "sales")
CLEO = somebody(3, "Cleo", Role.SALES_MANAGER, "sales")


@dataclass
class Planned:
    """An outbox in memory."""

    messages: dict[str, Message] = field(default_factory=dict)

    def planned(self, keys: Collection[str]) -> set[str]:
        return set(keys) & self.messages.keys()

    def plan(self, messages: Sequence[Message]) -> int:
        before = len(self.messages)
        for message in messages:
            self.messages.setdefault(message.dedupe_key, message)
        return len(self.messages) - before


@dataclass
class Renderer:
    """Remembers what was asked of it."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    nothing_to_report: bool = False

    def __call__(self, week: str, audience: str) -> RenderedDigest | None:
        self.asked.append((week, audience))
        if self.nothing_to_report:
            return None
        return RenderedDigest(
            subject=f"{week} for {audience}",
            preheader="",
            marked_text=f"{personal.TEXT_MARKS.greeting}82 of 80\n",
            marked_html=f"<p>{personal.HTML_MARKS.greeting}82 of 80</p>\n",
            images=(),
        )


def envelope(key: str, recipient: Address) -> Envelope:
    return {
        "sender": Address("smarketing", "smarketing", "localhost"),
        "recipient": recipient,
        "message_id": f"<{key.replace(':', '.')}@example.com>",
        "date": MONDAY,
    }


@pytest.fixture
def outbox() -> Planned:
    return Planned()


@pytest.fixture
def render() -> Renderer:
    return Renderer()


def plan(outbox: Planned, render: Renderer, *people: Person, now: datetime = MONDAY) -> int:
    return plan_reports(people, outbox, render, envelope, now=now, timezone=BERLIN)


@pytest.mark.parametrize(
    ("monday", "timezone", "at", "due_at"),
    [
        pytest.param("2026-11-23", BERLIN, "08:00", "2026-11-23T07:00", id="winter"),
        pytest.param("2026-07-06", BERLIN, "08:00", "2026-07-06T06:00", id="summer"),
        pytest.param("2026-03-30", BERLIN, "08:00", "2026-03-30T06:00", id="the day after DST"),
        # Clocks change on Sundays, mostly; the rule is the same for any day.
        pytest.param("2026-03-29", BERLIN, "02:30", "2026-03-29T01:30", id="jumped over"),
        pytest.param("2026-10-25", BERLIN, "02:30", "2026-10-25T00:30", id="comes twice"),
        pytest.param(
            "2026-10-04", "Australia/Lord_Howe", "02:15", "2026-10-03T15:45", id="half an hour"
        ),
    ],
)
def test_a_slot_is_a_local_time(monday: str, timezone: str, at: str, due_at: str):
    slot = slot_on(date.fromisoformat(monday), timezone, time.fromisoformat(at))
    assert slot.due_at == datetime.fromisoformat(due_at).replace(tzinfo=UTC)


def test_a_time_that_is_jumped_over_falls_after_the_jump():
    due_at = slot_on(date(2026, 3, 29), BERLIN, time(2, 30)).due_at
    assert due_at.astimezone(ZoneInfo(BERLIN)).time() == time(3, 30)


@pytest.mark.parametrize(
    ("monday", "week"),
    [("2026-11-23", "2026-W47"), ("2027-01-04", "2026-W53"), ("2018-01-01", "2017-W52")],
)
def test_a_report_covers_the_iso_week_before(monday: str, week: str):
    assert slot_on(date.fromisoformat(monday), BERLIN).week == week


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001  (its zone is below)
    st.sampled_from(ODD_ZONES),
    st.times(),
)
def test_the_latest_slot_has_come_and_the_next_one_has_not(wall: datetime, zone: str, at: time):
    now = wall.replace(tzinfo=UTC)
    slot = latest_slot(now, zone, at)
    local = slot.due_at.astimezone(ZoneInfo(zone))
    monday = date.fromisocalendar(int(slot.week[:4]), int(slot.week[6:]), 1) + timedelta(days=7)
    assert slot.due_at <= now < slot_on(monday + timedelta(days=7), zone, at).due_at
    assert local.date() == monday
    assert slot == slot_on(monday, zone, at)


@given(st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.sampled_from(ODD_ZONES))
def test_each_week_has_one_slot_of_its_own(day: date, zone: str):
    monday = day - timedelta(days=day.weekday())
    slots = [slot_on(monday + timedelta(weeks=n), zone) for n in range(60)]
    assert len({slot.week for slot in slots}) == 60
    assert slots == sorted(slots, key=lambda slot: slot.due_at)


def test_each_person_gets_one_report_a_week(outbox: Planned, render: Renderer):
    assert plan(outbox, render, ANNA, BERT, CLEO) == 3
    assert sorted(outbox.messages) == [
        "digest:2026-W47:1",
        "digest:2026-W47:2",
        "digest:2026-W47:3",
    ]
    for days in range(7):
        assert plan(outbox, render, ANNA, BERT, CLEO, now=MONDAY + timedelta(days=days)) == 0
    assert plan(outbox, render, ANNA, BERT, CLEO, now=MONDAY + timedelta(days=7)) == 3


def test_a_report_is_rendered_once_an_audience_and_only_if_somebody_is_due(outbox, render):
    plan(outbox, render, ANNA, BERT, CLEO)
    assert render.asked == [("2026-W47", "marketing"), ("2026-W47", "sales")]
    plan(outbox, render, ANNA, BERT, CLEO)
    assert len(render.asked) == 2
    plan(outbox, render, ANNA, replace(BERT, id=4), now=MONDAY + timedelta(hours=1))
    assert render.asked[2:] == [("2026-W47", "sales")]


def test_a_mail_is_addressed_to_its_reader_and_frozen(outbox: Planned, render: Renderer):
    plan(outbox, render, ANNA)
    message = outbox.messages["digest:2026-W47:1"]
    mail = message_from_bytes(message.mime, policy=SMTP)
    assert mail["To"].addresses[0] == Address("Anna Bērziņa", addr_spec="anna@example.com")
    assert mail["Message-ID"] == message.message_id == "<digest.2026-W47.1@example.com>"
    assert "Hello Anna Bērziņa," in mail.get_body(("plain",)).get_content()
    assert (message.kind, message.recipient, message.subject) == (
        "digest",
        "anna@example.com",
        "2026-W47 for marketing",
    )
    assert (message.not_before, message.expires_at) == (MONDAY, MONDAY + timedelta(hours=48))


@pytest.mark.parametrize(
    "person",
    [
        pytest.param(replace(ANNA, active=False), id="disabled"),
        pytest.param(replace(ANNA, audience=""), id="without a report"),
    ],
)
def test_some_people_get_no_report(outbox: Planned, render: Renderer, person: Person):
    assert plan(outbox, render, person) == 0
    assert render.asked == []


@pytest.mark.parametrize(
    ("late", "week"),
    [
        pytest.param(timedelta(seconds=-1), None, id="a second early: last week's is too old"),
        pytest.param(timedelta(), "2026-W47", id="just in time"),
        pytest.param(timedelta(days=6), "2026-W47", id="six days late"),
        pytest.param(timedelta(days=6, seconds=1), None, id="too late"),
        pytest.param(timedelta(days=7 * 5), "2026-W52", id="only the latest of five missed"),
    ],
)
def test_only_the_latest_missed_report_is_made_good(outbox, render, late, week):
    plan(outbox, render, ANNA, now=MONDAY + late)
    assert sorted(outbox.messages) == ([f"digest:{week}:1"] if week else [])


def test_where_there_is_nothing_to_report_yet_nobody_is_planned(outbox: Planned):
    assert plan(outbox, Renderer(nothing_to_report=True), ANNA) == 0


@pytest.mark.parametrize(
    "email", ["nobody", "", "a b@example.com", "a@b.c, d@e.f", "x@y.z\r\nBcc: q"]
)
def test_an_address_that_is_none_is_told_and_keeps_no_report_from_the_others(
    outbox: Planned, render: Renderer, email: str
):
    with pytest.raises(UnaddressableError) as told:
        plan(outbox, render, replace(ANNA, email=email), BERT)
    assert told.value.emails == (email,)
    assert list(outbox.messages) == ["digest:2026-W47:2"]


def test_a_name_cannot_add_a_header(outbox: Planned, render: Renderer):
    plan(outbox, render, replace(ANNA, name="Anna\r\nBcc: eve@example.com"))
    mail = message_from_bytes(outbox.messages["digest:2026-W47:1"].mime, policy=SMTP)
    assert mail["Bcc"] is None
    assert [str(address.addr_spec) for address in mail["To"].addresses] == ["anna@example.com"]


def test_many_people_are_planned_in_parts(outbox: Planned, render: Renderer):
    people = [replace(ANNA, id=number) for number in range(1, 251)]
    assert plan(outbox, render, *people) == 250
    assert len(render.asked) == 1
