"""A worker dies at every step in turn; the next one finishes. The server says what arrived."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from smarketing.delivery.drain import drain
from smarketing.delivery.smtp import SmtpTransport
from smarketing.domain.messages import MAIL
from smarketing.store.engine import open_engine
from smarketing.store.outbox import OutboxStore
from tests.delivery import mortal, servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aiosmtpd.controller import Controller
    from sqlalchemy import Engine

ROOT = Path(__file__).parents[2]

BEFORE_THE_GAP = [
    "plan: before",
    "plan: at its commit",
    "plan: after",
    "claim: before",
    "claim: at its commit",
    "claim: after",
    "connection: before",
    "body: half",
    "mark_dot: before",
    "mark_dot: at its commit",
]
GAP_BEFORE_IT_ARRIVES = ["mark_dot: after"]
GAP_AFTER_IT_ARRIVED = ["dot: after", "mark_sent: before", "mark_sent: at its commit"]
AFTER_THE_GAP = ["mark_sent: after"]
STEPS = BEFORE_THE_GAP + GAP_BEFORE_IT_ARRIVES + GAP_AFTER_IT_ARRIVED + AFTER_THE_GAP


@pytest.fixture(scope="module")
def mortals() -> Iterator[subprocess.Popen[str]]:
    """The process that makes workers."""
    process = subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, mortal.__file__],
        env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process


@pytest.fixture
def engine(lasting_database_url: str) -> Iterator[Engine]:
    """A database without messages."""
    engine = open_engine(lasting_database_url)
    with engine.begin() as connection:
        for table in ("receipt", "outbox", "suppression", "breaker"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  (of the list)
    yield engine
    engine.dispose()


@pytest.fixture
def die_at(
    mortals: subprocess.Popen[str], engine: Engine, mail_server: Controller, post: servers.Post
) -> Callable[[str], int]:
    """Run a worker that dies at a step; return its exit code once its connections are over."""

    def dying(step: str) -> int:
        url = engine.url.render_as_string(hide_password=False)
        asked = {"database_url": url, "port": mail_server.port, "step": step}
        mortals.stdin.write(f"{json.dumps(asked)}\n")
        mortals.stdin.flush()
        code = int(mortals.stdout.readline())
        until(lambda: post.closed == post.connections)
        return code

    return dying


def until(true: Callable[[], bool]) -> None:
    given_up_at = monotonic() + 20
    while not true():
        assert monotonic() < given_up_at
        sleep(0.005)


def finish(engine: Engine, policy: str, mail_server: Controller) -> dict[str, tuple[str, int]]:
    """Plan again and send all, as the next worker does; return state and flag by recipient."""
    with engine.begin() as connection:  # the leases of the dead are over
        connection.exec_driver_sql("UPDATE outbox SET lease_until = lease_until - 10000")
    outbox = OutboxStore(engine, retried=("digest",) if policy == "retry" else ())
    outbox.plan(mortal.messages())
    transport = SmtpTransport(servers.at(mail_server), "reports@example.org", timeout=10)
    while str(drain(outbox, {MAIL: transport}, mortal.NOW)):
        pass
    with engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT recipient, state, maybe_twice FROM outbox")
        return {row[0]: (row[1], row[2]) for row in rows}


def arrived(post: servers.Post) -> Counter[str]:
    return Counter(recipient for recipients, _ in post.taken for recipient in recipients)


@pytest.mark.parametrize("policy", ["hold", "retry"])
@pytest.mark.parametrize("step", STEPS)
def test_a_worker_may_die_at_any_step(engine, die_at, mail_server, post, policy: str, step: str):  # noqa: PLR0917
    assert die_at(step) == mortal.KILLED
    ended = finish(engine, policy, mail_server)

    once = dict.fromkeys((f"{name}@example.com" for name in mortal.NAMES), 1)
    as_planned = dict.fromkeys(once, ("sent", 0))
    anna = "anna@example.com"  # the first, and so the one at which it died
    if step in BEFORE_THE_GAP + AFTER_THE_GAP:
        assert (arrived(post), ended) == (once, as_planned)
    elif policy == "hold":
        came = 1 if step in GAP_AFTER_IT_ARRIVED else 0
        assert arrived(post) == Counter(once | {anna: came})
        assert ended == as_planned | {anna: ("held", 0)}
    else:
        came = 2 if step in GAP_AFTER_IT_ARRIVED else 1
        assert arrived(post) == once | {anna: came}
        assert ended == as_planned | {anna: ("sent", 1)}


def test_a_second_attempt_has_the_very_same_bytes(
    engine: Engine, die_at, mail_server: Controller, post: servers.Post
):
    die_at("dot: after")
    finish(engine, "retry", mail_server)
    assert len(post.taken) == len(mortal.NAMES) + 1
    assert len({content for _, content in post.taken}) == len(mortal.NAMES)


def test_a_worker_that_meets_no_such_step_sends_all(die_at, post: servers.Post):
    assert die_at("never") == mortal.SURVIVED
    assert arrived(post).total() == len(mortal.NAMES)
