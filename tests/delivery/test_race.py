"""Drains that race for the same messages while their leases run out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smarketing.delivery.drain import Drained, drain
from smarketing.delivery.smtp import SmtpTransport
from smarketing.domain.messages import MAIL
from smarketing.store.engine import open_engine
from smarketing.store.outbox import OutboxStore
from smarketing.store.receipts import Receipts
from tests.delivery import servers
from tests.delivery.mortal import NOW, messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiosmtpd.controller import Controller
    from sqlalchemy import Engine

    from smarketing.domain.messages import Claimed

KEYS = sorted(message.dedupe_key for message in messages())


@pytest.fixture
def engine(lasting_database_url: str) -> Iterator[Engine]:
    engine = open_engine(lasting_database_url)
    empty(engine)
    yield engine
    engine.dispose()


def empty(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in ("receipt", "outbox", "suppression", "breaker"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  (of the list)


def run_out(engine: Engine) -> None:
    """Let every lease be over, also of those who still work."""
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET lease_until = lease_until - 10000")


def sender(mail_server: Controller) -> SmtpTransport:
    return SmtpTransport(servers.at(mail_server), "reports@example.org", timeout=10)


@pytest.mark.parametrize("count", [1, 3])
def test_a_drain_that_is_overtaken_breaks_off_before_the_dot(
    engine: Engine, mail_server: Controller, post: servers.Post, count: int
):
    class Overtaken(OutboxStore):
        """Another drain comes while this one hands the first message over."""

        def mark_dot(self, id: int, token: str) -> bool:  # noqa: A002  (the column's name)
            if not seconds:
                run_out(engine)
                seconds.append(drain(OutboxStore(engine), {MAIL: sender(mail_server)}, NOW))
            return super().mark_dot(id, token)

    seconds: list[Drained] = []
    OutboxStore(engine).plan(messages()[:count])
    first = drain(Overtaken(engine), {MAIL: sender(mail_server)}, NOW)
    assert (first, seconds) == (Drained(lost=count), [Drained(sent=count)])
    assert len(post.taken) == count
    assert Receipts(engine).counts() == {"sent": count}


@dataclass
class Race:
    """Two drains, step by step as an example orders them, and a server that only counts."""

    outbox: OutboxStore
    engine: Engine
    claims: dict[int, list[Claimed]] = field(default_factory=lambda: {0: [], 1: []})
    handed: dict[int, Claimed] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)

    def claim(self, drain: int) -> None:
        if not self.claims[drain] and drain not in self.handed:
            claims = self.outbox.claim(limit=2, lease=timedelta(minutes=10), now=NOW)
            self.claims[drain] = list(claims)

    def hand_over(self, drain: int) -> None:
        """Go to the dot; whoever lost its lease drops the message."""
        if self.claims[drain] and drain not in self.handed:
            claimed = self.claims[drain].pop(0)
            if self.outbox.mark_dot(claimed.id, claimed.token):
                self.handed[drain] = claimed

    def take(self, drain: int) -> None:
        """Write the dot, and note the answer."""
        if claimed := self.handed.pop(drain, None):
            self.taken[claimed.dedupe_key] += 1
            self.outbox.mark_sent(claimed.id, claimed.token, "250 taken", NOW)

    def take_unheard(self, drain: int) -> None:
        """Write the dot, and never hear the answer."""
        if claimed := self.handed.pop(drain, None):
            self.taken[claimed.dedupe_key] += 1
            self.outbox.mark_doubtful(claimed.id, claimed.token, "dropped the connection")

    def refuse_recipient(self, drain: int) -> None:
        if self.claims[drain] and drain not in self.handed:
            claimed = self.claims[drain].pop(0)
            self.outbox.put_back(claimed.id, claimed.token, "450 later", NOW)

    def refuse(self, drain: int) -> None:
        if claimed := self.handed.pop(drain, None):
            self.outbox.put_back(claimed.id, claimed.token, "451 later", NOW)

    def die(self, drain: int) -> None:
        self.claims[drain] = []
        self.handed.pop(drain, None)

    def run_out(self, _drain: int) -> None:
        run_out(self.engine)

    def settle(self, _drain: int) -> None:
        self.outbox.settle(NOW)

    def finish(self) -> None:
        """End both drains, and let a third do what is left."""
        self.die(0)
        self.die(1)
        for _ in range(2 * len(KEYS)):
            self.run_out(0)
            self.settle(0)
            self.claim(0)
            while self.claims[0]:
                self.hand_over(0)
                self.take(0)


STEPS = [
    "claim",
    "hand_over",
    "take",
    "take_unheard",
    "refuse_recipient",
    "refuse",
    "die",
    "run_out",
    "settle",
]


@pytest.mark.parametrize("retried", [(), ("digest",)], ids=["hold", "retry"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1)), min_size=20, max_size=60)
)
def test_in_whatever_order_two_drains_go_nothing_is_lost_or_comes_twice_unmarked(
    engine: Engine, retried: tuple[str, ...], order: list[tuple[str, int]]
):
    empty(engine)
    race = Race(OutboxStore(engine, retried), engine)
    race.outbox.plan(messages())
    for step, drain_number in order:
        getattr(race, step)(drain_number)
    race.finish()

    with engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT dedupe_key, state, maybe_twice FROM outbox")
        ended = {key: (state, flag) for key, state, flag in rows}
    assert sorted(ended) == KEYS
    for key, (state, maybe_twice) in ended.items():
        times = race.taken[key]
        if retried:
            assert state == "sent"
            assert times == 1 or (times > 1 and maybe_twice)
        else:
            assert (state, times) == ("sent", 1) or (state == "held" and times <= 1)
            assert not maybe_twice
