from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from smarketing.delivery.drain import Drained, drain, wait_after
from smarketing.delivery.files import FileTransport
from smarketing.delivery.smtp import SmtpTransport
from smarketing.domain.messages import Message
from smarketing.store.outbox import OutboxStore
from smarketing.store.receipts import Receipts
from tests.delivery import servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiosmtpd.controller import Controller
    from sqlalchemy import Engine

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


def message(name: str) -> Message:
    return Message(
        dedupe_key=f"digest:2026-W47:{name}",
        kind="digest",
        recipient=f"{name}@example.com",
        subject="W47",
        message_id=f"<{name}@example.com>",
        mime=f"Subject: W47\r\n\r\nHello {name}\r\n".encode(),
        not_before=NOW,
        expires_at=NOW + timedelta(hours=48),
        created_at=NOW,
    )


@pytest.fixture
def outbox(engine: Engine) -> OutboxStore:
    outbox = OutboxStore(engine)
    outbox.plan([message("anna"), message("bert"), message("cleo")])
    return outbox


@pytest.fixture
def transport(mail_server: Controller) -> Iterator[SmtpTransport]:
    transport = SmtpTransport(servers.at(mail_server), "reports@example.org", timeout=5)
    yield transport
    transport.close()


def test_what_is_due_is_sent_once(engine: Engine, outbox, transport, post):
    assert drain(outbox, {"mail": transport}, NOW) == Drained(sent=3)
    assert drain(outbox, {"mail": transport}, NOW) == Drained()
    assert len(post.taken) == 3
    assert Receipts(engine).counts() == {"sent": 3}


def test_a_pass_takes_no_more_than_its_limit(outbox, transport):
    assert drain(outbox, {"mail": transport}, NOW, limit=2) == Drained(sent=2)
    assert drain(outbox, {"mail": transport}, NOW, limit=2) == Drained(sent=1)


def test_one_refused_message_stops_no_other(outbox, transport, post):
    post.rcpt = {"anna@example.com": "550 unknown", "bert@example.com": "451 greylisted"}
    assert drain(outbox, {"mail": transport}, NOW) == Drained(sent=1, again=1, failed=1)
    post.rcpt = {}
    assert drain(outbox, {"mail": transport}, NOW + timedelta(seconds=59)) == Drained()
    assert drain(outbox, {"mail": transport}, NOW + timedelta(minutes=1)) == Drained(sent=1)
    assert [recipients for recipients, _ in post.taken] == [
        ["cleo@example.com"],
        ["bert@example.com"],
    ]


def test_a_drop_after_the_dot_holds_the_message_and_never_sends_it_again(
    engine, outbox, transport, post
):
    post.after_dot = "drop"
    assert drain(outbox, {"mail": transport}, NOW, limit=1) == Drained(doubtful=1)
    post.after_dot = ""
    wake(engine)
    assert drain(outbox, {"mail": transport}, NOW + timedelta(hours=1)) == Drained(sent=2)
    assert len(post.taken) == 3
    assert Receipts(engine).counts() == {"held": 1, "sent": 2}
    assert "may have arrived" in Receipts(engine).message(1).said


def test_a_message_at_which_the_server_hangs_up_does_not_block_the_others(outbox, transport, post):
    post.after_dot = "drop-begun"
    assert drain(outbox, {"mail": transport}, NOW, limit=1) == Drained(again=1)
    post.after_dot = ""
    assert drain(outbox, {"mail": transport}, NOW) == Drained(sent=2)


def wake(engine: Engine) -> None:
    """Let no way out rest any more."""
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE breaker SET open_until = 0")


def test_where_nobody_listens_everything_waits_until_it_is_too_old(engine: Engine, outbox):
    transport = SmtpTransport(servers.nobody_listens(), "reports@example.org")
    assert drain(outbox, {"mail": transport}, NOW) == Drained(again=3)
    assert drain(outbox, {"mail": transport}, NOW + timedelta(minutes=5)) == Drained()
    wake(engine)
    assert drain(outbox, {"mail": transport}, NOW) == Drained(again=3)
    assert drain(outbox, {"mail": transport}, NOW + timedelta(hours=48)) == Drained(expired=3)
    assert all("refused" in one.said for one in Receipts(engine).messages(9))


def test_a_way_out_that_nobody_knows_any_more_keeps_no_other_waiting(outbox, transport):
    outbox.plan([replace(message("dora"), channel="chat", recipient="chat")])
    assert drain(outbox, {"mail": transport}, NOW) == Drained(sent=3, again=1)


def test_a_mailbox_that_is_not_there_twice_is_written_to_no_more(outbox, transport, post):
    post.rcpt = {"anna@example.com": "550 5.1.1 no such user"}
    assert drain(outbox, {"mail": transport}, NOW) == Drained(sent=2, failed=1)
    outbox.plan([replace(message("anna"), dedupe_key="again")])
    assert drain(outbox, {"mail": transport}, NOW) == Drained(failed=1)
    outbox.plan([replace(message("anna"), dedupe_key="and again")])
    assert drain(outbox, {"mail": transport}, NOW) == Drained(suppressed=1)


@pytest.mark.parametrize("reply", ["550 5.7.1 not from you", "552 5.2.2 full", "554 spam"])
def test_a_refusal_that_is_not_about_the_address_shuts_nobody_out(outbox, transport, post, reply):
    post.rcpt = {"anna@example.com": reply}
    for number in range(3):
        outbox.plan([replace(message("anna"), dedupe_key=str(number))])
        assert drain(outbox, {"mail": transport}, NOW).suppressed == 0


def test_two_drains_at_once_send_each_message_once(
    engine: Engine, outbox, mail_server: Controller, post
):
    names = [f"person{number}" for number in range(40)]
    outbox.plan(map(message, names))

    def draining() -> None:
        transport = SmtpTransport(servers.at(mail_server), "reports@example.org")
        while str(drain(outbox, {"mail": transport}, NOW, limit=3)):
            pass

    threads = [Thread(target=draining) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(recipients[0] for recipients, _ in post.taken) == sorted(
        f"{name}@example.com" for name in [*names, "anna", "bert", "cleo"]
    )
    assert Receipts(engine).counts() == {"sent": 43}


def test_a_drain_whose_lease_was_lost_sends_nothing(outbox, transport, post):
    outbox.mark_dot = lambda *_: False
    assert drain(outbox, {"mail": transport}, NOW) == Drained(lost=3)
    assert post.taken == []


class Dying(Exception):  # noqa: N818  (a crash, not an error that anybody handles)
    pass


@pytest.mark.parametrize(
    ("step", "state"),
    [
        pytest.param("mark_dot", "sent", id="before the compare-and-set: sent by the next"),
        pytest.param("mark_sent", "held", id="before the mark: held, it had arrived"),
    ],
)
def test_a_drain_that_dies_at_a_step_loses_nothing_and_doubles_nothing(
    engine: Engine, transport, post, step: str, state: str
):
    mortal = OutboxStore(engine)
    mortal.plan([message("anna")])

    def die(*_: object) -> bool:
        raise Dying

    setattr(mortal, step, die)
    with pytest.raises(Dying):
        drain(mortal, {"mail": transport}, NOW)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET lease_until = lease_until - 1000")
    outbox = OutboxStore(engine)
    drain(outbox, {"mail": transport}, NOW)
    assert Receipts(engine).counts() == {state: 1}
    assert len(post.taken) == 1


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (40, 60)]
)
def test_the_wait_grows_to_an_hour(attempts: int, minutes: int):
    assert wait_after(attempts) == timedelta(minutes=minutes)


def test_without_a_server_each_message_is_one_file(outbox, tmp_path: Path):
    transport = FileTransport(tmp_path / "outbox")
    assert drain(outbox, {"mail": transport}, NOW) == Drained(sent=3)
    files = sorted((tmp_path / "outbox").iterdir())
    assert [file.name.split(".")[0] for file in files] == [
        "digest-2026-W47-anna",
        "digest-2026-W47-bert",
        "digest-2026-W47-cleo",
    ]
    assert files[0].read_bytes() == message("anna").mime


def test_a_folder_that_cannot_be_written_keeps_the_messages(outbox, tmp_path: Path):
    (tmp_path / "outbox").write_text("a file where the folder should be")
    assert drain(outbox, {"mail": FileTransport(tmp_path / "outbox")}, NOW) == Drained(again=3)


@pytest.mark.parametrize(
    ("drained", "said"),
    [
        (Drained(), ""),
        (Drained(sent=3), "3 sent"),
        (
            Drained(sent=1, again=2, failed=3, doubtful=4),
            "1 sent, 2 to be tried again, 3 failed, 4 doubtful",
        ),
    ],
)
def test_a_pass_says_what_it_did_and_nothing_when_idle(drained: Drained, said: str):
    assert str(drained) == said
