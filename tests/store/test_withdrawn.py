"""What waits for a person who is shut out, or wants it no more, is cancelled at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.messages import Message
from smarketing.services.people.people import disable_person, person_named, prefer
from smarketing.services.people.preferences import Preferences
from smarketing.store.outbox import OutboxStore
from smarketing.store.receipts import Receipts
from tests.store.door import with_rita

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

    from smarketing.store.people import People

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
RITA = "Rita@example.com"
KINDS = ("alert", "digest", "ladder")


def message(kind: str, recipient: str, channel: str = "mail") -> Message:
    return Message(
        dedupe_key=f"{kind}:{recipient}:{channel}", kind=kind, recipient=recipient, subject=kind,
        message_id=f"<{kind}@example.com>", mime=b"x", not_before=NOW, channel=channel,
        expires_at=NOW + timedelta(hours=48), created_at=NOW,
    )  # fmt: skip


@pytest.fixture
def people(engine: Engine) -> People:
    """Rita, for whom a message of each kind waits, as for somebody else."""
    people = with_rita(engine)
    whom = (RITA, "otto@example.com")
    OutboxStore(engine).plan([message(kind, one) for one in whom for kind in KINDS])
    return people


def change(people: People, columns: Mapping[str, object]) -> None:
    with people.changing() as changing:
        changing.set(people.account("rita@example.com")["id"], columns)


def cancelled(engine: Engine) -> set[tuple[str, str]]:
    found = Receipts(engine).messages(50, state="cancelled")
    return {(one.recipient, one.kind) for one in found}


def test_nothing_that_waits_goes_to_who_was_disabled(engine: Engine, people: People):
    disable_person(people, "rita@example.com")
    assert cancelled(engine) == {(RITA, kind) for kind in KINDS}
    claims = OutboxStore(engine).claim(limit=9, lease=timedelta(minutes=1), now=NOW)
    assert {claimed.recipient for claimed in claims} == {"otto@example.com"}


def test_the_receipt_says_why(engine: Engine, people: People):
    disable_person(people, "rita@example.com")
    (alert,) = Receipts(engine).messages(1, state="cancelled", kind="alert")
    last = Receipts(engine).of(alert.id)[-1]
    assert (last.what, last.said) == ("cancelled", "the recipient may not sign in any more")
    assert alert.said == last.said


@pytest.mark.parametrize(
    ("columns", "kinds"),
    [
        pytest.param({"audience": ""}, {"digest"}, id="reads no report"),
        pytest.param({"alerts": 0}, {"alert"}, id="wants no alerts"),
        pytest.param({"role": "mail_only"}, {"alert"}, id="may hold no leads"),
        pytest.param({"name": "Rita Renamed", "locale": "de"}, set(), id="is called otherwise"),
    ],
)
def test_what_somebody_is_not_to_have_any_more_is_cancelled_and_nothing_else(
    engine: Engine, people: People, columns: Mapping[str, object], kinds: set[str]
):
    change(people, columns)
    assert cancelled(engine) == {(RITA, kind) for kind in kinds}


def test_a_reader_who_stops_the_report_gets_none_that_waits(engine: Engine, people: People):
    prefer(people, person_named(people, "rita@example.com"), Preferences(weekday=""), NOW)
    assert cancelled(engine) == {(RITA, "digest")}


def test_what_has_left_stays_as_it_was(engine: Engine, people: People):
    outbox = OutboxStore(engine)
    for claimed in outbox.claim(limit=9, lease=timedelta(minutes=9), now=NOW):
        outbox.mark_dot(claimed.id, claimed.token)
        if claimed.kind == "digest":
            outbox.mark_sent(claimed.id, claimed.token, "250", NOW)
    disable_person(people, "rita@example.com")
    assert cancelled(engine) == set()


def test_a_channel_that_is_called_like_a_person_is_none(engine: Engine, people: People):
    OutboxStore(engine).plan([message("chat", "rita@example.com", "rita@example.com")])
    disable_person(people, "rita@example.com")
    assert ("rita@example.com", "chat") not in cancelled(engine)


def test_what_may_have_arrived_is_not_sent_again_to_who_was_disabled_meanwhile(
    engine: Engine, people: People
):
    outbox = OutboxStore(engine, retried=KINDS)
    for claimed in outbox.claim(limit=9, lease=timedelta(minutes=9), now=NOW):
        outbox.mark_dot(claimed.id, claimed.token)
    disable_person(people, "rita@example.com")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET lease_until = lease_until - 1000")
    outbox.settle(NOW)
    assert cancelled(engine) == {(RITA, kind) for kind in KINDS}
    assert len(outbox.claim(limit=9, lease=timedelta(minutes=9), now=NOW)) == len(KINDS)
