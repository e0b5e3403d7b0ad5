"""A server that goes away, takes nobody or hangs: which messages pay for it, and which do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.delivery.drain import Drained, drain
from smarketing.delivery.smtp import SmtpTransport
from smarketing.domain.messages import MAIL, Message
from smarketing.store.outbox import OutboxStore
from smarketing.store.receipts import Receipts
from tests.delivery import servers
from tests.delivery.scripted import Scripted, hang_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aiosmtpd.controller import Controller
    from sqlalchemy import Engine

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
NAMES = ("anna", "bert", "cleo")
RELAY = ("554 5.7.1 Relay access denied", "550 relay not permitted")


def message(name: str, kind: str = "digest", due: datetime = NOW, week: int = 47) -> Message:
    return Message(
        dedupe_key=f"{kind}:2026-W{week}:{name}",
        kind=kind,
        recipient=f"{name}@example.com",
        subject=f"W{week}",
        message_id=f"<{kind}{name}{week}@example.com>",
        mime=b"Subject: W47\r\n\r\nHello\r\n",
        not_before=due,
        expires_at=NOW + timedelta(hours=48),
        created_at=NOW,
    )


@pytest.fixture
def outbox(engine: Engine) -> OutboxStore:
    outbox = OutboxStore(engine)
    outbox.plan(map(message, NAMES))
    return outbox


@pytest.fixture
def passing(
    engine: Engine, outbox: OutboxStore, mail_server: Controller
) -> Iterator[Callable[..., Drained]]:
    """Return what runs a pass so many minutes later, when every rest is over."""
    transport = SmtpTransport(servers.at(mail_server), "reports@example.org", timeout=5)

    def run(minutes: int = 0, limit: int = 20) -> Drained:
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE breaker SET open_until = 0")
        return drain(outbox, {MAIL: transport}, NOW + timedelta(minutes=minutes), limit=limit)

    yield run
    transport.close()


def refuse_all(post: servers.Post, reply: str) -> None:
    post.rcpt = {f"{name}@example.com": reply for name in NAMES}


def states(engine: Engine) -> dict[str, tuple[str, int]]:
    """Return state and attempts by the name of the recipient."""
    found = reversed(Receipts(engine).messages(50))  # the newest one counts
    return {one.recipient.partition("@")[0]: (one.state, one.attempts) for one in found}


def came(post: servers.Post) -> list[str]:
    return [recipients[0].partition("@")[0] for recipients, _ in post.taken]


def test_a_message_at_which_the_server_leaves_counts_its_attempt_and_the_others_do_not(
    engine: Engine, passing, post: servers.Post
):
    post.rcpt = {"anna@example.com": "421 4.7.0 closing"}
    assert passing() == Drained(again=3)
    assert states(engine) == {
        "anna": ("pending", 1),
        "bert": ("pending", 0),
        "cleo": ("pending", 0),
    }
    assert [one.channel for one in Receipts(engine).resting()] == [MAIL]


def test_a_message_at_which_the_server_leaves_keeps_no_other_from_going(
    passing, post: servers.Post
):
    post.rcpt = {"anna@example.com": "421 4.7.0 closing"}
    passing()
    assert passing(minutes=1) == Drained(sent=2, again=1)
    assert came(post) == ["bert", "cleo"]


def test_a_server_that_leaves_at_the_sender_costs_no_message_an_attempt(
    engine: Engine, passing, post: servers.Post
):
    post.mail = "421 4.7.0 closing"
    assert passing() == Drained(again=3)
    assert {attempts for _, attempts in states(engine).values()} == {0}


def test_a_server_that_is_late_over_a_message_keeps_the_others_for_later(
    engine: Engine, outbox: OutboxStore
):
    with Scripted({"RCPT": lambda _caller: None}) as server:
        transport = SmtpTransport(server.at(), "reports@example.org", timeout=0.3)
        assert drain(outbox, {MAIL: transport}, NOW) == Drained(again=3)
    assert server.commands.count("RCPT") == 1
    assert sorted(attempts for _, attempts in states(engine).values()) == [0, 0, 1]


@pytest.mark.parametrize("reply", [*RELAY, "550 5.1.1 unknown", "550 Unrouteable address"])
def test_a_server_that_refuses_everybody_is_at_fault_itself(
    engine: Engine, passing, post: servers.Post, reply: str
):
    refuse_all(post, reply)
    for minutes in range(3):
        assert passing(minutes=minutes) == Drained(again=3)
    assert set(states(engine).values()) == {("pending", 0)}
    assert Receipts(engine).resting()[0].said.endswith(reply)
    assert Receipts(engine).of(1)[-1].what == "set aside"
    post.rcpt = {}
    assert passing(minutes=3) == Drained(sent=3)


def test_two_who_are_not_there_are_believed_to_be_gone_once_another_was_taken(
    engine: Engine, outbox: OutboxStore, passing, post: servers.Post
):
    post.rcpt = {f"{name}@example.com": "550 5.1.1 unknown" for name in ("anna", "bert")}
    assert passing(limit=2) == Drained(again=2)
    assert passing(limit=2) == Drained(sent=1)
    assert passing(minutes=1, limit=2) == Drained(failed=2)
    outbox.plan(message(name, week=48) for name in ("anna", "bert", "cleo"))
    assert passing(minutes=2) == Drained(sent=1, failed=2)
    assert len(Receipts(engine).shut()) == 2


def test_messages_that_were_set_aside_let_the_others_go_first(passing, post: servers.Post):
    post.rcpt = {f"{name}@example.com": "550 5.1.1 unknown" for name in ("anna", "bert")}
    passing(limit=2)
    passing(minutes=5, limit=2)
    assert came(post) == ["cleo"]


@pytest.mark.parametrize("reply", RELAY)
def test_one_alone_for_whom_nothing_is_relayed_waits(
    engine: Engine, passing, post: servers.Post, reply: str
):
    refuse_all(post, reply)
    assert passing(limit=1) == Drained(again=1)
    assert states(engine)["anna"] == ("pending", 0)
    assert Receipts(engine).resting()


def test_several_who_are_refused_one_after_another_are_not_believed_to_be_gone(
    engine: Engine, outbox: OutboxStore, passing, post: servers.Post
):
    passing()
    refuse_all(post, "550 5.1.1 unknown")
    for minutes, name in enumerate(NAMES):
        outbox.plan([message(name, week=48, due=NOW + timedelta(minutes=minutes))])
        passing(minutes=minutes, limit=1)
    assert states(engine) | {"anna": ""} == {
        "anna": "",
        "bert": ("pending", 0),
        "cleo": ("pending", 0),
    }
    post.rcpt = {}
    assert passing(minutes=9) == Drained(sent=2)
    assert Receipts(engine).shut() == ()


@pytest.mark.parametrize("reply", RELAY)
def test_one_for_whom_nothing_is_relayed_while_others_are_taken_is_given_up_and_not_shut_out(
    engine: Engine, outbox: OutboxStore, passing, post: servers.Post, reply: str
):
    post.rcpt = {"anna@example.com": reply}
    assert passing() == Drained(sent=2, failed=1)
    for week in (48, 49):
        outbox.plan(message(name, week=week) for name in ("anna", "bert"))
        assert passing() == Drained(sent=1, failed=1)
    assert Receipts(engine).shut() == ()


@pytest.mark.parametrize(("with_others", "shut"), [(True, 1), (False, 0)])
def test_550_without_an_enhanced_code_shuts_out_only_where_others_were_taken(
    engine: Engine,
    outbox: OutboxStore,
    passing,
    post: servers.Post,
    *,
    with_others: bool,
    shut: int,
):
    passing()
    post.rcpt = {"anna@example.com": "550 who?"}
    for week in (48, 49):
        outbox.plan(message(name, week=week) for name in ("anna", *("bert",) * with_others))
        assert passing() == Drained(sent=int(with_others), failed=1)
    assert len(Receipts(engine).shut()) == shut


def test_a_server_that_hangs_after_the_dot_is_asked_once_and_then_rests(
    engine: Engine, outbox: OutboxStore
):
    with Scripted({"DOT": hang_up}) as server:
        transport = SmtpTransport(server.at(), "reports@example.org", timeout=5)
        assert drain(outbox, {MAIL: transport}, NOW) == Drained(doubtful=1, again=2)
    assert server.commands.count("DOT") == 1
    assert states(engine) == {"anna": ("held", 1), "bert": ("pending", 0), "cleo": ("pending", 0)}
    assert Receipts(engine).resting()
    assert "may have arrived" not in Receipts(engine).message(2).said


def test_a_message_that_ends_in_doubt_each_time_lets_the_others_go_first(
    engine: Engine, mail_server: Controller, post: servers.Post
):
    outbox = OutboxStore(engine, retried=("digest",))
    outbox.plan(map(message, NAMES))
    (first,) = outbox.claim(limit=1, lease=timedelta(minutes=10), now=NOW)
    outbox.mark_dot(first.id, first.token)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET lease_until = lease_until - 1000")
    transport = SmtpTransport(servers.at(mail_server), "reports@example.org", timeout=5)
    later = NOW + timedelta(minutes=15)
    assert drain(outbox, {MAIL: transport}, later) == Drained(doubtful=1, sent=3)
    assert came(post) == ["bert", "cleo", "anna"]


def test_what_is_in_haste_goes_before_the_weekly_reports(
    outbox: OutboxStore, passing, post: servers.Post
):
    later = NOW + timedelta(seconds=30)
    outbox.plan([message("rep", "alert", later), message("boss", "ladder", later)])
    assert passing(minutes=1, limit=3) == Drained(sent=3)
    assert came(post) == ["rep", "boss", "anna"]


def test_in_a_pass_it_goes_by_how_long_messages_have_been_due(
    outbox: OutboxStore, passing, post: servers.Post
):
    outbox.plan([replace(message("dora"), not_before=NOW - timedelta(minutes=1))])
    assert passing() == Drained(sent=4)
    assert came(post) == ["dora", "anna", "bert", "cleo"]
