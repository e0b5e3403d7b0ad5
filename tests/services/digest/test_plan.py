from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import SMTP
from typing import TYPE_CHECKING

import pytest

from reports import personal
from reports.mail import RenderedDigest
from smarketing.domain.errors import ConflictError
from smarketing.domain.slots import Slot
from smarketing.services.digest.due import DueReport, Span, dedupe_key
from smarketing.services.digest.frozen import Frozen
from smarketing.services.digest.plan import Planned as PlannedReports
from smarketing.services.digest.plan import Press, plan_asked, plan_by_hand, plan_reports
from smarketing.services.people.people import Person, Role
from smarketing.services.people.preferences import Preferences

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reports.mail import Envelope
    from smarketing.domain.messages import Message

BERLIN = "Europe/Berlin"
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)  # 08:00 in Berlin
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def somebody(number: int, name: str, role: Role, audience: str, **wanted: object) -> Person:
    email = f"{name.split(maxsplit=1)[0].lower()}@example.com"
    preferences = Preferences(**wanted)
    return Person(
        number, email, name, role, None, audience, alerts=True, active=True, preferences=preferences
    )


ANNA = somebody(1, "Anna Bērziņa", Role.MARKETING_MANAGER, "marketing")
BERT = somebody(2, "Bert", Role.SALES_MANAGER, "sales")
CLEO = somebody(3, "Cleo", Role.SALES_MANAGER, "sales")
FRIDA = somebody(4, "Frida", Role.SALES_MANAGER, "sales", weekday="friday")


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

    def plan_noted(self, messages: Sequence[Message]) -> int:
        for message in messages:
            if (before := self.messages.get(message.dedupe_key)) and before.state != "pending":
                del self.messages[message.dedupe_key]
        return self.plan(messages)

    def of(self, state: str) -> list[str]:
        return sorted(key for key, one in self.messages.items() if one.state == state)

    def text_of(self, key: str) -> str:
        mail = message_from_bytes(self.messages[key].mime, policy=SMTP)
        return mail.get_body(("plain",)).get_content()


@dataclass
class Printer:
    """Remembers what was asked of it."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    locales: list[str] = field(default_factory=list)
    nothing_to_report: bool = False
    quiet: bool = False

    def __call__(self, week: str, audience: str, locale: str) -> Frozen | None:
        self.asked.append((week, audience))
        self.locales.append(locale)
        if self.nothing_to_report:
            return None
        rendered = RenderedDigest(
            subject=f"{week} for {audience}",
            preheader="",
            marked_text=f"{personal.TEXT_MARKS.greeting}82 of 80\n",
            marked_html=f"<p>{personal.HTML_MARKS.greeting}82 of 80</p>\n",
            images=(),
        )
        return Frozen(week, audience, locale, MONDAY, rendered, (), self.quiet)


def envelope(key: str, recipient: Address, person: Person, report: Frozen | None) -> Envelope:
    assert person.email == recipient.addr_spec
    return {
        "sender": Address("smarketing", "smarketing", "localhost"),
        "recipient": recipient,
        "message_id": f"<{key.replace(':', '.')}@example.com>",
        "date": MONDAY,
        "view_url": report and f"https://example.com/{report.week}",
    }


@pytest.fixture
def outbox() -> Planned:
    return Planned()


@pytest.fixture
def render() -> Printer:
    return Printer()


def plan(
    outbox: Planned, render: Printer, *people: Person, now: datetime = MONDAY, **told: object
) -> int:
    span = Span(now, BERLIN, **told)
    return plan_reports(people, outbox, Press(render, envelope), span).count


def test_each_person_gets_one_report_a_week(outbox: Planned, render: Printer):
    assert plan(outbox, render, ANNA, BERT, CLEO) == 3
    assert sorted(outbox.messages) == [
        "digest:2026-W47:1",
        "digest:2026-W47:2",
        "digest:2026-W47:3",
    ]
    for days in range(7):
        assert plan(outbox, render, ANNA, BERT, CLEO, now=MONDAY + days * DAY) == 0
    assert plan(outbox, render, ANNA, BERT, CLEO, now=MONDAY + timedelta(days=7)) == 3


def test_a_report_is_rendered_once_an_audience_and_only_if_somebody_is_due(outbox, render):
    plan(outbox, render, ANNA, BERT, CLEO)
    assert render.asked == [("2026-W47", "marketing"), ("2026-W47", "sales")]
    plan(outbox, render, ANNA, BERT, CLEO)
    assert len(render.asked) == 2
    plan(outbox, render, ANNA, replace(BERT, id=4), now=MONDAY + timedelta(hours=1))
    assert render.asked[2:] == [("2026-W47", "sales")]


def test_a_mail_is_addressed_to_its_reader_and_frozen(outbox: Planned, render: Printer):
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
        pytest.param(replace(ANNA, preferences=Preferences("")), id="not by mail"),
    ],
)
def test_some_people_get_no_report(outbox: Planned, render: Printer, person: Person):
    assert plan(outbox, render, person) == 0
    assert render.asked == []


@pytest.mark.parametrize(
    ("late", "week", "skipped"),
    [
        pytest.param(timedelta(seconds=-1), None, ["W46"], id="a second early"),
        pytest.param(timedelta(), "W47", ["W46"], id="just in time"),
        pytest.param(6 * DAY, "W47", ["W46"], id="six days late"),
        pytest.param(6 * DAY + HOUR, None, ["W46", "W47"], id="too late"),
        pytest.param(21 * DAY, "W50", ["W46", "W47", "W48", "W49"], id="the latest of five"),
    ],
)
def test_after_an_outage_only_the_latest_report_is_made_good_and_the_others_are_noted(
    outbox, render, late, week, skipped
):
    plan(outbox, render, ANNA, now=MONDAY + late, looked_at=MONDAY - 8 * DAY)
    assert outbox.of("pending") == ([f"digest:2026-{week}:1"] if week else [])
    assert outbox.of("skipped") == [f"digest:2026-{one}:1" for one in skipped]
    assert {one.mime for one in outbox.messages.values() if one.state == "skipped"} == {b""}
    assert {week for week, _ in render.asked} == ({f"2026-{week}"} if week else set())


def test_where_nobody_ever_looked_nothing_older_is_noted_as_left_out(outbox, render):
    plan(outbox, render, ANNA, now=MONDAY + 2 * HOUR)
    assert sorted(outbox.messages) == ["digest:2026-W47:1"]
    assert "Delayed" not in outbox.text_of("digest:2026-W47:1")


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (HOUR, ""),
        (HOUR + timedelta(seconds=1), "Delayed: was due Monday 08:00."),
        (2 * DAY, "Delayed: was due Monday 08:00."),
    ],
)
def test_a_report_that_an_outage_made_late_says_so(outbox, render, late, said):
    plan(outbox, render, ANNA, now=MONDAY + late, looked_at=MONDAY - HOUR)
    text = outbox.text_of("digest:2026-W47:1")
    assert said in text
    assert ("Delayed" in text) == bool(said)


def test_a_delay_is_told_in_the_zone_and_the_locale_of_the_reader(outbox, render):
    reader = replace(ANNA, preferences=Preferences(timezone="America/New_York", locale="en-US"))
    plan(outbox, render, reader, now=MONDAY + DAY, looked_at=MONDAY - HOUR)
    assert "Delayed: was due Monday 8:00\u202fAM." in outbox.text_of("digest:2026-W47:1")


def test_everybody_is_planned_at_the_own_time_and_gets_the_same_week(outbox, render):
    plan(outbox, render, ANNA, FRIDA, looked_at=MONDAY - HOUR)
    assert outbox.of("pending") == ["digest:2026-W46:4", "digest:2026-W47:1"]
    friday = MONDAY + 4 * DAY
    assert plan(outbox, render, ANNA, FRIDA, now=friday - HOUR, looked_at=friday - HOUR) == 0
    assert plan(outbox, render, ANNA, FRIDA, now=friday, looked_at=friday - HOUR) == 1
    message = outbox.messages["digest:2026-W47:4"]
    assert (message.due_at, message.subject) == (friday, "2026-W47 for sales")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Preferences("monday"), Preferences("friday")),
        (Preferences("friday"), Preferences("monday")),
        (Preferences("monday"), Preferences("sunday", 23 * 60)),
        (Preferences("monday"), Preferences("monday", timezone="Pacific/Honolulu")),
        (Preferences("sunday", 0, "Pacific/Kiritimati"), Preferences("monday")),
    ],
)
def test_who_changes_day_or_zone_within_a_week_still_gets_its_report_once(
    outbox, render, before: Preferences, after: Preferences
):
    looked = MONDAY - 9 * DAY
    for hour in range(0, 3 * 7 * 24, 6):
        now = MONDAY - 8 * DAY + hour * HOUR
        wanted = before if now < MONDAY + 3 * DAY else after
        plan(outbox, render, replace(ANNA, preferences=wanted), now=now, looked_at=looked)
        looked = now
    assert {"digest:2026-W46:1", "digest:2026-W47:1"} <= set(outbox.of("pending"))
    assert outbox.of("skipped") == []


def test_a_week_that_goes_on_at_the_agreement_is_not_reported_on(outbox, render):
    """On Monday at eight in Auckland it is still Sunday in Berlin."""
    reader = replace(ANNA, preferences=Preferences(timezone="Pacific/Auckland"))
    eight = datetime(2026, 11, 22, 19, tzinfo=UTC)
    plan(outbox, render, reader, now=eight, looked_at=eight - HOUR)
    assert outbox.of("pending") == ["digest:2026-W46:1"]
    over = datetime(2026, 11, 22, 23, tzinfo=UTC)
    plan(outbox, render, reader, now=over, looked_at=over - HOUR)
    assert outbox.messages["digest:2026-W47:1"].due_at == over


def test_what_was_due_before_a_restore_is_not_planned_again(outbox, render):
    assert plan(outbox, render, ANNA, now=MONDAY + HOUR, planned_until=MONDAY) == 0
    assert plan(outbox, render, ANNA, now=MONDAY + 7 * DAY, planned_until=MONDAY) == 1
    assert sorted(outbox.messages) == ["digest:2026-W48:1"]


def test_the_first_report_is_that_of_the_first_whole_week(outbox, render):
    tuesday, monday = date(2026, 11, 17), date(2026, 11, 16)
    assert plan(outbox, render, ANNA, first_day=tuesday) == 0
    assert plan(outbox, render, ANNA, first_day=monday) == 1


@pytest.mark.parametrize(
    ("since", "pending"),
    [(MONDAY, ["digest:2026-W47:1"]), (MONDAY + timedelta(seconds=1), [])],
)
def test_a_new_reader_gets_the_next_report_and_not_the_last_one(outbox, render, since, pending):
    reader = replace(ANNA, report_since=since)
    plan(outbox, render, reader, now=MONDAY + 3 * DAY, looked_at=MONDAY - 8 * DAY)
    assert sorted(outbox.messages) == pending
    assert plan(outbox, render, reader, now=MONDAY + 7 * DAY, looked_at=MONDAY + 3 * DAY) == 1


def test_a_quiet_week_brings_no_mail_to_who_wants_none_and_is_noted(outbox):
    quiet = replace(BERT, preferences=Preferences(skip_quiet=True))
    assert plan(outbox, Printer(quiet=True), quiet, CLEO) == 1
    assert outbox.of("pending") == ["digest:2026-W47:3"]
    assert outbox.of("unwanted") == ["digest:2026-W47:2"]
    assert plan(outbox, Printer(quiet=False), quiet, now=MONDAY + HOUR) == 0


def test_each_locale_has_a_report_of_its_own(outbox, render):
    german = replace(BERT, preferences=Preferences(locale="de"))
    assert plan(outbox, render, german, CLEO) == 2
    assert sorted(render.locales) == ["de", "en-GB"]


def by_hand(person: Person, week: str = "2026-W47") -> DueReport:
    return DueReport(dedupe_key(week, person.id), Slot(week, MONDAY), person)


def test_a_report_planned_by_hand_counts_as_the_report_of_its_week(outbox, render):
    span, press = Span(MONDAY + DAY, BERLIN, planned_until=MONDAY), Press(render, envelope)
    assert plan_by_hand([by_hand(ANNA)], outbox, press, span) == PlannedReports(1)
    assert plan_by_hand([by_hand(ANNA)], outbox, press, span) == PlannedReports(0)
    assert plan(outbox, render, ANNA, now=MONDAY + DAY) == 0


@pytest.mark.parametrize(
    ("week", "first_day", "sentence"),
    [
        ("2026-W48", None, "2026-W48 is not over before the end of 29 November 2026"),
        ("2026-W47", date(2026, 11, 17), "2026-W47 began before 17 November 2026"),
    ],
)
def test_of_a_part_of_a_week_no_report_is_frozen_by_hand(outbox, render, week, first_day, sentence):
    span, press = Span(MONDAY, BERLIN, first_day=first_day), Press(render, envelope)
    asked = by_hand(ANNA, week)
    for plan_it in (
        lambda: plan_by_hand([asked], outbox, press, span),
        lambda: plan_asked(asked, outbox, press, span),
    ):
        with pytest.raises(ConflictError, match=sentence):
            plan_it()
    assert (render.asked, outbox.messages) == ([], {})


def test_what_was_left_out_or_unwanted_is_sent_to_who_asks_for_it_once(outbox, render):
    quiet = replace(ANNA, preferences=Preferences(skip_quiet=True))
    plan(outbox, Printer(quiet=True), quiet)
    plan(outbox, render, BERT, now=MONDAY + 6 * DAY + HOUR, looked_at=MONDAY - HOUR)
    assert (outbox.of("unwanted"), outbox.of("skipped")) == (
        ["digest:2026-W47:1"], ["digest:2026-W47:2"],
    )  # fmt: skip
    span, press = Span(MONDAY + 7 * DAY, BERLIN), Press(Printer(quiet=True), envelope)
    for person in (quiet, BERT):
        assert plan_by_hand([by_hand(person)], outbox, press, span).count == 0
        assert plan_asked(by_hand(person), outbox, press, span).count == 1
        assert plan_asked(by_hand(person), outbox, press, span).count == 0
    assert outbox.of("pending") == ["digest:2026-W47:1", "digest:2026-W47:2"]


def test_a_mail_leads_to_its_page(outbox, render):
    plan(outbox, render, ANNA)
    said = "View in browser:\nhttps://example.com/2026-W47"
    assert said in outbox.text_of("digest:2026-W47:1").replace("\r\n", "\n")


def test_where_there_is_nothing_to_report_yet_nobody_is_planned(outbox: Planned):
    assert plan(outbox, Printer(nothing_to_report=True), ANNA) == 0


@pytest.mark.parametrize(
    "email", ["nobody", "", "a b@example.com", "a@b.c, d@e.f", "x@y.z\r\nBcc: q"]
)
def test_an_address_that_is_none_is_told_and_keeps_no_report_from_the_others(
    outbox: Planned, render: Printer, email: str
):
    lost = replace(ANNA, email=email)
    told = plan_reports([lost, BERT], outbox, Press(render, envelope), Span(MONDAY, BERLIN))
    assert told == PlannedReports(1, (email,))
    assert str(told).endswith(f"can be sent to {email!r}: correct the address of that person")
    assert list(outbox.messages) == ["digest:2026-W47:2"]


def test_a_name_cannot_add_a_header(outbox: Planned, render: Printer):
    plan(outbox, render, replace(ANNA, name="Anna\r\nBcc: eve@example.com"))
    mail = message_from_bytes(outbox.messages["digest:2026-W47:1"].mime, policy=SMTP)
    assert mail["Bcc"] is None
    assert [str(address.addr_spec) for address in mail["To"].addresses] == ["anna@example.com"]


def test_many_people_are_planned_in_parts(outbox: Planned, render: Printer):
    people = [replace(ANNA, id=number) for number in range(1, 251)]
    assert plan(outbox, render, *people) == 250
    assert len(render.asked) == 1
