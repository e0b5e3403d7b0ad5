from __future__ import annotations

from datetime import timedelta

import pytest

from smarketing.domain.channels import Occasion
from smarketing.services.audit.reports import GRACE, missing_reports
from smarketing.services.digest.due import Span
from tests.services.channels.rooms import channel, rooms
from tests.services.digest.test_plan import ANNA, BERLIN, BERT, MONDAY, Planned

ROOM = channel("sales-chat", Occasion.DIGEST)


def missing(outbox: Planned, span: Span) -> list[str]:
    return [one.said for one in missing_reports([ANNA, BERT], rooms(ROOM), outbox, span)]


def test_a_report_that_is_neither_planned_nor_noted_is_missed_of_people_and_of_channels():
    span = Span(MONDAY + GRACE + timedelta(seconds=1), BERLIN)
    (said,) = missing(Planned(), span)
    assert said.startswith("The weekly report of 2026-W47 was due from 23 November 2026, 08:00 on")
    assert "not planned for Anna Bērziņa, Bert, the channel sales-chat." in said


@pytest.mark.parametrize(
    "span",
    [
        pytest.param(Span(MONDAY + GRACE, BERLIN), id="it may take a while"),
        pytest.param(
            Span(MONDAY + timedelta(hours=1), BERLIN, planned_until=MONDAY), id="restored"
        ),
    ],
)
def test_what_is_not_due_long_enough_or_not_ours_to_plan_is_not_missed(span: Span):
    assert missing(Planned(), span) == []


def test_what_is_planned_or_noted_is_not_missed():
    outbox = Planned()
    outbox.messages = dict.fromkeys(
        ("digest:2026-W47:1", "digest:2026-W47:2", "digest:2026-W47:channel:sales-chat")
    )
    assert missing(outbox, Span(MONDAY + timedelta(days=1), BERLIN)) == []
