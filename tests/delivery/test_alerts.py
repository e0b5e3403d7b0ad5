"""From the hand-off of a lead to the mail in somebody's mailbox, over a real server."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import SMTP
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.delivery.drain import drain
from smarketing.delivery.smtp import SmtpTransport
from smarketing.services.leads import answers
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.leads.acts import undo
from smarketing.services.leads.alerts import plan_alerts
from smarketing.services.leads.handing import assign, hand_back
from smarketing.services.people.people import Role
from smarketing.store.acts import ActDesk
from smarketing.store.alerts import AlertDesk
from smarketing.store.outbox import OutboxStore
from smarketing.store.people import People
from smarketing.store.receipts import Receipts
from tests.delivery import servers
from tests.store.seed import MONDAY, act, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage

    from sqlalchemy import Engine

    from reports.mail import Envelope
    from smarketing.services.conclusions.book import Book

SOON = MONDAY + timedelta(minutes=5)
MANAGER = 3


@pytest.fixture
def book(engine: Engine) -> Book:
    """Rita (1) and Otto (2) are reps, 3 manages them, 4 is in marketing, 5 supplies."""
    let_in(
        engine, person(1), person(2), person(MANAGER, Role.SALES_MANAGER),
        person(4, Role.MARKETING_MANAGER), person(5, Role.SUPPLIER, "Fair Ltd"),
        owners={"Rita Rep": 1, "Otto Other": 2},
    )  # fmt: skip
    return signed_book(engine, MONDAY)


def envelope(key: str, recipient: Address) -> Envelope:
    return {
        "sender": Address("smarketing", "smarketing", "example.com"),
        "recipient": recipient,
        "message_id": f"<{key.replace(':', '.')}@example.com>",
        "date": SOON,
    }


def plan(engine: Engine, book: Book, now: datetime = SOON) -> int:
    return plan_alerts(
        AlertDesk(engine), People(engine), book, envelope, now=now,
        base_url="https://smarketing.example",
    )  # fmt: skip


def planned(engine: Engine) -> list[tuple[str, str]]:
    """Recipient and subject of each message, in the order of the outbox."""
    with engine.connect() as connection:
        sql = text("SELECT recipient, subject FROM outbox ORDER BY id")
        return [tuple(row) for row in connection.execute(sql)]


def whom(engine: Engine) -> list[str]:
    return sorted(recipient.partition("@")[0] for recipient, _ in planned(engine))


def manager(now: datetime = SOON):
    return act(MANAGER, now, role=Role.SALES_MANAGER)


def change(engine: Engine, sql: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(sql))


def mails(post: servers.Post) -> list[EmailMessage]:
    return [message_from_bytes(content, policy=SMTP) for _, content in post.taken]


def test_the_holder_gets_one_mail_with_the_way_to_the_lead(engine, book, post, mail_server):
    (lead_id,) = hand_off(engine, book, [lead(company="Acme GmbH", employees=2000)], MONDAY)
    assert [plan(engine, book) for _ in range(3)] == [1, 0, 0]
    transport = SmtpTransport(servers.at(mail_server), "smarketing@example.com")
    drain(OutboxStore(engine), {"mail": transport}, SOON)
    (mail,) = mails(post)
    assert mail["To"].addresses[0].addr_spec == "p1@example.com"
    assert mail["Subject"] == "[New lead] Acme GmbH, Enterprise · Other: answer by today, 13:00"
    assert f"https://smarketing.example/leads/{lead_id}" in mail.get_body(("plain",)).get_content()
    assert drain(OutboxStore(engine), {"mail": transport}, SOON).sent == 0


def test_of_a_lead_that_nobody_has_every_rep_is_told(engine: Engine, book: Book):
    hand_off(engine, book, [lead(owner="Nobody Known")], MONDAY)
    assert plan(engine, book) == 2
    assert whom(engine) == ["p1", "p2"]


def test_two_workers_at_once_plan_each_mail_once(engine: Engine, book: Book):
    leads = [lead(owner=None), *(lead(owner="Otto Other") for _ in range(9))]
    hand_off(engine, book, leads, MONDAY)
    barrier, counts = Barrier(2), []

    def worker() -> None:
        barrier.wait()
        counts.append(plan(engine, book))

    threads = [Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 2
    assert whom(engine) == ["p1", "p2"]
    assert plan(engine, book) == 0


def test_who_was_told_of_some_leads_by_another_worker_is_told_only_of_the_others(engine, book):
    hand_off(engine, book, [lead()], MONDAY)
    seen = AlertDesk(engine)
    stale = seen.handed_off(int(SOON.timestamp()), int(MONDAY.timestamp()), 0)
    plan(engine, book)

    class Late(AlertDesk):
        """A worker that looked before the other one had planned."""

        def handed_off(self, now: int, since: int, told_until: int):  # noqa: ARG002
            return stale

        def told(self, lead_ids):  # noqa: ARG002
            return frozenset()

    count = plan_alerts(
        Late(engine), People(engine), book, envelope, now=SOON, base_url="https://x.example"
    )
    assert count == 0
    assert len(planned(engine)) == 1


def test_up_to_three_leads_are_mails_of_their_own_and_more_are_one(engine: Engine, book: Book):
    mine = [lead(company=f"Firm {n}") for n in range(3)]
    others = [lead(company=f"House {n}", owner="Otto Other") for n in range(14)]
    hand_off(engine, book, mine + others, MONDAY)
    assert plan(engine, book) == 4
    assert whom(engine) == ["p1", "p1", "p1", "p2"]
    (bundle,) = (subject for recipient, subject in planned(engine) if recipient.startswith("p2"))
    assert bundle == "[14 new leads] First House 0, Other · Other: answer by today, 13:00"
    assert plan(engine, book) == 0


def test_who_gets_a_lead_from_somebody_else_is_told_and_who_gave_it_is_not(engine, book):
    (lead_id,) = hand_off(engine, book, [lead(company="Acme")], MONDAY - timedelta(minutes=9))
    plan(engine, book)
    desk, later = ActDesk(engine), SOON + timedelta(minutes=10)
    assign(desk, People(engine), [lead_id], manager(later), book, to=2)
    assert plan(engine, book, later) == 1
    assert planned(engine)[-1] == (
        "p2@example.com", "[Now yours] Acme, Other · Other: answer by today, 13:00",
    )  # fmt: skip
    assign(desk, People(engine), [lead_id], manager(later), book, to=MANAGER)
    assert plan(engine, book, later) == 0


def test_a_lead_that_comes_back_to_the_team_is_told_to_the_others(engine: Engine, book: Book):
    (lead_id,) = hand_off(engine, book, [lead()], MONDAY)
    plan(engine, book)
    hand_back(ActDesk(engine), lead_id, act(1, SOON), book)
    assert plan(engine, book, SOON) == 1
    assert whom(engine) == ["p1", "p2"]


FRIDAY = MONDAY - timedelta(days=3) + timedelta(hours=7, minutes=30)
"""Before the end of the day: what is handed off then is due on Monday at half past twelve."""


def test_a_lead_of_friday_that_becomes_known_on_monday_is_told_of_while_there_is_time(engine, book):
    hand_off(engine, book, [lead(created_at=FRIDAY)], MONDAY)
    assert plan(engine, book) == 1
    assert whom(engine) == ["p1"]
    assert plan(engine, book) == 0


def test_what_was_handed_off_before_a_restore_counts_as_told(engine: Engine, book: Book):
    hand_off(engine, book, [lead(created_at=FRIDAY), lead(created_at=MONDAY)], MONDAY)
    count = plan_alerts(
        AlertDesk(engine), People(engine), book, envelope, now=SOON,
        base_url="https://smarketing.example", planned_until=FRIDAY,
    )  # fmt: skip
    assert count == 1
    assert len(planned(engine)) == 1


def test_a_lead_of_last_week_that_is_late_is_told_of_only_when_it_is_handed_over_now(engine, book):
    late = MONDAY + timedelta(hours=5)
    (lead_id,) = hand_off(engine, book, [lead(created_at=FRIDAY)], MONDAY)
    assert plan(engine, book, late) == 0
    assign(ActDesk(engine), People(engine), [lead_id], manager(late), book, to=2)
    assert plan(engine, book, late) == 1
    assert whom(engine) == ["p2"]


def states(engine: Engine) -> list[tuple[str, str]]:
    """Recipient's name and state of each message, in the order of the outbox."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT recipient, state FROM outbox ORDER BY id"))
        return [(recipient.partition("@")[0], state) for recipient, state in rows]


def test_an_alert_that_waits_does_not_go_to_whom_the_lead_was_taken_from(engine, book):
    (lead_id,) = hand_off(engine, book, [lead()], MONDAY)
    plan(engine, book)
    assign(ActDesk(engine), People(engine), [lead_id], manager(), book, to=2)
    assert states(engine) == [("p1", "cancelled")]
    assert [(one.what, one.said) for one in Receipts(engine).of(1)][1:] == [
        ("cancelled", "somebody else has the lead now")
    ]
    plan(engine, book)
    assert states(engine) == [("p1", "cancelled"), ("p2", "pending")]


def test_an_alert_that_a_worker_has_claimed_does_not_leave_once_the_lead_is_elsewhere(engine, book):
    (lead_id,) = hand_off(engine, book, [lead()], MONDAY)
    plan(engine, book)
    outbox = OutboxStore(engine)
    (claimed,) = outbox.claim(limit=1, lease=timedelta(minutes=10), now=SOON)
    assign(ActDesk(engine), People(engine), [lead_id], manager(), book, to=2)
    assert not outbox.mark_dot(claimed.id, claimed.token)


def test_of_several_leads_in_one_mail_those_that_stay_are_told_of_anew(engine, book):
    ids = hand_off(engine, book, [lead(company=f"Firm {n}") for n in range(5)], MONDAY)
    plan(engine, book)
    assign(ActDesk(engine), People(engine), ids[:1], manager(), book, to=2)
    plan(engine, book)
    assert states(engine) == [("p1", "cancelled"), ("p1", "pending"), ("p2", "pending")]
    assert planned(engine)[1][1].startswith("[4 new leads]")


def test_who_acknowledges_a_lead_of_the_team_spares_the_others_the_mail(engine, book):
    (lead_id,) = hand_off(engine, book, [lead(owner=None)], MONDAY)
    plan(engine, book)
    acknowledge(ActDesk(engine), lead_id, act(1), book)
    assert states(engine) == [("p1", "pending"), ("p2", "cancelled")]


def test_who_gets_a_lead_back_before_the_mail_left_is_told_after_all(engine, book):
    (lead_id,) = hand_off(engine, book, [lead()], MONDAY)
    plan(engine, book)
    done = assign(ActDesk(engine), People(engine), [lead_id], manager(), book, to=2)
    undo(ActDesk(engine), [lead_id], done.ref, manager(), book)
    assert plan(engine, book) == 1
    assert states(engine) == [("p1", "cancelled"), ("p1", "pending")]


def test_who_undoes_a_hand_over_tells_nobody_again(engine: Engine, book: Book):
    (lead_id,) = hand_off(engine, book, [lead()], MONDAY)
    plan(engine, book)
    change(engine, "UPDATE outbox SET state = 'sent'")
    done = assign(ActDesk(engine), People(engine), [lead_id], manager(), book, to=2)
    undo(ActDesk(engine), [lead_id], done.ref, manager(), book)
    assert plan(engine, book) == 0


def test_an_import_of_old_leads_tells_nobody_anything(engine: Engine, book: Book):
    old = [lead(created_at=MONDAY - timedelta(days=3 + n % 90)) for n in range(300)]
    hand_off(engine, book, old, MONDAY)
    assert plan(engine, book) == 0
    assert planned(engine) == []


def test_a_lead_is_told_of_only_while_it_waits_to_be_acknowledged(engine: Engine, book: Book):
    first, second, third, _ = hand_off(engine, book, [lead() for _ in range(4)], MONDAY)
    desk = ActDesk(engine)
    acknowledge(desk, first, act(1), book)
    answers.reject(desk, second, act(1), book, reason="duplicate")
    tomorrow = (MONDAY + timedelta(days=1)).replace(tzinfo=None)
    why = answers.PauseReason.AWAY
    answers.pause(desk, third, act(1), book, reason=why, until=tomorrow)
    assert plan(engine, book) == 1


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("UPDATE person SET alerts = 0", id="want none"),
        pytest.param("UPDATE person SET active = 0", id="may sign in no longer"),
        pytest.param("UPDATE person SET email = 'no address ' || id", id="have no address"),
        pytest.param("UPDATE person SET role = 'mail_only'", id="may hold no lead"),
    ],
)
def test_some_people_are_never_told(engine: Engine, book: Book, sql: str):
    hand_off(engine, book, [lead(), lead(owner=None)], MONDAY)
    change(engine, sql)
    assert plan(engine, book) == 0


def test_of_a_lead_whose_holder_wants_no_mails_nobody_else_is_told(engine: Engine, book: Book):
    hand_off(engine, book, [lead()], MONDAY)
    change(engine, "UPDATE person SET alerts = 0 WHERE id = 1")
    assert plan(engine, book) == 0


def test_a_mail_is_of_use_until_the_answer_is_due(engine: Engine, book: Book, post, mail_server):
    hand_off(engine, book, [lead()], MONDAY)
    plan(engine, book)
    due = MONDAY + timedelta(hours=4)
    outbox = OutboxStore(engine)
    transport = SmtpTransport(servers.at(mail_server), "smarketing@example.com")
    drain(outbox, {"mail": transport}, due)
    assert post.taken == []
    assert Receipts(engine).counts() == {"failed": 1}
    assert "too old to be of use" in Receipts(engine).message(1).said


def test_of_a_lead_that_came_late_the_mail_says_so_and_is_of_use_for_a_day(engine, book):
    hand_off(engine, book, [lead(company="Acme")], MONDAY)
    late = MONDAY + timedelta(hours=5)
    assert plan(engine, book, late) == 1
    assert planned(engine)[0][1] == "[New lead] Acme, Other · Other: was due today, 13:00"
    with engine.connect() as connection:
        expires = connection.execute(text("SELECT expires_at FROM outbox")).scalar()
    assert expires == (late + timedelta(days=1)).timestamp()
